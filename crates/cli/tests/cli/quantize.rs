//! `halfulp quantize` on files of other programs, against the numbers of those programs: codes bit for bit, statistics to
//! the accuracy of sums in binary64.

use crate::program::run;
use crate::tensors::{Safetensors, data, folder, npy};
use halfulp::format::catalog::lookup;
use halfulp::{Format, Value, decode};
use serde_json::Value as Json;

/// The JSON report of a run that is fine.
fn report(args: &str) -> Json {
    let run = run(&format!("quantize {args} --json"));
    assert_eq!(run.code, 0, "{args}: {}", run.err);
    assert!(run.err.is_empty() || run.err.starts_with("warning: "), "{args}: {}", run.err);
    serde_json::from_str(&run.out).expect("JSON")
}

fn row<'a>(report: &'a Json, tensor: &str) -> &'a Json {
    let rows = report["tensors"].as_array().expect("rows");
    rows.iter().find(|row| row["tensor"] == tensor).unwrap_or_else(|| panic!("no {tensor}"))
}

/// The codes in a golden text: two digits each, four if they have more than eight bits.
fn golden_codes(format: &Format, text: &str) -> Vec<u64> {
    let digits = if format.width() <= 8 { 2 } else { 4 };
    let code = |i: usize| u64::from_str_radix(&text[i..i + digits], 16).expect("digits");
    (0..text.len()).step_by(digits).map(code).collect()
}

fn written_codes(format: &Format, bytes: &[u8]) -> Vec<u64> {
    if format.width() <= 8 {
        return bytes.iter().map(|&code| code.into()).collect();
    }
    bytes.as_chunks().0.iter().map(|&code| u16::from_le_bytes(code).into()).collect()
}

/// The same but for the sign of a NaN, which ml_dtypes keeps.
fn assert_same_codes(format: &Format, got: &[u64], want: &[u64], what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    let nan = |code| matches!(decode(format, code), Value::Nan(_));
    for (i, (&got, &want)) in got.iter().zip(want).enumerate() {
        assert!(got == want || nan(got) && nan(want), "{what}: element {i} is {got:#x}, not {want:#x}");
    }
}

fn assert_close(got: &Json, want: &Json, what: &str) {
    match (got.as_f64(), want.as_f64()) {
        (Some(got), Some(want)) => {
            assert!((got - want).abs() <= 1e-12 * want.abs(), "{what}: {got}, not {want}")
        }
        _ => assert_eq!(got, want, "{what}"),
    }
}

/// `--like ml-dtypes` gives the codes of ml_dtypes, the signs of NaNs too.
#[test]
fn like_a_profile_means_bit_for_bit() {
    let golden = std::fs::read_to_string(data("golden.json")).expect("a file");
    let golden: Vec<Json> = serde_json::from_str(&golden).expect("JSON");
    let folder = folder();
    let (input, out) = (data("weights.safetensors"), folder.path().join("out.safetensors"));
    let (mut compared, mut nans) = (0, 0);
    // The profile has no rule for binary16.
    for run in golden.iter().filter(|run| run["scale"] == "none" && run["format"] != "binary16") {
        let name = run["format"].as_str().expect("a text");
        let format = lookup(name).expect("a name");
        let (input, path) = (input.display(), out.display());
        let report = report(&format!("{input} --to {name} --like ml-dtypes -o {path}"));
        assert_eq!((&report["like"], &report["policy"]["saturation"]), (&"ml-dtypes".into(), &"none".into()));
        let written = Safetensors::read(&out);
        for (tensor, want) in run["tensors"].as_object().expect("tensors") {
            let want = golden_codes(&format, want["codes"].as_str().expect("codes"));
            let got = written_codes(&format, written.bytes(tensor));
            assert_eq!(got, want, "{name} {tensor}");
            compared += want.len();
            nans += want.iter().filter(|code| matches!(decode(&format, **code), Value::Nan(_))).count();
        }
    }
    assert!(compared > 1000 && nans > 10, "{compared} codes, {nans} NaNs");
}

/// A profile's saturation and NaNs, and a scale: the quotient in binary32, then the conversion.
#[test]
fn like_a_profile_with_a_scale() {
    let folder = folder();
    let (input, out) = (folder.path().join("x.npy"), folder.path().join("y.npy"));
    let numbers = [1.0f32, -449.0, f32::NAN, -f32::NAN, f32::INFINITY, 0.3, 1e-30];
    let bytes = numbers.map(f32::to_le_bytes).concat();
    crate::tensors::write_npy(&input, "<f4", numbers.len() as u64, &bytes);
    let codes = |options: &str| {
        let found = run(&format!("quantize {} --to e4m3fn {options} -o {}", input.display(), out.display()));
        assert_eq!(found.code, 0, "{options}: {}", found.err);
        let bytes = std::fs::read(&out).expect("a file");
        bytes[bytes.len() - numbers.len()..].to_vec()
    };
    // CUDA's headers saturate infinities, and give every NaN one code.
    assert_eq!(codes("--like cuda-float --saturate finite"), [0x38, 0xfe, 0x7f, 0x7f, 0x7e, 0x2a, 0x00]);
    assert_eq!(codes("--like ml-dtypes")[2..5], [0x7f, 0xff, 0x7f]);
    // 0.3 divided by 3 is 0.1 in binary32: nearest is 0.1015625.
    assert_eq!(codes("--like ml-dtypes --scale 3")[5], 0x1d);
    for (options, said) in [
        (
            "--like cuda-half",
            "--like cuda-half: binary32 to e4m3fn: cuda-half: it has no rule for convert between these formats",
        ),
        ("--like nobody", "no profile is called \"nobody\""),
        (
            "--like ml-dtypes --round rtz",
            "it has no rule for this rounding and saturation: expected one of rne none",
        ),
        ("--like ml-dtypes --tininess before", "cannot be used with"),
        ("--like ml-dtypes --seed 1", "--seed is for the noise of stochastic rounding"),
        // What AMD's header of 2024 does with small numbers is not known.
        ("--like hip-2024-10", "what becomes of the element 0x0da24260 is not known"),
    ] {
        let refused =
            run(&format!("quantize {} --to e4m3fn {options} -o {}", input.display(), out.display()));
        assert!(refused.code == 2 && refused.err.contains(said), "{options}: {}", refused.err);
    }
}

/// A scale is stored in binary32, or in binary64 if that does not hold one of the file's.
fn assert_stored(written: &Safetensors, name: &str, want: f64) {
    match written.dtype(name) {
        "F32" => assert_eq!(written.f32s(name), [want as f32]),
        _ => assert_close(&written.f64s(name)[0].into(), &want.into(), name),
    }
}

/// Once a file had both types, and so no reader could expect one.
#[test]
fn all_scales_of_a_file_have_one_type() {
    let folder = folder();
    let (input, out) = (folder.path().join("x.safetensors"), folder.path().join("y.safetensors"));
    // The second scale is 1e-300 / 57344, which binary32 does not hold.
    for (small, dtype) in [(0.5f64, "F32"), (1e-300, "F64")] {
        let head = r#"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}"#;
        let mut bytes = (head.len() as u64).to_le_bytes().to_vec();
        bytes.extend(head.as_bytes());
        bytes.extend([3.0f64, small].into_iter().flat_map(f64::to_le_bytes));
        std::fs::write(&input, bytes).expect("a file");
        let found = run(&format!("quantize {} --to e5m2 --scale amax -o {}", input.display(), out.display()));
        assert_eq!(found.code, 0, "{}", found.err);
        let written = Safetensors::read(&out);
        assert_eq!([written.dtype("a_scale"), written.dtype("b_scale")], [dtype; 2]);
        for (name, largest) in [("a_scale", 3.0), ("b_scale", small)] {
            let scale = if dtype == "F32" { written.f32s(name)[0].into() } else { written.f64s(name)[0] };
            assert!(
                scale * 57344.0 >= largest && scale * 57344.0 < largest * (1.0 + 1e-6),
                "{name}: {scale:e}"
            );
        }
    }
}

#[test]
fn codes_and_statistics_are_those_of_numpy_and_ml_dtypes() {
    let golden = std::fs::read_to_string(data("golden.json")).expect("a file");
    let golden: Vec<Json> = serde_json::from_str(&golden).expect("JSON");
    assert_eq!(golden.len(), 24);
    let folder = folder();
    for run in &golden {
        let [name, scale, saturate] =
            ["format", "scale", "saturate"].map(|key| run[key].as_str().expect("a text"));
        let format = lookup(name).expect("a name");
        let (input, out) = (data("weights.safetensors"), folder.path().join("out.safetensors"));
        let (input, path) = (input.display(), out.display());
        let report = report(&format!("{input} --to {name} --scale {scale} --saturate {saturate} -o {path}"));
        let written = Safetensors::read(&out);
        for (tensor, want) in run["tensors"].as_object().expect("tensors") {
            let what = format!("{name} {scale} {tensor}");
            let codes = golden_codes(&format, want["codes"].as_str().expect("codes"));
            assert_same_codes(&format, &written_codes(&format, written.bytes(tensor)), &codes, &what);
            let row = row(&report, tensor);
            for key in ["zero", "nan", "inexact", "codes_used"] {
                assert_eq!(row[key], want[key], "{what}: {key}");
            }
            for key in ["scale", "absolute_error", "relative_error", "snr_db"] {
                assert_close(&row[key], &want[key], &format!("{what}: {key}"));
            }
            if scale == "amax" {
                assert_stored(
                    &written,
                    &format!("{tensor}_scale"),
                    want["scale"].as_f64().expect("a number"),
                );
            }
        }
    }
}

#[test]
fn what_is_no_float_is_copied_and_said_so() {
    let (folder, input) = (folder(), data("weights.safetensors"));
    let out = folder.path().join("out.safetensors");
    let args = format!("quantize {} --to e5m2 --scale pow2 -o {}", input.display(), out.display());
    let run = run(&args);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.ends_with("ids (I64 5): copied as it is\n"), "{}", run.out);
    let (before, after) = (Safetensors::read(&input), Safetensors::read(&out));
    assert_eq!(after.bytes("ids"), before.bytes("ids"));
    assert_eq!((after.dtype("ids"), after.dtype("embed")), ("I64", "F8_E5M2"));
    assert_eq!(after.shape("layer.weight"), before.shape("layer.weight"));
    assert_eq!(after.metadata("origin"), "make.py");
    let about: Json = serde_json::from_str(after.metadata("halfulp")).expect("JSON");
    assert_eq!((&about["format"], &about["scale"]), (&"e5m2".into(), &"pow2".into()));
    for name in before.names().into_iter().filter(|name| *name != "ids") {
        assert_eq!(after.shape(&format!("{name}_scale")), &serde_json::json!([1]));
    }
}

#[test]
fn npy_files_hold_the_same_codes_as_safetensors() {
    let folder = folder();
    let out = folder.path().join("out.npy");
    let quantize = |file: &str, options: &str| {
        report(&format!("{} {options} -o {}", data(file).display(), out.display()));
        npy(&out)
    };
    let golden = std::fs::read_to_string(data("golden.json")).expect("a file");
    let golden: Vec<Json> = serde_json::from_str(&golden).expect("JSON");
    let codes = |tensor: &str| {
        let run =
            golden.iter().find(|run| run["format"] == "e4m3fn" && run["scale"] == "none").expect("a run");
        let format = lookup("e4m3fn").expect("a name");
        let codes = golden_codes(&format, run["tensors"][tensor]["codes"].as_str().expect("codes"));
        codes.into_iter().map(|code| code as u8).collect::<Vec<_>>()
    };
    let weight = codes("layer.weight");
    let (head, bytes) = quantize("weight.npy", "--to e4m3fn");
    assert_eq!(head, "{'descr': '|u1', 'fortran_order': False, 'shape': (16, 24, ), }");
    assert_eq!(bytes, weight);
    assert_eq!(quantize("big_endian.npy", "--to e4m3fn").1, weight[..3 * 24]);
    assert_eq!(quantize("half.npy", "--to e4m3fn").1, codes("layer.bias"));
    assert_eq!(quantize("bfloat16.npy", "--to e4m3fn").1, codes("embed"));
    let (head, bytes) = quantize("fortran.npy", "--to e4m3fn");
    assert_eq!(head, "{'descr': '|u1', 'fortran_order': True, 'shape': (4, 6, ), }");
    let by_columns: Vec<u8> = (0..24).map(|i| weight[i % 4 * 24 + i / 4]).collect();
    assert_eq!(bytes, by_columns);
    assert!(quantize("weight.npy", "--to binary16").0.contains("'<f2'"));
    assert!(quantize("weight.npy", "--to bfloat16").0.contains("'<u2'"));
    assert!(quantize("weight.npy", "--to i8 --scale amax").0.contains("'|i1'"));
}

#[test]
fn values_are_the_codes_values_times_the_scale() {
    let folder = folder();
    let [codes, values] = ["codes", "values"].map(|name| folder.path().join(format!("{name}.safetensors")));
    let input = data("weights.safetensors");
    let options = format!("{} --to e4m3fn --saturate finite", input.display());
    for scale in ["none", "amax", "pow2", "0.03"] {
        let report = report(&format!("{options} --scale {scale} -o {}", codes.display()));
        run(&format!("quantize {options} --scale {scale} --emit values -o {}", values.display()));
        let [codes, values] = [&codes, &values].map(|path| Safetensors::read(path));
        let format = lookup("e4m3fn").expect("a name");
        for (tensor, narrow) in [("layer.weight", "F32"), ("heavy", "F64"), ("embed", "BF16")] {
            let exact = matches!(scale, "none" | "pow2");
            let dtype = if exact { narrow } else { "F64" };
            assert_eq!(values.dtype(tensor), dtype, "{tensor} {scale}");
            // A scale has binary32's precision.
            let factor = f64::from(row(&report, tensor)["scale"].as_f64().expect("a number") as f32);
            let got: Vec<f64> = match dtype {
                "F32" => values.f32s(tensor).into_iter().map(f64::from).collect(),
                "F64" => values.f64s(tensor),
                _ => values.bytes(tensor).as_chunks().0.iter().map(|&b| bfloat16(b)).collect(),
            };
            let value =
                |code: &u8| halfulp::text::decimal(&format, (*code).into()).parse::<f64>().expect("a number");
            let want: Vec<f64> = codes.bytes(tensor).iter().map(|code| value(code) * factor).collect();
            assert_eq!(got, want, "{tensor} {scale}");
        }
        assert_eq!(values.names().len(), 7, "no scales beside values");
    }
}

fn bfloat16(bytes: [u8; 2]) -> f64 {
    f32::from_bits(u32::from(u16::from_le_bytes(bytes)) << 16).into()
}

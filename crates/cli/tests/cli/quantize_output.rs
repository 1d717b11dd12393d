//! What `halfulp quantize` prints and writes: tables, pictures, the noise, and that threads and chunks change nothing.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::program::{command, run};
use crate::tensors::{data, folder, npy, write_npy};
use halfulp::format::catalog::lookup;
use halfulp::{NoiseBits, Op, Operands, Policy, Rounding, Stochastic, Task, apply, noise};

/// What a run that is fine prints.
fn printed(args: &str) -> String {
    let run = run(&format!("quantize {args}"));
    assert_eq!(run.code, 0, "{args}: {}", run.err);
    // `quantize_warnings.rs` and `quantize_select.rs` have what is said of scales and NaNs.
    assert!(run.err.is_empty() || run.err.starts_with("warning: "), "{args}: {}", run.err);
    run.out
}

/// An array of several chunks, with a last one that is neither a whole chunk nor a multiple of eight.
fn large(path: &Path) -> Vec<f32> {
    let number = |i| f32::from_bits(0x3000_0000 + (noise::word(1, i) % 0x1800_0000) as u32);
    let numbers: Vec<f32> =
        (0..5 * 65536 + 4099).map(|i| if i % 3 == 0 { -number(i) } else { number(i) }).collect();
    let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    write_npy(path, "<f4", numbers.len() as u64, &bytes);
    numbers
}

#[test]
fn one_format_is_a_row_a_tensor_and_a_total() {
    let input = data("weights.safetensors");
    let out = printed(&format!("{} --to e4m3fn --scale amax", input.display()));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 9, "{out}");
    let heading =
        "TENSOR FORMAT DTYPE SHAPE SCALE COUNT SATURATED ZERO NAN INEXACT ABS ERROR REL ERROR SNR dB CODES";
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>().join(" "), heading);
    assert!(lines.iter().any(|line| line.starts_with("layer.weight  e4m3fn  F32    16x24  ")), "{out}");
    let zeros = lines.iter().find(|line| line.starts_with("zeros")).expect("a line");
    let cells: Vec<&str> = zeros.split_whitespace().collect();
    assert_eq!(cells[2..], ["F32", "2x3", "1", "6", "0", "0", "0", "0", "0", "0", "-", "0.4", "%"]);
    assert!(lines[1].starts_with("(all) "), "{out}");
    assert_eq!(lines[8], "ids (I64 5): not quantized");
    let ends: Vec<usize> = lines[..8].iter().map(|line| line.len()).collect();
    assert!(ends.iter().all(|end| *end == ends[1]), "the last column is aligned to the right:\n{out}");
    assert!(!out.contains('\u{1b}'), "no colours in a pipe");
}

#[test]
fn several_formats_are_compared() {
    let input = data("weight.npy");
    let out = printed(&format!("{} --to e4m3fn,e5m2,e3m2,bfloat16 --scale amax", input.display()));
    let snr = |name: &str| {
        let line = out.lines().find(|line| line.split_whitespace().nth(1) == Some(name)).expect("a line");
        line.split_whitespace().nth(12).and_then(|cell| cell.parse::<f64>().ok()).expect("a number")
    };
    assert!(out.lines().count() == 5 && !out.contains("(all)"), "{out}");
    assert!(
        snr("bfloat16") > snr("e4m3fn") && snr("e4m3fn") > snr("e5m2") && snr("e5m2") > snr("e3m2"),
        "{out}"
    );
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let mut child =
        command(&format!("quantize {} --to bfloat16 --json", data("weights.safetensors").display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
    drop(child.stdout.take());
    let out = child.wait_with_output().expect("it ends");
    assert_eq!((out.status.code(), out.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn threads_change_nothing() {
    let folder = folder();
    let input = folder.path().join("in.npy");
    large(&input);
    let outcome = |threads: u32, to: &str, options: &str| {
        let out = folder.path().join("out.npy");
        let wish = if to.contains(',') { String::new() } else { format!("-o {}", out.display()) };
        let text =
            printed(&format!("{} --to {to} {options} --threads {threads} --json {wish}", input.display()));
        // All but the command line, in which the threads are named.
        let mut report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        report["command"].take();
        (report, fs::read(&out).unwrap_or_default())
    };
    for options in [
        "--scale amax",
        "--scale 0.37 --round sr-c:5 --seed 9",
        "--emit values --scale pow2 --saturate finite",
    ] {
        let one = outcome(1, "e5m2", options);
        assert_eq!(outcome(2, "e5m2", options), one, "{options}");
        assert_eq!(outcome(3, "e5m2", options), one, "{options}");
    }
    assert_eq!(outcome(3, "e4m3fn,bfloat16", "").0, outcome(1, "e4m3fn,bfloat16", "").0);
}

#[test]
fn kernels_change_nothing() {
    let folder = folder();
    let [input, out] = ["in.npy", "out.npy"].map(|name| folder.path().join(name));
    large(&input);
    let outcome = |kernel: &str, options: &str| {
        let args = format!("quantize {} {options} --json -o {}", input.display(), out.display());
        let run = command(&args).env("HALFULP_KERNEL", kernel).output().expect("the program starts");
        assert!(run.status.success(), "{kernel}: {}", String::from_utf8_lossy(&run.stderr));
        (run.stdout, fs::read(&out).expect("a file"))
    };
    for options in [
        "--to e4m3fn --scale amax --saturate finite",
        "--to bfloat16 --round sr-b:9",
        "--to e2m1 --scale 3 --round odd",
    ] {
        assert_eq!(outcome("portable", options), outcome("scalar", options), "{options}");
        let args = format!("quantize {} {options} --json -o {}", input.display(), out.display());
        let best = (command(&args).output().expect("it starts").stdout, fs::read(&out).expect("a file"));
        assert_eq!(best, outcome("scalar", options), "{options}");
    }
    let wrong =
        command(&format!("quantize {} --to e5m2", input.display())).env("HALFULP_KERNEL", "abacus").output();
    let wrong = wrong.expect("the program starts");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("abacus"));
}

#[test]
fn the_noise_of_an_element_is_that_of_its_number() {
    let folder = folder();
    let [input, out] = ["in.npy", "out.npy"].map(|name| folder.path().join(name));
    let numbers = large(&input);
    printed(&format!("{} --to e3m2 --round sr-a:7 --seed 3 -o {}", input.display(), out.display()));
    let (_, codes) = npy(&out);
    let policy =
        Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(7) });
    let [binary32, e3m2] = ["binary32", "e3m2"].map(|name| lookup(name).expect("a name"));
    let task = Task::within(Op::Convert, binary32).with_policy(policy).with_result(e3m2);
    assert_eq!(codes.len(), numbers.len());
    for ((i, x), &code) in (0..).zip(&numbers).zip(&codes) {
        let operands = Operands { noise: noise::element(3, i), ..Operands::new(x.to_bits().into(), 0, 0) };
        assert_eq!(u64::from(code), apply(&task, operands).code, "element {i}, {x}");
    }
}

#[test]
fn the_quotient_is_rounded_once() {
    let folder = folder();
    let [input, out] = ["in.npy", "out.npy"].map(|name| folder.path().join(name));
    // Above the tie of 1 and 1.125 by less than binary64 shows: 1.0625 * 3 = 3.1875, and its upper neighbours over 3.
    let tie = 3.1875f64;
    let numbers =
        [tie, f64::from_bits(tie.to_bits() + 1), f64::from_bits(tie.to_bits() - 1), 1e-320, f64::MAX];
    let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    write_npy(&input, "<f8", 5, &bytes);
    printed(&format!("{} --to e4m3fn --scale 3 -o {}", input.display(), out.display()));
    assert_eq!(npy(&out).1, [0x38, 0x39, 0x38, 0x00, 0x7f]);
    printed(&format!(
        "{} --to e4m3fn --scale 3 --round rup --saturate finite -o {}",
        input.display(),
        out.display()
    ));
    assert_eq!(npy(&out).1, [0x39, 0x39, 0x39, 0x01, 0x7e]);
}

#[test]
fn histograms_are_drawn() {
    let folder = folder();
    let svg = folder.path().join("h.svg");
    printed(&format!(
        "{} --to e4m3fn,e2m1 --scale amax --histogram {}",
        data("weights.safetensors").display(),
        svg.display()
    ));
    let svg = fs::read_to_string(svg).expect("a file");
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
    for text in [
        "out of range",
        "(586 elements, 1 NaN)",
        "e2m1: SNR ",
        "Mean relative error by magnitude",
        "smallest normal",
        "of 254 finite codes occur",
        "largest",
    ] {
        assert!(svg.contains(text), "{text:?} is not in the picture");
    }
}

#[test]
fn histograms_of_nothing_are_drawn_too() {
    let folder = folder();
    let [input, svg] = ["in.npy", "h.svg"].map(|name| folder.path().join(name));
    for numbers in [&[][..], &[0.0f32; 3], &[f32::NAN, f32::INFINITY]] {
        let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        write_npy(&input, "<f4", numbers.len() as u64, &bytes);
        printed(&format!("{} --to e2m1,bfloat16 --histogram {}", input.display(), svg.display()));
        assert!(fs::read_to_string(&svg).expect("a file").contains("</svg>"));
    }
}

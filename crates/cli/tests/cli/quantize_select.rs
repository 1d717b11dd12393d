//! What of a file is quantized and told: tensors by name, in an order, summed up, as CSV; and files of other kinds by their names.

use crate::program::run;
use crate::tensors::{Safetensors, data, folder};
use serde_json::Value as Json;

fn weights(options: &str) -> crate::program::Run {
    run(&format!("quantize {} {options}", data("weights.safetensors").display()))
}

fn rows(options: &str) -> Vec<Json> {
    let run = weights(&format!("{options} --json"));
    assert_eq!(run.code, 0, "{}", run.err);
    let report: Json = serde_json::from_str(&run.out).expect("JSON");
    report["tensors"].as_array().expect("rows").clone()
}

fn names(rows: &[Json]) -> Vec<&str> {
    rows.iter().filter_map(|row| row["tensor"].as_str()).collect()
}

#[test]
fn tensors_are_selected_by_name() {
    let layer = rows("--to e4m3fn --scale amax --tensor layer.*");
    assert_eq!(names(&layer), ["layer.weight", "layer.bias"]);
    let two = rows("--to e4m3fn --scale amax --tensor {embed,layer.b?as} --tensor heavy");
    assert_eq!(names(&two), ["heavy", "embed", "layer.bias"]);
    let all = rows("--to e4m3fn --scale amax");
    let same = all.iter().find(|row| row["tensor"] == "layer.bias").expect("a row");
    assert_eq!(two.last(), Some(same));
}

#[test]
fn options_without_an_effect_are_refused() {
    let run = weights("--to e4m3fn,ocp:e4m3,e4m3fn");
    assert!(run.code == 2 && run.err.contains("--to names e4m3fn twice"), "{}", run.err);
    let run = weights("--to e4m3fn,e5m2 --summary --sort snr");
    assert!(run.code == 2 && run.err.contains("--sort orders tensors"), "{}", run.err);
    let page = folder().path().join("page.html");
    let run = weights(&format!("--to e4m3fn,e5m2 --summary --sort snr --html {}", page.display()));
    assert_eq!(run.code, 2, "the folder is gone: {}", run.err);
    assert!(!run.err.contains("--sort orders tensors"), "{}", run.err);
}

#[test]
fn tensors_that_are_not_selected_are_copied() {
    let (folder, input) = (folder(), Safetensors::read(&data("weights.safetensors")));
    let out = folder.path().join("out.safetensors");
    let run = weights(&format!("--to e5m2 --tensor layer.* -o {}", out.display()));
    assert_eq!(run.code, 0, "{}", run.err);
    let written = Safetensors::read(&out);
    for name in ["ids", "heavy", "edges", "zeros", "embed"] {
        assert_eq!(
            (written.dtype(name), written.bytes(name)),
            (input.dtype(name), input.bytes(name)),
            "{name}"
        );
        assert!(run.out.contains(&format!("{name} (")), "{}", run.out);
    }
    assert_eq!(written.dtype("layer.weight"), "F8_E5M2");
}

#[test]
fn a_name_that_no_tensor_has_is_an_error() {
    let run = weights("--to e4m3fn --tensor attn.*");
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--tensor attn.*: none of the 6 tensors"), "{}", run.err);
    let run = weights("--to e4m3fn --tensor [a");
    assert!(run.code == 2 && run.err.contains("--tensor [a: expected a pattern"), "{}", run.err);
    // One of several is noticed too, and so is an integer tensor's name.
    let run = weights("--to e4m3fn --tensor layer.* --tensor attn.*");
    assert!(run.code == 2 && run.err.contains("--tensor attn.*: none of the 6 tensors"), "{}", run.err);
    let run = weights("--to e4m3fn --tensor ids");
    assert!(run.code == 2 && run.err.contains("has such a name; ids is of I64"), "{}", run.err);
    let run = weights("--to e4m3fn --csv -");
    assert!(run.code == 2 && run.err.contains("--csv -: "), "{}", run.err);
}

/// By the first format; rows of a tensor stay together.
#[test]
fn rows_are_sorted() {
    let options = "--to e2m1,e5m2 --scale amax --sort";
    let in_order = |key: &str, value: &dyn Fn(&Json) -> f64| {
        let rows = rows(&format!("{options} {key}"));
        assert_eq!(rows.len(), 12);
        for pair in rows.as_chunks::<2>().0 {
            assert_eq!((&pair[0]["tensor"], &pair[0]["format"]), (&pair[1]["tensor"], &"e2m1".into()));
        }
        let values: Vec<f64> = rows.iter().step_by(2).map(value).collect();
        assert!(values.is_sorted(), "{key}: {values:?}");
        values
    };
    let number = |value: &Json| value.as_f64().unwrap_or(f64::INFINITY);
    let ratios = in_order("snr", &|row| number(&row["snr_db"]));
    assert!(ratios[0] < ratios[1], "{ratios:?}");
    in_order("rel-error", &|row| -number(&row["relative_error"]));
    in_order("zero", &|row| -number(&row["zero"]) / number(&row["count"]));
    in_order("saturated", &|row| -number(&row["saturated"]) / number(&row["count"]));
    in_order("count", &|row| -number(&row["count"]));
    assert!(names(&rows(&format!("{options} name"))).is_sorted());
    assert_eq!(rows(&format!("{options} file")), rows("--to e2m1,e5m2 --scale amax"));
}

#[test]
fn a_summary_is_a_line_a_format() {
    let run = weights("--to e4m3fn,e2m1 --scale amax --summary");
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!((run.code, lines.len()), (0, 4), "{}", run.out);
    assert_eq!(lines[3], "1 tensor was not quantized");
    for (line, format, bits) in [(lines[1], "e4m3fn", "8"), (lines[2], "e2m1", "4")] {
        let rows = rows(&format!("--to {format} --scale amax --sort snr"));
        let known: Vec<&Json> = rows.iter().filter(|row| row["snr_db"].is_number()).collect();
        let ratio = |row: &Json| format!("{:.2}", row["snr_db"].as_f64().expect("a number"));
        let cells: Vec<&str> = line.split_whitespace().collect();
        let name = known[0]["tensor"].as_str().expect("a name");
        let (median, worst) = (ratio(known[known.len() / 2]), ratio(known[0]));
        assert_eq!(
            (&cells[..2], &cells[3..6], cells[cells.len() - 2]),
            (&[format, bits][..], &[&*median, &*worst, name][..], "6"),
            "{line}"
        );
    }
    assert_eq!(weights("--to e4m3fn --summary --json").code, 2);
}

#[test]
fn csv_has_the_numbers_of_the_json() {
    let folder = folder();
    let path = folder.path().join("x.csv");
    let options = format!("--to e4m3fn,e5m2 --scale amax --sort snr --csv {}", path.display());
    let rows = rows(&options);
    let text = std::fs::read_to_string(&path).expect("a file");
    let mut lines = text.lines();
    let keys: Vec<&str> = lines.next().expect("a heading").split(',').collect();
    assert_eq!(lines.clone().count(), rows.len());
    for (line, row) in lines.zip(&rows) {
        for (key, cell) in keys.iter().zip(line.split(',')) {
            match &row[key] {
                Json::Number(n) => assert_eq!(cell.parse(), Ok(n.as_f64().expect("a number")), "{key}"),
                Json::String(text) => assert_eq!(cell, text),
                Json::Null => assert_eq!(cell, ""),
                Json::Array(shape) => {
                    let shape: Vec<String> = shape.iter().map(Json::to_string).collect();
                    assert_eq!(cell, shape.join("x"));
                }
                other => panic!("{key}: {other}"),
            }
        }
    }
    let run = weights(&format!("--to e4m3fn --csv {0} -o {0}", path.display()));
    assert_eq!(run.code, 2, "one file for two outputs: {}", run.err);
}

#[test]
fn files_of_other_kinds_are_named() {
    let folder = folder();
    for (name, first, word) in [
        ("model.pt", &b"PK\x03\x04\x00\x00\x08\x08\x00\x00"[..], "PyTorch"),
        ("old.bin", b"\x80\x02\x8a\x0al\xfc\x9c\x46", "pickle"),
        ("model.gguf", b"GGUF\x03\x00\x00\x00\x24\x01", "GGUF"),
        ("model.h5", b"\x89HDF\r\n\x1a\n\x00\x00", "HDF5"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, first).expect("a file");
        let run = run(&format!("quantize {} --to e4m3fn", path.display()));
        assert_eq!(run.code, 2);
        assert!(run.err.contains(name) && run.err.contains(word) && run.err.contains("save"), "{}", run.err);
    }
}

/// bfloat16 reaches as far as binary32: what maps amax to its largest value is below binary32's normal range.
#[test]
fn a_subnormal_scale_is_warned_of() {
    let subnormal = weights("--to e4m3fn,bfloat16 --scale amax --tensor layer.*");
    assert_eq!(subnormal.code, 0);
    let warning = "warning: the scale of layer.weight for bfloat16, ";
    let range = " is below binary32's normal range, and so is 1 more: ";
    assert!(subnormal.err.starts_with(warning) && subnormal.err.contains(range), "{}", subnormal.err);
    let normal = weights("--to e4m3fn --scale amax --tensor layer.*");
    assert_eq!((normal.code, normal.err.as_str()), (0, ""));
    // The page and the JSON say it too, in the same words.
    let folder = folder();
    let path = folder.path().join("x.html");
    let page =
        weights(&format!("--to bfloat16 --scale amax --tensor layer.* --json --html {}", path.display()));
    let report: Json = serde_json::from_str(&page.out).expect("JSON");
    let said = report["warnings"][0].as_str().expect("a warning").to_string();
    assert_eq!(page.err, format!("warning: {said}\n"));
    let page = std::fs::read_to_string(&path).expect("a file");
    assert!(page.contains(&said.replace('\'', "&apos;")), "{said}");
}

/// One page: the formats, a map of tensors and formats, and the picture; names as text.
#[test]
fn the_page_needs_nothing_else() {
    let folder = folder();
    let path = folder.path().join("x.html");
    assert_eq!(weights(&format!("--to e4m3fn,e2m1 --scale amax --html {}", path.display())).code, 0);
    let page = std::fs::read_to_string(&path).expect("a file");
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    for foreign in ["http-equiv", "<script", "src=", "url(", "@import", "<link"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    for row in rows("--to e4m3fn,e2m1 --scale amax") {
        let (name, db) = (row["tensor"].as_str().expect("a name"), row["snr_db"].as_f64());
        assert!(page.contains(&format!(">{name}")), "{name}");
        let cell = db.map_or("-".into(), |db| format!("{db:.2}"));
        assert!(
            page.contains(&format!(">{cell}<")) || page.contains(&format!(">{cell}\n")),
            "{name}: {cell}"
        );
    }
    let head = br#"{"<b>&\u001b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    let file = [&(head.len() as u64).to_le_bytes(), &head[..], &1f32.to_le_bytes()].concat();
    let input = folder.path().join("x.safetensors");
    std::fs::write(&input, file).expect("a file");
    assert_eq!(run(&format!("quantize {} --to e4m3fn --html {}", input.display(), path.display())).code, 0);
    let page = std::fs::read_to_string(&path).expect("a file");
    assert!(page.contains("&lt;b&gt;&amp;") && !page.contains("<b>") && !page.contains('\u{1b}'));
}

/// Squares of such numbers are beyond binary64: without a ratio, a tensor that lost two of three elements passed for one without a signal.
#[test]
fn a_tensor_whose_ratio_is_unknown_is_no_good_one() {
    let folder = folder();
    let head = br#"{"fine":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"huge":{"dtype":"F64","shape":[3],"data_offsets":[8,32]},"tiny":{"dtype":"F64","shape":[2],"data_offsets":[32,48]}}"#;
    let numbers = [1.1f64, 1e308, -1e300, 1e-320, 1e-200, 3e-200].map(f64::to_le_bytes).concat();
    let input = folder.path().join("x.safetensors");
    std::fs::write(&input, [&(head.len() as u64).to_le_bytes(), &head[..], &numbers].concat())
        .expect("a file");
    let quantize =
        |options: &str| run(&format!("quantize {} --to e4m3fn --scale amax {options}", input.display()));
    let report: Json = serde_json::from_str(&quantize("--sort snr --json").out).expect("JSON");
    let rows = report["tensors"].as_array().expect("rows");
    assert_eq!(names(rows), ["huge", "tiny", "fine"]);
    assert!(
        rows[0]["snr_db"].is_null() && rows[1]["snr_db"].is_null() && rows[2]["snr_db"].is_number(),
        "{rows:?}"
    );
    let summary = quantize("--summary").out;
    let worst = summary.lines().nth(1).and_then(|line| line.split_whitespace().nth(5));
    assert_eq!(worst, Some("huge"), "{summary}");
}

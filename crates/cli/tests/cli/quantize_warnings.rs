//! What `halfulp quantize` warns of: scales that are lost, numbers that become NaN, scales quantized as weights; and that threads are
//! no more than the work.

use std::fs;

use crate::program::{Run, run};
use crate::tensors::{Safetensors, data, folder, write_npy};
use serde_json::Value as Json;

/// A run on an array of three numbers.
fn three(numbers: [f32; 3], options: &str) -> (Run, tempfile::TempDir) {
    let folder = folder();
    let path = folder.path().join("w.npy");
    write_npy(&path, "<f4", 3, &numbers.map(f32::to_le_bytes).concat());
    let options = options.replace("OUT", &folder.path().join("out.npy").display().to_string());
    (run(&format!("quantize {} --to e4m3fn {options}", path.display())), folder)
}

fn warnings(run: &Run) -> Vec<String> {
    let report: Json = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}{}", run.out, run.err));
    let warnings = report["warnings"].as_array().expect("a list").iter();
    warnings.map(|warning| warning.as_str().expect("a text").to_string()).collect()
}

#[test]
fn a_scale_that_a_file_has_no_place_for_is_said_in_full() {
    let numbers = [1.0, -3.0, 0.7];
    let (quantized, folder) = three(numbers, "--scale amax --json -o OUT");
    assert_eq!(quantized.code, 0, "{}", quantized.err);
    let [warning] = &warnings(&quantized)[..] else { panic!("{}", quantized.err) };
    assert_eq!(quantized.err, format!("warning: {warning}\n"));
    assert!(warning.contains(".safetensors") && warning.contains("out.npy"), "{warning}");
    // The number that it tells is the scale, to the last bit: so the codes have their values again.
    let (_, rest) = warning.split_once("the scale of w for e4m3fn is ").expect("the scale");
    let told = rest.split([' ', ',']).next().expect("a number");
    assert_eq!(told.split_once('e').map(|(digits, _)| digits.len()), Some(18), "{told}");
    let report: Json = serde_json::from_str(&quantized.out).expect("JSON");
    assert_eq!(told.parse::<f64>().ok(), report["tensors"][0]["scale"].as_f64());
    let page = folder.path().join("w.html");
    let written = format!("--scale amax -o OUT --html {}", page.display());
    assert_eq!(three(numbers, &written).0.code, 0);
    assert!(fs::read_to_string(&page).expect("a page").contains(told));
    // Nothing is lost where there is no output or no scale, or where values are written.
    for options in ["--scale amax --json", "--json -o OUT", "--scale amax --emit values --json -o OUT"] {
        let (run, _) = three(numbers, options);
        assert_eq!((run.code, warnings(&run)), (0, Vec::new()), "{options}");
    }
    let out = folder.path().join("out.safetensors");
    let weights = data("weights.safetensors");
    let kept = run(&format!("quantize {} --to e4m3fn --scale amax -o {}", weights.display(), out.display()));
    assert!(kept.code == 0 && !kept.err.contains("no place"), "{}", kept.err);
    assert!(Safetensors::read(&out).names().contains(&"layer.weight_scale"));
}

#[test]
fn numbers_that_become_nan_are_told() {
    let numbers = [1.0, 1e6, -1e6];
    let (plain, _) = three(numbers, "--json");
    let [warning] = &warnings(&plain)[..] else { panic!("{}", plain.err) };
    for part in ["2 of 3 elements became NaN in e4m3fn", "-448 to 448", "--saturate finite", "--scale amax"] {
        assert!(warning.contains(part), "{warning}");
    }
    for (numbers, options) in [
        (numbers, "--saturate finite --json"),
        (numbers, "--scale amax --json"),
        // It was one before.
        ([1.0, f32::NAN, 2.0], "--json"),
    ] {
        let (run, _) = three(numbers, options);
        assert_eq!((run.code, warnings(&run)), (0, Vec::new()), "{options}");
    }
    let (compared, _) = three(numbers, "--to e5m2,e2m1 --json");
    assert!(warnings(&compared).iter().all(|warning| !warning.contains("e5m2")), "{}", compared.err);
}

#[test]
fn scales_of_an_earlier_run_are_recognized() {
    let folder = folder();
    let out = folder.path().join("out.safetensors");
    let weights = data("weights.safetensors");
    let first = run(&format!("quantize {} --to e4m3fn --scale amax -o {}", weights.display(), out.display()));
    assert!(first.code == 0 && !first.err.contains("earlier"), "{}", first.err);
    let again = run(&format!("quantize {} --to e5m2 --json", out.display()));
    let told = warnings(&again).into_iter().find(|warning| warning.contains("earlier `halfulp quantize`"));
    assert!(told.is_some_and(|warning| warning.contains("_scale (F32 1)")), "{}", again.err);
}

/// Once a million threads were started for a file of a few bytes.
#[test]
fn threads_are_no_more_than_the_work() {
    let (run, _) = three([1.0, 2.0, 3.0], "--threads 1000000");
    assert_eq!(run.code, 0, "{}", run.err);
    for threads in ["0", "-1", "x"] {
        let (run, _) = three([1.0, 2.0, 3.0], &format!("--threads {threads}"));
        assert!(run.code == 2 && run.err.contains("a number of threads, 1 or more"), "{}", run.err);
    }
    for seed in ["-1", "18446744073709551616"] {
        let (run, _) = three([1.0, 2.0, 3.0], &format!("--round sr-a:8 --seed {seed}"));
        assert!(run.code == 2 && run.err.contains("0 to 18446744073709551615"), "{}", run.err);
    }
}

#[test]
fn pictures_and_pages_have_their_names() {
    let folder = folder();
    for (option, name, kind) in [
        ("--html", "w.txt", ".html or .htm file"),
        ("--histogram", "h.png", ".svg file"),
        ("--csv", "w.tsv", ".csv file"),
    ] {
        let path = folder.path().join(name);
        let (refused, _) = three([1.0, 2.0, 3.0], &format!("{option} {}", path.display()));
        assert!(refused.code == 2 && refused.err.contains(kind), "{}", refused.err);
        assert!(!path.exists());
    }
    let path = folder.path().join("h.SVG");
    assert_eq!(three([1.0, 2.0, 3.0], &format!("--histogram {}", path.display())).0.code, 0);
}

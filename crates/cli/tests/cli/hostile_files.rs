//! `halfulp` on files that were made to break it: heads and format files that are deep, long, wrong or no files at all.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::program::{command, run};
use crate::tensors::{folder, npy, write_npy};
use serde_json::{Value, json};

/// A .npy file of version 2.0 with this text, and so many bytes of data.
fn write_npy_text(path: &Path, text: &[u8], data: usize) {
    let start = [&b"\x93NUMPY\x02\0"[..], &(text.len() as u32).to_le_bytes(), text, &vec![0; data]].concat();
    fs::write(path, start).expect("a file");
}

fn write_safetensors(path: &Path, head: &str, data: &[u8]) {
    let bytes = [&(head.len() as u64).to_le_bytes()[..], head.as_bytes(), data].concat();
    fs::write(path, bytes).expect("a file");
}

/// Runs within a time that a linear reader keeps on any machine.
fn at_once(args: &str) -> crate::program::Run {
    let start = Instant::now();
    let run = run(args);
    assert!(start.elapsed() < Duration::from_secs(10), "{args}: {:?}", start.elapsed());
    run
}

fn assert_told(run: &crate::program::Run, words: &[&str]) {
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
    assert!(words.iter().all(|word| run.err.contains(word)), "{words:?}: {}", run.err);
    assert!(run.err.len() < 2000 && run.err.lines().count() == 1, "{}", run.err);
}

#[test]
fn nested_brackets_take_no_time() {
    let folder = folder();
    let path = folder.path().join("x.npy");
    for head in ["{'shape':", "{'descr':"] {
        for (open, depth) in [("[", 30), ("(", 30), ("{", 30), ("[", 1_000_000)] {
            write_npy_text(&path, (head.to_string() + &open.repeat(depth)).as_bytes(), 0);
            let run = at_once(&format!("quantize {} --to e4m3fn", path.display()));
            assert_told(&run, &["x.npy", "the .npy head is wrong"]);
        }
    }
    let path = folder.path().join("x.safetensors");
    for text in
        ["[".repeat(1_000_000), r#"{"a":"#.repeat(1_000_000), format!("{{\"a\":{}", "[".repeat(200_000))]
    {
        write_safetensors(&path, &text, &[]);
        assert_told(&at_once(&format!("quantize {} --to e4m3fn", path.display())), &["head is wrong"]);
    }
}

#[test]
fn a_head_is_as_long_as_its_file_lets_it_be() {
    let folder = folder();
    let [array, tensors] = ["x.npy", "x.safetensors"].map(|name| folder.path().join(name));
    fs::write(&array, b"\x93NUMPY\x02\0\xff\xff\xff\xff{'descr'").expect("a file");
    fs::write(&tensors, u64::MAX.to_le_bytes()).expect("a file");
    for path in [&array, &tensors] {
        // 4 GiB would not fit.
        let line = format!(
            "ulimit -v 1500000; exec {} quantize {} --to e4m3fn --threads 1",
            env!("CARGO_BIN_EXE_halfulp"),
            path.display()
        );
        let run = std::process::Command::new("sh").args(["-c", &line]).output().expect("a shell");
        let err = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{err}");
        assert!(err.contains("bytes"), "{err}");
    }
    // A limit by name.
    write_npy_text(&array, b"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", 4);
    let args = format!("quantize {} --to e4m3fn --max-head", array.display());
    assert_told(&run(&format!("{args} 54")), &["its head has 55 bytes", "limit of 54", "--max-head"]);
    assert_eq!(run(&format!("{args} 55")).code, 0);
}

#[test]
fn many_dimensions_are_written_as_they_are_read() {
    let folder = folder();
    let [input, out] = ["x.npy", "y.npy"].map(|name| folder.path().join(name));
    let shape = "1, ".repeat(22_000);
    let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape})}}");
    write_npy_text(&input, text.as_bytes(), 4);
    let args = format!("quantize {} --to e4m3fn", input.display());
    assert_eq!(at_once(&format!("{args} -o {}", out.display())).code, 0);
    let again = run(&format!("quantize {} --to e4m3fn", input.display()));
    assert!(again.code == 0 && again.out.len() < 2000, "{}", again.out);
    // Version 2.0, as the input: version 1.0 has no room for such a head.
    let written = fs::read(&out).expect("a file");
    assert_eq!(&written[..8], b"\x93NUMPY\x02\0");
    assert!(String::from_utf8_lossy(&written).contains(&format!("({shape})")));
}

#[cfg(unix)]
#[test]
fn a_hundred_thousand_tensors_take_seconds() {
    let folder = folder();
    let [input, out] = ["x.safetensors", "y.safetensors"].map(|name| folder.path().join(name));
    let count = 100_000;
    let entry = |i: usize| {
        format!(
            r#""layer.{i}.weight":{{"dtype":"F16","shape":[1],"data_offsets":[{},{}]}}"#,
            2 * i,
            2 * i + 2
        )
    };
    let entries: Vec<String> = (0..count).map(entry).collect();
    write_safetensors(&input, &format!("{{{}}}", entries.join(",")), &vec![0x3c; 2 * count]);
    // Seconds of a CPU, which other programs do not change: the last line of `times` is that of the shell's children.
    let line = format!(
        "{} quantize {} --to e4m3fn --scale amax -o {} | wc -l; times",
        env!("CARGO_BIN_EXE_halfulp"),
        input.display(),
        out.display()
    );
    let run = std::process::Command::new("sh").args(["-c", &line]).output().expect("a shell");
    let text = String::from_utf8(run.stdout).expect("UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0].trim(), (1 + count + 1).to_string(), "{}", String::from_utf8_lossy(&run.stderr));
    let (minutes, seconds) =
        lines[2].split_once(' ').and_then(|(user, _)| user.split_once('m')).expect("a time");
    let seconds: f64 = seconds.trim_end_matches('s').parse().expect("seconds");
    assert!(minutes == "0" && seconds < 20.0, "{text}");
}

#[test]
fn a_tensor_that_is_there_twice_is_refused() {
    let folder = folder();
    let path = folder.path().join("x.safetensors");
    let entry = r#""x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#;
    write_safetensors(&path, &format!("{{{entry},{entry}}}"), &[0; 4]);
    assert_told(&run(&format!("quantize {} --to e4m3fn", path.display())), &["tensor x is there twice"]);
}

#[test]
fn names_are_shown_short_and_harmless() {
    let folder = folder();
    let path = folder.path().join("x.safetensors");
    let long = "n".repeat(1 << 20);
    let names = ["a\u{1b}[31m\u{7}\nb", "\u{202e}txt", &long];
    let entry = |(i, name): (usize, &&str)| {
        (name.to_string(), json!({"dtype": "F32", "shape": [1], "data_offsets": [4 * i, 4 * i + 4]}))
    };
    let mut head: serde_json::Map<String, Value> = names.iter().enumerate().map(entry).collect();
    head.insert("c\u{1b}c\n".into(), json!({"dtype": "I8", "shape": [4], "data_offsets": [12, 16]}));
    write_safetensors(&path, &Value::Object(head).to_string(), &[0; 16]);
    let args = format!("quantize {} --to e4m3fn", path.display());
    let text = run(&args).out;
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    assert_eq!(text.lines().count(), 1 + 3 + 1 + 1, "{text}");
    assert!(text.lines().all(|line| line.chars().count() < 400), "{text}");
    assert!(text.contains(r"a\u{1b}[31m\u{7}\nb") && text.contains(r"\u{202e}txt") && text.contains('…'));
    // JSON has the names as they are, escaped by its own rules.
    let report: Value = serde_json::from_str(&run(&format!("{args} --json")).out).expect("JSON");
    assert_eq!(
        report["tensors"].as_array().map(|rows| rows.iter().map(|row| &row["tensor"]).collect()),
        Some(names.map(Value::from).iter().collect::<Vec<_>>())
    );
}

#[test]
fn an_output_that_no_reader_would_take_is_not_begun() {
    let folder = folder();
    let [input, out] = ["x.safetensors", "y.safetensors"].map(|name| folder.path().join(name));
    // With a scale beside it the name is there twice.
    let name = "n".repeat(60_000_000);
    write_safetensors(
        &input,
        &format!(r#"{{"{name}":{{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}}}"#),
        &[0; 4],
    );
    let args = format!("quantize {} --to e4m3fn --scale amax -o {}", input.display(), out.display());
    assert_told(&run(&args), &["the output: its head has 120000", "100000000", "--max-head"]);
    assert!(!out.exists());
    assert_eq!(run(&format!("{args} --max-head 200000000")).code, 0);
    assert_eq!(run(&format!("quantize {} --to e4m3fn", input.display())).code, 0);
}

#[test]
fn finite_numbers_stay_finite_under_a_scale() {
    let folder = folder();
    let [input, out] = ["x.npy", "y.npy"].map(|name| folder.path().join(name));
    for numbers in [[f64::MAX, -f64::MAX], [1.797e308, -1.797e308], [1.5e308, 1.0]] {
        write_npy(&input, "<f8", 2, &numbers.map(f64::to_le_bytes).concat());
        for (scale, format) in
            ["amax", "pow2"].into_iter().flat_map(|s| ["e4m3fn", "e5m2", "bfloat16", "i8"].map(|f| (s, f)))
        {
            let args = format!("quantize {} --to {format} --scale {scale}", input.display());
            let run = run(&format!("{args} --emit values --json -o {}", out.display()));
            assert_eq!(run.code, 0, "{}", run.err);
            let values: Vec<f64> = npy(&out).1.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect();
            for (value, number) in values.iter().zip(numbers) {
                let near = (value - number).abs() <= 0.07 * number.abs() || number == 1.0;
                assert!(value.is_finite() && near, "{number:e} became {value:e}, {scale} {format}");
            }
            let report: Value = serde_json::from_str(&run.out).expect("JSON");
            assert!(report["total"][0]["absolute_error"].is_number(), "{}", report["total"]);
        }
    }
}

#[test]
fn a_format_file_may_not_take_another_formats_name() {
    let folder = folder();
    let path = folder.path().join("x.toml");
    let input = folder.path().join("x.npy");
    write_npy(&input, "<f4", 1, &1f32.to_le_bytes());
    for (name, refused) in [
        ("e4m3fn", true),
        ("E4M3FN", true),
        ("float8_e4m3fn", true),
        ("i8", true),
        ("binary8p4se", true),
        ("mine", false),
    ] {
        fs::write(&path, format!("name = \"{name}\"\nwidth = 8\nprecision = 3\nnan = \"all-ones\"\n"))
            .expect("a file");
        let args = [
            format!("show {}", path.display()),
            format!("quantize {} --to {}", input.display(), path.display()),
            format!("eval add --format {}", path.display()),
        ];
        for args in &args {
            let run = run(args);
            if refused {
                assert_told(&run, &["another format's name", name]);
            } else {
                assert_eq!(run.code, 0, "{args}: {}", run.err);
            }
        }
    }
    // The same facts by their own name are no lie.
    fs::write(&path, "name = \"e4m3fn\"\nwidth = 8\nprecision = 4\nnan = \"all-ones\"\n").expect("a file");
    assert_eq!(run(&format!("show {}", path.display())).code, 0);
}

#[test]
fn texts_of_format_files_are_shown_harmless() {
    let folder = folder();
    let path = folder.path().join("x.toml");
    let facts = "name = \"mine\"\nwidth = 8\nprecision = 4\n";
    fs::write(&path, format!("{facts}summary = \"a\\u001b[31mb\\n\"\nsource = \"\\u0007\"\n"))
        .expect("a file");
    let text = run(&format!("show {}", path.display())).out;
    assert!(text.contains(r"a\u{1b}[31mb\n") && text.contains(r"\u{7}"), "{text}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    fs::write(&path, format!("{facts}\"\\u001b[31m\" = 1\n")).expect("a file");
    assert_told(&run(&format!("show {}", path.display())), &[r"\u{1b}[31m", "no such key"]);
}

#[test]
fn many_aliases_and_large_format_files() {
    let folder = folder();
    let path = folder.path().join("x.toml");
    let facts = "name = \"mine\"\nwidth = 8\nprecision = 4\n";
    let aliases: String = (0..70_000).map(|i| format!("a{i} = \"n{i}\"\n")).collect();
    fs::write(&path, format!("{facts}[aliases]\n{aliases}")).expect("a file");
    assert!(fs::metadata(&path).expect("a file").len() > 1 << 20);
    assert_told(&at_once(&format!("show {}", path.display())), &["more than 1 MiB"]);
    let aliases: String = (0..50_000).map(|i| format!("a{i} = \"n{i}\"\n")).collect();
    fs::write(&path, format!("{facts}[aliases]\n{aliases}")).expect("a file");
    let start = Instant::now();
    assert_eq!(run(&format!("show {}", path.display())).code, 0);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let made = command("").arg("--version").output().is_ok()
        && std::process::Command::new("mkfifo")
            .arg(at("pipe.toml"))
            .status()
            .is_ok_and(|status| status.success());
    assert!(made, "mkfifo");
    std::os::unix::fs::symlink("/dev/zero", at("zero.toml")).expect("a link");
    fs::create_dir(at("folder.toml")).expect("a folder");
    for name in ["pipe.toml", "zero.toml", "folder.toml"] {
        let path = at(name).display().to_string();
        let is_folder = name.starts_with("folder");
        let (format, tensors) =
            if is_folder { ("is a folder", "is a folder") } else { ("not a regular file", "not a file") };
        assert_told(&at_once(&format!("show {path}")), &[format]);
        assert_told(&at_once(&format!("eval add --format {path}")), &[format]);
        assert_told(&at_once(&format!("verify {path}")), &[format]);
        assert_told(&at_once(&format!("quantize {path} --to e4m3fn")), &[tensors]);
    }
}

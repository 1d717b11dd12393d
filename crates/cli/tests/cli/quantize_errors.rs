//! `halfulp quantize` where it cannot do what it was asked: it says so, ends with 2, and leaves nothing behind.

use std::fs;
use std::path::Path;

use crate::program::{command, run};
use crate::tensors::{data, folder, names, write_npy, zeros};

/// What a person is told who asked for what cannot be.
fn told(args: &str) -> String {
    let run = run(&format!("quantize {args}"));
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{args}: {}", run.err);
    run.err
}

fn assert_told(args: &str, texts: &[&str]) {
    let told = told(args);
    for text in texts {
        assert!(told.contains(text), "{args}: {text:?} is not in {told}");
    }
}

/// A .safetensors file with a head of this text and so many bytes of data.
fn safetensors(path: &Path, head: &str, data: usize) {
    let bytes = [&(head.len() as u64).to_le_bytes()[..], head.as_bytes(), &vec![0; data]].concat();
    fs::write(path, bytes).expect("a file");
}

#[test]
fn wrong_arguments_are_said() {
    let weights = data("weights.safetensors");
    let file = weights.display();
    assert_told(&format!("{file} --to e4m3fn --scale nan"), &["--scale", "above zero"]);
    assert_told(&format!("{file} --to e4m3fn --scale 0"), &["--scale", "above zero"]);
    assert_told(&format!("{file} --to e4m3fn --scale -2"), &["--scale", "above zero"]);
    assert_told(&format!("{file} --to e4m3fn --scale 1e-60"), &["--scale", "above zero"]);
    assert_told(&format!("{file} --to e4m3fn --scale max"), &["expected none, amax, pow2 or a number"]);
    assert_told(&format!("{file} --to tf32"), &["tf32", "19 bits", "up to 16"]);
    assert_told(&format!("{file} --to binary16p2se"), &["binary16p2se", "binary64"]);
    assert_told(&format!("{file} --to e4m3fx"), &["e4m3fx"]);
    assert_told(&format!("{file} --to e4m3fn --round sr-a"), &["1 to 32, as in sr-a:8"]);
    assert_told(&format!("{file} --to e4m3fn --emit values"), &["--output"]);
    assert_told(&format!("{file} --to e4m3fn,e5m2 -o out.safetensors"), &["compared", "-o"]);
    assert_told(&format!("{file} --to e4m3fn -o out.npy"), &["-o out.npy", ".safetensors"]);
    assert_told(&format!("{file} --to e4m3fn -o no/folder/out.safetensors"), &["no folder no/folder"]);
}

#[test]
fn wrong_files_are_said() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let whole = fs::read(data("weights.safetensors")).expect("a file");
    fs::write(at("short.safetensors"), &whole[..whole.len() - 1]).expect("a file");
    fs::write(at("long.safetensors"), [&whole[..], b"x"].concat()).expect("a file");
    fs::write(at("head.safetensors"), &whole[..100]).expect("a file");
    fs::write(at("text.safetensors"), "not tensors at all").expect("a file");
    fs::write(at("tiny.safetensors"), "1234").expect("a file");
    safetensors(&at("json.safetensors"), "{\"x\":", 0);
    safetensors(&at("dtype.safetensors"), r#"{"x":{"dtype":"F7","shape":[2],"data_offsets":[0,2]}}"#, 2);
    safetensors(&at("hole.safetensors"), r#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8);
    safetensors(&at("shape.safetensors"), r#"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8);
    safetensors(&at("integers.safetensors"), r#"{"x":{"dtype":"I8","shape":[8],"data_offsets":[0,8]}}"#, 8);
    let array = fs::read(data("weight.npy")).expect("a file");
    fs::write(at("short.npy"), &array[..array.len() - 4]).expect("a file");
    fs::write(at("head.npy"), &array[..40]).expect("a file");
    let wrong: [(&str, &[&str]); 14] = [
        ("short.safetensors", &["truncated", "data"]),
        ("long.safetensors", &["too long"]),
        ("head.safetensors", &["truncated"]),
        ("text.safetensors", &["not a .safetensors or .npy file"]),
        ("tiny.safetensors", &["a file of 4 bytes is neither"]),
        ("json.safetensors", &["head is wrong"]),
        ("dtype.safetensors", &["F7"]),
        ("hole.safetensors", &["head is wrong", "`x`"]),
        ("shape.safetensors", &["head is wrong", "tensor x: 12 bytes of F32 are expected"]),
        ("integers.safetensors", &["nothing to quantize"]),
        ("short.npy", &["truncated: the head promises 1536 bytes of data, the file has 1532"]),
        ("head.npy", &["head is wrong"]),
        ("missing.npy", &["there is no file"]),
        (".", &["is a folder"]),
    ];
    for (name, texts) in wrong {
        assert_told(&format!("{} --to e4m3fn", at(name).display()), texts);
        assert!(told(&format!("{} --to e4m3fn", at(name).display())).contains(name), "{name} is named");
    }
    assert_told(&format!("{} --to e4m3fn", data("integers.npy").display()), &["<i8", "f2, f4, f8"]);
}

#[test]
fn nothing_is_overwritten_or_left_behind() {
    let folder = folder();
    let input = folder.path().join("in.safetensors");
    fs::copy(data("weights.safetensors"), &input).expect("a copy");
    let shown = input.display();
    assert_told(&format!("{shown} --to e4m3fn -o {shown}"), &["that is the input"]);
    assert_told(&format!("{shown} --to e4m3fn --histogram {shown}"), &["that is the input"]);
    let link = folder.path().join("link.safetensors");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&input, &link).expect("a link");
        assert_told(&format!("{shown} --to e4m3fn -o {}", link.display()), &["that is the input"]);
        fs::remove_file(&link).expect("a link");
    }
    // A name that the scale would take.
    let head = r#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x_scale":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#;
    safetensors(&input, head, 8);
    let out = folder.path().join("out.safetensors");
    fs::write(&out, "what was there before").expect("a file");
    assert_told(&format!("{shown} --to e4m3fn --scale amax -o {}", out.display()), &["x_scale already"]);
    assert_eq!(names(folder.path()), ["in.safetensors", "out.safetensors"]);
    assert_eq!(fs::read_to_string(&out).expect("a file"), "what was there before");
    assert_eq!(fs::read(&input).expect("a file").len(), 8 + head.len() + 8);
}

#[test]
fn scales_of_nothing_are_one() {
    let folder = folder();
    let input = folder.path().join("in.npy");
    for numbers in [[0.0f32, -0.0], [f32::NAN, f32::INFINITY]] {
        write_npy(&input, "<f4", 2, &numbers.map(f32::to_le_bytes).concat());
        for scale in ["amax", "pow2"] {
            let run = run(&format!("quantize {} --to e5m2 --scale {scale} --json", input.display()));
            assert!(run.code == 0 && run.out.contains("\"scale\": 1.0"), "{}{}", run.out, run.err);
        }
    }
    write_npy(&input, "<f4", 0, &[]);
    let run = run(&format!("quantize {} --to e5m2 --scale amax", input.display()));
    assert_eq!((run.code, run.out.lines().count()), (0, 2), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_leaves_nothing_behind() {
    let folder = folder();
    let [input, out] = ["in.npy", "out.npy"].map(|name| folder.path().join(name));
    zeros(&input, 3 << 20);
    // As on a full disk, writing fails; by a limit on files instead of a disk.
    let line = format!(
        "trap '' XFSZ; ulimit -f 1000; exec {} quantize {} --to e4m3fn -o {}",
        env!("CARGO_BIN_EXE_halfulp"),
        input.display(),
        out.display()
    );
    let run = std::process::Command::new("sh").args(["-c", &line]).output().expect("a shell");
    let err = String::from_utf8(run.stderr).expect("UTF-8");
    assert_eq!(run.status.code(), Some(2), "{err}");
    assert!(err.contains("could not write") && err.contains("out.npy"), "{err}");
    assert_eq!(names(folder.path()), ["in.npy"]);
}

#[cfg(unix)]
#[test]
fn interrupting_leaves_nothing_behind() {
    let folder = folder();
    let [input, out] = ["in.npy", "out.npy"].map(|name| folder.path().join(name));
    // Many seconds of work: once, on a busy machine, the signal came after the end.
    zeros(&input, 1 << 32);
    fs::write(&out, "what was there before").expect("a file");
    let args = format!("quantize {} --to e4m3fn --scale amax -o {}", input.display(), out.display());
    let mut child = command(&args).stderr(std::process::Stdio::piped()).spawn().expect("the program starts");
    while names(folder.path()).len() < 3 {
        assert!(child.try_wait().expect("a child").is_none(), "it ended before it could be interrupted");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    // Not INT, which takes the same way: a shell that runs the tests in the background ignores it, and so would the program.
    let kill = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(kill.expect("kill").success());
    let run = child.wait_with_output().expect("it ends");
    let err = String::from_utf8(run.stderr).expect("UTF-8");
    assert_eq!((run.status.code(), err.as_str()), (Some(2), "halfulp: interrupted: nothing was written\n"));
    assert_eq!(names(folder.path()), ["in.npy", "out.npy"]);
    assert_eq!(fs::read_to_string(&out).expect("a file"), "what was there before");
}

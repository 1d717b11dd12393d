//! The files that the program writes: none replaces what is not a file, an input or another; what ends the program early leaves nothing
//! behind. Unix only: devices, pipes, links and signals.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::{command, is_ignored, run};
use crate::tensors::{data, folder, names, write_npy, zeros};

/// A run of `quantize` on a small file that draws a histogram to a path.
fn histogram(path: &Path) -> crate::program::Run {
    run(&format!("quantize {} --to e4m3fn --histogram {}", data("weight.npy").display(), path.display()))
}

fn assert_refused(run: &crate::program::Run, words: &[&str]) {
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
    assert!(words.iter().all(|word| run.err.contains(word)), "{words:?}: {}", run.err);
}

fn sh(line: &str) -> std::process::Output {
    Command::new("sh").args(["-c", line]).output().expect("a shell")
}

#[test]
fn a_device_is_written_into_and_stays_one() {
    let folder = folder();
    let null = folder.path().join("null");
    // Making a device takes root; a link to one does not.
    if !sh(&format!("mknod {} c 1 3", null.display())).status.success() {
        symlink("/dev/null", &null).expect("a link");
    }
    assert_eq!(histogram(&null).code, 0);
    assert!(fs::metadata(&null).expect("it is there").file_type().is_char_device());
    // Two outputs may both go nowhere, and one of codes needs no name that ends in .npy.
    let args = format!("quantize {} --to e4m3fn -o", data("weight.npy").display());
    assert_eq!(run(&format!("{args} {0} --histogram {0}", null.display())).code, 0);
    assert!(fs::metadata(&null).expect("it is there").file_type().is_char_device());
    // A full device is a disk that is full. By a link: what these tests are to find must not break the machine.
    let full = folder.path().join("full");
    symlink("/dev/full", &full).expect("a link");
    assert_refused(&histogram(&full), &["could not write", "full"]);
    assert_eq!(names(folder.path()), ["full", "null"]);
}

#[test]
fn a_pipe_is_written_into_and_is_not_waited_for() {
    let folder = folder();
    let pipe = folder.path().join("pipe");
    assert!(sh(&format!("mkfifo {}", pipe.display())).status.success());
    assert_refused(&histogram(&pipe), &["a pipe that nobody reads"]);
    let reader = Command::new("cat").arg(&pipe).stdout(Stdio::piped()).spawn().expect("cat");
    let start = Instant::now();
    // Until the reader has opened it.
    while histogram(&pipe).code != 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "the reader was not seen");
    }
    let read = reader.wait_with_output().expect("it ends").stdout;
    assert!(read.starts_with(b"<svg") && read.trim_ascii_end().ends_with(b"</svg>"));
    assert!(fs::metadata(&pipe).expect("it is there").file_type().is_fifo());
}

#[test]
fn standard_output_by_its_name_gets_all_in_order() {
    let folder = folder();
    let file = folder.path().join("out.txt");
    let line = |output: &str| {
        format!(
            "{} quantize {} --to e4m3fn --histogram {output} >{}",
            env!("CARGO_BIN_EXE_halfulp"),
            data("weight.npy").display(),
            file.display()
        )
    };
    // What /dev/stdout leads to, where nothing can be put in its place.
    assert_eq!(sh(&line("/proc/self/fd/1")).status.code(), Some(0));
    let text = fs::read_to_string(&file).expect("a text");
    assert!(text.starts_with("<svg") && text.contains("</svg>\nTENSOR"), "{text}");
    let refused = sh(&line(&file.display().to_string()));
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("standard output or error goes there"));
}

#[test]
fn a_link_stays_one_and_its_file_is_replaced() {
    let folder = folder();
    let other = folder.path().join("other");
    fs::create_dir(&other).expect("a folder");
    let [link, target] = [folder.path().join("link.svg"), other.join("target.svg")];
    fs::write(&target, "old").expect("a file");
    symlink("other/target.svg", &link).expect("a link");
    assert_eq!(histogram(&link).code, 0);
    assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
    assert!(fs::read_to_string(&target).expect("a file").starts_with("<svg"));
    assert_eq!(
        (names(folder.path()), names(&other)),
        (vec!["link.svg".into(), "other".into()], vec!["target.svg".into()])
    );
    fs::remove_file(&target).expect("a file");
    assert_refused(&histogram(&link), &["leads to nothing"]);
    assert_eq!(names(&other), [""; 0]);
}

#[test]
fn another_users_link_is_not_followed() {
    let folder = folder();
    let [link, target] = ["link.svg", "target.svg"].map(|name| folder.path().join(name));
    fs::write(&target, "old").expect("a file");
    symlink(&target, &link).expect("a link");
    // Giving a link away takes root.
    if std::os::unix::fs::lchown(&link, Some(65534), None).is_err() {
        return;
    }
    assert_refused(&histogram(&link), &["another user's"]);
    assert_eq!(fs::read_to_string(&target).expect("a file"), "old");
}

#[test]
fn no_output_is_an_input_or_another_output() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name).display().to_string();
    fs::copy(data("weight.npy"), at("in.npy")).expect("a copy");
    fs::hard_link(at("in.npy"), at("same.npy")).expect("a second name");
    fs::write(at("f.toml"), "name = \"mine\"\nwidth = 8\nprecision = 4\n").expect("a file");
    let before = fs::read(at("in.npy")).expect("a file");
    for (outputs, words) in [
        (format!("-o {}", at("in.npy")), ["that is the input", "-o"]),
        (format!("-o {}", at("same.npy")), ["that is the input", "in.npy"]),
        (format!("--histogram {}", at("f.toml")), ["that is the input", "f.toml"]),
        (format!("-o {0} --histogram {0}", at("x.npy")), ["--histogram", "is written there"]),
        (
            format!("-o {} --histogram {}", at("x.npy"), at("../").clone() + &last(folder.path()) + "/x.npy"),
            ["--histogram", "is written there"],
        ),
    ] {
        let run = run(&format!("quantize {} --to {} {outputs}", at("in.npy"), at("f.toml")));
        assert_refused(&run, &words);
    }
    assert_eq!(names(folder.path()), ["f.toml", "in.npy", "same.npy"]);
    assert_eq!(fs::read(at("in.npy")).expect("a file"), before);
}

fn last(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn permissions_of_a_replaced_file_stay() {
    let folder = folder();
    let path = folder.path().join("x.svg");
    for mode in [0o600, 0o640, 0o444, 0o755] {
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("permissions");
        assert_eq!(histogram(&path).code, 0);
        assert_eq!(fs::metadata(&path).expect("a file").mode() & 0o7777, mode);
        fs::remove_file(&path).expect("a file");
    }
    // A new one has what the umask leaves.
    let line = format!(
        "umask 027; {} quantize {} --to e4m3fn --histogram {}",
        env!("CARGO_BIN_EXE_halfulp"),
        data("weight.npy").display(),
        path.display()
    );
    assert!(sh(&line).status.success());
    assert_eq!(fs::metadata(&path).expect("a file").mode() & 0o7777, 0o640);
}

/// A run that takes long and has begun its file, ended by a signal: what it left, and its exit code.
fn ended_by(signal: &str) -> (Vec<String>, Option<i32>, String) {
    let folder = folder();
    let [input, out] = ["in.npy", "out.npy"].map(|name| folder.path().join(name));
    zeros(&input, 1 << 30);
    let args = format!("quantize {} --to e4m3fn --scale amax --json -o {}", input.display(), out.display());
    let mut child =
        command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    while names(folder.path()).len() < 2 {
        assert!(child.try_wait().expect("a child").is_none(), "it ended before the signal");
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(sh(&format!("kill -{signal} {}", child.id())).status.success());
    let run = child.wait_with_output().expect("it ends");
    (names(folder.path()), run.status.code(), String::from_utf8(run.stdout).expect("UTF-8"))
}

#[test]
fn signals_leave_nothing_behind() {
    for signal in ["HUP", "INT", "TERM", "QUIT", "ALRM", "USR1", "XCPU"] {
        if is_ignored(signal) {
            continue;
        }
        let (left, code, out) = ended_by(signal);
        assert_eq!((left, code), (vec!["in.npy".into()], Some(2)), "{signal}");
        let document: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(document["schema"], "halfulp.error/1");
        assert_eq!(document["error"], "interrupted: nothing was written");
    }
}

#[test]
fn nohup_is_heeded() {
    let folder = folder();
    let [input, out] = ["in.npy", "out.npy"].map(|name| folder.path().join(name));
    zeros(&input, 1 << 25);
    let line = format!(
        "trap '' HUP; {} quantize {} --to e4m3fn -o {} & child=$!; sleep 0.1; kill -HUP $child; wait $child",
        env!("CARGO_BIN_EXE_halfulp"),
        input.display(),
        out.display()
    );
    assert_eq!(sh(&line).status.code(), Some(0));
    assert_eq!(names(folder.path()), ["in.npy", "out.npy"]);
}

#[test]
fn a_limit_on_the_size_of_files_leaves_nothing_behind() {
    let folder = folder();
    let [input, out] = ["in.npy", "out.npy"].map(|name| folder.path().join(name));
    zeros(&input, 3 << 20);
    // Nothing is done about SIGXFSZ, which ends a program that does not expect it.
    let line = format!(
        "ulimit -f 1000; exec {} quantize {} --to e4m3fn -o {}",
        env!("CARGO_BIN_EXE_halfulp"),
        input.display(),
        out.display()
    );
    let run = sh(&line);
    assert_eq!(run.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&run.stderr).contains("could not write"));
    assert_eq!(names(folder.path()), ["in.npy"]);
}

#[test]
fn places_are_checked_before_the_run() {
    let folder = folder();
    let input = folder.path().join("in.npy");
    // Seconds of work, which is not begun.
    zeros(&input, 1 << 30);
    for output in ["no/folder/h.svg", ".", "/proc/h.svg"] {
        let start = Instant::now();
        let run = run(&format!("quantize {} --to e4m3fn --histogram {output}", input.display()));
        assert_refused(&run, &["--histogram", output]);
        assert!(start.elapsed() < Duration::from_secs(1), "{output}: {:?}", start.elapsed());
    }
    write_npy(&input, "<f4", 0, &[]);
    assert_eq!(run(&format!("quantize {} --to e4m3fn", input.display())).code, 0);
}

//! `halfulp verify --subject cmd:...`: what becomes of a device when the run is interrupted.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::program::{command, is_ignored};

/// Waits until something is so.
fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A verification by a device that never answers, and that has a child: the run, and the numbers of both.
fn stuck(file: &Path) -> (Child, Vec<u32>) {
    let device = format!("cmd:sh -c 'sleep 600 & echo $$ $! > {}; sleep 600'", file.display());
    let mut command = command(
        "verify e4m3fn --op mul --round rne --threads 1 --timeout 600 --against definition --subject",
    );
    let run = command
        .arg(device)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let read = || std::fs::read_to_string(file).unwrap_or_default();
    wait("the device starts", || read().ends_with('\n'));
    let numbers = read().split_whitespace().map(|number| number.parse().expect("a process")).collect();
    (run, numbers)
}

/// `halfulp eval` as the device of a part of the main job, in which some formats have no name.
fn part_of_the_main_job() -> Command {
    let mut command =
        command("verify --quiet --op abs --round rne --saturate none --cases random:1 --against definition");
    let device = format!(
        "cmd:{} eval {{op}} --operands {{operands}} --result {{result}}",
        env!("CARGO_BIN_EXE_halfulp")
    );
    command.args(["--subject", &device]);
    command
}

/// A device that never answers, on the same.
fn stuck_on_the_main_job() -> Command {
    let mut command = command("verify --op abs --round rne --cases random:1 --against definition --subject");
    command.arg("cmd:sleep 600");
    command
}

/// Once such a device was told a file that was not there.
#[test]
fn a_device_can_read_every_format_that_it_is_told() {
    let folder = tempfile::tempdir().expect("a folder for tests");
    let out = part_of_the_main_job().env("TMPDIR", folder.path()).output().expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(out.status.code(), Some(0), "{}{}", text(&out.stderr), text(&out.stdout));
    assert!(text(&out.stdout).contains("ufloat57"), "there are formats without a name");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "what was written is gone");
}

#[test]
fn an_interrupted_run_leaves_no_format_files() {
    if is_ignored("TERM") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder for tests");
    let files = || std::fs::read_dir(folder.path()).expect("a folder").count();
    let mut command = stuck_on_the_main_job();
    let mut run = command
        .env("TMPDIR", folder.path())
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    wait("the files are written", || files() > 0 || run.try_wait().expect("it can be waited for").is_some());
    let sent =
        Command::new("kill").args(["-s", "TERM", &run.id().to_string()]).status().expect("kill is there");
    assert!(sent.success());
    wait("the run ends", || run.try_wait().expect("it can be waited for").is_some());
    assert_eq!(files(), 0);
}

/// Whether a process runs; one that nobody has waited for yet has ended.
fn runs(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z ") && !stat.contains(") X "))
}

#[test]
fn a_signal_ends_the_device_and_its_children() {
    let folder = tempfile::tempdir().expect("a folder for tests");
    for signal in ["TERM", "INT", "HUP"] {
        if is_ignored(signal) {
            continue;
        }
        let (mut run, device) = stuck(&folder.path().join(signal));
        assert_eq!((device.len(), device.iter().all(|&process| runs(process))), (2, true));
        let number = run.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &number]).status().expect("kill is there");
        assert!(sent.success());
        wait("the run ends", || run.try_wait().expect("it can be waited for").is_some());
        assert_eq!(run.wait().expect("it ended").code(), Some(2), "{signal}");
        wait("the device ends", || !device.iter().any(|&process| runs(process)));
    }
}

#[test]
fn a_device_that_is_given_up_ends_with_its_children() {
    let folder = tempfile::tempdir().expect("a folder for tests");
    let file = folder.path().join("numbers");
    let device = format!("cmd:sh -c 'sleep 600 & echo $! > {}; echo xx; cat'", file.display());
    let mut command =
        command("verify e4m3fn --op mul --round rne --threads 1 --against definition --subject");
    let out = command.arg(device).output().expect("the program starts");
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8_lossy(&out.stderr).into_owned() + &String::from_utf8_lossy(&out.stdout);
    assert!(said.contains("has the undefined result"), "{said}");
    let child = std::fs::read_to_string(file).expect("it was started").trim().parse().expect("a process");
    wait("the child ends", || !runs(child));
}

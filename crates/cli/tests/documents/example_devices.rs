//! The devices of examples/devices are built and run, and give what their README shows. Where a tool is not there, the test says so; with
//! `HALFULP_TOOLS=all` that is a failure.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::program::verify;
use crate::tensors::folder;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/devices")
}

/// A copy of the files, without what was built there.
fn copy() -> TempDir {
    let folder = folder();
    for entry in fs::read_dir(examples()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let is_source = path
            .extension()
            .is_some_and(|end| ["c", "cpp", "v", "sv", "py"].iter().any(|known| end == *known));
        if is_source {
            fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
    folder
}

/// Runs a shell's line in a folder, with this `halfulp` as the first of its name.
fn shell(folder: &TempDir, line: &str) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_halfulp")).parent().expect("a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder.path()).env("PATH", path).env_remove("COLUMNS");
    command.output().expect("a shell")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether a command works, such as the question for a version.
fn is_there(folder: &TempDir, line: &str) -> bool {
    let found = shell(folder, line).status.success();
    let all = std::env::var("HALFULP_TOOLS").is_ok_and(|tools| tools == "all");
    assert!(found || !all, "{line}: not here");
    if !found {
        eprintln!("{line}: not here, not tried");
    }
    found
}

fn build(folder: &TempDir, line: &str) {
    let out = shell(folder, line);
    assert!(out.status.success(), "{line}: {}{}", text(&out.stdout), text(&out.stderr));
}

/// The commands of the README, each with the lines that it shows after it.
fn shown() -> Vec<(String, String)> {
    shown_in("README.md")
}

/// Those of another page, by its path from there.
fn shown_in(path: &str) -> Vec<(String, String)> {
    let page = fs::read_to_string(examples().join(path)).expect("a page");
    let mut all: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match line.strip_prefix("    ") {
            Some(code) if code.starts_with("$ ") => {
                all.push((code[2..].into(), String::new()));
                inside = true;
            }
            Some(code) if inside => {
                let (_, output) = all.last_mut().expect("a command");
                *output += &format!("{code}\n");
            }
            _ if line.is_empty() && inside => all.last_mut().expect("a command").1.push('\n'),
            _ => inside = false,
        }
    }
    all.into_iter().map(|(command, output)| (command, output.trim_end().to_string())).collect()
}

/// The command of the README that begins so.
fn command_of(begin: &str) -> String {
    let all = shown();
    let found = all.into_iter().find(|(command, _)| command.starts_with(begin));
    found.unwrap_or_else(|| panic!("no {begin} in the README")).0
}

/// The output of `diagnose`, with the device named as the README names it.
fn diagnosis(folder: &TempDir, device: &str) -> String {
    let out = shell(folder, &format!("halfulp diagnose e4m3fn --op mul --quiet --subject 'cmd2:{device}'"));
    assert_eq!(out.status.code(), Some(1), "{device}: {}{}", text(&out.stdout), text(&out.stderr));
    text(&out.stdout).replace(device, "vvp device").trim_end().to_string()
}

/// What the README shows of `diagnose`, which names the three faults.
fn shown_diagnosis() -> String {
    let all = shown();
    let found =
        all.into_iter().find(|(command, _)| command.contains("diagnose") && command.contains("vvp device"));
    let output = found.expect("a diagnosis").1;
    assert!(
        output.ends_with("truncate, overflow-past, daz: 18,568 of 18,568 explained; flags were not compared"),
        "{output}"
    );
    output
}

#[test]
fn the_device_in_c_has_the_faults_of_the_readme() {
    let folder = copy();
    build(&folder, "cc -O2 -Wall -Wextra -Werror -o device device.c");
    assert_eq!(diagnosis(&folder, "./device"), shown_diagnosis());
}

/// The README's commands, one after another, give what it shows.
#[test]
fn the_way_of_the_readme_is_as_shown() {
    let folder = copy();
    if !is_there(&folder, "iverilog -V") {
        return;
    }
    build(&folder, &command_of("iverilog"));
    let mut compared = 0;
    for (command, output) in shown() {
        if output.is_empty() {
            continue;
        }
        let out = shell(&folder, &command);
        let real = text(&out.stdout);
        compared += 1;
        match output.split_once("...\n") {
            None => assert_eq!(real.trim_end(), output, "{command}"),
            Some((begin, end)) => {
                assert!(real.starts_with(begin), "{command}: {real}");
                assert!(real.trim_end().ends_with(end), "{command}: {real}");
            }
        }
    }
    assert_eq!(compared, 3);
    // A unit without a value is undefined, and no number.
    let unit = fs::read_to_string(folder.path().join("faulty_mul.v")).expect("a unit");
    let mended = unit.replace("result = 8'h7f; // fault 3", "result = 8'h7x;");
    assert_ne!(unit, mended);
    fs::write(folder.path().join("faulty_mul.v"), mended).expect("a unit");
    build(&folder, &command_of("iverilog"));
    let out = shell(
        &folder,
        "halfulp verify e4m3fn --op mul --round rne --saturate none --cases given:7e,7e --quiet --subject 'cmd2:vvp device'",
    );
    assert!(
        out.status.code() == Some(1) && text(&out.stdout).contains("undefined\n"),
        "{}",
        text(&out.stdout)
    );
}

/// The sample of a stream in docs/devices.md is what the program prints.
#[test]
fn the_stream_of_the_guide_is_as_shown() {
    let all = shown_in("../../docs/devices.md");
    let streams = all.iter().filter(|(command, _)| command.starts_with("halfulp stream"));
    let [(command, output)] = streams.collect::<Vec<_>>()[..] else { panic!("not one sample of a stream") };
    let out = shell(&folder(), command);
    assert_eq!((out.status.code(), text(&out.stdout).trim_end()), (Some(1), output.as_str()), "{command}");
}

/// A mended fault is no longer named.
#[test]
fn a_mended_fault_is_gone() {
    let folder = copy();
    let path = folder.path().join("device.c");
    let unit = fs::read_to_string(&path).expect("a device");
    let mended = unit.replace("return 0x7f; /* whatever does not fit is NaN */", "return sign | 0x7e;");
    assert_ne!(unit, mended);
    fs::write(&path, mended).expect("a device");
    build(&folder, "cc -O2 -o device device.c");
    let found = diagnosis(&folder, "./device");
    let last = found.lines().last().expect("a line");
    assert!(last.starts_with("truncate, daz: ") && last.contains("explained"), "{found}");
}

#[test]
fn the_binary_device_is_right_and_fast_enough_for_all_of_fma() {
    let folder = copy();
    build(&folder, "cc -O2 -Wall -Wextra -Werror -o binary binary.c");
    let device = format!("cmd2:{}/binary", folder.path().display());
    for cases in ["all", "spread:200000"] {
        let op = if cases == "all" { "mul" } else { "fma" };
        let (out, err, code) =
            verify(&["e4m3fn", "--op", op, "--cases", cases, "--quiet", "--subject", &device]);
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        assert!(out.ends_with(": all agree\n") && out.contains("does not cover it"), "{out}");
    }
    let (out, err, code) = verify(&[
        "e4m3fn",
        "--op",
        "fma",
        "--round",
        "rne",
        "--saturate",
        "none",
        "--cases",
        "all",
        "--against",
        "scalar",
        "--quiet",
        "--subject",
        &device,
    ]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("16,777,216"), "{out}");
}

#[test]
fn a_slow_connection_changes_no_answer() {
    let folder = copy();
    if !is_there(&folder, "python3 -c pass") {
        return;
    }
    build(&folder, "cc -O2 -o binary binary.c && cc -O2 -o device device.c");
    assert_eq!(diagnosis(&folder, "python3 delay.py 5 ./device"), shown_diagnosis());
    let out = shell(
        &folder,
        "halfulp verify e4m3fn --op mul --round rne --saturate none --quiet --subject 'cmd2:python3 delay.py 5 ./binary'",
    );
    assert!(out.status.success(), "{}", text(&out.stdout));
}

/// Verilator takes half a minute to build.
#[test]
#[ignore = "builds with Verilator, for minutes on small machines: run by the job devices of ci.yml"]
fn the_devices_of_verilator_have_the_faults_of_the_readme() {
    let folder = copy();
    if !is_there(&folder, "verilator --version") {
        return;
    }
    build(&folder, &command_of("verilator --cc"));
    assert_eq!(diagnosis(&folder, "obj_verilator/Vfaulty_mul"), shown_diagnosis());
    build(&folder, &command_of("verilator --binary"));
    assert_eq!(diagnosis(&folder, "obj_dpi/Vdpi"), shown_diagnosis());
}

#[test]
fn the_device_of_cocotb_has_the_faults_of_the_readme() {
    let folder = copy();
    if !is_there(&folder, "iverilog -V") || !is_there(&folder, "python3 -c 'import cocotb_tools.runner'") {
        return;
    }
    assert_eq!(diagnosis(&folder, "python3 cocotb_device.py"), shown_diagnosis());
}

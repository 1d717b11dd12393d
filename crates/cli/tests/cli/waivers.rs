//! `--waivers` of `halfulp verify` and `halfulp check`: accepted deviations, and exit codes.

use std::path::Path;

use crate::experiments::folder;
use crate::program::{Run, command, run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_halfulp");
const VERIFY: &str = "verify e4m3fn --op mul --round rne --saturate none --quiet";

/// Writes waivers, each with its last keys, and returns the path.
fn file(folder: &Path, waivers: &[&str]) -> String {
    let text: Vec<String> = waivers
        .iter()
        .enumerate()
        .map(|(k, more)| format!("[[waiver]]\nid = \"W{k}\"\nreason = \"it is so\"\n{more}\n"))
        .collect();
    let path = folder.join("w.toml");
    std::fs::write(&path, text.concat()).expect("a file");
    path.display().to_string()
}

/// A verification of a device with these deviations and one with these waivers.
fn verified(deviations: &str, waivers: &[&str], options: &[&str]) -> Run {
    let folder = folder();
    let path = file(folder.path(), waivers);
    let device = format!("cmd:{PROGRAM} device {deviations} {{op}} {{format}}");
    let mut command = command(VERIFY);
    let out = command.args(["--waivers", &path, "--subject", &device]).args(options).output();
    let out = out.expect("the program starts");
    Run {
        code: out.status.code().expect("it ends by itself"),
        out: String::from_utf8(out.stdout).expect("UTF-8"),
        err: String::from_utf8(out.stderr).expect("UTF-8"),
    }
}

const DAZ: &str = "expires = 9999-12-31\ndeviation = \"daz\"";

#[test]
fn a_waived_device_passes() {
    let found = verified("daz", &[DAZ], &[]);
    assert_eq!((found.code, found.err.as_str()), (0, ""), "{}", found.out);
    assert!(found.out.ends_with("all agree but for 6,860 mismatches as waived\n"), "{}", found.out);
    assert!(found.out.contains("waiver W0: 6,860 mismatches as waived (it is so; expires 9999-12-31)"));
    // Flushing is not suggested: it is waived.
    assert!(!found.out.contains("takes subnormal operands for zero"), "{}", found.out);
}

#[test]
fn everything_else_fails() {
    for (deviations, waiver, said) in [
        ("daz,truncate", DAZ, " of them explained above"),
        (
            "daz",
            "expires = 2026-01-31\ndeviation = \"daz\"",
            "WAIVER W0: expired on 2026-01-31; 6,860 mismatches are as it says",
        ),
        ("truncate", "expires = 2026-01-31\ndeviation = \"daz\"", "WAIVER W0: expired on 2026-01-31; "),
        (
            "daz",
            "expires = \"never\"\ndeviation = \"daz\"\ncount = 6859",
            "6,860 mismatches as waived, but waiver W0 is stale",
        ),
        (
            "daz",
            "expires = \"never\"\ndeviation = \"daz\"\ncount = 6861",
            "WAIVER W0: stale: listed with 6,861 mismatches, here 6,860",
        ),
        ("daz-positive", DAZ, "mismatches are where it is about with other answers"),
    ] {
        let found = verified(deviations, &[waiver], &[]);
        assert_eq!(found.code, 1, "{waiver}\n{}", found.out);
        assert!(found.out.contains(said), "{said}\n{}", found.out);
    }
    let unused = verified("daz", &[DAZ, "expires = \"never\"\ndeviation = \"truncate\""], &[]);
    assert_eq!(unused.code, 0, "{}", unused.out);
    assert!(unused.out.contains("waiver W1: unused, no mismatch is as it says"), "{}", unused.out);
}

#[test]
fn wrong_files_are_refused_before_anything_runs() {
    let folder = folder();
    for (text, said) in [
        ("", "waiver: expected at least one waiver"),
        (
            "[[waiver]]\nid = \"A\"\nreason = \"\"\nexpires = \"never\"\ndeviation = \"daz\"\n",
            "w.toml:3:10: waiver[0].reason: expected",
        ),
        ("[[waiver]]\nid = \"A\"\nreason = \"b\"\ndeviation = \"daz\"\n", "missing field `expires`"),
    ] {
        std::fs::write(folder.path().join("w.toml"), text).expect("a file");
        let path = folder.path().join("w.toml").display().to_string();
        let found = run(&format!("{VERIFY} --waivers {path}"));
        assert_eq!((found.code, found.out.as_str()), (2, ""), "{text}");
        assert!(found.err.contains(said), "{said}\n{}", found.err);
    }
    let none = run(&format!("{VERIFY} --waivers ./nowhere.toml"));
    assert!(none.code == 2 && none.err.contains("nowhere.toml"), "{}", none.err);
    // What is read is not written.
    let path = file(folder.path(), &[DAZ]);
    let same = run(&format!("{VERIFY} --waivers {path} --junit {path}"));
    assert!(
        same.code == 2 && std::fs::read_to_string(&path).expect("it").contains("[[waiver]]"),
        "{}",
        same.err
    );
    let diagnosed = run(&format!("diagnose e2m1 --op mul --waivers {path}"));
    assert!(diagnosed.code == 2 && diagnosed.err.contains("--waivers: diagnose does not take it"));
}

/// The same of answers in a file.
#[test]
fn recorded_answers_are_waived_alike() {
    let folder = folder();
    let path = file(folder.path(), &["expires = \"never\"\ndeviation = \"daz\"\ncount = 6860"]);
    let at = |name: &str| folder.path().join(name).display().to_string();
    assert_eq!(run(&format!("vectors mul e4m3fn --cases all -o {} --quiet", at("v.txt"))).code, 0);
    let rows = std::fs::read_to_string(at("v.txt")).expect("vectors");
    let operands: Vec<String> = rows.lines().map(|row| row[..5].to_string()).collect();
    let device = |names: &str| {
        let mut child = command(&format!("device {names} mul e4m3fn"));
        let mut child = child
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("it starts");
        let (mut pipe, lines) = (child.stdin.take().expect("a pipe"), operands.join("\n") + "\n");
        let writer = std::thread::spawn(move || std::io::Write::write_all(&mut pipe, lines.as_bytes()));
        let out = child.wait_with_output().expect("it ends").stdout;
        writer.join().expect("a thread").expect("it reads");
        std::fs::write(at("a.txt"), out).expect("a file");
    };
    let check = || run(&format!("check {} --header {}.toml --waivers {path}", at("a.txt"), at("v.txt")));
    device("daz");
    let waived = check();
    assert_eq!(waived.code, 0, "{}{}", waived.out, waived.err);
    assert!(waived.out.ends_with("all agree but for 6,860 mismatches as waived\n"), "{}", waived.out);
    device("daz,overflow-zero");
    assert_eq!(check().code, 1);
    // A part of them is no proof that there are no more: it is undecided, and its count is not judged.
    device("daz");
    let all = std::fs::read_to_string(at("a.txt")).expect("answers");
    let part: Vec<&str> = all.lines().take(4000).collect();
    std::fs::write(at("a.txt"), part.join("\n") + "\n").expect("a file");
    let partial = check();
    assert_eq!(partial.code, 2, "{}", partial.out);
    assert!(partial.out.contains("so its count of 6,860 was not checked"), "{}", partial.out);
}

/// Shards carry their waivers, and `merge` judges them.
#[test]
fn shards_are_merged_with_their_waivers() {
    let folder = folder();
    let counted = "expires = \"never\"\ndeviation = \"daz\"\ncount = 6860";
    let mut paths = Vec::new();
    for shard in ["1/2", "2/2"] {
        let part = verified("daz", &[counted], &["--json", "--shard", shard]);
        assert_eq!(part.code, 0, "{}{}", part.out, part.err);
        let path = folder.path().join(format!("{}.json", &shard[..1])).display().to_string();
        std::fs::write(&path, part.out).expect("a file");
        paths.push(path);
    }
    let merged = run(&format!("merge {}", paths.join(" ")));
    assert_eq!(merged.code, 0, "{}{}", merged.out, merged.err);
    assert!(merged.out.ends_with("all agree but for 6,860 mismatches as waived\n"), "{}", merged.out);
    let other = verified("daz", &[DAZ], &["--json", "--shard", "2/2"]);
    std::fs::write(&paths[1], other.out).expect("a file");
    let foreign = run(&format!("merge {}", paths.join(" ")));
    assert!(foreign.code == 2 && foreign.err.contains("its --waivers are others"), "{}", foreign.err);
}

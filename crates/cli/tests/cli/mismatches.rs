//! `--mismatches`: every mismatch as a row.

use std::path::Path;

use crate::experiments::folder;
use crate::program::{command, run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_halfulp");

/// The exit code of a run over a device that reads subnormal operands as zero, and the rows.
fn rows(folder: &Path, options: &[&str]) -> (Option<i32>, Vec<Vec<String>>) {
    let file = folder.join("m.csv");
    let device = format!("cmd:{PROGRAM} device daz {{op}} {{format}}");
    let arguments = "verify e4m3fn --op mul --round rne --saturate none --against definition --quiet";
    let mut command = command(arguments);
    command.args(["--subject", &device, "--mismatches"]).arg(&file).args(options);
    let code = command.output().expect("the program starts").status.code();
    let text = std::fs::read_to_string(file).expect("a file");
    let rows = text.lines().map(|line| line.split(',').map(str::to_string).collect());
    (code, rows.collect())
}

const KEYS: &str = "task,policy,case,a,b,c,noise,got,got_flags,oracle,want,want_flags,difference,waiver";

#[test]
fn each_mismatch_is_a_row() {
    let folder = folder();
    let (code, one) = rows(folder.path(), &["--threads", "1"]);
    assert_eq!((code, one.len()), (Some(1), 1 + 6_860));
    assert_eq!(one[0].join(","), KEYS);
    // The smallest value times itself: the flags alone differ.
    let first = "mul e4m3fn e4m3fn -> e4m3fn,--round rne --saturate none,257,0x01,0x01,,,0x00,none,definition,0x00,ux,underflow and inexact not raised,";
    assert_eq!(one[1].join(","), first);
    let cases: Vec<u64> = one[1..].iter().map(|row| row[2].parse().expect("a number")).collect();
    assert!(cases.is_sorted_by(|a, b| a < b));
    let (_, several) = rows(folder.path(), &["--threads", "3"]);
    assert!(one == several, "the order depends on the threads");
    let (_, part) = rows(folder.path(), &["--shard", "2/3"]);
    assert!(part.len() > 100 && part.iter().all(|row| one.contains(row)));
}

#[test]
fn waived_mismatches_are_rows_too() {
    let folder = folder();
    let waivers = folder.path().join("w.toml");
    let text = "[[waiver]]\nid = \"FPU-17\"\nreason = \"so\"\nexpires = \"never\"\ndeviation = \"daz\"\na = [\"subnormal\"]\n";
    std::fs::write(&waivers, text).expect("a file");
    let (code, rows) = rows(folder.path(), &["--waivers", &waivers.display().to_string()]);
    // The difference may have commas of its own.
    let (waived, others): (Vec<&Vec<String>>, Vec<_>) =
        rows[1..].iter().partition(|row| row.last().is_some_and(|name| name == "FPU-17"));
    let magnitude = |text: &str| u8::from_str_radix(&text[2..], 16).expect("a code") & 0x7f;
    assert!(waived.iter().all(|row| (1..8).contains(&magnitude(&row[3]))));
    assert!(others.iter().all(|row| !(1..8).contains(&magnitude(&row[3]))));
    assert_eq!((code, waived.len() + others.len()), (Some(1), 6_860));
    assert!(!waived.is_empty() && !others.is_empty(), "{} and {}", waived.len(), others.len());
}

/// Of a file, a row has the number that the case has there.
#[test]
fn rows_of_recorded_answers_have_the_numbers_of_the_file() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name).display().to_string();
    assert_eq!(run(&format!("vectors mul e2m1 --cases all -o {} --quiet", at("v.txt"))).code, 0);
    // Cases 0 to 9 have no answer; that of case 12 is wrong, and that of case 255 undefined.
    let rows = std::fs::read_to_string(at("v.txt")).expect("vectors");
    let mut answers = String::new();
    for (case, row) in rows.lines().enumerate().skip(10) {
        let words: Vec<&str> = row.split(' ').collect();
        let answer = match case {
            12 => "3 00".to_string(),
            255 => "x 00".to_string(),
            _ => format!("{} {}", words[2], words[3]),
        };
        answers += &format!("{case}: {answer}\n");
    }
    std::fs::write(at("a.txt"), answers).expect("a file");
    let judged = run(&format!(
        "check {} --answers {} --against definition --mismatches {}",
        at("v.txt"),
        at("a.txt"),
        at("m.csv")
    ));
    assert_eq!(judged.code, 1, "{}{}", judged.out, judged.err);
    let text = std::fs::read_to_string(at("m.csv")).expect("a file");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[1].contains(",12,0x0,0xc,,,0x3,none,definition,0x8,"), "{text}");
    assert!(lines[2].contains(",255,0xf,0xf,,,undefined,,definition,"), "{text}");
}

#[test]
fn a_file_that_cannot_be_written_is_no_agreement() {
    let right = "verify e2m1 --op mul --round rne --saturate none --quiet --mismatches";
    let folder = folder();
    let none = folder.path().join("none.csv");
    let agreed = run(&format!("{right} {}", none.display()));
    assert_eq!((agreed.code, std::fs::read_to_string(&none).expect("a file")), (0, format!("{KEYS}\n")));
    let other = run(&format!("{right} {}", folder.path().join("m.txt").display()));
    assert!(other.code == 2 && other.out.is_empty(), "{}", other.err);
    #[cfg(target_os = "linux")]
    {
        let full = run(&format!("{right} /dev/full"));
        assert!(full.code == 2 && full.err.contains("No space left"), "{}{}", full.out, full.err);
    }
    for verb in ["stream e2m1 --op mul --subject cmd2:x", "campaign plan e2m1 --op mul -o plan.toml"] {
        for option in ["--mismatches", "--waivers"] {
            let refused = run(&format!("{verb} {option} m.csv"));
            assert!(refused.code == 2 && refused.err.contains(option), "{}", refused.err);
        }
    }
    assert!(
        run("diagnose e2m1 --op mul --mismatches m.csv")
            .err
            .contains("--mismatches: diagnose does not take it")
    );
}

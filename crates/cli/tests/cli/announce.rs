//! `halfulp verify` without a FORMAT says what it is about to do.

use crate::program::{run, words};

#[test]
fn the_main_job_says_how_much_it_is_and_about_how_long() {
    let found = run("verify --shard 1/5000 --threads 2");
    assert_eq!(found.code, 0, "{}{}", found.out, found.err);
    let lines: Vec<&str> = found.err.lines().collect();
    assert_eq!(lines.len(), 2, "{}", found.err);
    let words = words(lines[0]);
    assert_eq!(words[..5], ["halfulp", "verify:", "the", "main", "job,"], "{}", lines[0]);
    // The cases are those of the report.
    let total = found.out.lines().find(|line| line.starts_with("total ")).expect("a total");
    let cases = total.split_whitespace().nth(2).expect("cases").replace(',', "");
    assert_eq!(words[5], cases, "{}\n{total}", lines[0]);
    assert!(
        lines[0].ends_with("on 2 threads, against definition, mpfr, apfloat, host, recorded"),
        "{}",
        lines[0]
    );
    assert!(lines[1].contains("an estimate from the number of cases"), "{}", lines[1]);
    // The standard output is the report alone.
    assert!(!found.out.contains("estimate"), "{}", found.out);
}

#[test]
fn what_takes_no_estimate_gets_none_and_quiet_is_quiet() {
    let device = run("verify --shard 1/5000 --op abs --against definition");
    assert!(device.err.contains("how long it takes depends on these engines"), "{}", device.err);
    for quiet in ["-q", "--quiet"] {
        let found = run(&format!("verify --shard 1/5000 --op abs {quiet}"));
        assert_eq!((found.code, found.err.as_str()), (0, ""), "{}", found.out);
    }
    // Not where a format is named.
    assert_eq!(run("verify e2m1 --op abs").err, "");
}

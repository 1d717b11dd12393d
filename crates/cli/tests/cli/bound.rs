//! `halfulp bound`: verdicts, exit codes, and what is printed and written.

use std::fs;
use std::process::Stdio;

use crate::experiments::{ASSERTED, HEAD, file, folder};
use crate::program::{command, run};

#[test]
fn the_list_has_a_line_an_experiment() {
    let out = run("bound list");
    assert_eq!(out.code, 0, "{}", out.err);
    let line = out.out.lines().find(|line| line.starts_with("ema ")).expect("ema is listed");
    assert!(line.contains("Exponential moving averages") && line.contains("ema.running"), "{line}");
    // In a pipe nothing is cut.
    assert!(!out.out.contains('…'), "{}", out.out);
    let json: serde_json::Value = serde_json::from_str(&run("bound list --json").out).expect("JSON");
    assert_eq!(json["experiments"].as_array().map(Vec::len), Some(out.out.lines().count() - 3));
}

#[test]
fn every_experiment_that_is_listed_can_be_read() {
    let names = run("bound list --json");
    let names: serde_json::Value = serde_json::from_str(&names.out).expect("JSON");
    for one in names["experiments"].as_array().expect("an array") {
        assert_ne!(one["title"], "", "{one}");
        assert_ne!(one["asserts"], "nothing", "{one}");
    }
}

#[test]
fn what_holds_is_zero_and_what_does_not_is_one() {
    let folder = folder();
    let good = file(&folder, "good.toml", &format!("{HEAD}{ASSERTED}"));
    let narrow = file(&folder, "narrow.toml", &format!("{HEAD}{ASSERTED}band = [0.0, 1e-9]\n"));
    for verb in ["run", "check"] {
        let run = run(&format!("bound {verb} {good}"));
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{verb}: {}", run.out);
    }
    for verb in ["run", "check", "run --brief"] {
        let run = run(&format!("bound {verb} {narrow}"));
        assert_eq!((run.code, run.err.as_str()), (1, ""), "{verb}: {}", run.out);
        let words: Vec<&str> = run.out.split_whitespace().collect();
        assert!(words.join(" ").contains("measured / bound has to be 0 to 1e-9"), "{verb}: {}", run.out);
    }
    let both = run(&format!("bound check {good} {narrow}"));
    assert_eq!(both.code, 1);
    assert!(both.out.starts_with("ok   small: ") && both.out.contains("\nFAIL small: "), "{}", both.out);
}

#[test]
fn a_number_or_a_divergence_that_is_not_as_asserted_is_a_no() {
    let folder = folder();
    let number = "[[expect]]\nnumber = \"largest ratio of ema.running\"\nvalue = 9\nwithin = [8, 10]\nsource = \"nobody\"\n";
    let diverge = "[[diverge]]\nof = \"bfloat16\"\n";
    for (asserted, says) in [(number, "has to be 8 to 10"), (diverge, "it did not diverge, and had to")] {
        let path = file(&folder, "x.toml", &format!("{HEAD}{asserted}"));
        let run = run(&format!("bound check {path}"));
        assert_eq!(run.code, 1, "{}{}", run.out, run.err);
        assert!(run.out.contains(says), "{}", run.out);
    }
}

#[test]
fn identities_alone_cannot_be_checked() {
    let folder = folder();
    let text = "name = \"identities\"\ntitle = \"x\"\n[run.one-step]\nformats = [{ mantissa = 7 }]\n\
                optimizer = { rate = 1e-3 }\nstep = 10\nelements = 20\nseeds = [1]\n\
                [[assert]]\nbound = \"preconditioner.relative\"\n";
    let path = file(&folder, "identities.toml", text);
    let (check, run) = (run(&format!("bound check {path}")), run(&format!("bound run {path}")));
    assert_eq!((check.code, run.code), (2, 0), "{}{}{}", check.out, check.err, run.err);
    assert!(check.err.contains("it asserts nothing that could fail"), "{}", check.err);
}

#[test]
fn nothing_asserted_cannot_be_checked_but_can_be_run() {
    let folder = folder();
    let path = file(&folder, "nothing.toml", HEAD);
    let checked = run(&format!("bound check {path}"));
    assert_eq!((checked.code, checked.out.as_str()), (2, ""));
    assert!(checked.err.contains("it asserts nothing"), "{}", checked.err);
    let found = run(&format!("bound run {path}"));
    assert_eq!(found.code, 0, "{}", found.err);
    assert!(found.out.contains("NOTHING ASSERTED"), "{}", found.out);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = folder();
    let path = file(&folder, "x.toml", &format!("{HEAD}{ASSERTED}"));
    let with = |threads: u32| {
        let html = folder.path().join(format!("{threads}.html"));
        let args = format!("bound run {path} --seeds 3 --threads {threads} --json --html {}", html.display());
        let run = run(&args);
        assert_eq!(run.code, 0, "{}", run.err);
        // All but the command line, in which the threads are named.
        let mut report: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
        report["command"].take();
        (report, fs::read_to_string(html).expect("the page is there"))
    };
    assert!(with(1) == with(2));
}

#[test]
fn seeds_can_be_replaced() {
    let folder = folder();
    let path = file(&folder, "x.toml", &format!("{HEAD}{ASSERTED}"));
    let out = |seeds: &str| {
        let run = run(&format!("bound run {path} --json {seeds}"));
        assert_eq!(run.code, 0, "{}", run.err);
        serde_json::from_str::<serde_json::Value>(&run.out).expect("JSON")["experiments"][0].clone()
    };
    let (one, same, two) = (out(""), out("--seeds 1,"), out("--seeds 1,2"));
    assert_eq!(one["bounds"], same["bounds"]);
    assert_ne!(one["bounds"], two["bounds"]);
    assert!(two["command"].as_str().is_some_and(|c| c.ends_with("--seeds 1,2")), "{}", two["command"]);
}

#[test]
fn a_reader_that_leaves_changes_no_verdict() {
    let folder = folder();
    let good = file(&folder, "good.toml", &format!("{HEAD}{ASSERTED}"));
    let bad = file(&folder, "bad.toml", &format!("{HEAD}{ASSERTED}band = [0.0, 1e-9]\n"));
    for (args, code) in [
        (format!("bound run {good}"), 0),
        (format!("bound run {good} --json"), 0),
        (format!("bound check {bad}"), 1),
        ("bound list".into(), 0),
    ] {
        let mut child =
            command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        drop(child.stdout.take());
        let out = child.wait_with_output().expect("it ends");
        assert_eq!(out.status.code(), Some(code), "{args}");
        assert_eq!(String::from_utf8_lossy(&out.stderr), "", "{args}");
    }
}

#[test]
fn all_files_are_written_whole() {
    let folder = folder();
    let path = file(&folder, "x.toml", &format!("{HEAD}{ASSERTED}"));
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (html, junit, table) = (at("r.html"), at("r.xml"), at("r.csv"));
    let (svg, tables) = (at("svg"), at("tables"));
    let outputs = format!("--html {html} --junit {junit} --svg {svg} --csv {table}");
    assert_eq!(run(&format!("bound check {path} {outputs}")).code, 0);
    assert_eq!(run(&format!("bound check {path} --csv {tables}")).code, 0);

    let page = fs::read_to_string(&html).expect("a page");
    for foreign in ["src=", "url(http", "@import", "<script", "<link", "href=\"http"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("ema.running") && page.ends_with("</html>\n"));

    let junit = fs::read_to_string(&junit).expect("a document");
    assert!(junit.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"), "{junit}");
    assert!(junit.contains("failures=\"0\" errors=\"0\"") && junit.contains("<testcase "), "{junit}");
    assert_eq!(junit.matches("<testsuite ").count(), junit.matches("</testsuite>").count());

    let table = fs::read_to_string(&table).expect("a table");
    assert!(table.starts_with("experiment,kind,name,of,"), "{table}");
    assert_eq!(table, fs::read_to_string(format!("{tables}/results.csv")).expect("the same table"));
    let pictures = fs::read_dir(svg).expect("a folder").count();
    assert!(pictures > 0);
    assert!(
        fs::read_dir(folder.path())
            .expect("a folder")
            .flatten()
            .all(|entry| { !entry.file_name().to_string_lossy().ends_with(".part") })
    );
}

#[test]
fn nothing_moves_where_there_is_no_terminal() {
    let folder = folder();
    let path = file(&folder, "x.toml", &format!("{HEAD}{ASSERTED}"));
    let run = run(&format!("bound run {path}"));
    assert_eq!(run.err, "");
    assert!(!run.out.contains(['\u{1b}', '\r']), "{}", run.out);
    assert!(run.out.lines().all(|line| line.chars().count() <= 100), "{}", run.out);
}

/// Of 50 steps with M = 1 and decay 0.9 the a-priori bound is informative in the first ones only.
const COARSE: &str = r#"name = "coarse"
title = "One bit"

[run.ema]
storages = [{ mantissa = 1 }]
betas = [0.9]
signals = ["constant"]
steps = 50
elements = 20
seeds = [1]

[[assert]]
bound = "ema.a-priori"
"#;

#[test]
fn a_bound_that_explodes_is_mostly_vacuous_and_may_be_listed_as_that() {
    let folder = folder();
    let plain = file(&folder, "plain.toml", COARSE);
    let failed = run(&format!("bound check {plain}"));
    assert_eq!(failed.code, 1, "{}", failed.out);
    let words = failed.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("ema.a-priori of M1 rne") && words.contains("mostly vacuous: informative in "),
        "{words}"
    );
    assert!(words.contains("0 % at the last step, 50"), "{words}");
    let listed = "expect-status = \"mostly-vacuous\"\nreason = \"one bit is not enough\"\n";
    let listed = file(&folder, "listed.toml", &format!("{COARSE}{listed}"));
    let shown = run(&format!("bound run {listed}"));
    assert_eq!(shown.code, 0, "{}", shown.out);
    let top = shown.out.split("SETTINGS").next().unwrap_or_default();
    let top = top.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "1 of 1 bound listed as not informative",
        "NOT INFORMATIVE, as the experiment lists",
        "one bit is not enough",
    ] {
        assert!(top.contains(part), "{part}: {top}");
    }
    // It informs in the first two steps: what was asked for and holds is no longer to be listed.
    let early = file(&folder, "early.toml", &format!("{COARSE}steps = [1, 2]\n"));
    assert_eq!(run(&format!("bound check {early}")).code, 0);
    let stale = "steps = [1, 2]\nexpect-status = \"mostly-vacuous\"\nreason = \"x\"\n";
    let stale = run(&format!("bound check {}", file(&folder, "stale.toml", &format!("{COARSE}{stale}"))));
    assert!(stale.code == 1 && stale.out.contains("but is listed as mostly vacuous"), "{}", stale.out);
}

#[test]
fn a_contradiction_of_a_source_passes_only_if_it_is_declared_and_is_shown() {
    let folder = folder();
    let number = "[[expect]]\nnumber = \"largest ratio of ema.running\"\nvalue = 9\nsource = \"a paper\"\n";
    let declared = "relation = \"contradicts\"\nwithin = [0, 1]\nnote = \"it is a ratio\"\n";
    let open = "relation = \"agrees\"\nwithin = [8, 10]\n";
    let path = file(&folder, "declared.toml", &format!("{HEAD}{number}{declared}"));
    for verb in ["run", "check"] {
        let run = run(&format!("bound {verb} {path}"));
        assert_eq!(run.code, 0, "{verb}: {}", run.out);
        let words = run.out.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        assert!(
            words.contains("contradicts the source") && words.contains("the source has 9, found"),
            "{words}"
        );
        assert!(words.contains("it is a ratio (source: a paper)"), "{words}");
        assert!(words.contains("1 of 1 declared contradiction as asserted"), "{words}");
    }
    let coloured = run(&format!("--color always bound run {path}"));
    assert!(coloured.out.contains("\u{1b}[1m\u{1b}[33mCONTRADICTS THE SOURCE"), "{}", coloured.out);
    let undeclared =
        run(&format!("bound check {}", file(&folder, "open.toml", &format!("{HEAD}{number}{open}"))));
    assert_eq!(undeclared.code, 1);
    assert!(undeclared.out.contains("a contradiction that is not declared"), "{}", undeclared.out);
}

//! `halfulp bound` on wrong input: exit code 2, nothing on standard output, and an error that says where and what was expected.

use crate::experiments::{ASSERTED, HEAD, file, folder};
use crate::program::run;

/// What a run that cannot be says.
fn error(args: &str) -> String {
    let run = run(args);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{args}: {}", run.err);
    run.err
}

/// What checking a file says, after its path.
fn said(text: &str) -> String {
    let folder = folder();
    let path = file(&folder, "x.toml", text);
    let error = error(&format!("bound check {path}"));
    match error.strip_prefix(&format!("halfulp: {path}:")) {
        Some(rest) => rest.into(),
        None => panic!("no place: {error}"),
    }
}

/// The line, from 1, on which a text begins.
fn line(text: &str, part: &str) -> usize {
    text[..text.find(part).expect("it is there")].lines().count() + 1
}

#[test]
fn an_error_names_line_column_and_key() {
    let good = format!("{HEAD}{ASSERTED}");
    for (old, new, words) in [
        ("steps = 50", "setps = 50", vec!["setps"]),
        ("steps = 50", "steps = \"many\"", vec!["invalid type", "many"]),
        ("betas = [0.9]", "betas = [1.5]", vec!["run.ema.betas[0]", "1.5", "above 0 and below 1"]),
        ("betas = [0.9]", "betas = [0.0]", vec!["run.ema.betas[0]", "above 0 and below 1"]),
        ("betas = [0.9]", "betas = [nan]", vec!["run.ema.betas[0]", "above 0 and below 1"]),
        ("[\"bfloat16\"]", "[\"bfloat61\"]", vec!["bfloat61"]),
        ("seeds = [1]", "seeds = [1, 1]", vec!["different seeds"]),
        ("[run.ema]", "[run.emma]", vec!["emma", "ema"]),
        ("name = \"small\"", "nome = \"small\"", vec!["nome"]),
        ("title = ", "title ", vec![""]),
        ("\"ema.running\"", "\"ema.runing\"", vec!["assert[0].bound", "ema.runing", "ema.running"]),
        ("\"ema.running\"", "\"ema.running\"\nband = [0.5, 0.1]", vec!["assert[0].band", "low <= high"]),
        ("\"ema.running\"", "\"ema.running\"\nband = [nan, 1]", vec!["assert[0].band", "low <= high"]),
        ("\"ema.running\"", "\"ema.running\"\nband = [0.5]", vec!["length"]),
    ] {
        assert!(good.contains(old), "{old}");
        let text = good.replacen(old, new, 1);
        let said = said(&text);
        let place: Vec<&str> = said.splitn(3, ':').collect();
        let at: usize = place[0].parse().expect("a line");
        // TOML's own errors of the whole table are placed at its head.
        let changed = line(&text, new.lines().last().unwrap_or(new));
        let table = line(&text, "[run.em").min(changed);
        assert!(at == changed || at == table || at + 1 == changed, "{new}: line {at}, not {changed}: {said}");
        assert!(place[1].parse::<usize>().is_ok_and(|column| column > 0), "{said}");
        for word in words {
            assert!(said.contains(word), "{new}: {word} is not in {said}");
        }
    }
}

#[test]
fn what_is_expected_of_nothing_is_an_error() {
    let number = "[[expect]]\nnumber = \"none\"\nvalue = 1\nwithin = [0, 2]\nsource = \"x\"\n";
    let detector = "[[detect]]\ndetector = \"none\"\nraised = true\n";
    let within = "[[expect]]\nnumber = \"none\"\nvalue = 1\nwithin = [2, 0]\nsource = \"x\"\n";
    for (asserted, words) in [
        (number, ["expect[0].number", "found no \"none\""]),
        (detector, ["detect[0].detector", "found no \"none\""]),
        (within, ["expect[0].within", "low <= high"]),
    ] {
        let said = said(&format!("{HEAD}{asserted}"));
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}

/// A number that does not go with its own interval, a contradiction that is none, words without a source.
#[test]
fn what_is_expected_has_to_go_with_its_interval() {
    for (keys, words) in [
        ("value = 9\nwithin = [0, 2]", ["expect[0].within", "what the source has (9)"]),
        (
            "relation = \"agrees\"\nvalue = 9\nwithin = [0, 2]",
            ["expect[0].within", "say relation = \"contradicts\""],
        ),
        (
            "relation = \"contradicts\"\nnote = \"x\"\nvalue = 1\nwithin = [0, 2]",
            ["expect[0].within", "without what the source has"],
        ),
        ("relation = \"contradicts\"\nvalue = 9\nwithin = [0, 2]", ["expect[0].relation", "expected a note"]),
        ("relation = \"contradicts\"\nvalue = 9", ["expect[0].relation", "expected within"]),
        ("relation = \"agrees\"\nclaim = [1, 2]\nwithin = [0, 2]", ["expect[0].within", "1 to 2"]),
        ("claim = [0, 2]\nwithin = [0, 2]", ["expect[0].claim", "agrees or contradicts"]),
        ("relation = \"agrees\"\nclaim = [2, 0]", ["expect[0].claim", "low <= high"]),
        ("value = 1\nclaim = [0, 2]", ["expect[0].number", "either value"]),
        ("relation = \"fits\"\nvalue = 1", ["fits", "contradicts"]),
    ] {
        let number = "[[expect]]\nnumber = \"largest ratio of ema.running\"\nsource = \"x\"\n";
        let said = said(&format!("{HEAD}{number}{keys}\n"));
        for word in words {
            assert!(said.contains(word), "{keys}: {word}: {said}");
        }
    }
}

#[test]
fn what_is_asserted_of_steps_and_shares_has_to_make_sense() {
    for (keys, words) in [
        ("informative-at-least = 0", ["assert[0].informative-at-least", "above 0"]),
        ("informative-at-least = 1.5", ["assert[0].informative-at-least", "at most 1"]),
        ("steps = [0, 5]", ["assert[0].steps", "1 <= first"]),
        ("steps = [5, 4]", ["assert[0].steps", "first <= last"]),
        // The run has 50.
        ("steps = [5, 51]", ["assert[0].steps", "within 1 to 50"]),
        ("last-band = [2, 1]", ["assert[0].last-band", "last step"]),
        ("expect-status = \"mostly-vacuous\"", ["assert[0].expect-status", "a reason"]),
        ("reason = \"x\"", ["assert[0].reason", "both"]),
        ("expect-status = \"holds\"\nreason = \"x\"", ["assert[0].expect-status", "it has to hold"]),
        ("expect-status = \"violated\"\nreason = \"x\"", ["assert[0].expect-status", "mostly-vacuous"]),
        (
            "expect-status = \"vacuous\"\nreason = \"x\"\nband = [0, 1]",
            ["assert[0].expect-status", "no band"],
        ),
        ("hypotheses = \"fail\"", ["fail", "may fail"]),
    ] {
        let said = said(&format!("{HEAD}{ASSERTED}{keys}\n"));
        for word in words {
            assert!(said.contains(word), "{keys}: {word}: {said}");
        }
    }
    let never = "[run.sums]\naccumulators = [\"binary32\"]\ninputs = \"bfloat16\"\noutput = \"bfloat16\"\nlengths = [4]\ndata = [\"normal\"]\nseeds = [1]\n";
    let head = "name = \"x\"\ntitle = \"x\"\n";
    let said = said(&format!("{head}{never}[[assert]]\nbound = \"sums.gamma\"\nlast-band = [0, 1]\n"));
    assert!(said.contains("assert[0].last-band") && said.contains("not evaluated step by step"), "{said}");
}

#[test]
fn names_and_files_that_are_not_there() {
    let unknown = error("bound run emma");
    assert!(
        unknown.contains("\"emma\"") && unknown.contains("did you mean ema?") && unknown.contains(".toml"),
        "{unknown}"
    );
    let missing = error("bound check ./no/such.toml");
    assert_eq!(missing, "halfulp: there is no file ./no/such.toml\n");
    assert!(error("bound run swampin").contains("did you mean swamping?"));
    assert!(error("bound run").contains("required"));
    assert!(error("bound run --all ema").contains("--all"));
    let folder = folder();
    let path = folder.path().join("x.toml");
    std::fs::write(&path, b"\xff\xfe").expect("a file for tests");
    assert!(error(&format!("bound run {}", path.display())).contains("UTF-8"));
}

#[test]
fn places_that_will_not_do_are_said_before_anything_is_run() {
    let folder = folder();
    let path = file(&folder, "x.toml", &format!("{HEAD}{ASSERTED}"));
    for option in ["--html no/such/x.html", "--junit no/such/x.xml", "--csv no/such/x.csv", "--html ."] {
        let said = error(&format!("bound check {path} {option}"));
        assert!(said.contains(option.split(' ').next().unwrap_or("")), "{option}: {said}");
        assert!(said.contains("folder"), "{option}: {said}");
    }
    let said = error(&format!("bound check {path} --svg {path}"));
    assert!(said.contains("expected a folder"), "{said}");
}

#[test]
fn seeds_that_are_none() {
    for seeds in ["0", "x", "1,1", "-1"] {
        let said = error(&format!("bound run ema --seeds={seeds}"));
        assert!(said.contains("expected how many seeds"), "{seeds}: {said}");
    }
}

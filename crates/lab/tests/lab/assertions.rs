//! What an assertion covers: every case that it speaks of, and those without an evaluation are named.

use halfulp_lab::experiment::{Experiment, Quiet};
use halfulp_lab::report::{Report, Verdict, json, junit, text};

use super::sample::outcome;

/// AdamW in binary32, plain and with compensated weights, of which the bounds of AdamW say nothing.
fn report(assertions: &str) -> Report {
    let file = format!(
        "name = \"x\"\ntitle = \"x\"\n{assertions}\n\
         [run.adamw]\nsteps = 20\nproblem = {{ quadratic = {{ dimension = 4, curvatures = [0.05, 1.0] }} }}\n\
         optimizer = {{ adamw = {{ preset = \"pytorch\", rate = 1e-2 }} }}\nseeds = 1\n\
         [[run.adamw.cases]]\nname = \"plain\"\narithmetic = \"f32\"\n\
         [[run.adamw.cases]]\nname = \"compensated\"\narithmetic = \"f32\"\n\
         storage = {{ weights = \"bfloat16\", compensated = true }}\n"
    );
    Experiment::parse(&file, "x.toml").expect("a file").run(&Quiet).expect("a run")
}

#[test]
fn a_case_without_an_evaluation_is_named_and_not_covered_by_holds() {
    let report = report("[[assert]]\nbound = \"adamw.one-step\"\n[[assert]]\nbound = \"run.running\"");
    assert_eq!(report.verdict(), Verdict::Holds, "{:?}", report.failures());
    let sentence = "adamw.one-step in 1 of 2 cases: compensated";
    assert_eq!(report.not_evaluated(), [sentence]);
    assert!(
        report.score().ends_with("as asserted; 1 more is asserted and was not evaluated"),
        "{}",
        report.score()
    );
    let shown = text::report(&report, 100);
    assert!(shown.contains(text::NOT_EVALUATED) && shown.contains(sentence), "{shown}");
    assert_eq!(json::report(&report)["not_evaluated"][0]["of"][0], "compensated");
    let xml = junit::document(&[outcome(report)]).expect("XML");
    assert!(xml.contains("skipped=\"1\"") && xml.contains("bound adamw.one-step of compensated"), "{xml}");
}

#[test]
fn an_assertion_of_a_part_speaks_of_that_part_alone() {
    let report = report("[[assert]]\nbound = \"adamw.one-step\"\nof = \"plain\"");
    assert_eq!((report.not_evaluated(), report.verdict()), (vec![], Verdict::Holds));
    assert!(!text::report(&report, 100).contains(text::NOT_EVALUATED));
}

//! A bound that stops.

use super::*;

static OWN: Statement = Statement {
    name: "tests.own",
    formula: "0 <= 1",
    source: "none",
    clause: "none",
    measures: "nothing",
    trivial: "2",
    identity: false,
    everywhere: false,
    hypotheses: &[Hypothesis::Checked("it is evaluated")],
};

static FORGED: Statement = Statement { name: "run.enclosure", ..OWN };

/// Evaluated in the first step alone, and under the name of a bound of the lab's.
struct Stops;

impl Observer<f64> for Stops {}

impl Watch<f64> for Stops {}

impl Bound for Stops {
    fn tallies(self: Box<Self>) -> Vec<Tally> {
        [&OWN, &FORGED]
            .map(|statement| {
                let mut tally = Tally::new(statement);
                tally.step(1);
                tally.observe(0.0, 1.0, 2.0, || "step 1".into());
                tally
            })
            .into()
    }
}

#[test]
fn a_bound_that_stops_does_not_hold_and_counts_as_no_other() {
    let with = registry().bound(&OWN, |_| Some(Stops));
    let (report, plain) = (run(FILE, &with), run(FILE, &registry()));
    assert_eq!(status(&report, "tests.own", "f32"), Status::HypothesisFailed);
    let counts = |report: &Report| {
        let found = report.checks.iter().filter(|check| check.tally.statement.name == "run.enclosure");
        found.map(|check| check.tally.counts()).collect::<Vec<_>>()
    };
    assert!(!counts(&plain).is_empty());
    assert_eq!(counts(&report), counts(&plain));
    // Registered under a statement that it has no tally of.
    static OTHER: Statement = Statement { name: "tests.other", ..OWN };
    let report = run(FILE, &registry().bound(&OTHER, |_| Some(Stops)));
    assert_eq!(status(&report, "tests.other", "f32"), Status::HypothesisFailed);
}

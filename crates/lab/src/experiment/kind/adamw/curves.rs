//! The curves of a case: what was measured, and the bounds.

use crate::bound::running::Step as RunStep;
use crate::bound::{Required, Tally};
use crate::report::{Curve, Role};

/// The label of each bound's curve, and the bound's name.
const BOUNDS: [(&str, &str); 4] = [
    ("open-loop bound", "adamw.open-loop"),
    ("closed-loop bound, while it says something", "adamw.closed-loop"),
    ("running bound", "run.running"),
    ("worst case", "run.worst-case"),
];

/// The curves, each bound's with the last step up to which it is informative, if it does not at the end.
pub(super) fn with_ends(mut curves: Vec<Curve>, tallies: &[Tally]) -> Vec<Curve> {
    for curve in &mut curves {
        let name = BOUNDS.iter().find(|(label, _)| *label == curve.label).map(|(_, name)| *name);
        let tally = tallies.iter().find(|tally| Some(tally.statement.name) == name);
        if let Some(steps) = tally.and_then(Tally::steps) {
            let share = Required::default().informative_at_least;
            // A bound that informs again at the last step is not one that has ended.
            let has_ended = steps.at_last.share().is_none_or(|last| last < share);
            curve.informs_until = has_ended.then(|| steps.informs_until(share) as f64);
        }
    }
    curves
}

/// The bounds of a whole run as long as they are finite, and what was measured where no other bound has it.
pub(super) fn followed(steps: &[RunStep], measured: bool) -> Vec<Curve> {
    let curve = |label: &str, role, y: &dyn Fn(&RunStep) -> f64| {
        let points = steps.iter().map(|step| (step.t as f64, y(step))).filter(|p| p.1.is_finite());
        Curve::new(label, role, points.collect())
    };
    let mut all = vec![
        curve("running bound", Role::Bound, &|step| step.largest[0]),
        curve("worst case", Role::Bound, &|step| step.largest[1]),
    ];
    if measured {
        all.insert(0, curve("measured", Role::Measured, &|step| step.measured));
    }
    all
}

/// What was measured, and one bound.
pub(super) fn curves(points: &[(f64, f64, f64)], bound: &str) -> Vec<Curve> {
    let curve = |label: &str, role, points| Curve::new(label, role, points);
    vec![
        curve("measured", Role::Measured, points.iter().map(|p| (p.0, p.1)).collect()),
        curve(bound, Role::Bound, points.iter().map(|p| (p.0, p.2)).collect()),
    ]
}

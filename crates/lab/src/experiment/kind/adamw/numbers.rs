//! Numbers and settings of a case.

use crate::bound::adamw::{ClosedLoop, OpenLoop};
use crate::optimizer::OptimizerSpec;

/// What a certificate comes to.
pub(super) fn numbers_of_open(open: &OpenLoop, beta: f64) -> Vec<(&'static str, f64)> {
    let mut all = vec![("update error of CASE, in u", open.largest_update_error())];
    if let Some(u) = open.second_unit() {
        all.push(("u / (1 - beta2) of CASE", u / (1.0 - beta)));
    }
    all.push(("share of steps with e^v >= v of CASE", open.stagnant()));
    let until = open.informs_until() as f64;
    all.push(("steps through which adamw.open-loop is informative for nine weights in ten of CASE", until));
    all
}

/// What a certificate and its closed loop come to.
pub(super) fn numbers(closed: &ClosedLoop<'_>, beta: f64) -> Vec<(&'static str, f64)> {
    let mut all = numbers_of_open(&closed.open, beta);
    all.push((
        "last step of which the closed loop of CASE says something",
        closed.curve.last().map_or(0.0, |p| p.0),
    ));
    all.push(("growth of the closed loop of CASE, a step", closed.growth()));
    all
}

/// An optimizer with all its numbers and choices.
pub(super) fn settings(key: &str, optimizer: &OptimizerSpec) -> Option<(String, String)> {
    let built = optimizer.build(key).ok()?;
    Some((key.into(), format!("{} {}", built.name(), built.settings())))
}

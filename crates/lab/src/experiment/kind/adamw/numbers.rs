//! Numbers and settings of a case.

use crate::bound::adamw::{ClosedLoop, OpenLoop};
use crate::optimizer::OptimizerSpec;

/// A number of a run, and which of those of several seeds is reported: the worst.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    /// Its name, with CASE in the place of the case's.
    what: &'static str,
    value: f64,
    worse: fn(f64, f64) -> f64,
}

impl Number {
    /// An error or a growth.
    pub(super) const fn largest(what: &'static str, value: f64) -> Number {
        Number { what, value, worse: f64::max }
    }

    /// How long a bound says something.
    pub(super) const fn least(what: &'static str, value: f64) -> Number {
        Number { what, value, worse: f64::min }
    }
}

/// The numbers of a case: of each name the worst of its seeds. A run that diverged has fewer than the others.
pub(super) fn of_seeds<'n>(numbers: impl Iterator<Item = &'n Number>, case: &str) -> Vec<(String, f64)> {
    let mut all: Vec<Number> = Vec::new();
    for number in numbers {
        match all.iter_mut().find(|known| known.what == number.what) {
            Some(known) => known.value = (known.worse)(known.value, number.value),
            None => all.push(*number),
        }
    }
    all.iter().map(|number| (number.what.replace("CASE", case), number.value)).collect()
}

/// What a certificate comes to.
pub(super) fn numbers_of_open(open: &OpenLoop, beta: f64) -> Vec<Number> {
    let mut all = vec![Number::largest("update error of CASE, in u", open.largest_update_error())];
    if let Some(u) = open.second_unit() {
        all.push(Number::largest("u / (1 - beta2) of CASE", u / (1.0 - beta)));
    }
    all.push(Number::largest("share of steps with e^v >= v of CASE", open.stagnant()));
    let until = "steps through which adamw.open-loop is informative for nine weights in ten of CASE";
    all.push(Number::least(until, open.informs_until() as f64));
    all
}

/// What a certificate and its closed loop come to.
pub(super) fn numbers(closed: &ClosedLoop<'_>, beta: f64) -> Vec<Number> {
    let mut all = numbers_of_open(&closed.open, beta);
    all.push(Number::least(
        "last step of which the closed loop of CASE says something",
        closed.curve.last().map_or(0.0, |p| p.0),
    ));
    all.push(Number::largest("growth of the closed loop of CASE, a step", closed.growth()));
    all
}

/// An optimizer with all its numbers and choices.
pub(super) fn settings(key: &str, optimizer: &OptimizerSpec) -> Option<(String, String)> {
    let built = optimizer.build(key).ok()?;
    Some((key.into(), format!("{} {}", built.name(), built.settings())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of how long a bound says something, the seed of which it says least counts, and a seed that has no such number takes nothing of the others.
    #[test]
    fn of_seeds_the_worst_counts() {
        let runs = [
            vec![Number::largest("error of CASE", 2.0)],
            vec![Number::largest("error of CASE", 1.0), Number::least("steps of CASE", 80.0)],
            vec![Number::largest("error of CASE", 3.0), Number::least("steps of CASE", 50.0)],
        ];
        let found = of_seeds(runs.iter().flatten(), "x");
        assert_eq!(found, [("error of x".to_string(), 3.0), ("steps of x".to_string(), 50.0)]);
    }
}

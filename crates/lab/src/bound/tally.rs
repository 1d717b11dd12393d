//! How a bound went in a run.

use serde::Serialize;

use super::point::{Point, Worst};
use super::statement::Statement;
use super::steps::{Counts, Steps};

/// A bound in a run: how often it was evaluated, and how it went.
#[derive(Clone, Debug, Serialize)]
pub struct Tally {
    /// What it states.
    pub statement: &'static Statement,
    /// Places where a hypothesis failed, for each hypothesis.
    pub failed: Vec<u64>,
    /// The first place where each hypothesis failed.
    pub failed_at: Vec<Option<String>>,
    pub(super) counts: Counts,
    pub(super) worst: Worst,
    pub(super) steps: Option<Steps>,
}

impl Tally {
    /// A bound that was not yet evaluated.
    #[must_use]
    pub fn new(statement: &'static Statement) -> Tally {
        let hypotheses = statement.hypotheses.len();
        Tally {
            statement,
            failed: vec![0; hypotheses],
            failed_at: vec![None; hypotheses],
            counts: Counts::default(),
            worst: Worst::new(),
            steps: None,
        }
    }

    /// From here on places belong to this step of a run, from 1. A run calls this at every step, the last one too, whether it evaluates the bound
    /// there or not: a bound that is no longer evaluated does not inform at the end. A bound that is not of steps never calls it.
    pub fn step(&mut self, step: u64) {
        self.steps.get_or_insert_with(Steps::new).begin(step);
    }

    /// Evaluates the bound in one place: what was measured, the bound, and what is trivially true there (infinity where
    /// nothing is). A NaN on either side counts as exceeded. A bound of 0 informs: no error is left.
    pub fn observe(&mut self, measured: f64, bound: f64, trivial: f64, at: impl FnOnce() -> String) {
        let exceeded = measured > bound || measured.is_nan() || bound.is_nan();
        let vacuous = bound >= trivial && bound > 0.0 && !exceeded;
        if self.evaluated(measured, bound, exceeded, vacuous) {
            self.keep(&Point { measured, bound, at: at() }, vacuous);
        }
    }

    /// Counts one place: whether there is none worse, in all or at the last step.
    fn evaluated(&mut self, measured: f64, bound: f64, exceeded: bool, vacuous: bool) -> bool {
        let one =
            Counts { evaluated: 1, violated: u64::from(exceeded), vacuous: u64::from(vacuous), failed: 0 };
        self.count(one);
        self.worsts().into_iter().flatten().any(|worst| worst.is_less_than(measured, bound, vacuous))
    }

    fn keep(&mut self, point: &Point, vacuous: bool) {
        for worst in self.worsts().into_iter().flatten() {
            if worst.is_less_than(point.measured, point.bound, vacuous) {
                *worst = Worst { point: Some(point.clone()), vacuous };
            }
        }
    }

    /// The worst of all places, and that of the last step, where there are steps.
    fn worsts(&mut self) -> [Option<&mut Worst>; 2] {
        [Some(&mut self.worst), self.steps.as_mut().and_then(Steps::worst_mut)]
    }

    /// A place where a hypothesis did not hold, so that the bound says nothing there. `hypothesis` is its index in the
    /// statement; one beyond the list counts as the last.
    pub fn fail(&mut self, hypothesis: usize, at: impl FnOnce() -> String) {
        if let Some(first) = self.failed(hypothesis) {
            *first = Some(at());
        }
    }

    /// Counts a failure: where its place belongs, if it is the first.
    fn failed(&mut self, hypothesis: usize) -> Option<&mut Option<String>> {
        self.count(Counts { failed: 1, ..Counts::default() });
        let index = hypothesis.min(self.failed.len().checked_sub(1)?);
        self.failed[index] += 1;
        Some(&mut self.failed_at[index]).filter(|first| first.is_none())
    }

    fn count(&mut self, one: Counts) {
        self.counts.add(one);
        if let Some(steps) = &mut self.steps {
            steps.add(one);
        }
    }

    /// Takes in what another run says of the same bound. In a fixed order of runs, the result is the same for any number of threads.
    pub fn merge(&mut self, other: Tally) {
        self.counts.add(other.counts);
        for (count, more) in self.failed.iter_mut().zip(other.failed) {
            *count += more;
        }
        for (at, more) in self.failed_at.iter_mut().zip(other.failed_at) {
            *at = at.take().or(more);
        }
        self.worst.merge(other.worst);
        match (&mut self.steps, other.steps) {
            (Some(mine), Some(its)) => mine.merge(its),
            (mine, its) => *mine = mine.take().or(its),
        }
    }

    /// All places.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// The places by step, where the bound is of steps.
    #[must_use]
    pub const fn steps(&self) -> Option<&Steps> {
        self.steps.as_ref()
    }

    /// The place with the largest ratio of measured to bound, vacuous places apart while there are others.
    #[must_use]
    pub const fn worst(&self) -> Option<&Point> {
        self.worst.point.as_ref()
    }

    /// The same among the places of the last step.
    #[must_use]
    pub fn worst_at_last(&self) -> Option<&Point> {
        self.steps.as_ref()?.worst().point.as_ref()
    }

    /// Measured over bound where that is largest.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        self.worst().map(Point::ratio)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bound::Hypothesis::Checked;
    use crate::bound::{Required, Status};

    static BOUND: Statement = Statement {
        name: "test.bound",
        formula: "x <= y",
        source: "none",
        clause: "B0",
        measures: "x",
        trivial: "",
        identity: false,
        everywhere: false,
        hypotheses: &[Checked("first"), Checked("second")],
    };

    #[test]
    fn a_nan_is_never_a_silent_pass() {
        for (measured, bound) in [(f64::NAN, 1.0), (1.0, f64::NAN), (f64::NAN, f64::NAN)] {
            let mut tally = Tally::new(&BOUND);
            tally.observe(measured, bound, f64::INFINITY, String::new);
            assert_eq!(tally.status(), Status::Violated);
            assert_eq!(tally.ratio(), Some(f64::INFINITY));
        }
    }

    #[test]
    fn a_bound_that_informs_in_half_of_its_places_is_mostly_vacuous() {
        let mut tally = Tally::new(&BOUND);
        tally.observe(0.9, 1.0, 1.0, || "vacuous".into());
        assert_eq!(tally.status(), Status::Vacuous);
        tally.observe(0.1, 0.5, 1.0, || "useful".into());
        assert_eq!(tally.status(), Status::MostlyVacuous);
        assert_eq!(tally.worst().map(|p| p.at.as_str()), Some("useful"));
        (0..8).for_each(|_| tally.observe(0.1, 0.5, 1.0, String::new));
        assert_eq!((tally.status(), tally.counts().share()), (Status::Holds, Some(0.9)));
        tally.observe(2.0, 1.0, 1.0, || "exceeded".into());
        assert_eq!(tally.status(), Status::Violated);
        let counts = Counts { evaluated: 11, vacuous: 1, violated: 1, failed: 0 };
        assert_eq!(tally.counts(), counts);
    }

    /// That no error is left is never trivial.
    #[test]
    fn a_bound_of_zero_informs() {
        let mut tally = Tally::new(&BOUND);
        tally.observe(0.0, 0.0, 0.0, String::new);
        assert_eq!(tally.status(), Status::Holds);
    }

    /// The bound of docs/ci.md as it was: it informed at step 2 alone, of 3000, and held.
    #[test]
    fn a_bound_that_informs_in_one_step_does_not_hold() {
        let mut tally = Tally::new(&BOUND);
        for t in 1..=3000 {
            tally.step(t);
            tally.observe(0.99, if t == 2 { 1.0 } else { 9.0 }, 2.0, || format!("step {t}"));
        }
        assert_eq!((tally.status(), tally.ratio()), (Status::MostlyVacuous, Some(0.99)));
        assert_eq!(tally.worst_at_last().map(|p| (p.ratio(), p.at.as_str())), Some((0.11, "step 3000")));
        assert_eq!(tally.steps().map(|s| s.at_last.share()), Some(Some(0.0)));
    }

    /// Of 100 steps it is informative in all but some: in the last one, or in enough of the others.
    fn but(vacuous: std::ops::RangeInclusive<u64>) -> Tally {
        let mut tally = Tally::new(&BOUND);
        for t in 1..=100 {
            tally.step(t);
            tally.observe(0.5, 1.0, if vacuous.contains(&t) { 1.0 } else { 2.0 }, String::new);
        }
        tally
    }

    #[test]
    fn the_whole_and_the_last_step_both_have_to_inform() {
        assert_eq!(but(91..=99).status(), Status::Holds);
        assert_eq!(but(100..=100).status(), Status::MostlyVacuous);
        assert_eq!(but(1..=10).status(), Status::Holds);
        assert_eq!(but(1..=11).status(), Status::MostlyVacuous);
        let of = |steps| Required { steps: Some(steps), ..Required::default() };
        assert_eq!(of([1, 40]).status(&but(41..=100)), Status::Holds);
        assert_eq!(of([1, 45]).status(&but(41..=100)), Status::MostlyVacuous);
        let more = Required { informative_at_least: 1.0, ..Required::default() };
        assert_eq!(more.status(&but(91..=91)), Status::MostlyVacuous);
    }

    #[test]
    fn places_whose_hypotheses_failed_do_not_inform() {
        let mut tally = Tally::new(&BOUND);
        (0..8).for_each(|_| tally.observe(0.1, 0.5, 1.0, String::new));
        (0..2).for_each(|_| tally.fail(0, String::new));
        assert_eq!(tally.status(), Status::HypothesisFailed);
        let may_fail = Required { hypotheses_may_fail: true, ..Required::default() };
        assert_eq!(may_fail.status(&tally), Status::Holds);
    }

    /// What is no longer evaluated says nothing at the end.
    #[test]
    fn a_run_that_goes_on_without_its_bound_is_noticed() {
        let mut tally = but(0..=0);
        assert_eq!(tally.status(), Status::Holds);
        tally.step(101);
        assert_eq!(tally.status(), Status::MostlyVacuous);
    }

    #[test]
    fn hypotheses_are_counted_and_the_first_place_is_kept() {
        let mut tally = Tally::new(&BOUND);
        tally.fail(1, || "here".into());
        tally.fail(1, || "there".into());
        assert_eq!(tally.status(), Status::HypothesisFailed);
        assert_eq!(tally.failed, [0, 2]);
        assert_eq!(tally.failed_at[1].as_deref(), Some("here"));
        tally.observe(0.0, 0.0, f64::INFINITY, String::new);
        assert_eq!(tally.counts().share_where_supposed(), Some(1.0));
    }

    #[test]
    fn merging_in_order_is_observing_in_order() {
        let points = [(0.1, 1.0), (0.5, 0.6), (0.3, 9.0), (0.7, 0.71)];
        let mut whole = Tally::new(&BOUND);
        let mut parts = Tally::new(&BOUND);
        for (k, (measured, bound)) in points.into_iter().enumerate() {
            let mut part = Tally::new(&BOUND);
            for tally in [&mut whole, &mut part] {
                tally.observe(measured, bound, f64::INFINITY, || format!("{k}"));
            }
            parts.merge(part);
        }
        assert_eq!(whole.worst, parts.worst);
        assert_eq!(parts.counts(), whole.counts());
    }
}

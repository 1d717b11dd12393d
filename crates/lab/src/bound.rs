//! A bound as an object: what it states, and what became of it in a run.
//!
//! ```
//! use halfulp_lab::bound::{Statement, Status, Tally};
//!
//! static HALF_ULP: Statement = Statement {
//!     name: "example.half-ulp",
//!     formula: "|Q(x) - x| <= ulp / 2",
//!     source: "IEEE 754-2019, 4.3.1",
//!     clause: "B1",
//!     measures: "|Q(x) - x|",
//!     hypotheses: &["no saturation"],
//! };
//!
//! let mut tally = Tally::new(&HALF_ULP);
//! assert_eq!(tally.status(), Status::NotEvaluated);
//! tally.observe(0.25, 0.5, f64::INFINITY, || "x = 1.25".into());
//! assert_eq!(tally.status(), Status::Holds);
//! tally.observe(0.75, 0.5, f64::INFINITY, || "x = 1.75".into());
//! assert_eq!(tally.status(), Status::Violated);
//! ```

pub mod adamw;
pub mod ball;
pub mod blockwise;
pub mod ema;
pub mod muon;
pub mod outward;
pub mod preconditioner;
pub mod quantization;
pub mod rounding;
pub mod running;
pub mod sums;
pub mod swamping;
pub mod theorem_adam;
pub mod theorem_muon;

use std::fmt;

use serde::Serialize;

/// What a bound states: fixed text, one `static` a bound.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Its name in experiment files and reports: `ema.running`.
    pub name: &'static str,
    /// The formula, as text.
    pub formula: &'static str,
    /// Paper and theorem, or "derived here" with the clause that has the proof.
    pub source: &'static str,
    /// The clause of SPEC.md that states it.
    pub clause: &'static str,
    /// What is measured, with its unit.
    pub measures: &'static str,
    /// What it supposes. Each is checked while it runs.
    pub hypotheses: &'static [&'static str],
}

/// What became of a bound.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Evaluated, and never exceeded.
    Holds,
    /// Never exceeded, but wherever it was evaluated it says no more than what is trivially true.
    Vacuous,
    /// Its hypotheses failed everywhere: it says nothing.
    HypothesisFailed,
    /// There was nothing to evaluate it on.
    NotEvaluated,
    /// Exceeded somewhere.
    Violated,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Holds => "holds",
            Status::Vacuous => "vacuous",
            Status::HypothesisFailed => "hypothesis failed",
            Status::NotEvaluated => "not evaluated",
            Status::Violated => "violated",
        })
    }
}

/// One place where a bound was evaluated.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Point {
    /// What was measured.
    pub measured: f64,
    /// The bound's value there.
    pub bound: f64,
    /// Where: element, step, seed.
    pub at: String,
}

impl Point {
    /// Measured over bound: 0 where nothing was measured, above 1 where the bound is exceeded.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        ratio(self.measured, self.bound)
    }
}

fn ratio(measured: f64, bound: f64) -> f64 {
    if measured == 0.0 && bound >= 0.0 {
        0.0
    } else if measured.is_nan() || bound.is_nan() {
        f64::INFINITY
    } else {
        measured / bound
    }
}

/// A bound in a run: how often it was evaluated, and how it went.
#[derive(Clone, Debug, Serialize)]
pub struct Tally {
    /// What it states.
    pub statement: &'static Statement,
    /// Places where it was evaluated: its hypotheses held.
    pub evaluated: u64,
    /// Places where it was exceeded.
    pub violated: u64,
    /// Places where it was at or above the trivial bound.
    pub vacuous: u64,
    /// Places where a hypothesis failed, for each hypothesis.
    pub failed: Vec<u64>,
    /// The first place where each hypothesis failed.
    pub failed_at: Vec<Option<String>>,
    /// The place with the largest ratio of measured to bound, vacuous places apart while there are others.
    pub worst: Option<Point>,
    worst_is_vacuous: bool,
}

impl Tally {
    /// A bound that was not yet evaluated.
    #[must_use]
    pub fn new(statement: &'static Statement) -> Tally {
        let hypotheses = statement.hypotheses.len();
        Tally {
            statement,
            evaluated: 0,
            violated: 0,
            vacuous: 0,
            failed: vec![0; hypotheses],
            failed_at: vec![None; hypotheses],
            worst: None,
            worst_is_vacuous: false,
        }
    }

    /// Evaluates the bound in one place: what was measured, the bound, and what is trivially true there (infinity where
    /// nothing is). A NaN on either side counts as exceeded.
    pub fn observe(&mut self, measured: f64, bound: f64, trivial: f64, at: impl FnOnce() -> String) {
        self.evaluated += 1;
        let exceeded = measured > bound || measured.is_nan() || bound.is_nan();
        let vacuous = bound >= trivial && !exceeded;
        self.violated += u64::from(exceeded);
        self.vacuous += u64::from(vacuous);
        let better = match &self.worst {
            None => true,
            Some(_) if vacuous != self.worst_is_vacuous => !vacuous,
            Some(worst) => ratio(measured, bound) > worst.ratio(),
        };
        if better {
            self.worst = Some(Point { measured, bound, at: at() });
            self.worst_is_vacuous = vacuous;
        }
    }

    /// A place where a hypothesis did not hold, so that the bound says nothing there. `hypothesis` is its index in the
    /// statement; one beyond the list counts as the last.
    pub fn fail(&mut self, hypothesis: usize, at: impl FnOnce() -> String) {
        let Some(last) = self.failed.len().checked_sub(1) else { return };
        let index = hypothesis.min(last);
        self.failed[index] += 1;
        if self.failed_at[index].is_none() {
            self.failed_at[index] = Some(at());
        }
    }

    /// Takes in what another run says of the same bound. In a fixed order of runs, the result is the same for any number of threads.
    pub fn merge(&mut self, other: Tally) {
        self.evaluated += other.evaluated;
        self.violated += other.violated;
        self.vacuous += other.vacuous;
        for (count, more) in self.failed.iter_mut().zip(other.failed) {
            *count += more;
        }
        for (at, more) in self.failed_at.iter_mut().zip(other.failed_at) {
            *at = at.take().or(more);
        }
        let better = match (&self.worst, &other.worst) {
            (_, None) => false,
            (None, _) => true,
            _ if self.worst_is_vacuous != other.worst_is_vacuous => self.worst_is_vacuous,
            (Some(mine), Some(its)) => its.ratio() > mine.ratio(),
        };
        if better {
            self.worst = other.worst;
            self.worst_is_vacuous = other.worst_is_vacuous;
        }
    }

    /// Measured over bound where that is largest.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        self.worst.as_ref().map(Point::ratio)
    }

    /// What became of the bound as a whole.
    #[must_use]
    pub fn status(&self) -> Status {
        let failed = self.failed.iter().any(|&n| n > 0);
        match self.evaluated {
            _ if self.violated > 0 => Status::Violated,
            0 if failed => Status::HypothesisFailed,
            0 => Status::NotEvaluated,
            n if n == self.vacuous => Status::Vacuous,
            _ => Status::Holds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static BOUND: Statement = Statement {
        name: "test.bound",
        formula: "x <= y",
        source: "none",
        clause: "B0",
        measures: "x",
        hypotheses: &["first", "second"],
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
    fn a_bound_at_the_trivial_one_is_vacuous_until_it_is_evaluated_elsewhere() {
        let mut tally = Tally::new(&BOUND);
        tally.observe(0.9, 1.0, 1.0, || "vacuous".into());
        assert_eq!(tally.status(), Status::Vacuous);
        tally.observe(0.1, 0.5, 1.0, || "useful".into());
        assert_eq!(tally.status(), Status::Holds);
        assert_eq!(tally.worst.as_ref().map(|p| p.at.as_str()), Some("useful"));
        tally.observe(2.0, 1.0, 1.0, || "exceeded".into());
        assert_eq!(tally.status(), Status::Violated);
        assert_eq!((tally.evaluated, tally.vacuous, tally.violated), (3, 1, 1));
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
        assert_eq!(tally.status(), Status::Holds);
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
        assert_eq!(parts.evaluated, 4);
    }
}

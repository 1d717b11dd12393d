//! Bounds in a `#[test]`: [`assert_bound!`](crate::assert_bound) for one that was evaluated in the test, [`check_experiment`] for an
//! experiment's file.
//!
//! ```
//! use halfulp_lab::assert_bound;
//! use halfulp_lab::bound::Hypothesis::Checked;
//! use halfulp_lab::bound::{Statement, Tally};
//!
//! static HALF_ULP: Statement = Statement {
//!     name: "mine.half-ulp",
//!     formula: "|Q(x) - x| <= ulp(x) / 2",
//!     source: "IEEE 754-2019, 4.3.1",
//!     clause: "B2",
//!     measures: "|Q(x) - x|",
//!     trivial: "|x|: what rounding to 0 errs by",
//!     identity: false,
//!     everywhere: false,
//!     hypotheses: &[Checked("x is finite")],
//! };
//!
//! let mut tally = Tally::new(&HALF_ULP);
//! for x in [1.0001f64, 1.25, 3.75, f64::INFINITY] {
//!     if !x.is_finite() {
//!         tally.fail(0, || format!("x = {x}"));
//!         continue;
//!     }
//!     let ulp = f64::from(f32::EPSILON) * 2f64.powi(x.log2().floor() as i32);
//!     tally.observe((f64::from(x as f32) - x).abs(), ulp / 2.0, x.abs(), || format!("x = {x}"));
//! }
//! // It holds; and where it is tightest, at least a tenth of what is allowed is used.
//! assert_bound!(tally, band = [0.1, 1.0], hypotheses = "may fail");
//! ```
//!
//! Where a hypothesis failed the bound says nothing, so that a test has to say that this may happen; without it, that is a failure:
//!
//! ```should_panic
//! # use halfulp_lab::{assert_bound, bound::{Hypothesis::Checked, Statement, Tally}};
//! # static BOUND: Statement = Statement {
//! #     name: "b", formula: "", source: "", clause: "", measures: "", trivial: "", identity: false, everywhere: false,
//! #     hypotheses: &[Checked("x is finite")],
//! # };
//! let mut tally = Tally::new(&BOUND);
//! tally.observe(0.5, 1.0, f64::INFINITY, || "x = 1".into());
//! tally.fail(0, || "x = inf".into());
//! assert_bound!(tally);
//! ```

mod requirements;

use std::fmt;
use std::path::Path;

pub use requirements::Requirements;

use crate::bound::{Required, Status, Tally};
use crate::experiment::{self, ExperimentError, Quiet};
use crate::report::{Check, Report, Verdict};

/// Why a check did not pass: a sentence or more with the status, what was measured, the bound, where, and what failed.
///
/// Its `Debug` is its text, so that `unwrap` in a test shows it as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl From<ExperimentError> for Failure {
    fn from(error: ExperimentError) -> Failure {
        Failure(error.to_string())
    }
}

/// Whether a bound holds: it was evaluated, was nowhere exceeded, says more than what is trivially true in as many places as are required, its
/// tightness is in the bands, and its hypotheses held wherever it was to be evaluated.
///
/// # Errors
/// What is not so, with everything that is known. A requirement that makes no sense is an error, too.
pub fn bound(tally: &Tally, required: Requirements) -> Result<(), Failure> {
    let statement = tally.statement;
    if let Some(why) = required.wrong(tally) {
        return Err(Failure(format!("{}: {why}", statement.name)));
    }
    let check =
        Check::asserted("", tally.clone()).within(required.band).requiring(required.required(statement));
    let check = Check { last_band: required.last_band, ..check };
    let forbidden = tally.counts().failed > 0 && !required.hypotheses_may_fail;
    if check.passes() && !forbidden {
        return Ok(());
    }
    let elsewhere = Required { hypotheses_may_fail: true, ..check.required };
    let why = match elsewhere.status(tally) == Status::Holds && check.in_band() && forbidden {
        true => "\n  it holds elsewhere; where its hypotheses may fail, say so: hypotheses = \"may fail\"",
        false => "",
    };
    Err(Failure(format!(
        "the bound {}\n  formula: {}\n  measured: {}\n  source: {}\n  {}{why}",
        check.failure(),
        statement.formula,
        statement.measures,
        statement.source,
        check.informs_sentence()
    )))
}

/// Runs the experiment of a file, or one that comes with the crate, by name; relative paths are from the folder in which the test
/// runs, which for `cargo test` is the package's.
///
/// ```no_run
/// halfulp_lab::check::check_experiment("experiments/mine.toml").unwrap();
/// ```
///
/// # Errors
/// The file is wrong or cannot be run, it asserts nothing, or something is not as it asserts: then each such thing is listed.
pub fn check_experiment(file: impl AsRef<Path>) -> Result<Report, Failure> {
    let path = file.as_ref();
    let name = path.to_str().ok_or_else(|| Failure(format!("{}: the path is not UTF-8", path.display())))?;
    let experiment = experiment::open(name)?;
    if experiment.asserts().is_empty() {
        return Err(Failure(format!("{name}: it asserts nothing, so there is nothing to check")));
    }
    let report = experiment.run(&Quiet)?;
    match report.verdict() {
        Verdict::Holds => Ok(report),
        Verdict::NothingAsserted => Err(Failure(format!("{name}: nothing that it asserts was found"))),
        Verdict::Fails => {
            let failures: String = report.failures().iter().map(|failure| format!("\n  {failure}")).collect();
            Err(Failure(format!("{name}: {}{failures}", report.score())))
        }
    }
}

/// Fails a test unless a bound holds: evaluated, nowhere exceeded, informative in 90 % of its places (of all, and of those of the last step), no
/// hypothesis failed. The message has the status, what was measured, the bound, where, and the hypotheses that failed.
///
/// `assert_bound!(tally)`, and after it, in this order, what is wanted of:
/// `band = [0.1, 1.0]`, if the largest measured / bound has to lie there, so that a bound that becomes loose is noticed;
/// `last_band = [0.1, 1.0]`, the same of the last step; `informative_at_least = 0.99`, another part of the places;
/// `steps = [1, 100]`, the steps in which it must be informative, in place of the whole run and its last step;
/// `hypotheses = "may fail"`, if places where they fail are to be left out.
///
/// See [`check`](crate::check).
///
/// # Panics
/// The bound does not hold.
#[macro_export]
macro_rules! assert_bound {
    ($tally:expr $(, band = $band:expr)? $(, last_band = $last:expr)? $(, informative_at_least = $share:expr)?
     $(, steps = $steps:expr)? $(, hypotheses = $may:literal)? $(,)?) => {{
        $(const _: () = assert!($crate::check::is_may_fail($may), "expected hypotheses = \"may fail\"");)?
        let required = $crate::check::Requirements::default()
            $(.within($band))?
            $(.at_last_within($last))?
            $(.informative_at_least($share))?
            $(.in_steps($steps))?
            $(.may_fail($crate::check::is_may_fail($may)))?;
        if let ::core::result::Result::Err(failure) = $crate::check::bound(&$tally, required) {
            ::core::panic!("{failure}");
        }
    }};
}

/// Whether a text is what `hypotheses =` takes.
#[doc(hidden)]
#[must_use]
pub const fn is_may_fail(text: &str) -> bool {
    matches!(text.as_bytes(), b"may fail")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bound::Hypothesis::Checked;
    use crate::bound::Statement;

    static BOUND: Statement = Statement {
        name: "test.bound",
        formula: "x <= y",
        source: "none",
        clause: "B0",
        measures: "x",
        trivial: "10",
        identity: false,
        everywhere: false,
        hypotheses: &[Checked("x is finite")],
    };

    fn tally(points: &[(f64, f64)]) -> Tally {
        let mut tally = Tally::new(&BOUND);
        for (k, (measured, bound)) in points.iter().enumerate() {
            tally.observe(*measured, *bound, 10.0, || format!("step {k}"));
        }
        tally
    }

    fn message(tally: &Tally, band: Option<[f64; 2]>) -> String {
        let required = Requirements { band, ..Requirements::default() };
        bound(tally, required).map_or_else(|failure| failure.to_string(), |()| String::new())
    }

    #[test]
    fn what_holds_passes() {
        assert_bound!(tally(&[(0.5, 1.0)]));
        assert_bound!(tally(&[(0.5, 1.0)]), band = [0.5, 1.0]);
        let mut partly = tally(&[(0.5, 1.0)]);
        partly.fail(0, || "step 9".into());
        assert_bound!(partly, hypotheses = "may fail");
        assert_bound!(partly, band = [0.1, 1.0], hypotheses = "may fail",);
    }

    #[test]
    fn nothing_passes_silently() {
        let mut failed = Tally::new(&BOUND);
        failed.fail(0, || "step 3".into());
        let mut partly = tally(&[(0.5, 1.0)]);
        partly.fail(0, || "step 9".into());
        for (tally, band, words) in [
            (tally(&[]), None, ["not evaluated", "nowhere"]),
            (failed, None, ["hypothesis failed", "\"x is finite\" failed once, first at step 3"]),
            (partly, None, ["\"x is finite\" failed once, first at step 9", "may fail"]),
            (tally(&[(0.5, 10.0)]), None, ["vacuous", "trivially true"]),
            (
                tally(&[(0.5, 1.0), (3.0, 2.0)]),
                None,
                ["violated", "measured 3, bound 2, ratio 1.5 at step 1"],
            ),
            (tally(&[(f64::NAN, 2.0)]), None, ["violated", "measured NaN"]),
            (tally(&[(0.01, 1.0)]), Some([0.1, 1.0]), ["ratio 0.01", "0.1 to 1"]),
            (tally(&[(0.5, 1.0)]), Some([1.0, 0.1]), ["band", "is none"]),
            (tally(&[(0.5, 1.0)]), Some([f64::NAN, 1.0]), ["band", "is none"]),
        ] {
            let message = message(&tally, band);
            for word in words {
                assert!(message.contains(word), "{word}: {message}");
            }
        }
    }

    #[test]
    #[should_panic(expected = "violated")]
    fn the_macro_fails_the_test() {
        assert_bound!(tally(&[(2.0, 1.0)]));
    }
}

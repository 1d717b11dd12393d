//! Ranges that numbers in a file have to lie in.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::Invalid;

/// Most steps of a run.
pub(crate) const STEPS: u64 = 1 << 32;
/// Most elements of a run, and of a problem: more is a slip of the pen.
pub(crate) const ELEMENTS: u64 = 1 << 24;
/// The largest magnitude of a real number: its square can be computed.
pub(crate) const LARGEST: f64 = 1e150;

/// Whether a number lies in a range; NaN lies in none.
pub(crate) fn within<T: PartialOrd + Display>(
    key: impl Into<String>,
    x: T,
    range: &RangeInclusive<T>,
) -> Result<(), Invalid> {
    match range.contains(&x) {
        true => Ok(()),
        false => Err(Invalid::new(key, format!("expected {} to {}, got {x}", range.start(), range.end()))),
    }
}

/// Whether a number of steps will do.
pub(crate) fn steps(key: impl Into<String>, steps: u64) -> Result<(), Invalid> {
    within(key, steps, &(1..=STEPS))
}

/// Whether a number of elements will do.
pub(crate) fn elements(key: impl Into<String>, elements: usize) -> Result<(), Invalid> {
    within(key, elements as u64, &(1..=ELEMENTS))
}

/// Whether a number is one, and not so large that its square is none.
pub(crate) fn real(key: impl Into<String>, x: f64) -> Result<(), Invalid> {
    within(key, x, &(-LARGEST..=LARGEST))
}

/// Whether a number lies between 0 and 1 and is neither.
pub(crate) fn share(key: impl Into<String>, x: f64) -> Result<(), Invalid> {
    match x > 0.0 && x < 1.0 {
        true => Ok(()),
        false => Err(Invalid::new(key, format!("{x}: expected a number above 0 and below 1"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_lies_in_no_range() {
        assert!(
            real("x", f64::NAN).is_err() && real("x", f64::INFINITY).is_err() && real("x", -1e150).is_ok()
        );
        assert!(share("x", f64::NAN).is_err() && share("x", 1.0).is_err() && share("x", 0.5).is_ok());
        assert!(
            elements("x", 0).is_err() && elements("x", 1 << 24).is_ok() && elements("x", usize::MAX).is_err()
        );
        assert_eq!(
            steps("run.x.steps", 0).unwrap_err().to_string(),
            "run.x.steps: expected 1 to 4294967296, got 0"
        );
    }
}

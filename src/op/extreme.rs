//! Minima and maxima.

use super::Op;
use crate::exact::Extreme;

/// The kind of minimum or maximum, if the operation is one (IEEE 754-2019 clause 9.6).
#[must_use]
pub const fn extreme(op: Op) -> Option<Extreme> {
    let (maximum, magnitude, number) = match op {
        Op::Minimum => (false, false, false),
        Op::Maximum => (true, false, false),
        Op::MinimumNumber => (false, false, true),
        Op::MaximumNumber => (true, false, true),
        Op::MinimumMagnitude => (false, true, false),
        Op::MaximumMagnitude => (true, true, false),
        Op::MinimumMagnitudeNumber => (false, true, true),
        Op::MaximumMagnitudeNumber => (true, true, true),
        _ => return None,
    };
    Some(Extreme { maximum, magnitude, number })
}

//! Saturation as in P3109 (interim report 4.0, 4.7.5; and its formal model of July 2026).

use crate::format::Format;
use crate::format::facts::Overflow;
use crate::policy::{Policy, Rounding, Saturation, Standard};

/// Where a value outside the finite range goes.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// The last finite value on its side: `MaxFinite` or `MinFinite`.
    Finite,
    /// The infinity of its sign, which the format has.
    Infinity,
    Nan,
}

/// The result for a rounded number beyond the range, or for an infinity, on the side of its sign.
pub(super) const fn saturate(f: &Format, policy: &Policy, negative: bool, infinite: bool) -> End {
    let extended = matches!(f.facts().overflow, Overflow::Infinity);
    let has_infinity = f.infinity(negative).is_some();
    match policy.saturation {
        Saturation::Finite => return End::Finite,
        Saturation::Propagate if infinite && has_infinity => return End::Infinity,
        Saturation::Propagate => return End::Finite,
        Saturation::None => {}
    }
    if !infinite && is_bounded(f, policy, negative) {
        End::Finite
    } else if has_infinity {
        End::Infinity
    } else if extended || (negative && !f.is_signed()) || matches!(policy.standard, Standard::P3109July2026) {
        End::Nan
    } else {
        End::Finite
    }
}

/// Whether the rounding direction takes a number beyond the range to a finite value.
const fn is_bounded(f: &Format, policy: &Policy, negative: bool) -> bool {
    match policy.rounding {
        Rounding::TowardZero => true,
        Rounding::TowardPositive => negative,
        Rounding::TowardNegative => !negative,
        // Version 4.0 keeps the largest value of an unsigned format with infinity, whose code is odd.
        Rounding::ToOdd => matches!(policy.standard, Standard::P3109V4_0) && !negative && !f.is_signed(),
        Rounding::NearestEven | Rounding::NearestAway | Rounding::Stochastic { .. } => false,
    }
}

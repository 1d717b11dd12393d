//! The one function that rounds: everything else in the library calls it, or is proved equal to it.
//!
//! An exact result becomes a code in three steps, each specified in SPEC.md:
//! 1. truncate the significand at the quantum and decide, by the rounding, whether to go away from zero;
//! 2. compare the magnitude code with the range of the format: overflow, a sign that the format lacks, tininess;
//! 3. return the code, or the value that the saturation and the format substitute for it.

mod cut;
mod p3109;

pub(crate) use cut::to_integer;

use crate::format::facts::Overflow;
use crate::format::{Code, Format};
use crate::policy::{Flags, NanResult, Policy, Rounding, Saturation, Tininess};
use crate::value::{Real, Value};
use cut::{Choice, Cut, cut_at, leading_exponent};
use p3109::End;

/// A result and the exceptions raised.
#[must_use]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Rounded {
    /// The result's bit pattern.
    pub code: Code,
    /// The exceptions raised.
    pub flags: Flags,
}

/// Rounds `x` to the format under the policy, and returns its code and the exceptions raised.
///
/// `noise` is the noise word of stochastic rounding, of which the low [`NoiseBits`](crate::NoiseBits) are used; other roundings ignore it.
/// The result is specified by parts R, S and T of SPEC.md.
///
/// The decision needs `p + 2` bits of the significand, or `p + N + 1` for stochastic rounding with `N` noise bits. If a
/// significand with a tail has fewer, the tail counts as less than the missing bits. The results of operations have enough bits whenever
/// [`Task::check`](crate::Task::check) returns `Ok`; a value without a tail always does.
#[inline(always)]
pub const fn round(f: &Format, policy: &Policy, x: Value<Real>, noise: u64) -> Rounded {
    if policy.standard.is_p3109() {
        return round_by_p3109(f, policy, x, noise);
    }
    round_value(f, policy, x, noise)
}

/// [`round`] under P3109, which has one zero and no flags.
#[inline(never)]
const fn round_by_p3109(f: &Format, policy: &Policy, x: Value<Real>, noise: u64) -> Rounded {
    let Rounded { code, .. } = round_value(f, policy, x, noise);
    let (negative, magnitude) = f.split(code);
    let code = if negative && magnitude == 0 && f.has_negative_zero() { 0 } else { code };
    Rounded { code, flags: Flags::NONE }
}

#[inline(always)]
const fn round_value(f: &Format, policy: &Policy, x: Value<Real>, noise: u64) -> Rounded {
    match x {
        Value::Finite(x) => round_finite(f, policy, x, noise),
        Value::Zero { negative } => round_zero(f, policy, negative),
        Value::Infinite { negative } => round_infinite(f, policy, negative),
        Value::Nan(_) => round_nan(f, policy),
    }
}

#[inline(always)]
const fn round_finite(f: &Format, policy: &Policy, x: Real, noise: u64) -> Rounded {
    let precision = f.precision() as i32;
    let leading = leading_exponent(x);
    let unbounded = leading - precision + 1;
    let quantum = if unbounded > f.quantum_min() { unbounded } else { f.quantum_min() };
    if leading > f.emax() {
        return overflow(f, policy, x.negative);
    }
    let (kept, cut) = cut_at(x, leading, quantum);
    // Consecutive magnitude codes are consecutive multiples of the quantum, across binades too.
    let base = ((quantum - f.quantum_min()) as u64) << (precision - 1);
    let Some(kept) = (base + kept).checked_sub(f.offset()) else {
        return below_smallest(f, policy, x, unbounded, noise);
    };
    let away = Choice { x, quantum, cut, odd: kept & 1 == 1 }.away(policy.rounding, noise);
    let (magnitude, carried) = kept.overflowing_add(away as u64);
    let inexact = !matches!(cut, Cut::Nothing);
    if carried || magnitude > f.largest_magnitude(x.negative) {
        return overflow(f, policy, x.negative);
    }
    let mut tiny = leading < f.tiny_below();
    if leading == f.tiny_below() - 1 {
        tiny = is_tiny(f, policy, x, unbounded, noise);
    }
    if policy.flush_results && tiny {
        return flushed(f, x.negative);
    }
    let raised = Flags::INEXACT.when(inexact).union(Flags::UNDERFLOW.when(inexact & tiny));
    in_range(f, policy, x.negative, magnitude, raised)
}

/// Whether a result below the smallest normal one in magnitude counts as tiny.
const fn is_tiny(f: &Format, policy: &Policy, x: Real, unbounded: i32, noise: u64) -> bool {
    match policy.tininess {
        Tininess::Before => true,
        Tininess::After => {
            // With an unbounded exponent it may still reach the next binade, which is where normal values start.
            let significand = to_precision(x, unbounded, f, policy.rounding, noise);
            let leading = unbounded + 63 - significand.leading_zeros() as i32;
            leading < f.tiny_below()
        }
    }
}

/// Rounds with unbounded exponent: the significand in units of `2^unbounded`.
const fn to_precision(x: Real, unbounded: i32, f: &Format, rounding: Rounding, noise: u64) -> u64 {
    let (kept, cut) = cut_at(x, leading_exponent(x), unbounded);
    // Where the significand is one bit, parity is that of the exponent's code. Only the binade below the smallest value
    // matters, whose code is 1 in a format with zero and 0 without: further down, a result is tiny whatever it becomes.
    let odd = if f.precision() == 1 { !f.has_zero() } else { kept & 1 == 1 };
    kept + Choice { x, quantum: unbounded, cut, odd }.away(rounding, noise) as u64
}

/// Returns the code of a magnitude code within range, if the format has the sign.
#[inline(always)]
const fn in_range(f: &Format, policy: &Policy, negative: bool, magnitude: u64, flags: Flags) -> Rounded {
    // Test the format first: that branch is predictable, a branch on random signs is not.
    if !f.is_signed() && negative {
        if magnitude == 0 && f.has_zero() {
            return Rounded { code: 0, flags };
        }
        return unrepresentable(f, policy, true);
    }
    Rounded { code: f.encode(negative, magnitude), flags }
}

/// A finite result beyond the largest value.
#[cold]
const fn overflow(f: &Format, policy: &Policy, negative: bool) -> Rounded {
    if f.is_integer() || (negative && !f.is_signed()) {
        return unrepresentable(f, policy, negative);
    }
    if policy.standard.is_p3109() {
        return saturated(f, policy, negative, false);
    }
    let past = match (policy.saturation, policy.rounding) {
        (Saturation::Finite | Saturation::Propagate, _) | (_, Rounding::TowardZero) => false,
        (_, Rounding::TowardPositive) => !negative,
        (_, Rounding::TowardNegative) => negative,
        (_, Rounding::ToOdd) => f.largest_magnitude(negative) & 1 == 0,
        (_, Rounding::NearestEven | Rounding::NearestAway | Rounding::Stochastic { .. }) => true,
    };
    let code = if past { past_largest(f, negative) } else { f.largest(negative) };
    Rounded { code, flags: Flags::OVERFLOW.union(Flags::INEXACT) }
}

/// P3109's result for a number or an infinity beyond the finite range.
#[cold]
const fn saturated(f: &Format, policy: &Policy, negative: bool, infinite: bool) -> Rounded {
    let code = match (p3109::saturate(f, policy, negative, infinite), f.infinity(negative)) {
        (End::Nan, _) => return round_nan(f, policy),
        (End::Infinity, Some(infinity)) => infinity,
        (End::Infinity | End::Finite, _) => f.largest(negative),
    };
    Rounded { code, flags: Flags::NONE }
}

/// The overflow result for a sign.
const fn past_largest(f: &Format, negative: bool) -> Code {
    match (f.facts().overflow, f.nan()) {
        (Overflow::Infinity, _) => f.encode(negative, f.largest_magnitude(false) + 1),
        (Overflow::Nan, Some(nan)) => nan,
        (Overflow::Nan | Overflow::Largest, _) => f.largest(negative),
    }
}

/// A result that the format cannot represent: a negative number in an unsigned format, an
/// integer out of range, a zero in a format without zero. It raises invalid and nothing else.
#[cold]
const fn unrepresentable(f: &Format, policy: &Policy, negative: bool) -> Rounded {
    if policy.standard.is_p3109() && !f.is_integer() {
        return saturated(f, policy, negative, false);
    }
    let code = match (policy.saturation, f.nan()) {
        (Saturation::None, Some(nan)) => nan,
        (Saturation::None, None) if f.is_integer() => nan_result(f, policy.nan),
        (Saturation::None | Saturation::Finite | Saturation::Propagate, _) => f.largest(negative),
    };
    Rounded { code, flags: Flags::INVALID }
}

/// A nonzero number closer to zero than any value of a format without zero.
#[cold]
const fn below_smallest(f: &Format, policy: &Policy, x: Real, unbounded: i32, noise: u64) -> Rounded {
    if x.negative {
        return unrepresentable(f, policy, true);
    }
    let underflow = Flags::UNDERFLOW.when(is_tiny(f, policy, x, unbounded, noise));
    Rounded { code: 0, flags: Flags::INEXACT.union(underflow) }
}

#[cold]
const fn flushed(f: &Format, negative: bool) -> Rounded {
    let code = f.encode(negative && f.is_signed(), 0);
    Rounded { code, flags: Flags::UNDERFLOW.union(Flags::INEXACT) }
}

#[inline(always)]
const fn round_zero(f: &Format, policy: &Policy, negative: bool) -> Rounded {
    if !f.has_zero() {
        return unrepresentable(f, policy, true);
    }
    Rounded { code: f.encode(negative && f.is_signed(), 0), flags: Flags::NONE }
}

const fn round_infinite(f: &Format, policy: &Policy, negative: bool) -> Rounded {
    if policy.standard.is_p3109() && !f.is_integer() {
        return saturated(f, policy, negative, true);
    }
    if f.is_integer() || (negative && !f.is_signed()) {
        return unrepresentable(f, policy, negative);
    }
    let stays = !matches!(policy.saturation, Saturation::Finite);
    let code = if stays { past_largest(f, negative) } else { f.largest(negative) };
    let kept = stays && matches!(f.facts().overflow, Overflow::Infinity);
    Rounded { code, flags: Flags::INEXACT.when(!kept) }
}

#[cold]
const fn round_nan(f: &Format, policy: &Policy) -> Rounded {
    match f.nan() {
        Some(code) => Rounded { code, flags: Flags::NONE },
        None => Rounded { code: nan_result(f, policy.nan), flags: Flags::INVALID },
    }
}

const fn nan_result(f: &Format, result: NanResult) -> Code {
    match result {
        NanResult::Largest => f.largest(false),
        NanResult::Least => f.largest(true),
        NanResult::NegativeZero => f.encode(true, 0),
        NanResult::Zero => 0,
    }
}

//! The only rounding in the house.
//!
//! An operation's exact result becomes a code in three steps, each stated in SPEC.md:
//! 1. cut the significand at the format's quantum and decide, by the rounding, whether to go away from zero;
//! 2. compare the magnitude code with the format's range: overflow, a sign the format lacks, tininess;
//! 3. deliver: the code, or what the saturation and the format put in its place.

use crate::format::facts::{Overflow, Sign};
use crate::format::{Code, Format};
use crate::policy::{Flags, NanResult, Policy, Rounding, Saturation, Stochastic, Tininess};
use crate::value::{Real, Value};

/// A result and the exceptions it raised.
#[must_use]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Rounded {
    /// The result's bit pattern.
    pub code: Code,
    /// The exceptions.
    pub flags: Flags,
}

/// What was cut off, in units of the last place kept: nothing, or a fraction on one side of a half or on it. As a
/// number: the first bit cut off, then whether any other is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Cut {
    Nothing,
    BelowHalf,
    Half,
    AboveHalf,
}

/// A number cut at a quantum. The leading bit of `bits` is bit 125, its last one is sticky, and `drop` bits, at least
/// 62, lie below the quantum.
#[derive(Clone, Copy)]
struct Parts {
    bits: u128,
    drop: u32,
}

/// Position of the leading bit in [`Parts`]: two bits lower than it could be, so that an exact number of 64 bits
/// and one with a tail are cut alike.
const LEADING: i32 = 125;

impl Parts {
    /// Cuts at `2^quantum`. Precondition: what is kept has at most 64 bits.
    #[inline(always)]
    const fn at(x: Real, leading: i32, quantum: i32) -> Parts {
        let top = x.significand << x.significand.leading_zeros();
        let sticky = top & 3 != 0 || x.tail;
        Parts { bits: top >> 2 | sticky as u128, drop: (LEADING - leading + quantum) as u32 }
    }

    /// The drop that shifts may use: beyond it, all is below half of the quantum.
    #[inline(always)]
    const fn shift(&self) -> u32 {
        if self.drop > 127 { 127 } else { self.drop }
    }

    #[inline(always)]
    const fn kept(&self) -> u64 {
        (self.bits >> self.shift()) as u64
    }

    #[inline(always)]
    const fn cut(&self) -> Cut {
        let half = 1u128 << (self.shift() - 1);
        match (self.bits & half != 0, self.bits & (half - 1) != 0) {
            (false, false) => Cut::Nothing,
            (false, true) => Cut::BelowHalf,
            (true, false) => Cut::Half,
            (true, true) => Cut::AboveHalf,
        }
    }

    /// `floor(fraction * 2^n)` of the fraction cut off, and whether that is all of it. Precondition: `n <= 33`.
    const fn floor(&self, n: u32) -> (u64, bool) {
        let rest = if self.drop > 127 { self.bits } else { self.bits & ((1 << self.drop) - 1) };
        let shift = self.drop - n;
        if shift > 127 {
            return (0, false);
        }
        let floor = rest >> shift;
        (floor as u64, floor << shift == rest)
    }

    /// Whether to go away from zero. `odd` is the parity of the code that is kept.
    #[inline(always)]
    const fn away(&self, cut: Cut, rounding: Rounding, negative: bool, odd: bool, noise: u64) -> bool {
        match rounding {
            Rounding::Stochastic { variant, bits } => {
                !matches!(cut, Cut::Nothing) && self.away_by_chance(variant, bits as u32, noise)
            }
            _ => AWAY[direction(rounding)] >> situation(cut, negative, odd) & 1 == 1,
        }
    }

    const fn away_by_chance(&self, variant: Stochastic, bits: u32, noise: u64) -> bool {
        let one = 1u64 << bits;
        let noise = noise & (one - 1);
        match variant {
            Stochastic::A => self.floor(bits).0 + noise >= one,
            Stochastic::B => self.floor(bits + 1).0 + 2 * noise + 1 >= 2 * one,
            Stochastic::C => {
                let (doubled, all) = self.floor(bits + 1);
                let up = doubled & 1 == 1 && (!all || doubled & 2 == 2);
                (doubled >> 1) + up as u64 + noise >= one
            }
        }
    }
}

/// Whether a rounding without chance goes away from zero.
const fn goes_away(rounding: Rounding, cut: Cut, negative: bool, odd: bool) -> bool {
    match (rounding, cut) {
        (_, Cut::Nothing) | (Rounding::TowardZero | Rounding::Stochastic { .. }, _) => false,
        (Rounding::NearestEven, Cut::Half) => odd,
        (Rounding::NearestAway, Cut::Half) => true,
        (Rounding::NearestEven | Rounding::NearestAway, cut) => matches!(cut, Cut::AboveHalf),
        (Rounding::TowardPositive, _) => !negative,
        (Rounding::TowardNegative, _) => negative,
        (Rounding::ToOdd, _) => !odd,
    }
}

/// [`goes_away`] as a table: sixteen situations a rounding, one bit each, so that random operands cost no branch.
const AWAY: [u16; 6] = {
    let roundings = [
        Rounding::NearestEven,
        Rounding::NearestAway,
        Rounding::TowardZero,
        Rounding::TowardPositive,
        Rounding::TowardNegative,
        Rounding::ToOdd,
    ];
    let cuts = [Cut::Nothing, Cut::BelowHalf, Cut::Half, Cut::AboveHalf];
    let mut table = [0; 6];
    let mut i = 0;
    while i < 16 * 6 {
        let (rounding, cut, negative, odd) = (roundings[i / 16], cuts[i & 3], i & 4 != 0, i & 8 != 0);
        let away = goes_away(rounding, cut, negative, odd);
        table[direction(rounding)] |= (away as u16) << situation(cut, negative, odd);
        i += 1;
    }
    table
};

#[inline(always)]
const fn direction(rounding: Rounding) -> usize {
    match rounding {
        Rounding::NearestEven => 0,
        Rounding::NearestAway => 1,
        Rounding::TowardZero | Rounding::Stochastic { .. } => 2,
        Rounding::TowardPositive => 3,
        Rounding::TowardNegative => 4,
        Rounding::ToOdd => 5,
    }
}

#[inline(always)]
const fn situation(cut: Cut, negative: bool, odd: bool) -> u32 {
    cut as u32 | (negative as u32) << 2 | (odd as u32) << 3
}

/// Rounds a number with a fractional part to a multiple of one: the multiple (without sign), and whether that is
/// exact. Parity is the multiple's own.
pub(crate) const fn to_integer(x: Real, rounding: Rounding, noise: u64) -> (u64, bool) {
    let parts = Parts::at(x, leading_exponent(x), 0);
    let (kept, cut) = (parts.kept(), parts.cut());
    let away = parts.away(cut, rounding, x.negative, kept & 1 == 1, noise);
    (kept + away as u64, matches!(cut, Cut::Nothing))
}

#[inline(always)]
const fn leading_exponent(x: Real) -> i32 {
    x.exponent + 127 - x.significand.leading_zeros() as i32
}

/// The code of `x` in the format under the policy, and the exceptions of delivering it.
///
/// `noise` is the word of stochastic rounding (its low `bits` bits are used); other roundings ignore it.
/// SPEC.md's clauses on rounding, range and delivery define the result.
#[inline(always)]
pub const fn round(f: &Format, policy: &Policy, x: Value<Real>, noise: u64) -> Rounded {
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
    let quantum = if unbounded > f.quantum_min() {
        unbounded
    } else {
        f.quantum_min()
    };
    if leading > f.emax() {
        return overflow(f, policy, x.negative);
    }
    let parts = Parts::at(x, leading, quantum);
    let cut = parts.cut();
    // Consecutive magnitude codes are consecutive multiples of the quantum, across binades too.
    let base = ((quantum - f.quantum_min()) as u64) << (precision - 1);
    let Some(kept) = (base + parts.kept()).checked_sub(f.offset()) else {
        return below_smallest(f, policy, x, unbounded, noise);
    };
    let away = parts.away(cut, policy.rounding, x.negative, kept & 1 == 1, noise);
    let (magnitude, carried) = kept.overflowing_add(away as u64);
    let inexact = !matches!(cut, Cut::Nothing);
    if leading < f.tiny_below()
        && (inexact || policy.flush_results)
        && is_tiny(f, policy, x, unbounded, noise)
    {
        // Where NaNs take all but a few codes the largest value is itself subnormal.
        if magnitude > f.largest_magnitude(x.negative) {
            return overflow(f, policy, x.negative);
        }
        if policy.flush_results {
            return flushed(f, x.negative);
        }
        return in_range(
            f,
            policy,
            x.negative,
            magnitude,
            Flags::UNDERFLOW.union(Flags::INEXACT),
        );
    }
    if carried || magnitude > f.largest_magnitude(x.negative) {
        return overflow(f, policy, x.negative);
    }
    in_range(f, policy, x.negative, magnitude, Flags::INEXACT.when(inexact))
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

/// Rounds as if the exponent had no bound: the significand in units of `2^unbounded`.
const fn to_precision(x: Real, unbounded: i32, f: &Format, rounding: Rounding, noise: u64) -> u64 {
    let parts = Parts::at(x, leading_exponent(x), unbounded);
    let (kept, steps) = (parts.kept(), (unbounded - f.quantum_min()) as i64);
    // Where the significand is one bit, parity is the exponent code's.
    let code = (steps << (f.precision() - 1)).wrapping_add(kept as i64).wrapping_sub(f.offset() as i64);
    kept + parts.away(parts.cut(), rounding, x.negative, code & 1 == 1, noise) as u64
}

/// Delivers a magnitude code that the range holds, if the format has the sign.
#[inline(always)]
const fn in_range(f: &Format, policy: &Policy, negative: bool, magnitude: u64, flags: Flags) -> Rounded {
    if negative && !f.is_signed() {
        if magnitude == 0 && f.has_zero() {
            return Rounded { code: 0, flags };
        }
        return unrepresentable(f, policy, true);
    }
    Rounded {
        code: f.encode(negative, magnitude),
        flags,
    }
}

/// A finite result beyond the largest value, rounded without an exponent bound.
#[cold]
const fn overflow(f: &Format, policy: &Policy, negative: bool) -> Rounded {
    if f.is_integer() || (negative && !f.is_signed()) {
        return unrepresentable(f, policy, negative);
    }
    let past = match (policy.saturation, policy.rounding) {
        (Saturation::Finite | Saturation::Propagate, _) | (_, Rounding::TowardZero) => false,
        (_, Rounding::TowardPositive) => !negative,
        (_, Rounding::TowardNegative) => negative,
        (_, Rounding::ToOdd) => f.largest_magnitude(negative) & 1 == 0,
        (_, Rounding::NearestEven | Rounding::NearestAway | Rounding::Stochastic { .. }) => true,
    };
    let code = if past {
        past_largest(f, negative)
    } else {
        f.largest(negative)
    };
    Rounded {
        code,
        flags: Flags::OVERFLOW.union(Flags::INEXACT),
    }
}

/// What lies past the largest finite value of a sign.
const fn past_largest(f: &Format, negative: bool) -> Code {
    match (f.facts().overflow, f.nan()) {
        (Overflow::Infinity, _) => f.encode(negative, f.largest_magnitude(false) + 1),
        (Overflow::Nan, Some(nan)) => nan,
        (Overflow::Nan | Overflow::Largest, _) => f.largest(negative),
    }
}

/// A result for which the format has no value in that direction at all: a negative where there is no sign, an
/// integer out of range, a zero where there is none. An invalid operation, and nothing else.
#[cold]
const fn unrepresentable(f: &Format, policy: &Policy, negative: bool) -> Rounded {
    let code = match (policy.saturation, f.nan()) {
        (Saturation::None, Some(nan)) => nan,
        (Saturation::None, None) if f.is_integer() => nan_result(f, policy.nan),
        (Saturation::None | Saturation::Finite | Saturation::Propagate, _) => f.largest(negative),
    };
    Rounded {
        code,
        flags: Flags::INVALID,
    }
}

/// A number nearer to zero than any value of a format without zero.
#[cold]
const fn below_smallest(f: &Format, policy: &Policy, x: Real, unbounded: i32, noise: u64) -> Rounded {
    if x.negative {
        return unrepresentable(f, policy, true);
    }
    let underflow = Flags::UNDERFLOW.when(is_tiny(f, policy, x, unbounded, noise));
    Rounded {
        code: 0,
        flags: Flags::INEXACT.union(underflow),
    }
}

#[cold]
const fn flushed(f: &Format, negative: bool) -> Rounded {
    let code = f.encode(negative && f.is_signed(), 0);
    Rounded {
        code,
        flags: Flags::UNDERFLOW.union(Flags::INEXACT),
    }
}

#[inline(always)]
const fn round_zero(f: &Format, policy: &Policy, negative: bool) -> Rounded {
    if !f.has_zero() {
        return unrepresentable(f, policy, true);
    }
    Rounded {
        code: f.encode(negative && f.is_signed(), 0),
        flags: Flags::NONE,
    }
}

const fn round_infinite(f: &Format, policy: &Policy, negative: bool) -> Rounded {
    if f.is_integer() || (negative && !f.is_signed()) {
        return unrepresentable(f, policy, negative);
    }
    let stays = !matches!(policy.saturation, Saturation::Finite);
    let code = if stays {
        past_largest(f, negative)
    } else {
        f.largest(negative)
    };
    let kept = stays && matches!(f.facts().overflow, Overflow::Infinity);
    Rounded {
        code,
        flags: Flags::INEXACT.when(!kept),
    }
}

#[cold]
const fn round_nan(f: &Format, policy: &Policy) -> Rounded {
    match f.nan() {
        Some(code) => Rounded {
            code,
            flags: Flags::NONE,
        },
        None => Rounded {
            code: nan_result(f, policy.nan),
            flags: Flags::INVALID,
        },
    }
}

const fn nan_result(f: &Format, result: NanResult) -> Code {
    match result {
        NanResult::Largest => f.largest(false),
        NanResult::Least => f.largest(true),
        NanResult::NegativeZero if matches!(f.facts().sign, Sign::SignMagnitude) => f.encode(true, 0),
        NanResult::Zero | NanResult::NegativeZero => 0,
    }
}

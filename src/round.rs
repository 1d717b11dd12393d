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

impl Cut {
    #[inline(always)]
    const fn of(half: bool, more: bool) -> Cut {
        match (half as u8) << 1 | more as u8 {
            0 => Cut::Nothing,
            1 => Cut::BelowHalf,
            2 => Cut::Half,
            _ => Cut::AboveHalf,
        }
    }
}

/// Cuts a number at `2^quantum`: what is kept, at most 64 bits, and what was cut off.
#[inline(always)]
const fn cut_at(x: Real, leading: i32, quantum: i32) -> (u64, Cut) {
    let below = quantum - leading + 63;
    if below < 3 {
        return cut_wide(x, below as u32 + 64);
    }
    let (top, rest) = leading_64(x);
    // Two bits lower, the last one sticky; where more than all is cut off, all is less than half.
    let bits = top >> 2 | (top & 3 != 0 || rest) as u64;
    let drop = if below > 65 { 63 } else { below as u32 - 2 };
    (
        bits >> drop,
        Cut::of(bits >> (drop - 1) & 1 != 0, bits & ((1 << (drop - 1)) - 1) != 0),
    )
}

/// The same where more than 61 bits are kept, as only integers can ask for: `drop` of 128 bits are cut off.
#[cold]
const fn cut_wide(x: Real, drop: u32) -> (u64, Cut) {
    let bits = x.significand << x.significand.leading_zeros();
    let half = 1u128 << (drop - 1);
    (
        (bits >> drop) as u64,
        Cut::of(bits & half != 0, bits & (half - 1) != 0 || x.tail),
    )
}

/// The leading 64 bits of a significand, moved to the top, and whether there is more.
#[inline(always)]
const fn leading_64(x: Real) -> (u64, bool) {
    let low = x.significand as u64;
    if x.significand >> 64 == 0 {
        return (low << low.leading_zeros(), x.tail);
    }
    let bits = x.significand << x.significand.leading_zeros();
    ((bits >> 64) as u64, bits as u64 != 0 || x.tail)
}

/// `floor(fraction * 2^n)` of the fraction that a cut at `2^quantum` takes off, and whether that is all of it.
/// Precondition: of the significand's bits, at least `n` lie below the quantum if it has a tail.
const fn fraction(x: Real, quantum: i32, n: u32) -> (u64, bool) {
    let drop = quantum - x.exponent;
    let rest = if drop > 127 {
        x.significand
    } else {
        x.significand & ((1 << drop) - 1)
    };
    let shift = drop - n as i32;
    if shift <= 0 {
        return ((rest << -shift) as u64, true);
    }
    if shift > 127 {
        return (0, false);
    }
    let floor = rest >> shift;
    (floor as u64, floor << shift == rest && !x.tail)
}

/// Whether stochastic rounding goes away from zero, where a cut at `2^quantum` takes something off.
const fn away_by_chance(x: Real, quantum: i32, variant: Stochastic, bits: u32, noise: u64) -> bool {
    let one = 1u64 << bits;
    let noise = noise & (one - 1);
    match variant {
        Stochastic::A => fraction(x, quantum, bits).0 + noise >= one,
        Stochastic::B => fraction(x, quantum, bits + 1).0 + 2 * noise + 1 >= 2 * one,
        Stochastic::C => {
            let (doubled, all) = fraction(x, quantum, bits + 1);
            let up = doubled & 1 == 1 && (!all || doubled & 2 == 2);
            (doubled >> 1) + up as u64 + noise >= one
        }
    }
}

/// What is to be decided: a number cut at a quantum, and the parity of the code that is kept.
#[derive(Clone, Copy)]
struct Choice {
    x: Real,
    quantum: i32,
    cut: Cut,
    odd: bool,
}

impl Choice {
    /// Whether to go away from zero.
    #[inline(always)]
    const fn away(&self, rounding: Rounding, noise: u64) -> bool {
        if let Rounding::Stochastic { variant, bits } = rounding {
            return !matches!(self.cut, Cut::Nothing)
                && away_by_chance(self.x, self.quantum, variant, bits as u32, noise);
        }
        AWAY[direction(rounding)] >> situation(self.cut, self.x.negative, self.odd) & 1 == 1
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
    let (kept, cut) = cut_at(x, leading_exponent(x), 0);
    let away = Choice {
        x,
        quantum: 0,
        cut,
        odd: kept & 1 == 1,
    }
    .away(rounding, noise);
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
    let (kept, cut) = cut_at(x, leading, quantum);
    // Consecutive magnitude codes are consecutive multiples of the quantum, across binades too.
    let base = ((quantum - f.quantum_min()) as u64) << (precision - 1);
    let Some(kept) = (base + kept).checked_sub(f.offset()) else {
        return below_smallest(f, policy, x, unbounded, noise);
    };
    let away = Choice {
        x,
        quantum,
        cut,
        odd: kept & 1 == 1,
    }
    .away(policy.rounding, noise);
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
    let (kept, cut) = cut_at(x, leading_exponent(x), unbounded);
    // Where the significand is one bit, parity is the exponent code's.
    let odd = if f.precision() == 1 {
        ((unbounded - f.quantum_min()) & 1 == 0) == f.has_zero()
    } else {
        kept & 1 == 1
    };
    kept + Choice {
        x,
        quantum: unbounded,
        cut,
        odd,
    }
    .away(rounding, noise) as u64
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

//! The constants for rounding values of a wide type to codes.

use crate::format::Format;
use crate::format::facts::Sign;
use crate::kernel::base::{BINARY32, BINARY64, WideKind, wide_format};
use crate::kernel::lane::Lane;
use crate::op::{Op, Operands, Task, apply};
use crate::policy::{Flags, Policy, Rounding, Saturation, Tininess};
use crate::round::round;
use crate::value::{Real, Value};

/// How a magnitude code is chosen between two neighbours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::kernel) enum Mode {
    /// Nearest, ties to even.
    Nearest,
    /// Nearest, ties away from zero.
    Away,
    /// Away from zero or not, by the sign.
    Directed,
    /// To the odd code.
    Odd,
    /// Stochastic: variants A, B and C.
    StochasticA,
    StochasticB,
    StochasticC,
}

/// What a body needs to round the bits of a wide type: everything in the lane's own type. Arrays are by sign.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernel) struct Narrow<L> {
    /// Exponent field, in the wide type, of the format's lowest binade.
    pub(in crate::kernel) emin_field: L,
    /// Significand bits that a normal result loses.
    pub(in crate::kernel) drop: L,
    /// Trailing significand bits of the format.
    pub(in crate::kernel) trailing: L,
    /// What separates a zero-less format's magnitude codes from those of one with subnormals.
    pub(in crate::kernel) offset: L,
    /// The largest finite magnitude code.
    pub(in crate::kernel) largest: [L; 2],
    /// All ones where a directed rounding goes away from zero.
    pub(in crate::kernel) away: [L; 2],
    /// Source magnitudes below this are delivered as zeros.
    pub(in crate::kernel) flush: [L; 2],
    /// The codes of magnitude code 0, of zero, past the largest finite value and of infinity; of NaN.
    pub(in crate::kernel) least: [L; 2],
    pub(in crate::kernel) zero: [L; 2],
    pub(in crate::kernel) overflow: [L; 2],
    pub(in crate::kernel) infinite: [L; 2],
    pub(in crate::kernel) nan: L,
    /// Sign bit of a sign-magnitude format.
    pub(in crate::kernel) sign: L,
    /// All ones in a two's complement format.
    pub(in crate::kernel) complement: L,
    /// All bits of a code.
    pub(in crate::kernel) mask: L,
    /// Bits of noise of the stochastic roundings, and how far they move to a lane's top.
    pub(in crate::kernel) noise_bits: L,
    pub(in crate::kernel) noise_up: L,
    pub(in crate::kernel) mode: Mode,
}

/// A number beyond the range, or below the resolution, of every format.
const fn extreme(negative: bool, exponent: i32) -> Value<Real> {
    Value::Finite(Real { negative, exponent, significand: 1, tail: false })
}

const SIGNS: [bool; 2] = [false, true];

impl<L: Lane> Narrow<L> {
    /// The constants for values that come as `source` and are rounded in lanes that are at least as wide; `None` where
    /// the bodies do not serve.
    pub(in crate::kernel) fn new(f: &Format, policy: &Policy, source: WideKind) -> Option<Narrow<L>> {
        if policy.standard.is_p3109() {
            return None;
        }
        let emin_field = f.emin() + L::BIAS;
        // Values below the wide type's normal ones would need normalization; a significand is to lose something.
        if emin_field < 1 || f.width() > L::BITS || f.precision() > L::TRAILING {
            return None;
        }
        let (mode, noise_bits) = mode_of(policy.rounding);
        let is_stochastic = noise_bits != 0;
        // Tininess after rounding then depends on the noise, as does overflow where even the largest value is tiny. The lane
        // holds a fraction of as many bits as the noise, one more, and one for the rest.
        let noisy = policy.tininess == Tininess::After || f.emax() < f.emin();
        let noisy_flush = policy.flush_results && noisy;
        if is_stochastic && (noisy_flush || noise_bits + 2 > L::BITS) {
            return None;
        }
        let code = |policy: &Policy, x| round(f, policy, x, 0).code;
        let lanes = |of: &dyn Fn(bool) -> u64| SIGNS.map(|negative| L::from_u64(of(negative)));
        let truncating = Policy { flush_results: false, ..policy.rounding(Rounding::TowardZero) };
        let clamping = truncating.saturation(Saturation::Finite);
        Some(Narrow {
            emin_field: L::from_u64(emin_field as u64),
            drop: L::from_u64(u64::from(L::TRAILING + 1 - f.precision())),
            trailing: L::from_u64(u64::from(f.precision() - 1)),
            offset: L::from_u64(f.offset()),
            largest: lanes(&|s| f.split(code(&clamping, extreme(s, 1 << 21))).1),
            away: lanes(&|s| if goes_away(policy.rounding, s) { u64::MAX } else { 0 }),
            flush: lanes(&|s| in_lane::<L>(source, flushed_below(f, policy, source, s))),
            least: lanes(&|s| code(&truncating, extreme(s, -(1 << 21)))),
            zero: lanes(&|s| code(policy, Value::Zero { negative: s })),
            overflow: lanes(&|s| code(policy, extreme(s, 1 << 21))),
            infinite: lanes(&|s| code(policy, Value::Infinite { negative: s })),
            nan: L::from_u64(code(policy, Value::Nan(crate::value::Nan::QUIET))),
            sign: L::from_u64(if f.facts().sign == Sign::SignMagnitude { f.top_bit() } else { 0 }),
            complement: L::from_u64(if f.facts().sign == Sign::TwosComplement { u64::MAX } else { 0 }),
            mask: L::from_u64(f.code_mask()),
            noise_bits: L::from_u64(u64::from(noise_bits)),
            noise_up: L::from_u64(u64::from(L::BITS - noise_bits)),
            mode,
        })
    }
}

fn mode_of(rounding: Rounding) -> (Mode, u32) {
    use crate::policy::Stochastic;
    match rounding {
        Rounding::NearestEven => (Mode::Nearest, 0),
        Rounding::NearestAway => (Mode::Away, 0),
        Rounding::TowardZero | Rounding::TowardPositive | Rounding::TowardNegative => (Mode::Directed, 0),
        Rounding::ToOdd => (Mode::Odd, 0),
        Rounding::Stochastic { variant, bits } => {
            let mode = match variant {
                Stochastic::A => Mode::StochasticA,
                Stochastic::B => Mode::StochasticB,
                Stochastic::C => Mode::StochasticC,
            };
            (mode, bits.get())
        }
    }
}

const fn goes_away(rounding: Rounding, negative: bool) -> bool {
    match rounding {
        Rounding::TowardPositive => !negative,
        Rounding::TowardNegative => negative,
        _ => false,
    }
}

/// The bits, in lanes, of a magnitude given as the source's bits.
fn in_lane<L: Lane>(source: WideKind, magnitude: u64) -> u64 {
    match source {
        WideKind::Binary32 if L::BITS == 64 => {
            let widen = Task { result: BINARY64, ..Task::within(Op::Convert, BINARY32) };
            apply(&widen, Operands::new(magnitude, 0, 0)).code
        }
        _ => magnitude,
    }
}

/// The least magnitude that is not delivered as a zero because it is zero, a subnormal operand that the policy flushes, or
/// a tiny result that it flushes. All three are intervals that start at zero.
fn flushed_below(f: &Format, policy: &Policy, source: WideKind, negative: bool) -> u64 {
    let wide = wide_format(source);
    let normal = 1u64 << (wide.precision() - 1);
    let operands = if policy.flush_operands { normal } else { 1 };
    if !policy.flush_results || !f.has_zero() {
        return operands;
    }
    let policy = Policy { flush_operands: false, ..*policy };
    let task = Task { op: Op::Convert, operands: [wide; 3], result: *f, policy };
    let sign = if negative { wide.top_bit() } else { 0 };
    let tiny =
        |magnitude: u64| apply(&task, Operands::new(magnitude | sign, 0, 0)).flags.contains(Flags::UNDERFLOW);
    operands.max(first(1, wide.largest_magnitude(false), |magnitude| !tiny(magnitude)))
}

/// The first number of a range for which a monotone condition holds; the one past the last if it never does.
pub(in crate::kernel) fn first(from: u64, last: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (from, last + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

//! Delivery: range, saturation, tininess, flushing, and what stands for what the format lacks.

use halfulp::{Code, Flags, NanResult, Overflow, Policy, Rounding, Saturation, Tininess};

use super::cut::{Kept, State};
use super::layout::Layout;
use super::p3109;
use crate::engine::Answer;

/// A code and the flags that come with it.
type Delivered = (Code, Flags);

/// What a policy makes of each state, worked out once a batch. Pairs are for the positive and the negative side.
pub struct Delivery<'a> {
    format: &'a Layout,
    before: bool,
    flush: bool,
    nan: Delivered,
    infinite: [Delivered; 2],
    overflow: [Delivered; 2],
    /// A negative where there is no sign, or a zero where there is none: both lie below the range.
    unrepresentable: Delivered,
    zero: [Code; 2],
    /// Flags that are not raised: inexact, for some operations; by P3109 all.
    quiet: Flags,
}

impl<'a> Delivery<'a> {
    pub fn new(format: &'a Layout, policy: &Policy, quiet: Flags) -> Delivery<'a> {
        let sides = |f: &dyn Fn(bool) -> Delivered| [f(false), f(true)];
        let by_p3109 = policy.standard.is_p3109();
        Delivery {
            format,
            before: policy.tininess == Tininess::Before,
            flush: policy.flush_results && format.has_zero(),
            nan: match format.nan() {
                Some(code) => (code, Flags::NONE),
                None => (replacement(format, policy), Flags::INVALID),
            },
            infinite: sides(&|negative| infinite(format, policy, negative)),
            overflow: sides(&|negative| overflow(format, policy, negative)),
            unrepresentable: unrepresentable(format, policy, true),
            zero: [format.encode(false, 0), if by_p3109 { 0 } else { format.encode(true, 0) }],
            quiet: if by_p3109 { Flags::ALL } else { quiet },
        }
    }

    /// The answer for one result.
    pub fn deliver(&self, kept: &Kept) -> Answer {
        let side = usize::from(kept.negative);
        let tiny = if self.before { kept.tiny_before } else { kept.tiny_after };
        let (code, flags) = match kept.state {
            State::Over => self.overflow[side],
            _ if tiny && self.flush => (self.zero[side], Flags::UNDERFLOW | Flags::INEXACT),
            State::Within => {
                let underflow = Flags::UNDERFLOW.when(tiny && kept.inexact);
                let code = match kept.magnitude {
                    0 => self.zero[side],
                    magnitude => self.format.encode(kept.negative, magnitude),
                };
                (code, Flags::INEXACT.when(kept.inexact) | underflow)
            }
            State::Infinite => self.infinite[side],
            State::Nan => self.nan,
            State::Unrepresentable => self.unrepresentable,
            State::Below => (0, Flags::INEXACT | Flags::UNDERFLOW.when(tiny)),
        };
        Answer::new(code, (flags | kept.flags).without(self.quiet), Flags::ALL)
    }
}

/// What lies past the largest finite value, and whether it is an infinity.
fn past(format: &Layout, negative: bool) -> (Code, bool) {
    match format.facts.overflow {
        Overflow::Infinity => (format.encode(negative, format.finite[0] + 1), true),
        Overflow::Nan => (format.nan().unwrap_or_else(|| format.largest(negative)), false),
        Overflow::Largest => (format.largest(negative), false),
    }
}

fn overflow(format: &Layout, policy: &Policy, negative: bool) -> Delivered {
    if format.is_integer() || negative && !format.is_signed() {
        return unrepresentable(format, policy, negative);
    }
    if policy.standard.is_p3109() {
        return by_p3109(format, policy, negative, false);
    }
    let goes_past = policy.saturation == Saturation::None
        && match policy.rounding {
            Rounding::NearestEven | Rounding::NearestAway | Rounding::Stochastic { .. } => true,
            Rounding::TowardZero => false,
            Rounding::TowardPositive => !negative,
            Rounding::TowardNegative => negative,
            Rounding::ToOdd => format.finite[usize::from(negative)].is_multiple_of(2),
        };
    let code = if goes_past { past(format, negative).0 } else { format.largest(negative) };
    (code, Flags::OVERFLOW | Flags::INEXACT)
}

fn infinite(format: &Layout, policy: &Policy, negative: bool) -> Delivered {
    if policy.standard.is_p3109() && !format.is_integer() {
        return by_p3109(format, policy, negative, true);
    }
    if format.is_integer() || negative && !format.is_signed() {
        return unrepresentable(format, policy, negative);
    }
    match (policy.saturation, past(format, negative)) {
        (Saturation::Finite, _) => (format.largest(negative), Flags::INEXACT),
        (_, (code, is_infinity)) => (code, Flags::INEXACT.when(!is_infinity)),
    }
}

/// P3109's saturation. NaN is the format's own, or what the policy puts in its place.
fn by_p3109(format: &Layout, policy: &Policy, negative: bool, infinite: bool) -> Delivered {
    let nan = format.nan().unwrap_or_else(|| replacement(format, policy));
    (p3109::saturate(format, policy, negative, infinite, nan), Flags::NONE)
}

fn unrepresentable(format: &Layout, policy: &Policy, negative: bool) -> Delivered {
    if policy.standard.is_p3109() && !format.is_integer() {
        return by_p3109(format, policy, negative, false);
    }
    let end = format.largest(negative);
    let code = match (policy.saturation, format.nan()) {
        (Saturation::Finite | Saturation::Propagate, _) => end,
        (Saturation::None, Some(nan)) => nan,
        (Saturation::None, None) if format.is_integer() => replacement(format, policy),
        (Saturation::None, None) => end,
    };
    (code, Flags::INVALID)
}

/// What the policy puts in place of a NaN.
fn replacement(format: &Layout, policy: &Policy) -> Code {
    let has_minus_zero = format.has_sign_bit() && !policy.standard.is_p3109();
    match policy.nan {
        NanResult::Largest => format.largest(false),
        NanResult::Least => format.largest(true),
        NanResult::NegativeZero if has_minus_zero => format.encode(true, 0),
        NanResult::Zero | NanResult::NegativeZero => 0,
    }
}

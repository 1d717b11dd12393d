//! What is delivered at the ends of the range, and for zeros.

use halfulp::{Code, Flags, Overflow, Rounded, Saturation};

use super::delivery::{Delivery, exactly};
use super::nan::Cause;
use super::range::{Gap, InfinityResult, OverflowResult, ZeroResult};
use super::rounding::By;

impl Delivery<'_> {
    /// A zero; if `raised`, of a number that is none.
    pub(super) fn zero(&self, negative: bool, raised: Flags) -> Rounded {
        let f = self.format();
        let rules = &self.behaviour.zero;
        if !f.has_zero() {
            return match self.behaviour.range.missing_zero {
                ZeroResult::Policy => self.unrepresentable(true),
                ZeroResult::Smallest => Rounded { code: 0, flags: raised },
            };
        }
        let negative = negative && f.is_signed() && !(raised != Flags::NONE && rules.underflow_positive);
        let code = if rules.raw && negative { f.top_bit() } else { f.encode(negative, 0) };
        Rounded { code, flags: raised }
    }

    pub(super) fn overflow(&self, negative: bool, rounded: i128, by: By) -> Rounded {
        let f = self.format();
        let result = self.behaviour.range.overflow;
        if f.is_integer() || negative && !f.is_signed() {
            return self.unrepresentable(negative);
        }
        let past = self.saturation() == Saturation::None
            && by.past(negative, f.largest_magnitude(negative) & 1 == 0);
        let Rounded { code, .. } = match result {
            OverflowResult::Policy if past => self.past(negative),
            OverflowResult::Policy | OverflowResult::Largest => exactly(f.largest(negative)),
            OverflowResult::Past => self.past(negative),
            OverflowResult::Nan => self.nan(Cause::Past { negative }),
            OverflowResult::PositiveLargest => exactly(f.largest(false)),
            OverflowResult::OppositeLargest => exactly(f.largest(!negative)),
            OverflowResult::TopCode => exactly(self.raw(negative, i128::MAX)),
            OverflowResult::PositiveTopCode => exactly(self.raw(false, i128::MAX)),
            OverflowResult::Wrapped => exactly(self.wrapped(negative, rounded)),
            OverflowResult::Zero => exactly(f.encode(negative, 0)),
        };
        let silent = self.behaviour.flags.no_overflow_at_largest && code == f.largest(negative);
        Rounded { code, flags: Flags::INEXACT | Flags::OVERFLOW.when(!silent) }
    }

    pub(super) fn in_gap(&self, negative: bool, rounded: i128) -> Code {
        match self.behaviour.range.gap {
            Gap::Codes => self.raw(negative, rounded),
            Gap::Largest => self.format().largest(negative),
        }
    }

    /// All bits of a magnitude code.
    fn magnitudes(&self) -> u64 {
        let f = self.format();
        if f.is_signed() { f.code_mask() >> 1 } else { f.code_mask() }
    }

    /// The code of a magnitude, whatever it means; at most the one with all bits set.
    fn raw(&self, negative: bool, index: i128) -> Code {
        let magnitude = index.min(i128::from(self.magnitudes())) as u64;
        magnitude | if negative && self.format().is_signed() { self.format().top_bit() } else { 0 }
    }

    fn wrapped(&self, negative: bool, index: i128) -> Code {
        self.raw(negative, index & i128::from(self.magnitudes()))
    }

    /// What lies past the largest finite value.
    pub(super) fn past(&self, negative: bool) -> Rounded {
        let f = self.format();
        match f.facts().overflow {
            Overflow::Infinity => exactly(f.encode(negative, f.largest_magnitude(false) + 1)),
            Overflow::Nan => self.nan(Cause::Past { negative }),
            Overflow::Largest => exactly(f.largest(negative)),
        }
    }

    pub(super) fn infinite(&self, negative: bool) -> Rounded {
        let f = self.format();
        if f.is_integer() || negative && !f.is_signed() {
            return self.unrepresentable(negative);
        }
        let finite = self.saturation() == Saturation::Finite;
        let Rounded { code, .. } = match self.behaviour.range.infinity {
            InfinityResult::Policy if finite => exactly(f.largest(negative)),
            InfinityResult::Policy | InfinityResult::Past => self.past(negative),
            InfinityResult::Nan => self.nan(Cause::Past { negative }),
            InfinityResult::Largest => exactly(f.largest(negative)),
            InfinityResult::TopCode => exactly(self.raw(negative, i128::MAX)),
        };
        Rounded { code, flags: Flags::INEXACT.when(Some(code) != f.infinity(negative)) }
    }

    /// A result that the format cannot represent.
    pub(super) fn unrepresentable(&self, negative: bool) -> Rounded {
        let f = self.format();
        let code = match (self.saturation(), f.nan()) {
            (Saturation::None, Some(_)) => self.nan(Cause::Operation).code,
            (Saturation::None, None) if f.is_integer() => self.nan(Cause::Operation).code,
            (Saturation::None | Saturation::Finite | Saturation::Propagate, _) => f.largest(negative),
        };
        Rounded { code, flags: Flags::INVALID }
    }
}

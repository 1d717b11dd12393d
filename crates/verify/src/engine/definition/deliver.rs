//! From an exact result's place among the values to a code and flags, by what the policy says.

use std::cmp::Ordering;

use halfulp::{
    Code, Flags, NanResult, Overflow, Policy, Rounded, Rounding, Saturation, Stochastic, Tininess,
};

use super::locate::{Fraction, Place, locate};
use super::quantity::Quantity;
use super::values::Values;

/// An exact result, as far as any policy can ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Located {
    /// Not a number.
    Nan,
    /// An infinity.
    Infinite { negative: bool },
    /// What nextUp and nextDown find past the last value: an infinity that was not computed.
    Past { negative: bool },
    /// A zero.
    Zero { negative: bool },
    /// A zero whose sign the rounding decides.
    Cancelled,
    /// A number.
    Number { negative: bool, place: Place },
    /// A number that is first to be rounded to an integer.
    Integral { negative: bool, integer: u64, beyond: Fraction },
    /// A code that no policy changes.
    Code(Code),
}

/// A format and how results are delivered in it.
pub struct Delivery<'a> {
    /// The format of the result.
    pub values: &'a Values,
    /// How.
    pub policy: &'a Policy,
}

fn odd(k: u64) -> bool {
    k % 2 == 1
}

impl Delivery<'_> {
    /// The code, and the exceptions of rounding and range.
    pub fn deliver(&self, located: Located, noise: u64) -> Rounded {
        match located {
            Located::Number { negative, place } => self.number(negative, place, noise),
            Located::Code(code) => exactly(code),
            Located::Nan => self.nan(),
            Located::Infinite { negative } => self.infinite(negative),
            Located::Past { negative } => {
                let Rounded { code, flags } = self.infinite(negative);
                Rounded { code, flags: flags.without(Flags::INEXACT) }
            }
            Located::Zero { negative } => self.zero(negative),
            Located::Cancelled => self.zero(self.policy.rounding == Rounding::TowardNegative),
            Located::Integral { negative, integer, beyond } => {
                self.integral(negative, integer, beyond, noise)
            }
        }
    }

    /// Whether a number goes to the neighbour farther from zero. `odd` is the parity of the nearer one's code.
    pub fn away(&self, negative: bool, odd: bool, beyond: Fraction, noise: u64) -> bool {
        if beyond.is_zero() {
            return false;
        }
        match self.policy.rounding {
            Rounding::NearestEven => match beyond.against_half() {
                Ordering::Less => false,
                Ordering::Equal => odd,
                Ordering::Greater => true,
            },
            Rounding::NearestAway => beyond.against_half().is_ge(),
            Rounding::TowardZero => false,
            Rounding::TowardPositive => !negative,
            Rounding::TowardNegative => negative,
            Rounding::ToOdd => !odd,
            Rounding::Stochastic { variant, bits } => {
                let n = bits.get();
                let (one, noise) = (1u64 << n, noise % (1 << n));
                match variant {
                    Stochastic::A => beyond.floor(n) + noise >= one,
                    Stochastic::B => beyond.floor(n + 1) + 2 * noise + 1 >= 2 * one,
                    Stochastic::C => beyond.nearest_even(n) + noise >= one,
                }
            }
        }
    }

    fn number(&self, negative: bool, place: Place, noise: u64) -> Rounded {
        match place {
            Place::At(k, beyond) => self.between(negative, k, beyond, noise),
            Place::Beyond => self.overflow(negative),
            Place::Below(_) if negative => self.unrepresentable(true),
            // Without a zero the smallest value is the nearest there is.
            Place::Below(before) => {
                let tiny = self.values.can_be_tiny() && self.stays_below(negative, before, noise);
                Rounded {
                    code: self.values.code(false, 0),
                    flags: Flags::INEXACT | Flags::UNDERFLOW.when(tiny),
                }
            }
        }
    }

    /// Between value number `k` and the next.
    fn between(&self, negative: bool, k: u64, beyond: Fraction, noise: u64) -> Rounded {
        let away = self.away(negative, odd(k), beyond, noise);
        let rounded = i128::from(k) + i128::from(away);
        if rounded > self.values.last(negative) {
            return self.overflow(negative);
        }
        let tiny = self.is_tiny(negative, k, beyond, noise);
        if tiny && self.policy.flush_results {
            let code = self.values.code(negative, 0);
            return Rounded { code, flags: Flags::UNDERFLOW | Flags::INEXACT };
        }
        if negative && !self.values.is_signed() && !(rounded == 0 && self.values.has_zero()) {
            return self.unrepresentable(true);
        }
        let inexact = !beyond.is_zero();
        Rounded {
            code: self.values.code(negative, rounded),
            flags: Flags::INEXACT.when(inexact) | Flags::UNDERFLOW.when(inexact && tiny),
        }
    }

    /// Whether a number is tiny (7.5): before rounding, if it is below the first normal value; after, if it still
    /// is when rounded as though the exponent had no lower bound.
    pub fn is_tiny(&self, negative: bool, k: u64, beyond: Fraction, noise: u64) -> bool {
        let k = i128::from(k);
        let normal = self.values.first_normal();
        if k >= normal || !self.values.can_be_tiny() {
            return false;
        }
        // Without the bound, the binade under the first normal value has values twice as dense as the subnormals:
        // only from the last of them, half-way up, can rounding reach the normal value.
        let last = if k == normal - 1 { beyond.in_upper_half() } else { None };
        self.stays_below(negative, last, noise)
    }

    /// Whether a number below the first normal value stays there. `last` is how far it is on the way from the value
    /// before to that one, if it lies between those.
    fn stays_below(&self, negative: bool, last: Option<Fraction>, noise: u64) -> bool {
        let Some(beyond) = last else { return true };
        // Parity counts on downwards.
        let odd_before = self.values.first_normal() & 1 == 0;
        self.policy.tininess == Tininess::Before || !self.away(negative, odd_before, beyond, noise)
    }

    /// A finite result, rounded as though the exponent had no upper bound, beyond the largest value (7.4).
    fn overflow(&self, negative: bool) -> Rounded {
        if self.lacks_side(negative) {
            return self.unrepresentable(negative);
        }
        let stays = match self.policy.rounding {
            _ if self.policy.saturation != Saturation::None => true,
            Rounding::TowardZero => true,
            Rounding::TowardPositive => negative,
            Rounding::TowardNegative => !negative,
            Rounding::ToOdd => self.values.last(negative) & 1 == 1,
            Rounding::NearestEven | Rounding::NearestAway | Rounding::Stochastic { .. } => false,
        };
        let code = if stays { self.end(negative) } else { self.past(negative) };
        Rounded { code, flags: Flags::OVERFLOW | Flags::INEXACT }
    }

    fn infinite(&self, negative: bool) -> Rounded {
        if self.lacks_side(negative) {
            return self.unrepresentable(negative);
        }
        if self.policy.saturation == Saturation::Finite {
            return Rounded { code: self.end(negative), flags: Flags::INEXACT };
        }
        let is_infinity = self.values.overflow() == Overflow::Infinity;
        Rounded { code: self.past(negative), flags: Flags::INEXACT.when(!is_infinity) }
    }

    fn zero(&self, negative: bool) -> Rounded {
        if self.values.has_zero() {
            exactly(self.values.code(negative, 0))
        } else {
            self.unrepresentable(true)
        }
    }

    fn nan(&self) -> Rounded {
        match self.values.nan() {
            Some(code) => exactly(code),
            None => Rounded { code: self.instead_of_nan(), flags: Flags::INVALID },
        }
    }

    /// To an integer first, then into the format.
    fn integral(&self, negative: bool, integer: u64, beyond: Fraction, noise: u64) -> Rounded {
        let integer = integer + u64::from(self.away(negative, odd(integer), beyond, noise));
        let place = Quantity::dyadic(i128::from(integer), 0).and_then(|x| locate(self.values, negative, &x));
        let Rounded { code, flags } = match place {
            _ if integer == 0 => self.zero(negative),
            Some(place) => self.number(negative, place, noise),
            None => self.overflow(negative),
        };
        // Where there is no result at all, invalid is the only exception.
        let inexact = !beyond.is_zero() && !flags.contains(Flags::INVALID);
        Rounded { code, flags: flags | Flags::INEXACT.when(inexact) }
    }

    /// No value of the format lies on that side at all.
    fn unrepresentable(&self, negative: bool) -> Rounded {
        let code = match (self.policy.saturation, self.values.nan()) {
            (Saturation::None, Some(nan)) => nan,
            (Saturation::None, None) if self.values.is_integer() => self.instead_of_nan(),
            _ => self.end(negative),
        };
        Rounded { code, flags: Flags::INVALID }
    }

    /// Whether what lies beyond the range on that side is no overflow but has no value at all.
    fn lacks_side(&self, negative: bool) -> bool {
        self.values.is_integer() || (negative && !self.values.is_signed())
    }

    /// The last finite value on a side; under zero, an unsigned format's first.
    pub fn end(&self, negative: bool) -> Code {
        if negative && !self.values.is_signed() {
            return 0;
        }
        self.values.code(negative, self.values.last(negative))
    }

    /// What lies past the last finite value.
    fn past(&self, negative: bool) -> Code {
        match self.values.overflow() {
            Overflow::Infinity => self.values.code(negative, self.values.last(negative) + 1),
            Overflow::Nan => self.values.nan().unwrap_or_else(|| self.end(negative)),
            Overflow::Largest => self.end(negative),
        }
    }

    pub fn instead_of_nan(&self) -> Code {
        match self.policy.nan {
            NanResult::Largest => self.end(false),
            NanResult::Least => self.end(true),
            NanResult::Zero => 0,
            NanResult::NegativeZero if self.values.has_sign_bit() => self.values.code(true, 0),
            NanResult::NegativeZero => 0,
        }
    }
}

fn exactly(code: Code) -> Rounded {
    Rounded { code, flags: Flags::NONE }
}

//! What codes mean, from a format's facts: MPFR's numbers from codes, and codes from MPFR's numbers.

use halfulp::{Code, Facts, Nans, Overflow, Sign};

use super::number::{Cut, Kind, Number};

/// A code's value.
#[derive(Clone, Copy)]
pub struct Datum {
    pub number: Number,
    /// Whether it is a signalling NaN.
    pub signalling: bool,
}

/// A format as this engine reads it.
#[derive(Clone, Copy)]
pub struct Layout {
    pub facts: Facts,
    pub precision: i64,
    /// Exponent of the smallest normal value.
    pub emin: i64,
    /// Exponent of the smallest value's last bit.
    pub quantum: i64,
    /// The largest finite magnitude code of either sign.
    pub finite: [u64; 2],
    /// Exponent of the leading bit of the larger of the two.
    pub top: i64,
    /// Whether results can be tiny: not in integers and fixed point.
    pub tiny: bool,
    /// Whether NaNs are a binade of their own, told apart by their first trailing bit.
    ieee_nans: bool,
}

impl Layout {
    pub fn new(facts: &Facts) -> Layout {
        let facts = *facts;
        let top = magnitude_mask(&facts);
        let nans = match facts.nans {
            Nans::Top(count) => count,
            Nans::None | Nans::NegativeZero => 0,
        };
        let infinities = u64::from(facts.overflow == Overflow::Infinity);
        let finite = match facts.sign {
            Sign::TwosComplement => [top >> 1, (top >> 1) + 1],
            Sign::SignMagnitude | Sign::Unsigned => [top - nans - infinities; 2],
        };
        let precision = i64::from(facts.precision);
        let emin = i64::from(if facts.subnormals { 1 } else { 0 } - facts.bias);
        let mut layout = Layout {
            facts,
            precision,
            emin,
            quantum: emin - precision + 1,
            finite,
            top: 0,
            tiny: false,
            ieee_nans: infinities == 1 && nans > 0 && nans == (1 << (facts.precision - 1)) - 1,
        };
        layout.top = layout.magnitude(false, finite[1]).leading();
        layout.tiny = facts.sign != Sign::TwosComplement && !layout.is_integer();
        layout
    }

    /// Whether the values are the integers of a range, and nothing else is there.
    pub fn is_integer(&self) -> bool {
        self.quantum == 0
            && self.precision == i64::from(self.facts.width)
            && self.nan().is_none()
            && self.has_zero()
            && self.facts.overflow == Overflow::Largest
    }

    pub fn is_signed(&self) -> bool {
        self.facts.sign != Sign::Unsigned
    }

    pub fn has_zero(&self) -> bool {
        self.facts.subnormals
    }

    /// Whether the format's sign is a bit that operations on signs may just set.
    pub fn has_sign_bit(&self) -> bool {
        self.facts.sign == Sign::SignMagnitude
    }

    fn mask(&self) -> u64 {
        u64::MAX >> (64 - self.facts.width)
    }

    pub fn sign_bit(&self) -> u64 {
        1 << (self.facts.width - 1)
    }

    /// The sign and the magnitude code.
    pub fn split(&self, code: Code) -> (bool, u64) {
        let code = code & self.mask();
        let negative = self.is_signed() && code >= self.sign_bit();
        match self.facts.sign {
            Sign::SignMagnitude if negative => (true, code - self.sign_bit()),
            Sign::TwosComplement if negative => (true, (self.mask() - code).wrapping_add(1)),
            _ => (negative, code),
        }
    }

    /// The code of a sign and a magnitude code, which exists. The zero of a format with one zero has no sign.
    pub fn encode(&self, negative: bool, magnitude: u64) -> Code {
        match self.facts.sign {
            _ if !negative => magnitude,
            Sign::Unsigned => magnitude,
            Sign::TwosComplement if magnitude == 0 => 0,
            Sign::TwosComplement => self.mask() - (magnitude - 1),
            Sign::SignMagnitude if magnitude == 0 && self.facts.nans == Nans::NegativeZero => 0,
            Sign::SignMagnitude => self.sign_bit() + magnitude,
        }
    }

    /// The canonical NaN's code.
    pub fn nan(&self) -> Option<Code> {
        match self.facts.nans {
            Nans::None => None,
            Nans::NegativeZero => Some(self.sign_bit()),
            // The infinity, with the first trailing bit set.
            Nans::Top(_) if self.ieee_nans => Some((self.finite[0] + 1) | 1 << (self.precision - 2)),
            Nans::Top(_) => Some(magnitude_mask(&self.facts)),
        }
    }

    /// The code at the end of the finite range.
    pub fn largest(&self, negative: bool) -> Code {
        if negative && !self.is_signed() {
            return 0;
        }
        self.encode(negative, self.finite[usize::from(negative)])
    }

    /// What a code means.
    pub fn datum(&self, code: Code) -> Datum {
        let (negative, magnitude) = self.split(code);
        let quiet = |number| Datum { number, signalling: false };
        if negative && magnitude == 0 && self.facts.nans == Nans::NegativeZero {
            return quiet(Number::nan());
        }
        let largest = self.finite[usize::from(negative)];
        if magnitude <= largest {
            return quiet(self.magnitude(negative, magnitude));
        }
        if self.facts.overflow == Overflow::Infinity && magnitude == largest + 1 {
            return quiet(Number::infinite(negative));
        }
        let first_trailing_bit = self.precision >= 2 && magnitude >> (self.precision - 2) & 1 == 1;
        Datum { number: Number::nan().with_sign(negative), signalling: self.ieee_nans && !first_trailing_bit }
    }

    /// The value of a finite magnitude code: the format's formula.
    fn magnitude(&self, negative: bool, magnitude: u64) -> Number {
        let hidden = 1u64 << (self.precision - 1);
        let (field, trailing) = (magnitude / hidden, magnitude % hidden);
        if field == 0 && self.has_zero() {
            return Number::new(negative, trailing, self.quantum);
        }
        let exponent = field as i64 - i64::from(self.facts.bias) - (self.precision - 1);
        Number::new(negative, hidden + trailing, exponent)
    }

    /// The magnitude code of a nonnegative value of the format's precision and quantum, or nothing if it lies past
    /// the largest. Precondition: it is one of the format's multiples, and at least its smallest value.
    pub fn magnitude_code(&self, negative: bool, cut: Cut) -> Option<u64> {
        if cut.limb == 0 {
            return Some(0);
        }
        if cut.leading > self.top {
            return None;
        }
        let magnitude = if cut.leading < self.emin {
            // A subnormal: the code counts quanta.
            cut.limb >> (63 - (cut.leading - self.quantum))
        } else {
            let hidden = 1u64 << (self.precision - 1);
            let trailing = (cut.limb >> (64 - self.precision)) - hidden;
            let field = (cut.leading - self.emin) as u64 + u64::from(self.has_zero());
            field * hidden + trailing
        };
        (magnitude <= self.finite[usize::from(negative)]).then_some(magnitude)
    }

    /// Whether a value counts as zero where operands are flushed.
    pub fn is_subnormal(&self, number: &Number) -> bool {
        self.tiny && number.kind() == Kind::Finite && number.leading() < self.emin
    }

    /// A NaN's place among the NaNs: the quiet ones farther out, then by trailing bits, of any precision.
    pub fn nan_rank(&self, code: Code) -> (bool, u64) {
        let signalling = self.datum(code).signalling;
        let trailing_bits = self.precision - 1;
        let trailing = match trailing_bits {
            _ if self.facts.nans == Nans::NegativeZero || trailing_bits == 0 => 1 << 63,
            bits => self.split(code).1 << (64 - bits),
        };
        (!signalling, trailing)
    }
}

/// The largest magnitude code, finite or not.
fn magnitude_mask(facts: &Facts) -> u64 {
    match facts.sign {
        Sign::SignMagnitude => u64::MAX >> (65 - facts.width),
        Sign::Unsigned | Sign::TwosComplement => u64::MAX >> (64 - facts.width),
    }
}

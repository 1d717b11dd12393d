//! What the codes of a format mean, from the published formula, and the sorted list of its values.

use halfulp::{Code, Facts, Nans, Overflow, Sign};

/// What a code means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// Not a number.
    Nan {
        /// The sign bit.
        negative: bool,
        /// Whether it signals: its first trailing bit is clear, in a format with IEEE 754's NaNs.
        signalling: bool,
        /// The trailing bits, left-aligned in 64.
        payload: u64,
    },
    /// An infinity.
    Infinite {
        /// Whether it is the one below all numbers.
        negative: bool,
    },
    /// A number: a zero if the magnitude is.
    Finite {
        /// Whether it is below zero, or minus zero.
        negative: bool,
        /// Its magnitude.
        magnitude: Magnitude,
    },
}

/// `significand * 2^exponent`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Magnitude {
    /// Possibly zero.
    pub significand: u128,
    /// The power of two.
    pub exponent: i64,
}

/// The values of one sign of a format in order: value number `k` is what magnitude code `k` stands for. The list
/// does not end with the format's range; above the last finite value it goes on as the formula does.
#[derive(Clone, Copy, Debug)]
pub struct Values {
    facts: Facts,
    /// All ones: the last magnitude code.
    top: i128,
    nans: i128,
    infinities: i128,
    integer: bool,
    ieee: bool,
    last: i128,
}

impl Values {
    /// Reads the facts of a format.
    #[must_use]
    pub fn new(facts: &Facts) -> Values {
        let facts = *facts;
        let magnitude_bits = facts.width - u32::from(facts.sign == Sign::SignMagnitude);
        let top = (1i128 << magnitude_bits) - 1;
        let nans = match facts.nans {
            Nans::Top(n) => i128::from(n),
            Nans::None | Nans::NegativeZero => 0,
        };
        let infinities = i128::from(facts.overflow == Overflow::Infinity);
        let twos = facts.sign == Sign::TwosComplement;
        let plain = facts.nans == Nans::None && facts.overflow == Overflow::Largest && facts.subnormals;
        let mut values = Values {
            facts,
            top,
            nans,
            infinities,
            integer: false,
            ieee: infinities == 1 && facts.precision >= 2 && nans == (1 << (facts.precision - 1)) - 1,
            last: if twos { top / 2 } else { top - nans - infinities },
        };
        let one_is_first = values.at(1) == Magnitude { significand: 1, exponent: 0 };
        values.integer = plain && facts.precision == facts.width && one_is_first;
        values
    }

    /// Value number `k`. Below zero `k` makes sense only in a format without zero: the list then goes on downwards.
    pub fn at(&self, k: i128) -> Magnitude {
        let precision = i64::from(self.facts.precision);
        let bias = i64::from(self.facts.bias);
        // The place value of the last trailing bit in the binade of exponent 0.
        let last_place = 1 - precision;
        if self.facts.sign == Sign::TwosComplement {
            return Magnitude { significand: k as u128, exponent: 1 - bias + last_place };
        }
        let hidden = 1i128 << (precision - 1);
        let (field, trailing) = (k >> (precision - 1), k & (hidden - 1));
        if field == 0 && self.facts.subnormals {
            return Magnitude { significand: trailing as u128, exponent: 1 - bias + last_place };
        }
        Magnitude { significand: (hidden + trailing) as u128, exponent: field as i64 - bias + last_place }
    }

    /// The exponent of the distance between a value of leading exponent `e` and the next.
    pub fn quantum(&self, e: i64) -> i64 {
        let least = self.at(self.first_normal()).exponent;
        let quantum = e - i64::from(self.facts.precision) + 1;
        let one_quantum = self.facts.sign == Sign::TwosComplement;
        if one_quantum || (self.facts.subnormals && quantum < least) { least } else { quantum }
    }

    /// The number of value `significand * 2^quantum`, if there is one.
    pub fn number(&self, significand: i128, quantum: i64) -> i128 {
        let first = self.first_normal();
        if self.facts.sign == Sign::TwosComplement {
            return significand;
        }
        let hidden = 1i128 << (self.facts.precision - 1);
        first - hidden + i128::from(quantum - self.at(first).exponent) * hidden + significand
    }

    /// The number of `2^emin`, the first normal value.
    pub fn first_normal(&self) -> i128 {
        if self.facts.subnormals { 1 << (self.facts.precision - 1) } else { 0 }
    }

    /// Whether a result below `2^emin` counts as tiny: nothing does where there is but one quantum anyway.
    pub fn can_be_tiny(&self) -> bool {
        !self.integer && self.facts.sign != Sign::TwosComplement
    }

    /// Whether value number `k`, not zero, is subnormal.
    pub fn is_subnormal(&self, k: i128) -> bool {
        self.can_be_tiny() && k < self.first_normal()
    }

    /// The number of the last finite value of a sign.
    pub fn last(&self, negative: bool) -> i128 {
        self.last + i128::from(negative && self.facts.sign == Sign::TwosComplement)
    }

    /// Whether it is an integer format: IEEE 754-2019 clause 5.8 governs conversion to it.
    pub fn is_integer(&self) -> bool {
        self.integer
    }

    /// Whether there are negative numbers.
    pub fn is_signed(&self) -> bool {
        self.facts.sign != Sign::Unsigned
    }

    /// Bits of a significand, the hidden one included.
    pub fn precision(&self) -> u32 {
        self.facts.precision
    }

    /// Whether all values are multiples of one distance, as those of integers and fixed point.
    pub fn has_one_quantum(&self) -> bool {
        let twos = self.facts.sign == Sign::TwosComplement;
        twos || self.facts.subnormals && self.last < 2 << (self.facts.precision - 1)
    }

    /// The last magnitude code of all, which may be NaN's.
    pub fn top(&self) -> u64 {
        let twos = self.facts.sign == Sign::TwosComplement;
        (if twos { self.last(true) } else { self.top }) as u64
    }

    /// All bits of a code.
    pub fn mask(&self) -> Code {
        Code::MAX >> (64 - self.facts.width)
    }

    /// The top bit.
    pub fn sign_bit(&self) -> Code {
        1 << (self.facts.width - 1)
    }

    /// Whether the sign is a bit of its own.
    pub fn has_sign_bit(&self) -> bool {
        self.facts.sign == Sign::SignMagnitude
    }

    /// Whether zero is a value.
    pub fn has_zero(&self) -> bool {
        self.facts.subnormals
    }

    /// What lies past the largest finite value.
    pub fn overflow(&self) -> Overflow {
        self.facts.overflow
    }

    /// The canonical NaN: quiet, positive, without payload.
    pub fn nan(&self) -> Option<Code> {
        match self.facts.nans {
            Nans::None => None,
            Nans::NegativeZero => Some(self.sign_bit()),
            // All ones but for the payload, which is all after the first trailing bit.
            Nans::Top(_) if self.ieee => Some((self.top - ((1 << (self.facts.precision - 2)) - 1)) as Code),
            Nans::Top(_) => Some(self.top as Code),
        }
    }

    /// The code of value number `k` of a sign; one past the last is the infinity where there is one.
    pub fn code(&self, negative: bool, k: i128) -> Code {
        let magnitude = k as Code;
        let sign = self.sign_bit();
        match self.facts.sign {
            _ if !negative => magnitude,
            Sign::Unsigned => magnitude,
            Sign::SignMagnitude if k == 0 && self.facts.nans == Nans::NegativeZero => 0,
            Sign::SignMagnitude => sign + magnitude,
            Sign::TwosComplement if k == 0 => 0,
            Sign::TwosComplement => (2 * i128::from(sign) - k) as Code,
        }
    }

    /// Sign and number of a code's value in the list, whether or not it is a finite one.
    pub fn place(&self, code: Code) -> (bool, i128) {
        let modulus = 1i128 << self.facts.width;
        let code = i128::from(code) & (modulus - 1);
        match self.facts.sign {
            Sign::Unsigned => (false, code),
            _ if code < modulus / 2 => (false, code),
            Sign::SignMagnitude => (true, code - modulus / 2),
            Sign::TwosComplement => (true, modulus - code),
        }
    }

    /// What a code means. Bits above the width do not count.
    pub fn meaning(&self, code: Code) -> Meaning {
        let (negative, k) = self.place(code);
        if self.facts.nans == Nans::NegativeZero && negative && k == 0 {
            return self.nan_meaning(false, 0);
        }
        if k > self.top - self.nans {
            return self.nan_meaning(negative, k);
        }
        if k > self.top - self.nans - self.infinities {
            return Meaning::Infinite { negative };
        }
        Meaning::Finite { negative, magnitude: self.at(k) }
    }

    fn nan_meaning(&self, negative: bool, k: i128) -> Meaning {
        let binade = 1i128 << (self.facts.precision - 1);
        // What tells the NaNs of the format apart: their place in a binade, or in all the list.
        let size =
            if (self.top - self.nans + 1) / binade == self.top / binade { binade } else { self.top + 1 };
        let single = self.facts.nans == Nans::NegativeZero || size == 1;
        // A NaN without trailing bits of its own ranks as IEEE 754's quiet one without payload.
        let payload =
            if single { 1 << 63 } else { (((k % size) as u128) << 64 >> size.trailing_zeros()) as u64 };
        let signalling = self.ieee && payload < 1 << 63;
        Meaning::Nan { negative, signalling, payload }
    }
}

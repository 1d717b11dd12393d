//! Operands drawn at random, within what is asked for: a function of the seed.

use halfulp::{Code, Format, noise};

use super::operand::{Reader, first_normal};

/// A sequence of random numbers.
pub(super) struct Dice {
    seed: u64,
    next: u64,
}

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice { seed, next: 0 }
    }

    pub fn word(&mut self) -> u64 {
        self.next += 1;
        noise::word(self.seed, self.next)
    }

    /// A number below another; 0 of none.
    pub fn below(&mut self, count: u64) -> u64 {
        ((u128::from(self.word()) * u128::from(count)) >> 64) as u64
    }

    /// An integer of an interval, the ends included.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        first + self.below((last - first + 1).max(1) as u64) as i64
    }

    pub fn coin(&mut self) -> bool {
        self.word() >> 63 == 1
    }

    pub fn sign(&mut self, format: &Format) -> bool {
        format.is_signed() && self.coin()
    }

    /// Any code of a format.
    pub fn code(&mut self, format: &Format) -> Code {
        self.word() & format.code_mask()
    }

    /// The exponent of a nonzero number's leading bit.
    pub fn exponent(&mut self, format: &Format) -> i32 {
        let (lowest, highest) = exponents(format);
        self.between(lowest.into(), highest.into()) as i32
    }

    /// A nonzero number with a given exponent.
    pub fn number(&mut self, format: &Format, negative: bool, exponent: i32) -> Option<Code> {
        let fraction = self.fraction(format);
        code(format, negative, exponent, fraction)
    }

    /// Bits after the leading one: at random, or few ones.
    pub fn fraction(&mut self, format: &Format) -> u64 {
        let bits = format.precision() - 1;
        let word = self.word() & ((1u64 << bits) - 1);
        match self.below(4) {
            0 => word & self.word() & self.word(),
            1 => (word | self.word() | self.word()) & ((1u64 << bits) - 1),
            _ => word,
        }
    }

    /// Bits after the leading one that have a pattern.
    pub fn pattern(&mut self, reader: &Reader, pattern: usize) -> u64 {
        let bits = reader.format.precision() - 1;
        let mask = (1u64 << bits) - 1;
        let place = self.below(u64::from(bits)) as u32;
        let word = self.word() & mask;
        match reader.patterns.name(pattern) {
            None => pattern as u64,
            Some("all zeros") => 0,
            Some("all ones") => mask,
            Some("leading ones") => mask << place & mask,
            Some("trailing ones") => mask >> place,
            Some("one 1") => 1 << place,
            Some("one 0") => mask ^ 1 << place,
            Some("alternating") => (0x5555_5555_5555_5555 << (place & 1)) & mask,
            Some("long run") => {
                let run = (mask >> (bits / 2)) << self.below(u64::from(bits / 2 + 1));
                if self.coin() { word | run } else { word & !run }
            }
            Some(_) => word,
        }
    }

    /// The same of a coarse pattern.
    pub fn coarse(&mut self, reader: &Reader, coarse: usize) -> u64 {
        let alike = reader.patterns.alike(coarse);
        let pattern = alike[self.below(alike.len() as u64) as usize];
        self.pattern(reader, pattern)
    }
}

/// The exponents of the smallest and of the largest nonzero number's leading bit.
pub(super) fn exponents(format: &Format) -> (i32, i32) {
    (format.quantum_min() + if format.has_zero() { 0 } else { format.precision() as i32 - 1 }, format.emax())
}

/// The code of a sign, the exponent of the leading bit and the bits after it. Of a subnormal number the last bits are dropped. `None` if the
/// format has no such number.
pub(super) fn code(format: &Format, negative: bool, exponent: i32, fraction: u64) -> Option<Code> {
    if negative && !format.is_signed() {
        return None;
    }
    let bits = format.precision() - 1;
    let above = exponent - format.emin();
    let magnitude = if above < 0 {
        let length = exponent - format.quantum_min();
        if length < 0 || !format.has_zero() {
            return None;
        }
        1 << length | fraction >> (bits as i32 - length)
    } else {
        let field = above as u64 + u64::from(format.has_zero());
        let field = u64::try_from(u128::from(field) << bits).ok()?;
        field.checked_add(fraction)?
    };
    debug_assert!(magnitude >= u64::from(first_normal(format) > 0));
    (magnitude <= format.largest_magnitude(negative)).then(|| format.encode(negative, magnitude))
}

#[cfg(test)]
mod tests {
    use halfulp::{Value, decode};

    use super::*;

    #[test]
    fn every_number_has_its_exponent_and_its_bits() {
        let formats = [Format::E4M3FN, Format::E2M1, Format::E8M0, Format::E5M2];
        for format in formats.into_iter().chain(Format::integer(8, true)) {
            let reader = Reader::new(&format);
            for number in 0..=format.code_mask() {
                let Value::Finite(x) = decode(&format, number) else { continue };
                let length = 63 - x.significand.leading_zeros();
                let fraction = (x.significand ^ 1 << length) << (format.precision() - 1 - length);
                assert_eq!(code(&format, x.negative, x.leading_exponent(), fraction), Some(number));
                let (lowest, highest) = exponents(&format);
                assert!((lowest..=highest).contains(&x.leading_exponent()), "{format:?} {number:#x}");
            }
            assert!(!reader.kinds.is_empty());
        }
        assert_eq!(code(&Format::E4M3FN, false, 8, 7), None);
        assert_eq!(code(&Format::E4M3FN, false, -10, 0), None);
    }

    #[test]
    fn patterns_are_drawn_as_they_are_read() {
        let reader = Reader::new(&Format::BINARY16);
        let mut dice = Dice::new(7);
        for pattern in 0..reader.patterns.names.len() {
            let hit = (0..64).filter(|_| {
                let number = code(&reader.format, false, 0, dice.pattern(&reader, pattern)).unwrap();
                usize::from(reader.facts(number).pattern) == pattern
            });
            assert!(hit.count() > 8, "{}", reader.patterns.names[pattern]);
        }
    }
}

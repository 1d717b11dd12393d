//! The operands around every rounding boundary of a conversion.

use halfulp::{Code, Op, Operands, Task, noise};

use super::{Cases, CasesError, boundary, noise_word, special};
use crate::engine::definition::place::Values;

/// Every rounding boundary of the destination (values and midpoints), the codes of the source at each distance from it that
/// is a power of two below a binade, and a number of random codes: a boundary with some of its low bits, from none to
/// all, replaced, or (one in sixteen) an arbitrary code of the source.
#[derive(Clone, Debug)]
pub struct Around {
    /// Magnitude codes of the source.
    boundaries: Vec<u64>,
    /// The number of significand bits without the hidden bit: distances are 2^0 up to but excluding 2^distances.
    distances: u64,
    values: Values,
    seed: u64,
    drawn: u64,
}

impl Around {
    /// The cases of a conversion.
    ///
    /// # Errors
    /// If the operation is not a conversion.
    pub fn new(task: &Task, seed: u64, drawn: u64) -> Result<Around, CasesError> {
        if !matches!(task.op, Op::Convert | Op::ConvertToInteger) {
            return Err(CasesError::NoBoundaries);
        }
        let values = Values::new(&task.operands[0].facts());
        let boundaries = boundary::conversion(&values, &Values::new(&task.result.facts()));
        Ok(Around { boundaries, distances: u64::from(values.precision() - 1), values, seed, drawn })
    }

    fn signs(&self) -> u64 {
        if self.values.is_signed() { 2 } else { 1 }
    }

    /// A boundary's own code, those above it, those below it.
    fn steps(&self) -> u64 {
        1 + 2 * self.distances
    }

    fn listed(&self) -> u64 {
        self.boundaries.len() as u64 * self.steps() * self.signs()
    }

    fn near(&self, number: u64) -> Code {
        let (negative, rest) = (number % self.signs() == 1, number / self.signs());
        let boundary = self.boundaries[(rest / self.steps()) as usize];
        let magnitude = match rest % self.steps() {
            0 => boundary,
            step if step <= self.distances => boundary.saturating_add(1 << (step - 1)),
            step => boundary.saturating_sub(1 << (step - 1 - self.distances)),
        };
        special::nearest(&self.values, negative, magnitude)
    }

    fn draw(&self, number: u64) -> Code {
        let word = noise::word(self.seed, number);
        let choice = noise::word(!self.seed, number);
        if choice >> 32 & 15 == 0 {
            return word & self.values.mask();
        }
        let place = (u128::from(word) * self.boundaries.len() as u128) >> 64;
        let mask = ((1u128 << (choice % (self.distances + 2))) - 1) as u64;
        let boundary = self.boundaries[place as usize];
        special::nearest(&self.values, choice >> 63 == 1, boundary & !mask | word & mask)
    }
}

impl Cases for Around {
    fn len(&self) -> u64 {
        self.listed().saturating_add(self.drawn)
    }

    fn case(&self, number: u64) -> Operands {
        let listed = number < self.listed();
        let code = if listed { self.near(number) } else { self.draw(number) };
        Operands { codes: [code, 0, 0], noise: noise_word(self.seed, number) }
    }
}

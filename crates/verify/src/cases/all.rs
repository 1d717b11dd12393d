//! All combinations of operands, and numbered parts of them.

use halfulp::{Operands, Task};

use super::{Cases, CasesError, noise_word, operand_bits, operand_values};

/// All combinations: the number of a case is split into codes, with the last operand in its lowest bits.
#[derive(Clone, Debug)]
pub struct All {
    /// Where each operand begins in a number, and its bits; none of an operand that there is not.
    shifts: [u32; 3],
    masks: [u64; 3],
    bits: u32,
    seed: u64,
}

impl All {
    /// All combinations of a task's operands.
    ///
    /// # Errors
    /// The operands have more than 63 bits together.
    pub fn new(task: &Task, seed: u64) -> Result<All, CasesError> {
        let bits = operand_bits(task);
        if bits > 63 {
            return Err(CasesError::TooMany(bits));
        }
        let formats = operand_values(task);
        let (mut shifts, mut masks, mut above) = ([0; 3], [0; 3], 0);
        for (i, format) in formats.iter().enumerate().rev() {
            (shifts[i], masks[i]) = (above, format.mask());
            above += format.mask().count_ones();
        }
        Ok(All { shifts, masks, bits, seed })
    }

    fn slice(&self, number: u64, noise: u64) -> Operands {
        let code = |i: usize| number >> self.shifts[i] & self.masks[i];
        Operands { codes: [code(0), code(1), code(2)], noise }
    }
}

impl Cases for All {
    fn len(&self) -> u64 {
        1 << self.bits
    }

    fn case(&self, number: u64) -> Operands {
        self.slice(number, noise_word(self.seed, number))
    }
}

/// Distinct combinations, spread over all combinations by a fixed permutation of their numbers.
#[derive(Clone, Debug)]
pub struct Spread {
    all: All,
    first: u64,
    count: u64,
}

impl Spread {
    /// Whether these are all combinations.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.count == self.all.len()
    }

    /// The combinations from place `first` to before place `end` of a permutation of all, as far as there are any.
    ///
    /// # Errors
    /// The operands have more than 63 bits together.
    pub fn new(task: &Task, seed: u64, first: u64, end: u64) -> Result<Spread, CasesError> {
        let all = All::new(task, seed)?;
        let count = end.min(all.len()).saturating_sub(first);
        Ok(Spread { all, first, count })
    }

    /// A permutation of the numbers of `bits` bits: each step, an odd factor or a right shift xored in, has an
    /// inverse.
    fn permute(bits: u32, number: u64) -> u64 {
        let mask = (1u64 << bits) - 1;
        let shift = bits / 2 + 1;
        let mut x = number;
        for factor in [0x9e37_79b9_7f4a_7c15u64, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb] {
            x = x.wrapping_mul(factor) & mask;
            x ^= x >> shift;
        }
        x
    }
}

impl Cases for Spread {
    fn len(&self) -> u64 {
        self.count
    }

    fn case(&self, number: u64) -> Operands {
        let permuted = Spread::permute(self.all.bits, self.first + number);
        self.all.slice(permuted, noise_word(self.all.seed, number))
    }
}

//! A rule as the steps that it is: the first quotient of every code.

use super::{Parameters, decide};

/// The first quotient of codes 1 to 255, as integers in the order of binary32 (-0 before +0).
pub(super) struct Steps {
    first: [i32; 255],
}

/// Numbers in the order of their values, zeros apart: an integer for each, consecutive for consecutive numbers.
pub(super) const fn order(x: f32) -> i32 {
    let bits = x.to_bits().cast_signed();
    bits ^ ((bits >> 31).cast_unsigned() >> 1).cast_signed()
}

const fn number(order: i32) -> f32 {
    f32::from_bits((order ^ ((order >> 31).cast_unsigned() >> 1).cast_signed()).cast_unsigned())
}

/// The code of a quotient by definition, sign repair included. A quotient that is no NaN has its element's sign bit.
pub(super) fn defined(p: &Parameters, book: &[f32; 256], z: f32) -> u8 {
    let code = p.decision.code(book, z);
    if p.sign_repair { decide::repaired(book, code, z) } else { code }
}

impl Steps {
    pub(super) fn new(p: &Parameters, book: &[f32; 256]) -> Steps {
        let mut first = [0; 255];
        let [mut low, end] = [order(f32::NEG_INFINITY), order(f32::INFINITY)];
        for (k, first) in first.iter_mut().enumerate() {
            // The first quotient past boundary k: one beyond the largest, if there is none.
            let mut high = end + 1;
            while low < high {
                let middle = ((i64::from(low) + i64::from(high)) >> 1) as i32;
                if usize::from(defined(p, book, number(middle))) > k {
                    high = middle
                } else {
                    low = middle + 1
                }
            }
            *first = low;
        }
        Steps { first }
    }

    /// The code of a quotient that is a number.
    pub(super) fn code(&self, z: f32) -> u8 {
        let z = order(z);
        self.first.partition_point(|first| *first <= z) as u8
    }

    pub(super) fn first_of(&self, code: u8) -> Option<f32> {
        let Some(before) = usize::from(code).checked_sub(1) else { return Some(f32::NEG_INFINITY) };
        let first = self.first[before];
        let skipped = self.first.get(before + 1) == Some(&first) || first > order(f32::INFINITY);
        (!skipped).then(|| number(first))
    }
}

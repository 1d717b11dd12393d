//! Counts of codes and exponents, and sums of errors by exponent. Integer sums do not depend on the order of addition, so each
//! thread takes counters from a pool, adds to them, and returns them.

use std::sync::{Mutex, PoisonError};

use crate::tally::{Block, Tally, UNIT};

/// How often each code of a format, and each exponent field of binary64, occurs, and what its numbers lose.
pub struct Counts {
    codes: Vec<u64>,
    /// Of codes in bytes, those of even and of odd places: neighbours are often the same code, and two tables spare them
    /// waiting for each other.
    pairs: Box<[[u64; 256]; 2]>,
    exponents: Vec<u64>,
    errors: Vec<u64>,
}

impl Counts {
    /// Of a format with so many codes.
    pub fn new(codes: usize, exponents: bool) -> Counts {
        Counts {
            codes: vec![0; codes],
            pairs: Box::new([[0; 256]; 2]),
            exponents: vec![0; if exponents { 2048 } else { 0 }],
            errors: vec![0; if exponents { 2048 } else { 0 }],
        }
    }

    /// Counts a block.
    pub fn add(&mut self, block: &Block<'_>) {
        let (pairs, rest) = block.codes.bytes.as_chunks::<2>();
        let [even, odd] = &mut *self.pairs;
        for &[a, b] in pairs {
            even[usize::from(a)] += 1;
            odd[usize::from(b)] += 1;
        }
        for &code in rest {
            self.codes[usize::from(code)] += 1;
        }
        for &code in &block.codes.words {
            self.codes[usize::from(code)] += 1;
        }
        if !self.exponents.is_empty() {
            for (quotient, value) in block.quotients.iter().zip(block.values) {
                let field = (quotient.to_bits() >> 52 & 0x7ff) as usize;
                self.exponents[field] += 1;
                self.errors[field] = self.errors[field].saturating_add(relative(*quotient, *value));
            }
        }
    }

    /// Adds these counts to a tally.
    pub fn add_to(&self, tally: &mut Tally) {
        tally.codes.resize(self.codes.len(), 0);
        tally.exponents.resize(self.exponents.len(), 0);
        tally.errors.resize(self.errors.len(), 0);
        for (sum, n) in tally.codes.iter_mut().zip(&self.codes) {
            *sum += n;
        }
        for (i, sum) in tally.codes.iter_mut().enumerate().take(256) {
            *sum += self.pairs[0][i] + self.pairs[1][i];
        }
        for (sum, n) in tally.exponents.iter_mut().zip(&self.exponents) {
            *sum += n;
        }
        for (sum, n) in tally.errors.iter_mut().zip(&self.errors) {
            *sum = sum.saturating_add(*n);
        }
    }
}

/// The relative error of a number in units of [`UNIT`]: of one that is lost, be it to infinity or to a NaN, and of more than
/// one, one.
fn relative(x: f64, value: f64) -> u64 {
    let error = (value - x).abs() / x.abs();
    // A zero that stays zero is 0 over 0.
    if value == x { 0 } else { (error.min(1.0) / UNIT) as u64 }
}

/// Counts, one a format, that no thread has now.
#[derive(Default)]
pub struct Pool {
    free: Mutex<Vec<Vec<Counts>>>,
}

impl Pool {
    /// Counts from the pool, if there are any.
    pub fn take(&self) -> Option<Vec<Counts>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Puts counts into the pool.
    pub fn put(&self, counts: Vec<Counts>) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(counts);
    }

    /// All counts, when no thread has any.
    pub fn into_all(self) -> Vec<Vec<Counts>> {
        self.free.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coder::Codes;

    #[test]
    fn errors_are_means_of_a_binade() {
        let numbers = [1.0, 1.5, -1.25, 4.0, 5.0, 0.0, f64::NAN, 1e-3, 1e4];
        let values = [1.0, 1.0, -1.25, 0.0, 7.0, 0.0, f64::NAN, 5e-3, f64::INFINITY];
        let codes = Codes::default();
        let block =
            Block { numbers: &numbers, quotients: &numbers, values: &values, codes: &codes, scale: 1.0 };
        let mut tally = Tally::default();
        let mut counts = Counts::new(0, true);
        counts.add(&block);
        counts.add_to(&mut tally);
        let means: Vec<(i32, f64)> = tally.mean_errors().collect();
        // Of 1, 3/2 and -5/4, one loses a third; of 4 and 5, one all and one 2/5; 1/1000 gains more than it is; 10^4 is lost.
        let want = [(-10, 1.0), (0, 1.0 / 9.0), (2, 0.7), (13, 1.0)];
        assert_eq!(means.len(), want.len());
        for ((e, mean), (binade, value)) in means.into_iter().zip(want) {
            assert!(e == binade && (mean - value).abs() <= UNIT, "{e} {mean}");
        }
    }
}

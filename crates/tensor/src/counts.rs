//! Counts of codes and exponents. Integer counts do not depend on the order of addition, so each thread takes
//! counters from a pool, adds to them, and returns them.

use std::sync::{Mutex, PoisonError};

use crate::tally::{Block, Tally};

/// How often each code of a format, and each exponent field of binary64, occurs.
pub struct Counts {
    codes: Vec<u64>,
    /// Of codes in bytes, those of even and of odd places: neighbours are often the same code, and two tables spare them
    /// waiting for each other.
    pairs: Box<[[u64; 256]; 2]>,
    exponents: Vec<u64>,
}

impl Counts {
    /// Of a format with so many codes.
    pub fn new(codes: usize, exponents: bool) -> Counts {
        Counts {
            codes: vec![0; codes],
            pairs: Box::new([[0; 256]; 2]),
            exponents: vec![0; if exponents { 2048 } else { 0 }],
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
            for quotient in block.quotients {
                self.exponents[(quotient.to_bits() >> 52 & 0x7ff) as usize] += 1;
            }
        }
    }

    /// Adds these counts to a tally.
    pub fn add_to(&self, tally: &mut Tally) {
        tally.codes.resize(self.codes.len(), 0);
        tally.exponents.resize(self.exponents.len(), 0);
        for (sum, n) in tally.codes.iter_mut().zip(&self.codes) {
            *sum += n;
        }
        for (i, sum) in tally.codes.iter_mut().enumerate().take(256) {
            *sum += self.pairs[0][i] + self.pairs[1][i];
        }
        for (sum, n) in tally.exponents.iter_mut().zip(&self.exponents) {
            *sum += n;
        }
    }
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

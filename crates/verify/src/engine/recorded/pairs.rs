//! The answers to all pairs of operands of a narrow format, unpacked.

use halfulp::Code;

/// Results of two operands of one format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pairs {
    width: u32,
    results: Vec<u8>,
}

impl Pairs {
    /// From the differences of rows and of columns, row by row.
    pub fn unpack(width: u32, differences: &[u8]) -> Pairs {
        let side = 1usize << width;
        let mut results = differences.to_vec();
        for row in 1..side {
            let (above, below) = results.split_at_mut(row * side);
            for (code, above) in below.iter_mut().zip(&above[(row - 1) * side..]) {
                *code = code.wrapping_add(*above);
            }
        }
        for row in results.chunks_exact_mut(side) {
            let mut last = 0u8;
            for code in row {
                last = last.wrapping_add(*code);
                *code = last;
            }
        }
        Pairs { width, results }
    }

    /// How many there are.
    pub const fn count(width: u32) -> usize {
        1 << (2 * width)
    }

    /// The results, row by row.
    pub fn bytes(&self) -> &[u8] {
        &self.results
    }

    /// The result of two operands.
    pub fn result(&self, a: Code, b: Code) -> Code {
        u64::from(self.results[(a << self.width | b) as usize])
    }
}

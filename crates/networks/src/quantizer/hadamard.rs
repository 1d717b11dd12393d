//! Rotations by Hadamard matrices.

/// Rows are cut into blocks, each multiplied by the orthogonal Hadamard matrix of its size: signs over the root of the size. It is its own inverse.
///
/// A product of two rows is that of both rotated, and outliers are spread over their blocks.
///
/// ```
/// use halfulp_networks::quantizer::Hadamard;
///
/// let mut row = [4.0, 0.0, 0.0, 0.0];
/// Hadamard::of(4).rotate(&mut row, 4);
/// assert_eq!(row, [2.0; 4]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hadamard {
    block: usize,
}

/// Blocks are at most so wide: as in QuEST.
const WIDEST: usize = 128;

impl Hadamard {
    /// For rows of so many columns: the widest blocks, at most 128, that are a power of two and divide them.
    ///
    /// # Panics
    /// If there are no columns.
    #[must_use]
    pub fn of(columns: usize) -> Hadamard {
        assert!(columns > 0, "rows of at least one column");
        Hadamard { block: (1 << columns.trailing_zeros()).min(WIDEST) }
    }

    /// How wide a block is.
    #[must_use]
    pub const fn block(self) -> usize {
        self.block
    }

    /// Multiplies every block of every row.
    ///
    /// # Panics
    /// If blocks do not divide the columns, or columns the number of elements.
    pub fn rotate(self, x: &mut [f64], columns: usize) {
        assert!(
            columns.is_multiple_of(self.block) && x.len().is_multiple_of(columns),
            "whole blocks and rows"
        );
        let unit = 1.0 / (self.block as f64).sqrt();
        for block in x.chunks_mut(self.block) {
            let mut half = 1;
            while half < block.len() {
                for pair in block.chunks_mut(2 * half) {
                    let (left, right) = pair.split_at_mut(half);
                    left.iter_mut().zip(right).for_each(|(x, y)| (*x, *y) = (*x + *y, *x - *y));
                }
                half *= 2;
            }
            block.iter_mut().for_each(|x| *x *= unit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entry `(i, j)` of the matrix is `(-1)^(number of ones of i and j) / sqrt(n)`.
    #[test]
    fn a_rotation_is_a_product_with_the_matrix_and_its_own_inverse() {
        for (columns, block) in [(1, 1), (6, 2), (32, 32), (384, 128)] {
            let rotation = Hadamard::of(columns);
            assert_eq!(rotation.block(), block);
            let x: Vec<f64> = (0..2 * columns).map(|k| (k * k % 11) as f64 - 5.0).collect();
            let mut found = x.clone();
            rotation.rotate(&mut found, columns);
            for (k, y) in found.iter().enumerate() {
                let (first, i) = (k / block * block, k % block);
                let sign = |j: usize| if (i & j).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 };
                let sum: f64 = (0..block).map(|j| sign(j) * x[first + j]).sum();
                assert!((y - sum / (block as f64).sqrt()).abs() < 1e-12, "{columns} {k}");
            }
            rotation.rotate(&mut found, columns);
            assert!(found.iter().zip(&x).all(|(y, x)| (x - y).abs() < 1e-12));
        }
    }
}

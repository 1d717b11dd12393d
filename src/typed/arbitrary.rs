//! Numbers for fuzz targets: all codes with equal probability.

use arbitrary::{Arbitrary, Result, Unstructured};

use super::{FloatFormat, Minifloat};

impl<'a, F: FloatFormat> Arbitrary<'a> for Minifloat<F> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.int_in_range(0..=Self::FORMAT.code_mask()).map(Minifloat::from_code)
    }

    fn size_hint(_depth: usize) -> (usize, Option<usize>) {
        // With its input used up `int_in_range` makes do with less.
        (0, Some(Self::WIDTH.div_ceil(8) as usize))
    }
}

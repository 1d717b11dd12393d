//! Sums accumulated in another format.

use super::{FloatFormat, Minifloat};

/// A number or a reference to one.
pub trait Number: sealed::Sealed {
    /// The number's format.
    type Format: FloatFormat;

    /// The number.
    fn number(self) -> Minifloat<Self::Format>;
}

mod sealed {
    use super::{FloatFormat, Minifloat};

    pub trait Sealed {}

    impl<F: FloatFormat> Sealed for Minifloat<F> {}
    impl<F: FloatFormat> Sealed for &Minifloat<F> {}
}

impl<F: FloatFormat> Number for Minifloat<F> {
    type Format = F;

    fn number(self) -> Minifloat<F> {
        self
    }
}

impl<F: FloatFormat> Number for &Minifloat<F> {
    type Format = F;

    fn number(self) -> Minifloat<F> {
        *self
    }
}

/// Sums of numbers accumulated in another format, as in hardware with wide accumulators. Implemented for every iterator over numbers or
/// references to them.
///
/// ```
/// use halfulp::typed::{F32, F8E4M3FN, SumIn as _, marker};
///
/// let ones = [F8E4M3FN::ONE; 100];
/// assert_eq!(ones.iter().sum::<F8E4M3FN>().to_f32(), 16.0); // 16 + 1 is a tie, and 16 is even
/// assert_eq!(ones.iter().sum_in::<marker::Binary32>(), F32::from(100.0));
/// ```
pub trait SumIn: Iterator<Item: Number> + Sized {
    /// The sum in the format `G`, from first to last: the first number is converted to `G`, and each addition is rounded once to `G`. An
    /// empty sum is zero. In a format without zero (E8M0) its use is a compile error.
    fn sum_in<G: FloatFormat>(mut self) -> Minifloat<G> {
        let Some(first) = self.next() else {
            return Minifloat::ZERO;
        };
        self.fold(first.number().convert(), |sum: Minifloat<G>, x| sum.add_into(x.number()))
    }
}

impl<I: Iterator<Item: Number>> SumIn for I {}

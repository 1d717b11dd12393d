//! Exact rationals, for networks of sums, products and branches.

use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};

use super::{Numerics, Operation, View};

/// Exact: nothing is rounded. There are no roots and no exponentials, so that networks are without norms and without attention.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rationals;

impl Numerics for Rationals {
    type Number = BigRational;

    /// # Panics
    /// If it is not finite.
    fn number(&self, x: f64) -> BigRational {
        BigRational::from_float(x).unwrap_or_else(|| panic!("{x} is no rational number"))
    }

    fn value(&self, x: &BigRational) -> f64 {
        x.to_f64().unwrap_or(f64::NAN)
    }

    /// # Panics
    /// Of roots, which are not rational.
    fn compute(&mut self, op: Operation, [a, b, c]: [&[BigRational]; 3], to: &mut [BigRational]) {
        for (k, to) in to.iter_mut().enumerate() {
            *to = match op {
                Operation::Add => &a[k] + &b[k],
                Operation::Sub => &a[k] - &b[k],
                Operation::Mul => &a[k] * &b[k],
                Operation::Div => &a[k] / &b[k],
                Operation::Fma => &a[k] * &b[k] + &c[k],
                Operation::Sqrt => panic!("roots are not rational"),
            };
        }
    }

    fn product(&mut self, a: View<'_, BigRational>, b: View<'_, BigRational>, to: &mut [BigRational]) {
        for (k, to) in to.iter_mut().enumerate() {
            let (i, j) = (k / b.width(), k % b.width());
            *to = (0..a.width()).fold(BigRational::zero(), |sum, k| sum + a.at(i, k) * b.at(k, j));
        }
    }

    /// # Panics
    /// Always: they are not rational.
    fn exp(&mut self, _: &[BigRational], _: &mut [BigRational]) {
        panic!("exponentials are not rational");
    }

    fn relu(&mut self, x: &[BigRational], to: &mut [BigRational]) {
        for (to, x) in to.iter_mut().zip(x) {
            *to = if *x > BigRational::zero() { x.clone() } else { BigRational::zero() };
        }
    }
}

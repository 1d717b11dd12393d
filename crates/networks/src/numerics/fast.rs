//! binary32 and binary64 at the speed of the CPU.

use std::marker::PhantomData;
use std::ops::{Add, Mul};

use halfulp_lab::arithmetic::Native;

use super::{Numerics, Operation, View};

/// `f32` or `f64`, with products of matrices by matrixmultiply.
///
/// Products are summed in the order, and with the fused or separate operations, that suit the CPU: their last bits depend on which it is, though not on
/// the number of threads.
#[derive(Clone, Copy, Debug)]
pub struct Fast<V>(PhantomData<V>);

impl<V> Default for Fast<V> {
    fn default() -> Fast<V> {
        Fast(PhantomData)
    }
}

/// A type that matrixmultiply multiplies.
pub trait Multiplied: Native + Copy + Add<Output = Self> + Mul<Output = Self> {
    /// `to = a b`, row by row.
    ///
    /// # Panics
    /// If the sizes do not go together.
    fn gemm(a: View<'_, Self>, b: View<'_, Self>, to: &mut [Self]);
    /// The exponential.
    #[must_use]
    fn exp(self) -> Self;
}

macro_rules! multiplied {
    ($($type:ty, $gemm:path;)*) => {$(
        impl Multiplied for $type {
            fn gemm(a: View<'_, $type>, b: View<'_, $type>, to: &mut [$type]) {
                let (rows, inner, columns) = (a.height(), a.width(), b.width());
                assert_eq!(inner, b.height(), "the columns of the first factor are the rows of the second");
                assert_eq!(to.len(), rows * columns, "a product of {rows} by {columns}");
                let ((x, x_strides), (y, y_strides)) = (a.parts(), b.parts());
                assert!(a.is_inside() && b.is_inside(), "factors within their slices");
                let [[xr, xc], [yr, yc]] = [x_strides, y_strides].map(|strides| strides.map(|s| s as isize));
                // SAFETY: the elements of both factors lie in their slices and those of the result in its own, by the assertions; the result is
                // borrowed mutably, so that it overlaps neither.
                unsafe {
                    let (x, y, to) = (x.as_ptr(), y.as_ptr(), to.as_mut_ptr());
                    $gemm(rows, inner, columns, 1.0, x, xr, xc, y, yr, yc, 0.0, to, columns as isize, 1);
                }
            }

            fn exp(self) -> $type {
                self.exp()
            }
        }
    )*};
}

multiplied! {
    f32, matrixmultiply::sgemm;
    f64, matrixmultiply::dgemm;
}

impl<V: Multiplied> Numerics for Fast<V> {
    type Number = V;

    fn number(&self, x: f64) -> V {
        V::of(x)
    }

    fn value(&self, x: &V) -> f64 {
        x.wide()
    }

    fn compute(&mut self, op: Operation, operands: [&[V]; 3], to: &mut [V]) {
        V::compute(op, operands, to);
    }

    fn product(&mut self, a: View<'_, V>, b: View<'_, V>, to: &mut [V]) {
        V::gemm(a, b, to);
    }

    fn exp(&mut self, x: &[V], to: &mut [V]) {
        to.iter_mut().zip(x).for_each(|(to, x)| *to = x.exp());
    }

    fn relu(&mut self, x: &[V], to: &mut [V]) {
        let zero = V::of(0.0);
        to.iter_mut().zip(x).for_each(|(to, &x)| *to = if x > zero { x } else { zero });
    }

    /// Summed in eight lanes.
    fn dot(&mut self, x: &[V], y: &[V]) -> V {
        let mut lanes = [V::of(0.0); 8];
        let (x8, y8) = (x.chunks_exact(8), y.chunks_exact(8));
        let mut rest = V::of(0.0);
        x8.remainder().iter().zip(y8.remainder()).for_each(|(&x, &y)| rest = rest + x * y);
        for (x, y) in x8.zip(y8) {
            lanes.iter_mut().zip(x.iter().zip(y)).for_each(|(lane, (&x, &y))| *lane = *lane + x * y);
        }
        lanes.into_iter().fold(rest, |sum, lane| sum + lane)
    }

    fn accumulate(&mut self, x: &[V], to: &mut [V]) {
        to.iter_mut().zip(x).for_each(|(to, &x)| *to = *to + x);
    }

    fn scale(&mut self, x: &[V], by: &V, to: &mut [V]) {
        to.iter_mut().zip(x).for_each(|(to, &x)| *to = x * *by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Integers, so that nothing is rounded: all small shapes, and either factor transposed.
    #[test]
    fn products_are_sums_of_products() {
        let sizes = [0, 1, 2, 5, 6, 8, 9, 17];
        let fill = |n: usize, by: usize| (0..n).map(|k| (k * by % 7) as f64 - 3.0).collect::<Vec<f64>>();
        let shapes = (0..512).map(|k| [k / 64, k / 8 % 8, k % 8].map(|k| sizes[k]));
        for [rows, inner, columns] in shapes {
            let (x, y) = (fill(rows * inner, 3), fill(inner * columns, 5));
            for [left, right] in [[false, false], [true, false], [false, true], [true, true]] {
                let view = |data, [height, width]: [usize; 2], turned: bool| match turned {
                    true => View::rows(data, width, height).transposed(),
                    false => View::rows(data, height, width),
                };
                let (a, b) = (view(&x, [rows, inner], left), view(&y, [inner, columns], right));
                let mut to = vec![f64::NAN; rows * columns];
                Fast::<f64>::default().product(a, b, &mut to);
                for (k, found) in to.iter().enumerate() {
                    let (i, j) = (k / columns, k % columns);
                    let expected: f64 = (0..inner).map(|k| a.at(i, k) * b.at(k, j)).sum();
                    assert_eq!(*found, expected, "{rows} {inner} {columns} {left} {right}");
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "the columns of the first factor")]
    fn factors_that_do_not_fit_are_refused() {
        let x = [1.0; 6];
        Fast::<f64>::default().product(View::rows(&x, 2, 3), View::rows(&x, 2, 3), &mut [0.0; 6]);
    }
}

//! Operations with different formats of operands and result, rounded once, such as FP8 times FP8 to FP16.

use super::{Flagged, FloatFormat, Minifloat, With, known};
use crate::op::{Op, Task};
use crate::policy::Policy;

macro_rules! mixed {
    ($($(#[$doc:meta])* $name:ident => $op:ident;)*) => {
        impl<F: FloatFormat> Minifloat<F> {$(
            $(#[$doc])*
            #[must_use]
            #[inline]
            pub const fn $name<G: FloatFormat, R: FloatFormat>(self, y: Minifloat<G>) -> Minifloat<R> {
                self.with(R::POLICY).$name(y).value
            }
        )*}

        impl<F: FloatFormat> With<F> {$(
            $(#[$doc])*
            #[inline(always)]
            pub const fn $name<G: FloatFormat, R: FloatFormat>(self, y: Minifloat<G>) -> Flagged<R> {
                self.deliver(const { &task::<F, G, G, R>(Op::$op) }, y.code(), 0)
            }
        )*}
    };
}

mixed! {
    /// `self + y` in the result format, rounded once. That format is given by the result's type or by its [marker](super::marker).
    ///
    /// ```
    /// use halfulp::typed::{F16, F8E4M3FN, marker};
    ///
    /// let x: F16 = F8E4M3FN::from_f32(1.125).add_into(F8E4M3FN::ONE);
    /// assert_eq!(x.to_f32(), 2.125);
    /// assert_eq!(F8E4M3FN::from_f32(1.125).add_into::<_, marker::Binary16>(F8E4M3FN::ONE), x);
    /// ```
    add_into => Add;
    /// `self - y` in the result format, rounded once. That format is given by the result's type or by its [marker](super::marker).
    ///
    /// ```
    /// use halfulp::typed::{F16, F8E4M3FN, marker};
    ///
    /// let x: F16 = F8E4M3FN::from_f32(1.125).sub_into(F8E4M3FN::ONE);
    /// assert_eq!(x.to_f32(), 0.125);
    /// assert_eq!(F8E4M3FN::from_f32(1.125).sub_into::<_, marker::Binary16>(F8E4M3FN::ONE), x);
    /// ```
    sub_into => Sub;
    /// `self * y` in the result format, rounded once. That format is given by the result's type or by its [marker](super::marker).
    ///
    /// ```
    /// use halfulp::typed::{F16, F8E4M3FN, marker};
    ///
    /// let (x, y) = (F8E4M3FN::from_f32(1.125), F8E4M3FN::from_f32(1.125));
    /// let product: F16 = x.mul_into(y);
    /// assert_eq!(product.to_f32(), 1.265625); // exact, where `x * y` is 1.25
    /// assert_eq!(x.mul_into::<_, marker::Binary16>(y), product);
    /// ```
    mul_into => Mul;
    /// `self / y` in the result format, rounded once. That format is given by the result's type or by its [marker](super::marker).
    ///
    /// ```
    /// use halfulp::typed::{F16, F8E4M3FN, marker};
    ///
    /// let x: F16 = F8E4M3FN::from_f32(1.125).div_into(F8E4M3FN::ONE);
    /// assert_eq!(x.to_f32(), 1.125);
    /// assert_eq!(F8E4M3FN::from_f32(1.125).div_into::<_, marker::Binary16>(F8E4M3FN::ONE), x);
    /// ```
    div_into => Div;
}

impl<F: FloatFormat> Minifloat<F> {
    /// `self * y + z` in the result format, rounded once. That format is given by the result's type or by its [marker](super::marker).
    ///
    /// ```
    /// use halfulp::typed::{F32, F8E4M3FN, marker};
    ///
    /// let (x, sum) = (F8E4M3FN::from_f32(1.125), F32::from(100.0));
    /// let next: F32 = x.mul_add_into(x, sum);
    /// assert_eq!(next.to_f32(), 101.265625);
    /// assert_eq!(x.mul_add_into::<_, _, marker::Binary32>(x, sum), next);
    /// ```
    #[must_use]
    #[inline]
    pub const fn mul_add_into<G: FloatFormat, H: FloatFormat, R: FloatFormat>(
        self,
        y: Minifloat<G>,
        z: Minifloat<H>,
    ) -> Minifloat<R> {
        self.with(R::POLICY).mul_add_into(y, z).value
    }
}

impl<F: FloatFormat> With<F> {
    /// `self * y + z` in the result format, rounded once.
    ///
    /// ```
    /// use halfulp::Policy;
    /// use halfulp::typed::{F8E4M3FN, Flagged, marker};
    ///
    /// let x = F8E4M3FN::from_f32(1.125);
    /// let sum: Flagged<marker::Binary32> = x.with(Policy::IEEE).mul_add_into(x, F8E4M3FN::ONE);
    /// assert_eq!(sum.value.to_f32(), 2.265625);
    /// ```
    #[inline(always)]
    pub const fn mul_add_into<G: FloatFormat, H: FloatFormat, R: FloatFormat>(
        self,
        y: Minifloat<G>,
        z: Minifloat<H>,
    ) -> Flagged<R> {
        self.deliver(const { &task::<F, G, H, R>(Op::Fma) }, y.code(), z.code())
    }
}

/// The task of an operation between formats.
const fn task<F: FloatFormat, G: FloatFormat, H: FloatFormat, R: FloatFormat>(op: Op) -> Task {
    known(Task {
        op,
        operands: [Minifloat::<F>::FORMAT, Minifloat::<G>::FORMAT, Minifloat::<H>::FORMAT],
        result: Minifloat::<R>::FORMAT,
        policy: Policy::IEEE,
    })
}

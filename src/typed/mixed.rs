//! Operations whose operands and result have formats of their own, rounded once: FP8 by FP8 into FP16, and the like.

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
    /// `self + y` in the result's format, rounded once.
    add_into => Add;
    /// `self - y` in the result's format, rounded once.
    sub_into => Sub;
    /// `self * y` in the result's format, rounded once.
    ///
    /// ```
    /// use halfulp::typed::{F16, F8E4M3FN};
    ///
    /// let (x, y) = (F8E4M3FN::from_f32(1.125), F8E4M3FN::from_f32(1.125));
    /// let product: F16 = x.mul_into(y);
    /// assert_eq!(product.to_f32(), 1.265625); // exact, where `x * y` is 1.25
    /// ```
    mul_into => Mul;
    /// `self / y` in the result's format, rounded once.
    div_into => Div;
}

impl<F: FloatFormat> Minifloat<F> {
    /// `self * y + z` in the result's format, rounded once.
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
    /// `self * y + z` in the result's format, rounded once.
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

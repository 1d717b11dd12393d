//! Operations whose operands and result have formats of their own, rounded once: FP8 by FP8 into FP16, and the like.

use super::{Flagged, FloatFormat, Minifloat, With};
use crate::op::Op;
use crate::policy::Policy;

macro_rules! mixed {
    ($($(#[$doc:meta])* $name:ident => $op:ident;)*) => {
        impl<F: FloatFormat> Minifloat<F> {$(
            $(#[$doc])*
            #[must_use]
            #[inline]
            pub const fn $name<G: FloatFormat, R: FloatFormat>(self, y: Minifloat<G>) -> Minifloat<R> {
                self.with(Policy::IEEE).$name(y).value
            }
        )*}

        impl<F: FloatFormat> With<F> {$(
            $(#[$doc])*
            #[inline]
            pub const fn $name<G: FloatFormat, R: FloatFormat>(self, y: Minifloat<G>) -> Flagged<R> {
                const { precisions::<F, G, G, R>() };
                let y = (y.code(), Minifloat::<G>::FORMAT);
                self.deliver(Op::$op, [y, y])
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
        self.with(Policy::IEEE).mul_add_into(y, z).value
    }
}

impl<F: FloatFormat> With<F> {
    /// `self * y + z` in the result's format, rounded once.
    #[inline]
    pub const fn mul_add_into<G: FloatFormat, H: FloatFormat, R: FloatFormat>(
        self,
        y: Minifloat<G>,
        z: Minifloat<H>,
    ) -> Flagged<R> {
        const { precisions::<F, G, H, R>() };
        let (y, z) = (
            (y.code(), Minifloat::<G>::FORMAT),
            (z.code(), Minifloat::<H>::FORMAT),
        );
        self.deliver(Op::Fma, [y, z])
    }
}

/// Fails the build where arithmetic does not reach.
const fn precisions<F: FloatFormat, G: FloatFormat, H: FloatFormat, R: FloatFormat>() {
    super::within::<F>(Op::Add);
    super::within::<G>(Op::Add);
    super::within::<H>(Op::Add);
    super::within::<R>(Op::Add);
}

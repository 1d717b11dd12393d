//! Operations of a wide type, rounded to odd.
//!
//! The error of a sum is a number of the type (Knuth's two-sum), and so is that of a product (Dekker's, of halves that Veltkamp's
//! splitting makes), the remainder of a quotient and that of a root. Its sign says on which side of the rounded result the exact one
//! lies: where it is not zero, the neighbour with the odd significand on that side is taken. Operands are to be so far from the ends
//! of the range that nothing overflows and no error underflows.

use crate::kernel::lane::{Lane, select};

/// The rounded `s` to odd, where the exact result is `s + error`.
#[inline(always)]
fn to_odd<L: Lane>(s: L, error: L) -> L {
    let (zero, one) = (L::of(0), L::of(1));
    // Infinities and NaNs make the error a NaN.
    let size = error & L::magnitude();
    let inexact = (size != zero) & (size <= L::infinity());
    let outward = (error ^ s) & L::sign() == zero;
    let odd = select(outward, s.plus(one), s.minus(one));
    select(inexact & (s & one == zero), odd, s)
}

/// A rounded sum and its error.
#[inline(always)]
fn two_sum<L: Lane>(a: L, b: L) -> (L, L) {
    let s = a.float_plus(b);
    let back = s.float_minus(a);
    (s, a.float_minus(s.float_minus(back)).float_plus(b.float_minus(back)))
}

/// A rounded product and its error.
#[inline(always)]
fn two_product<L: Lane>(a: L, b: L) -> (L, L) {
    let halves = |x: L| {
        let far = x.float_times(L::splitter());
        let high = far.float_minus(far.float_minus(x));
        (high, x.float_minus(high))
    };
    let p = a.float_times(b);
    let ((a1, a0), (b1, b0)) = (halves(a), halves(b));
    let low = a1.float_times(b1).float_minus(p);
    let low = low.float_plus(a1.float_times(b0)).float_plus(a0.float_times(b1));
    (p, low.float_plus(a0.float_times(b0)))
}

/// The sum. A zero sum of unlike numbers is negative where `down`, as rounding toward negative has it.
#[inline(always)]
pub(super) fn sum<L: Lane>(a: L, b: L, down: bool) -> L {
    let (s, error) = two_sum(a, b);
    let s = to_odd(s, error);
    select(down & (s & L::magnitude() == L::of(0)), (a | b) & L::sign(), s)
}

/// The product.
#[inline(always)]
pub(super) fn product<L: Lane>(a: L, b: L) -> L {
    let (p, error) = two_product(a, b);
    to_odd(p, error)
}

/// The quotient.
#[inline(always)]
pub(super) fn quotient<L: Lane>(a: L, b: L) -> L {
    let s = a.float_over(b);
    let (p, error) = two_product(s, b);
    // What is left of a, of which the quotient by b is to be added.
    let rest = a.float_minus(p).float_minus(error);
    to_odd(s, rest ^ (b & L::sign()))
}

/// The root.
#[inline(always)]
pub(super) fn root<L: Lane>(a: L) -> L {
    let s = a.float_root();
    let (p, error) = two_product(s, s);
    to_odd(s, a.float_minus(p).float_minus(error))
}

/// The product and sum of three numbers in one, after Boldo and Melquiond: what two sums leave is rounded to odd and added, to odd.
#[inline(always)]
pub(super) fn product_sum<L: Lane>(a: L, b: L, c: L, down: bool) -> L {
    let (high, low) = two_product(a, b);
    let (third, least) = two_sum(c, low);
    let (s, rest) = two_sum(high, third);
    let all = sum(s, sum(rest, least, down), down);
    // An exact product, and one whose error is unknown since it is infinite or a NaN.
    let size = low & L::magnitude();
    let exact = (size == L::of(0)) | (size > L::infinity());
    select(exact, sum(high, c, down), all)
}

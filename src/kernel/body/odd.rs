//! Operations of a wide type, rounded to odd.
//!
//! The error of a sum is a number of the type (Knuth's two-sum), and so are the error of a product (by fused multiply-add, or Dekker's product with
//! Veltkamp's splitting) and the remainders of a quotient and a root. Its sign tells on which side of the rounded result the exact one
//! lies: if it is nonzero, the neighbour with the odd significand on that side is taken. Operands must be far enough from the ends
//! of the range that nothing overflows and no error underflows.

use crate::kernel::base::{ADD, DIV, FMA, MUL, SQRT, SUB};
use crate::kernel::element::Wide;
use crate::kernel::isa::{FusedJob, Isa};
use crate::kernel::lane::{Lane, select};
use crate::op::Op;

/// The rounded `s` to odd, where the exact result is `s + error`.
#[inline(always)]
fn to_odd<L: Lane>(s: L, error: L) -> L {
    let (zero, one) = (L::from_u64(0), L::from_u64(1));
    // Infinities and NaNs make the error a NaN.
    let size = error & L::magnitude();
    let inexact = (size != zero) & (size <= L::infinity());
    let outward = (error ^ s) & L::sign() == zero;
    let odd = select(outward, s.wrapping_add(one), s.wrapping_sub(one));
    select(inexact & (s & one == zero), odd, s)
}

/// A rounded sum and its error.
#[inline(always)]
fn two_sum<L: Lane>(a: L, b: L) -> (L, L) {
    let s = a.float_add(b);
    let back = s.float_sub(a);
    (s, a.float_sub(s.float_sub(back)).float_add(b.float_sub(back)))
}

/// A rounded product and its error.
#[inline(always)]
fn two_product<L: Lane, const FUSED: bool>(a: L, b: L) -> (L, L) {
    if FUSED {
        let p = a.float_mul(b);
        return (p, a.float_fma(b, p ^ L::sign()));
    }
    let halves = |x: L| {
        let far = x.float_mul(L::splitter());
        let high = far.float_sub(far.float_sub(x));
        (high, x.float_sub(high))
    };
    let p = a.float_mul(b);
    let ((a1, a0), (b1, b0)) = (halves(a), halves(b));
    let low = a1.float_mul(b1).float_sub(p);
    let low = low.float_add(a1.float_mul(b0)).float_add(a0.float_mul(b1));
    (p, low.float_add(a0.float_mul(b0)))
}

/// The sum. A zero sum of unlike numbers is negative where `down`, as rounding toward negative has it.
#[inline(always)]
pub(super) fn sum<L: Lane>(a: L, b: L, down: bool) -> L {
    let (s, error) = two_sum(a, b);
    let s = to_odd(s, error);
    select(down & (s & L::magnitude() == L::from_u64(0)), (a | b) & L::sign(), s)
}

/// The product.
#[inline(always)]
pub(super) fn product<L: Lane, const FUSED: bool>(a: L, b: L) -> L {
    let (p, error) = two_product::<L, FUSED>(a, b);
    to_odd(p, error)
}

/// The quotient.
#[inline(always)]
pub(super) fn quotient<L: Lane, const FUSED: bool>(a: L, b: L) -> L {
    let s = a.float_div(b);
    let (p, error) = two_product::<L, FUSED>(s, b);
    // What is left of a, of which the quotient by b is to be added.
    let rest = a.float_sub(p).float_sub(error);
    to_odd(s, rest ^ (b & L::sign()))
}

/// The root.
#[inline(always)]
pub(super) fn root<L: Lane, const FUSED: bool>(a: L) -> L {
    let s = a.float_sqrt();
    let (p, error) = two_product::<L, FUSED>(s, s);
    to_odd(s, a.float_sub(p).float_sub(error))
}

/// The product and sum of three numbers in one, after Boldo and Melquiond.
///
/// They round what the two sums leave, `rest + least`, to odd. To nearest is enough where the last sum is to odd: only its sign counts, and
/// whether it is zero. `rest` is a multiple of the smaller last place of `high` and `third`, and `least` at most half of that; so `rest`
/// has the sign, and together they are below the distance of `s` to its neighbour. Without `rest`, nothing is rounded.
#[inline(always)]
pub(super) fn product_sum<L: Lane, const FUSED: bool>(a: L, b: L, c: L, down: bool) -> L {
    let (high, low) = two_product::<L, FUSED>(a, b);
    let (third, least) = two_sum(c, low);
    let (s, rest) = two_sum(high, third);
    let all = sum(s, rest.float_add(least), down);
    // An exact product, one whose error is unknown since it is infinite or a NaN, and any beside an infinity.
    let size = low & L::magnitude();
    let plain = (size == L::from_u64(0)) | (size > L::infinity()) | (c & L::magnitude() == L::infinity());
    select(plain, sum(high, c, down), all)
}

/// An operation on all elements. Returns whether [`error_is_exact`] for all of them.
struct Compute<'a, D, const OP: u8>([&'a [D]; 3], bool, &'a mut [D]);

impl<D: Wide, const OP: u8> FusedJob for Compute<'_, D, OP> {
    type Output = bool;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> bool {
        let Compute([a, b, c], down, to) = self;
        let n = to.len();
        let (a, b, c) = (&a[..n], &b[..n], &c[..n]);
        let mut all = true;
        for i in 0..n {
            let (a, b, c) = (a[i].lane(), b[i].lane(), c[i].lane());
            let result = match OP {
                ADD => sum(a, b, down),
                SUB => sum(a, b ^ D::Lane::sign(), down),
                MUL => product::<_, FUSED>(a, b),
                DIV => quotient::<_, FUSED>(a, b),
                SQRT => root::<_, FUSED>(a),
                _ => product_sum::<_, FUSED>(a, b, c, down),
            };
            all &= error_is_exact::<D::Lane, OP, FUSED>([a, b, c], result);
            to[i] = D::of_lane(result);
        }
        all
    }
}

/// Whether the error was exact: no intermediate result is too large, and no error is below the smallest subnormal number. The errors of
/// sums never are, those of products are multiples of the product of the last places.
#[inline(always)]
fn error_is_exact<L: Lane, const OP: u8, const FUSED: bool>([a, b, c]: [L; 3], result: L) -> bool {
    let (one, size) = (L::from_u64(1), |x: L| x & L::magnitude());
    // A product of at least this size has an error that is a number of the type; a number of at most this size can be split.
    let least = L::from_u64(u64::from(L::TRAILING + 4) << L::TRAILING);
    let most = L::from_u64((L::BIAS as u64 * 2 - u64::from(L::TRAILING)) << L::TRAILING);
    // What overflows is not special, and neither is what becomes zero.
    let special = |x: L| size(x).wrapping_sub(one) >= L::infinity().wrapping_sub(one);
    let low = |x: L| (size(x) <= most) | (size(x) >= L::infinity());
    let middle = |x: L| size(x).wrapping_sub(least) <= most.wrapping_sub(least);
    let splits = FUSED | (low(a) & low(b));
    match OP {
        ADD | SUB => (size(result) <= most) | (Ord::max(size(a), size(b)) >= L::infinity()),
        MUL => splits & (middle(result) | special(a) | special(b)),
        DIV => splits & ((middle(a) & middle(result)) | special(a) | special(b)),
        SQRT => middle(a) | special(a),
        _ => splits & low(c) & (middle(a.float_mul(b)) | special(a) | special(b)),
    }
}

/// An operation on arrays of equal lengths, rounded to odd. Returns whether all results are right. A zero sum of unlike numbers is negative
/// where `down`.
pub(super) fn compute<D: Wide>(isa: Isa, op: Op, operands: [&[D]; 3], down: bool, to: &mut [D]) -> bool {
    match op {
        Op::Add => isa.run_fused(Compute::<D, ADD>(operands, down, to)),
        Op::Sub => isa.run_fused(Compute::<D, SUB>(operands, down, to)),
        Op::Mul => isa.run_fused(Compute::<D, MUL>(operands, down, to)),
        Op::Div => isa.run_fused(Compute::<D, DIV>(operands, down, to)),
        Op::Sqrt => isa.run_fused(Compute::<D, SQRT>(operands, down, to)),
        _ => isa.run_fused(Compute::<D, FMA>(operands, down, to)),
    }
}

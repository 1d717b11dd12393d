//! Elementwise arithmetic on codes through binary32 or binary64, where double rounding is provably innocuous.
//!
//! The operands are exact in the wide type, of `P` = 24 or 53 bits, and a limit on the exponents rules out overflow and underflow
//! there. The wide result `s` of the operation is then rounded again, to the format. For every rounding, this equals a single rounding of the exact
//! result `z` if no number `t` at which the second rounding changes its result lies between `z` and `s`, and `s = t`
//! only if `z = t`. Such a `t` has at most `K` bits: `K = p + 1` (the values and their midpoints), or `p + n + 1` with `n` noise bits.
//!
//! - Products are exact: the significands have at most `P / 2` bits.
//! - Sums are rounded to odd: the error of the rounded sum is computed exactly (Knuth's two-sum), and if it is nonzero, the neighbour with
//!   the odd significand on the side of the exact sum is taken. A sum rounded to odd lies on the same side of every `t` of
//!   up to `P - 2` bits as the exact sum (Boldo and Melquiond). The same holds for fma, whose product is exact.
//! - A quotient `x / y` with `y` of `q` bits that is not equal to `t` has a relative difference from it of at least `2^-(K+q)`, since
//!   `x - t y` is a multiple of a unit; rounding to `P` bits changes it by at most `2^-P`. So `K + q < P` suffices.
//! - A root that is not equal to `t` has a relative difference from it of at least `2^-(2K+1)`, or `2^-(q+1)` if the operand has `q > 2K`
//!   bits. So `2K + 1 < P` and `q + 1 < P` suffice.

use super::blocks::BLOCK;
use super::odd::{self, sum};
use super::{decode, encode};
use crate::kernel::base::{ADD, DIV, FMA, MUL, Noise, SQRT, SUB, WideKind};
use crate::kernel::element::{Wide, Word};
use crate::kernel::isa::{Isa, Job};
use crate::kernel::lane::Lane;
use crate::kernel::plan::{InPlan as _, Plan};
use crate::op::Op;
use crate::policy::Rounding;

/// Bound on the exponents of operands and of the format, so that binary64 neither overflows nor underflows: a product's exponent is
/// within twice the bound, and so is a quotient's.
pub(super) const EXPONENT_BOUND: i32 = 450;

/// The most bits of a rounding boundary: a number at which the rounded result changes.
pub(super) fn doubtful_bits(plan: &Plan) -> u32 {
    let noise = match plan.policy().rounding {
        Rounding::Stochastic { bits, .. } => bits.get(),
        _ => 0,
    };
    plan.format().precision() + noise + 1
}

/// Whether computing in a wide type is innocuous for an operation on operands of `q` significant bits.
pub(in crate::kernel) fn serves(plan: &Plan, op: Op, q: u32, through: WideKind) -> bool {
    let f = plan.format();
    // In binary32 too, products of values of the format neither overflow nor are subnormal.
    let (bits, bound, rounds) = match through {
        WideKind::Binary32 => (24, 62, plan.single.narrow.is_some()),
        WideKind::Binary64 => (53, EXPONENT_BOUND, plan.double.narrow.is_some()),
    };
    let k = doubtful_bits(plan);
    let innocuous = match op {
        Op::Add | Op::Sub => k + 2 <= bits,
        Op::Mul | Op::Fma => k + 2 <= bits && 2 * q <= bits,
        Op::Div => k + q < bits,
        Op::Sqrt => cfg!(feature = "std") && 2 * k + 1 < bits && q + 1 < bits,
        _ => false,
    };
    f.quantum_min() >= -bound && f.emax() <= bound && innocuous && rounds
}

/// An operation on operands whose products are exact.
struct Compute<'a, D, const OP: u8>([&'a [D]; 3], bool, &'a mut [D]);

impl<D: Wide, const OP: u8> Job for Compute<'_, D, OP> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Compute([a, b, c], down, to) = self;
        let n = to.len();
        let (a, b, c) = (&a[..n], &b[..n], &c[..n]);
        for i in 0..n {
            let (a, b, c) = (a[i].lane(), b[i].lane(), c[i].lane());
            to[i] = D::of_lane(match OP {
                ADD => sum(a, b, down),
                SUB => sum(a, b ^ D::Lane::sign(), down),
                MUL => a.float_mul(b),
                DIV => a.float_div(b),
                SQRT => a.float_sqrt(),
                _ => sum(a.float_mul(b), c, down),
            });
        }
    }
}

/// Three blocks of operands and one of results.
struct Blocks<D> {
    operands: [[D; BLOCK]; 3],
    results: [D; BLOCK],
}

impl<D: Wide> Blocks<D> {
    fn new() -> Blocks<D> {
        Blocks { operands: [[D::default(); BLOCK]; 3], results: [D::default(); BLOCK] }
    }

    fn compute(&mut self, isa: Isa, op: Op, down: bool, n: usize) -> &[D] {
        let [a, b, c] = &self.operands;
        let operands = [&a[..n], &b[..n], &c[..n]];
        let to = &mut self.results[..n];
        match op {
            Op::Add => isa.run(Compute::<D, ADD>(operands, down, to)),
            Op::Sub => isa.run(Compute::<D, SUB>(operands, down, to)),
            Op::Mul => isa.run(Compute::<D, MUL>(operands, down, to)),
            Op::Div => isa.run(Compute::<D, DIV>(operands, down, to)),
            Op::Sqrt => isa.run(Compute::<D, SQRT>(operands, down, to)),
            _ => isa.run(Compute::<D, FMA>(operands, down, to)),
        }
        to
    }
}

/// Arithmetic on codes in a wide type, where that is innocuous. Returns whether it was done.
pub(in crate::kernel) fn codes<T: Word>(
    isa: Isa,
    plan: &Plan,
    noise: Noise,
    op: Op,
    operands: [&[T]; 3],
    to: &mut [T],
) -> bool {
    match plan.working_type(op) {
        Some(WideKind::Binary32) => codes_through::<f32, T>(isa, plan, noise, op, operands, to),
        Some(WideKind::Binary64) if directly(plan) => codes_mostly_single(isa, plan, noise, op, operands, to),
        Some(WideKind::Binary64) => codes_through::<f64, T>(isa, plan, noise, op, operands, to),
        None => return false,
    }
    true
}

/// Whether blocks whose results binary32 holds can be computed in it, rounded to odd, although it does not hold all results. Where
/// operands are flushed, a subnormal sum would be, too, as the operand of the conversion.
fn directly(plan: &Plan) -> bool {
    plan.single_operands.widen.is_some()
        && plan.single.narrow.is_some()
        && doubtful_bits(plan) < <f32 as Wide>::Lane::TRAILING
        && !plan.policy().flush_operands
}

/// Elements computed in binary64 after a block that binary32 could not compute: the next blocks are likely to be the same.
const ALIKE: usize = 16 * BLOCK;

/// The same in binary32 where that is right, in binary64 elsewhere.
fn codes_mostly_single<T: Word>(
    isa: Isa,
    plan: &Plan,
    noise: Noise,
    op: Op,
    operands: [&[T]; 3],
    to: &mut [T],
) {
    let down = plan.policy().rounding == Rounding::TowardNegative;
    let mut blocks = Blocks::<f32>::new();
    let mut from = 0;
    while from < to.len() {
        let part = |n: usize| operands.map(|x| x.get(from..from + n).unwrap_or(&[]));
        let n = BLOCK.min(to.len() - from);
        for (x, block) in part(n).iter().zip(&mut blocks.operands).take(op.arity()) {
            decode::decode(isa, &plan.single_operands, x, &mut block[..n]);
        }
        let [a, b, c] = &blocks.operands;
        let results = &mut blocks.results[..n];
        if odd::compute(isa, op, [&a[..n], &b[..n], &c[..n]], down, results) {
            encode::encode(isa, plan, noise.from(from), results, &mut to[from..from + n]);
            from += n;
        } else {
            let n = ALIKE.min(to.len() - from);
            codes_through::<f64, T>(isa, plan, noise.from(from), op, part(n), &mut to[from..from + n]);
            from += n;
        }
    }
}

fn codes_through<D: Wide, T: Word>(
    isa: Isa,
    plan: &Plan,
    noise: Noise,
    op: Op,
    operands: [&[T]; 3],
    to: &mut [T],
) {
    let values = D::Lane::operands(plan);
    let down = plan.policy().rounding == Rounding::TowardNegative;
    let mut blocks = Blocks::<D>::new();
    for (k, to) in to.chunks_mut(BLOCK).enumerate() {
        let (from, n) = (k * BLOCK, to.len());
        for (x, block) in operands.iter().zip(&mut blocks.operands).take(op.arity()) {
            decode::decode(isa, values, &x[from..from + n], &mut block[..n]);
        }
        encode::encode(isa, plan, noise.from(from), blocks.compute(isa, op, down, n), to);
    }
}

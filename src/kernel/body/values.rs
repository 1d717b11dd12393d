//! Elementwise arithmetic on values through binary64: the operation rounded to odd, and its result to the format.
//!
//! Operands are any numbers of the array's type. [`serves`] has the condition of [`arithmetic`](super::arithmetic) for results rounded
//! to odd, which holds for operands of any precision. Those with exponents out of reach are computed by the definition, one by one.

use super::convert::BLOCK;
use super::odd;
use super::quantize;
use crate::kernel::element::Wide;
use crate::kernel::isa::{Isa, Job};
use crate::kernel::lane::Lane;
use crate::kernel::plan::Plan;
use crate::kernel::{Noise, WideKind, Work};
use crate::op::Op;
use crate::policy::Rounding;

use super::arithmetic::{ADD, DIV, FMA, MUL, REACH, SQRT, SUB, doubtful_bits};

/// Whether the way through binary64 serves an operation.
pub(in crate::kernel) fn serves(plan: &Plan, op: Op) -> bool {
    let arithmetic = matches!(op, Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Fma);
    let known = arithmetic || op == Op::Sqrt && cfg!(feature = "std");
    known
        && doubtful_bits(plan) + 2 <= 53
        && plan.double.narrow.is_some()
        && plan.double.values.widen.is_some()
}

struct Compute<'a, const OP: u8>([&'a [f64]; 3], bool, &'a mut [f64]);

impl<const OP: u8> Job for Compute<'_, OP> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Compute([a, b, c], down, to) = self;
        let n = to.len();
        let (a, b, c) = (&a[..n], &b[..n], &c[..n]);
        for i in 0..n {
            let (a, b, c) = (a[i].lane(), b[i].lane(), c[i].lane());
            to[i] = f64::of_lane(match OP {
                ADD => odd::sum(a, b, down),
                SUB => odd::sum(a, b ^ u64::sign(), down),
                MUL => odd::product(a, b),
                DIV => odd::quotient(a, b),
                SQRT => odd::root(a),
                _ => odd::product_sum(a, b, c, down),
            });
        }
    }
}

/// Values in binary64, subnormal ones of their own type as zeros if so said; and whether all are within reach.
struct Spread<'a, W>(bool, &'a [W], &'a mut [f64]);

impl<W: Wide> Job for Spread<'_, W> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let smallest = if self.0 { W::smallest_normal() } else { 0.0 };
        let mut outside = false;
        for (x, y) in self.1.iter().zip(self.2) {
            outside |= is_outside(*x);
            let x = x.double();
            *y = if x.abs() < smallest { 0.0f64.copysign(x) } else { x };
        }
        !outside
    }
}

const LEAST: f64 = f64::from_bits((1023 - REACH as u64) << 52);
const MOST: f64 = f64::from_bits((1023 + REACH as u64) << 52);

/// Whether a number has an exponent out of reach. Those of binary32 have none.
#[inline(always)]
fn is_outside<W: Wide>(x: W) -> bool {
    let magnitude = x.double().abs();
    let number = (magnitude > 0.0) & (magnitude < f64::INFINITY);
    W::KIND == WideKind::Binary64 && number & !(LEAST..=MOST).contains(&magnitude)
}

/// Numbers of binary64 in the array's type, and whether all are there.
struct Deliver<'a, W>(&'a [f64], &'a mut [W]);

impl<W: Wide> Job for Deliver<'_, W> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let mut lost = false;
        for (x, y) in self.0.iter().zip(self.1) {
            *y = W::of_double(*x);
            lost |= is_lost::<W>(*x);
        }
        !lost
    }
}

/// Whether the array's type does not have a number.
#[inline(always)]
fn is_lost<W: Wide>(x: f64) -> bool {
    W::of_double(x).double().to_bits() != x.to_bits()
}

/// Operands, results and rounded results.
struct Blocks {
    operands: [[f64; BLOCK]; 3],
    results: [f64; BLOCK],
    rounded: [f64; BLOCK],
}

impl Blocks {
    fn compute(&mut self, isa: Isa, op: Op, down: bool, n: usize) {
        let [a, b, c] = &self.operands;
        let operands = [&a[..n], &b[..n], &c[..n]];
        let to = &mut self.results[..n];
        match op {
            Op::Add => isa.run(Compute::<ADD>(operands, down, to)),
            Op::Sub => isa.run(Compute::<SUB>(operands, down, to)),
            Op::Mul => isa.run(Compute::<MUL>(operands, down, to)),
            Op::Div => isa.run(Compute::<DIV>(operands, down, to)),
            Op::Sqrt => isa.run(Compute::<SQRT>(operands, down, to)),
            _ => isa.run(Compute::<FMA>(operands, down, to)),
        }
    }
}

/// Arithmetic on values if this way serves; says whether. `scalar` computes what is out of reach.
pub(in crate::kernel) fn values<W: Wide>(
    isa: Isa,
    plan: &Plan,
    noise: Noise,
    op: Op,
    operands: [&[W]; 3],
    to: &mut [W],
    scalar: impl Fn(Noise, [&[W]; 3], &mut [W]),
) -> bool {
    if !plan.covers(Work::Values(op, W::KIND)) {
        return false;
    }
    let down = plan.policy().rounding == Rounding::TowardNegative;
    let mut blocks = Blocks { operands: [[0.0; BLOCK]; 3], results: [0.0; BLOCK], rounded: [0.0; BLOCK] };
    for (k, to) in to.chunks_mut(BLOCK).enumerate() {
        let (from, n) = (k * BLOCK, to.len());
        let noise = noise.from(from);
        let parts = operands.map(|x| x.get(from..from + n).unwrap_or(&[]));
        let mut whole = true;
        for (x, block) in parts.iter().zip(&mut blocks.operands).take(op.arity()) {
            whole &= isa.run(Spread(plan.policy().flush_operands, x, &mut block[..n]));
        }
        blocks.compute(isa, op, down, n);
        quantize::in_lanes(isa, plan, noise, &blocks.results[..n], &mut blocks.rounded[..n]);
        whole &= isa.run(Deliver(&blocks.rounded[..n], to));
        if whole {
            continue;
        }
        for i in 0..n {
            let single = parts.map(|x| x.get(i..=i).unwrap_or(&[]));
            let outside = single.iter().flat_map(|x| x.first()).any(|x| is_outside(*x));
            if outside || is_lost::<W>(blocks.rounded[i]) {
                scalar(noise.from(i), single, &mut to[i..=i]);
            }
        }
    }
    true
}

//! Elementwise arithmetic on values: the operation is rounded to odd in lanes of the values' type, or through binary64, and the
//! result is rounded to the format.
//!
//! Operands are arbitrary numbers of the array's type. [`serves`] tests the condition of [`arithmetic`](super::arithmetic) for results rounded
//! to odd, which holds for operands of any precision. Operands with exponents out of bounds are left to the scalar code.

use super::odd;
use super::quantize;
use crate::kernel::element::Wide;
use crate::kernel::isa::{Isa, Job};
use crate::kernel::lane::Lane;
use crate::kernel::plan::Plan;
use crate::kernel::{Noise, WideKind, Work};
use crate::op::Op;
use crate::policy::Rounding;

use super::arithmetic::{EXPONENT_BOUND, doubtful_bits};

/// Elements of a block: few enough that clearing the buffers costs little.
const BLOCK: usize = 256;

/// Whether computing an operation in binary64 is innocuous.
pub(in crate::kernel) fn serves(plan: &Plan, op: Op) -> bool {
    let arithmetic = matches!(op, Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Fma);
    let known = arithmetic || op == Op::Sqrt && cfg!(feature = "std");
    known
        && doubtful_bits(plan) + 2 <= 53
        && plan.double.narrow.is_some()
        && plan.double.values.widen.is_some()
}

/// Values in binary64, subnormal numbers of their own type as zeros if they are flushed.
struct Widened<'a, W> {
    flush: bool,
    from: &'a [W],
    to: &'a mut [f64],
}

impl<W: Wide> Job for Widened<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let smallest = if self.flush { W::smallest_normal() } else { 0.0 };
        for (x, y) in self.from.iter().zip(self.to) {
            let x = x.double();
            *y = if x.abs() < smallest { 0.0f64.copysign(x) } else { x };
        }
    }
}

const LEAST: f64 = f64::from_bits((1023 - EXPONENT_BOUND as u64) << 52);
const MOST: f64 = f64::from_bits((1023 + EXPONENT_BOUND as u64) << 52);

/// Whether a number's exponent is out of bounds. No number of binary32 has such an exponent.
#[inline(always)]
fn is_out_of_bounds<W: Wide>(x: W) -> bool {
    let magnitude = x.double().abs();
    let number = (magnitude > 0.0) & (magnitude < f64::INFINITY);
    W::KIND == WideKind::Binary64 && number & !(LEAST..=MOST).contains(&magnitude)
}

/// Numbers of binary64 in the array's type, and whether all are there.
struct Deliver<'a, W> {
    from: &'a [f64],
    to: &'a mut [W],
}

impl<W: Wide> Job for Deliver<'_, W> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let mut lost = false;
        for (x, y) in self.from.iter().zip(self.to) {
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

/// A block in binary64: operands, results and rounded results.
struct Blocks {
    operands: [[f64; BLOCK]; 3],
    results: [f64; BLOCK],
    rounded: [f64; BLOCK],
}

impl Blocks {
    const fn new() -> Blocks {
        Blocks { operands: [[0.0; BLOCK]; 3], results: [0.0; BLOCK], rounded: [0.0; BLOCK] }
    }

    fn compute<W: Wide>(
        &mut self,
        elementwise: &Elementwise<'_>,
        noise: Noise,
        parts: [&[W]; 3],
        to: &mut [W],
        scalar: impl Fn(Noise, [&[W]; 3], &mut [W]),
    ) {
        let (isa, n) = (elementwise.isa, to.len());
        for (x, block) in parts.iter().zip(&mut self.operands).take(elementwise.op.arity()) {
            isa.run(Widened {
                flush: elementwise.plan.policy().flush_operands,
                from: x,
                to: &mut block[..n],
            });
        }
        let operands = self.operands.each_ref().map(|x| &x[..n]);
        let mut whole = odd::compute(isa, elementwise.op, operands, elementwise.down, &mut self.results[..n]);
        quantize::in_lanes(isa, elementwise.plan, noise, &self.results[..n], &mut self.rounded[..n]);
        whole &= isa.run(Deliver { from: &self.rounded[..n], to });
        if whole {
            return;
        }
        for i in 0..n {
            let single = parts.map(|x| x.get(i..=i).unwrap_or(&[]));
            let out_of_bounds = single.iter().flat_map(|x| x.first()).any(|x| is_out_of_bounds(*x));
            if out_of_bounds || is_lost::<W>(self.rounded[i]) {
                scalar(noise.from(i), single, &mut to[i..=i]);
            }
        }
    }
}

/// What all blocks have in common.
struct Elementwise<'a> {
    isa: Isa,
    plan: &'a Plan,
    op: Op,
    down: bool,
}

impl Elementwise<'_> {
    /// A block in lanes of the values' own type. Returns whether all its results are right.
    fn directly<W: Wide>(&self, noise: Noise, parts: [&[W]; 3], to: &mut [W], results: &mut [W]) -> bool {
        odd::compute(self.isa, self.op, parts, self.down, results)
            && quantize::in_lanes(self.isa, self.plan, noise, results, to)
    }
}

/// Arithmetic on values, where the plan covers it. Returns whether it was done. `scalar` computes operands out of bounds.
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
    let elementwise = Elementwise { isa, plan, op, down };
    let direct = doubtful_bits(plan) < W::Lane::TRAILING && !plan.policy().flush_operands;
    let first = operands[0];
    let operands = operands.map(|x| if x.is_empty() { first } else { x });
    let (mut results, mut blocks) = ([W::default(); BLOCK], None);
    for (k, to) in to.chunks_mut(BLOCK).enumerate() {
        let (from, n) = (k * BLOCK, to.len());
        let (noise, parts) = (noise.from(from), operands.map(|x| &x[from..from + n]));
        if !(direct && elementwise.directly(noise, parts, to, &mut results[..n])) {
            blocks.get_or_insert_with(Blocks::new).compute(&elementwise, noise, parts, to, &scalar);
        }
    }
    true
}

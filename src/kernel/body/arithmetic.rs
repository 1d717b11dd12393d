//! Elementwise arithmetic through binary64, where that is provably innocuous.
//!
//! The operands are exact in binary64, and the [range](in_range) rules out overflow and underflow there. The operation's
//! binary64 result `s` is then rounded again, to the format. That gives what one rounding of the exact result `z` gives, for
//! every rounding, if no number `t` at which the second rounding changes its mind lies between `z` and `s`, and `s = t` only
//! where `z = t`. Such a `t` has at most `K` bits: `K = p + 1` (the values and their midpoints), with `n` bits of noise `p + n + 1`.
//!
//! - Products of two significands of up to 24 bits are exact.
//! - Sums are rounded to odd: the error of the rounded sum is exact (Knuth's two-sum), and where it is not zero the neighbour with the
//!   odd significand is taken on the side where the exact sum lies. A sum rounded to odd in 53 bits lies on the same side of
//!   every `t` of up to 51 bits as the exact one (Boldo and Melquiond). So for fma, whose product is exact.
//! - A quotient `x / y`, `y` of `q` bits, not equal to `t` differs from it by at least `2^-(K+q)` in relation to `t`, since `x - t y` is a whole multiple
//!   of a unit; its rounding to 53 bits by at most `2^-53`. So `K + q <= 52` suffices.
//! - A root not equal to `t` differs from it by at least `2^-(2K+1)`, or with `q > 2K` bits of the operand `2^-(q+1)`: `K <= 25` suffices.

use crate::kernel::body::convert::{self, BLOCK};
use crate::kernel::body::widen;
use crate::kernel::element::{Wide, Word};
use crate::kernel::isa::{Isa, Job};
use crate::kernel::plan::Plan;
use crate::kernel::plan::widen::Widen;
use crate::kernel::{Noise, WideKind};
use crate::op::Op;
use crate::policy::Rounding;

/// Exponents of operands and of the format stay within this, so that binary64 neither overflows nor underflows: a product's
/// within twice, a quotient's with the format's.
const REACH: i32 = 450;

const ADD: u8 = 0;
const SUB: u8 = 1;
const MUL: u8 = 2;
const DIV: u8 = 3;
const SQRT: u8 = 4;
const FMA: u8 = 5;

/// Whether the detour serves an operation on operands of `q` significant bits within the reach.
pub(in crate::kernel) fn serves(plan: &Plan, op: Op, q: u32) -> bool {
    let f = plan.format();
    let reach = f.quantum_min() >= -REACH && f.emax() <= REACH;
    let noise = match plan.policy().rounding {
        Rounding::Stochastic { bits, .. } => u32::from(bits),
        _ => 0,
    };
    let k = f.precision() + noise + 1;
    let innocuous = match op {
        Op::Add | Op::Sub | Op::Mul | Op::Fma => k <= 51,
        Op::Div => k + q <= 52,
        Op::Sqrt => k <= 25,
        _ => false,
    };
    reach && innocuous && plan.double.narrow.is_some()
}

/// The sum, rounded to odd. A zero sum of unlike numbers is negative where `down`, as rounding toward negative has it.
#[inline(always)]
fn sum(a: f64, b: f64, down: bool) -> f64 {
    let s = a + b;
    let back = s - a;
    let error = (a - (s - back)) + (b - back);
    // Infinities and NaNs make the error a NaN, which is neither.
    let (above, below) = (error > 0.0, error < 0.0);
    let bits = s.to_bits();
    let outward = above == (s > 0.0);
    let odd = if outward { bits.wrapping_add(1) } else { bits.wrapping_sub(1) };
    let bits = if (above | below) & (bits & 1 == 0) { odd } else { bits };
    let sign = (a.to_bits() | b.to_bits()) & (1 << 63);
    f64::from_bits(if down & (s == 0.0) { sign } else { bits })
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
            to[i] = match OP {
                ADD => sum(a[i], b[i], down),
                SUB => sum(a[i], -b[i], down),
                MUL => a[i] * b[i],
                DIV => a[i] / b[i],
                SQRT => root(a[i]),
                _ => sum(a[i] * b[i], c[i], down),
            };
        }
    }
}

#[cfg(feature = "std")]
#[inline(always)]
fn root(x: f64) -> f64 {
    x.sqrt()
}

/// Without the standard library there is no root: [`Plan`] does not cover it.
#[cfg(not(feature = "std"))]
#[inline(always)]
fn root(_: f64) -> f64 {
    f64::NAN
}

struct Operands<'a, T>(&'a Widen<u64>, &'a [T], &'a mut [f64]);

impl<T: Word> Job for Operands<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let c = *self.0;
        for (x, y) in self.1.iter().zip(self.2) {
            *y = f64::from_bits(widen::value(&c, x.code()));
        }
    }
}

/// Values in binary64, subnormal ones of their own type as zeros if so said; and whether all are within the detour's reach.
struct Values<'a, W>(bool, &'a [W], &'a mut [f64]);

impl<W: Wide> Job for Values<'_, W> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let smallest = if self.0 { W::smallest_normal() } else { 0.0 };
        let mut outside = false;
        for (x, y) in self.1.iter().zip(self.2) {
            let x = x.double();
            let magnitude = x.abs();
            if W::KIND == WideKind::Binary64 {
                let number = (magnitude > 0.0) & (magnitude < f64::INFINITY);
                let far = !(LEAST..=MOST).contains(&magnitude);
                outside |= number & (far | (x.to_bits() & ((1 << 29) - 1) != 0));
            }
            *y = if magnitude < smallest { 0.0f64.copysign(x) } else { x };
        }
        !outside
    }
}

const LEAST: f64 = f64::from_bits((1023 - REACH as u64) << 52);
const MOST: f64 = f64::from_bits((1023 + REACH as u64) << 52);

/// Three blocks of operands and one of results.
struct Blocks {
    operands: [[f64; BLOCK]; 3],
    results: [f64; BLOCK],
}

impl Blocks {
    const fn new() -> Blocks {
        Blocks { operands: [[0.0; BLOCK]; 3], results: [0.0; BLOCK] }
    }

    fn compute(&mut self, isa: Isa, op: Op, down: bool, n: usize) -> &[f64] {
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
        to
    }
}

/// Arithmetic on codes if the detour serves; says whether.
pub(in crate::kernel) fn codes<T: Word>(
    isa: Isa,
    plan: &Plan,
    noise: Noise,
    op: Op,
    operands: [&[T]; 3],
    to: &mut [T],
) -> bool {
    let Some(widen) = plan.operands.as_ref().filter(|_| plan.covers(super::super::Work::Codes(op))) else {
        return false;
    };
    let down = plan.policy().rounding == Rounding::TowardNegative;
    let mut blocks = Blocks::new();
    for (k, to) in to.chunks_mut(BLOCK).enumerate() {
        let (from, n) = (k * BLOCK, to.len());
        for (x, block) in operands.iter().zip(&mut blocks.operands).take(op.arity()) {
            isa.run(Operands(widen, &x[from..from + n], &mut block[..n]));
        }
        convert::encode(isa, plan, noise.from(from), blocks.compute(isa, op, down, n), to);
    }
    true
}

/// Arithmetic on values if the detour serves; says whether. `scalar` computes the blocks with operands beyond its reach.
pub(in crate::kernel) fn values<W: Wide>(
    isa: Isa,
    plan: &Plan,
    noise: Noise,
    op: Op,
    operands: [&[W]; 3],
    to: &mut [W],
    scalar: impl Fn(Noise, [&[W]; 3], &mut [W]),
) -> bool {
    if !plan.covers(super::super::Work::Values(op, W::KIND)) {
        return false;
    }
    let down = plan.policy().rounding == Rounding::TowardNegative;
    let mut blocks = Blocks::new();
    let mut codes = [0u16; BLOCK];
    for (k, to) in to.chunks_mut(BLOCK).enumerate() {
        let (from, n) = (k * BLOCK, to.len());
        let noise = noise.from(from);
        let parts = operands.map(|x| x.get(from..from + n).unwrap_or(&[]));
        let mut within = true;
        for (x, block) in parts.iter().zip(&mut blocks.operands).take(op.arity()) {
            within &= isa.run(Values(plan.policy().flush_operands, x, &mut block[..n]));
        }
        if within {
            convert::encode(isa, plan, noise, blocks.compute(isa, op, down, n), &mut codes[..n]);
            convert::decode(isa, plan, &codes[..n], to);
        } else {
            scalar(noise, parts, to);
        }
    }
    true
}

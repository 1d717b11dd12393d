//! Vector implementations of the array operations, and kernel selection.
//!
//! A [`Kernel`] is a faster implementation of [`apply`](crate::apply) for whole arrays with bit-identical results.
//! A [`Plan`] holds its constants for one format and policy. Operations that a kernel does not
//! [cover](Kernel::covers) are computed element by element with the scalar code.
//!
//! The kernel is selected once: the best that the CPU can run, unless the environment variable `HALFULP_KERNEL` names
//! another. Use it through [`slice`](crate::slice).

mod base;
// Some constants and conditions are for x86-64's loops alone.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, unused_imports))]
mod body;
mod choice;
mod counts;
mod covers;
mod dispatch;
mod element;
#[allow(unsafe_code, reason = "it reads and writes the floating-point control register")]
mod environment;
mod isa;
mod lane;
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, unused_imports))]
mod plan;
mod scalar;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector instructions that not every CPU has, on pointers into arrays")]
mod x86;

pub use base::{Noise, WideKind, Work};
pub use choice::{KERNELS, Kernel, KernelError, available, chosen, named};
pub use counts::Counts;
pub use element::{Element, Wide, Word};
pub use plan::{MOST_PRECISE, Plan, WIDEST};

use crate::op::Op;
use body::{arithmetic, count_flags, decode, encode, quantize, stream, values};
use isa::Isa;
use plan::InPlan as _;

impl Kernel {
    /// Whether the kernel has its own loops for this work. If not, the kernel `scalar`, which covers everything, computes the
    /// same results.
    #[must_use]
    pub fn covers(&self, plan: &Plan, work: Work) -> bool {
        self.isa == Isa::Scalar || plan.covers(work)
    }

    /// Runs a kernel's loops, if it has any. Returns whether they did the work.
    #[inline(always)]
    fn served(&self, loops: impl FnOnce() -> bool) -> bool {
        self.isa != Isa::Scalar && environment::in_default(loops)
    }

    /// Precondition here and below: the lengths agree, and the words are wide enough for the format.
    fn encode<W: Wide, C: Word>(&self, (plan, noise): (&Plan, Noise), from: &[W], to: &mut [C]) {
        let encode = |i, x: &[W], y: &mut [C]| encode::encode(self.isa, plan, noise.from(i), x, y);
        if !self.served(|| stream::streamed(self.isa, from, to, encode)) {
            scalar::encode(plan, noise, from, to);
        }
    }

    fn decode<W: Wide, C: Word>(&self, (plan, noise): (&Plan, Noise), from: &[C], to: &mut [W]) {
        let values = &W::Lane::lanes(plan).values;
        let decode = |_, x: &[C], y: &mut [W]| decode::decode(self.isa, values, x, y);
        if !self.served(|| stream::streamed(self.isa, from, to, decode)) {
            scalar::decode_all(plan, noise, from, to);
        }
    }

    fn quantize<W: Wide>(&self, (plan, noise): (&Plan, Noise), from: &[W], to: &mut [W]) {
        let definition = |noise, x: &[W], y: &mut [W]| scalar::quantize(plan, noise, x, y);
        let quantize =
            |i, x: &[W], y: &mut [W]| quantize::quantize(self.isa, plan, noise.from(i), x, y, definition);
        if !self.served(|| stream::streamed(self.isa, from, to, quantize)) {
            scalar::quantize(plan, noise, from, to);
        }
    }

    /// Elementwise arithmetic on codes. Operands beyond the operation's arity are empty.
    fn on_codes<C: Word>(&self, (plan, noise): (&Plan, Noise), op: Op, operands: [&[C]; 3], to: &mut [C]) {
        let isa = self.isa;
        let loops = || {
            if body::bytes::codes(isa, plan, op, operands, to) {
                return true;
            }
            #[cfg(feature = "std")]
            if body::lookup::codes(isa, plan, op, operands, to) {
                return true;
            }
            arithmetic::codes(isa, plan, noise, op, operands, to)
        };
        if !self.served(loops) {
            scalar::arithmetic(plan, noise, op, operands, to);
        }
    }

    /// Elementwise arithmetic on values.
    fn on_values<W: Wide>(&self, (plan, noise): (&Plan, Noise), op: Op, operands: [&[W]; 3], to: &mut [W]) {
        let definition = |noise, x: [&[W]; 3], y: &mut [W]| scalar::arithmetic(plan, noise, op, x, y);
        if !self.served(|| values::values(self.isa, plan, noise, op, operands, to, definition)) {
            scalar::arithmetic(plan, noise, op, operands, to);
        }
    }

    /// Counts the exceptional elements in the conversion of these values.
    fn count<W: Wide>(&self, (plan, noise): (&Plan, Noise), from: &[W]) -> Counts {
        let definition = |noise, x: &[W]| scalar::count(plan, noise, x);
        let count = || count_flags::count(self.isa, plan, noise, from, definition);
        let counts = if self.isa == Isa::Scalar { None } else { environment::in_default(count) };
        counts.unwrap_or_else(|| definition(noise, from))
    }
}

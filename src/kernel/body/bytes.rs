//! Elementwise arithmetic on codes of up to 8 bits, from codes to codes in one loop, for instruction sets that have such a loop.

#[cfg(target_arch = "x86_64")]
use crate::kernel::WideKind;
use crate::kernel::element::Word;
use crate::kernel::isa::Isa;
use crate::kernel::plan::Plan;
#[cfg(target_arch = "x86_64")]
use crate::kernel::{plan::magic_add::LAYOUT, x86};
use crate::op::Op;

/// Computes, where there is such a loop. Returns whether it was done.
#[cfg(target_arch = "x86_64")]
pub(in crate::kernel) fn codes<T: Word>(
    isa: Isa,
    plan: &Plan,
    op: Op,
    operands: [&[T]; 3],
    to: &mut [T],
) -> bool {
    let (Isa::Avx512, Some(q), Some(to)) = (isa, plan.single.nearest(), T::bytes_mut(to)) else {
        return false;
    };
    let operands = operands.map(|x| T::bytes(x).unwrap_or(&[]));
    if let Some(in_half) = &plan.in_half
        && in_half.serves(op)
        && x86::compute_in_half(op, in_half, q, operands, to)
    {
        return true;
    }
    let Some(split) = &plan.single_operands.split else { return false };
    let serves = plan.working_type(op) == Some(WideKind::Binary32) && q.fixups[0] & LAYOUT == 0;
    serves && x86::compute(op, split, q, operands, to)
}

/// There is none.
#[cfg(not(target_arch = "x86_64"))]
pub(in crate::kernel) fn codes<T: Word>(_: Isa, _: &Plan, _: Op, _: [&[T]; 3], _: &mut [T]) -> bool {
    false
}

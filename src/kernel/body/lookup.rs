//! Elementwise arithmetic by table.

use crate::kernel::element::Word;
use crate::kernel::isa::{Isa, Job};
use crate::kernel::plan::Plan;
use crate::kernel::plan::tables::Table;
use crate::op::Op;

struct Lookup<'a, T>(&'a Table, u32, [&'a [T]; 2], &'a mut [T]);

impl<T: Word> Job for Lookup<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Lookup(table, width, [a, b], to) = self;
        let mask = (1u32 << width) - 1;
        for ((a, b), y) in a.iter().zip(b).zip(to) {
            let (a, b) = (a.code() as u32 & mask, b.code() as u32 & mask);
            *y = T::from_code(u64::from(table[usize::from((a << width | b) as u16)]));
        }
    }
}

/// Looks results up, where there is a table. Returns whether it was done.
pub(in crate::kernel) fn codes<T: Word>(
    isa: Isa,
    plan: &Plan,
    op: Op,
    [a, b, _]: [&[T]; 3],
    to: &mut [T],
) -> bool {
    let Some(table) = plan.tables.get(plan.format(), plan.policy(), op, to.len()) else { return false };
    // A root takes any second operand.
    let b = if op.arity() == 1 { a } else { b };
    let width = plan.format().width();
    #[cfg(target_arch = "x86_64")]
    if isa == Isa::Avx512
        && width == 8
        && let (Some(a), Some(b), Some(to)) = (T::bytes(a), T::bytes(b), T::bytes_mut(to))
    {
        crate::kernel::x86::lookup(table, a, b, to);
        return true;
    }
    isa.run(Lookup(table, width, [a, b], to));
    true
}

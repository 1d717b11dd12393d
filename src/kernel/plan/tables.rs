//! Tables of all results of an operation on two codes of up to 8 bits, built once enough elements have been computed to justify the cost.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::boxed::Box;
use std::sync::{Arc, OnceLock};

use crate::format::Format;
use crate::op::{Op, Operands, Task, apply};
use crate::policy::{Policy, Rounding};

/// Results by `a << width | b`, and three bytes that let a lookup read 32 bits.
pub(in crate::kernel) type Table = [u8; SIZE];

/// Bytes of a table.
pub(in crate::kernel) const SIZE: usize = (1 << 16) + 4;

/// Elements computed without a table before one is built: building it costs as much as computing some of these.
const WORTH: usize = 1 << 18;

/// Tables of the operations with two operands, shared by the plan's copies.
#[derive(Clone, Debug, Default)]
pub(in crate::kernel) struct Tables(Arc<[Entry; 5]>);

#[derive(Debug, Default)]
struct Entry {
    table: OnceLock<Box<Table>>,
    computed: AtomicUsize,
}

impl Tables {
    /// The table of an operation, if it has one by now or is to get one with the next `n` elements.
    pub(in crate::kernel) fn get(&self, f: &Format, policy: &Policy, op: Op, n: usize) -> Option<&Table> {
        if f.width() > 8 || matches!(policy.rounding, Rounding::Stochastic { .. }) {
            return None;
        }
        let entry = &self.0[index(op)?];
        if let Some(table) = entry.table.get() {
            return Some(table);
        }
        if entry.computed.fetch_add(n, Ordering::Relaxed).saturating_add(n) < WORTH {
            return None;
        }
        Some(entry.table.get_or_init(|| build(&Task::within(op, *f).with_policy(*policy))))
    }
}

const fn index(op: Op) -> Option<usize> {
    match op {
        Op::Add => Some(0),
        Op::Sub => Some(1),
        Op::Mul => Some(2),
        Op::Div => Some(3),
        Op::Sqrt => Some(4),
        _ => None,
    }
}

/// A root is entered for every second operand.
fn build(task: &Task) -> Box<Table> {
    let width = task.result.width();
    let mut table = Box::new([0; SIZE]);
    for (i, result) in table.iter_mut().enumerate().take(1 << (2 * width)) {
        let (a, b) = (i >> width, i & ((1 << width) - 1));
        *result = apply(task, Operands::new(a as u64, b as u64, 0)).code as u8;
    }
    table
}

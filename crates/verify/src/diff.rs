//! Where two engines differ, region by region: on how many operands, and on which first.
//!
//! A conversion is a step function of its operand's code. Its steps are found exactly by bisection between codes so close together that there
//! is at most one, so that all 2^32 operands in binary32 take seconds and those in binary64 hardly longer. Other operations are compared case by
//! case. What one of the two has no answer to is counted, and not compared.
//!
//! ```
//! use halfulp::{Format, Op, Task};
//! use halfulp_verify::diff::{Region, Side, compare};
//! use halfulp_verify::{Comparison, profile};
//!
//! let task = Task::within(Op::Convert, Format::BINARY32).with_result(Format::E4M3FN);
//! let side = |name| Side::of_profile(name, profile::by_name(name).unwrap(), &task).unwrap();
//! let found = compare(&task, side("torch"), side("cuda-float"), &Comparison::STRICT, None, 0).unwrap();
//! assert!(found.exhaustive);
//! // They differ in the sign of NaNs alone.
//! let differing: Vec<Region> = found.regions.iter().filter(|r| r.differs > 0).map(|r| r.region).collect();
//! assert_eq!(differing, [Region::Nan]);
//! assert_eq!(found.differs(), (1 << 23) - 1);
//! ```

mod cases;
mod cuts;
mod found;
mod intervals;
mod region;
mod side;
mod tally;

use halfulp::{Op, Task};

use crate::cases::{Selection, operand_bits};
use crate::verify::Comparison;
pub use found::{Diff, DiffError, Example, Method, RegionDiff};
pub use region::Region;
pub use side::Side;
use side::noise_bits;

/// Operands of so many bits together are compared one by one, all of them.
const ALL: u32 = 24;

/// Compares two sides on a task, each under its own policy. Without a selection all cases are compared if they are few or both sides
/// are step functions, otherwise the usual ones. Precondition: [`Task::check`] returns `Ok` for the task under both policies.
///
/// # Errors
/// A side does not answer the task or cannot answer, the operation is not one of add, sub, mul, div, sqrt, fma and convert, or the selection
/// has no cases for it.
pub fn compare(
    task: &Task,
    a: Side,
    b: Side,
    comparison: &Comparison,
    selection: Option<Selection>,
    seed: u64,
) -> Result<Diff, DiffError> {
    let computed =
        matches!(task.op, Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Sqrt | Op::Fma | Op::Convert);
    if !computed {
        return Err(DiffError::NoRegions(task.op));
    }
    let mut sides = [a, b];
    for side in &sides {
        if !side.engine.covers(&side.task(task)) {
            return Err(DiffError::NotCovered { engine: side.engine.name().into(), op: task.op });
        }
    }
    let few = operand_bits(task) + noise_bits(&sides) <= ALL;
    match selection {
        None if few => cases::all(task, &mut sides, comparison),
        None => match cuts::of(task, &sides) {
            Some(cuts) => intervals::compare(task, &mut sides, comparison, &cuts),
            None => cases::selected(task, &mut sides, comparison, Selection::usual(task), seed),
        },
        Some(selection) => cases::selected(task, &mut sides, comparison, selection, seed),
    }
}

#[cfg(test)]
mod tests;

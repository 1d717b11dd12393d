//! `trace.bits`: every number, where an order of operations is known.

use super::given::{given, ranges};
use super::method::Method;
use super::rows::Rows;
use crate::bound::Tally;
use crate::bound::trace::BITS;
use crate::storage::StorageError;

/// `trace.bits` of weights, first and second moment, before anything was evaluated.
pub fn tallies() -> [Tally; 3] {
    std::array::from_fn(|_| Tally::new(&BITS))
}

/// Takes in the tensors that `is_known` says something of, by part and tensor: the number that `method`, the nearest order, gives of each, where that is the one
/// that was run; else the hypothesis that fails.
///
/// # Errors
/// A storage that cannot be had.
pub fn bits(
    rows: &Rows,
    method: &Method,
    is_known: &dyn Fn(usize, usize) -> Option<Result<(), usize>>,
    to: &mut [Tally; 3],
) -> Result<(), StorageError> {
    for steps in ranges(rows) {
        for (s, given) in steps.clone().zip(given(rows, method, None, &steps)?) {
            for (tensor, tally) in to.iter_mut().enumerate() {
                let recorded = rows.after(s + 1, tensor);
                tally.step(rows.t(s));
                for (at, part) in rows.parts.iter().enumerate().filter(|_| rows.is_given(tensor)) {
                    let Some(known) = is_known(at, tensor) else { continue };
                    for k in part.range.clone() {
                        let at = || rows.place(s, tensor, k).to_string();
                        match known {
                            Ok(()) => {
                                tally.observe((recorded[k] - given[tensor][k]).abs(), 0.0, f64::INFINITY, at)
                            }
                            Err(hypothesis) => tally.fail(hypothesis, at),
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

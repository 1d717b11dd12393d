//! How much memory replaying a trace takes at most: told from its head, before any numbers are read.

use super::batch::Batch;
use super::explain::Explained;
use super::fault::FAULTS;
use super::file::Trace;

/// Bytes that an element takes while a step is judged: exact numbers of 256 bits, enclosures and bounds, of all tensors and of what a step computes.
const STEP: u64 = 6 << 10;

/// Bytes that a batch takes whatever its size: tables of formats, the counts of its bounds by ranges of steps, and what candidates give of some steps.
const BATCH: u64 = 12 << 20;

/// Bytes of what faults explain of a step, and of the curve at it.
const CURVE: u64 = FAULTS.len() as u64 * Explained::STEP + 64;

/// Bytes of what is known of a parameter: names, and how much of it candidates give.
const PARAMETER: u64 = 8 << 10;

/// At least the bytes that judging a batch takes: what was recorded, once as rows and once while it is read, and the numbers of a step.
fn of_batch(batch: &Batch, trace: &Trace) -> u64 {
    let rows = trace.steps as u64 + 1;
    let numbers = |k: &usize| {
        let tensors = 3 + trace.parameters[*k].states.len() as u64;
        trace.elements(*k).saturating_mul(rows).saturating_mul(tensors)
    };
    let all = batch.parameters.iter().map(numbers).fold(0, u64::saturating_add);
    let largest = batch.parameters.iter().map(numbers).max().unwrap_or(0);
    let read = if batch.parameters.len() > 1 { largest } else { largest / 3 };
    all.saturating_add(read)
        .saturating_mul(8)
        .saturating_add(batch.elements.saturating_mul(STEP))
        .saturating_add(rows.saturating_mul(CURVE))
        .saturating_add(BATCH)
}

/// At least the bytes that replaying a trace takes on so many threads: the largest batches at once, and what is known of all.
pub fn of_trace(trace: &Trace, batches: &[Batch], threads: usize) -> u64 {
    let mut each: Vec<u64> = batches.iter().map(|batch| of_batch(batch, trace)).collect();
    each.sort_unstable_by_key(|bytes| std::cmp::Reverse(*bytes));
    let at_once = each.into_iter().take(threads).fold(0, u64::saturating_add);
    at_once
        .saturating_add(
            (trace.steps as u64).saturating_mul(trace.groups.len() as u64 + 1).saturating_mul(CURVE),
        )
        .saturating_add((trace.parameters.len() as u64).saturating_mul(PARAMETER))
}

//! Which parameters are judged together: small ones that are stepped alike, because a step costs something whatever its elements cost.

use super::candidate::Types;
use super::explain::Explained;
use super::file::Trace;
use super::known::Class;

/// Elements up to which parameters share a batch.
const SMALL: u64 = 128;

/// Bytes that an element takes while a step is judged: exact numbers of 256 bits, enclosures and bounds, of all tensors and of what a step computes.
const STEP: u64 = 6 << 10;

/// Bytes that a batch takes whatever its size: tables of formats, the counts of its bounds by ranges of steps, and what candidates give of some steps.
const BATCH: u64 = 12 << 20;

/// Bytes of what faults explain of a step, and of the curve at it.
const CURVE: u64 = super::fault::FAULTS.len() as u64 * Explained::STEP + 64;

/// Bytes of what is known of a parameter: names, and how much of it candidates give.
const PARAMETER: u64 = 8 << 10;

/// Parameters of one group, which began at the same step and are of the same types.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    /// Their numbers in the trace, ascending.
    pub parameters: Vec<usize>,
    /// Their recorded elements, all together.
    pub elements: u64,
    /// Their types.
    pub types: Types,
}

impl Batch {
    /// The batches of a trace. They depend on nothing else: not on threads.
    pub fn all(trace: &Trace, class: &Class) -> Vec<Batch> {
        let mut all: Vec<Batch> = Vec::new();
        for (k, parameter) in trace.parameters.iter().enumerate() {
            let types = Types::of(class, parameter, &trace.types(k));
            let elements = trace.elements(k);
            let is_alike = |other: &&mut Batch| {
                let first = &trace.parameters[other.parameters[0]];
                other.elements + elements <= SMALL
                    && (first.group, first.start, other.types) == (parameter.group, parameter.start, types)
                    && class.is_elementwise(first)
            };
            // Those of a few groups are open at a time.
            let open =
                all.iter_mut().rev().take(64).find(is_alike).filter(|_| class.is_elementwise(parameter));
            match open {
                Some(batch) => {
                    batch.parameters.push(k);
                    batch.elements += elements;
                }
                None => all.push(Batch { parameters: vec![k], elements, types }),
            }
        }
        all
    }

    /// At least the bytes that judging it takes: what was recorded, once as rows and once while it is read, and the numbers of a step.
    pub fn memory(&self, trace: &Trace) -> u64 {
        let rows = trace.steps as u64 + 1;
        let numbers = |k: &usize| {
            let tensors = 3 + trace.parameters[*k].states.len() as u64;
            trace.elements(*k).saturating_mul(rows).saturating_mul(tensors)
        };
        let all = self.parameters.iter().map(numbers).fold(0, u64::saturating_add);
        let largest = self.parameters.iter().map(numbers).max().unwrap_or(0);
        let read = if self.parameters.len() > 1 { largest } else { largest / 3 };
        all.saturating_add(read)
            .saturating_mul(8)
            .saturating_add(self.elements.saturating_mul(STEP))
            .saturating_add(rows.saturating_mul(CURVE))
            .saturating_add(BATCH)
    }
}

/// At least the bytes that replaying a trace takes on so many threads: the largest batches at once, and what is known of all.
pub fn memory(trace: &Trace, batches: &[Batch], threads: usize) -> u64 {
    let mut each: Vec<u64> = batches.iter().map(|batch| batch.memory(trace)).collect();
    each.sort_unstable_by_key(|bytes| std::cmp::Reverse(*bytes));
    let at_once = each.into_iter().take(threads).fold(0, u64::saturating_add);
    at_once
        .saturating_add(
            (trace.steps as u64).saturating_mul(trace.groups.len() as u64 + 1).saturating_mul(CURVE),
        )
        .saturating_add((trace.parameters.len() as u64).saturating_mul(PARAMETER))
}

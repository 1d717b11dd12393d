//! Which parameters are judged together: small ones that are stepped alike, because a step costs something whatever its elements cost.

use super::candidate::Types;
use super::file::Trace;
use super::known::Class;

/// Elements up to which parameters share a batch.
const SMALL: u64 = 128;

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
}

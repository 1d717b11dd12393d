//! What was recorded of parameters that are stepped alike, step by step.

use std::ops::Range;

use super::anchored::TENSORS;
use super::batch::Batch;
use super::file::Trace;
use super::hyper::Hyper;
use super::kept::BLOCK;
use super::known::Class;
use super::parameter::{Parameter, Recorded, TraceError};
use super::place::Place;

/// A parameter among those of a batch.
pub struct Part {
    /// Its number in the trace.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Its elements in each row.
    pub range: Range<usize>,
    /// Their places in the whole tensor; empty if all were recorded.
    index: Vec<u64>,
}

/// The recorded numbers of a batch by step and tensor, and the hyperparameters of each step.
pub struct Rows {
    /// The parameters, one after another in each row.
    pub parts: Vec<Part>,
    /// Their group.
    pub group: usize,
    /// Steps that were done before the first recorded one.
    pub start: u64,
    /// Recorded elements, of all parameters.
    pub elements: usize,
    /// Recorded steps.
    pub steps: usize,
    /// The numbers of each step.
    pub hyper: Vec<Hyper>,
    gradient: Vec<f64>,
    /// Weights, first and second moment; empty where there is none.
    tensors: [Vec<f64>; 3],
}

/// Whether the recorded elements are whole blocks, the last of a tensor apart: they share a scale.
fn whole_blocks(parameter: &Parameter, index: &[u64]) -> Result<(), String> {
    let end = parameter.elements();
    let is_whole = |block: &[u64]| {
        let (first, len) = (block[0], block.len() as u64);
        let full = len == BLOCK as u64 || first + len == end;
        full && first % BLOCK as u64 == 0 && block.iter().zip(first..).all(|(k, expected)| *k == expected)
    };
    if index.chunks(BLOCK).all(is_whole) {
        return Ok(());
    }
    let name = &parameter.name;
    Err(format!(
        "{name}/index: its states share scales: expected whole blocks of {BLOCK} elements, Recorder(block={BLOCK})"
    ))
}

/// Puts a parameter's rows of `n` numbers into rows of `all`, from place `first` on.
fn scatter(from: &[f64], n: usize, to: &mut Vec<f64>, all: usize, first: usize) {
    to.resize(from.len() / n * all, 0.0);
    for (from, to) in from.chunks_exact(n).zip(to.chunks_exact_mut(all)) {
        to[first..first + n].copy_from_slice(from);
    }
}

impl Rows {
    /// Reads the parameters of a batch.
    ///
    /// # Errors
    /// What cannot be read, or a hyperparameter that makes no sense.
    pub fn read(trace: &Trace, batch: &Batch, class: &Class) -> Result<Rows, TraceError> {
        let wrong = |why: String| TraceError::new(&trace.path, why);
        let first = &trace.parameters[batch.parameters[0]];
        let (group, start, steps) = (first.group, first.start, trace.steps);
        let hyper = (0..steps).map(|step| class.hyper(&trace.groups, group, step));
        let hyper = hyper.collect::<Result<_, _>>().map_err(wrong)?;
        let elements = batch.elements as usize;
        let (mut gradient, mut tensors) = (Vec::new(), <[Vec<f64>; 3]>::default());
        let mut parts: Vec<Part> = Vec::new();
        for &number in &batch.parameters {
            let parameter = &trace.parameters[number];
            let Recorded { elements: n, index, gradient: g, weight, mut states } = trace.read(number)?;
            if class.is_blockwise(parameter) {
                whole_blocks(parameter, &index).map_err(wrong)?;
            }
            let moments = class.moments(parameter).map(|at| at.map(|at| std::mem::take(&mut states[at])));
            drop(states);
            let [m, v] = moments.map(Option::unwrap_or_default);
            let begin = parts.last().map_or(0, |part| part.range.end);
            parts.push(Part { number, name: parameter.name.clone(), range: begin..begin + n, index });
            if n == elements {
                (gradient, tensors) = (g, [weight, m, v]);
                break;
            }
            scatter(&g, n, &mut gradient, elements, begin);
            for (from, to) in [weight, m, v].iter().zip(&mut tensors) {
                scatter(from, n, to, elements, begin);
            }
        }
        if trace.groups.flag(group, "maximize") {
            gradient.iter_mut().for_each(|g| *g = -*g);
        }
        if !class.computes_weights(trace, first) {
            tensors[0] = Vec::new();
        }
        Ok(Rows { parts, group, start, elements, steps, hyper, gradient, tensors })
    }

    /// A tensor after so many steps of the trace; empty if it was not recorded.
    pub fn after(&self, steps: usize, tensor: usize) -> &[f64] {
        self.tensors[tensor].get(steps * self.elements..(steps + 1) * self.elements).unwrap_or_default()
    }

    /// All tensors after so many steps.
    pub fn all_after(&self, steps: usize) -> [&[f64]; 3] {
        std::array::from_fn(|tensor| self.after(steps, tensor))
    }

    /// Whether a tensor was recorded, so that orders can give it.
    pub const fn is_given(&self, tensor: usize) -> bool {
        !self.tensors[tensor].is_empty()
    }

    /// The gradient of a step of the trace, from 0.
    pub fn gradient(&self, step: usize) -> &[f64] {
        &self.gradient[step * self.elements..(step + 1) * self.elements]
    }

    /// The optimizer's number of a step of the trace, from 0.
    pub const fn t(&self, step: usize) -> u64 {
        self.start + step as u64 + 1
    }

    /// Where an element of a row is in the trace, after a step from 0.
    pub fn place(&self, step: usize, tensor: usize, element: usize) -> Place {
        let at = self.parts.partition_point(|part| part.range.end <= element);
        let part = &self.parts[at.min(self.parts.len() - 1)];
        let own = element - part.range.start;
        Place {
            step: self.t(step),
            parameter: part.number,
            name: part.name.clone(),
            tensor,
            what: TENSORS[tensor],
            element: part.index.get(own).copied().unwrap_or(own as u64),
        }
    }
}

//! What was recorded of a parameter, step by step.

use super::hyper::Hyper;
use super::known::{BLOCK, Class};
use super::{Parameter, Recorded, Trace, TraceError};

/// A parameter's recorded numbers by step and tensor, and the hyperparameters of each step.
pub struct Rows {
    /// The parameter.
    pub parameter: Parameter,
    /// Recorded elements.
    pub elements: usize,
    /// Recorded steps.
    pub steps: usize,
    /// The numbers of each step.
    pub hyper: Vec<Hyper>,
    recorded: Recorded,
    /// Weights, first and second moment; empty where there is none.
    tensors: [Vec<f64>; 3],
}

/// Whether the recorded elements are whole blocks, the last of a tensor apart: they share a scale.
fn whole_blocks(parameter: &Parameter, recorded: &Recorded) -> Result<(), String> {
    let end = parameter.elements();
    let is_whole = |block: &[u64]| {
        let (first, len) = (block[0], block.len() as u64);
        let full = len == BLOCK as u64 || first + len == end;
        full && first % BLOCK as u64 == 0 && block.iter().zip(first..).all(|(k, expected)| *k == expected)
    };
    if recorded.index.chunks(BLOCK).all(is_whole) {
        return Ok(());
    }
    let name = &parameter.name;
    Err(format!(
        "{name}/index: its states share scales: expected whole blocks of {BLOCK} elements, Recorder(block={BLOCK})"
    ))
}

impl Rows {
    /// Reads a parameter of a trace.
    ///
    /// # Errors
    /// What cannot be read, or a hyperparameter that makes no sense.
    pub fn read(trace: &Trace, k: usize, class: &Class) -> Result<Rows, TraceError> {
        let parameter = trace.parameters[k].clone();
        let mut recorded = trace.read(k)?;
        if trace.groups.flag(parameter.group, "maximize") {
            recorded.gradient.iter_mut().for_each(|g| *g = -*g);
        }
        let wrong = |why: String| TraceError::new(&trace.path, why);
        if class.is_blockwise(&parameter) {
            whole_blocks(&parameter, &recorded).map_err(wrong)?;
        }
        let hyper = (0..trace.steps).map(|step| class.hyper(&trace.groups, parameter.group, step));
        let hyper = hyper.collect::<Result<_, _>>().map_err(wrong)?;
        let [first, second] = class.moments(&parameter, &recorded).map(<[f64]>::to_vec);
        let weights = std::mem::take(&mut recorded.weight);
        recorded.states.clear();
        let (elements, steps) = (recorded.elements, trace.steps);
        Ok(Rows { parameter, elements, steps, hyper, recorded, tensors: [weights, first, second] })
    }

    /// A tensor after so many steps of the trace; empty if it was not recorded.
    pub fn after(&self, steps: usize, tensor: usize) -> &[f64] {
        self.tensors[tensor].get(steps * self.elements..(steps + 1) * self.elements).unwrap_or_default()
    }

    /// All tensors after so many steps.
    pub fn all_after(&self, steps: usize) -> [&[f64]; 3] {
        std::array::from_fn(|tensor| self.after(steps, tensor))
    }

    /// The gradient of a step of the trace, from 0.
    pub fn gradient(&self, step: usize) -> &[f64] {
        &self.recorded.gradient[step * self.elements..(step + 1) * self.elements]
    }

    /// The optimizer's number of a step of the trace, from 0.
    pub const fn t(&self, step: usize) -> u64 {
        self.parameter.start + step as u64 + 1
    }

    /// The place of a recorded element in its tensor.
    pub fn place(&self, element: usize) -> u64 {
        self.recorded.place(element)
    }
}

//! Gradients that a training run recorded: the same whatever the weights are.

use std::path::Path;

use super::{Constant, Constants, Domain, Problem, Shape};
use crate::trace::{Trace, TraceError};

/// Why there is nothing but gradients.
const RECORDED: &str = "its gradients were recorded";

/// The gradients of a trace, step by step, and the weights that it starts with. A run on it has no loss, and bounds that take gradients elsewhere have no
/// constants.
pub struct RecordedGradients {
    shapes: Vec<Shape>,
    start: Vec<f64>,
    /// A row a step.
    gradients: Vec<Vec<f64>>,
}

impl RecordedGradients {
    /// Reads all gradients of a trace: the parameters one after another, each as a vector of its recorded elements.
    ///
    /// # Errors
    /// The trace cannot be read, a number in it is infinite or NaN, it does not begin at the first step, or its optimizer maximizes.
    pub fn open(path: &Path) -> Result<RecordedGradients, TraceError> {
        let trace = Trace::open(path)?;
        let wrong = |why: String| TraceError::new(&trace.path, why);
        if let Some(late) = trace.parameters.iter().find(|parameter| parameter.start > 0) {
            let (name, start) = (&late.name, late.start);
            return Err(wrong(format!(
                "{name} had {start} steps before the trace: expected one from the first step"
            )));
        }
        if (0..trace.parameters.len()).any(|k| trace.groups.flag(trace.parameters[k].group, "maximize")) {
            return Err(wrong("its optimizer maximizes: expected one that minimizes".into()));
        }
        let mut found = RecordedGradients {
            shapes: Vec::new(),
            start: Vec::new(),
            gradients: vec![Vec::new(); trace.steps],
        };
        for k in 0..trace.parameters.len() {
            let recorded = trace.read(k)?;
            let rows = recorded.elements;
            found.shapes.push(Shape { name: "recorded parameter".into(), rows, columns: 1 });
            found.start.extend(&recorded.weight[..rows]);
            for (all, row) in found.gradients.iter_mut().zip(recorded.gradient.chunks(rows)) {
                all.extend(row);
            }
        }
        Ok(found)
    }
}

impl Problem for RecordedGradients {
    fn name(&self) -> &str {
        "recorded gradients"
    }

    fn shapes(&self) -> Vec<Shape> {
        self.shapes.clone()
    }

    fn start(&self, _: u64) -> Vec<f64> {
        self.start.clone()
    }

    /// There is none: NaN.
    fn value(&self, _: &[f64]) -> f64 {
        f64::NAN
    }

    /// The mean of all that were recorded.
    fn gradient(&self, _: &[f64], to: &mut [f64]) {
        to.fill(0.0);
        for row in &self.gradients {
            to.iter_mut().zip(row).for_each(|(sum, g)| *sum += g / self.gradients.len() as f64);
        }
    }

    /// The one of that step; after the last, none: NaN.
    fn sample(&self, _: &[f64], _: u64, step: u64, to: &mut [f64]) {
        let row = usize::try_from(step).ok().and_then(|step| self.gradients.get(step.checked_sub(1)?));
        match row {
            Some(row) => to.copy_from_slice(row),
            None => to.fill(f64::NAN),
        }
    }

    fn constants(&self) -> Constants {
        let none = Constant::unknown(RECORDED);
        Constants {
            smoothness: none,
            sampled: none,
            minimum: none,
            gradient_bound: none,
            deviation: none,
            domain: Domain::Everywhere,
            deterministic: false,
        }
    }

    fn is_recorded(&self) -> bool {
        true
    }
}

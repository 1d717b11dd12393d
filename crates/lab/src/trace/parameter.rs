//! A parameter of a trace, what was recorded of it, and why a trace cannot be read.

use halfulp::text::escaped;
use serde::Deserialize;

/// Why a trace cannot be read: the file, what is wrong in it, and what was expected.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}: {why}")]
pub struct TraceError {
    /// The file.
    pub path: String,
    /// What was wrong and what was expected.
    pub why: String,
}

impl TraceError {
    /// In a file: what a terminal obeys is shown in place of obeyed.
    pub(crate) fn new(path: &str, why: impl ToString) -> TraceError {
        TraceError { path: path.into(), why: escaped(&why.to_string()).to_string() }
    }
}

/// A parameter of a trace, as the file describes it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name in the model.
    pub name: String,
    /// The optimizer's group of parameters that it is in, from 0.
    pub group: usize,
    /// Its dimensions.
    pub shape: Vec<u64>,
    /// The type of its elements.
    pub dtype: String,
    /// Steps that the optimizer had done on it before the first recorded one.
    pub start: u64,
    /// The names of its recorded states.
    pub states: Vec<String>,
    /// Where it was: `cpu`, `cuda`.
    pub device: String,
}

impl Parameter {
    /// Elements of the whole tensor, recorded or not.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.shape.iter().fold(1, |n, &d| n.saturating_mul(d))
    }
}

/// What was recorded of one parameter. Rows of `elements` numbers each, a row a step; weights and states have one more, from before the first.
#[derive(Clone, PartialEq, Debug)]
pub struct Recorded {
    /// Elements that were recorded.
    pub elements: usize,
    /// Their places in the whole tensor; empty if all were recorded.
    pub index: Vec<u64>,
    /// The gradients.
    pub gradient: Vec<f64>,
    /// The weights.
    pub weight: Vec<f64>,
    /// The states, in the order of [`Parameter::states`].
    pub states: Vec<Vec<f64>>,
}

impl Recorded {
    /// Where the `k`th recorded element is in its tensor.
    #[must_use]
    pub fn place(&self, k: usize) -> u64 {
        self.index.get(k).copied().unwrap_or(k as u64)
    }
}

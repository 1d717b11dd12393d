//! Where something is in a trace.

use std::fmt;

/// A number of a trace. Their order is the one in which an optimizer computes them: by step, parameter, tensor (moments before weights), element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The optimizer's step, from 1.
    pub step: u64,
    /// The parameter's number in the trace.
    pub parameter: usize,
    /// Its name.
    pub name: String,
    /// 0 for weights, 1 for the first moment, 2 for the second.
    pub tensor: usize,
    /// What the tensor is called.
    pub what: &'static str,
    /// The element's place in its tensor, from 0.
    pub element: u64,
}

impl Place {
    /// What places are ordered by.
    #[must_use]
    pub const fn order(&self) -> (u64, usize, usize, u64) {
        (self.step, self.parameter, (self.tensor + 2) % 3, self.element)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { step, name, what, element, .. } = self;
        write!(f, "step {step}, {what} of {name}[{element}]")
    }
}

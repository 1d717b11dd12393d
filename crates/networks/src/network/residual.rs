//! A perceptron of residual blocks.

use super::builder::Builder;
use super::{Layer, Network};

/// Rows of numbers become rows of a width, by a linear layer; blocks `h + W2 max(W1 norm(h), 0)^2` follow, a norm, and a linear layer to the logits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Residual {
    /// Numbers that go in.
    pub inputs: usize,
    /// Numbers between blocks.
    pub width: usize,
    /// Numbers inside a block.
    pub hidden: usize,
    /// Blocks.
    pub blocks: usize,
    /// Logits.
    pub outputs: usize,
    /// Whether there are norms: without, everything is rational.
    pub norm: bool,
}

impl Residual {
    /// The network.
    #[must_use]
    pub fn network(&self) -> Network {
        let mut b = Builder::default();
        let factor = 1.0 / (self.blocks.max(1) as f64).sqrt();
        let first = b.end("input", [self.inputs, self.width]);
        b.stage("input", vec![Layer::Linear(first)], false);
        for k in 1..=self.blocks {
            b.perceptron(&format!("block {k}"), [self.width, self.hidden], self.norm, factor);
        }
        let norm = self.norm.then(|| Layer::Norm(b.norm("output", self.width)));
        let last = Layer::Linear(b.end("output", [self.width, self.outputs]));
        b.stage("output", norm.into_iter().chain([last]).collect(), false);
        b.network(None, [self.inputs, self.outputs])
    }
}

//! Networks: stages one after the other, with parameters in one vector.

mod builder;
mod residual;
mod transformer;

use halfulp_lab::problem::{Shape, symmetric};

pub use residual::Residual;
pub use transformer::Transformer;

use crate::layer::{Backward, Blind, Embedding, Forward, Layer, Linear, Norm, Tape, Watch, softmax};
use crate::numerics::Numerics;

/// What goes into a network.
#[derive(Clone, Copy, Debug)]
pub enum Input<'i> {
    /// Rows of numbers.
    Rows(&'i [f64]),
    /// Tokens, which have rows in a table: whole sequences, if the network has attention.
    Tokens(&'i [u8]),
}

/// A part of a network of which the error is told.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What it is called: `block 2`.
    pub name: String,
    /// Its layers, one after the other.
    pub layers: Vec<Layer>,
    /// Whether what goes in is added to what comes out.
    pub residual: bool,
}

/// A network.
#[derive(Clone, Debug)]
pub struct Network {
    shapes: Vec<Shape>,
    starts: Vec<Start>,
    embedding: Option<Embedding>,
    stages: Vec<Stage>,
    inputs: usize,
    outputs: usize,
}

/// Where a tensor of parameters starts.
#[derive(Clone, Copy, Debug)]
enum Start {
    /// Uniform within this.
    Within(f64),
    /// All the same.
    At(f64),
}

impl Stage {
    /// Its linear layers.
    pub fn linears(&self) -> impl Iterator<Item = &Linear> {
        self.layers.iter().filter_map(|layer| match layer {
            Layer::Linear(linear) => Some(linear),
            Layer::Norm(_) | Layer::ReluSquared | Layer::Attention(_) => None,
        })
    }

    /// What comes of rows.
    pub fn forward<A: Numerics>(&self, f: &mut Forward<'_, A>, x: Vec<A::Number>) -> Vec<A::Number> {
        let before = self.residual.then(|| x.clone());
        let mut y = self.layers.iter().fold(x, |x, layer| layer.forward(f, x));
        if let Some(before) = before {
            f.a.accumulate(&before, &mut y);
        }
        y
    }

    fn backward<A: Numerics>(&self, b: &mut Backward<'_, A>, dy: Vec<A::Number>) -> Vec<A::Number> {
        let after = self.residual.then(|| dy.clone());
        let mut dx = self.layers.iter().rev().fold(dy, |dy, layer| layer.backward(b, &dy));
        if let Some(after) = after {
            b.a.accumulate(&after, &mut dx);
        }
        dx
    }
}

impl Network {
    /// The tensors of the parameters, in their order.
    #[must_use]
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// How many parameters there are.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.shapes.iter().map(Shape::elements).sum()
    }

    /// The stages.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Logits a row.
    #[must_use]
    pub const fn outputs(&self) -> usize {
        self.outputs
    }

    /// The linear layers, in the order of their numbers.
    pub fn linears(&self) -> impl Iterator<Item = &Linear> {
        self.stages.iter().flat_map(Stage::linears)
    }

    /// How many rows an input has.
    #[must_use]
    pub fn tokens(&self, input: Input<'_>) -> usize {
        match input {
            Input::Tokens(tokens) => tokens.len(),
            Input::Rows(rows) => rows.len() / self.inputs,
        }
    }

    /// Parameters to start from: matrices uniform within `sqrt(3 / inputs)`, those that end a residual block within that over the root of the number of
    /// such blocks; gains 1, biases 0.
    #[must_use]
    pub fn start(&self, seed: u64) -> Vec<f64> {
        let mut at = Vec::with_capacity(self.parameters());
        for (shape, start) in self.shapes.iter().zip(&self.starts) {
            for _ in 0..shape.elements() {
                at.push(match start {
                    Start::Within(limit) => limit * symmetric(seed, at.len() as u64),
                    Start::At(x) => *x,
                });
            }
        }
        at
    }

    /// The rows that the first stage gets.
    pub fn rows<A: Numerics>(&self, f: &Forward<'_, A>, input: Input<'_>) -> Vec<A::Number> {
        match (input, &self.embedding) {
            (Input::Tokens(tokens), Some(table)) => table.forward(f, tokens),
            (Input::Rows(rows), _) => rows.iter().map(|&x| f.a.number(x)).collect(),
            (Input::Tokens(tokens), None) => tokens.iter().map(|&x| f.a.number(f64::from(x))).collect(),
        }
    }

    /// The logits, row by row.
    ///
    /// # Panics
    /// If the input is not the network's: not a multiple of its numbers or of its sequence, or a token that there is none of. So for all that follows.
    pub fn forward<A: Numerics>(&self, f: &mut Forward<'_, A>, input: Input<'_>) -> Vec<A::Number> {
        let rows = self.rows(f, input);
        self.stages.iter().fold(rows, |x, stage| stage.forward(f, x))
    }

    /// The logits, without a tape.
    pub fn logits<A: Numerics>(
        &self,
        a: &mut A,
        weights: &[A::Number],
        input: Input<'_>,
        watch: &mut dyn Watch<A>,
    ) -> Vec<A::Number> {
        self.forward(&mut Forward { a, weights, tape: None, watch }, input)
    }

    /// The sum of the cross entropies of the labels, and how many of them have the largest logit.
    pub fn loss<A: Numerics>(
        &self,
        a: &mut A,
        weights: &[A::Number],
        (input, labels): (Input<'_>, &[u8]),
        watch: &mut dyn Watch<A>,
    ) -> (f64, usize) {
        let mut logits = self.logits(a, weights, input, watch);
        let (mut sum, mut right) = (0.0, 0);
        for (row, &label) in logits.chunks_mut(self.outputs).zip(labels) {
            right += usize::from(softmax::answer(a, row) == usize::from(label));
            sum += softmax::cross_entropy(a, row, usize::from(label));
        }
        (sum, right)
    }

    /// Adds the gradient of the sum of the cross entropies, times `factor`; returns the sum.
    pub fn gradient<A: Numerics>(
        &self,
        a: &mut A,
        weights: &[A::Number],
        (input, labels): (Input<'_>, &[u8]),
        factor: f64,
        gradients: &mut [A::Number],
    ) -> f64 {
        self.watched_gradient(a, weights, (input, labels), factor, gradients, &mut Blind)
    }

    /// The same, of a network whose linear layers somebody changes, who then says what the derivatives become.
    pub fn watched_gradient<A: Numerics>(
        &self,
        a: &mut A,
        weights: &[A::Number],
        (input, labels): (Input<'_>, &[u8]),
        factor: f64,
        gradients: &mut [A::Number],
        watch: &mut dyn Watch<A>,
    ) -> f64 {
        let mut tape = Tape::new();
        let mut logits =
            self.forward(&mut Forward { a, weights, tape: Some(&mut tape), watch: &mut *watch }, input);
        let mut sum = 0.0;
        for (row, &label) in logits.chunks_mut(self.outputs).zip(labels) {
            sum += softmax::cross_entropy(a, row, usize::from(label));
        }
        let factor = a.number(factor);
        let mut dy = a.zeros(logits.len());
        a.scale(&logits, &factor, &mut dy);
        self.backward(&mut Backward { a, weights, gradients, tape: &mut tape, watch }, input, dy);
        sum
    }

    /// Adds the gradient, from the derivatives by the logits.
    pub fn backward<A: Numerics>(&self, b: &mut Backward<'_, A>, input: Input<'_>, dy: Vec<A::Number>) {
        let dx = self.stages.iter().rev().fold(dy, |dy, stage| stage.backward(b, dy));
        if let (Input::Tokens(tokens), Some(table)) = (input, &self.embedding) {
            table.backward(b, tokens, &dx);
        }
    }
}

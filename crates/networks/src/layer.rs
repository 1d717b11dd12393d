//! The layers that networks are made of, each with its forward and its backward pass.
//!
//! Activations are rows, one a token or an image, in one vector. What a backward pass needs of the forward pass is pushed on a *tape* and popped in
//! reverse. Gradients of parameters are added to those that are there.

mod attention;
mod embedding;
mod linear;
mod norm;
mod relu;
mod rotary;
pub(crate) mod softmax;

pub use attention::Attention;
pub use embedding::Embedding;
pub use linear::Linear;
pub use norm::{EPSILON, Norm};

use crate::numerics::Numerics;

/// What forward passes keep for backward passes.
pub type Tape<N> = Vec<Vec<N>>;

/// Who looks at linear layers as they are computed, and may change what goes in and comes out: rounds it, say, or records it.
pub trait Watch<A: Numerics> {
    /// A linear layer, by its number in the network, is about to multiply these rows.
    fn enter(&mut self, _a: &mut A, _layer: &Linear, _x: &mut Vec<A::Number>) {}
    /// These are its results.
    fn leave(&mut self, _a: &mut A, _layer: &Linear, _y: &mut Vec<A::Number>) {}
    /// This is the derivative by the layer's results.
    fn results(&mut self, _a: &mut A, _layer: &Linear, _dy: &[A::Number]) {}
    /// This is the derivative by what the layer multiplied: of layers that were entered last first.
    fn returned(&mut self, _a: &mut A, _layer: &Linear, _dx: &mut Vec<A::Number>) {}
}

/// Nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blind;

impl<A: Numerics> Watch<A> for Blind {}

/// A forward pass under way.
pub struct Forward<'f, A: Numerics> {
    /// What it is computed in.
    pub a: &'f mut A,
    /// All parameters of the network.
    pub weights: &'f [A::Number],
    /// What is kept for the backward pass, if there will be one.
    pub tape: Option<&'f mut Tape<A::Number>>,
    /// Who looks.
    pub watch: &'f mut dyn Watch<A>,
}

impl<A: Numerics> Forward<'_, A> {
    fn keep(&mut self, what: impl IntoIterator<Item = Vec<A::Number>>) {
        if let Some(tape) = &mut self.tape {
            tape.extend(what);
        }
    }
}

/// A backward pass under way.
pub struct Backward<'b, A: Numerics> {
    /// What it is computed in.
    pub a: &'b mut A,
    /// All parameters of the network, as the forward pass had them.
    pub weights: &'b [A::Number],
    /// The gradient of each is added here.
    pub gradients: &'b mut [A::Number],
    /// What the forward pass kept.
    pub tape: &'b mut Tape<A::Number>,
    /// Who looked at the forward pass.
    pub watch: &'b mut dyn Watch<A>,
}

impl<A: Numerics> Backward<'_, A> {
    /// What was kept last.
    ///
    /// # Panics
    /// If there is nothing left: the tape is another network's.
    fn kept(&mut self) -> Vec<A::Number> {
        self.tape.pop().expect("a forward pass before each backward pass")
    }
}

/// A layer.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A product with a matrix.
    Linear(Linear),
    /// Rows over their root mean square.
    Norm(Norm),
    /// `max(x, 0)^2`.
    ReluSquared,
    /// Causal attention.
    Attention(Attention),
}

impl Layer {
    /// What comes of rows.
    pub fn forward<A: Numerics>(&self, f: &mut Forward<'_, A>, x: Vec<A::Number>) -> Vec<A::Number> {
        match self {
            Layer::Linear(layer) => layer.forward(f, x),
            Layer::Norm(layer) => layer.forward(f, &x),
            Layer::ReluSquared => relu::forward(f, &x),
            Layer::Attention(layer) => layer.forward(f, &x),
        }
    }

    /// The derivative by its rows, from that by its results.
    pub fn backward<A: Numerics>(&self, b: &mut Backward<'_, A>, dy: &[A::Number]) -> Vec<A::Number> {
        match self {
            Layer::Linear(layer) => layer.backward(b, dy),
            Layer::Norm(layer) => layer.backward(b, dy),
            Layer::ReluSquared => relu::backward(b, dy),
            Layer::Attention(layer) => layer.backward(b, dy),
        }
    }
}

//! Networks are put together here: tensors get their places, linear layers their numbers.

use halfulp_lab::problem::Shape;

use super::{Embedding, Layer, Linear, Network, Norm, Stage, Start};

#[derive(Default)]
pub(super) struct Builder {
    shapes: Vec<Shape>,
    starts: Vec<Start>,
    size: usize,
    linears: usize,
    stages: Vec<Stage>,
}

impl Builder {
    pub(super) fn tensor(&mut self, name: String, [rows, columns]: [usize; 2], start: Start) -> usize {
        self.shapes.push(Shape { name: name.into(), rows, columns });
        self.starts.push(start);
        let first = self.size;
        self.size += rows * columns;
        first
    }

    /// A linear layer inside a block. Its weights start within `sqrt(3 / inputs)` times a factor.
    pub(super) fn linear(&mut self, name: String, shape: [usize; 2], factor: f64) -> Linear {
        let within = factor * (3.0 / shape[0] as f64).sqrt();
        let first = self.tensor(name.clone(), [shape[1], shape[0]], Start::Within(within));
        self.linear_at(name, shape, first)
    }

    /// One whose matrix is there already.
    pub(super) fn linear_at(&mut self, name: String, shape: [usize; 2], first: usize) -> Linear {
        self.linears += 1;
        Linear { index: self.linears - 1, name, first, shape, bias: None, inner: true }
    }

    /// One at an end of the network.
    pub(super) fn end(&mut self, name: &str, shape: [usize; 2]) -> Linear {
        let linear = self.linear(name.into(), shape, 1.0);
        let bias = self.tensor(format!("{name}, bias"), [shape[1], 1], Start::At(0.0));
        Linear { bias: Some(bias), inner: false, ..linear }
    }

    pub(super) fn norm(&mut self, name: &str, width: usize) -> Norm {
        Norm { first: self.tensor(format!("{name}, gain"), [width, 1], Start::At(1.0)), width }
    }

    /// `h + down(relu(up(norm(h)))^2)`.
    pub(super) fn perceptron(&mut self, name: &str, [width, hidden]: [usize; 2], norm: bool, factor: f64) {
        let mut layers = Vec::new();
        if norm {
            layers.push(Layer::Norm(self.norm(name, width)));
        }
        layers.push(Layer::Linear(self.linear(format!("{name}, up"), [width, hidden], 1.0)));
        layers.push(Layer::ReluSquared);
        layers.push(Layer::Linear(self.linear(format!("{name}, down"), [hidden, width], factor)));
        self.stage(name, layers, true);
    }

    pub(super) fn stage(&mut self, name: &str, layers: Vec<Layer>, residual: bool) {
        self.stages.push(Stage { name: name.into(), layers, residual });
    }

    /// A network of rows of so many numbers, or of tokens, which are one number a row.
    pub(super) fn network(self, embedding: Option<Embedding>, [inputs, outputs]: [usize; 2]) -> Network {
        let Builder { shapes, starts, stages, .. } = self;
        Network { shapes, starts, embedding, stages, inputs, outputs }
    }
}

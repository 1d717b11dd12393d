//! A small multilayer perceptron on the handwritten digits.

use super::softmax::{add_scaled, cross_entropy, dot, largest};
use super::{CLASSES, Constant, Constants, Digits, Domain, PIXELS, Problem, Shape, symmetric};

/// One hidden layer of hyperbolic tangents, a softmax on top: the mean cross entropy of the training images. Stochastic gradients are
/// those of minibatches.
#[derive(Clone, Debug)]
pub struct Mlp {
    digits: &'static Digits,
    hidden: usize,
    batch: usize,
}

/// The four tensors.
struct Layers<T> {
    w1: T,
    b1: T,
    w2: T,
    b2: T,
}

impl Mlp {
    /// The number of hidden units and the size of minibatches.
    #[must_use]
    pub fn new(hidden: usize, batch: usize) -> Mlp {
        Mlp { digits: Digits::get(), hidden, batch }
    }

    fn layers<'a>(&self, at: &'a [f64]) -> Layers<&'a [f64]> {
        let (w1, rest) = at.split_at(self.hidden * PIXELS);
        let (b1, rest) = rest.split_at(self.hidden);
        let (w2, b2) = rest.split_at(CLASSES * self.hidden);
        Layers { w1, b1, w2, b2 }
    }

    fn layers_mut<'a>(&self, at: &'a mut [f64]) -> Layers<&'a mut [f64]> {
        let (w1, rest) = at.split_at_mut(self.hidden * PIXELS);
        let (b1, rest) = rest.split_at_mut(self.hidden);
        let (w2, b2) = rest.split_at_mut(CLASSES * self.hidden);
        Layers { w1, b1, w2, b2 }
    }

    /// The hidden units and the logits of an image.
    fn forward(&self, at: &[f64], image: &[f64; PIXELS], hidden: &mut [f64]) -> [f64; CLASSES] {
        let l = self.layers(at);
        for (j, h) in hidden.iter_mut().enumerate() {
            *h = (dot(&l.w1[j * PIXELS..][..PIXELS], image) + l.b1[j]).tanh();
        }
        std::array::from_fn(|k| dot(&l.w2[k * self.hidden..][..self.hidden], hidden) + l.b2[k])
    }

    fn mean_gradient(&self, at: &[f64], images: impl Iterator<Item = usize>, count: usize, to: &mut [f64]) {
        to.fill(0.0);
        let (scale, l) = (1.0 / count as f64, self.layers(at));
        let (mut hidden, mut back) = (vec![0.0; self.hidden], vec![0.0; self.hidden]);
        let g = self.layers_mut(to);
        for i in images {
            let image = &self.digits.train.images[i];
            let mut delta = self.forward(at, image, &mut hidden);
            cross_entropy(&mut delta, self.digits.train.labels[i]);
            back.fill(0.0);
            for (k, d) in delta.iter().map(|d| scale * d).enumerate() {
                let row = k * self.hidden..(k + 1) * self.hidden;
                add_scaled(d, &hidden, &mut g.w2[row.clone()]);
                add_scaled(d, &l.w2[row], &mut back);
                g.b2[k] += d;
            }
            for (j, (b, h)) in back.iter().zip(&hidden).enumerate() {
                let d = b * (1.0 - h * h);
                add_scaled(d, image, &mut g.w1[j * PIXELS..][..PIXELS]);
                g.b1[j] += d;
            }
        }
    }
}

impl Problem for Mlp {
    fn name(&self) -> &str {
        "perceptron on digits"
    }

    fn shapes(&self) -> Vec<Shape> {
        vec![
            Shape { name: "hidden.weights".into(), rows: self.hidden, columns: PIXELS },
            Shape { name: "hidden.bias".into(), rows: self.hidden, columns: 1 },
            Shape { name: "output.weights".into(), rows: CLASSES, columns: self.hidden },
            Shape { name: "output.bias".into(), rows: CLASSES, columns: 1 },
        ]
    }

    /// Weights uniform up to `sqrt(6 / (inputs + outputs))` (Glorot and Bengio, AISTATS 2010), biases 0.
    fn start(&self, seed: u64) -> Vec<f64> {
        let mut at = vec![0.0; self.dimension()];
        let (hidden, mut index) = (self.hidden, 0..);
        let l = self.layers_mut(&mut at);
        for (weights, fan) in [(l.w1, PIXELS + hidden), (l.w2, hidden + CLASSES)] {
            let limit = (6.0 / fan as f64).sqrt();
            weights.iter_mut().zip(&mut index).for_each(|(w, i)| *w = limit * symmetric(seed, i));
        }
        at
    }

    fn value(&self, at: &[f64]) -> f64 {
        let train = &self.digits.train;
        let mut hidden = vec![0.0; self.hidden];
        let each = train.images.iter().zip(&train.labels);
        let sum: f64 = each.map(|(x, &y)| cross_entropy(&mut self.forward(at, x, &mut hidden), y)).sum();
        sum / train.len() as f64
    }

    fn gradient(&self, at: &[f64], to: &mut [f64]) {
        let count = self.digits.train.len();
        self.mean_gradient(at, 0..count, count, to);
    }

    fn sample(&self, at: &[f64], seed: u64, step: u64, to: &mut [f64]) {
        self.mean_gradient(at, self.digits.train.minibatch(seed, step, self.batch), self.batch, to);
    }

    fn constants(&self) -> Constants {
        Constants {
            smoothness: Constant::unknown(
                "a network's gradient has no Lipschitz constant that holds everywhere",
            ),
            sampled: Constant::unknown(
                "a network's gradient has no Lipschitz constant that holds everywhere",
            ),
            minimum: Constant::known(0.0),
            gradient_bound: Constant::unknown("a network's gradient grows with its weights"),
            deviation: Constant::unknown(
                "the spread of a network's minibatch gradients grows with its weights",
            ),
            domain: Domain::Everywhere,
            deterministic: false,
        }
    }

    fn accuracy(&self, at: &[f64]) -> Option<f64> {
        let test = &self.digits.test;
        let mut hidden = vec![0.0; self.hidden];
        let each = test.images.iter().zip(&test.labels);
        let right =
            each.filter(|&(x, &y)| largest(&self.forward(at, x, &mut hidden)) == usize::from(y)).count();
        Some(right as f64 / test.len() as f64)
    }

    fn dimension(&self) -> usize {
        self.hidden * (PIXELS + 1 + CLASSES) + CLASSES
    }
}

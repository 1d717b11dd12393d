//! Rosenbrock's function in any dimension.

use super::{Constant, Constants, Domain, Problem, Shape, Uniform, symmetric};
use crate::bound::outward::Upper;

/// `sum 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2` (H. H. Rosenbrock, The Computer Journal 3, 1960, in its chained form), and uniform noise
/// on every element of the gradient.
#[derive(Clone, Debug)]
pub struct Rosenbrock {
    dimension: usize,
    shape: Shape,
    noise: Uniform,
    radius: f64,
    spread: f64,
}

impl Rosenbrock {
    /// The dimension (2 or more), the largest magnitude of the noise, and the largest magnitude of parameters up to which the constants
    /// are stated.
    ///
    /// # Panics
    /// If the dimension is below 2.
    #[must_use]
    pub fn new(dimension: usize, noise: f64, radius: f64) -> Rosenbrock {
        assert!(dimension >= 2, "Rosenbrock's function has at least two variables");
        let shape = Shape { name: "x".into(), rows: dimension, columns: 1 };
        Rosenbrock { dimension, shape, noise: Uniform { amplitude: noise }, radius, spread: 0.0 }
    }

    /// The same function from starting points whose elements differ from the usual ones by up to this, by seed.
    #[must_use]
    pub fn spread(self, spread: f64) -> Rosenbrock {
        Rosenbrock { spread, ..self }
    }

    /// The same function of a matrix, row by row.
    ///
    /// # Panics
    /// If `rows` times `columns` is not the dimension.
    #[must_use]
    pub fn shaped(self, rows: usize, columns: usize) -> Rosenbrock {
        assert_eq!(rows * columns, self.dimension, "an element for every variable");
        Rosenbrock { shape: Shape { rows, columns, ..self.shape }, ..self }
    }
}

impl Problem for Rosenbrock {
    fn name(&self) -> &str {
        "Rosenbrock"
    }

    fn shapes(&self) -> Vec<Shape> {
        vec![self.shape.clone()]
    }

    /// The usual one: -1.2, 1, -1.2, 1, ..., spread by seed.
    fn start(&self, seed: u64) -> Vec<f64> {
        let usual = |i: u64| if i.is_multiple_of(2) { -1.2 } else { 1.0 };
        (0..self.dimension as u64).map(|i| usual(i) + self.spread * symmetric(seed, i)).collect()
    }

    fn value(&self, at: &[f64]) -> f64 {
        assert_eq!(at.len(), self.dimension);
        let term = |w: &[f64]| {
            let (valley, slope) = (w[1] - w[0] * w[0], 1.0 - w[0]);
            100.0 * valley * valley + slope * slope
        };
        at.windows(2).map(term).sum()
    }

    fn gradient(&self, at: &[f64], to: &mut [f64]) {
        assert!(at.len() == self.dimension && to.len() == at.len());
        to.fill(0.0);
        for (i, w) in at.windows(2).enumerate() {
            let valley = w[1] - w[0] * w[0];
            to[i] += -400.0 * w[0] * valley - 2.0 * (1.0 - w[0]);
            to[i + 1] += 200.0 * valley;
        }
    }

    fn sample(&self, at: &[f64], seed: u64, step: u64, to: &mut [f64]) {
        self.gradient(at, to);
        self.noise.add(seed, step, to);
    }

    /// In the box of the radius B. A row of the second derivatives has `1200 x^2 - 400 x' + 2 + 200` on the diagonal and `-400 x` of either
    /// neighbour beside it, so that Gershgorin's theorem gives `L <= 1200 B^2 + 1200 B + 202`; an element of the gradient is at most
    /// `400 B (B + B^2) + 2 (1 + B) + 200 (B + B^2)`.
    fn constants(&self) -> Constants {
        let (b, n) = (Upper::of(self.radius), Upper::of);
        let valley = b + b * b;
        let gradient = n(400.0) * b * valley + n(2.0) * (n(1.0) + b) + n(200.0) * valley;
        Constants {
            smoothness: Constant::known((n(1200.0) * valley + n(202.0)).get()),
            sampled: Constant::known((n(1200.0) * valley + n(202.0)).get()),
            minimum: Constant::known(0.0),
            gradient_bound: Constant::known((gradient + n(self.noise.amplitude)).get()),
            deviation: Constant::known(self.noise.deviation(self.dimension)),
            domain: Domain::Box(self.radius),
            deterministic: self.noise.amplitude == 0.0,
        }
    }

    fn dimension(&self) -> usize {
        self.dimension
    }
}

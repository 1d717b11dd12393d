//! The diagonal quadratic: every constant is exact.

use super::{Constant, Constants, Domain, Problem, Shape, Uniform, symmetric};
use crate::bound::outward::Upper;

/// `sum c_i x_i^2 / 2` with curvatures `c_i > 0`, and uniform noise on every element of the gradient.
#[derive(Clone, Debug)]
pub struct Quadratic {
    curvatures: Vec<f64>,
    shape: Shape,
    noise: Uniform,
    start: f64,
    radius: f64,
}

impl Quadratic {
    /// A quadratic of vectors: the curvatures, the largest magnitude of the noise, that of the starting point's elements, and the
    /// largest magnitude of parameters up to which the bound on the gradient is stated.
    #[must_use]
    pub fn new(curvatures: Vec<f64>, noise: f64, start: f64, radius: f64) -> Quadratic {
        let shape = Shape { name: "x", rows: curvatures.len(), columns: 1 };
        Quadratic { curvatures, shape, noise: Uniform { amplitude: noise }, start, radius }
    }

    /// The same function of a matrix, row by row.
    ///
    /// # Panics
    /// If there are not `rows` times `columns` curvatures.
    #[must_use]
    pub fn shaped(self, rows: usize, columns: usize) -> Quadratic {
        assert_eq!(rows * columns, self.curvatures.len(), "a curvature for every element");
        Quadratic { shape: Shape { rows, columns, ..self.shape }, ..self }
    }

    /// So many numbers from `least` to `greatest`, in equal ratios.
    #[must_use]
    pub fn logspace(least: f64, greatest: f64, count: usize) -> Vec<f64> {
        let step = if count > 1 { (greatest / least).ln() / (count - 1) as f64 } else { 0.0 };
        let inner = |i: usize| (least * (step * i as f64).exp()).clamp(least, greatest);
        (0..count).map(|i| if i + 1 == count { greatest } else { inner(i) }).collect()
    }
}

impl Problem for Quadratic {
    fn name(&self) -> &'static str {
        "diagonal quadratic"
    }

    fn shapes(&self) -> Vec<Shape> {
        vec![self.shape]
    }

    fn start(&self, seed: u64) -> Vec<f64> {
        (0..self.curvatures.len() as u64).map(|i| self.start * symmetric(seed, i)).collect()
    }

    fn value(&self, at: &[f64]) -> f64 {
        assert_eq!(at.len(), self.curvatures.len());
        self.curvatures.iter().zip(at).map(|(c, x)| 0.5 * c * x * x).sum()
    }

    fn gradient(&self, at: &[f64], to: &mut [f64]) {
        assert!(at.len() == self.curvatures.len() && to.len() == at.len());
        for ((g, c), x) in to.iter_mut().zip(&self.curvatures).zip(at) {
            *g = c * x;
        }
    }

    fn sample(&self, at: &[f64], seed: u64, step: u64, to: &mut [f64]) {
        self.gradient(at, to);
        self.noise.add(seed, step, to);
    }

    fn constants(&self) -> Constants {
        let largest = self.curvatures.iter().copied().fold(0.0, f64::max);
        let bound = Upper::of(largest) * Upper::of(self.radius) + Upper::of(self.noise.amplitude);
        Constants {
            smoothness: Constant::known(largest),
            sampled: Constant::known(largest),
            minimum: Constant::known(0.0),
            gradient_bound: Constant::known(bound.get()),
            deviation: Constant::known(self.noise.deviation(self.curvatures.len())),
            domain: Domain::Box(self.radius),
            deterministic: self.noise.amplitude == 0.0,
        }
    }

    fn dimension(&self) -> usize {
        self.curvatures.len()
    }
}

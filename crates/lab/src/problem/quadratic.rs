//! The diagonal quadratic: every constant is exact.

use super::{Constant, Constants, Domain, Problem, Shape, Uniform, symmetric};
use crate::bound::outward::Upper;

/// `sum c_i (x_i - o_i)^2 / 2` with curvatures `c_i > 0`, and uniform noise on every element of the gradient.
#[derive(Clone, Debug)]
pub struct Quadratic {
    curvatures: Vec<f64>,
    shape: Shape,
    noise: Uniform,
    start: f64,
    radius: f64,
    /// The minimizer; empty for 0.
    optimum: Vec<f64>,
}

/// The seed of the minimizer, which is part of the problem and the same for all runs.
const OPTIMUM: u64 = 0x6f70_7469_6d75_6d00;

impl Quadratic {
    /// A quadratic of vectors: the curvatures, the largest magnitude of the noise, that of the starting point's elements, and the
    /// largest magnitude of parameters up to which the bound on the gradient is stated.
    #[must_use]
    pub fn new(curvatures: Vec<f64>, noise: f64, start: f64, radius: f64) -> Quadratic {
        let shape = Shape { name: "x".into(), rows: curvatures.len(), columns: 1 };
        Quadratic {
            curvatures,
            shape,
            noise: Uniform { amplitude: noise },
            start,
            radius,
            optimum: Vec::new(),
        }
    }

    /// The same function about another minimizer, whose elements are drawn once and for all, up to `largest` in magnitude. About 0, relative errors
    /// of the variables vanish where they matter.
    #[must_use]
    pub fn about(self, largest: f64) -> Quadratic {
        let count = if largest == 0.0 { 0 } else { self.curvatures.len() as u64 };
        let optimum = (0..count).map(|i| largest * symmetric(OPTIMUM, i)).collect();
        Quadratic { optimum, ..self }
    }

    /// The curvatures.
    #[must_use]
    pub fn curvatures(&self) -> &[f64] {
        &self.curvatures
    }

    /// The minimizer.
    #[must_use]
    pub fn optimum(&self) -> Vec<f64> {
        if self.optimum.is_empty() { vec![0.0; self.curvatures.len()] } else { self.optimum.clone() }
    }

    /// How far a variable is from its optimum.
    fn away(&self, i: usize, x: f64) -> f64 {
        self.optimum.get(i).map_or(x, |o| x - o)
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
    fn name(&self) -> &str {
        "diagonal quadratic"
    }

    fn shapes(&self) -> Vec<Shape> {
        vec![self.shape.clone()]
    }

    fn start(&self, seed: u64) -> Vec<f64> {
        (0..self.curvatures.len() as u64).map(|i| self.start * symmetric(seed, i)).collect()
    }

    fn value(&self, at: &[f64]) -> f64 {
        assert_eq!(at.len(), self.curvatures.len());
        let away = |(i, (c, x)): (usize, (&f64, &f64))| 0.5 * c * self.away(i, *x) * self.away(i, *x);
        self.curvatures.iter().zip(at).enumerate().map(away).sum()
    }

    fn gradient(&self, at: &[f64], to: &mut [f64]) {
        assert!(at.len() == self.curvatures.len() && to.len() == at.len());
        for ((g, c), x) in to.iter_mut().zip(&self.curvatures).zip(at) {
            *g = c * x;
        }
        for ((g, c), (x, o)) in to.iter_mut().zip(&self.curvatures).zip(at.iter().zip(&self.optimum)) {
            *g = c * (x - o);
        }
    }

    fn sample(&self, at: &[f64], seed: u64, step: u64, to: &mut [f64]) {
        self.gradient(at, to);
        self.noise.add(seed, step, to);
    }

    fn constants(&self) -> Constants {
        let largest = self.curvatures.iter().copied().fold(0.0, f64::max);
        let farthest = self.optimum.iter().fold(0.0, |far: f64, o| far.max(o.abs()));
        let bound = Upper::of(largest) * (Upper::of(self.radius) + Upper::of(farthest))
            + Upper::of(self.noise.amplitude);
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

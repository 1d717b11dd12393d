//! A problem whose gradients are given, whatever the weights are: what bounds hold against is chosen, not met by chance.

use halfulp_lab::problem::{Constant, Constants, Domain, Problem, Shape};

/// The gradient of an element at a step, from 1.
pub type Signal = Box<dyn Fn(u64) -> f64 + Send + Sync>;

/// One signal an element; all start at the same weight.
pub struct Signals {
    pub start: f64,
    pub signals: Vec<Signal>,
}

impl Problem for Signals {
    fn name(&self) -> &str {
        "signals"
    }

    fn shapes(&self) -> Vec<Shape> {
        vec![Shape { name: "signals".into(), rows: self.signals.len(), columns: 1 }]
    }

    fn start(&self, _: u64) -> Vec<f64> {
        vec![self.start; self.signals.len()]
    }

    fn value(&self, _: &[f64]) -> f64 {
        0.0
    }

    fn gradient(&self, _: &[f64], to: &mut [f64]) {
        to.fill(0.0);
    }

    fn sample(&self, _: &[f64], _: u64, step: u64, to: &mut [f64]) {
        to.iter_mut().zip(&self.signals).for_each(|(to, signal)| *to = signal(step));
    }

    fn constants(&self) -> Constants {
        let none = Constant::unknown("its gradients are given");
        Constants {
            smoothness: none,
            sampled: none,
            minimum: none,
            gradient_bound: none,
            deviation: none,
            domain: Domain::Everywhere,
            deterministic: false,
        }
    }

    fn is_recorded(&self) -> bool {
        true
    }
}

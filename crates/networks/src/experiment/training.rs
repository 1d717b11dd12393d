//! Training to a common loss.

use std::sync::Arc;

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::experiment::Invalid;
use halfulp_lab::optimizer::{AnyOptimizer, Blind, Storages};
use halfulp_lab::problem::Problem;
use halfulp_lab::train::{Run, Streams};

/// When training ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// The loss over all training examples is at most this.
    pub(super) loss: f64,
    /// The most steps.
    pub(super) steps: u64,
    /// Steps between two looks at the loss.
    pub(super) every: u64,
}

/// Where it ended.
pub(super) struct Reached {
    pub(super) weights: Vec<f64>,
    pub(super) loss: f64,
    pub(super) steps: u64,
    /// Why the loss was not reached, if it was not.
    pub(super) failed: Option<String>,
}

impl Target {
    /// What is wrong with it: the key, and why.
    pub(super) fn check(self) -> Result<(), (&'static str, String)> {
        if !(self.loss > 0.0 && self.loss.is_finite()) {
            return Err(("loss", format!("{}: expected a number above 0", self.loss)));
        }
        if !(1..=1 << 24).contains(&self.steps) {
            return Err(("steps", format!("{}: expected 1 to {}", self.steps, 1 << 24)));
        }
        if !(1..=self.steps).contains(&self.every) {
            return Err(("every", format!("{}: expected 1 to {} (steps)", self.every, self.steps)));
        }
        Ok(())
    }

    /// Whether a loss is low enough; NaN is not.
    fn is_reached(self, loss: f64) -> bool {
        loss <= self.loss
    }

    /// Trains in binary32 until the loss is reached, or the steps are over.
    pub(super) fn reach(
        self,
        problem: &dyn Problem,
        optimizer: Arc<dyn AnyOptimizer>,
        seed: u64,
    ) -> Result<Reached, Invalid> {
        let start = problem.start(seed);
        let (storages, streams) = (Storages::default(), Streams::new(seed));
        let mut run = Run::new(problem, optimizer, Plain::<f32>::default(), &storages, streams, &start)?;
        let mut reached = Reached { weights: start, loss: f64::INFINITY, steps: 0, failed: None };
        while !self.is_reached(reached.loss) && reached.failed.is_none() {
            for _ in 0..self.every {
                reached.failed = reached.failed.or(run.step(&mut Blind).err().map(|d| d.why));
            }
            run.weights(&mut reached.weights);
            (reached.loss, reached.steps) = (problem.value(&reached.weights), run.t());
            if !self.is_reached(reached.loss) && run.t() >= self.steps {
                let why = format!("the loss is {:.4}, and had to come to {}", reached.loss, self.loss);
                reached.failed = reached.failed.or(Some(why));
            }
        }
        Ok(reached)
    }
}

//! What is minimized: functions with gradients, stochastic gradients, and the constants that bounds are made of.
//!
//! Parameters are one vector: the tensors of [`Problem::shapes`], one after the other, each row by row. Stochastic gradients are
//! functions of parameters, seed and step, never of order: their noise is [`halfulp::noise::word`] under a seed of its own, so that
//! two runs with one seed see the same noise however they round.
//!
//! ```
//! use halfulp_lab::problem::{Problem, Quadratic};
//!
//! let bowl = Quadratic::new(vec![1.0, 4.0], 0.5, 1.0, 2.0);
//! let mut g = [0.0; 2];
//! bowl.gradient(&[1.0, 1.0], &mut g);
//! assert_eq!(g, [1.0, 4.0]);
//! assert_eq!(bowl.value(&[1.0, 1.0]), 2.5);
//! assert_eq!(bowl.constants().smoothness.get(), Some(4.0));
//! ```

use std::borrow::Cow;

use crate::experiment::Invalid;

mod constants;
mod digits;
mod logistic;
mod matrix;
mod mlp;
mod noise;
mod quadratic;
mod recorded;
mod rosenbrock;
mod softmax;
mod spec;

pub use constants::{Constant, Constants, Domain};
pub use digits::{CLASSES, Digits, PIXELS, Part};
pub use logistic::Logistic;
pub use matrix::{Factorization, MatrixQuadratic};
pub use mlp::Mlp;
pub use noise::{Uniform, symmetric};
pub(crate) use noise::{normal, unit};
pub use quadratic::Quadratic;
pub use recorded::RecordedGradients;
pub use rosenbrock::Rosenbrock;
pub use spec::{
    FactorizationSpec, LogisticSpec, MatrixQuadraticSpec, MlpSpec, NAMES, ProblemSpec, QuadraticSpec,
    RosenbrockSpec,
};

/// A tensor of parameters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    /// What it is called in reports.
    pub name: Cow<'static, str>,
    /// Rows.
    pub rows: usize,
    /// Columns; 1 for a vector.
    pub columns: usize,
}

impl Shape {
    /// Rows times columns.
    #[must_use]
    pub const fn elements(&self) -> usize {
        self.rows * self.columns
    }

    /// Whether it is a matrix: neither a row nor a column.
    #[must_use]
    pub const fn is_matrix(&self) -> bool {
        self.rows > 1 && self.columns > 1
    }
}

/// A function to minimize.
///
/// Slices have as many elements as the shapes together; a method panics if they do not. One of another crate can be deserialized, so that experiment
/// files can name it: see [`Registry`](crate::registry::Registry).
pub trait Problem: Send + Sync {
    /// A short name.
    fn name(&self) -> &str;

    /// Whether its settings make sense.
    ///
    /// # Errors
    /// The key, from the problem's table on, and what is wrong with it.
    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }

    /// The tensors of the parameters, in their order.
    fn shapes(&self) -> Vec<Shape>;

    /// Where a run starts.
    fn start(&self, seed: u64) -> Vec<f64>;

    /// The function.
    fn value(&self, at: &[f64]) -> f64;

    /// The gradient.
    fn gradient(&self, at: &[f64], to: &mut [f64]);

    /// A stochastic gradient: its mean over seeds is the gradient. The same for the same parameters, seed and step.
    fn sample(&self, at: &[f64], seed: u64, step: u64, to: &mut [f64]);

    /// What bounds are made of. Can take seconds; ask once.
    fn constants(&self) -> Constants;

    /// The share of test examples that are classified rightly, for problems that have some.
    fn accuracy(&self, _at: &[f64]) -> Option<f64> {
        None
    }

    /// Whether gradients are the same whatever the weights are: those of a run that was recorded.
    fn is_recorded(&self) -> bool {
        false
    }

    /// How many parameters there are.
    fn dimension(&self) -> usize {
        self.shapes().iter().map(Shape::elements).sum()
    }
}

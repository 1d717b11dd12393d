//! What an optimizer is, for those here and those of other crates, and how a run holds one without knowing which.

use std::any::Any;
use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;

use rug::Float;

use super::{Blind, Keepers, Observer, Proportion, States};
use crate::arithmetic::{Arithmetic, Exact, Plain, Rounded, Running};
use crate::experiment::Invalid;
use crate::problem::Shape;
use crate::train::Seeds;

/// What a step is given.
pub struct Step<'s, N> {
    /// The step, from 1, and the seeds of its roundings.
    pub seeds: &'s Seeds,
    /// The tensors, one after the other in all arrays, each row by row.
    pub shapes: &'s [Shape],
    /// Weights and moments.
    pub states: &'s mut States<N>,
    /// The gradients as they were stored.
    pub gradients: &'s [N],
    /// What stores weights and moments.
    pub keepers: &'s mut Keepers,
}

/// An optimizer: its numbers and choices, and its step, written once over any arithmetic.
///
/// One of another crate can be deserialized, so that experiment files can name it: see [`Registry`](crate::registry::Registry), and
/// `examples/lion` in the repository.
pub trait Optimizer: Any + Debug + Send + Sync {
    /// What it is called in reports.
    fn name(&self) -> Cow<'_, str>;

    /// Its numbers and choices in one line.
    fn settings(&self) -> String;

    /// Whether its numbers make sense.
    ///
    /// # Errors
    /// The key, from the optimizer's table on, and what is wrong with it.
    fn check(&self) -> Result<(), Invalid>;

    /// Moments that it keeps of some tensor, at most: 0 to 2.
    fn moments(&self) -> usize;

    /// Moments that it keeps of a matrix, or of another tensor.
    fn moments_of(&self, _matrix: bool) -> usize {
        self.moments()
    }

    /// Numbers that it keeps of a tensor beside the moments: those of the matrices of its sides.
    fn matrices(&self, _shape: &Shape) -> usize {
        0
    }

    /// Its decay rates, for the detectors of constants that a format changes.
    fn decays(&self) -> Vec<f64>;

    /// How the update of step `t` depends on the momentum, if it is proportional to it before it is stored: then the rounding errors of weights can be
    /// given to the momentum ([`Feedback`](super::Feedback)).
    fn proportion(&self, _t: u64) -> Option<Proportion> {
        None
    }

    /// Whether each weight depends on the numbers of its own element alone, so that bounds of whole runs hold of weights.
    fn is_elementwise(&self) -> bool {
        true
    }

    /// Why there are no bounds of its whole runs, and the key that makes it so, if there are none.
    fn unbounded(&self) -> Option<Invalid> {
        None
    }

    /// One step of all elements.
    ///
    /// # Errors
    /// Choices that do not go together after all.
    fn step<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        step: Step<'_, A::Number>,
        observer: &mut O,
    ) -> Result<(), Invalid>
    where
        Self: Sized;

    /// The part of a step that acts on each element by itself: what the exact twin of a run does.
    ///
    /// # Errors
    /// As of [`step`](Optimizer::step).
    fn elementwise<A: Arithmetic>(&self, a: &mut A, step: Step<'_, A::Number>) -> Result<(), Invalid>
    where
        Self: Sized,
    {
        self.step(a, step, &mut Blind)
    }
}

/// An optimizer whose steps can be computed in an arithmetic. One virtual call a step and one a part that is observed; the loops over elements know both
/// types.
pub trait StepIn<A: Arithmetic> {
    /// [`Optimizer::step`].
    ///
    /// # Errors
    /// As there.
    fn step_in(
        &self,
        a: &mut A,
        step: Step<'_, A::Number>,
        observer: &mut dyn Observer<A::Number>,
    ) -> Result<(), Invalid>;

    /// The optimizer.
    fn optimizer(&self) -> &dyn Optimizer;
}

impl<A: Arithmetic, P: Optimizer> StepIn<A> for P {
    fn step_in(
        &self,
        a: &mut A,
        step: Step<'_, A::Number>,
        mut observer: &mut dyn Observer<A::Number>,
    ) -> Result<(), Invalid> {
        self.step(a, step, &mut observer)
    }

    fn optimizer(&self) -> &dyn Optimizer {
        self
    }
}

impl<A: Arithmetic, P: StepIn<A> + ?Sized> StepIn<A> for Arc<P> {
    fn step_in(
        &self,
        a: &mut A,
        step: Step<'_, A::Number>,
        observer: &mut dyn Observer<A::Number>,
    ) -> Result<(), Invalid> {
        (**self).step_in(a, step, observer)
    }

    fn optimizer(&self) -> &dyn Optimizer {
        (**self).optimizer()
    }
}

/// An optimizer that the exact twin of a run can follow.
pub trait Twin {
    /// [`Optimizer::elementwise`], exactly.
    ///
    /// # Errors
    /// As there.
    fn twin(&self, exact: &mut Exact, step: Step<'_, Float>) -> Result<(), Invalid>;

    /// Whether that is the whole step.
    fn is_whole(&self) -> bool;
}

impl<P: Optimizer> Twin for P {
    fn twin(&self, exact: &mut Exact, step: Step<'_, Float>) -> Result<(), Invalid> {
        self.elementwise(exact, step)
    }

    fn is_whole(&self) -> bool {
        self.is_elementwise()
    }
}

impl<P: Twin + ?Sized> Twin for Arc<P> {
    fn twin(&self, exact: &mut Exact, step: Step<'_, Float>) -> Result<(), Invalid> {
        (**self).twin(exact, step)
    }

    fn is_whole(&self) -> bool {
        (**self).is_whole()
    }
}

/// Any optimizer, in any of the arithmetics that experiments run in.
pub trait AnyOptimizer:
    Optimizer
    + StepIn<Plain<f32>>
    + StepIn<Plain<f64>>
    + StepIn<Rounded<f64>>
    + StepIn<Running<Plain<f32>>>
    + StepIn<Running<Plain<f64>>>
    + StepIn<Running<Rounded<f64>>>
    + Twin
{
}

impl<P: Optimizer> AnyOptimizer for P {}

impl dyn AnyOptimizer {
    /// The optimizer, if it is of this type.
    #[must_use]
    pub fn downcast<P: Optimizer>(&self) -> Option<&P> {
        (self as &dyn Any).downcast_ref()
    }
}

impl<N, O: Observer<N> + ?Sized> Observer<N> for &mut O {
    fn see(&mut self, what: super::Quantity, first: usize, values: &[N]) {
        (**self).see(what, first, values);
    }
}

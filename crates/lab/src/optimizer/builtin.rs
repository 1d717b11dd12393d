//! The optimizers of this crate as any other's.

use std::borrow::Cow;

use super::muon::Vectors;
use super::{Adam, Elementwise, Moments, Muon, Observer, Optimizer, Proportion, Sgd, Step};
use crate::arithmetic::Arithmetic;
use crate::experiment::{Invalid, inline};

impl Optimizer for Adam {
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            adam if adam.betas[0] == 0.0 && !adam.choices.bias_correction => "RMSProp",
            adam if adam.weight_decay == 0.0 => "Adam",
            _ => "AdamW",
        })
    }

    fn settings(&self) -> String {
        inline(self)
    }

    fn check(&self) -> Result<(), Invalid> {
        Adam::check(self).map_err(|(key, why)| Invalid::new(key, why))
    }

    fn moments(&self) -> usize {
        2
    }

    fn decays(&self) -> Vec<f64> {
        self.betas.to_vec()
    }

    fn proportion(&self, t: u64) -> Option<Proportion> {
        let beta = self.betas[0];
        let keep = self.choices.decay.keeps(self.rate, self.weight_decay);
        let step = self.step_of(t).binary64();
        let fits = beta > 0.0 && self.choices.moments == Moments::Fresh;
        fits.then_some(Proportion { beta, step, keep, divides: true })
    }

    fn step<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        step: Step<'_, A::Number>,
        observer: &mut O,
    ) -> Result<(), Invalid> {
        Adam::step(self, a, step.seeds, step.states, step.gradients, step.keepers, observer);
        Ok(())
    }
}

impl Optimizer for Sgd {
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed("SGD-M")
    }

    fn settings(&self) -> String {
        inline(self)
    }

    fn check(&self) -> Result<(), Invalid> {
        Sgd::check(self).map_err(|(key, why)| Invalid::new(key, why))
    }

    fn moments(&self) -> usize {
        1
    }

    fn decays(&self) -> Vec<f64> {
        vec![self.momentum]
    }

    fn proportion(&self, _t: u64) -> Option<Proportion> {
        let fits = self.momentum > 0.0 && !self.nesterov && self.moments == Moments::Fresh;
        let keep = self.decay.keeps(self.rate, self.weight_decay);
        fits.then_some(Proportion { beta: self.momentum, step: self.rate, keep, divides: false })
    }

    fn step<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        step: Step<'_, A::Number>,
        observer: &mut O,
    ) -> Result<(), Invalid> {
        Sgd::step(self, a, step.seeds, step.states, step.gradients, step.keepers, observer);
        Ok(())
    }
}

/// Elementwise but for the orthogonalization of each matrix.
impl Optimizer for Muon {
    fn name(&self) -> Cow<'_, str> {
        let name = match (self.neurons, self.blocks, self.vectors) {
            (Some(_), ..) => "NorMuon",
            (_, Some(_), _) => "MuonBP",
            (.., Vectors::Rms | Vectors::Sign) => "Scion",
            (.., Vectors::Matrix) => "Muon",
        };
        if self.rest.is_some() { Cow::Owned(format!("{name} and AdamW")) } else { Cow::Borrowed(name) }
    }

    fn settings(&self) -> String {
        inline(self)
    }

    fn check(&self) -> Result<(), Invalid> {
        Muon::check(self)
    }

    fn moments(&self) -> usize {
        if self.rest.is_some() || self.neurons.is_some() { 2 } else { 1 }
    }

    /// The averages of [`neurons`](Muon::neurons) are a number a row, which is not counted.
    fn moments_of(&self, matrix: bool) -> usize {
        if matrix { 1 } else { self.moments() }
    }

    fn decays(&self) -> Vec<f64> {
        self.rest.iter().flat_map(|adam| adam.betas).chain([self.momentum]).collect()
    }

    fn is_elementwise(&self) -> bool {
        false
    }

    fn unbounded(&self) -> Option<Invalid> {
        let why =
            "there is no bound for runs of two optimizers: expected none, or the experiment kind compare";
        self.rest.map(|_| Invalid::new("rest", why))
    }

    fn step<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        step: Step<'_, A::Number>,
        observer: &mut O,
    ) -> Result<(), Invalid> {
        let Step { seeds, shapes, states, gradients, keepers } = step;
        Muon::step(self, a, seeds, states, gradients, shapes, keepers, observer)
    }

    /// The momentum: what is orthogonalized has other bounds.
    fn elementwise<A: Arithmetic>(&self, a: &mut A, step: Step<'_, A::Number>) -> Result<(), Invalid> {
        self.average(a, step.seeds, &mut step.states.first, step.gradients, step.keepers);
        Ok(())
    }
}

/// The same of whichever optimizer it is.
macro_rules! whichever {
    ($of:expr, $one:ident => $what:expr) => {
        match $of {
            Elementwise::Sgd($one) => $what,
            Elementwise::Adam($one) => $what,
            Elementwise::Muon(muon) => {
                let $one = &**muon;
                $what
            }
        }
    };
}

impl Elementwise {
    /// The optimizer that it is.
    fn inner(&self) -> &dyn Optimizer {
        whichever!(self, one => one)
    }
}

impl Optimizer for Elementwise {
    fn name(&self) -> Cow<'_, str> {
        self.inner().name()
    }

    fn settings(&self) -> String {
        self.inner().settings()
    }

    fn check(&self) -> Result<(), Invalid> {
        self.inner().check()
    }

    fn moments(&self) -> usize {
        self.inner().moments()
    }

    fn moments_of(&self, matrix: bool) -> usize {
        self.inner().moments_of(matrix)
    }

    fn decays(&self) -> Vec<f64> {
        self.inner().decays()
    }

    fn proportion(&self, t: u64) -> Option<Proportion> {
        self.inner().proportion(t)
    }

    fn is_elementwise(&self) -> bool {
        self.inner().is_elementwise()
    }

    fn unbounded(&self) -> Option<Invalid> {
        self.inner().unbounded()
    }

    fn step<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        step: Step<'_, A::Number>,
        observer: &mut O,
    ) -> Result<(), Invalid> {
        whichever!(self, one => Optimizer::step(one, a, step, observer))
    }

    fn elementwise<A: Arithmetic>(&self, a: &mut A, step: Step<'_, A::Number>) -> Result<(), Invalid> {
        whichever!(self, one => one.elementwise(a, step))
    }
}

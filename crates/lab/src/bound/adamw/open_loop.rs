//! The certificate of a run: it watches every step, keeps the bounds of every element, and runs the exact twin.

mod constants;
mod observe;
mod step;

use std::collections::HashMap;

use rug::Float;

use super::bounds::Bounds;
use super::kept::{Distance, Kept, Local};
use super::length::Length;
use super::moments::share;
use super::{ONE_STEP, OPEN_LOOP, SECOND_MOMENT, UPDATE};
use crate::arithmetic::{Arithmetic, Coefficient, Exact};
use crate::bound::ema::Constants;
use crate::bound::outward::Upper;
use crate::bound::preconditioner::{self, BOUNDED_STEP};
use crate::bound::quantization::Errors;
use crate::bound::sums::gamma;
use crate::bound::{Required, Tally};
use crate::detect::Value;
use crate::experiment::Invalid;
use crate::optimizer::{Adam, Blind, Feedback, Keepers, Observer, Quantity, States, Storages};
use crate::storage::Storage;
use crate::train::{Seeds, Watch};

/// Bounds of a run of AdamW, evaluated at every step and element.
pub struct OpenLoop {
    adam: Adam,
    fresh: bool,
    step: Errors,
    kept: [Kept; 3],
    /// `b` and `1 - b` of both moments as they are stored, and what weights, or coupled to the gradient, are multiplied by.
    factors: [Constants; 2],
    decay: f64,
    /// What a gradient and its square are multiplied by in the moments.
    shares: [f64; 2],
    /// Whether moments start at 0.
    anew: bool,
    pub(super) elements: Vec<Distance>,
    /// Why nothing is known of an element any more: the index of a hypothesis.
    pub(super) lost: Vec<Option<usize>>,
    /// What the last step rounded.
    pub(super) locals: Vec<Local>,
    /// Its constants.
    pub(super) last: Option<Bounds>,
    before: States<f64>,
    gradient: Vec<f64>,
    seen: HashMap<Quantity, Vec<f64>>,
    twin: States<Float>,
    exact: Exact,
    /// How long updates can be, of moments that start at 0 and are kept in formats.
    length: Option<Length>,
    /// Whether any number of an element left the finite ones so far.
    saturated: Vec<bool>,
    /// A constant as it is stored.
    stored: Box<dyn FnMut(Coefficient) -> f64 + Send>,
    of: String,
    /// Update, one step, open loop, second moment, bounded step, and the preconditioner: absolute, relative, root, zero.
    tallies: [Tally; 9],
    /// The largest bound and the largest distance of weights, after each step.
    pub curve: Vec<(f64, f64, f64)>,
}

/// What the bounds are derived for.
fn check(storages: &Storages) -> Result<(), Invalid> {
    if storages.compensated {
        let why =
            "the bounds of adamw are derived without compensation; with it there is the bound run.running";
        return Err(Invalid::new("run.adamw.storage.compensated", why));
    }
    if storages.feedback != Feedback::None {
        let why = "the bounds of adamw are derived without error feedback";
        return Err(Invalid::new("run.adamw.storage.feedback", why));
    }
    Ok(())
}

fn states<N: Clone>(weights: Vec<N>, zeros: &[N]) -> States<N> {
    let [first, second] = [zeros.to_vec(), zeros.to_vec()];
    States { weights, compensation: vec![], matrices: vec![], first, second }
}

impl OpenLoop {
    /// A certificate for a run that starts with these weights. `of` names the run.
    ///
    /// # Errors
    /// Compensated weights, which the bounds are not derived for, or a storage that cannot be had.
    pub fn new<A: Arithmetic + Clone + Send + 'static>(
        adam: &Adam,
        a: &A,
        storages: &Storages,
        start: &[f64],
        of: &str,
    ) -> Result<OpenLoop, Invalid> {
        check(storages)?;
        let wrong =
            |e: crate::storage::StorageError| Invalid::new("run.adamw.storage.coefficients", e.to_string());
        let mut keeper = storages.coefficients.keeper().map_err(wrong)?;
        let (a, step) = (a.clone(), a.errors());
        let mut stored: Box<dyn FnMut(Coefficient) -> f64 + Send> =
            Box::new(move |c| a.value(&a.coefficient(c, &mut keeper)));
        let factors = adam.betas.map(|beta: f64| {
            Constants::new(beta, stored(Coefficient::Given(beta)), stored(Coefficient::Complement(beta)))
        });
        let decay = stored(adam.choices.decay.constant(adam.rate, adam.weight_decay));
        let weights = if storages.master { &Storage::Exact } else { &storages.weights };
        let kept = [weights, &storages.first, &storages.second].map(|storage| Kept::of(storage, &step));
        let (exact, zeros) = (Exact::default(), vec![0.0; start.len()]);
        let number = |x: &f64| exact.number(*x);
        Ok(OpenLoop {
            adam: *adam,
            fresh: adam.choices.moments == crate::optimizer::adam::Moments::Fresh,
            step,
            kept,
            factors,
            decay,
            shares: [share(adam.choices.first, adam.betas[0]), share(adam.choices.second, adam.betas[1])],
            anew: true,
            elements: vec![Distance::default(); start.len()],
            lost: vec![None; start.len()],
            locals: vec![Local::default(); start.len()],
            last: None,
            before: states(zeros.clone(), &zeros),
            gradient: zeros.clone(),
            seen: HashMap::new(),
            twin: states(start.iter().map(number).collect(), &zeros.iter().map(number).collect::<Vec<_>>()),
            exact,
            length: Length::new(&adam.choices, &factors, &step, [kept[1], kept[2]]),
            saturated: vec![false; start.len()],
            stored,
            of: of.into(),
            tallies: [
                &UPDATE,
                &ONE_STEP,
                &OPEN_LOOP,
                &SECOND_MOMENT,
                &BOUNDED_STEP,
                &preconditioner::ABSOLUTE,
                &preconditioner::RELATIVE,
                &preconditioner::ROOT,
                &preconditioner::ZERO,
            ]
            .map(Tally::new),
            curve: Vec::new(),
        })
    }

    /// Starts from these moments instead of zeros: then the bounded step says nothing.
    pub fn moments(&mut self, first: &[f64], second: &[f64]) {
        self.twin.first = first.iter().map(|&x| self.exact.number(x)).collect();
        self.twin.second = second.iter().map(|&x| self.exact.number(x)).collect();
        self.length = None;
        self.anew = false;
    }

    /// The bounds, as they went.
    #[must_use]
    pub fn tallies(self) -> Vec<Tally> {
        self.tallies.to_vec()
    }

    /// The unit roundoff with which the second moment is stored; of block-wise storage there is none.
    #[must_use]
    pub fn second_unit(&self) -> Option<f64> {
        match self.kept[2] {
            Kept::Format(errors) => Some(errors.unit()),
            Kept::Same => Some(self.step.unit()),
            Kept::Measured => None,
        }
    }

    /// The share of steps and elements whose second moment is not above what is known of its error: there the certificate is of no use.
    #[must_use]
    pub fn stagnant(&self) -> f64 {
        let counts = self.tallies[3].counts();
        counts.vacuous as f64 / counts.evaluated.max(1) as f64
    }

    /// The optimizer.
    #[must_use]
    pub(super) const fn adam(&self) -> &Adam {
        &self.adam
    }

    /// The last step up to which the certificate said something of nine weights in ten.
    #[must_use]
    pub fn informs_until(&self) -> u64 {
        let share = Required::default().informative_at_least;
        self.tallies[2].steps().map_or(0, |steps| steps.informs_until(share))
    }

    /// The gradient that the last step saw.
    #[must_use]
    pub(super) fn gradient(&self) -> &[f64] {
        &self.gradient
    }

    /// The largest relative error of an update, in units of roundoff: the bound has 7, and a little.
    #[must_use]
    pub fn largest_update_error(&self) -> f64 {
        self.tallies[0].ratio().unwrap_or(0.0) * gamma(7, self.step.unit()).get() / self.step.unit()
    }

    fn at(&self, what: Quantity, k: usize) -> f64 {
        self.seen.get(&what).and_then(|x| x.get(k)).copied().unwrap_or(0.0)
    }

    fn element(&mut self, k: usize, t: u64, c: &Bounds, states: [f64; 3]) -> (f64, f64) {
        let [w, m, v] = states;
        let fresh =
            [self.at(Quantity::Weights, k), self.at(Quantity::First, k), self.at(Quantity::Second, k)];
        self.moments_of(k, [fresh[1], fresh[2]], [m, v]);
        let bounds = self.elements[k].average(c, Upper::ZERO, &self.locals[k]);
        let used = self.locals[k].used;
        let failed = self.failed(k, c, fresh);
        let at = format!("{}, step {t}, element {k}", self.of);
        let gamma = gamma(7, c.unit.get());
        self.observe_length(k, c, gamma, failed, &at);
        if let Some(hypothesis) = failed.or(self.lost[k]) {
            self.lost[k].get_or_insert(hypothesis);
            for tally in &mut self.tallies[..4] {
                tally.fail(hypothesis, || at.clone());
            }
            return (0.0, 0.0);
        }
        self.observe_second(k, used[1], bounds[1], &at);
        let exact = self.update(used[0], used[1], t);
        let update = self.at(Quantity::Update, k);
        self.observe_update(&exact, update, gamma, &at);
        if gamma >= Upper::of(1.0) {
            self.coarse(k, &at);
            return (0.0, 0.0);
        }
        let [one, local] = self.local(k, c, w, update, gamma);
        self.locals[k].weight = local;
        let computed = Upper::of(update).over((1.0 - gamma.get()).next_down());
        self.locals[k].updates = computed + c.longest;
        self.observe_step(k, &exact, one, &at);
        self.observe_preconditioner(k, c, used[1], bounds[1], &at);
        self.observe_run(k, c, w, bounds, &at)
    }
}

impl<N: Value> Observer<N> for OpenLoop {
    fn see(&mut self, what: Quantity, first: usize, values: &[N]) {
        let all = self.seen.entry(what).or_insert_with(|| vec![0.0; self.elements.len()]);
        for (to, x) in all[first..].iter_mut().zip(values) {
            *to = x.value();
        }
    }
}

impl<N: Value> Watch<N> for OpenLoop {
    fn before(&mut self, _: &Seeds, states: &States<N>, gradient: &[N]) {
        let copy = |to: &mut Vec<f64>, from: &[N]| {
            to.clear();
            to.extend(from.iter().map(Value::value));
        };
        copy(&mut self.before.weights, &states.weights);
        copy(&mut self.before.first, &states.first);
        copy(&mut self.before.second, &states.second);
        copy(&mut self.gradient, gradient);
    }

    fn after(&mut self, at: &Seeds, states: &States<N>) {
        let g: Vec<Float> = self.gradient.iter().map(|&g| self.exact.number(g)).collect();
        self.adam.step(&mut self.exact, at, &mut self.twin, &g, &mut Keepers::exact(), &mut Blind);
        let c = self.constants(at.t);
        self.last = Some(c);
        self.tallies.iter_mut().for_each(|tally| tally.step(at.t));
        let mut worst = (at.t as f64, 0.0f64, 0.0f64);
        for k in 0..self.elements.len() {
            let states = [states.weights[k].value(), states.first[k].value(), states.second[k].value()];
            let (distance, bound) = self.element(k, at.t, &c, states);
            worst = (worst.0, worst.1.max(distance), worst.2.max(bound));
        }
        self.curve.push(worst);
    }
}

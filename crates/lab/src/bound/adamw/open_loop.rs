//! The certificate of a run: it watches every step, keeps the bounds of every element, and runs the exact twin.

use std::collections::HashMap;

use rug::Float;
use rug::float::Round;

use super::{ONE_STEP, OPEN_LOOP, UPDATE, around};
use crate::arithmetic::{Arithmetic, Coefficient, Exact};
use crate::bound::Tally;
use crate::bound::ema::{Constants, two_products};
use crate::bound::outward::Upper;
use crate::bound::preconditioner::{self, BOUNDED_STEP, absolute, ends};
use crate::bound::quantization::Errors;
use crate::bound::sums::gamma;
use crate::detect::Value;
use crate::experiment::Invalid;
use crate::optimizer::{Adam, Blind, Keepers, Observer, Quantity, States, Storages};
use crate::storage::Storage;
use crate::train::{Seeds, Watch};

/// The order of operations that the bounds are derived for: two products, the root corrected, the quotient before the product.
#[must_use]
pub fn serves(adam: &Adam) -> bool {
    let plain = Adam::plain().choices;
    adam.choices == crate::optimizer::adam::Choices { moments: adam.choices.moments, ..plain }
}

/// How far what is stored is from what was to be stored.
#[derive(Clone, Copy, Debug)]
enum Kept {
    /// As the storage's format has it, by the result.
    Format(Errors),
    /// The arithmetic's own format: storing rounds nothing.
    Same,
    /// Another storage: by what was measured.
    Measured,
}

impl Kept {
    fn of(storage: &Storage, step: &Errors) -> Kept {
        match storage {
            Storage::Exact => Kept::Same,
            _ => match storage.format().map(|(format, policy)| Errors::of(format, policy)) {
                Some(errors) if errors == *step => Kept::Same,
                Some(errors) => Kept::Format(errors),
                None => Kept::Measured,
            },
        }
    }

    fn error(self, fresh: f64, stored: f64) -> Upper {
        match self {
            Kept::Format(errors) => errors.of_result(stored),
            Kept::Same => Upper::ZERO,
            Kept::Measured => Upper::distance(fresh, stored),
        }
    }

    fn saturates(self, fresh: f64) -> bool {
        matches!(self, Kept::Format(errors) if errors.saturates(fresh))
    }
}

/// An element's bounds.
#[derive(Clone, Copy, Debug, Default)]
struct Element {
    first: Upper,
    second: Upper,
    weight: Upper,
    /// Why nothing is known of it any more: the index of a hypothesis.
    lost: Option<usize>,
}

/// Bounds of a run of AdamW, evaluated at every step and element.
pub struct OpenLoop {
    adam: Adam,
    fresh: bool,
    step: Errors,
    kept: [Kept; 3],
    /// `b` and `1 - b` of both moments as they are stored, and `1 - rate l`.
    factors: [Constants; 2],
    decay: f64,
    elements: Vec<Element>,
    before: States<f64>,
    gradient: Vec<f64>,
    seen: HashMap<Quantity, Vec<f64>>,
    twin: States<Float>,
    exact: Exact,
    chi: Upper,
    /// A constant as it is stored.
    stored: Box<dyn FnMut(Coefficient) -> f64 + Send>,
    of: String,
    /// Update, one step, open loop, bounded step, and the preconditioner: absolute, relative, root, zero.
    tallies: [Tally; 8],
    /// The largest bound and the largest distance of weights, after each step.
    pub curve: Vec<(f64, f64, f64)>,
}

/// The constants of a step, from both sides.
struct Bounds {
    rate: [f64; 2],
    root: [f64; 2],
    decay: [f64; 2],
    unit: Upper,
    k: f64,
}

impl OpenLoop {
    /// A certificate for a run that starts with these weights. `of` names the run.
    ///
    /// # Errors
    /// An order of operations that the bounds are not derived for, or a storage that cannot be had.
    pub fn new<A: Arithmetic + Clone + Send + 'static>(
        adam: &Adam,
        a: &A,
        storages: &Storages,
        start: &[f64],
        of: &str,
    ) -> Result<OpenLoop, Invalid> {
        if !serves(adam) || storages.compensated {
            let why = "the bounds of adamw are derived for the preset plain, without compensation; other orders have the bound running";
            return Err(Invalid::new("run.adamw.optimizer", why));
        }
        let wrong =
            |e: crate::storage::StorageError| Invalid::new("run.adamw.storage.coefficients", e.to_string());
        let mut keeper = storages.coefficients.keeper().map_err(wrong)?;
        let (a, step) = (a.clone(), a.errors());
        let mut stored: Box<dyn FnMut(Coefficient) -> f64 + Send> =
            Box::new(move |c| a.value(&a.coefficient(c, &mut keeper)));
        let factors = adam.betas.map(|beta: f64| {
            Constants::new(beta, stored(Coefficient::Given(beta)), stored(Coefficient::Complement(beta)))
        });
        let decay = stored(Coefficient::Decay(adam.rate, adam.weight_decay));
        let weights = if storages.master { &Storage::Exact } else { &storages.weights };
        let kept = [weights, &storages.first, &storages.second].map(|storage| Kept::of(storage, &step));
        let relative = |kept: Kept| match kept {
            Kept::Format(errors) => errors.unit(),
            Kept::Same => 0.0,
            Kept::Measured => f64::INFINITY,
        };
        let (exact, zeros) = (Exact::default(), vec![0.0; start.len()]);
        let number = |x: &f64| exact.number(*x);
        Ok(OpenLoop {
            adam: *adam,
            fresh: adam.choices.moments == crate::optimizer::adam::Moments::Fresh,
            step,
            kept,
            factors,
            decay,
            elements: vec![Element::default(); start.len()],
            before: States {
                weights: zeros.clone(),
                compensation: vec![],
                first: zeros.clone(),
                second: zeros.clone(),
            },
            gradient: zeros.clone(),
            seen: HashMap::new(),
            twin: States {
                weights: start.iter().map(number).collect(),
                compensation: vec![],
                first: zeros.iter().map(number).collect(),
                second: zeros.iter().map(number).collect(),
            },
            exact,
            chi: preconditioner::chi(adam.betas, relative(kept[1]), relative(kept[2])),
            stored,
            of: of.into(),
            tallies: [
                &UPDATE,
                &ONE_STEP,
                &OPEN_LOOP,
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
        self.chi = Upper::UNKNOWN;
    }

    /// The bounds, as they went.
    #[must_use]
    pub fn tallies(self) -> Vec<Tally> {
        self.tallies.to_vec()
    }

    /// The largest relative error of an update, in units of roundoff: the bound has 7, and a little.
    #[must_use]
    pub fn largest_update_error(&self) -> f64 {
        self.tallies[0].ratio().unwrap_or(0.0) * gamma(7, self.step.unit()).get() / self.step.unit()
    }

    fn constants(&mut self, t: u64) -> Bounds {
        let [b1, b2] = self.adam.betas;
        let rate = Coefficient::OverBias { x: self.adam.rate, beta: b1, t };
        let root = Coefficient::BiasRoot { beta: b2, t };
        let decay = Coefficient::Decay(self.adam.rate, self.adam.weight_decay);
        let mut unit = Upper::of(self.step.unit());
        // A constant is computed in binary64 and then rounded, so its relative error can be a little above u; much more where it underflows.
        for c in [rate, root, Coefficient::Given(self.adam.epsilon)] {
            let (stored, [low, high]) = ((self.stored)(c), around(c));
            if c != Coefficient::Given(0.0) {
                unit = unit.max(Upper::distance(stored, low).max(Upper::distance(stored, high)).over(low));
            }
        }
        Bounds { rate: around(rate), root: around(root), decay: around(decay), unit, k: self.decay }
    }

    fn at(&self, what: Quantity, k: usize) -> f64 {
        self.seen.get(&what).and_then(|x| x.get(k)).copied().unwrap_or(0.0)
    }

    /// The exact update from computed moments.
    fn update(&self, m: f64, v: f64, t: u64) -> Float {
        let p = self.exact.precision;
        let rate = Coefficient::OverBias { x: self.adam.rate, beta: self.adam.betas[0], t }.exact(p);
        let root = Coefficient::BiasRoot { beta: self.adam.betas[1], t }.exact(p);
        rate * Float::with_val(p, m) / (Float::with_val(p, v).sqrt() / root + self.adam.epsilon)
    }

    /// Takes the moments of one element into their bounds; `fresh` are the new moments, `stored` what was read back.
    fn moments_of(&mut self, k: usize, fresh: [f64; 2], stored: [f64; 2]) -> [Upper; 2] {
        let (g, none) = (self.gradient[k], Upper::ZERO);
        let products = [self.at(Quantity::FirstA, k), self.at(Quantity::FirstB, k), fresh[0]];
        let first = two_products(&self.factors[0], &self.step, none, self.before.first[k], g, products);
        let products = [self.at(Quantity::SecondA, k), self.at(Quantity::SecondB, k), fresh[1]];
        let square = self.at(Quantity::Square, k);
        // The signal is the exact square; what squaring rounds is multiplied by 1 - b.
        let squared = Upper::of(g) * Upper::of(g);
        let second =
            two_products(&self.factors[1], &self.step, none, self.before.second[k], squared.get(), products)
                + Upper::of(self.factors[1].add) * self.step.of_result(square);
        let [b1, b2] = self.adam.betas.map(Upper::of);
        let e = &mut self.elements[k];
        let new = [b1 * e.first + first, b2 * e.second + second];
        e.first = new[0] + self.kept[1].error(fresh[0], stored[0]);
        e.second = new[1] + self.kept[2].error(fresh[1], stored[1]);
        if self.fresh { new } else { [e.first, e.second] }
    }

    /// Which hypothesis fails for an element at this step.
    fn failed(&self, k: usize, fresh: [f64; 3]) -> Option<usize> {
        let normal = self.step.normal();
        let (root, denominator) = (self.at(Quantity::Root, k), self.at(Quantity::Denominator, k));
        let (ratio, update) = (self.at(Quantity::Ratio, k), self.at(Quantity::Update, k));
        // Zeros of both sides are exact; what is not 0 and below the normal numbers is not relatively right.
        let tiny = |x: f64, zero: bool| x.abs() < normal && !(x == 0.0 && zero);
        let m = if self.fresh { fresh[1] } else { ratio };
        let small = tiny(root, self.at(Quantity::Second, k) == 0.0)
            || tiny(denominator, false)
            || tiny(ratio, m == 0.0)
            || tiny(update, ratio == 0.0);
        let values = [root, denominator, ratio, update, fresh[0], fresh[1], fresh[2]];
        let large = values.iter().any(|x| !x.is_finite() || self.step.saturates(*x));
        let stored = self.kept.iter().zip(fresh).any(|(kept, x)| kept.saturates(x));
        match (small, large || stored) {
            (_, true) => Some(1),
            (true, _) => Some(0),
            _ => None,
        }
    }

    fn element(&mut self, k: usize, t: u64, c: &Bounds, states: [f64; 3]) -> (f64, f64) {
        let [w, m, v] = states;
        let fresh =
            [self.at(Quantity::Weights, k), self.at(Quantity::First, k), self.at(Quantity::Second, k)];
        let used = if self.fresh { [fresh[1], fresh[2]] } else { [m, v] };
        let bounds = self.moments_of(k, [fresh[1], fresh[2]], [m, v]);
        let failed = self.failed(k, fresh);
        let at = format!("{}, step {t}, element {k}", self.of);
        if let Some(hypothesis) = failed.or(self.elements[k].lost) {
            self.elements[k].lost.get_or_insert(hypothesis);
            for tally in &mut self.tallies[..3] {
                tally.fail(hypothesis, || at.clone());
            }
            return (0.0, 0.0);
        }
        let gamma = gamma(7, c.unit.get());
        let exact = self.update(used[0], used[1], t);
        let update = self.at(Quantity::Update, k);
        let [one, local] = self.local(k, c, w, update, gamma);
        self.observe_update(&exact, update, gamma, &at);
        self.observe_step(k, &exact, one, &at);
        self.observe_preconditioner(k, c, used[1], bounds[1], &at);
        if self.chi < Upper::of(1.0) {
            let longest = preconditioner::longest(self.adam.rate, self.adam.betas, self.chi, t);
            let longest = longest + gamma * longest;
            self.tallies[3].observe(update.abs(), longest.get(), f64::INFINITY, || at.clone());
        } else {
            self.tallies[3].fail(0, || at.clone());
        }
        self.observe_run(k, c, [w, used[0], used[1]], bounds, local, &at)
    }

    /// What a step of the weights rounds: before it is stored, and altogether.
    fn local(&self, k: usize, c: &Bounds, w: f64, update: f64, gamma: Upper) -> [Upper; 2] {
        let fresh = self.at(Quantity::Weights, k);
        let mut local = self.step.of_result(fresh);
        if self.adam.weight_decay != 0.0 {
            let off = Upper::distance(c.k, c.decay[0]).max(Upper::distance(c.k, c.decay[1]));
            local +=
                self.step.of_result(self.at(Quantity::Decayed, k)) + off * Upper::of(self.before.weights[k]);
        }
        local += gamma.over((1.0 - gamma.get()).next_down()) * Upper::of(update);
        [local, local + self.kept[0].error(fresh, w)]
    }

    fn observe_update(&mut self, exact: &Float, update: f64, gamma: Upper, at: &str) {
        let size = Upper::of(exact.to_f64_round(Round::Up).abs().next_up());
        let distance = (exact.clone() - update).abs().to_f64();
        let bound = (gamma * size).get();
        self.tallies[0].observe(distance, bound, size.get(), || at.into());
    }

    fn observe_step(&mut self, k: usize, update: &Float, one: Upper, at: &str) {
        let decay = Coefficient::Decay(self.adam.rate, self.adam.weight_decay).exact(self.exact.precision);
        let exact = decay * self.before.weights[k] - update;
        let distance = (exact - self.at(Quantity::Weights, k)).abs().to_f64();
        self.tallies[1].observe(distance, one.get(), f64::INFINITY, || at.into());
    }

    fn observe_preconditioner(&mut self, k: usize, c: &Bounds, v: f64, error: Upper, at: &str) {
        let (p, epsilon, root) = (self.exact.precision, self.adam.epsilon, c.root[0]);
        let r = |v: &Float| Float::with_val(p, 1.0) / (v.clone().sqrt() / root + epsilon);
        let (exact, computed) = (self.twin.second[k].clone(), Float::with_val(p, v));
        let (r_exact, r_computed) = (r(&exact), r(&computed));
        let [.., absolute_of, relative_of, root_of, zero_of] = &mut self.tallies;
        let distance = (exact.clone().sqrt() - computed.clone().sqrt()).abs().to_f64();
        let least = exact.to_f64_round(Round::Down);
        root_of.observe(distance, preconditioner::root(least, v, error).get(), f64::INFINITY, || at.into());
        let bound = absolute(v, error, root, epsilon);
        // A moment that is 0 in the exact run has no preconditioner without epsilon.
        if bound == Upper::UNKNOWN || !r_exact.is_finite() || !r_computed.is_finite() {
            absolute_of.fail(0, || at.into());
        } else {
            let (distance, trivial) = ((r_exact.clone() - &r_computed).abs().to_f64(), r_exact.to_f64());
            absolute_of.observe(distance, bound.get(), trivial, || at.into());
        }
        let ratio = r_computed / r_exact;
        if exact > 0 && v > 0.0 {
            let bound = preconditioner::relative(&exact, &computed).get();
            relative_of.observe((ratio - 1.0f64).abs().to_f64(), bound, f64::INFINITY, || at.into());
            return;
        }
        relative_of.fail(0, || at.into());
        if exact > 0 {
            let bound = preconditioner::zero(&exact, root, epsilon).get();
            zero_of.observe(ratio.to_f64(), bound, f64::INFINITY, || at.into());
        }
    }

    fn observe_run(
        &mut self,
        k: usize,
        c: &Bounds,
        [w, m, v]: [f64; 3],
        [em, ev]: [Upper; 2],
        local: Upper,
        at: &str,
    ) -> (f64, f64) {
        let (most, _) = ends(v, Upper::ZERO, c.root[1], self.adam.epsilon);
        let spread = absolute(v, ev, c.root[1], self.adam.epsilon);
        let moments = em * most + (Upper::of(m) + em) * spread;
        let e = &mut self.elements[k];
        e.weight = Upper::of(c.decay[1]) * e.weight + local + Upper::of(c.rate[1]) * moments;
        let bound = e.weight.get();
        let exact = &self.twin.weights[k];
        let distance = (exact.clone() - w).abs().to_f64();
        let trivial = w.abs().max(exact.to_f64().abs());
        self.tallies[2].observe(distance, bound, trivial, || at.into());
        (distance, bound)
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
        let mut worst = (at.t as f64, 0.0f64, 0.0f64);
        for k in 0..self.elements.len() {
            let states = [states.weights[k].value(), states.first[k].value(), states.second[k].value()];
            let (distance, bound) = self.element(k, at.t, &c, states);
            worst = (worst.0, worst.1.max(distance), worst.2.max(bound));
        }
        self.curve.push(worst);
    }
}

//! The same beside a twin that goes its own way: it takes gradients at its own weights. What the two are apart is fed back, and grows.

use rug::Float;

use super::CLOSED_LOOP;
use super::kept::Distance;
use super::open_loop::OpenLoop;
use crate::arithmetic::{Arithmetic, Exact};
use crate::bound::Tally;
use crate::bound::outward::Upper;
use crate::detect::Value;
use crate::optimizer::{Blind, Keepers, Observer, Quantity, States};
use crate::problem::{Constants, Domain, Problem};
use crate::train::{Seeds, Watch};

/// Gradients are computed in binary64: to within this much of their size and of `L` times the weights'.
const COMPUTED: f64 = 1.0 / (1u64 << 45) as f64;

/// An open-loop certificate, and beside it the bound of the closed loop.
pub struct ClosedLoop<'p> {
    /// The certificate.
    pub open: OpenLoop,
    problem: &'p dyn Problem,
    /// The seed of the gradient noise.
    seed: u64,
    smoothness: Option<f64>,
    domain: Domain,
    master: bool,
    elements: Vec<Distance>,
    twin: States<Float>,
    exact: Exact,
    of: String,
    weights: Vec<f64>,
    gradient: Vec<f64>,
    own: Vec<f64>,
    tally: Tally,
    /// The largest distance and the largest bound of weights, after each step in which the bound said something of some weight.
    pub curve: Vec<(f64, f64, f64)>,
}

impl<'p> ClosedLoop<'p> {
    /// Beside a run from `start` whose gradient noise has this seed, with the certificate of that run; `master` says whether it has a master copy.
    #[must_use]
    pub fn new(
        open: OpenLoop,
        problem: &'p dyn Problem,
        constants: &Constants,
        seed: u64,
        master: bool,
        start: &[f64],
        of: &str,
    ) -> ClosedLoop<'p> {
        let exact = Exact::default();
        let zeros = || vec![exact.number(0.0); start.len()];
        let weights = start.iter().map(|&w| exact.number(w)).collect();
        let twin = States {
            weights,
            compensation: Vec::new(),
            first: zeros(),
            second: zeros(),
            matrices: Vec::new(),
        };
        let none = || vec![0.0; start.len()];
        ClosedLoop {
            open,
            problem,
            seed,
            smoothness: constants.sampled.get(),
            domain: constants.domain,
            master,
            elements: vec![Distance::default(); start.len()],
            twin,
            exact,
            of: of.into(),
            weights: none(),
            gradient: none(),
            own: none(),
            tally: Tally::new(&CLOSED_LOOP),
            curve: Vec::new(),
        }
    }

    /// The bounds, as they went: the certificate's, and this one.
    #[must_use]
    pub fn tallies(self) -> Vec<Tally> {
        let mut all = self.open.tallies();
        all.push(self.tally);
        all
    }

    /// By how much the largest bound grew at each step, on average, as long as it said something; 1 if that was for one step.
    #[must_use]
    pub fn growth(&self) -> f64 {
        match &self.curve[..] {
            [first, .., last] if first.2 > 0.0 => (last.2 / first.2).powf(1.0 / (last.0 - first.0)),
            _ => 1.0,
        }
    }

    /// Which hypothesis fails for all elements: at these weights and the twin's.
    fn failed(&self) -> Option<usize> {
        let own: Vec<f64> = self.twin.weights.iter().map(Float::to_f64).collect();
        let inside = self.domain.contains(&self.weights) && self.domain.contains(&own);
        match self.smoothness {
            _ if self.master => Some(2),
            Some(_) if inside => None,
            _ => Some(1),
        }
    }

    /// At least the distance of each gradient from the twin's: what storing it changed, `L` times the distance of the weights, and what was
    /// rounded when gradients were computed.
    fn apart(&mut self, step: u64, kept: &[f64]) -> Vec<Upper> {
        self.problem.sample(&self.weights, self.seed, step, &mut self.gradient);
        let euclidean = |xs: &mut dyn Iterator<Item = Upper>| xs.map(|x| x * x).sum::<Upper>().sqrt();
        let weights = euclidean(&mut self.elements.iter().map(|e| e.weight));
        let size = euclidean(&mut self.weights.iter().map(|w| Upper::of(*w)));
        let smoothness = self.smoothness.map_or(Upper::UNKNOWN, Upper::of);
        let far = smoothness * weights;
        let computed = |g: f64| (Upper::of(g) + far + smoothness * (size + weights)) * Upper::of(COMPUTED);
        let each = kept.iter().zip(&self.gradient);
        each.map(|(kept, g)| Upper::distance(*kept, *g) + far + computed(*g)).collect()
    }

    fn observe(&mut self, t: u64, weights: &[f64], apart: &[Upper]) {
        let failed = self.failed();
        self.tally.step(t);
        let Some(c) = self.open.last else { return };
        let (mut worst, mut says) = ((t as f64, 0.0f64, 0.0f64), false);
        for (k, e) in self.elements.iter_mut().enumerate() {
            let at = || format!("{}, step {t}, element {k}", self.of);
            let local = &self.open.locals[k];
            let moments = e.average(&c, apart[k], local);
            e.update(&c, moments, local);
            if let Some(hypothesis) = failed.or(self.open.lost[k].map(|_| 0)) {
                e.weight = Upper::UNKNOWN;
                self.tally.fail(hypothesis, at);
                continue;
            }
            let exact = &self.twin.weights[k];
            let (distance, bound) = ((exact.clone() - weights[k]).abs().to_f64(), e.weight.get());
            let trivial = weights[k].abs().max(exact.to_f64().abs());
            self.tally.observe(distance, bound, trivial, at);
            says |= bound < trivial;
            worst = (worst.0, worst.1.max(distance), worst.2.max(bound));
        }
        if says {
            self.curve.push(worst);
        }
    }
}

impl<N: Value> Observer<N> for ClosedLoop<'_> {
    fn see(&mut self, what: Quantity, first: usize, values: &[N]) {
        self.open.see(what, first, values);
    }
}

impl<N: Value> Watch<N> for ClosedLoop<'_> {
    fn before(&mut self, at: &Seeds, states: &States<N>, gradient: &[N]) {
        self.open.before(at, states, gradient);
        self.weights.clear();
        self.weights.extend(states.weights.iter().map(Value::value));
    }

    fn after(&mut self, at: &Seeds, states: &States<N>) {
        self.open.after(at, states);
        let kept = self.open.gradient().to_vec();
        let apart = self.apart(at.t, &kept);
        let weights: Vec<f64> = self.twin.weights.iter().map(Float::to_f64).collect();
        self.problem.sample(&weights, self.seed, at.t, &mut self.own);
        let g: Vec<Float> = self.own.iter().map(|&g| self.exact.number(g)).collect();
        let adam = *self.open.adam();
        adam.step(&mut self.exact, at, &mut self.twin, &g, &mut Keepers::exact(), &mut Blind);
        let weights: Vec<f64> = states.weights.iter().map(Value::value).collect();
        self.observe(at.t, &weights, &apart);
    }
}

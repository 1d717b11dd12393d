//! One step of Adam: constants, moments, update, weights.

use std::ops::Range;

use super::{Adam, Denominator, Moments, Ratio, Square};
use crate::arithmetic::{Arithmetic, Coefficient};
use crate::optimizer::ema::{Ema, Factors, named};
use crate::optimizer::weights::{Weights, coupled};
use crate::optimizer::{Blind, Keepers, Observer, Quantity, Scratch, States, fill};
use crate::train::Seeds;

impl Adam {
    /// The constants of step `t`, from 1, for parts of up to `len` elements.
    pub fn constants<A: Arithmetic>(
        &self,
        a: &A,
        keepers: &mut Keepers,
        t: u64,
        len: usize,
    ) -> Constants<A::Number> {
        let [beta1, beta2] = self.betas;
        let mut constant = |c: Coefficient| fill::<A>(&a.coefficient(c, &mut keepers.coefficients), len);
        let mut factors = |beta: f64| Factors {
            keep: constant(Coefficient::Given(beta)),
            add: constant(Coefficient::Complement(beta)),
        };
        let (first, second) = (factors(beta1), factors(beta2));
        let corrected = self.choices.bias_correction;
        let step = self.step_of(t);
        let epsilon = match self.choices.denominator {
            Denominator::Uncorrected if corrected => {
                Coefficient::TimesBiasRoot { x: self.epsilon, beta: beta2, t }
            }
            _ => Coefficient::Given(self.epsilon),
        };
        let root = corrected && self.choices.denominator == Denominator::Corrected;
        let root = root.then(|| constant(Coefficient::BiasRoot { beta: beta2, t }));
        let decays = self.weight_decay != 0.0;
        let decay = decays.then(|| constant(self.choices.decay.constant(self.rate, self.weight_decay)));
        Constants { first, second, root, step: constant(step), epsilon: constant(epsilon), decay }
    }

    /// What the moment over the denominator is multiplied by in step `t`.
    pub(in crate::optimizer) fn step_of(&self, t: u64) -> Coefficient {
        let (x, [beta, second]) = (self.rate, self.betas);
        match self.choices.denominator {
            _ if !self.choices.bias_correction => Coefficient::Given(x),
            Denominator::Corrected => Coefficient::OverBias { x, beta, t },
            Denominator::Uncorrected | Denominator::Inside => {
                Coefficient::Uncorrected { x, first: beta, second, t }
            }
        }
    }

    /// One step of all elements: the one that `seeds` belong to. `gradients` are as they were stored.
    pub fn step<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        seeds: &Seeds,
        states: &mut States<A::Number>,
        gradients: &[A::Number],
        keepers: &mut Keepers,
        observer: &mut O,
    ) {
        self.step_within(a, seeds, states, gradients, 0..gradients.len(), keepers, observer);
    }

    /// The same of the tensors that begin in a range only.
    #[allow(clippy::too_many_arguments)]
    pub(in crate::optimizer) fn step_within<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        seeds: &Seeds,
        states: &mut States<A::Number>,
        gradients: &[A::Number],
        within: Range<usize>,
        keepers: &mut Keepers,
        observer: &mut O,
    ) {
        let len = keepers.part(gradients.len());
        let constants = self.constants(a, keepers, seeds.t, len);
        let mut scratch = Scratch::new(&constants.step[0], len);
        for crate::optimizer::Part { range, tensor } in keepers.parts(gradients.len(), len) {
            if !within.contains(&range.start) {
                continue;
            }
            let first = range.start;
            a.place(seeds.operations, first as u64);
            let decay = constants.decay.as_deref().map(|decay| (decay, self.choices.decay));
            let g = coupled(a, decay, &states.weights[range.clone()], &gradients[range.clone()], true);
            let g = g.as_ref();
            let mut part =
                Part { m: &mut states.first[range.clone()], v: &mut states.second[range.clone()], g, first };
            self.moments(a, &constants, &mut part, scratch.parts(g.len()), observer);
            let store = |a: &mut A, part: &mut Part<'_, A::Number>, keepers: &mut Keepers| {
                a.store(keepers.first_of(tensor), part.m, seeds.first, first as u64);
                a.store(keepers.second_of(tensor), part.v, seeds.second, first as u64);
            };
            if self.choices.moments == Moments::Stored {
                store(a, &mut part, keepers);
            }
            self.update(a, &constants, &mut part, scratch.parts(g.len()), observer);
            if self.choices.moments == Moments::Fresh {
                store(a, &mut part, keepers);
            }
            let weights = Weights::of(states, range, first, keepers, seeds.weights);
            weights.write(a, decay, None, scratch.parts(g.len()), observer);
        }
    }

    /// The moments of elements after a step, and what is to be subtracted from their weights: for those who store by themselves. What is given back is in
    /// the scratch.
    pub(crate) fn fresh<'s, A: Arithmetic>(
        &self,
        a: &mut A,
        constants: &Constants<A::Number>,
        [m, v]: [&mut [A::Number]; 2],
        g: &[A::Number],
        scratch: &'s mut Scratch<A::Number>,
    ) -> &'s [A::Number] {
        let mut part = Part { m, v, g, first: 0 };
        self.moments(a, constants, &mut part, scratch.parts(g.len()), &mut Blind);
        self.update(a, constants, &mut part, scratch.parts(g.len()), &mut Blind);
        let [_, _, _, update, _] = scratch.parts(g.len());
        update
    }

    fn moments<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        constants: &Constants<A::Number>,
        part: &mut Part<'_, A::Number>,
        rooms: [&mut [A::Number]; 5],
        observer: &mut O,
    ) {
        let [r, s, sum, square, _] = rooms;
        let (g, first) = (part.g, part.first);
        let names = [Quantity::FirstA, Quantity::FirstB];
        let rooms = [&mut *r, &mut *s, &mut *sum];
        self.choices.first.step(a, &constants.first, part.m, g, rooms, named(observer, names, first));
        observer.see(Quantity::First, first, part.m);
        let names = [Quantity::SecondA, Quantity::SecondB];
        let form = self.choices.second;
        if self.choices.square == Square::Scaled && matches!(form, Ema::TwoProduct | Ema::TwoProductFused) {
            let len = g.len();
            a.mul(&constants.second.keep[..len], part.v, r);
            a.written(r);
            a.mul(&constants.second.add[..len], g, sum);
            if form == Ema::TwoProduct {
                a.mul(sum, g, s);
                a.add(r, s, part.v);
                observer.see(Quantity::SecondB, first, s);
            } else {
                a.fma(sum, g, r, part.v);
            }
            observer.see(Quantity::SecondA, first, r);
        } else {
            a.mul(g, g, square);
            a.written(square);
            observer.see(Quantity::Square, first, square);
            let rooms = [r, s, sum];
            self.choices.second.step(
                a,
                &constants.second,
                part.v,
                square,
                rooms,
                named(observer, names, first),
            );
        }
        observer.see(Quantity::Second, first, part.v);
    }

    /// Leaves in the fourth room what is to be subtracted from the weights.
    fn update<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        constants: &Constants<A::Number>,
        part: &mut Part<'_, A::Number>,
        rooms: [&mut [A::Number]; 5],
        observer: &mut O,
    ) {
        let [r, s, denominator, update, _] = rooms;
        let (len, first) = (part.g.len(), part.first);
        let epsilon = &constants.epsilon[..len];
        match (self.choices.denominator, &constants.root) {
            (Denominator::Inside, _) => {
                a.add(part.v, epsilon, r);
                a.written(r);
                a.sqrt(r, denominator);
            }
            (_, Some(root)) => {
                a.sqrt(part.v, r);
                a.written(r);
                observer.see(Quantity::Root, first, r);
                a.div(r, &root[..len], s);
                a.written(s);
                a.add(s, epsilon, denominator);
            }
            (_, None) => {
                a.sqrt(part.v, r);
                a.written(r);
                observer.see(Quantity::Root, first, r);
                a.add(r, epsilon, denominator);
            }
        }
        a.written(denominator);
        observer.see(Quantity::Denominator, first, denominator);
        let step = &constants.step[..len];
        match self.choices.ratio {
            Ratio::DivideFirst => {
                a.div(part.m, denominator, r);
                observer.see(Quantity::Ratio, first, r);
                a.mul(step, r, update);
            }
            Ratio::ScaleFirst => {
                a.mul(step, part.m, r);
                a.div(r, denominator, update);
            }
        }
        observer.see(Quantity::Update, first, update);
    }
}

/// The constants of a step, in every place of a part.
#[derive(Clone, Debug)]
pub struct Constants<N> {
    first: Factors<N>,
    second: Factors<N>,
    root: Option<Vec<N>>,
    step: Vec<N>,
    epsilon: Vec<N>,
    decay: Option<Vec<N>>,
}

impl<N: Clone> Constants<N> {
    /// The same with another factor of moment over denominator.
    pub(crate) fn scaled_by(&mut self, step: &N) {
        self.step.fill(step.clone());
    }
}

/// Part of every tensor.
struct Part<'a, N> {
    m: &'a mut [N],
    v: &'a mut [N],
    g: &'a [N],
    first: usize,
}

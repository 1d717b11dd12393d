//! Recorded numbers beside the exact ones and the bounds on their distance.

use rug::Float;

use super::anchored::{Anchor, Anchored};
use super::method::{Method, Visit};
use super::place::Place;
use super::rows::Rows;
use crate::arithmetic::{Arithmetic, Bounded, Exact, Native, Running};
use crate::bound::Tally;
use crate::bound::trace::{RUNNING, STEP, WORST};
use crate::detect::{Detectors, Value};
use crate::optimizer::{Blind, Keepers, States};
use crate::train::{Seeds, Streams, Watch};

/// A step's largest numbers, of weights.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Largest {
    /// The largest distance from the exact run.
    pub measured: f64,
    /// The largest bounds: `trace.running` and `trace.worst-case`.
    pub bounds: [f64; 2],
}

/// A recorded number that is out of its bound.
#[derive(Clone, PartialEq, Debug)]
pub struct Outside {
    /// Where.
    pub place: Place,
    /// The recorded number.
    pub recorded: f64,
    /// The exact step, in binary64.
    pub exact: f64,
    /// The bound.
    pub bound: f64,
}

/// What was found of a batch.
pub struct Judged {
    /// `trace.step`, `trace.running` and `trace.worst-case` of weights, first and second moment.
    pub tallies: [[Tally; 3]; 3],
    /// The first number that is out of the bound of its step.
    pub outside: Option<Outside>,
    /// Step by step.
    pub curve: Vec<Largest>,
    /// Recorded numbers that are 0 and exactly so, as of an element that never had a gradient: no bound is evaluated there.
    pub idle: u64,
    /// What low precision did.
    pub detectors: Detectors,
}

impl Judged {
    /// Takes in a number that is out of its bound, of a step that is no earlier than those before.
    fn out(&mut self, one: impl FnOnce() -> Outside, step: u64) {
        if self.outside.as_ref().is_some_and(|known| known.place.step < step) {
            return;
        }
        let one = one();
        if self.outside.as_ref().is_none_or(|known| one.place.order() < known.place.order()) {
            self.outside = Some(one);
        }
    }
}

/// Judges a batch by a method.
pub struct Judge<'r> {
    /// What was recorded.
    pub rows: &'r Rows,
    /// The method that it is compared with.
    pub method: &'r Method,
    /// What does its storing.
    pub keepers: Keepers,
}

impl Visit for Judge<'_> {
    type Out = Judged;

    fn visit<V: Native + Value, A: Anchor<Number = V> + Clone>(mut self, a: A) -> Judged {
        let mut found = Judged {
            tallies: tallies(),
            outside: None,
            curve: Vec::new(),
            idle: 0,
            detectors: Detectors::new(&self.method.storages),
        };
        let start = self.rows.all_after(0);
        let mut whole = Whole {
            running: states(&Running::new(a.clone()), start),
            twin: states(&Exact::default(), start),
        };
        let running = Running::new(a.clone());
        for s in 0..self.rows.steps {
            let seeds = Streams::new(0).step(self.rows.t(s));
            found.tallies.iter_mut().flatten().for_each(|tally| tally.step(self.rows.t(s)));
            self.detect(a.clone(), s, &seeds, &mut found.detectors);
            let outside = self.one_step(&running, s, &seeds, &mut found);
            self.whole(&running, s, &seeds, (&mut whole, outside), &mut found);
        }
        found
    }
}

/// The bounds of weights, first and second moment, before anything was evaluated.
pub fn tallies() -> [[Tally; 3]; 3] {
    [&STEP, &RUNNING, &WORST].map(|statement| std::array::from_fn(|_| Tally::new(statement)))
}

impl Largest {
    /// Takes in another parameter's.
    pub fn merge(&mut self, other: Largest) {
        self.measured = self.measured.max(other.measured);
        self.bounds = std::array::from_fn(|i| self.bounds[i].max(other.bounds[i]));
    }
}

/// The run from its start on, along the recorded numbers and exactly.
struct Whole<V> {
    running: States<Bounded<V>>,
    twin: States<Float>,
}

/// States with these numbers; a moment that was not recorded is 0.
fn states<A: Arithmetic>(a: &A, [weights, first, second]: [&[f64]; 3]) -> States<A::Number> {
    let n = weights.len();
    let of = |values: &[f64]| match values {
        [] => vec![a.number(0.0); n],
        values => values.iter().map(|&x| a.number(x)).collect(),
    };
    States {
        weights: of(weights),
        compensation: Vec::new(),
        first: of(first),
        second: of(second),
        matrices: Vec::new(),
    }
}

fn gradient<A: Arithmetic>(a: &A, rows: &Rows, s: usize) -> Vec<A::Number> {
    rows.gradient(s).iter().map(|&g| a.number(g)).collect()
}

impl Judge<'_> {
    /// The step in an arithmetic, with recorded numbers in place of those that it stores.
    fn anchored<A: Anchor>(
        &mut self,
        a: A,
        s: usize,
        seeds: &Seeds,
        from: &mut States<A::Number>,
    ) -> (A, [Vec<A::Number>; 3]) {
        let g = gradient(&a, self.rows, s);
        let mut a = Anchored::new(a, *seeds, self.rows.all_after(s + 1));
        self.method.step(&self.rows.hyper[s], &mut a, seeds, from, &g, &mut self.keepers, &mut Blind);
        a.into_parts()
    }

    fn detect<V: Native + Value, A: Anchor<Number = V>>(
        &mut self,
        a: A,
        s: usize,
        seeds: &Seeds,
        detectors: &mut Detectors,
    ) {
        let g = gradient(&a, self.rows, s);
        let mut from = states(&a, self.rows.all_after(s));
        detectors.before(seeds, &from, &g);
        let mut a = Anchored::new(a, *seeds, self.rows.all_after(s + 1));
        self.method.step(&self.rows.hyper[s], &mut a, seeds, &mut from, &g, &mut self.keepers, detectors);
        detectors.after(seeds, &from);
    }

    /// `trace.step`: which elements of which tensors are out of their bounds.
    fn one_step<V: Native, A: Anchor<Number = V> + Clone>(
        &mut self,
        running: &Running<A>,
        s: usize,
        seeds: &Seeds,
        found: &mut Judged,
    ) -> [Vec<bool>; 3] {
        let before = self.rows.all_after(s);
        let mut from = states(running, before);
        let computed = self.anchored(running.clone(), s, seeds, &mut from).1;
        let mut from = states(&Exact::default(), before);
        let exact = self.anchored(Exact::default(), s, seeds, &mut from).1;
        let mut outside: [Vec<bool>; 3] = Default::default();
        // Moments are computed first.
        for tensor in [1, 2, 0] {
            let recorded = self.rows.after(s + 1, tensor);
            outside[tensor] = vec![false; recorded.len()];
            // The weights of Muon are not computed here.
            for (k, (&x, (bound, exact))) in
                recorded.iter().zip(computed[tensor].iter().zip(&exact[tensor])).enumerate()
            {
                let at = || self.rows.place(s, tensor, k).to_string();
                let tally = &mut found.tallies[0][tensor];
                if !bound.value.wide().is_finite() {
                    tally.fail(0, at);
                    continue;
                }
                if x == 0.0 && exact.is_zero() {
                    found.idle += 1;
                    continue;
                }
                let (measured, trivial) = compared(x, exact);
                tally.observe(measured, bound.worst.get(), trivial, at);
                if measured.is_nan() || measured > bound.worst.get() {
                    outside[tensor][k] = true;
                    let (exact, bound) = (exact.to_f64(), bound.worst.get());
                    found.out(
                        || Outside { place: self.rows.place(s, tensor, k), recorded: x, exact, bound },
                        self.rows.t(s),
                    );
                }
            }
        }
        outside
    }

    /// `trace.running` and `trace.worst-case`.
    fn whole<V: Native, A: Anchor<Number = V> + Clone>(
        &mut self,
        running: &Running<A>,
        s: usize,
        seeds: &Seeds,
        (whole, outside): (&mut Whole<V>, [Vec<bool>; 3]),
        found: &mut Judged,
    ) {
        let stored = self.anchored(running.clone(), s, seeds, &mut whole.running).1;
        let exact = Exact::default();
        let g = gradient(&exact, self.rows, s);
        let (hyper, mut keepers) = (&self.rows.hyper[s], Keepers::exact());
        self.method.step(hyper, &mut exact.clone(), seeds, &mut whole.twin, &g, &mut keepers, &mut Blind);
        let States { weights, first, second, .. } = &mut whole.running;
        let mut largest = Largest::default();
        let exact = [&whole.twin.weights, &whole.twin.first, &whole.twin.second];
        for (tensor, known) in [weights, first, second].into_iter().enumerate() {
            for (k, &x) in self.rows.after(s + 1, tensor).iter().enumerate().take(stored[tensor].len()) {
                known[k].sound &= !outside[tensor][k];
                if x == 0.0 && exact[tensor][k].is_zero() {
                    continue;
                }
                let at = || self.rows.place(s, tensor, k).to_string();
                let (measured, trivial) = compared(x, &exact[tensor][k]);
                let bounds = [known[k].error.magnitude().get(), stored[tensor][k].worst.get()];
                let [_, running, worst] = &mut found.tallies;
                if !stored[tensor][k].value.wide().is_finite() {
                    running[tensor].fail(0, at);
                    worst[tensor].fail(0, at);
                    continue;
                }
                // The enclosure goes along with what was recorded: it is none of a run once a step was not one.
                match known[k].sound {
                    true => running[tensor].observe(measured, bounds[0], trivial, at),
                    false => running[tensor].fail(1, at),
                }
                worst[tensor].observe(measured, bounds[1], trivial, at);
                if tensor == 0 {
                    largest.measured = largest.measured.max(measured);
                    largest.bounds = std::array::from_fn(|i| largest.bounds[i].max(bounds[i]));
                }
            }
        }
        if !stored[0].is_empty() {
            found.curve.push(largest);
        }
    }
}

/// The distance of a recorded number from an exact one, and what is known of it without any bound.
fn compared(recorded: f64, exact: &Float) -> (f64, f64) {
    let distance = (exact.clone() - recorded).abs().to_f64();
    (distance, exact.to_f64().abs().max(recorded.abs()))
}

/// Parameters can have been at different steps when recording began: the largest of each step.
pub fn merge_curves(all: &mut Vec<(u64, Largest)>, steps: impl Iterator<Item = (u64, Largest)>) {
    for (t, largest) in steps {
        match all.binary_search_by_key(&t, |known| known.0) {
            Ok(at) => all[at].1.merge(largest),
            Err(at) => all.insert(at, (t, largest)),
        }
    }
}

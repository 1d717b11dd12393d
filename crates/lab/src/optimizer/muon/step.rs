//! One step of Muon.

use std::ops::Range;

use halfulp::noise;
use nalgebra::DMatrix;

use super::Muon;
use super::direction::{By, Direction};
use super::neurons::Evened;
use crate::arithmetic::{Arithmetic, Coefficient};
use crate::experiment::Invalid;
use crate::optimizer::ema::{Ema, Factors, named};
use crate::optimizer::weights::Weights;
use crate::optimizer::{Keepers, Moments, Observer, PART, Quantity, Scratch, States, fill};
use crate::problem::Shape;
use crate::train::Seeds;

impl Muon {
    /// One step of all tensors: the one that `seeds` belong to. `gradients` are as they were stored. Tensors are stored one after the
    /// other, each row by row, and blocks of a storage start anew with each.
    ///
    /// # Errors
    /// As for [`check`](Muon::check).
    #[allow(clippy::too_many_arguments)]
    pub fn step<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        seeds: &Seeds,
        states: &mut States<A::Number>,
        gradients: &[A::Number],
        shapes: &[Shape],
        keepers: &mut Keepers,
        observer: &mut O,
    ) -> Result<(), Invalid> {
        let mut first = 0;
        for shape in shapes {
            let range = first..first + shape.elements();
            first = range.end;
            if let Some(adam) = self.rest.filter(|_| !shape.is_matrix()) {
                adam.step_within(a, seeds, states, gradients, range, keepers, observer);
                continue;
            }
            let mut tensor =
                Tensor { a: &mut *a, keepers: &mut *keepers, observer: &mut *observer, seeds, range };
            tensor.step(self, states, gradients, shape)?;
        }
        Ok(())
    }

    /// The momentum of all tensors alone, which is not stored.
    pub(in crate::optimizer) fn average<A: Arithmetic>(
        &self,
        a: &mut A,
        seeds: &Seeds,
        m: &mut [A::Number],
        gradients: &[A::Number],
        keepers: &mut Keepers,
    ) {
        if self.warms(seeds.t) {
            return m.clone_from_slice(gradients);
        }
        let mut constant = |c: Coefficient| fill::<A>(&a.coefficient(c, &mut keepers.coefficients), m.len());
        let factors = Factors {
            keep: constant(Coefficient::Given(self.momentum)),
            add: constant(Coefficient::Complement(self.momentum)),
        };
        let mut rooms: [Vec<A::Number>; 3] = std::array::from_fn(|_| m.to_vec());
        let [r, s, sum] = &mut rooms;
        self.form.step(a, &factors, m, gradients, [r, s, sum], |_, _| {});
    }
}

/// A tensor under way.
struct Tensor<'a, A: Arithmetic, O> {
    a: &'a mut A,
    keepers: &'a mut Keepers,
    observer: &'a mut O,
    seeds: &'a Seeds,
    range: Range<usize>,
}

impl<A: Arithmetic, O: Observer<A::Number>> Tensor<'_, A, O> {
    fn step(
        &mut self,
        how: &Muon,
        states: &mut States<A::Number>,
        gradients: &[A::Number],
        shape: &Shape,
    ) -> Result<(), Invalid> {
        let first = self.range.start;
        let g = &gradients[self.range.clone()];
        let m = &mut states.first[self.range.clone()];
        let factors = self.factors(how);
        self.momentum(how, &factors, m, g);
        self.observer.see(Quantity::First, first, m);
        let mut source = m.to_vec();
        self.a.store(self.keepers.first_of(self.range.len()), m, self.seeds.first, first as u64);
        if how.moments == Moments::Stored {
            source.clone_from_slice(m);
        }
        if how.nesterov {
            source = self.nesterov(how, &factors, &source, g);
        }
        self.observer.see(Quantity::Blend, first, &source);
        let values = source.iter().map(|x| self.a.value(x));
        let matrix = DMatrix::from_row_iterator(shape.rows, shape.columns, values);
        let seed = noise::word(self.seeds.operations, first as u64 ^ 1 << 63);
        let Direction { matrix, factors } = how.direction(&matrix, self.seeds.t, seed)?;
        let mut orthogonal: Vec<_> = matrix.transpose().iter().map(|&x| self.a.number(x)).collect();
        self.observer.see(Quantity::Orthogonal, first, &orthogonal);
        if let Some(neurons) = how.neurons.filter(|_| shape.is_matrix()) {
            let second = &mut states.second[first..first + shape.rows];
            let room = Evened { a: self.a, keepers: self.keepers, seeds: self.seeds, first };
            room.even(&neurons, second, &mut orthogonal, shape.columns);
        }
        let scaled = self.scaled(how, orthogonal, &factors)?;
        self.write(how, states, &scaled);
        Ok(())
    }

    /// A constant, in every place of a part.
    fn constant(&mut self, c: Coefficient) -> Vec<A::Number> {
        let x = self.a.coefficient(c, &mut self.keepers.coefficients);
        fill::<A>(&x, PART.next_multiple_of(self.keepers.block()).min(self.range.len().max(PART)))
    }

    fn factors(&mut self, how: &Muon) -> Factors<A::Number> {
        Factors {
            keep: self.constant(Coefficient::Given(how.momentum)),
            add: self.constant(Coefficient::Complement(how.momentum)),
        }
    }

    /// The noise of operations: this part of the tensor, and what is computed of it.
    fn place(&mut self, what: u64, at: usize) {
        self.a.place(noise::word(self.seeds.operations, what), (self.range.start + at) as u64);
    }

    fn momentum(&mut self, how: &Muon, factors: &Factors<A::Number>, m: &mut [A::Number], g: &[A::Number]) {
        if how.warms(self.seeds.t) {
            return m.clone_from_slice(g);
        }
        let mut scratch = Scratch::new(&factors.keep[0], PART);
        for (k, (m, g)) in m.chunks_mut(PART).zip(g.chunks(PART)).enumerate() {
            self.place(0, k * PART);
            let [r, s, sum, ..] = scratch.parts(m.len());
            let names = [Quantity::FirstA, Quantity::FirstB];
            let seen = named(self.observer, names, self.range.start + k * PART);
            how.form.step(self.a, factors, m, g, [r, s, sum], seen);
        }
    }

    fn nesterov(
        &mut self,
        how: &Muon,
        factors: &Factors<A::Number>,
        m: &[A::Number],
        g: &[A::Number],
    ) -> Vec<A::Number> {
        let zero = self.a.number(0.0);
        let mut blend = vec![zero.clone(); m.len()];
        let mut scratch = Scratch::new(&zero, PART);
        for (k, to) in blend.chunks_mut(PART).enumerate() {
            let n = to.len();
            self.place(1, k * PART);
            let (m, g) = (&m[k * PART..k * PART + n], &g[k * PART..k * PART + n]);
            let [r, s, rest, ..] = scratch.parts(n);
            let (keep, add) = (&factors.keep[..n], &factors.add[..n]);
            match how.form {
                Ema::Sum => {
                    self.a.mul(keep, m, r);
                    self.a.add(r, g, to);
                }
                Ema::Lerp => {
                    // torch.lerp takes the complement of its weight in the arithmetic of the step.
                    r.fill(self.a.number(1.0));
                    self.a.sub(r, keep, rest);
                    self.a.sub(m, g, r);
                    self.a.mul(r, rest, s);
                    self.a.sub(m, s, to);
                }
                Ema::LerpFused => {
                    r.fill(self.a.number(1.0));
                    self.a.sub(keep, r, rest);
                    self.a.sub(m, g, r);
                    self.a.fma(rest, r, m, to);
                }
                Ema::TwoProductFused => {
                    self.a.mul(keep, m, r);
                    self.a.fma(add, g, r, to);
                }
                Ema::TwoProduct | Ema::Fma => {
                    self.a.mul(keep, m, r);
                    self.a.mul(add, g, s);
                    self.a.add(r, s, to);
                }
            }
        }
        blend
    }

    fn scaled(
        &mut self,
        how: &Muon,
        orthogonal: Vec<A::Number>,
        factors: &By,
    ) -> Result<Vec<A::Number>, Invalid> {
        let mut scaled = orthogonal;
        if !factors.is_one() {
            let from = scaled.clone();
            for (k, (x, to)) in from.chunks(PART).zip(scaled.chunks_mut(PART)).enumerate() {
                self.place(2, k * PART);
                let mut factor =
                    |c: f64| self.a.coefficient(Coefficient::Given(c), &mut self.keepers.coefficients);
                let by: Vec<A::Number> = match factors {
                    By::One(c) => fill::<A>(&factor(*c), x.len()),
                    By::Each(all) => all[k * PART..k * PART + x.len()].iter().map(|c| factor(*c)).collect(),
                };
                self.a.mul(&by, x, to);
            }
        }
        let mut keeper = how.update.keeper()?;
        let seed = noise::word(self.seeds.operations, 4);
        self.a.store(&mut keeper, &mut scaled, seed, self.range.start as u64);
        Ok(scaled)
    }

    fn write(&mut self, how: &Muon, states: &mut States<A::Number>, scaled: &[A::Number]) {
        let rate = how.rate * how.schedule.factor(self.seeds.t);
        let step = self.constant(Coefficient::Given(rate));
        let decay =
            (how.weight_decay != 0.0).then(|| self.constant(Coefficient::Decay(rate, how.weight_decay)));
        let mut scratch = Scratch::new(&step[0], step.len());
        for (k, x) in scaled.chunks(step.len()).enumerate() {
            let first = self.range.start + k * step.len();
            self.place(3, k * step.len());
            let rooms = scratch.parts(x.len());
            self.a.mul(&step[..x.len()], x, rooms[3]);
            self.observer.see(Quantity::Update, first, rooms[3]);
            let decay = decay.as_deref().map(|factor| (factor, how.decay));
            let seed = self.seeds.weights;
            let range = first..first + x.len();
            Weights::of(states, range, first, self.keepers, seed).write(
                self.a,
                decay,
                None,
                rooms,
                self.observer,
            );
        }
    }
}

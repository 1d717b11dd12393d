//! Muon: momentum whose matrices are orthogonalized (Jordan et al., 2024).

use std::ops::Range;

use nalgebra::DMatrix;
use serde::Deserialize;

use super::ema::{Ema, Factors, named};
use super::newton_schulz::NewtonSchulz;
use super::weights::{Decay, Weights};
use super::{Adam, Keepers, Moments, Observer, PART, Quantity, Schedule, Scratch, States, fill};
use crate::arithmetic::{Arithmetic, Coefficient};
use crate::experiment::{Invalid, range};
use crate::matrix;
use crate::problem::Shape;
use crate::storage::Storage;
use crate::train::Seeds;
use halfulp::noise;

/// `M <- b M + (1 - b) G`, `W <- W - rate scale polar(M)`, with every choice that changes bits.
///
/// A tensor of one row or one column is a matrix too: its polar factor is the vector over its length.
///
/// ```
/// use halfulp_lab::optimizer::Muon;
///
/// let muon = Muon::reference();
/// assert_eq!((muon.momentum, muon.nesterov), (0.95, true));
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Muon {
    /// Learning rate, above 0.
    pub rate: f64,
    /// How it changes.
    pub schedule: Schedule,
    /// Decay of the momentum, in `[0, 1)`.
    pub momentum: f64,
    /// The form of the momentum.
    pub form: Ema,
    /// Whether what is orthogonalized is the gradient taken into the momentum once more: `b m + (1 - b) g`, of the lerp form
    /// `m - (1 - b) (m - g)` as `torch.lerp` has it for weights of a half or more, of the sum `g + b m`.
    pub nesterov: bool,
    /// Whether the momentum starts as the first gradient, and not at 0.
    pub warm: bool,
    /// Which momentum is orthogonalized: before it is stored, or as it is read back.
    pub moments: Moments,
    /// How it is orthogonalized.
    pub polar: Polar,
    /// What the orthogonal matrix is multiplied by.
    pub scale: Scale,
    /// In what the scaled matrix is kept before it meets the learning rate.
    pub update: Storage,
    /// Decoupled weight decay, 0 or more.
    pub weight_decay: f64,
    /// When weights decay.
    pub decay: Decay,
    /// What steps the tensors of one row or one column, with a second moment of their own. Without it they are matrices, too.
    pub rest: Option<Adam>,
}

/// How a matrix is orthogonalized.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Polar {
    /// To its polar factor, by singular values in binary64.
    Exact,
    /// By some steps of the Newton-Schulz iteration.
    NewtonSchulz(Box<NewtonSchulz>),
}

/// What an orthogonal matrix is multiplied by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// 1.
    None,
    /// `sqrt(max(1, rows / columns))`: the reference implementation.
    #[default]
    Tall,
    /// `sqrt(rows / columns)`: a unit step in the spectral norm from inputs to outputs.
    Spectral,
    /// `0.2 sqrt(max(rows, columns))`: the root mean square of Adam's updates (Liu et al., arXiv 2502.16982).
    MatchAdam,
}

impl Scale {
    /// The factor, computed in binary64.
    #[must_use]
    pub fn factor(self, rows: usize, columns: usize) -> f64 {
        let (rows, columns) = (rows as f64, columns as f64);
        match self {
            Scale::None => 1.0,
            Scale::Tall => (rows / columns).max(1.0).sqrt(),
            Scale::Spectral => (rows / columns).sqrt(),
            Scale::MatchAdam => 0.2 * rows.max(columns).sqrt(),
        }
    }
}

impl Polar {
    /// The orthogonal matrix. One with NaN of a matrix with an element that is not finite.
    ///
    /// # Errors
    /// Choices of the iteration that do not go together.
    pub fn orthogonalize(&self, m: &DMatrix<f64>, seed: u64) -> Result<DMatrix<f64>, Invalid> {
        match self {
            Polar::Exact => {
                Ok(matrix::polar(m).unwrap_or_else(|| DMatrix::from_element(m.nrows(), m.ncols(), f64::NAN)))
            }
            Polar::NewtonSchulz(iteration) => iteration.orthogonalize(m, seed),
        }
    }
}

/// Names of the presets.
pub const PRESETS: [&str; 2] = ["reference", "plain"];

impl Muon {
    /// The choices and the usual numbers under a name: [`reference`](Muon::reference) or [`plain`](Muon::plain).
    #[must_use]
    pub fn preset(name: &str) -> Option<Muon> {
        match name {
            "reference" => Some(Muon::reference()),
            "plain" => Some(Muon::plain()),
            _ => None,
        }
    }

    /// The reference implementation: momentum 0.95 by lerp from 0, Nesterov, five steps of Newton-Schulz in bfloat16, scaled where there
    /// are more rows than columns, decay before the update.
    ///
    /// With [`Ema::LerpFused`] its momentum is that of `torch.optim.Muon` on a CPU, to the last bit. PyTorch's weights are those of fewer roundings in the
    /// iteration: it adds products up in another order, and rounds a product and what is added to it once.
    #[must_use]
    pub fn reference() -> Muon {
        Muon {
            rate: 0.02,
            schedule: Schedule::Constant,
            momentum: 0.95,
            form: Ema::Lerp,
            nesterov: true,
            warm: false,
            moments: Moments::Fresh,
            polar: Polar::NewtonSchulz(Box::new(NewtonSchulz::reference())),
            scale: Scale::Tall,
            update: Storage::bfloat16(),
            weight_decay: 0.0,
            decay: Decay::Before,
            rest: None,
        }
    }

    /// The step that convergence theorems are about: an average of two products that starts as the first gradient, the exact polar
    /// factor, nothing scaled.
    #[must_use]
    pub fn plain() -> Muon {
        Muon {
            form: Ema::TwoProduct,
            nesterov: false,
            warm: true,
            polar: Polar::Exact,
            scale: Scale::None,
            update: Storage::Exact,
            ..Muon::reference()
        }
    }

    /// What is wrong with the choices.
    ///
    /// # Errors
    /// The first key that is wrong, and why.
    pub fn check(&self) -> Result<(), Invalid> {
        let wrong =
            |key: &str, x: f64, expected: &str| Err(Invalid::new(key, format!("{x}: expected {expected}")));
        if !(self.rate > 0.0 && self.rate.is_finite()) {
            return wrong("rate", self.rate, "a number above 0");
        }
        if !(0.0..1.0).contains(&self.momentum) {
            return wrong("momentum", self.momentum, "a number from 0 to below 1");
        }
        if !(self.weight_decay >= 0.0 && self.rate * self.weight_decay <= 1.0) {
            return wrong("weight-decay", self.weight_decay, "0 or more, and at most 1 / rate");
        }
        if self.decay == Decay::Coupled {
            return Err(Invalid::new(
                "decay",
                "coupled: expected before or after, Muon's gradients have no decay in them",
            ));
        }
        if let Schedule::Power { power } = self.schedule
            && !(power >= 0.0 && power.is_finite())
        {
            return wrong("schedule.power", power, "0 or more");
        }
        if let Schedule::Linear { steps } | Schedule::Cosine { steps } = self.schedule {
            range::steps("schedule.steps", steps)?;
        }
        if let Some(adam) = &self.rest {
            adam.check().map_err(|(part, why)| Invalid::new(format!("rest.{part}"), why))?;
        }
        self.update.keeper()?;
        match &self.polar {
            Polar::Exact => Ok(()),
            Polar::NewtonSchulz(iteration) => iteration.check(),
        }
    }

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

    fn warms(&self, t: u64) -> bool {
        self.warm && t == 1
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
        self.average(how, &factors, m, g);
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
        let orthogonal = how.polar.orthogonalize(&matrix, seed)?;
        let orthogonal: Vec<_> = orthogonal.transpose().iter().map(|&x| self.a.number(x)).collect();
        self.observer.see(Quantity::Orthogonal, first, &orthogonal);
        let scaled = self.scaled(how, orthogonal, shape)?;
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

    fn average(&mut self, how: &Muon, factors: &Factors<A::Number>, m: &mut [A::Number], g: &[A::Number]) {
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
        shape: &Shape,
    ) -> Result<Vec<A::Number>, Invalid> {
        let factor = how.scale.factor(shape.rows, shape.columns);
        let mut scaled = orthogonal;
        if factor != 1.0 {
            let factor = self.constant(Coefficient::Given(factor));
            let from = scaled.clone();
            for (k, (x, to)) in from.chunks(PART).zip(scaled.chunks_mut(PART)).enumerate() {
                self.place(2, k * PART);
                self.a.mul(&factor[..x.len()], x, to);
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

#[cfg(test)]
mod tests;

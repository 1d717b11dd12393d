//! Losses and gradients of many examples, in any arithmetic, on many threads.

use halfulp::noise;
use halfulp_lab::arithmetic::{Computing, Plain, Rounded};
use halfulp_lab::experiment::Invalid;
use halfulp_lab::product::Accumulator;
use halfulp_lab::storage::Storage;
use rayon::prelude::*;

use crate::layer::Blind;
use crate::network::{Input, Network};
use crate::numerics::{Emulated, Fast, Numerics};

/// Examples that are computed together.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// Numbers, row by row; none of a network of tokens.
    pub rows: Vec<f64>,
    /// Tokens; none of a network of numbers.
    pub tokens: Vec<u8>,
    /// What the last stage is to answer, a row each.
    pub labels: Vec<u8>,
}

impl Examples {
    /// What goes into the network.
    #[must_use]
    pub fn input(&self) -> Input<'_> {
        if self.tokens.is_empty() { Input::Rows(&self.rows) } else { Input::Tokens(&self.tokens) }
    }
}

/// A network, and what it is computed in.
///
/// Examples are computed in parts that do not depend on the number of threads, and gradients of parts are added up in their order.
#[derive(Clone, Debug)]
pub struct Learner {
    /// The network.
    pub network: Network,
    /// What every operation is computed in.
    pub arithmetic: Computing,
    /// How products of matrices are summed. None: in `f32` and `f64` as the CPU does it fastest, in a format by fused multiply-adds one after the other.
    pub accumulator: Option<Accumulator>,
}

impl Learner {
    /// Whether the arithmetic can be had.
    ///
    /// # Errors
    /// The key that is wrong.
    pub fn check(&self) -> Result<(), Invalid> {
        match &self.arithmetic {
            Computing::Rounded(storage) => rounded(storage).map(|_| ()),
            Computing::F32 | Computing::F64 => Ok(()),
        }
    }

    /// The mean loss of examples and the share of right answers.
    ///
    /// # Panics
    /// If the arithmetic cannot be had.
    #[must_use]
    pub fn loss(&self, at: &[f64], parts: &[Examples]) -> [f64; 2] {
        let count = count(parts);
        let (loss, right) =
            self.dispatch(&Pass { network: &self.network, at, parts, factor: None, seed: 0 }, &mut []);
        [loss / count, right as f64 / count]
    }

    /// The gradient of the mean loss; returns that. The seed is of stochastic rounding.
    ///
    /// # Panics
    /// If the arithmetic cannot be had.
    pub fn gradient(&self, at: &[f64], parts: &[Examples], seed: u64, to: &mut [f64]) -> f64 {
        let count = count(parts);
        let pass = Pass { network: &self.network, at, parts, factor: Some(1.0 / count), seed };
        self.dispatch(&pass, to).0 / count
    }

    fn dispatch(&self, pass: &Pass<'_>, to: &mut [f64]) -> (f64, usize) {
        match (&self.arithmetic, &self.accumulator) {
            (Computing::F32, None) => pass.run(|_| Fast::<f32>::default(), to),
            (Computing::F64, None) => pass.run(|_| Fast::<f64>::default(), to),
            (Computing::F64, Some(sums)) => {
                let plain = Emulated::accumulating(Plain::<f64>::default(), sums.clone());
                pass.run(|seed| plain.clone().seeded(seed), to)
            }
            (other, sums) => {
                let binary32 = Storage::binary32();
                let storage = if let Computing::Rounded(storage) = other { storage } else { &binary32 };
                let arithmetic = rounded(storage).unwrap_or_else(|e| panic!("{e}"));
                let emulated = match sums {
                    Some(sums) => Emulated::accumulating(arithmetic, sums.clone()),
                    None => Emulated::new(arithmetic, true),
                };
                pass.run(|seed| emulated.clone().seeded(seed), to)
            }
        }
    }
}

fn rounded(storage: &Storage) -> Result<Rounded<f64>, Invalid> {
    let wrong = |why: String| Invalid::new("arithmetic", why);
    let (format, policy) = storage.format().ok_or_else(|| wrong("expected a format".into()))?;
    Rounded::new(format, policy).map_err(|e| wrong(e.to_string()))
}

fn count(parts: &[Examples]) -> f64 {
    parts.iter().map(|part| part.labels.len()).sum::<usize>() as f64
}

/// One pass over all parts: with a factor, forth and back.
struct Pass<'p> {
    network: &'p Network,
    at: &'p [f64],
    parts: &'p [Examples],
    factor: Option<f64>,
    seed: u64,
}

impl Pass<'_> {
    /// The sums of losses and of right answers, and the gradient. `make` makes what a part is computed in, of a seed.
    fn run<A: Numerics>(&self, make: impl Fn(u64) -> A + Sync, to: &mut [f64]) -> (f64, usize) {
        let mut a = make(self.seed);
        let weights: Vec<A::Number> = self.at.iter().map(|&w| a.number(w)).collect();
        let each = self.parts.par_iter().enumerate();
        let sums: Vec<_> = each
            .map(|(k, part)| self.part(&mut make(noise::word(self.seed, 1 + k as u64)), &weights, part))
            .collect();
        let (mut loss, mut right, mut gradient) = (0.0, 0, a.zeros(to.len()));
        for (its_loss, its_right, its_gradient) in sums {
            loss += its_loss;
            right += its_right;
            a.accumulate(&its_gradient, &mut gradient);
        }
        to.iter_mut().zip(&gradient).for_each(|(to, g)| *to = a.value(g));
        (loss, right)
    }

    fn part<A: Numerics>(
        &self,
        a: &mut A,
        weights: &[A::Number],
        part: &Examples,
    ) -> (f64, usize, Vec<A::Number>) {
        let examples = (part.input(), &part.labels[..]);
        let Some(factor) = self.factor else {
            let (loss, right) = self.network.loss(a, weights, examples, &mut Blind);
            return (loss, right, Vec::new());
        };
        let mut gradient = a.zeros(weights.len());
        let loss = self.network.gradient(a, weights, examples, factor, &mut gradient);
        (loss, 0, gradient)
    }
}

//! Rows of an orthogonal matrix that are evened out by their mean squares (NorMuon, arXiv 2510.05491).

use serde::{Deserialize, Serialize};

use crate::arithmetic::{Arithmetic, Coefficient};
use crate::experiment::Invalid;
use crate::optimizer::{Keepers, fill};
use crate::train::Seeds;
use halfulp::noise;

/// What evens out the rows: `v <- v + (1 - b) (mean of the row's squares - v)`, and each row is divided by `sqrt(v) + epsilon`.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Neurons {
    /// The decay of the average, in `[0, 1)`.
    pub beta: f64,
    /// What is added to its root and to norms.
    pub epsilon: f64,
    /// The size of the matrix then.
    pub rescale: Rescale,
}

/// The size of a matrix whose rows were evened out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rescale {
    /// The Frobenius norm that it had: the authors' code.
    #[default]
    Norm,
    /// A root mean square of 0.2: Algorithm 1 of the paper.
    Rms,
}

impl Default for Neurons {
    fn default() -> Neurons {
        Neurons { beta: 0.95, epsilon: 1e-10, rescale: Rescale::Norm }
    }
}

impl Neurons {
    pub(super) fn check(&self) -> Result<(), Invalid> {
        if !(0.0..1.0).contains(&self.beta) {
            let why = format!("{}: expected a number from 0 to below 1", self.beta);
            return Err(Invalid::new("neurons.beta", why));
        }
        if !(self.epsilon >= 0.0 && self.epsilon.is_finite()) {
            return Err(Invalid::new(
                "neurons.epsilon",
                format!("{}: expected 0 or a number above", self.epsilon),
            ));
        }
        Ok(())
    }
}

/// A matrix whose rows are evened out. Sums over rows and over the matrix are computed in binary64 and rounded once: libraries add them up in orders of their own.
pub(super) struct Evened<'a, A: Arithmetic> {
    pub(super) a: &'a mut A,
    pub(super) keepers: &'a mut Keepers,
    pub(super) seeds: &'a Seeds,
    pub(super) first: usize,
}

impl<A: Arithmetic> Evened<'_, A> {
    pub(super) fn even(self, how: &Neurons, v: &mut [A::Number], matrix: &mut [A::Number], columns: usize) {
        let rows = v.len();
        let norm = self.norm(matrix);
        let means: Vec<A::Number> = matrix
            .chunks(columns)
            .map(|row| {
                self.a.number(row.iter().map(|x| self.a.value(x).powi(2)).sum::<f64>() / columns as f64)
            })
            .collect();
        let add = self.a.coefficient(Coefficient::Complement(how.beta), &mut self.keepers.coefficients);
        let epsilon = self.a.coefficient(Coefficient::Given(how.epsilon), &mut self.keepers.coefficients);
        let (add, epsilons) = (fill::<A>(&add, rows), fill::<A>(&epsilon, rows));
        let mut rooms: [Vec<A::Number>; 3] = std::array::from_fn(|_| v.to_vec());
        self.a.place(noise::word(self.seeds.operations, 5), self.first as u64);
        let [r, s, sum] = rooms.each_mut().map(|room| &mut room[..]);
        self.a.lerp(&add, &means, v, [r, s, sum], false);
        let [root, denominator, _] = rooms.each_mut().map(|room| &mut room[..]);
        self.a.sqrt(v, root);
        self.a.add(root, &epsilons, denominator);
        self.a.store(self.keepers.second_of(rows), v, self.seeds.second, self.first as u64);
        for (row, by) in matrix.chunks_mut(columns).zip(&*denominator) {
            let (by, from) = (fill::<A>(by, columns), row.to_vec());
            self.a.div(&from, &by, row);
        }
        let now = [self.norm(matrix)];
        let mut sized = [epsilon.clone()];
        self.a.add(&now, std::slice::from_ref(&epsilon), &mut sized);
        let target = match how.rescale {
            Rescale::Norm => norm,
            Rescale::Rms => self.a.number(0.2 * (matrix.len() as f64).sqrt()),
        };
        let mut ratio = [epsilon];
        self.a.div(&[target], &sized, &mut ratio);
        for row in matrix.chunks_mut(columns) {
            let (by, from) = (fill::<A>(&ratio[0], columns), row.to_vec());
            self.a.mul(&from, &by, row);
        }
    }

    /// The Frobenius norm.
    fn norm(&self, matrix: &[A::Number]) -> A::Number {
        let square: f64 = matrix.iter().map(|x| self.a.value(x).powi(2)).sum();
        self.a.number(square.sqrt())
    }
}

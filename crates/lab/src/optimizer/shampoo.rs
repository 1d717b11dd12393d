//! Shampoo: an inverse root for each side of a matrix (Gupta et al., 2018), with the length of Adam's step (grafting, Anil et al., arXiv 2002.09018).

use nalgebra::DMatrix;
use serde::Serialize;

use super::Scratch;
use super::adam::Adam;
use super::preconditioned::{Preconditioned, Tensor, no_coupled_decay};
use super::root::Root;
use crate::arithmetic::{Coefficient, Operation};
use crate::experiment::Invalid;
use crate::product::Accumulator;

/// `L <- L + G G'`, `R <- R + G' G` (or averages of these), and `W <- W - rate L^(-1/4) G R^(-1/4)`.
///
/// Grafted, what is between the roots is Adam's first moment, and the step has the length of Adam's. Tensors of one row or one column are Adam's.
///
/// ```
/// use halfulp_lab::optimizer::Shampoo;
///
/// let shampoo = Shampoo::grafted();
/// assert_eq!((shampoo.every, shampoo.graft), (20, true));
/// ```
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Shampoo {
    /// What steps are grafted to, and what steps tensors that are no matrices; its rate, first decay and weight decay are those of matrices, too.
    pub adam: Adam,
    /// Whether steps have the length of Adam's.
    pub graft: bool,
    /// Decay of `L` and `R`, above 0; 1 where they are sums.
    pub beta: f64,
    /// What is added to their diagonals where roots are taken, above 0.
    pub epsilon: f64,
    /// Steps from one root to the next, from the first step on.
    pub every: u64,
    /// How roots are taken.
    pub root: Root,
    /// How matrix products are added up.
    pub accumulator: Accumulator,
}

impl Shampoo {
    /// Sums, roots in every step, the gradient itself: Shampoo as it was published.
    #[must_use]
    pub fn plain() -> Shampoo {
        let adam = Adam { betas: [0.0, 0.999], ..Adam::plain() };
        let (root, accumulator) = (Root::Eigen, Accumulator::binary32());
        Shampoo { adam, graft: false, beta: 1.0, epsilon: 1e-6, every: 1, root, accumulator }
    }

    /// Averages with decay 0.95, roots every 20 steps, grafted to PyTorch's Adam: as it is used for large networks.
    #[must_use]
    pub fn grafted() -> Shampoo {
        let adam = Adam::preset("pytorch").unwrap_or_else(|| unreachable!("the list has it"));
        Shampoo { adam, graft: true, beta: 0.95, epsilon: 1e-8, every: 20, ..Shampoo::plain() }
    }

    /// The step as long as Adam's.
    fn grafted_update<N: Clone>(
        &self,
        tensor: &mut Tensor<'_, N>,
        [left, right]: &[DMatrix<f64>; 2],
    ) -> Vec<N> {
        let (n, range) = (tensor.range.len(), tensor.range.clone());
        let constants = self.adam.constants(&tensor.a, tensor.keepers, tensor.seeds.t, n);
        let mut scratch = Scratch::new(&tensor.a.number(0.0), n);
        let (m, v) = (&mut tensor.states.first[range.clone()], &mut tensor.states.second[range.clone()]);
        let adam = self.adam.fresh(&mut tensor.a, &constants, [m, v], tensor.gradient, &mut scratch).to_vec();
        let m = tensor.matrix(&tensor.states.first[range], tensor.shape.rows, tensor.shape.columns);
        let direction = tensor.between(left, &m, right);
        let direction = tensor.numbers(&direction);
        let (length, own) = (tensor.norm(&adam), tensor.norm(&direction));
        let ratio = if own == 0.0 { 0.0 } else { length / own };
        let ratio = tensor.fill(ratio, n);
        tensor.compute(0x40, Operation::Mul, &ratio, &direction)
    }

    fn own_update<N: Clone>(&self, tensor: &mut Tensor<'_, N>, [left, right]: &[DMatrix<f64>; 2]) -> Vec<N> {
        let (n, range, beta) = (tensor.range.len(), tensor.range.clone(), self.adam.betas[0]);
        let source = if beta == 0.0 {
            tensor.gradient.to_vec()
        } else {
            let add = tensor.constant(Coefficient::Complement(beta), n);
            let m = tensor.states.first[range.clone()].to_vec();
            let apart = tensor.compute(0x41, Operation::Sub, tensor.gradient, &m);
            let part = tensor.compute(0x42, Operation::Mul, &add, &apart);
            tensor.compute(0x43, Operation::Add, &m, &part)
        };
        tensor.states.first[range].clone_from_slice(&source);
        let source = tensor.matrix(&source, tensor.shape.rows, tensor.shape.columns);
        let direction = tensor.between(left, &source, right);
        let (direction, rate) =
            (tensor.numbers(&direction), tensor.constant(Coefficient::Given(self.adam.rate), n));
        tensor.compute(0x40, Operation::Mul, &rate, &direction)
    }
}

impl Preconditioned for Shampoo {
    const NAME: &'static str = "Shampoo";
    const SQUARES: usize = 2;
    const KEY: &'static str = "every";

    fn rest(&self) -> &Adam {
        &self.adam
    }

    fn accumulator(&self) -> &Accumulator {
        &self.accumulator
    }

    fn check(&self) -> Result<(), Invalid> {
        self.adam.check().map_err(|(part, why)| Invalid::new(format!("adam.{part}"), why))?;
        no_coupled_decay(&self.adam)?;
        if !(self.beta > 0.0 && self.beta <= 1.0) {
            return Err(Invalid::new(
                "beta",
                format!("{}: expected a number above 0 and up to 1", self.beta),
            ));
        }
        if !(self.epsilon > 0.0 && self.epsilon.is_finite()) {
            return Err(Invalid::new("epsilon", format!("{}: expected a number above 0", self.epsilon)));
        }
        if self.every == 0 {
            return Err(Invalid::new("every", "0: expected 1 or more steps"));
        }
        self.root.check()
    }

    fn moments_of_matrix(&self) -> usize {
        if self.graft { 2 } else { usize::from(self.adam.betas[0] != 0.0) }
    }

    fn matrix<N: Clone>(&self, tensor: &mut Tensor<'_, N>) -> Result<(), Invalid> {
        let (rows, columns, t) = (tensor.shape.rows, tensor.shape.columns, tensor.seeds.t);
        let g = tensor.matrix(tensor.gradient, rows, columns);
        let mut roots: [DMatrix<f64>; 2] = Default::default();
        for (side, root) in roots.iter_mut().enumerate() {
            let outer = tensor.outer(&g, side);
            let statistics = tensor.average(0, side, self.beta, &outer);
            *root = if t == 1 || t.is_multiple_of(self.every) {
                let seed = halfulp::noise::word(tensor.seeds.operations, 0x30 + side as u64);
                let inverse = self.root.inverse(&statistics, self.epsilon, 4, seed)?;
                let numbers = tensor.numbers(&inverse);
                tensor.keep(1, side, numbers)
            } else {
                tensor.read(1, side)
            };
        }
        let update =
            if self.graft { self.grafted_update(tensor, &roots) } else { self.own_update(tensor, &roots) };
        tensor.store_moments(self.graft);
        tensor.write(&update, self.adam.rate, self.adam.weight_decay, self.adam.choices.decay);
        Ok(())
    }
}

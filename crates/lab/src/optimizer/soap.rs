//! SOAP: Adam in the eigenvectors of Shampoo's preconditioners (Vyas et al., arXiv 2409.11321).

use nalgebra::{DMatrix, SymmetricEigen};
use serde::Serialize;

use super::adam::Adam;
use super::ema::Factors;
use super::preconditioned::{Preconditioned, Tensor, no_coupled_decay};
use crate::arithmetic::{Coefficient, Operation};
use crate::experiment::Invalid;
use crate::product::Accumulator;

/// With `L` and `R` averages of `G G'` and `G' G`, and `Q_L`, `Q_R` their eigenvectors: the second moment is that of `Q_L' G Q_R`, and the step that of Adam there.
///
/// The first step changes no weight: it starts the averages and their eigenvectors. Every so many steps these are improved by one product and a QR
/// decomposition. Tensors of one row or one column are Adam's.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Soap {
    /// The rate, the decays of the moments, epsilon, weight decay; and what steps tensors that are no matrices.
    pub adam: Adam,
    /// Decay of `L` and `R`, in `[0, 1)`.
    pub beta: f64,
    /// Steps from one improvement of the eigenvectors to the next.
    pub every: u64,
    /// How matrix products are added up.
    pub accumulator: Accumulator,
}

impl Soap {
    /// The choices and usual numbers of `pytorch_optimizer`: rate 0.003, decays 0.95, every 10 steps, decay after the step.
    #[must_use]
    pub fn reference() -> Soap {
        let adam = Adam::preset("torchao").unwrap_or_else(|| unreachable!("the list has it"));
        let choices = super::adam::Choices { decay: super::Decay::After, ..adam.choices };
        let adam = Adam { rate: 3e-3, betas: [0.95, 0.95], choices, ..adam };
        Soap { adam, beta: 0.95, every: 10, accumulator: Accumulator::binary32() }
    }

    fn update<N: Clone>(
        &self,
        tensor: &mut Tensor<'_, N>,
        g: &DMatrix<f64>,
        [left, right]: &[DMatrix<f64>; 2],
    ) -> Vec<N> {
        let (n, range, s) = (tensor.range.len(), tensor.range.clone(), tensor.seeds.t - 1);
        let turned = tensor.between(&left.transpose(), g, right);
        let turned = tensor.numbers(&turned);
        let [beta1, beta2] = self.adam.betas;
        let mut m = tensor.states.first[range.clone()].to_vec();
        let mut v = tensor.states.second[range.clone()].to_vec();
        let square = tensor.compute(0x50, Operation::Mul, &turned, &turned);
        let choices = self.adam.choices;
        for (k, beta, form, x, m) in [
            (0x51, beta1, choices.first, tensor.gradient, &mut m),
            (0x52, beta2, choices.second, &square[..], &mut v),
        ] {
            let factors = Factors {
                keep: tensor.constant(Coefficient::Given(beta), n),
                add: tensor.constant(Coefficient::Complement(beta), n),
            };
            let mut rooms: [Vec<N>; 3] = std::array::from_fn(|_| m.clone());
            tensor.a.place(halfulp::noise::word(tensor.seeds.operations, k), range.start as u64);
            form.step(&mut tensor.a, &factors, m, x, rooms.each_mut().map(|room| &mut room[..]), |_, _| {});
        }
        let root = tensor.compute(0x53, Operation::Sqrt, &v, &[]);
        let epsilon = tensor.constant(Coefficient::Given(self.adam.epsilon), n);
        let denominator = tensor.compute(0x54, Operation::Add, &root, &epsilon);
        let turned = tensor.matrix(&m, tensor.shape.rows, tensor.shape.columns);
        let turned = tensor.between(&left.transpose(), &turned, right);
        let turned = tensor.numbers(&turned);
        let ratio = tensor.compute(0x55, Operation::Div, &turned, &denominator);
        let ratio = tensor.matrix(&ratio, tensor.shape.rows, tensor.shape.columns);
        let back = tensor.between(left, &ratio, &right.transpose());
        let back = tensor.numbers(&back);
        tensor.states.first[range.clone()].clone_from_slice(&m);
        tensor.states.second[range].clone_from_slice(&v);
        let x = self.adam.rate;
        let step = match choices.bias_correction {
            true => Coefficient::Uncorrected { x, first: beta1, second: beta2, t: s },
            false => Coefficient::Given(x),
        };
        let step = tensor.constant(step, n);
        tensor.compute(0x56, Operation::Mul, &step, &back)
    }

    /// One product and a QR decomposition; the second moment goes with its eigenvectors, which are sorted by their values.
    fn improved<N: Clone>(
        &self,
        tensor: &mut Tensor<'_, N>,
        side: usize,
        statistics: &DMatrix<f64>,
    ) -> DMatrix<f64> {
        let basis = tensor.read(1, side);
        let product = tensor.product(statistics, &basis);
        let value = |k: usize| basis.column(k).dot(&product.column(k));
        let mut order: Vec<usize> = (0..basis.ncols()).collect();
        order.sort_by(|a, b| value(*b).total_cmp(&value(*a)));
        let columns = tensor.shape.columns;
        let v = tensor.states.second[tensor.range.clone()].to_vec();
        let from =
            |i: usize, j: usize| if side == 0 { order[i] * columns + j } else { i * columns + order[j] };
        let sorted: Vec<N> = (0..v.len()).map(|k| v[from(k / columns, k % columns)].clone()).collect();
        tensor.states.second[tensor.range.clone()].clone_from_slice(&sorted);
        product.select_columns(&order).qr().q()
    }
}

/// Eigenvectors, that of the largest value first.
fn eigenvectors(symmetric: &DMatrix<f64>) -> DMatrix<f64> {
    if !symmetric.iter().all(|x| x.is_finite()) {
        return DMatrix::from_element(symmetric.nrows(), symmetric.ncols(), f64::NAN);
    }
    let SymmetricEigen { eigenvectors, eigenvalues } =
        SymmetricEigen::new((symmetric + symmetric.transpose()) / 2.0);
    let mut order: Vec<usize> = (0..eigenvalues.len()).collect();
    order.sort_by(|a, b| eigenvalues[*b].total_cmp(&eigenvalues[*a]));
    eigenvectors.select_columns(&order)
}

impl Preconditioned for Soap {
    const NAME: &'static str = "SOAP";
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
        if !(0.0..1.0).contains(&self.beta) {
            return Err(Invalid::new("beta", format!("{}: expected a number from 0 to below 1", self.beta)));
        }
        if self.every == 0 {
            return Err(Invalid::new("every", "0: expected 1 or more steps"));
        }
        Ok(())
    }

    fn moments_of_matrix(&self) -> usize {
        2
    }

    fn matrix<N: Clone>(&self, tensor: &mut Tensor<'_, N>) -> Result<(), Invalid> {
        let (rows, columns, t) = (tensor.shape.rows, tensor.shape.columns, tensor.seeds.t);
        let g = tensor.matrix(tensor.gradient, rows, columns);
        if t > 1 {
            let bases = [0, 1].map(|side| tensor.read(1, side));
            let update = self.update(tensor, &g, &bases);
            tensor.store_moments(true);
            tensor.write(&update, self.adam.rate, self.adam.weight_decay, self.adam.choices.decay);
        }
        for side in [0, 1] {
            let outer = tensor.outer(&g, side);
            let statistics = tensor.average(0, side, self.beta, &outer);
            if t == 1 {
                let basis = tensor.numbers(&eigenvectors(&statistics));
                tensor.keep(1, side, basis);
            } else if (t - 1).is_multiple_of(self.every) {
                let basis = self.improved(tensor, side, &statistics);
                let basis = tensor.numbers(&basis);
                tensor.keep(1, side, basis);
            }
        }
        Ok(())
    }
}

//! PSGD with Kronecker factors (Li, arXiv 1512.04202; as `kron_torch` has it): a triangular preconditioner for each side of a matrix, fitted by descent.

use halfulp::noise;
use nalgebra::DMatrix;
use serde::Serialize;

use super::Decay;
use super::adam::Adam;
use super::preconditioned::{Preconditioned, Tensor};
use crate::arithmetic::{Coefficient, Operation};
use crate::experiment::Invalid;
use crate::problem::normal;
use crate::product::Accumulator;

/// `W <- W - rate clip(Q_L' Q_L M Q_R' Q_R)`, with `M` the momentum without its bias, to which a little noise `V` is added where the factors are fitted: so that
/// `Q_L M Q_R'` becomes white, as `Q_L^-T V Q_R^-1` is.
///
/// Weight decay is added to the update, of matrices. Tensors of one row or one column are Adam's.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Psgd {
    /// Learning rate, above 0.
    pub rate: f64,
    /// Decay of the momentum, in `[0, 1)`.
    pub momentum: f64,
    /// Weight decay, 0 or more.
    pub weight_decay: f64,
    /// Learning rate of the factors, above 0.
    pub preconditioner_rate: f64,
    /// The share of steps that fit the factors, above 0 and up to 1; none: 1 in the first 500 steps, and then `exp(-(t - 500) / 1000)`, at least 0.03.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What steps tensors that are no matrices.
    pub adam: Adam,
    /// How matrix products are added up.
    pub accumulator: Accumulator,
}

/// What the root mean square of an update is clipped to.
const CLIP: f64 = 1.1;

impl Psgd {
    /// The usual numbers of `kron_torch`.
    #[must_use]
    pub fn reference() -> Psgd {
        let adam = Adam::preset("pytorch").unwrap_or_else(|| unreachable!("the list has it"));
        Psgd {
            rate: 3e-4,
            momentum: 0.9,
            weight_decay: 0.0,
            preconditioner_rate: 0.1,
            probability: None,
            adam,
            accumulator: Accumulator::binary32(),
        }
    }

    /// Whether the factors are fitted in step `t`, from 1: where steps since the last time have reached the inverse of the share.
    #[must_use]
    pub fn fits(&self, t: u64) -> bool {
        let share = |s: u64| {
            self.probability.unwrap_or_else(|| (-(s as f64 - 500.0) / 1000.0).exp().clamp(0.03, 1.0))
        };
        let count = |count: u64, s: u64| if (count + 1) as f64 >= 1.0 / share(s - 1) { 0 } else { count + 1 };
        (1..=t).fold(0, count) == 0
    }

    /// Fits the factors to a matrix and noise: a step of descent of each. The matrix gets the noise that it is fitted with.
    pub fn fit(&self, factors: &mut [DMatrix<f64>; 2], g: &mut DMatrix<f64>, v: &DMatrix<f64>, seed: u64) {
        let mean = g.iter().map(|x| x.abs()).sum::<f64>() / g.len() as f64;
        *g += v * (f64::from(f32::EPSILON).sqrt() * mean);
        let mut products = 0;
        let mut product = |a: &DMatrix<f64>, b: &DMatrix<f64>| {
            products += 1;
            self.accumulator.product(a, b, noise::word(seed, products))
        };
        let [left, right] = &*factors;
        let whitened = product(left, &*g);
        let whitened = product(&whitened, &right.transpose());
        // Q_L^-T V Q_R^-1: triangular systems, which have no solution where a diagonal is 0.
        let solved = left.transpose().solve_lower_triangular(v);
        let solved = solved.and_then(|x| right.transpose().solve_lower_triangular(&x.transpose()));
        let Some(white) = solved.map(|x| x.transpose()) else { return };
        for (side, factor) in factors.iter_mut().enumerate() {
            let mut outer = |x: &DMatrix<f64>| match side {
                0 => product(x, &x.transpose()),
                _ => product(&x.transpose(), x),
            };
            let (ours, theirs) = (outer(&whitened), outer(&white));
            let (apart, both) = (&ours - &theirs, &ours + &theirs);
            let largest = both.amax();
            let length = if largest > 0.0 { lower_bound(&(&both / largest)) * largest } else { largest };
            let step =
                apart.upper_triangle() * self.preconditioner_rate / length.max(f64::from(f32::MIN_POSITIVE));
            *factor -= product(&step, factor);
        }
    }

    /// The preconditioned matrix, clipped.
    #[must_use]
    pub fn precondition(
        &self,
        [left, right]: &[DMatrix<f64>; 2],
        g: &DMatrix<f64>,
        seed: u64,
    ) -> DMatrix<f64> {
        let mut products = 0;
        let mut product = |a: &DMatrix<f64>, b: &DMatrix<f64>| {
            products += 1;
            self.accumulator.product(a, b, noise::word(seed, products))
        };
        let inner = product(left, g);
        let inner = product(&left.transpose(), &inner);
        let outer = product(&inner, &right.transpose());
        let update = product(&outer, right);
        let rms = (update.iter().map(|x| x * x).sum::<f64>() / update.len() as f64).sqrt();
        update * (CLIP / (rms + 1e-12)).min(1.0)
    }
}

/// At most the spectral norm of a symmetric matrix, and seldom much less: that of its largest column, twice multiplied.
fn lower_bound(a: &DMatrix<f64>) -> f64 {
    let squares = |k: usize| a.column(k).norm_squared();
    let largest = (0..a.ncols()).max_by(|i, j| squares(*i).total_cmp(&squares(*j))).unwrap_or(0);
    let row = a.column(largest).transpose() * a;
    (a * row.transpose() / row.norm()).norm()
}

impl Preconditioned for Psgd {
    const NAME: &'static str = "PSGD-Kron";
    const SQUARES: usize = 1;
    const KEY: &'static str = "rate";

    fn rest(&self) -> &Adam {
        &self.adam
    }

    fn accumulator(&self) -> &Accumulator {
        &self.accumulator
    }

    fn check(&self) -> Result<(), Invalid> {
        let above = |key: &str, x: f64| match x > 0.0 && x.is_finite() {
            true => Ok(()),
            false => Err(Invalid::new(key, format!("{x}: expected a number above 0"))),
        };
        above("rate", self.rate)?;
        above("preconditioner-rate", self.preconditioner_rate)?;
        if !(0.0..1.0).contains(&self.momentum) {
            return Err(Invalid::new(
                "momentum",
                format!("{}: expected a number from 0 to below 1", self.momentum),
            ));
        }
        if !(self.weight_decay >= 0.0 && self.weight_decay.is_finite()) {
            return Err(Invalid::new(
                "weight-decay",
                format!("{}: expected 0 or a number above", self.weight_decay),
            ));
        }
        if let Some(share) = self.probability
            && !(share > 0.0 && share <= 1.0)
        {
            return Err(Invalid::new(
                "probability",
                format!("{share}: expected a number above 0 and up to 1"),
            ));
        }
        self.adam.check().map_err(|(part, why)| Invalid::new(format!("adam.{part}"), why))
    }

    fn moments_of_matrix(&self) -> usize {
        1
    }

    fn decays(&self) -> Vec<f64> {
        vec![self.momentum]
    }

    fn matrix<N: Clone>(&self, tensor: &mut Tensor<'_, N>) -> Result<(), Invalid> {
        let (rows, columns, t, n) =
            (tensor.shape.rows, tensor.shape.columns, tensor.seeds.t, tensor.range.len());
        let range = tensor.range.clone();
        let m = tensor.states.first[range.clone()].to_vec();
        let (keep, add) = (
            tensor.constant(Coefficient::Given(self.momentum), n),
            tensor.constant(Coefficient::Complement(self.momentum), n),
        );
        let kept = tensor.compute(0x60, Operation::Mul, &keep, &m);
        let added = tensor.compute(0x61, Operation::Mul, &add, tensor.gradient);
        let m = tensor.compute(0x62, Operation::Add, &kept, &added);
        let bias = tensor.constant(Coefficient::Bias { beta: self.momentum, t }, n);
        let corrected = tensor.compute(0x63, Operation::Div, &m, &bias);
        tensor.states.first[range.clone()].clone_from_slice(&m);
        tensor.store_moments(false);
        let mut factors = [0, 1].map(|side| tensor.read(0, side));
        if t == 1 {
            factors = [rows, columns].map(|n| DMatrix::identity(n, n));
        }
        let mut g = tensor.matrix(&corrected, rows, columns);
        let seed = noise::word(tensor.seeds.operations, range.start as u64 ^ 0x7073_6764);
        // About every hundredth step evens the sizes of the factors out.
        if self.fits(t) && noise::word(seed, 1).is_multiple_of(100) {
            let [left, right] = [factors[0].amax(), factors[1].amax()];
            let mean = (left * right).sqrt();
            factors[0] *= mean / left;
            factors[1] *= mean / right;
        }
        if self.fits(t) {
            let v = DMatrix::from_fn(rows, columns, |i, j| {
                normal(noise::word(seed, 2), (i * columns + j) as u64)
            });
            self.fit(&mut factors, &mut g, &v, noise::word(seed, 3));
        }
        for (side, factor) in factors.iter_mut().enumerate() {
            let numbers = tensor.numbers(factor);
            *factor = tensor.keep(0, side, numbers);
        }
        let update = self.precondition(&factors, &g, noise::word(seed, 4));
        let mut update = tensor.numbers(&update);
        if self.weight_decay != 0.0 {
            let decay = tensor.constant(Coefficient::Given(self.weight_decay), n);
            let w = tensor.states.weights[range].to_vec();
            let decayed = tensor.compute(0x64, Operation::Mul, &decay, &w);
            update = tensor.compute(0x65, Operation::Add, &update, &decayed);
        }
        let rate = tensor.constant(Coefficient::Given(self.rate), n);
        let update = tensor.compute(0x66, Operation::Mul, &rate, &update);
        tensor.write(&update, self.rate, 0.0, Decay::Before);
        Ok(())
    }
}

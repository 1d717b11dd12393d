//! Muon: momentum whose matrices are orthogonalized (Jordan et al., 2024).

mod direction;
mod neurons;
mod step;

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

pub use direction::{Blocks, Vectors};
pub use neurons::{Neurons, Rescale};

use super::ema::Ema;
use super::newton_schulz::NewtonSchulz;
use super::weights::Decay;
use super::{Adam, Moments, Schedule};
use crate::experiment::{Invalid, range};
use crate::matrix;
use crate::storage::Storage;

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
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
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
    /// What it is multiplied by besides, above 0: the radius of a ball in the spectral norm (Scion).
    #[serde(skip_serializing_if = "is_one")]
    pub radius: f64,
    /// What becomes of tensors of one row or one column, where no [`rest`](Muon::rest) steps them.
    #[serde(skip_serializing_if = "is_usual")]
    pub vectors: Vectors,
    /// The radius of what becomes of those, above 0; not of those that are taken as matrices.
    #[serde(skip_serializing_if = "is_one")]
    pub vector_radius: f64,
    /// What evens out the rows of the orthogonal matrix (NorMuon), if anything does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neurons: Option<Neurons>,
    /// How matrices are orthogonalized block by block in most steps (MuonBP), if they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocks: Option<Blocks>,
    /// In what the scaled matrix is kept before it meets the learning rate.
    pub update: Storage,
    /// Decoupled weight decay, 0 or more.
    pub weight_decay: f64,
    /// When weights decay.
    pub decay: Decay,
    /// What steps the tensors of one row or one column, with a second moment of their own. Without it they are matrices, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<Adam>,
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_one(x: &f64) -> bool {
    *x == 1.0
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_usual(vectors: &Vectors) -> bool {
    *vectors == Vectors::Matrix
}

/// How a matrix is orthogonalized.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Polar {
    /// To its polar factor, by singular values in binary64.
    Exact,
    /// By some steps of the Newton-Schulz iteration.
    NewtonSchulz(Box<NewtonSchulz>),
}

/// What an orthogonal matrix is multiplied by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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
pub const PRESETS: [&str; 4] = ["reference", "plain", "scion", "normuon"];

impl Muon {
    /// The choices and the usual numbers under a name: [`reference`](Muon::reference), [`plain`](Muon::plain), [`scion`](Muon::scion) or
    /// [`normuon`](Muon::normuon).
    #[must_use]
    pub fn preset(name: &str) -> Option<Muon> {
        match name {
            "reference" => Some(Muon::reference()),
            "plain" => Some(Muon::plain()),
            "scion" => Some(Muon::scion()),
            "normuon" => Some(Muon::normuon()),
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
            radius: 1.0,
            vectors: Vectors::Matrix,
            vector_radius: 1.0,
            neurons: None,
            blocks: None,
            update: Storage::bfloat16(),
            weight_decay: 0.0,
            decay: Decay::Before,
            rest: None,
        }
    }

    /// Scion (Pethick et al., arXiv 2502.07529) as `pytorch_optimizer` has it: momentum 0.9 by lerp, without Nesterov, the steepest direction in the spectral norm from
    /// inputs to outputs, vectors over their root mean square. Its constrained form is `weight_decay` 1: weights stay in the ball.
    #[must_use]
    pub fn scion() -> Muon {
        Muon {
            rate: 1e-3,
            momentum: 0.9,
            nesterov: false,
            scale: Scale::Spectral,
            vectors: Vectors::Rms,
            ..Muon::reference()
        }
    }

    /// NorMuon (Li et al., arXiv 2510.05491) as its authors' code has it: the reference implementation, whose rows are divided by the root of their mean squares'
    /// average, decay 0.95, at the same norm.
    #[must_use]
    pub fn normuon() -> Muon {
        Muon { neurons: Some(Neurons::default()), ..Muon::reference() }
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
        for (key, radius) in [("radius", self.radius), ("vector-radius", self.vector_radius)] {
            if !(radius > 0.0 && radius.is_finite()) {
                return wrong(key, radius, "a number above 0");
            }
        }
        if let Some(neurons) = &self.neurons {
            neurons.check()?;
        }
        if let Some(blocks) = &self.blocks {
            blocks.check()?;
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

    fn warms(&self, t: u64) -> bool {
        self.warm && t == 1
    }
}

#[cfg(test)]
mod tests;

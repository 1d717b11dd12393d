//! The iteration's choices, and what it computes.

use halfulp::slice::Arithmetic;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::experiment::Invalid;
use crate::experiment::range::within;
use crate::product::Accumulator;
use crate::storage::Storage;

/// The iteration, with every choice that changes bits.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default = "NewtonSchulz::reference")]
pub struct NewtonSchulz {
    /// How often the polynomial is applied.
    pub steps: usize,
    /// `a, b, c`.
    pub coefficients: [f64; 3],
    /// In what the coefficients are kept.
    pub coefficient_storage: Storage,
    /// In what the matrices are kept: the normalized one, the iterates and every intermediate matrix.
    pub storage: Storage,
    /// How matrix products and the sum of squares are added up.
    pub accumulator: Accumulator,
    /// How sums, multiples and quotients of matrices are computed before they are stored.
    pub elementwise: Elementwise,
    /// What is added to the norm.
    pub epsilon: f64,
    /// Whether a matrix with more rows than columns is transposed before and after, so that `A` is the smaller product.
    pub transpose: bool,
}

/// How an elementwise operation is computed before its result is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Elementwise {
    /// Exactly: rounded once, to the storage.
    Once,
    /// In binary32, and then stored: rounded twice, as frameworks do.
    Binary32,
    /// In binary64, and then stored.
    Binary64,
}

/// One step of the iteration, with all it computed.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// `A = X X'`.
    pub gram: DMatrix<f64>,
    /// `c A`.
    pub scaled: DMatrix<f64>,
    /// `(c A) A`.
    pub square: DMatrix<f64>,
    /// `b A`.
    pub linear: DMatrix<f64>,
    /// `B = b A + (c A) A`.
    pub polynomial: DMatrix<f64>,
    /// `B X`.
    pub product: DMatrix<f64>,
    /// `a X`.
    pub multiple: DMatrix<f64>,
    /// `a X + B X`: the next `X`.
    pub next: DMatrix<f64>,
}

/// An iteration, with all it computed. Where the matrix was transposed, so are these.
#[derive(Clone, PartialEq, Debug)]
pub struct Trace {
    /// Whether the matrix was transposed.
    pub transposed: bool,
    /// The normalized matrix.
    pub start: DMatrix<f64>,
    /// The steps.
    pub steps: Vec<Step>,
}

impl NewtonSchulz {
    /// The coefficients of the reference implementation of Muon (Jordan et al., 2024).
    pub const COEFFICIENTS: [f64; 3] = [3.4445, -4.7750, 2.0315];

    /// The reference implementation: five steps in bfloat16, products summed in binary32, scalars in binary32, `epsilon` 1e-7.
    ///
    /// A framework does not say in which order it adds up a product; here it is one term after the other.
    #[must_use]
    pub fn reference() -> NewtonSchulz {
        NewtonSchulz {
            steps: 5,
            coefficients: NewtonSchulz::COEFFICIENTS,
            coefficient_storage: Storage::binary32(),
            storage: Storage::bfloat16(),
            accumulator: Accumulator::binary32(),
            elementwise: Elementwise::Binary32,
            epsilon: 1e-7,
            transpose: true,
        }
    }

    /// The same in binary64 throughout: what the polynomial makes of a matrix, to within a known error.
    #[must_use]
    pub fn exact() -> NewtonSchulz {
        NewtonSchulz {
            coefficient_storage: Storage::Exact,
            storage: Storage::Exact,
            accumulator: Accumulator::binary64(),
            elementwise: Elementwise::Binary64,
            ..NewtonSchulz::reference()
        }
    }

    /// The same with matrices kept in another storage.
    #[must_use]
    pub fn stored(self, storage: Storage) -> NewtonSchulz {
        NewtonSchulz { storage, ..self }
    }

    /// Whether the choices go together.
    ///
    /// # Errors
    /// The key and what is wrong with it.
    pub fn check(&self) -> Result<(), Invalid> {
        within("steps", self.steps, &(0..=100))?;
        if self.coefficients.iter().any(|c| !c.is_finite()) {
            return Err(Invalid::new("coefficients", "expected finite numbers"));
        }
        if !(self.epsilon.is_finite() && self.epsilon >= 0.0) {
            return Err(Invalid::new("epsilon", "expected a number that is not negative"));
        }
        let binary32 = Storage::binary32();
        match (self.elementwise, self.storage.format(), binary32.format()) {
            (Elementwise::Binary32, None, _) => {
                Err(Invalid::new("elementwise", "binary32 needs a storage in a format"))
            }
            (Elementwise::Binary32, Some((f, _)), Some((wide, _)))
                if f.precision() > wide.precision()
                    || f.quantum_min() < wide.quantum_min()
                    || f.emax() > wide.emax() =>
            {
                Err(Invalid::new("elementwise", "binary32 does not contain the storage's format"))
            }
            (Elementwise::Once, None, _) if self.storage != Storage::Exact => {
                Err(Invalid::new("elementwise", "rounding once needs a storage in a format"))
            }
            _ => self.single().map(drop),
        }
    }

    /// The arithmetic of [`Elementwise::Once`].
    pub(super) fn single(&self) -> Result<Option<Arithmetic>, Invalid> {
        match (self.elementwise, self.storage.format()) {
            (Elementwise::Once, Some((format, policy))) => {
                let arithmetic = Arithmetic::new(format, policy);
                arithmetic.map(Some).map_err(|e| Invalid::new("storage", e.to_string()))
            }
            _ => Ok(None),
        }
    }

    /// The coefficients as they are kept.
    ///
    /// # Errors
    /// A storage that cannot be had.
    pub fn stored_coefficients(&self) -> Result<[f64; 3], Invalid> {
        let mut stored = self.coefficients;
        self.coefficient_storage.keeper()?.store(&mut stored, 0, 0);
        Ok(stored)
    }

    /// Whether a matrix is transposed before the iteration, and back after it.
    pub(super) fn transposes(&self, m: &DMatrix<f64>) -> bool {
        self.transpose && m.nrows() > m.ncols()
    }
}

impl Trace {
    /// The last iterate.
    #[must_use]
    pub fn last(&self) -> &DMatrix<f64> {
        self.steps.last().map_or(&self.start, |step| &step.next)
    }

    /// The iterates, from the normalized matrix to the last.
    pub fn iterates(&self) -> impl Iterator<Item = &DMatrix<f64>> {
        std::iter::once(&self.start).chain(self.steps.iter().map(|step| &step.next))
    }

    /// What came out, in the shape of what went in.
    #[must_use]
    pub fn result(&self) -> DMatrix<f64> {
        if self.transposed { self.last().transpose() } else { self.last().clone() }
    }
}

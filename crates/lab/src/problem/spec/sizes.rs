//! How large a problem is, told from its settings.

use std::path::Path;

use super::{FactorizationSpec, MatrixQuadraticSpec, MlpSpec, ProblemSpec, QuadraticSpec, RosenbrockSpec};
use crate::experiment::Memory;
use crate::problem::{CLASSES, PIXELS};
use crate::trace::Trace;

/// Recorded elements and steps of a trace; none of one that cannot be read, which the check says.
fn recorded(path: &Path) -> [u64; 2] {
    let trace = Trace::open(path);
    trace.map_or([0; 2], |trace| {
        [(0..trace.parameters.len()).map(|k| trace.elements(k)).sum(), trace.steps as u64]
    })
}

impl ProblemSpec {
    /// Rows and columns of what the settings give the size of: the variables, or the matrix that is approximated.
    pub(super) fn shape(&self) -> [usize; 2] {
        match self {
            ProblemSpec::Quadratic(QuadraticSpec { dimension, shape, .. }) => {
                shape.unwrap_or([dimension.unwrap_or(32), 1])
            }
            ProblemSpec::Rosenbrock(RosenbrockSpec { dimension, shape, .. }) => {
                shape.unwrap_or([dimension.unwrap_or(2), 1])
            }
            ProblemSpec::MatrixQuadratic(spec) => spec.shape,
            ProblemSpec::Factorization(spec) => spec.shape,
            ProblemSpec::Logistic(_) => [CLASSES, PIXELS + 1],
            ProblemSpec::Mlp(spec) => [spec.hidden, PIXELS + 1 + CLASSES],
            ProblemSpec::Trace(path) => [recorded(path)[0] as usize, 1],
            ProblemSpec::Other(other) => [other.build().map_or(0, |problem| problem.dimension()), 1],
        }
    }

    /// How many variables there are, or a few more. Precondition: the settings were checked.
    pub(crate) fn elements(&self) -> u64 {
        let [rows, columns] = self.shape().map(|n| n as u64);
        match self {
            ProblemSpec::Factorization(spec) => (rows + columns).saturating_mul(spec.rank as u64),
            _ => CLASSES as u64 + rows.saturating_mul(columns),
        }
    }

    /// The longest side of any of its matrices of variables, or a little more.
    pub(crate) fn longest(&self) -> u64 {
        let [rows, columns] = self.shape().map(|n| n as u64);
        rows.max(columns)
    }

    /// What it takes beside the variables of a run.
    pub(crate) fn memory(&self, key: &'static str) -> Memory {
        let [rows, columns] = self.shape().map(|n| n as u64);
        match self {
            // Both matrices, and what their eigenvalues are found with.
            ProblemSpec::MatrixQuadratic(_) => {
                Memory::of(key, &[rows, rows, 64]).and(Memory::of(key, &[columns, columns, 64]))
            }
            ProblemSpec::Factorization(_) => Memory::of(key, &[rows, columns, 64]),
            // All gradients in binary64, and while they are read the file's bytes.
            ProblemSpec::Trace(path) => Memory::of(key, &[recorded(path)[0], recorded(path)[1], 24]),
            _ => Memory::of(key, &[self.elements(), 16]),
        }
    }

    /// The same problem as small as it can be: it has the same constants, if not their values.
    pub(crate) fn smallest(&self) -> ProblemSpec {
        match self {
            ProblemSpec::Quadratic(spec) => {
                let (dimension, shape) = (spec.dimension.map(|_| 1), spec.shape.map(|_| [1, 1]));
                ProblemSpec::Quadratic(QuadraticSpec { dimension, shape, ..*spec })
            }
            ProblemSpec::Rosenbrock(spec) => {
                let (dimension, shape) = (spec.dimension.map(|_| 2), spec.shape.map(|_| [1, 2]));
                ProblemSpec::Rosenbrock(RosenbrockSpec { dimension, shape, ..*spec })
            }
            ProblemSpec::MatrixQuadratic(spec) => {
                ProblemSpec::MatrixQuadratic(MatrixQuadraticSpec { shape: [1, 1], ..*spec })
            }
            ProblemSpec::Factorization(spec) => {
                ProblemSpec::Factorization(FactorizationSpec { shape: [1, 1], rank: 1, ..*spec })
            }
            ProblemSpec::Logistic(spec) => ProblemSpec::Logistic(spec.clone()),
            ProblemSpec::Mlp(spec) => ProblemSpec::Mlp(MlpSpec { hidden: 1, ..*spec }),
            ProblemSpec::Trace(_) | ProblemSpec::Other(_) => self.clone(),
        }
    }
}

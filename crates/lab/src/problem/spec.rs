//! Problems in experiment files: `problem = { quadratic = { dimension = 32, noise = 0.1 } }`.

mod check;
mod sizes;

use std::path::{Path, PathBuf};

use serde::de::{Deserializer, MapAccess};
use serde::{Deserialize, Serialize};

use super::{
    Factorization, Logistic, MatrixQuadratic, Mlp, Problem, Quadratic, RecordedGradients, Rosenbrock,
};
use crate::experiment::Invalid;
use crate::registry::{Named, Other, Registry, one_key};

/// The names of this crate's problems in files.
pub const NAMES: &[&str] =
    &["quadratic", "rosenbrock", "matrix-quadratic", "factorization", "logistic", "mlp", "trace"];

/// A problem, as a table with one key. Every setting of this crate's has a default.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemSpec {
    /// [`Quadratic`].
    Quadratic(QuadraticSpec),
    /// [`Rosenbrock`].
    Rosenbrock(RosenbrockSpec),
    /// [`MatrixQuadratic`].
    MatrixQuadratic(MatrixQuadraticSpec),
    /// [`Factorization`].
    Factorization(FactorizationSpec),
    /// [`Logistic`].
    Logistic(LogisticSpec),
    /// [`Mlp`].
    Mlp(MlpSpec),
    /// [`RecordedGradients`], from a trace's file: `{ trace = "run.safetensors" }`.
    Trace(PathBuf),
    /// Another crate's.
    #[serde(untagged)]
    Other(Other<Box<dyn Problem>>),
}

impl Named for ProblemSpec {
    const WHAT: &'static str = "problem";
    const BUILTIN: &'static [&'static str] = NAMES;

    fn builtin<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<ProblemSpec, A::Error> {
        Ok(match name {
            "quadratic" => ProblemSpec::Quadratic(map.next_value()?),
            "rosenbrock" => ProblemSpec::Rosenbrock(map.next_value()?),
            "matrix-quadratic" => ProblemSpec::MatrixQuadratic(map.next_value()?),
            "factorization" => ProblemSpec::Factorization(map.next_value()?),
            "logistic" => ProblemSpec::Logistic(map.next_value()?),
            "mlp" => ProblemSpec::Mlp(map.next_value()?),
            _ => ProblemSpec::Trace(map.next_value()?),
        })
    }

    fn registered(registry: &Registry, name: &str, table: toml::Table) -> Option<ProblemSpec> {
        Other::of(&registry.problems, name, table).map(ProblemSpec::Other)
    }

    fn names(registry: &Registry) -> Vec<&str> {
        registry.problems.iter().map(|(name, _)| name.as_str()).collect()
    }
}

impl<'de> Deserialize<'de> for ProblemSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ProblemSpec, D::Error> {
        one_key(deserializer)
    }
}

/// `{ quadratic = { .. } }`: a diagonal quadratic.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct QuadraticSpec {
    /// The number of variables, 32; not together with `shape`.
    pub dimension: Option<usize>,
    /// Rows and columns, for a matrix of variables.
    pub shape: Option<[usize; 2]>,
    /// The least and the greatest curvature, 0.01 and 1; the others in equal ratios between them.
    pub curvatures: [f64; 2],
    /// The largest magnitude of the noise on an element of the gradient, 0.1.
    pub noise: f64,
    /// The largest magnitude of an element of the starting point, 1.
    pub start: f64,
    /// The largest magnitude of an element of the minimizer, which is drawn once for all seeds, 0.
    pub optimum: f64,
    /// The largest magnitude of variables up to which the bound on the gradient is stated, 4.
    pub radius: f64,
}

impl Default for QuadraticSpec {
    fn default() -> Self {
        let (dimension, shape, curvatures) = (None, None, [0.01, 1.0]);
        QuadraticSpec { dimension, shape, curvatures, noise: 0.1, start: 1.0, optimum: 0.0, radius: 4.0 }
    }
}

/// `{ rosenbrock = { .. } }`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RosenbrockSpec {
    /// The number of variables, 2; not together with `shape`.
    pub dimension: Option<usize>,
    /// Rows and columns, for a matrix of variables.
    pub shape: Option<[usize; 2]>,
    /// The largest magnitude of the noise on an element of the gradient, 0.
    pub noise: f64,
    /// How far an element of the starting point is from -1.2 or 1 at most, 0: then all seeds start there.
    pub spread: f64,
    /// The largest magnitude of variables up to which the constants are stated, 2.
    pub radius: f64,
}

impl Default for RosenbrockSpec {
    fn default() -> Self {
        RosenbrockSpec { dimension: None, shape: None, noise: 0.0, spread: 0.0, radius: 2.0 }
    }
}

/// `{ matrix-quadratic = { .. } }`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct MatrixQuadraticSpec {
    /// Rows and columns, 8 and 12.
    pub shape: [usize; 2],
    /// The least and the greatest eigenvalue on the left, 0.1 and 1; the others in equal ratios between them.
    pub left: [f64; 2],
    /// The same on the right, 0.1 and 1.
    pub right: [f64; 2],
    /// The largest magnitude of the noise on an element of the gradient, 0.1.
    pub noise: f64,
    /// The largest magnitude of an element of the starting point, 1.
    pub start: f64,
}

impl Default for MatrixQuadraticSpec {
    fn default() -> Self {
        MatrixQuadraticSpec { shape: [8, 12], left: [0.1, 1.0], right: [0.1, 1.0], noise: 0.1, start: 1.0 }
    }
}

/// `{ factorization = { .. } }`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FactorizationSpec {
    /// Rows and columns of the matrix that is approximated, 8 and 12.
    pub shape: [usize; 2],
    /// The rank of the approximation, 4.
    pub rank: usize,
    /// The largest magnitude of the noise on an element of the gradient, 0.1.
    pub noise: f64,
    /// The largest magnitude of an element of the starting point, 1.
    pub start: f64,
    /// The largest Euclidean norm of all variables up to which the constants are stated, 8.
    pub radius: f64,
}

impl Default for FactorizationSpec {
    fn default() -> Self {
        FactorizationSpec { shape: [8, 12], rank: 4, noise: 0.1, start: 1.0, radius: 8.0 }
    }
}

/// `{ logistic = { .. } }`: on the handwritten digits.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LogisticSpec {
    /// The images of a minibatch, 32.
    pub batch: usize,
    /// The factor of half the squared norm of the parameters, 0.01.
    pub regularization: f64,
    /// The largest magnitude of parameters up to which the bound on the gradient is stated, 10.
    pub radius: f64,
}

impl Default for LogisticSpec {
    fn default() -> Self {
        LogisticSpec { batch: 32, regularization: 0.01, radius: 10.0 }
    }
}

/// `{ mlp = { .. } }`: on the handwritten digits.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct MlpSpec {
    /// The hidden units, 32.
    pub hidden: usize,
    /// The images of a minibatch, 32.
    pub batch: usize,
}

impl Default for MlpSpec {
    fn default() -> Self {
        MlpSpec { hidden: 32, batch: 32 }
    }
}

/// The same with the key from `problem` on.
fn within<T>(built: Result<T, Invalid>) -> Result<T, Invalid> {
    built.map_err(|e| Invalid::new(format!("problem.{}", e.key), e.why))
}

fn recorded(path: &Path) -> Result<RecordedGradients, Invalid> {
    RecordedGradients::open(path).map_err(|e| Invalid::new("problem.trace", e.to_string()))
}

impl ProblemSpec {
    /// The problem.
    ///
    /// # Errors
    /// The key, from `problem` on, and what is wrong with its value.
    pub fn build(&self) -> Result<Box<dyn Problem>, Invalid> {
        self.check()?;
        let [rows, columns] = self.shape();
        Ok(match self {
            ProblemSpec::Quadratic(spec) => {
                let curvatures = Quadratic::logspace(spec.curvatures[0], spec.curvatures[1], rows * columns);
                let problem = Quadratic::new(curvatures, spec.noise, spec.start, spec.radius);
                let problem = problem.about(spec.optimum);
                Box::new(if spec.shape.is_some() { problem.shaped(rows, columns) } else { problem })
            }
            ProblemSpec::Rosenbrock(spec) => {
                let problem = Rosenbrock::new(rows * columns, spec.noise, spec.radius).spread(spec.spread);
                Box::new(if spec.shape.is_some() { problem.shaped(rows, columns) } else { problem })
            }
            ProblemSpec::MatrixQuadratic(spec) => {
                let eigenvalues = |[least, greatest]: [f64; 2], n| Quadratic::logspace(least, greatest, n);
                let (left, right) = (eigenvalues(spec.left, rows), eigenvalues(spec.right, columns));
                Box::new(MatrixQuadratic::new(&left, &right, spec.noise, spec.start))
            }
            ProblemSpec::Factorization(spec) => {
                let (rank, noise) = (spec.rank, spec.noise);
                Box::new(Factorization::new(rows, columns, rank, noise, spec.start, spec.radius))
            }
            ProblemSpec::Logistic(spec) => {
                Box::new(Logistic::new(spec.batch, spec.regularization, spec.radius))
            }
            ProblemSpec::Mlp(spec) => Box::new(Mlp::new(spec.hidden, spec.batch)),
            // What needs more than gradients was told so by the check.
            ProblemSpec::Trace(path) => Box::new(recorded(path)?),
            ProblemSpec::Other(other) => within(other.build())?,
        })
    }

    /// The same for what needs nothing but gradients: they can have been recorded.
    ///
    /// # Errors
    /// As of [`build`](ProblemSpec::build), or a trace that cannot be read.
    pub fn build_gradients(&self) -> Result<Box<dyn Problem>, Invalid> {
        match self {
            ProblemSpec::Trace(path) => Ok(Box::new(recorded(path)?)),
            _ => self.build(),
        }
    }

    /// A file that is named by a relative path is in this folder.
    pub(crate) fn relative_to(&mut self, folder: &Path) {
        if let ProblemSpec::Trace(path) = self {
            *path = folder.join(&path);
        }
    }
}

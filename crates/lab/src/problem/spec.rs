//! Problems in experiment files: `problem = { quadratic = { dimension = 32, noise = 0.1 } }`.

use serde::{Deserialize, Serialize};

use super::{Factorization, Logistic, MatrixQuadratic, Mlp, Problem, Quadratic, Rosenbrock};
use crate::experiment::Invalid;

/// A problem, as a table with one key. Every setting has a default.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
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
    /// The largest magnitude of variables up to which the bound on the gradient is stated, 4.
    pub radius: f64,
}

impl Default for QuadraticSpec {
    fn default() -> Self {
        let (dimension, shape) = (None, None);
        QuadraticSpec { dimension, shape, curvatures: [0.01, 1.0], noise: 0.1, start: 1.0, radius: 4.0 }
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
    /// The largest magnitude of variables up to which the constants are stated, 2.
    pub radius: f64,
}

impl Default for RosenbrockSpec {
    fn default() -> Self {
        RosenbrockSpec { dimension: None, shape: None, noise: 0.0, radius: 2.0 }
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

/// The largest number of elements, rows or columns: more is a slip of the pen.
const MANY: usize = 1 << 24;

impl ProblemSpec {
    /// The problem.
    ///
    /// # Errors
    /// The key, from `problem` on, and what is wrong with its value.
    pub fn build(&self) -> Result<Box<dyn Problem>, Invalid> {
        match self {
            ProblemSpec::Quadratic(spec) => spec.build(),
            ProblemSpec::Rosenbrock(spec) => spec.build(),
            ProblemSpec::MatrixQuadratic(spec) => spec.build(),
            ProblemSpec::Factorization(spec) => spec.build(),
            ProblemSpec::Logistic(spec) => {
                let at = "logistic";
                positive(at, "batch", spec.batch)?;
                not_negative(at, "regularization", spec.regularization)?;
                above_zero(at, "radius", spec.radius)?;
                Ok(Box::new(Logistic::new(spec.batch, spec.regularization, spec.radius)))
            }
            ProblemSpec::Mlp(spec) => {
                positive("mlp", "hidden", spec.hidden)?;
                positive("mlp", "batch", spec.batch)?;
                Ok(Box::new(Mlp::new(spec.hidden, spec.batch)))
            }
        }
    }
}

impl QuadraticSpec {
    fn build(&self) -> Result<Box<dyn Problem>, Invalid> {
        let at = "quadratic";
        let (dimension, shape) = size(at, self.dimension, self.shape, 32)?;
        range(at, "curvatures", self.curvatures)?;
        not_negative(at, "noise", self.noise)?;
        not_negative(at, "start", self.start)?;
        above_zero(at, "radius", self.radius)?;
        if self.radius < self.start {
            return Err(wrong(at, "radius", "expected at least start, or the starting point is outside it"));
        }
        let curvatures = Quadratic::logspace(self.curvatures[0], self.curvatures[1], dimension);
        let problem = Quadratic::new(curvatures, self.noise, self.start, self.radius);
        Ok(Box::new(match shape {
            Some([rows, columns]) => problem.shaped(rows, columns),
            None => problem,
        }))
    }
}

impl RosenbrockSpec {
    fn build(&self) -> Result<Box<dyn Problem>, Invalid> {
        let at = "rosenbrock";
        let (dimension, shape) = size(at, self.dimension, self.shape, 2)?;
        if dimension < 2 {
            return Err(wrong(at, "dimension", "expected at least 2"));
        }
        not_negative(at, "noise", self.noise)?;
        if !(self.radius >= 1.2 && self.radius.is_finite()) {
            return Err(wrong(
                at,
                "radius",
                "expected at least 1.2: the starting point has elements of -1.2",
            ));
        }
        let problem = Rosenbrock::new(dimension, self.noise, self.radius);
        Ok(Box::new(match shape {
            Some([rows, columns]) => problem.shaped(rows, columns),
            None => problem,
        }))
    }
}

impl MatrixQuadraticSpec {
    fn build(&self) -> Result<Box<dyn Problem>, Invalid> {
        let at = "matrix-quadratic";
        let (_, _) = size(at, None, Some(self.shape), 0)?;
        range(at, "left", self.left)?;
        range(at, "right", self.right)?;
        not_negative(at, "noise", self.noise)?;
        not_negative(at, "start", self.start)?;
        let eigenvalues = |[least, greatest]: [f64; 2], n| Quadratic::logspace(least, greatest, n);
        let (left, right) = (eigenvalues(self.left, self.shape[0]), eigenvalues(self.right, self.shape[1]));
        Ok(Box::new(MatrixQuadratic::new(&left, &right, self.noise, self.start)))
    }
}

impl FactorizationSpec {
    fn build(&self) -> Result<Box<dyn Problem>, Invalid> {
        let at = "factorization";
        let (_, _) = size(at, None, Some(self.shape), 0)?;
        let [rows, columns] = self.shape;
        if self.rank == 0 || self.rank > rows.min(columns) {
            return Err(wrong(at, "rank", &format!("expected 1 to {}, the smaller side", rows.min(columns))));
        }
        not_negative(at, "noise", self.noise)?;
        not_negative(at, "start", self.start)?;
        above_zero(at, "radius", self.radius)?;
        if self.start * (((rows + columns) * self.rank) as f64).sqrt() > self.radius {
            let why = "expected at least start times the root of the number of variables, \
                       or the starting point can lie outside it";
            return Err(wrong(at, "radius", why));
        }
        let problem = Factorization::new(rows, columns, self.rank, self.noise, self.start, self.radius);
        Ok(Box::new(problem))
    }
}

fn wrong(problem: &str, key: &str, why: &str) -> Invalid {
    Invalid::new(format!("problem.{problem}.{key}"), why)
}

/// The number of variables, and the shape if there is one.
fn size(
    problem: &str,
    dimension: Option<usize>,
    shape: Option<[usize; 2]>,
    default: usize,
) -> Result<(usize, Option<[usize; 2]>), Invalid> {
    match (dimension, shape) {
        (Some(_), Some(_)) => Err(wrong(problem, "dimension", "expected dimension or shape, not both")),
        (_, Some([rows, columns])) if rows == 0 || columns == 0 || rows > MANY || columns > MANY / rows => {
            Err(wrong(
                problem,
                "shape",
                &format!("expected [rows, columns], both positive, {MANY} elements at most"),
            ))
        }
        (_, Some([rows, columns])) => Ok((rows * columns, shape)),
        (dimension, None) => {
            let dimension = dimension.unwrap_or(default);
            positive(problem, "dimension", dimension)?;
            Ok((dimension, None))
        }
    }
}

fn positive(problem: &str, key: &str, value: usize) -> Result<(), Invalid> {
    let right = (1..=MANY).contains(&value);
    right.then_some(()).ok_or_else(|| wrong(problem, key, &format!("expected 1 to {MANY}, got {value}")))
}

fn not_negative(problem: &str, key: &str, value: f64) -> Result<(), Invalid> {
    let right = value >= 0.0 && value.is_finite();
    right.then_some(()).ok_or_else(|| wrong(problem, key, &format!("expected 0 or more, got {value}")))
}

fn above_zero(problem: &str, key: &str, value: f64) -> Result<(), Invalid> {
    let right = value > 0.0 && value.is_finite();
    right.then_some(()).ok_or_else(|| wrong(problem, key, &format!("expected more than 0, got {value}")))
}

fn range(problem: &str, key: &str, [least, greatest]: [f64; 2]) -> Result<(), Invalid> {
    let right = 0.0 < least && least <= greatest && greatest.is_finite();
    right.then_some(()).ok_or_else(|| {
        wrong(
            problem,
            key,
            &format!("expected [least, greatest] with 0 < least <= greatest, got [{least}, {greatest}]"),
        )
    })
}

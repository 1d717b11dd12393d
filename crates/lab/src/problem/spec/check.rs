//! Whether a problem's settings make sense: asked before anything is allocated.

use super::{
    FactorizationSpec, LogisticSpec, MatrixQuadraticSpec, MlpSpec, ProblemSpec, QuadraticSpec,
    RosenbrockSpec, within,
};
use crate::experiment::Invalid;
use crate::experiment::range::ELEMENTS;
use crate::trace::Trace;

/// The largest number of elements, rows or columns.
const MANY: usize = ELEMENTS as usize;
/// The largest real setting, and the inverse of the least positive one: ratios, products and squares of two are numbers still.
const WIDE: f64 = 1e75;

impl ProblemSpec {
    /// Whether the settings make sense. Nothing is built.
    ///
    /// # Errors
    /// The key, from `problem` on, and what is wrong with its value.
    pub fn check(&self) -> Result<(), Invalid> {
        match self {
            ProblemSpec::Quadratic(spec) => spec.check(),
            ProblemSpec::Rosenbrock(spec) => spec.check(),
            ProblemSpec::MatrixQuadratic(spec) => spec.check(),
            ProblemSpec::Factorization(spec) => spec.check(),
            ProblemSpec::Logistic(LogisticSpec { batch, regularization, radius }) => {
                positive("logistic", "batch", *batch)?;
                not_negative("logistic", "regularization", *regularization)?;
                above_zero("logistic", "radius", *radius)
            }
            ProblemSpec::Mlp(MlpSpec { hidden, batch }) => {
                positive("mlp", "hidden", *hidden)?;
                positive("mlp", "batch", *batch)
            }
            ProblemSpec::Other(other) => within(other.build()).map(|_| ()),
            ProblemSpec::Trace(_) => {
                let why = "it has gradients and no values: expected a problem with values here, or the trace in [run.adamw]";
                Err(Invalid::new("problem.trace", why))
            }
        }
    }

    /// The same for what needs nothing but the gradients of so many steps.
    ///
    /// # Errors
    /// As of [`check`](ProblemSpec::check), or a trace that cannot be read or has fewer steps.
    pub fn check_gradients(&self, steps: u64) -> Result<(), Invalid> {
        let ProblemSpec::Trace(path) = self else { return self.check() };
        let trace = Trace::open(path).map_err(|e| Invalid::new("problem.trace", e.to_string()))?;
        if (trace.steps as u64) < steps {
            let why = format!(
                "it has the gradients of {} steps: expected {steps} or more, or fewer steps",
                trace.steps
            );
            return Err(Invalid::new("problem.trace", why));
        }
        Ok(())
    }
}

impl QuadraticSpec {
    fn check(&self) -> Result<(), Invalid> {
        let at = "quadratic";
        size(at, self.dimension, self.shape)?;
        range(at, "curvatures", self.curvatures)?;
        not_negative(at, "noise", self.noise)?;
        not_negative(at, "start", self.start)?;
        not_negative(at, "optimum", self.optimum)?;
        above_zero(at, "radius", self.radius)?;
        if self.radius < self.start {
            return Err(wrong(at, "radius", "expected at least start, or the starting point is outside it"));
        }
        Ok(())
    }
}

impl RosenbrockSpec {
    fn check(&self) -> Result<(), Invalid> {
        let at = "rosenbrock";
        size(at, self.dimension, self.shape)?;
        let variables = self.shape.map_or(self.dimension.unwrap_or(2), |[rows, columns]| rows * columns);
        if variables < 2 {
            return Err(wrong(at, "dimension", "expected at least 2"));
        }
        not_negative(at, "noise", self.noise)?;
        not_negative(at, "spread", self.spread)?;
        above_zero(at, "radius", self.radius)?;
        if self.radius < 1.2 + self.spread {
            let why = "expected at least 1.2 and spread: the starting point has elements of about -1.2";
            return Err(wrong(at, "radius", why));
        }
        Ok(())
    }
}

impl MatrixQuadraticSpec {
    fn check(&self) -> Result<(), Invalid> {
        let at = "matrix-quadratic";
        size(at, None, Some(self.shape))?;
        range(at, "left", self.left)?;
        range(at, "right", self.right)?;
        not_negative(at, "noise", self.noise)?;
        not_negative(at, "start", self.start)
    }
}

impl FactorizationSpec {
    fn check(&self) -> Result<(), Invalid> {
        let at = "factorization";
        size(at, None, Some(self.shape))?;
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
        Ok(())
    }
}

fn wrong(problem: &str, key: &str, why: &str) -> Invalid {
    Invalid::new(format!("problem.{problem}.{key}"), why)
}

/// Whether a number of variables will do, or a shape.
fn size(problem: &str, dimension: Option<usize>, shape: Option<[usize; 2]>) -> Result<(), Invalid> {
    match (dimension, shape) {
        (Some(_), Some(_)) => Err(wrong(problem, "dimension", "expected dimension or shape, not both")),
        (_, Some([rows, columns])) if rows == 0 || columns == 0 || rows > MANY || columns > MANY / rows => {
            let why = format!("expected [rows, columns], both positive, {MANY} elements at most");
            Err(wrong(problem, "shape", &why))
        }
        (Some(dimension), None) => positive(problem, "dimension", dimension),
        (None, _) => Ok(()),
    }
}

fn positive(problem: &str, key: &str, value: usize) -> Result<(), Invalid> {
    let right = (1..=MANY).contains(&value);
    right.then_some(()).ok_or_else(|| wrong(problem, key, &format!("expected 1 to {MANY}, got {value}")))
}

fn not_negative(problem: &str, key: &str, value: f64) -> Result<(), Invalid> {
    let right = (0.0..=WIDE).contains(&value);
    right.then_some(()).ok_or_else(|| wrong(problem, key, &format!("expected 0 to {WIDE:e}, got {value}")))
}

fn above_zero(problem: &str, key: &str, value: f64) -> Result<(), Invalid> {
    let right = value > 0.0 && value <= WIDE;
    let why = || format!("expected more than 0 and at most {WIDE:e}, got {value}");
    right.then_some(()).ok_or_else(|| wrong(problem, key, &why()))
}

fn range(problem: &str, key: &str, [least, greatest]: [f64; 2]) -> Result<(), Invalid> {
    let right = WIDE.recip() <= least && least <= greatest && greatest <= WIDE;
    let ends = format!("{:e} <= least <= greatest <= {WIDE:e}", WIDE.recip());
    let why = || format!("expected [least, greatest] with {ends}, got [{least}, {greatest}]");
    right.then_some(()).ok_or_else(|| wrong(problem, key, &why()))
}

//! The constants that bounds are made of: computed, or a reason why there is none.

use std::fmt;

use crate::experiment::Invalid;

/// A constant, or why the problem has none.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Constant(Result<f64, &'static str>);

impl Constant {
    /// It is this.
    #[must_use]
    pub const fn known(value: f64) -> Constant {
        Constant(Ok(value))
    }

    /// There is none: why.
    #[must_use]
    pub const fn unknown(why: &'static str) -> Constant {
        Constant(Err(why))
    }

    /// The number, if there is one.
    #[must_use]
    pub const fn get(&self) -> Option<f64> {
        match self.0 {
            Ok(value) => Some(value),
            Err(_) => None,
        }
    }

    /// The number, for a bound that needs it. `key` is the setting that chose the problem, `what` the constant in words.
    ///
    /// # Errors
    /// The key, and why there is no such constant.
    pub fn require(&self, key: &str, what: &str) -> Result<f64, Invalid> {
        self.0.map_err(|why| {
            Invalid::new(key, format!("a bound needs {what}, and this problem has none: {why}"))
        })
    }
}

/// Where constants hold.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Domain {
    /// Everywhere.
    Everywhere,
    /// Where no parameter is larger in magnitude.
    Box(f64),
    /// Where the Euclidean norm of all parameters together is not larger.
    Ball(f64),
}

impl Domain {
    /// Whether parameters are in it.
    #[must_use]
    pub fn contains(&self, at: &[f64]) -> bool {
        match *self {
            Domain::Everywhere => true,
            Domain::Box(radius) => at.iter().all(|x| x.abs() <= radius),
            Domain::Ball(radius) => at.iter().map(|x| x * x).sum::<f64>() <= radius * radius,
        }
    }
}

/// The constants of a problem. Each errs to the safe side: none of the first, third and fourth is too small, the second is not too large.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Constants {
    /// L: the gradient's Lipschitz constant, Euclidean norm (Frobenius norm of matrices) on both sides.
    pub smoothness: Constant,
    /// The same of every stochastic gradient, seed and step being fixed.
    pub sampled: Constant,
    /// F*: nowhere is the function smaller.
    pub minimum: Constant,
    /// R: no element of any stochastic gradient is larger in magnitude.
    pub gradient_bound: Constant,
    /// sigma: the root of the mean squared Euclidean distance of a stochastic gradient from the gradient is not larger.
    pub deviation: Constant,
    /// Where they hold; F* does everywhere.
    pub domain: Domain,
    /// Whether stochastic gradients are the gradient.
    pub deterministic: bool,
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ok(value) => write!(f, "{value}"),
            Err(why) => write!(f, "none ({why})"),
        }
    }
}

impl fmt::Display for Constants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "smoothness {}, minimum {}, ", self.smoothness, self.minimum)?;
        write!(f, "gradient at most {}, deviation at most {}", self.gradient_bound, self.deviation)?;
        f.write_str(if self.deterministic { ", without noise" } else { "" })?;
        match self.domain {
            Domain::Everywhere => Ok(()),
            Domain::Box(radius) => write!(f, ", where no parameter is larger than {radius}"),
            Domain::Ball(radius) => write!(f, ", where the norm of all parameters is at most {radius}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_that_is_not_there_is_an_error_that_names_key_and_reason() {
        let error =
            Constant::unknown("it is not smooth").require("run.theorem-adam.problem", "L").unwrap_err();
        assert_eq!(error.key, "run.theorem-adam.problem");
        assert_eq!(error.why, "a bound needs L, and this problem has none: it is not smooth");
    }

    #[test]
    fn domains() {
        assert!(Domain::Box(1.0).contains(&[1.0, -1.0]));
        assert!(!Domain::Box(1.0).contains(&[1.5]));
        assert!(!Domain::Ball(1.0).contains(&[1.0, -1.0]));
        assert!(!Domain::Ball(1.0).contains(&[f64::NAN]));
        assert!(!Domain::Box(1.0).contains(&[f64::NAN]));
    }
}

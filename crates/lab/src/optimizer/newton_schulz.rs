//! The Newton-Schulz iteration that Muon orthogonalizes by: a quintic polynomial of the singular values, applied by products alone.
//!
//! `X0 = G / (||G||_F + epsilon)`, and `X <- a X + (b A + c A A) X` with `A = X X'`: every singular value `s` becomes
//! `phi(s) = a s + b s^3 + c s^5`. With the usual coefficients that does not converge to 1, it stays near it.
//!
//! ```
//! use halfulp_lab::optimizer::newton_schulz::NewtonSchulz;
//! use nalgebra::DMatrix;
//!
//! let gradient = DMatrix::from_row_slice(2, 2, &[3.0, 0.0, 0.0, 0.1]);
//! let exact = NewtonSchulz::exact().orthogonalize(&gradient, 0)?;
//! let bfloat16 = NewtonSchulz::reference().orthogonalize(&gradient, 0)?;
//! assert!((exact[(0, 0)] - 1.0).abs() < 0.32 && (exact[(1, 1)] - 1.0).abs() < 0.32);
//! assert!((exact - bfloat16).amax() < 0.1);
//! # Ok::<(), halfulp_lab::experiment::Invalid>(())
//! ```

mod choices;
mod run;

use nalgebra::DMatrix;

pub use choices::{Elementwise, NewtonSchulz, Step, Trace};

use crate::experiment::Invalid;
use run::Run;

impl NewtonSchulz {
    /// What the iteration makes of a matrix. Stochastic rounding draws from the stream of `seed`.
    ///
    /// Of a matrix with an infinity or a NaN it makes one with NaN.
    ///
    /// # Errors
    /// Choices that do not go together: see [`check`](NewtonSchulz::check).
    pub fn orthogonalize(&self, m: &DMatrix<f64>, seed: u64) -> Result<DMatrix<f64>, Invalid> {
        let mut run = Run::new(self, seed)?;
        let transposed = self.transposes(m);
        let mut x = run.start(m, transposed);
        for _ in 0..self.steps {
            x = run.step(&x).next;
        }
        Ok(if transposed { x.transpose() } else { x })
    }

    /// The same with all that was computed.
    ///
    /// # Errors
    /// As for `orthogonalize`.
    pub fn trace(&self, m: &DMatrix<f64>, seed: u64) -> Result<Trace, Invalid> {
        let mut run = Run::new(self, seed)?;
        let transposed = self.transposes(m);
        let start = run.start(m, transposed);
        let mut trace = Trace { transposed, start, steps: Vec::with_capacity(self.steps) };
        for _ in 0..self.steps {
            let step = run.step(trace.last());
            trace.steps.push(step);
        }
        Ok(trace)
    }
}

#[cfg(test)]
mod tests;

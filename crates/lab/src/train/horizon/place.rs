//! Where something is rounded by a relative error.

use halfulp::slice::Arithmetic;
use halfulp::{Policy, Rounding};

use crate::bound::outward::Upper;
use crate::optimizer::NewtonSchulz;
use crate::storage::{Storage, StorageError};

/// Rounds arrays to numbers with few bits of significand and binary64's exponents, or not at all.
#[derive(Clone, Debug)]
pub struct Place {
    arithmetic: Option<Arithmetic>,
    relative: f64,
}

impl Place {
    /// Nothing is rounded.
    pub const EXACT: Place = Place { arithmetic: None, relative: 0.0 };

    /// [`Storage::mantissa`]: binary64's sign and exponents, `mantissa` stored bits of significand, 1 to 52.
    ///
    /// # Errors
    /// A mantissa or noise bits out of range.
    pub fn rounded(mantissa: u32, rounding: Rounding) -> Result<Place, StorageError> {
        let storage = Storage::mantissa(mantissa, Policy::IEEE.rounding(rounding))?;
        let arithmetic = match storage.format() {
            Some((format, policy)) => Some(Arithmetic::new(format, policy)?),
            None => None,
        };
        let u = 2f64.powi(-1 - mantissa as i32);
        // The suprema of |Q(x) - x| / |x| over normal numbers.
        let relative = match rounding {
            Rounding::NearestEven | Rounding::NearestAway => u / (1.0 + u),
            Rounding::TowardZero => 2.0 * u / (1.0 + 2.0 * u),
            _ => 2.0 * u,
        };
        Ok(Place { arithmetic, relative: relative.next_up() })
    }

    /// Whether nothing is rounded.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.arithmetic.is_none()
    }

    /// At least `|Q(x) - x| / |x|` for every `x` in the range of normal numbers: `u / (1 + u)` to nearest, `2 u / (1 + 2 u)` toward
    /// zero, `2 u` otherwise, with `u = 2^-(mantissa + 1)`.
    #[must_use]
    pub const fn relative_error(&self) -> Upper {
        Upper::of(self.relative)
    }

    /// Rounds `from` to `to`. The noise of element `i` is `noise::element(seed, first + i)`.
    #[inline]
    pub fn store(&mut self, from: &[f64], to: &mut [f64], seed: u64, first: u64) {
        match &mut self.arithmetic {
            None => to.copy_from_slice(from),
            Some(arithmetic) => {
                arithmetic.set_noise(seed, first);
                // The lengths are equal, which is all that can go wrong.
                let stored = arithmetic.quantize(from, to);
                debug_assert!(stored.is_ok());
            }
        }
    }
}

/// The four places, whether there is a master, and what stands for Muon's polar factors.
#[derive(Clone, Debug)]
pub struct Places {
    /// The weights: as they are sent to where gradients are taken, or as they are kept if there is no master.
    pub weights: Place,
    /// The gradients.
    pub gradients: Place,
    /// The first moment between steps.
    pub momentum: Place,
    /// The second moment between steps.
    pub second: Place,
    /// Whether the weights are kept exactly.
    pub master: bool,
    /// An iteration in the place of Muon's polar factors; these themselves if there is none.
    pub iteration: Option<Box<NewtonSchulz>>,
}

impl Places {
    /// Nothing is rounded.
    pub const EXACT: Places = Places {
        weights: Place::EXACT,
        gradients: Place::EXACT,
        momentum: Place::EXACT,
        second: Place::EXACT,
        master: true,
        iteration: None,
    };
}

/// The largest `|stored - wanted| / |wanted|`, rounded upwards; infinity if something that is not 0 became 0, or overflowed, or is NaN.
pub(super) fn largest_relative(wanted: &[f64], stored: &[f64]) -> f64 {
    let (mut largest, mut bad) = (0.0f64, false);
    for (w, s) in wanted.iter().zip(stored) {
        let error = (s - w).abs();
        let relative = if error == 0.0 { 0.0 } else { error / w.abs() };
        largest = if relative > largest { relative } else { largest };
        bad |= relative.is_nan();
    }
    // A difference and a quotient, each rounded once.
    if bad { f64::INFINITY } else { largest * (1.0 + 4.0 * f64::EPSILON) }
}

/// `|stored - wanted| / |wanted|` of the Euclidean norms, rounded upwards generously.
pub(super) fn relative_norm(wanted: &[f64], stored: &[f64]) -> f64 {
    let (mut error, mut size) = (0.0, 0.0);
    for (w, s) in wanted.iter().zip(stored) {
        error += (s - w) * (s - w);
        size += w * w;
    }
    if error == 0.0 { 0.0 } else { (error / size).sqrt() * (1.0 + SUMS) }
}

/// More than the relative error of a norm of up to a million elements in binary64.
pub(super) const SUMS: f64 = 1e-9;

//! Rounding of arbitrary numbers by `definition`, as the reference for parsers.

use halfulp::{Facts, Policy, Rounded};
use num_bigint::{BigInt, BigUint};

use super::deliver::{Delivery, Located};
use super::locate::locate;
use super::p3109;
use super::quantity::Quantity;
use super::values::Values;

/// A number to round.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Number {
    /// Not a number.
    Nan,
    /// An infinity.
    Infinite {
        /// Whether it is negative infinity.
        negative: bool,
    },
    /// A zero.
    Zero {
        /// Whether it is minus zero.
        negative: bool,
    },
    /// `numerator / denominator * 2^exponent`, with nonzero numerator and denominator.
    Ratio {
        /// Whether it is below zero.
        negative: bool,
        /// Above zero.
        numerator: BigUint,
        /// Above zero.
        denominator: BigUint,
        /// The power of two.
        exponent: i64,
    },
}

/// Rounds a number once to a format under a policy, and returns its code and the exceptions raised. `noise` is the noise word of
/// stochastic rounding.
///
/// `None` if it could not be computed, which happens only for a ratio with a zero numerator or denominator.
///
/// ```
/// use halfulp::{Flags, Policy, format::catalog::lookup};
/// use halfulp_verify::engine::definition::number::{Number, rounded};
///
/// let third = Number::Ratio { negative: false, numerator: 1u8.into(), denominator: 3u8.into(), exponent: 0 };
/// let answer = rounded(&lookup("e4m3fn").unwrap().facts(), &Policy::IEEE, &third, 0).unwrap();
/// assert_eq!((answer.code, answer.flags), (0x2b, Flags::INEXACT)); // 0.34375
/// ```
#[must_use]
pub fn rounded(format: &Facts, policy: &Policy, number: &Number, noise: u64) -> Option<Rounded> {
    let values = Values::new(format);
    let located = match number {
        Number::Nan => Located::Nan,
        &Number::Infinite { negative } => Located::Infinite { negative },
        &Number::Zero { negative } => Located::Zero { negative },
        Number::Ratio { negative, numerator, denominator, exponent } => {
            let [numerator, denominator] = [numerator, denominator].map(|x| BigInt::from(x.clone()));
            if [&numerator, &denominator].contains(&&BigInt::ZERO) {
                return None;
            }
            let x = Quantity { numerator, denominator, exponent: *exponent, root: false };
            Located::Number { negative: *negative, place: locate(&values, *negative, &x)? }
        }
    };
    let delivery = Delivery { values: &values, policy };
    if policy.standard.is_p3109() {
        return Some(p3109::project(&delivery, located, noise));
    }
    Some(delivery.deliver(located, noise))
}

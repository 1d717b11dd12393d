//! The exact result of a case, before any rounding, as computed by the oracle `definition`, so that explanations do not rely on
//! code that may be wrong.

use halfulp::value::Nan;
use halfulp::{Real, Value};

use crate::engine::definition::place::{Exact, Magnitude, Meaning};

/// An exact result as it is printed.
pub fn printed(exact: Exact) -> Value<Real> {
    match exact {
        Exact::Nan => Value::Nan(Nan::QUIET),
        Exact::Infinite { negative } => Value::Infinite { negative },
        Exact::Zero { negative } => Value::Zero { negative },
        Exact::Number { negative, magnitude, more } => Value::Finite(real(negative, magnitude, more)),
    }
}

/// What a code means, as it is printed.
pub fn printed_code(meaning: Meaning) -> Value<Real> {
    match meaning {
        Meaning::Nan { .. } => Value::Nan(Nan::QUIET),
        Meaning::Infinite { negative } => Value::Infinite { negative },
        Meaning::Finite { negative, magnitude } if magnitude.significand == 0 => Value::Zero { negative },
        Meaning::Finite { negative, magnitude } => Value::Finite(real(negative, magnitude, false)),
    }
}

/// A number as it is printed. Its exponent is within 2^25: no format and no exact result goes farther.
pub fn real(negative: bool, magnitude: Magnitude, tail: bool) -> Real {
    let Magnitude { significand, exponent } = magnitude;
    let exponent = exponent.clamp(-(1 << 25), 1 << 25) as i32;
    Real { negative, exponent, significand, tail }
}

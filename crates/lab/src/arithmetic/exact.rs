//! The exact twin: MPFR, with so many bits that what it rounds is far below what is compared.

use rug::{Assign, Float, ops::AssignRound};

use super::{Arithmetic, Coefficient, Operation};
use crate::bound::quantization::Errors;
use crate::storage::Keeper;

/// MPFR's numbers of a precision. Nothing is stored in fewer bits.
#[derive(Clone, Copy, Debug)]
pub struct Exact {
    /// Bits of the significand.
    pub precision: u32,
}

impl Default for Exact {
    /// 256 bits: a thousand operations err by less than `2^-240` of their operands.
    fn default() -> Exact {
        Exact { precision: 256 }
    }
}

impl Arithmetic for Exact {
    type Number = Float;

    fn compute(&mut self, op: Operation, operands: [&[Float]; 3], to: &mut [Float]) {
        let [a, b, c] = operands;
        for (k, z) in to.iter_mut().enumerate() {
            z.set_prec(self.precision);
            match op {
                Operation::Add => z.assign(&a[k] + &b[k]),
                Operation::Sub => z.assign(&a[k] - &b[k]),
                Operation::Mul => z.assign(&a[k] * &b[k]),
                Operation::Div => z.assign(&a[k] / &b[k]),
                Operation::Sqrt => z.assign(a[k].sqrt_ref()),
                Operation::Fma => {
                    let _ = z.assign_round(a[k].mul_add_ref(&b[k], &c[k]), rug::float::Round::Nearest);
                }
            }
        }
    }

    fn number(&self, x: f64) -> Float {
        Float::with_val(self.precision, x)
    }

    fn coefficient(&self, coefficient: Coefficient, _: &mut Keeper) -> Float {
        coefficient.exact(self.precision)
    }

    fn value(&self, x: &Float) -> f64 {
        x.to_f64()
    }

    fn store(&mut self, _: &mut Keeper, _: &mut [Float], _: u64, _: u64) {}

    fn sign(&mut self, x: &[Float], to: &mut [Float]) {
        for (z, x) in to.iter_mut().zip(x) {
            // The value in binary64 can be 0 where this is not.
            *z = if x.is_zero() || x.is_nan() { x.clone() } else { self.number(1f64.copysign(x.to_f64())) };
        }
    }

    fn errors(&self) -> Errors {
        Errors::none()
    }
}

//! Elementwise arithmetic.

use super::{Arithmetic, Element, SliceError, same_length, split};
use crate::op::Op;

/// Elementwise arithmetic. On arrays of codes, each element is `apply(Task::within(op, format))` under the policy. On arrays of values the
/// operands are not rounded; each result is rounded once to the format and stored in the wide type.
impl Arithmetic {
    /// `a + b`.
    ///
    /// # Errors
    /// If the lengths differ, or the codes of the format do not fit in `E`. The same holds for the other elementwise operations.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut result = [0.0; 2];
    /// arithmetic.add(&[1.5f32, 16.0], &[0.25, 1.0], &mut result)?;
    /// assert_eq!(result, [1.75, 16.0]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn add<E: Element>(&self, a: &[E], b: &[E], to: &mut [E]) -> Result<(), SliceError> {
        self.compute(Op::Add, [a, b, &[]], to)
    }

    /// `a - b`.
    ///
    /// # Errors
    /// See [`add`](Arithmetic::add).
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut result = [0.0; 2];
    /// arithmetic.sub(&[1.5f32, 16.0], &[0.25, 1.0], &mut result)?;
    /// assert_eq!(result, [1.25, 15.0]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn sub<E: Element>(&self, a: &[E], b: &[E], to: &mut [E]) -> Result<(), SliceError> {
        self.compute(Op::Sub, [a, b, &[]], to)
    }

    /// `a * b`.
    ///
    /// # Errors
    /// See [`add`](Arithmetic::add).
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut result = [0.0; 2];
    /// arithmetic.mul(&[1.5f32, 0.3], &[1.5, 10.0], &mut result)?;
    /// assert_eq!(result, [2.25, 3.0]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn mul<E: Element>(&self, a: &[E], b: &[E], to: &mut [E]) -> Result<(), SliceError> {
        self.compute(Op::Mul, [a, b, &[]], to)
    }

    /// `a / b`.
    ///
    /// # Errors
    /// See [`add`](Arithmetic::add).
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut result = [0.0; 2];
    /// arithmetic.div(&[1.0f32, 6.0], &[3.0, 2.0], &mut result)?;
    /// assert_eq!(result, [0.34375, 3.0]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn div<E: Element>(&self, a: &[E], b: &[E], to: &mut [E]) -> Result<(), SliceError> {
        self.compute(Op::Div, [a, b, &[]], to)
    }

    /// The square root of `a`.
    ///
    /// # Errors
    /// See [`add`](Arithmetic::add).
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut result = [0.0; 2];
    /// arithmetic.sqrt(&[4.0f32, 2.0], &mut result)?;
    /// assert_eq!(result, [2.0, 1.375]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn sqrt<E: Element>(&self, a: &[E], to: &mut [E]) -> Result<(), SliceError> {
        self.compute(Op::Sqrt, [a, &[], &[]], to)
    }

    /// `a * b + c`, rounded once.
    ///
    /// # Errors
    /// See [`add`](Arithmetic::add).
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut result = [0.0; 2];
    /// arithmetic.fma(&[1.125f32, 2.0], &[1.125, 3.0], &[-1.25, 1.0], &mut result)?;
    /// assert_eq!(result, [0.015625, 7.0]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn fma<E: Element>(&self, a: &[E], b: &[E], c: &[E], to: &mut [E]) -> Result<(), SliceError> {
        self.compute(Op::Fma, [a, b, c], to)
    }

    fn compute<E: Element>(&self, op: Op, operands: [&[E]; 3], to: &mut [E]) -> Result<(), SliceError> {
        self.check_word::<E>()?;
        let first = operands[0].len();
        for (operand, which) in
            operands.iter().zip(["first operand", "second operand", "third operand"]).take(op.arity())
        {
            same_length(first, operand.len(), which)?;
        }
        same_length(first, to.len(), "result")?;
        split::ternary(operands, to, |i, x, y| {
            E::arithmetic(self.kernel, self.work(i), op, x, y);
        });
        Ok(())
    }
}

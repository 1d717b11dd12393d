//! Errors of array operations.

use core::fmt;

use crate::kernel::{KernelError, WIDEST};
use crate::op::TaskError;

/// Why an array operation cannot be performed.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SliceError {
    /// The format has a precision of more than 53 bits.
    TooPrecise {
        /// The precision in bits.
        precision: u32,
    },
    /// The codes of the format do not fit in the elements of an array.
    CodeTooWide {
        /// The width of the format in bits.
        width: u32,
        /// The width of an array element in bits.
        word: u32,
    },
    /// Two arrays differ in length.
    Lengths {
        /// Length of the first operand.
        first: usize,
        /// Length of the other array.
        other: usize,
        /// What the other array is: `"second operand"`, `"third operand"` or `"result"`.
        which: &'static str,
    },
    /// The sum of the policy's noise bits and the format's precision exceeds 72.
    Task(TaskError),
    /// The requested kernel, or the one named by `HALFULP_KERNEL`, is not available.
    Kernel(KernelError),
}

impl fmt::Display for SliceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SliceError::TooPrecise { precision } => {
                write!(f, "the format has a precision of {precision} bits: arrays take formats of up to 53")
            }
            SliceError::CodeTooWide { width, word } if *width <= WIDEST => {
                write!(f, "codes of {width} bits do not fit elements of {word} bits: use u16")
            }
            SliceError::CodeTooWide { width, .. } => {
                write!(
                    f,
                    "arrays hold codes of up to {WIDEST} bits, not {width}: use arrays of values, f32 or f64"
                )
            }
            SliceError::Lengths { first, other, which } => {
                write!(
                    f,
                    "the first operand has {first} elements, the {which} has {other}: lengths must be equal"
                )
            }
            SliceError::Task(e) => e.fmt(f),
            SliceError::Kernel(e) => e.fmt(f),
        }
    }
}

impl core::error::Error for SliceError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            SliceError::Task(e) => Some(e),
            SliceError::Kernel(e) => Some(e),
            _ => None,
        }
    }
}

impl From<TaskError> for SliceError {
    fn from(e: TaskError) -> SliceError {
        SliceError::Task(e)
    }
}

impl From<KernelError> for SliceError {
    fn from(e: KernelError) -> SliceError {
        SliceError::Kernel(e)
    }
}

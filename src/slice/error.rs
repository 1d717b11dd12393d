//! What can be wrong with a call, as values.

use core::fmt;

use crate::kernel::{KernelError, WIDEST};
use crate::op::TaskError;

/// Why arrays cannot be computed with.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SliceError {
    /// The format has a precision of more than 53 bits.
    TooPrecise {
        /// Bits of its significands.
        precision: u32,
    },
    /// Codes of the format do not fit the word of an array.
    CodeTooWide {
        /// Bits of the format.
        width: u32,
        /// Bits of the word.
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
    /// The policy asks for more noise bits than the format's precision leaves room for.
    Task(TaskError),
    /// The kernel that was asked for, or that `HALFULP_KERNEL` names, cannot be had.
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

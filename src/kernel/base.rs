//! What all files of the kernels share: wide types, kinds of work, noise, operations by number.

use crate::format::Format;
use crate::format::catalog::builtin_format;
use crate::noise;
use crate::op::{Op, Task};
use crate::policy::Policy;

/// The type in which values are stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum WideKind {
    /// `f32`.
    Binary32,
    /// `f64`.
    Binary64,
}

/// The format of `f32`.
pub(crate) const BINARY32: Format = builtin_format("binary32");
/// The format of `f64`.
pub(crate) const BINARY64: Format = builtin_format("binary64");

/// The format of a wide type.
pub(super) const fn wide_format(kind: WideKind) -> Format {
    match kind {
        WideKind::Binary32 => BINARY32,
        WideKind::Binary64 => BINARY64,
    }
}

/// The conversion between two formats.
pub(super) fn conversion(from: Format, to: Format, policy: &Policy) -> Task {
    Task { op: Op::Convert, operands: [from; 3], result: to, policy: *policy }
}

/// A kind of array operation, for `Kernel::covers`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Work {
    /// Converts values to codes.
    Encode(WideKind),
    /// Converts codes to values.
    Decode(WideKind),
    /// Rounds values to values of the format.
    Quantize(WideKind),
    /// Elementwise arithmetic on codes: add, sub, mul, div, sqrt or fma.
    Codes(Op),
    /// Elementwise arithmetic on values, each result rounded once to the format.
    Values(Op, WideKind),
}

/// The source of noise for stochastic rounding: a seed, and the index of the first element of an array.
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Noise {
    pub(crate) seed: u64,
    pub(crate) first: u64,
}

impl Noise {
    /// The noise of an element of the array.
    #[inline(always)]
    pub(crate) const fn word(self, i: usize) -> u64 {
        noise::element(self.seed, self.first.wrapping_add(i as u64))
    }

    /// The noise for the part of the array from the given element on.
    pub(crate) const fn from(self, i: usize) -> Noise {
        Noise { first: self.first.wrapping_add(i as u64), ..self }
    }
}

// Operations as parameters of loops.
pub(super) const ADD: u8 = 0;
pub(super) const SUB: u8 = 1;
pub(super) const MUL: u8 = 2;
pub(super) const DIV: u8 = 3;
pub(super) const SQRT: u8 = 4;
pub(super) const FMA: u8 = 5;

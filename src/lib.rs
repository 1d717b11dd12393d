//! Bit-exact software floating point for any small format.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod exact;
pub mod format;
pub mod noise;
pub mod op;
pub mod policy;
mod round;
pub mod text;
pub mod typed;
pub mod value;

pub use format::facts::{Facts, FormatError, Nans, Overflow, Sign};
pub use format::{Code, Format};
pub use op::{Op, Operands, Predicate, Task, TaskError, apply};
pub use policy::{Flags, NanResult, Policy, Rounding, Saturation, Stochastic, Tininess};
pub use round::{Rounded, round};
pub use value::{Exact, Nan, Real, Value, decode};

//! Bit-exact software floating point for any small format.
//!
//! A number goes one way through this library:
//!
//! ```text
//! code --decode--> exact value --operation--> exact result --round(format, policy)--> code + flags
//! ```
//!
//! A [`Format`] is data: facts from which every special code follows. A [`Policy`] is data: rounding, saturation, tininess,
//! flushing, what a NaN becomes. A [`Task`] is an operation, a format an operand, a format of the result and a policy;
//! [`apply`] computes it. There is one [`round`](round()), and nothing else rounds, so no result is rounded twice. What each of them
//! yields is stated, clause by clause, in the repository's SPEC.md.
//!
//! ```
//! use halfulp::{Flags, Format, Op, Policy, Saturation, Task, text};
//!
//! let task = Task::within(Op::Mul, Format::E4M3FN);
//! let operands = [0x54, 0x7e]; // 12 and 448
//!
//! // The format has no infinity: past its largest value lies NaN.
//! let product = task.apply(operands);
//! assert_eq!(Some(product.code), Format::E4M3FN.nan());
//! assert_eq!(product.flags, Flags::OVERFLOW | Flags::INEXACT);
//!
//! let clamped = task.with_policy(Policy::IEEE.saturation(Saturation::Finite)).apply(operands);
//! assert_eq!(text::decimal(&Format::E4M3FN, clamped.code), "448");
//!
//! // The product of two FP8 numbers into binary16, which holds it exactly.
//! let wide = task.with_result(Format::BINARY16);
//! assert_eq!(wide.apply(operands).flags, Flags::NONE);
//! ```
//!
//! With the format in the type there are operators: see [`typed`]. For arrays, in vectors: see [`slice`](mod@slice).
//!
//! # Words
//!
//! *Code*, the bit pattern of a value. *Magnitude code*, the code without its sign. *Precision*, the bits of the significand, the
//! hidden one included. *Quantum*, the distance of neighbouring values. *Exact*, before any rounding. *Largest*, the finite value
//! of largest magnitude of a sign. *Tiny*, nonzero and below the smallest normal value. *Flags*, the five exceptions of IEEE 754.
//!
//! # Features
//!
//! `std` is on by default; without it the library needs `alloc` only, and takes a vector kernel only where the build is for a CPU that
//! has it. `rayon` splits large arrays among threads. `file` reads format files at run time; `serde`, `num-traits`,
//! `bytemuck`, `zerocopy`, `half`, `arbitrary` and `proptest` add the traits and generators of the crates of those names.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(unsafe_code)]

extern crate alloc;

pub mod exact;
pub mod format;
pub mod kernel;
pub mod noise;
pub mod op;
pub mod policy;
pub mod prelude;
mod round;
pub mod slice;
pub mod text;
pub mod typed;
pub mod value;

pub use format::facts::{Facts, FormatError, Nans, Overflow, Sign};
pub use format::{Code, Format};
pub use op::{Op, Operands, Predicate, Task, TaskError, apply};
pub use policy::{Flags, NanResult, NoiseBits, Policy, Rounding, Saturation, Standard, Stochastic, Tininess};
pub use round::{Rounded, round};
pub use value::{Exact, Nan, Real, Value, decode};

//! Bit-exact software floating point for any small format.
//!
//! # Convert a number and back
//!
//! ```
//! use halfulp::typed::F8E4M3FN;
//!
//! let x = F8E4M3FN::from_f32(0.3); // rounded once, to nearest
//! assert_eq!((x.to_bits(), x.to_f32()), (0x2a, 0.3125));
//!
//! // Past 448 this format has NaN and no infinity.
//! assert!(F8E4M3FN::from_f32(1e9).is_nan());
//! assert_eq!(F8E4M3FN::from_f32_saturating(1e9).to_f32(), 448.0);
//! ```
//!
//! Every built-in format has such a type, with operators, conversions and formatting: [`typed`] lists them.
//!
//! # Arithmetic
//!
//! Operators round to nearest, ties to even. Under a [`Policy`] every operation also returns the exceptions it raised:
//!
//! ```
//! use halfulp::typed::F8E5M2;
//! use halfulp::{Flags, Policy, Rounding};
//!
//! let (x, y) = (F8E5M2::ONE, F8E5M2::from_f32(3.0));
//! assert_eq!((x / y).to_f32(), 0.3125);
//!
//! let up = Policy::IEEE.rounding(Rounding::TowardPositive);
//! let quotient = x.with(up).div(y);
//! assert_eq!((quotient.value.to_f32(), quotient.flags), (0.375, Flags::INEXACT));
//! ```
//!
//! # Arrays
//!
//! [`slice`](mod@slice) has operations on arrays, which use vector instructions; the results are bit-identical to those of the scalar operations.
//!
//! ```
//! use halfulp::slice::Arithmetic;
//! use halfulp::{Format, Policy};
//!
//! let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
//! let mut codes = [0u8; 3];
//! arithmetic.encode(&[1.0f32, 0.3, -448.0], &mut codes)?;
//! assert_eq!(codes, [0x38, 0x2a, 0xfe]);
//! # Ok::<(), halfulp::slice::SliceError>(())
//! ```
//!
//! # A format of your own
//!
//! ```
//! use halfulp::{Facts, Format, Nans, Overflow, Sign};
//!
//! const E3M3: Format = Format::known(Facts {
//!     width: 7,
//!     precision: 4, // with the hidden bit
//!     bias: 3,
//!     sign: Sign::SignMagnitude,
//!     nans: Nans::None,
//!     overflow: Overflow::Largest,
//!     subnormals: true,
//! });
//! halfulp::minifloat!(F7E3M3 of E3M3Marker in u8: E3M3);
//! assert_eq!(F7E3M3::MAX.to_f32(), 30.0);
//! ```
//!
//! # Formats and operations as data
//!
//! Every result is computed in the same way:
//!
//! ```text
//! code --decode--> exact value --operation--> exact result --round(format, policy)--> code + flags
//! ```
//!
//! A [`Format`] is data: facts from which all special codes follow. A [`Policy`] is data: rounding, saturation, tininess,
//! flushing, and the result for a NaN in a format without NaN. A [`Task`] combines an operation, the format of each operand, the format
//! of the result, and a policy; [`apply`] computes it. Only [`round`](round()) rounds, so no result is rounded twice. SPEC.md in the
//! repository specifies every result, clause by clause.
//!
//! ```
//! use halfulp::{Flags, Format, Op, Task};
//!
//! let format: Format = "e4m3fn".parse()?; // or Format::E4M3FN
//! let product = Task::within(Op::Mul, format).with_result(Format::BINARY16).apply([0x54, 0x7e]); // 12 * 448
//! assert_eq!((product.code, product.flags), (0x6d40, Flags::NONE));
//! # Ok::<(), halfulp::format::catalog::LookupError>(())
//! ```
//!
//! # Terms
//!
//! *Code*: the bit pattern of a value. *Magnitude code*: the code without its sign. *Precision*: the bits of the significand, including
//! the hidden bit. *Quantum*: the spacing of adjacent values. *Exact*: before any rounding. *Largest*: the finite value of largest
//! magnitude of a sign. *Tiny*: nonzero and below the smallest normal value in magnitude. *Flags*: the five exceptions of IEEE 754.
//!
//! # Features
//!
//! `std` is enabled by default. Without it the library needs only `alloc`, and uses a vector kernel only if the build target has its
//! instructions. `rayon` splits large arrays among threads. `file` reads format files at run time. `serde`, `num-traits`,
//! `bytemuck`, `zerocopy`, `half`, `arbitrary` and `proptest` implement traits of the crates of those names.
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

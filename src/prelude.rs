//! The items that most programs use: `use halfulp::prelude::*;`.
//!
//! ```
//! use halfulp::prelude::*;
//!
//! let x = F8E4M3FN::from_f32(0.3);
//! assert_eq!((x * x).to_string(), "0.09375");
//!
//! let sum = Task::within(Op::Add, Format::E4M3FN).apply([x.to_bits().into(), 0x38]);
//! assert_eq!(text::decimal(&Format::E4M3FN, sum.code), "1.25");
//!
//! let policy = Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(8) });
//! let third = F64::from(1.0 / 3.0).with(policy);
//! let rounded: [Flagged<marker::E4M3FN>; 2] = [0, 255].map(|word| third.noise(word).convert());
//! assert_eq!(rounded.map(|x| x.value.to_f32()), [0.3125, 0.34375]);
//! assert!(noise::word(7, 0) != noise::word(7, 1));
//! ```

pub use crate::format::{Code, Format};
pub use crate::noise;
pub use crate::op::{Op, Operands, Task};
pub use crate::policy::{Flags, NoiseBits, Policy, Rounding, Saturation, Stochastic};
pub use crate::slice::{Arithmetic, TypedArithmetic};
pub use crate::text;
pub use crate::typed::{
    BF16, F4E2M1, F6E2M3, F6E3M2, F8E4M3FN, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0, F16, F32, F64, Flagged,
    FloatFormat, Minifloat, SumIn, TF32, marker,
};

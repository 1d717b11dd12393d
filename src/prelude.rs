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
//! ```

pub use crate::format::{Code, Format};
pub use crate::op::{Op, Operands, Task};
pub use crate::policy::{Flags, NoiseBits, Policy, Rounding, Saturation};
pub use crate::slice::{Arithmetic, TypedArithmetic};
pub use crate::text;
pub use crate::typed::{
    BF16, F4E2M1, F6E2M3, F6E3M2, F8E4M3FN, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0, F16, F32, FloatFormat,
    Minifloat, SumIn, TF32, marker,
};

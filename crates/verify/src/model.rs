//! Models of devices: what the standards say, with deviations, as data.
//!
//! A [`Behaviour`] says how a device reads its operands, what it computes, how it rounds, where the range ends, and which NaNs, zeros and
//! flags it gives. The default deviates nowhere: its answers are those of [`halfulp::apply`], which a test proves for every operation that
//! [`Behaviour::covers`]. Each part is a stage with a file of its own:
//!
//! ```text
//! codes --reading--> values --computing--> exact result --rounding--> number of a value --range, nan, zero, flags--> code + flags
//! ```
//!
//! ```
//! use halfulp::{Format, Op, Operands, Task};
//! use halfulp_verify::model::{Behaviour, Rule};
//!
//! // A multiplier that truncates: 1.125 * 1.625 = 1.828125, between 1.75 and 1.875.
//! let mut device = Behaviour::default();
//! device.rounding.rule = Some(Rule::TowardZero);
//! let task = Task::within(Op::Mul, Format::E4M3FN);
//! assert_eq!(device.answer(&task, Operands::from([0x39, 0x3d])).code, 0x3e);
//! assert_eq!(task.apply([0x39, 0x3d]).code, 0x3f);
//! ```

mod behaviour;
mod computing;
mod delivery;
mod ends;
mod flags;
mod names;
mod nan;
mod place;
mod range;
mod reading;
mod rounding;
mod run;
mod zero;

pub(crate) use place::place;
pub(crate) use run::exact_result;

pub use behaviour::{Addend, Behaviour, Output, Readings};
pub use computing::{Alignment, Computing, Invalid, InvalidResult, Step};
pub use flags::FlagRules;
pub use names::format_by_name;
pub use nan::{NanRules, NanSign, Payload};
pub use range::{Gap, InfinityResult, OverflowAt, OverflowResult, RangeRules, TinyResult, ZeroResult};
pub use reading::{NanRead, Reading, SignRead, Subnormals};
pub use rounding::{Carry, Guard, NoiseRead, Position, RoundingRules, Rule};
pub use zero::{ZeroRules, ZeroSign};

//! Diagnosis: which deviations explain what a device answers.
//!
//! [`diagnose`] compares recorded rows (operands and answers) with a device without deviations, and searches the
//! [list of deviations](crate::deviation) and their combinations for the least set that explains every mismatch. What no set explains is
//! left over and shown; explanations that the rows cannot tell apart are all named, with operands on which they differ.
//!
//! ```
//! use halfulp::{Format, Op, Operands, Task};
//! use halfulp_verify::deviation::planted;
//! use halfulp_verify::diagnose::{Row, Rows, diagnose};
//! use halfulp_verify::model::Behaviour;
//!
//! let task = Task::within(Op::Mul, Format::E2M1);
//! let device = planted(&task, "truncate").unwrap();
//! let operands = (0..256).map(|code| Operands::from([code & 15, code >> 4]));
//! let rows = operands.map(|operands| Row::full(operands, device.answer(&task, operands))).collect();
//! let found = diagnose(&Rows::new(task, rows), &Behaviour::default());
//! assert_eq!(found.names(), ["truncate"]);
//! assert_eq!((found.mismatches, found.residual), (8, 0));
//! ```

mod ask;
mod common;
mod document;
mod equal;
mod features;
mod found;
mod growth;
mod order;
mod outcome;
mod region;
mod rows;
mod run;
mod search;
mod text;

pub use ask::{AskError, Question, diagnose_device};
pub use common::{Common, Constant};
pub use document::{Alternative, Document, Explained, HeldOut, RegionRows, UnexplainedRow};
pub use equal::distinguishing;
pub use features::{FeatureCount, Features};
pub use found::{Diagnosis, Explains, Other, Part, Unexplained};
pub use order::diagnose;
pub use region::Region;
pub use rows::{Row, Rows};
pub use text::to_text;

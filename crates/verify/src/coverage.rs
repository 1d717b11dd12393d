//! Functional coverage: which situations of a task its cases meet, by the law and not by what a device answers.
//!
//! A [`Model`] has the bins of a task in groups: the models B1 to B29 of Aharoni et al. (IBM) as far as they apply to the operation, adapted to
//! small formats, the classes of the operands against each other, binades, rounding situations, exceptions and the reasons for them.
//! docs/coverage.md has the whole list.

mod arguments;
mod axis;
mod counts;
mod cover;
mod cut;
mod dice;
mod document;
mod exhaust;
mod gaps;
mod group;
mod groups;
mod html;
mod json;
mod merge;
mod model;
mod operand;
mod proof;
mod situation;
mod solve;
mod text;

pub use axis::Axis;
pub use counts::{Counts, Gatherer, TooMany};
pub use cover::{Cover, cases};
pub use document::{Chooser, Document, GroupCounts, SCHEMA, Source, TaskCoverage, Totals, Unreachable};
pub use exhaust::{Exhausted, MOST_BITS};
pub use group::Group;
pub use html::to_html;
pub use json::{from_json, to_json};
pub use merge::{MergeError, merge};
pub use model::{Model, VERSION};
pub use proof::{Proof, Why};
pub use text::{outcome, to_text};

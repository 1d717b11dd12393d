//! Reports of a run: explanations, text, JSON, JUnit XML.

mod binomial;
pub mod clause;
mod closest;
mod counts;
mod document;
mod errata;
mod exact;
mod explain;
mod fitting;
mod flushing;
mod format_file;
mod json;
mod junit;
mod machine;
mod merge;
mod neighbours;
pub mod policy;
mod replay;
mod row;
mod sample;
mod seen;
mod show;
mod summary;
mod text;
mod verdict;
mod waivers;
mod xml;

use halfulp::Format;

pub use counts::{
    ErratumCounts, FlagTable, Group, JobCounts, NamedFacts, NotCompared, Oracle, OracleTotals, Party, Piece,
    PolicyCounts, Verdict,
};
pub(crate) use explain::task_text;
pub use explain::{AnswerText, Explanation, explain};
pub use format_file::{definition, file_name};
pub(crate) use json::indented;
pub use json::{from_json, to_json};
pub use junit::to_junit;
pub use machine::Machine;
pub use merge::{MergeError, merge};
pub(crate) use merge::{contradiction, differ};
pub use neighbours::Neighbours;
pub use policy::PolicyWords;
pub use replay::{command, policy_arguments, task_arguments};
pub use row::MismatchRow;
pub use sample::{CONFIDENCE, Sample, samples};
pub use seen::Seen;
pub use show::CodeText;
pub(crate) use show::{counted, grouped};
pub(crate) use summary::in_rounds;
pub use summary::{Explained, SCHEMA, Summary};
pub use text::{outcome, to_text};
pub use waivers::{Waived, WaiverCounts};

/// The name of a format in reports: a name that `halfulp` accepts, or the path of its file.
pub type FormatName<'a> = &'a (dyn Fn(&Format) -> String + Sync);

//! A run's findings for people and for machines: explanations, JSON, JUnit XML.

pub mod clause;
mod counts;
mod exact;
mod explain;
mod json;
mod junit;
mod machine;
mod merge;
mod neighbours;
mod replay;
mod show;
mod summary;
mod text;
mod verdict;

use halfulp::Format;

pub use counts::{
    ErratumCounts, FlagTable, Group, JobCounts, NamedFacts, NotCompared, Oracle, OracleTotals, Party, Piece,
    PolicyCounts,
};
pub use explain::{AnswerText, Explanation, explain};
pub use json::{from_json, to_json};
pub use junit::to_junit;
pub use machine::Machine;
pub use merge::{MergeError, merge};
pub use neighbours::Neighbours;
pub use replay::{command, policy_arguments, task_arguments};
pub use show::CodeText;
pub use summary::{Explained, SCHEMA, Summary};
pub use text::to_text;
pub use verdict::Verdict;

/// How a format is called in reports: a name that `halfulp` itself takes, or the path of its file.
pub type FormatName<'a> = &'a (dyn Fn(&Format) -> String + Sync);

#[cfg(test)]
mod tests;

//! A run's findings for people and for machines: explanations, JSON, JUnit XML.

pub mod clause;
mod exact;
mod explain;
mod json;
mod junit;
mod neighbours;
mod replay;
mod show;
mod summary;

use halfulp::Format;

pub use explain::{AnswerText, Explanation, explain};
pub use json::to_json;
pub use junit::to_junit;
pub use neighbours::Neighbours;
pub use replay::{command, policy_arguments, task_arguments};
pub use show::CodeText;
pub use summary::{Exception, Group, JobCounts, Summary, Uncovered};

/// How a format is called in reports: a name that `halfulp` itself takes, or the path of its file.
pub type FormatName<'a> = &'a (dyn Fn(&Format) -> String + Sync);

#[cfg(test)]
mod tests;

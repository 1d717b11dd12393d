//! What is said of a vector file: its task, its cases, which engines computed the answers, and digests.

use halfulp::format::catalog;
use halfulp::{Format, Op, Policy, Task};
use serde::{Deserialize, Serialize};

use super::form::Form;
use super::layout::{Column, Layout};
use crate::report::{FormatName, NamedFacts};

/// The schema of a header.
pub const SCHEMA: &str = "halfulp.vectors/1";

/// Marks the lines of a header among the comments of a file.
pub(super) const MARK: &str = "//:";

/// The provenance of a vector file.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`SCHEMA`].
    pub schema: String,
    /// The program that wrote it, with its version.
    pub program: String,
    /// The notation of the rows.
    pub form: Form,
    /// TestFloat's name of the task, where there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// The operation.
    pub operation: String,
    /// The formats of the operands.
    pub operands: Vec<String>,
    /// The format of the result; none for an operation that answers with a small integer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub result: Option<String>,
    /// The selections of cases, one after the other.
    pub cases: Vec<String>,
    /// The seed of random cases and of noise.
    pub seed: u64,
    /// The shard `i/n`, if it is a part.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shard: Option<String>,
    /// The number of the case of the first row.
    pub first_case: u64,
    /// The number of rows.
    pub rows: u64,
    /// The engine that computed the expected answers.
    pub engine: String,
    /// The engines that computed the same answers, bit for bit.
    pub confirmed_by: Vec<String>,
    /// The columns of a row, before the flags.
    pub columns: Vec<Column>,
    /// The policy.
    #[serde(with = "crate::report::policy")]
    pub policy: Policy,
    /// The formats and their facts.
    pub formats: Vec<NamedFacts>,
    /// The digests. A file that has its header in itself has them at its end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sha256: Option<Digests>,
}

/// SHA-256 digests, in hexadecimal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digests {
    /// Of the operands and noise words of all rows, each little-endian in 1, 2, 4 or 8 bytes: whatever the notation, and whoever answered.
    pub cases: String,
    /// Of all bytes of the file, less its header.
    pub rows: String,
}

/// The end of a file that has its header in itself.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trailer {
    pub sha256: Digests,
}

impl Header {
    /// The task, its formats by the facts that the header has of them.
    ///
    /// # Errors
    /// What is wrong with the header, and what was expected.
    pub fn task(&self) -> Result<Task, String> {
        if self.schema != SCHEMA {
            return Err(format!("schema: expected {SCHEMA:?}, found {:?}", self.schema));
        }
        let op: Op = self.operation.parse().map_err(|error| format!("operation: {error}"))?;
        if self.operands.len() != op.arity() {
            let (takes, given) = (op.arity(), self.operands.len());
            return Err(format!("operands: {op} takes {takes}, and {given} formats are named"));
        }
        let operands =
            self.operands.iter().map(|name| self.format(name)).collect::<Result<Vec<Format>, _>>()?;
        let mut task = Task::within(op, operands[0]);
        for (place, format) in task.operands.iter_mut().zip(operands) {
            *place = format;
        }
        if let Some(name) = &self.result {
            task.result = self.format(name)?;
        } else if !op.is_query() {
            return Err(format!("result: {op} needs the format of its result"));
        }
        let task = task.with_policy(self.policy);
        task.check().map_err(|error| format!("{op}: {error}"))?;
        let columns: Vec<Column> = Layout::of(&task).columns().cloned().collect();
        if self.columns != columns {
            return Err("columns: they are not those of the operation".into());
        }
        Ok(task)
    }

    /// The format that the header has under a name.
    fn format(&self, name: &str) -> Result<Format, String> {
        let found = self.formats.iter().find(|format| format.name == name);
        let facts = found.ok_or_else(|| format!("formats: there are no facts of {name:?}"))?.facts;
        if catalog::lookup(name).is_ok_and(|known| known.facts() != facts) {
            return Err(format!("formats: {name}: these are not the facts of the format of that name"));
        }
        Format::new(facts).map_err(|error| format!("formats: {name}: {error}"))
    }

    /// As TOML, for a file beside the rows.
    pub(super) fn to_toml(&self) -> String {
        // Strings, numbers and tables of them: TOML has all that a header has.
        toml::to_string(self).unwrap_or_default()
    }

    /// As comments at the beginning of a file.
    pub(super) fn to_comments(&self) -> String {
        comments(&self.to_toml())
    }
}

impl Digests {
    /// As comments at the end of a file.
    pub(super) fn to_comments(&self) -> String {
        let table = format!("[sha256]\ncases = \"{}\"\nrows = \"{}\"\n", self.cases, self.rows);
        comments(&table)
    }
}

fn comments(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { format!("{MARK}\n") } else { format!("{MARK} {line}\n") };
    text.lines().map(line).collect()
}

/// The names and facts of a task's formats, each once.
pub(super) fn formats(task: &Task, name: FormatName<'_>) -> Vec<NamedFacts> {
    let mut formats: Vec<NamedFacts> = Vec::new();
    let result = (!task.op.is_query()).then_some(&task.result);
    for format in task.operands[..task.op.arity()].iter().chain(result) {
        let named = NamedFacts { name: name(format), facts: format.facts() };
        if !formats.contains(&named) {
            formats.push(named);
        }
    }
    formats
}

//! Merging the coverage of several runs: shards, or other cases of the same tasks.

use super::document::{Document, GroupCounts, Source, TaskCoverage};
use crate::report::policy_arguments;

/// Why coverage cannot be merged.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MergeError {
    /// There is nothing to merge.
    #[error("there is no coverage to merge")]
    Nothing,
    /// A name stands for two formats.
    #[error("{of}: {name} is another format there than in {first}")]
    Format {
        /// The file.
        of: String,
        /// The first file.
        first: String,
        /// The name.
        name: String,
    },
    /// Groups of bins differ.
    #[error("{of}: the bins of {task} are not those of {first}: {group}")]
    Bins {
        /// The file.
        of: String,
        /// The first file.
        first: String,
        /// The task.
        task: String,
        /// The group.
        group: String,
    },
    /// Some cases are in two files.
    #[error("{of} has cases that {first} has too ({cases}, of {task}): each belongs in once")]
    Twice {
        /// The file.
        of: String,
        /// The other file.
        first: String,
        /// The cases.
        cases: String,
        /// The task.
        task: String,
    },
    /// Shards of one selection that two verbs divided, each in its own way.
    #[error(
        "{of}: {cases} is a shard of `halfulp {verb}`, and {first} has one of `halfulp {other}`, which divides cases in another way: \
         take all shards from one of the two"
    )]
    Divided {
        /// The file.
        of: String,
        /// The other file.
        first: String,
        /// The cases, and their task.
        cases: String,
        /// The verb of the file.
        verb: &'static str,
        /// The verb of the other file.
        other: &'static str,
    },
    /// Counts exceed 64 bits.
    #[error("{of}: the sum of the counts exceeds 64 bits")]
    TooMany {
        /// The file.
        of: String,
    },
}

/// Merges coverage, each with its name for error messages: counts of the same task are added, and tasks that only some have are kept.
///
/// # Errors
/// If a name stands for two formats, the bins of a task differ, or the same cases are counted twice.
pub fn merge(documents: Vec<(String, Document)>) -> Result<Document, MergeError> {
    let mut names: Vec<String> = Vec::new();
    // Which file each source came from, in the order of the tasks and their sources.
    let mut origins: Vec<Vec<usize>> = Vec::new();
    let mut all: Option<Document> = None;
    for (index, (name, document)) in documents.into_iter().enumerate() {
        names.push(name);
        let Some(all) = &mut all else {
            origins = document.tasks.iter().map(|task| vec![index; task.sources.len()]).collect();
            all = Some(document);
            continue;
        };
        add_formats(all, &document, &names)?;
        for task in document.tasks {
            match all.tasks.iter().position(|known| is_same(known, &task)) {
                Some(place) => {
                    let sources = task.sources.len();
                    add_task(&mut all.tasks[place], task, &names, &origins[place])?;
                    origins[place].extend(vec![index; sources]);
                }
                None => {
                    origins.push(vec![index; task.sources.len()]);
                    all.tasks.push(task);
                }
            }
        }
        all.command = document.command;
    }
    all.ok_or(MergeError::Nothing)
}

fn last(names: &[String]) -> String {
    names.last().cloned().unwrap_or_default()
}

fn add_formats(all: &mut Document, other: &Document, names: &[String]) -> Result<(), MergeError> {
    for format in &other.formats {
        match all.formats.iter().find(|known| known.name == format.name) {
            Some(known) if known.facts != format.facts => {
                let (of, first, name) = (last(names), names[0].clone(), format.name.clone());
                return Err(MergeError::Format { of, first, name });
            }
            Some(_) => {}
            None => all.formats.push(format.clone()),
        }
    }
    Ok(())
}

fn is_same(a: &TaskCoverage, b: &TaskCoverage) -> bool {
    (&a.op, &a.operands, &a.result, &a.policy) == (&b.op, &b.operands, &b.result, &b.policy)
}

/// A task in words.
pub(super) fn title(task: &TaskCoverage) -> String {
    let result = match &task.result {
        Some(result) if task.operands.iter().any(|operand| operand != result) => format!(" in {result}"),
        _ => String::new(),
    };
    let mut operands = task.operands.clone();
    operands.dedup();
    let policy = policy_arguments(&task.policy).join(" ");
    format!("{} of {}{result}, {policy}", task.op, operands.join(", "))
}

fn add_task(
    known: &mut TaskCoverage,
    other: TaskCoverage,
    names: &[String],
    origins: &[usize],
) -> Result<(), MergeError> {
    for source in &other.sources {
        let divided =
            known.sources.iter().zip(origins).find(|(known, _)| are_divided_otherwise(known, source));
        if let Some((known, origin)) = divided {
            return Err(MergeError::Divided {
                of: last(names),
                first: names[*origin].clone(),
                cases: format!("{} of {}", in_words(source), title(&other)),
                verb: source.origin.name(),
                other: known.origin.name(),
            });
        }
        let twice = known.sources.iter().zip(origins).find(|(known, _)| overlap(known, source));
        if let Some((_, origin)) = twice {
            return Err(MergeError::Twice {
                of: last(names),
                first: names[*origin].clone(),
                cases: in_words(source),
                task: title(&other),
            });
        }
    }
    let differing =
        known.groups.iter().zip(&other.groups).find(|(a, b)| (&a.id, &a.axes) != (&b.id, &b.axes));
    let differing = differing.map(|(_, group)| group.id.clone());
    let lengths = (known.groups.len() != other.groups.len()).then(|| "there are more or fewer groups".into());
    if let Some(group) = differing.or(lengths) {
        let (of, first, task) = (last(names), names[0].clone(), title(&other));
        return Err(MergeError::Bins { of, first, task, group });
    }
    let too_many = || MergeError::TooMany { of: last(names) };
    known.cases = known.cases.checked_add(other.cases).ok_or_else(too_many)?;
    known.exhausted = known.exhausted.or(other.exhausted);
    known.sources.extend(other.sources);
    for (group, other) in known.groups.iter_mut().zip(other.groups) {
        add_group(group, other).ok_or_else(too_many)?;
    }
    Ok(())
}

/// Whether two sources are shards of one selection, though not of one division.
fn are_divided_otherwise(a: &Source, b: &Source) -> bool {
    a.origin != b.origin && a.shard.is_some() && b.shard.is_some() && is_same_selection(a, b)
}

fn is_same_selection(a: &Source, b: &Source) -> bool {
    a.cases != LISTED && (drawn(a), a.seed) == (drawn(b), b.seed)
}

/// Whether two sources have cases in common that are no coincidence.
fn overlap(a: &Source, b: &Source) -> bool {
    let same_cases = a.counted > 0 && (a.counted, &a.fingerprint) == (b.counted, &b.fingerprint);
    let same_selection = is_same_selection(a, b);
    // Only shards of one division are known to have nothing in common.
    let apart = match (&a.shard, &b.shard) {
        (Some(one), Some(other)) => one != other && number(one) == number(other) && a.cases == b.cases,
        _ => false,
    };
    same_cases || same_selection && !apart
}

/// What the cases are, without how many: the first of more random ones are those of fewer.
fn drawn(source: &Source) -> &str {
    match source.cases.split_once(':') {
        Some((kind @ ("random" | "uniform"), _)) => kind,
        _ => &source.cases,
    }
}

/// The number of shards of `i/n`.
fn number(shard: &str) -> Option<&str> {
    shard.split_once('/').map(|(_, of)| of)
}

/// The selection of cases that a file lists.
const LISTED: &str = "listed";

/// A source in words.
pub(super) fn in_words(source: &Source) -> String {
    let shard = source.shard.as_ref().map(|shard| format!(", shard {shard}")).unwrap_or_default();
    let seed = if source.seed == 0 { String::new() } else { format!(", seed {}", source.seed) };
    format!("{}{seed}{shard}", source.cases)
}

fn add_group(known: &mut GroupCounts, other: GroupCounts) -> Option<()> {
    for (count, more) in known.counts.iter_mut().zip(other.counts) {
        *count = count.checked_add(more)?;
    }
    for part in other.unreachable {
        let has = |bin: &usize| known.unreachable.iter().any(|own| own.bins.contains(bin));
        let bins: Vec<usize> = part.bins.iter().copied().filter(|bin| !has(bin)).collect();
        if bins.is_empty() {
            continue;
        }
        match known.unreachable.iter_mut().find(|own| own.why == part.why) {
            Some(own) => {
                own.bins.extend(bins);
                own.bins.sort_unstable();
            }
            None => known.unreachable.push(super::document::Unreachable { why: part.why, bins }),
        }
    }
    Some(())
}

//! What is verified where nothing else is asked for: the policies of a task, the jobs of a format, and the main job.

mod conversions;
mod formats;

use halfulp::{Format, NanResult, Op, Policy, Rounding, Saturation, Stochastic, Task, TaskError, Tininess};

use crate::cases::Selection;
use crate::verify::Job;

pub use conversions::{conversions, to_integers};
pub use formats::{NamedFormat, integers, small, wide};

/// Every rounding: the deterministic ones, and the stochastic ones with so many bits of noise.
#[must_use]
pub fn roundings(bits: u8) -> Vec<Rounding> {
    let stochastic = Stochastic::ALL.map(|variant| Rounding::Stochastic { variant, bits });
    Rounding::DETERMINISTIC.into_iter().chain(stochastic).collect()
}

/// The policies under which a task is verified: every rounding with every saturation, flushing with some roundings,
/// both tininesses, every NaN result, several numbers of noise bits.
///
/// Tininess, NaN results and noise bits go round with the saturation, which none of them depends on (SPEC.md R10, S11,
/// T10, V4). Where the rounding cannot matter ([`Op::rounds`]) there is one.
#[must_use]
pub fn policies(op: Op) -> Vec<Policy> {
    let variants = [
        (Saturation::None, Tininess::After, 4),
        (Saturation::Finite, Tininess::Before, 1),
        (Saturation::Propagate, Tininess::After, 11),
    ];
    let mut list = Vec::new();
    for (saturation, tininess, bits) in variants {
        let roundings = if op.rounds() {
            roundings(bits)
        } else {
            vec![Rounding::NearestEven]
        };
        for rounding in roundings {
            list.push(Policy {
                rounding,
                saturation,
                tininess,
                nan: NanResult::ALL[list.len() % 4],
                ..Policy::IEEE
            });
        }
    }
    if op.is_query() {
        list.truncate(1);
    }
    list.extend(flushing(op));
    list
}

/// Policies that flush, where that can matter.
fn flushing(op: Op) -> Vec<Policy> {
    let flush = |rounding, tininess, flush_operands, flush_results| Policy {
        rounding,
        tininess,
        flush_operands,
        flush_results,
        ..Policy::IEEE
    };
    let chance = Rounding::Stochastic {
        variant: Stochastic::A,
        bits: 6,
    };
    if op.is_query() {
        return match op.flushes_operands() {
            true => vec![flush(Rounding::NearestEven, Tininess::After, true, false)],
            false => Vec::new(),
        };
    }
    if !op.rounds() {
        return vec![flush(Rounding::NearestEven, Tininess::After, true, true)];
    }
    vec![
        // Those that flush operands last: an engine's exact results serve all the others.
        flush(Rounding::NearestEven, Tininess::Before, false, true),
        flush(Rounding::TowardNegative, Tininess::After, false, true),
        flush(Rounding::NearestEven, Tininess::After, true, true),
        flush(chance, Tininess::After, true, false),
    ]
}

/// Every operation within one format.
///
/// # Errors
/// The format is none for arithmetic: an integer of more than 53 bits.
pub fn within(format: &NamedFormat, selection: Option<Selection>, seed: u64) -> Result<Vec<Job>, TaskError> {
    let operations = Op::all().filter(|op| !matches!(op, Op::Convert | Op::ConvertToInteger));
    let mut jobs = Vec::new();
    for op in operations {
        for task in tasks(op, &format.format)? {
            let selection = selection.unwrap_or_else(|| Selection::usual(&task));
            jobs.push(Job::new(&format.name, task, policies(op), selection, seed)?);
        }
    }
    Ok(jobs)
}

/// The tasks of an operation within a format; scaleB takes integers of two widths, logB gives the format or an
/// integer.
fn tasks(op: Op, format: &Format) -> Result<Vec<Task>, TaskError> {
    let task = Task::within(op, *format);
    let byte = Format::integer(8, true).map_err(|_| TaskError::PowerNotInteger)?;
    let short = Format::integer(16, true).map_err(|_| TaskError::ResultNotInteger)?;
    Ok(match op {
        Op::ScaleB => {
            let operands = [*format, byte, *format];
            vec![Task { operands, ..task }, task]
        }
        Op::LogB => vec![
            task,
            Task {
                result: short,
                ..task
            },
        ],
        _ => vec![task],
    })
}

/// The main job: every operation within every format of at most 8 bits, all cases (2^20 distinct ones of fma where
/// there are more than 2^18), every conversion from and to them; then the formats of 16 to 64 bits on edge and random
/// cases.
///
/// # Errors
/// None that are known: the tasks are all meaningful.
pub fn main_job(seed: u64) -> Result<Vec<Job>, TaskError> {
    let (small, wide) = (small(), wide());
    let mut jobs = Vec::new();
    for format in &small {
        jobs.extend(within(format, None, seed)?);
        jobs.extend(widening(format, seed)?);
        jobs.extend(conversions(format, &small, Selection::All, seed)?);
        jobs.extend(conversions(format, &wide, Selection::All, seed)?);
        jobs.extend(to_integers(format, Selection::All, seed)?);
    }
    for format in &wide {
        for selection in [Selection::Edge, Selection::Random(WIDE_RANDOM)] {
            jobs.extend(within(format, Some(selection), seed)?);
            jobs.extend(conversions(format, &wide, selection, seed)?);
            jobs.extend(to_integers(format, selection, seed)?);
        }
        jobs.extend(conversions(format, &small, Selection::Edge, seed)?);
    }
    for format in &integers() {
        let most = |f: &NamedFormat| {
            if f.format.width() <= 8 {
                Selection::All
            } else {
                Selection::Edge
            }
        };
        jobs.extend(conversions(format, &small, most(format), seed)?);
        jobs.extend(conversions(format, &wide, most(format), seed)?);
    }
    Ok(jobs)
}

/// Random cases of a task of 16 to 64 bits.
const WIDE_RANDOM: u64 = 1 << 13;

/// Products of narrow operands in a wider format, as matrix units make them.
fn widening(format: &NamedFormat, seed: u64) -> Result<Vec<Job>, TaskError> {
    let mut jobs = Vec::new();
    for wider in wide()
        .iter()
        .filter(|f| ["binary16", "binary32"].contains(&&*f.name))
    {
        let narrow = format.format;
        for (op, selection) in [
            (Op::Mul, Selection::All),
            (Op::Fma, Selection::Random(WIDE_RANDOM)),
        ] {
            let task = Task {
                operands: [narrow, narrow, wider.format],
                result: wider.format,
                ..Task::within(op, narrow)
            };
            let policies = Rounding::DETERMINISTIC.map(|r| Policy::IEEE.rounding(r));
            jobs.push(Job::new(&format.name, task, policies.into(), selection, seed)?);
        }
    }
    Ok(jobs)
}

#[cfg(test)]
mod tests;

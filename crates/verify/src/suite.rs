//! The default verification suite: the policies of a task, the jobs of a format, and the main job.

mod arrays;
mod conversions;
mod formats;
mod odd;
mod p3109;
mod recorded;

use halfulp::{
    Format, NanResult, NoiseBits, Op, Policy, Rounding, Saturation, Stochastic, Task, TaskError, Tininess,
};

use crate::cases::{Selection, operand_bits};
use crate::verify::Job;

pub use arrays::{DRAWN, arrays};
pub use conversions::{conversions, to_integers};
pub use formats::{NamedFormat, integers, small, wide};
pub use odd::{odd, odd_jobs};
pub use p3109::p3109;
pub use recorded::magnitudes;

/// All roundings: the deterministic ones, and the stochastic ones with 4, 1 and 11 noise bits.
#[must_use]
pub fn roundings() -> Vec<Rounding> {
    let variants = [(Stochastic::A, 4), (Stochastic::B, 1), (Stochastic::C, 11)];
    let stochastic =
        variants.map(|(variant, bits)| Rounding::Stochastic { variant, bits: NoiseBits::known(bits) });
    Rounding::DETERMINISTIC.iter().copied().chain(stochastic).collect()
}

/// Whether a policy rounds stochastically: then a conversion has no steps to sweep.
#[must_use]
pub fn is_stochastic(policy: &Policy) -> bool {
    matches!(policy.rounding, Rounding::Stochastic { .. })
}

/// The policies under which a task is verified: all combinations of rounding and saturation, both kinds of tininess detection with every
/// rounding, some policies that flush results, and every NaN result.
///
/// Tininess and NaN results vary together with the saturation, because they do not depend on it (SPEC.md S11, T10, V4). Queries
/// have one policy, operations that do not round ([`Op::rounds`]) one per saturation, and operations whose result is an operand
/// one per rounding.
#[must_use]
pub fn policies(op: Op) -> Vec<Policy> {
    list(op, yields_operand(op))
}

/// The same with one saturation a rounding, in turn.
#[must_use]
pub fn fewer_policies(op: Op) -> Vec<Policy> {
    list(op, true)
}

/// The policies for a task on some cases: fewer where there are very many, and without those that leave the task no
/// meaning (noise bits and precision together have a limit, which the widest integers meet).
#[must_use]
pub fn policies_for(task: &Task, selection: Selection) -> Vec<Policy> {
    let many = selection == Selection::All && operand_bits(task) > 18;
    let mut list = if many { fewer_policies(task.op) } else { policies(task.op) };
    list.retain(|policy| task.with_policy(*policy).check().is_ok());
    list
}

fn list(op: Op, in_turn: bool) -> Vec<Policy> {
    if op.is_query() {
        return vec![Policy::IEEE];
    }
    let variants = [
        (Saturation::None, Tininess::After),
        (Saturation::Finite, Tininess::Before),
        (Saturation::Propagate, Tininess::After),
    ];
    let roundings = if op.rounds() { roundings() } else { vec![Rounding::NearestEven] };
    let mut list = Vec::new();
    for (turn, rounding) in roundings.into_iter().enumerate() {
        for (index, (saturation, tininess)) in variants.into_iter().enumerate() {
            if in_turn && index != turn % variants.len() {
                continue;
            }
            list.push(
                Policy::IEEE
                    .rounding(rounding)
                    .saturation(saturation)
                    .tininess(tininess)
                    .nan(NanResult::ALL[(turn + index) % 4]),
            );
        }
    }
    if op.rounds() {
        list.push(flush(Rounding::NearestEven, Tininess::Before, false, true));
        list.push(flush(Rounding::TowardNegative, Tininess::After, false, true));
    }
    list
}

/// Whether the result is an operand or its remainder, which the format of the operands holds: R1 leaves the rounding
/// nothing to do. Each rounding then takes one saturation, in turn.
fn yields_operand(op: Op) -> bool {
    matches!(
        op,
        Op::Minimum
            | Op::Maximum
            | Op::MinimumNumber
            | Op::MaximumNumber
            | Op::MinimumMagnitude
            | Op::MaximumMagnitude
            | Op::MinimumMagnitudeNumber
            | Op::MaximumMagnitudeNumber
            | Op::Remainder
            | Op::Negate
            | Op::Abs
            | Op::CopySign
    )
}

/// Policies that flush operands, where that can matter.
#[must_use]
pub fn flushing_policies(op: Op) -> Vec<Policy> {
    if !op.flushes_operands() {
        return Vec::new();
    }
    let down = Rounding::TowardNegative;
    vec![
        flush(Rounding::NearestEven, Tininess::After, true, true),
        flush(down, Tininess::Before, true, false),
    ]
}

fn flush(rounding: Rounding, tininess: Tininess, operands: bool, results: bool) -> Policy {
    Policy::IEEE.rounding(rounding).tininess(tininess).flush_operands(operands).flush_results(results)
}

/// The jobs of a task: its policies on its cases.
///
/// The triples of fma are divided among the nine roundings; each meets every saturation.
/// Edge cases of wide formats take one saturation a rounding; random ones, fewer, meet every pair.
fn jobs_of(group: &str, task: Task, selection: Selection, seed: u64) -> Result<Vec<Job>, TaskError> {
    let many = selection == Selection::Edge && task.operands[0].width() > 8;
    let usual = if many { fewer_policies(task.op) } else { policies(task.op) };
    let Selection::Spread { first, end } = selection else {
        return Ok(vec![Job::new(group, task, usual, selection, seed)?]);
    };
    let all = roundings();
    let parts = all.len() as u64;
    let place = |n: u64| first + (end - first) * n / parts;
    let part_of = |(turn, rounding): (u64, Rounding)| {
        let part = Selection::Spread { first: place(turn), end: place(turn + 1) };
        let own = usual.iter().filter(|p| p.rounding == rounding && !p.flush_results);
        Job::new(group, task, own.copied().collect(), part, seed)
    };
    (0..).zip(all).map(part_of).collect()
}

/// All operations within one format.
///
/// # Errors
/// If the format does not support arithmetic: an integer of more than 53 bits.
pub fn within(format: &NamedFormat, selection: Option<Selection>, seed: u64) -> Result<Vec<Job>, TaskError> {
    operations(format, |task| selection.unwrap_or_else(|| Selection::usual(task)), seed)
}

fn operations(
    format: &NamedFormat,
    select: impl Fn(&Task) -> Selection,
    seed: u64,
) -> Result<Vec<Job>, TaskError> {
    let operations = Op::all().filter(|op| !matches!(op, Op::Convert | Op::ConvertToInteger));
    let mut jobs = Vec::new();
    for op in operations {
        for task in tasks(op, &format.format)? {
            let selection = few_powers(&task, select(&task));
            jobs.extend(jobs_of(&format.name, task, selection, seed)?);
            let flushing = flushing_policies(op);
            if !flushing.is_empty() {
                jobs.push(Job::new(&format.name, task, flushing, few(&task, selection), seed)?);
            }
        }
    }
    Ok(jobs)
}

/// Half of the triples that fma takes where a format is verified by itself: the main job has dozens of formats of 8 bits, and is to
/// take 90 s at most.
fn half_of_triples(task: &Task) -> Selection {
    match Selection::usual(task) {
        Selection::Spread { first, end } => Selection::Spread { first, end: first + (end - first) / 2 },
        selection => selection,
    }
}

/// At most 2^12 cases where all are wanted or a part of them: what flushes operands differs in few.
fn few(task: &Task, selection: Selection) -> Selection {
    match selection {
        Selection::All | Selection::Spread { .. } if operand_bits(task) > 12 => Selection::spread(1 << 12),
        _ => selection,
    }
}

/// A narrow format meets the powers that matter in 8 bits; of wider ones some will do.
fn few_powers(task: &Task, selection: Selection) -> Selection {
    let wide_power = task.op == Op::ScaleB && task.operands[1].width() > 8;
    if wide_power && task.operands[0].width() <= 8 { Selection::Random(1 << 12) } else { selection }
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
            vec![task.with_operands(operands), task]
        }
        Op::LogB => vec![task, task.with_result(short)],
        _ => vec![task],
    })
}

/// The main job: for every format of at most 8 bits, all operations on all cases (2^19 distinct cases of fma if
/// there are more than 2^18) and all conversions from and to the format; then the formats of 16 to 64 bits, including odd widths, on edge and random
/// cases; then [P3109's operations](p3109()) on its 8-bit formats.
///
/// # Errors
/// None known: all tasks are valid.
pub fn main_job(seed: u64) -> Result<Vec<Job>, TaskError> {
    let (small, wide) = (small(), wide());
    let mut jobs = Vec::new();
    for format in &small {
        jobs.extend(operations(format, half_of_triples, seed)?);
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
        if format.name == "binary32" {
            jobs.extend(magnitudes(format, &small, seed)?);
        }
    }
    for format in &integers() {
        let most = |f: &NamedFormat| {
            if f.format.width() <= 8 { Selection::All } else { Selection::Edge }
        };
        jobs.extend(conversions(format, &small, most(format), seed)?);
        jobs.extend(conversions(format, &wide, most(format), seed)?);
    }
    jobs.extend(p3109(seed)?);
    jobs.extend(odd_jobs(seed)?);
    Ok(jobs)
}

/// Random cases of a task of 16 to 64 bits.
const WIDE_RANDOM: u64 = 1 << 12;

/// Products of narrow operands in a wider format, as matrix units make them.
fn widening(format: &NamedFormat, seed: u64) -> Result<Vec<Job>, TaskError> {
    let mut jobs = Vec::new();
    for wider in wide().iter().filter(|f| ["binary16", "binary32"].contains(&&*f.name)) {
        let narrow = format.format;
        for (op, selection) in [(Op::Mul, Selection::All), (Op::Fma, Selection::Random(WIDE_RANDOM))] {
            let task = Task::within(op, narrow)
                .with_operands([narrow, narrow, wider.format])
                .with_result(wider.format);
            let policies = Rounding::DETERMINISTIC.iter().map(|&r| Policy::IEEE.rounding(r)).collect();
            jobs.push(Job::new(&format.name, task, policies, selection, seed)?);
        }
    }
    Ok(jobs)
}

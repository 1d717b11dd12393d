//! Verification of the array interface, for one kernel: exhaustive where possible, and many cases otherwise.

use halfulp::{Format, Op, Policy, Task, TaskError};

use super::{NamedFormat, is_stochastic, policies, small, wide};
use crate::cases::{Selection, operand_bits};
use crate::verify::Job;

/// Operands drawn around the boundaries of a conversion from binary64, besides all those listed.
pub const DRAWN: u64 = 100_000_000;

/// Triples of a fused multiply-add of more than 18 operand bits.
const TRIPLES: u64 = 1 << 22;

/// The formats in which all pairs of 16-bit operands are taken, one rounding of them.
const IN_PAIRS: [&str; 2] = ["binary16", "bfloat16"];

/// The formats whose stochastic rounding is swept over all of binary32.
const STOCHASTIC: [&str; 3] = ["e4m3fn", "e5m2", "bfloat16"];

/// For every format of at most 16 bits: conversions from all of binary32, and from the boundaries in binary64, to codes; from all
/// codes to both; and elementwise arithmetic; under every combination of rounding and saturation if there are at most 2^32
/// operands. Operations without steps and with very many operands are compared only with `scalar`.
///
/// # Errors
/// None known: all tasks are valid.
pub fn arrays(seed: u64) -> Result<Vec<Job>, TaskError> {
    let mut formats = small();
    let narrow = |f: &Format| f.width() <= 16;
    formats.extend(wide().into_iter().filter(|f| narrow(&f.format)));
    let wider: Vec<NamedFormat> =
        wide().into_iter().filter(|f| ["binary32", "binary64"].contains(&&*f.name)).collect();
    let mut jobs = Vec::new();
    for format in &formats {
        for source in &wider {
            let steps = if source.format.width() == 32 { Selection::All } else { Selection::Around(DRAWN) };
            jobs.extend(encode(format, source, steps, seed)?);
            let decode = Task::within(Op::Convert, format.format).with_result(source.format);
            jobs.push(Job::new(&format.name, decode, policies(Op::Convert), Selection::All, seed)?);
            jobs.extend(values(format, source, seed)?);
        }
        jobs.extend(codes(format, seed)?);
    }
    Ok(jobs)
}

/// Conversion to the format: what can be swept, and edges of the stochastic roundings, some of them in full.
fn encode(
    format: &NamedFormat,
    source: &NamedFormat,
    steps: Selection,
    seed: u64,
) -> Result<Vec<Job>, TaskError> {
    let task = Task::within(Op::Convert, source.format).with_result(format.format);
    let (stochastic, deterministic): (Vec<Policy>, Vec<Policy>) =
        policies(Op::Convert).into_iter().partition(is_stochastic);
    let mut jobs = vec![
        Job::new(&format.name, task, deterministic, steps, seed)?,
        Job::new(&format.name, task, stochastic.clone(), Selection::Edge, seed)?,
    ];
    if steps == Selection::All && STOCHASTIC.contains(&&*format.name) {
        let first = stochastic.into_iter().step_by(3).collect();
        jobs.push(Job::new(&format.name, task, first, steps, seed)?.only_against("scalar"));
    }
    Ok(jobs)
}

/// Elementwise arithmetic on codes.
fn codes(format: &NamedFormat, seed: u64) -> Result<Vec<Job>, TaskError> {
    let mut jobs = Vec::new();
    for op in [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt, Op::Fma] {
        let task = Task::within(op, format.format);
        let selection = match operand_bits(&task) {
            bits if bits <= 18 => Selection::All,
            _ if op == Op::Fma => Selection::spread(TRIPLES),
            _ => Selection::Edge,
        };
        let job = Job::new(&format.name, task, policies(op), selection, seed)?;
        jobs.push(if op == Op::Fma { job.only_against("scalar") } else { job });
        if matches!(op, Op::Add | Op::Mul) && IN_PAIRS.contains(&&*format.name) {
            let nearest = vec![Policy::IEEE];
            let pairs = Job::new(&format.name, task, nearest, Selection::All, seed)?;
            jobs.push(pairs.only_against("scalar"));
        }
    }
    Ok(jobs)
}

/// Elementwise arithmetic on values of a wide type.
fn values(format: &NamedFormat, source: &NamedFormat, seed: u64) -> Result<Vec<Job>, TaskError> {
    let job = |op| {
        let task = Task::within(op, source.format).with_result(format.format);
        Ok(Job::new(&format.name, task, policies(op), Selection::Random(1 << 16), seed)?
            .only_against("scalar"))
    };
    [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt, Op::Fma].into_iter().map(job).collect()
}

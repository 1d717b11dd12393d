//! P3109's operations on P3109's formats, for both versions of the draft.

use halfulp::{NanResult, Op, Policy, Predicate, Rounding, Saturation, Standard, Task, TaskError};

use super::{NamedFormat, roundings, small, wide};
use crate::cases::Selection;
use crate::verify::Job;

/// 8-bit formats of every signedness and domain.
const FORMATS: [&str; 6] =
    ["binary8p4se", "binary8p3sf", "binary8p2se", "binary8p1uf", "binary8p3ue", "binary8p5uf"];

/// The external formats, as far as a conversion meets them.
const EXTERNAL: [&str; 3] = ["binary16", "bfloat16", "binary32"];

/// Operations that round; of these all pairs would tell little more.
const ROUNDED: [Op; 7] =
    [Op::Add, Op::Mul, Op::Div, Op::Sqrt, Op::Fma, Op::MinimumNumber, Op::MaximumMagnitude];

/// Operations that P3109 defines in its own way, on all operands.
const DEFINED: [Op; 9] = [
    Op::Negate,
    Op::Abs,
    Op::CopySign,
    Op::NextUp,
    Op::NextDown,
    Op::TotalOrder,
    Op::TotalOrderMagnitude,
    Op::Class,
    Op::Compare(Predicate::LESS_EQUAL),
];

/// Cases of an operation that rounds.
const SPREAD: u64 = 1 << 12;

const VERSIONS: [Standard; 2] = [Standard::P3109V4_0, Standard::P3109July2026];

/// Each rounding by each version, without saturation, where the versions differ, and with one of the others in turn.
fn policies(roundings: &[Rounding]) -> Vec<Policy> {
    let mut list = Vec::new();
    for (turn, &rounding) in roundings.iter().enumerate() {
        let other = [Saturation::Finite, Saturation::Propagate][turn % 2];
        for saturation in [Saturation::None, other] {
            let policy = Policy::IEEE.rounding(rounding).saturation(saturation).nan(NanResult::ALL[turn % 4]);
            list.extend(VERSIONS.map(|standard| policy.standard(standard)));
        }
    }
    list
}

/// What P3109 defines of the operations here: of its 8-bit formats, on all operands or many; conversions among them, and
/// from and to the external formats.
///
/// # Errors
/// None known: all tasks are valid.
pub fn p3109(seed: u64) -> Result<Vec<Job>, TaskError> {
    let named = |names: &[&str], formats: Vec<NamedFormat>| -> Vec<NamedFormat> {
        formats.into_iter().filter(|f| names.contains(&&*f.name)).collect()
    };
    let (formats, external) = (named(&FORMATS, small()), named(&EXTERNAL, wide()));
    let all = policies(&roundings());
    let directed = policies(&[Rounding::NearestEven, Rounding::TowardZero]);
    let queried = VERSIONS.map(|standard| Policy::IEEE.standard(standard)).to_vec();
    let mut jobs = Vec::new();
    for format in &formats {
        let mut job = |task: Task, policies: &[Policy], selection| {
            jobs.push(Job::new(&format.name, task, policies.to_vec(), selection, seed)?);
            Ok(())
        };
        for op in ROUNDED {
            let selection = if op.arity() == 1 { Selection::All } else { Selection::spread(SPREAD) };
            job(Task::within(op, format.format), &all, selection)?;
        }
        for op in DEFINED {
            let policies = if op.is_query() { &queried } else { &directed };
            job(Task::within(op, format.format), policies, Selection::All)?;
        }
        for other in formats.iter().chain(&external) {
            let task = Task::within(Op::Convert, format.format).with_result(other.format);
            job(task, &all, Selection::All)?;
        }
        for other in &external {
            let task = Task::within(Op::Convert, other.format).with_result(format.format);
            job(task, &all, Selection::Edge)?;
        }
    }
    Ok(jobs)
}

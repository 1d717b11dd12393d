//! Deviations that devices have: one setting of a [`Behaviour`] each, with a name.
//!
//! The list is that of the practice of hardware verification: flushing in all its variants, truncation, ties, missing guard and sticky bits,
//! double rounding, overflow, NaNs, zeros, flags, wiring. What a device may be taken for and what can be planted are the same list, so that
//! every name can be tested: [`list`] has those that make sense for a task.
//!
//! ```
//! use halfulp::{Format, Op, Operands, Task};
//! use halfulp_verify::deviation;
//!
//! let task = Task::within(Op::Mul, Format::E4M3FN);
//! let device = deviation::planted(&task, "daz,truncate").unwrap();
//! assert_eq!(device.answer(&task, Operands::from([0x01, 0x78])).code, 0); // 2^-9 * 256
//! assert_eq!(deviation::planted(&task, "daz,dazz").unwrap_err().to_string(), "no deviation is called \"dazz\"; did you mean daz?");
//! ```

mod ends;
mod entry;
mod formats;
mod operands;
mod order;
mod results;
mod rounding;

pub use entry::{Deviation, Kind};
pub use order::{Order, Sequence};

use halfulp::{Format, NoiseBits, Op, Policy, Rounding, Saturation, Stochastic, Task, Tininess};

use crate::model::Behaviour;

/// A device with these deviations.
#[must_use]
pub fn device<'a>(base: &Behaviour, deviations: impl IntoIterator<Item = &'a Deviation>) -> Behaviour {
    let mut behaviour = *base;
    deviations.into_iter().for_each(|deviation| deviation.plant(&mut behaviour));
    behaviour
}

/// The deviations that make sense for a task.
#[must_use]
pub fn list(task: &Task) -> Vec<Deviation> {
    let mut all = operands::list(task);
    all.extend(rounding::list(task));
    all.extend(ends::list(task));
    all.extend(results::list(task));
    all.extend(formats::list(task));
    all
}

/// The deviations of tasks that have them all but for the bits of wide formats, each once.
#[must_use]
pub fn known() -> Vec<Deviation> {
    let tasks = [Op::Mul, Op::Add, Op::Div, Op::Sqrt, Op::Fma].map(|op| Task::within(op, Format::E5M2));
    let of_mul = |policy: Policy| tasks[0].with_policy(policy);
    let mut all: Vec<Deviation> = Vec::new();
    let others = [
        Task::within(Op::Convert, Format::BINARY32).with_result(Format::E2M1),
        Task::within(Op::Add, Format::E4M3FNUZ),
        // Formats of two bytes, in an order: not in the lists of those of one.
        Task::within(Op::Fma, Format::BINARY16),
        of_mul(Policy::IEEE.tininess(Tininess::Before)),
        of_mul(Policy::IEEE.saturation(Saturation::Finite)),
        of_mul(Policy::IEEE.rounding(Rounding::TowardZero)),
        of_mul(
            Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(8) }),
        ),
    ];
    for deviation in tasks.iter().chain(&others).flat_map(list) {
        if !all.contains(&deviation) {
            all.push(deviation);
        }
    }
    all
}

/// Whether a name is one of a stuck bit.
fn is_bit(name: &str) -> bool {
    let Some(rest) = name.to_ascii_lowercase().strip_prefix("stuck-").map(str::to_string) else {
        return false;
    };
    let Some(digits) = rest.strip_prefix(['a', 'b', 'c', 'r']) else { return false };
    digits.split_once('-').is_some_and(|(bit, level)| {
        let is_low = bit.parse::<u32>().is_ok_and(|bit| bit < operands::STUCK);
        is_low && ["0", "1"].contains(&level)
    })
}

/// Why a list of names names no device.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DeviationError {
    /// No deviation has this name.
    #[error("no deviation is called {name:?}{}", did_you_mean(near))]
    Unknown {
        /// The name.
        name: String,
        /// Similar names.
        near: Vec<String>,
    },
    /// There is such a deviation, but not of this task.
    #[error("{name} is not a deviation of {op} here: its operation, formats or rounding do not have it")]
    Elsewhere {
        /// The name.
        name: String,
        /// The operation.
        op: Op,
    },
    /// A device has only one of them.
    #[error("{0} and {1} change the same setting: a device has one of them")]
    Exclusive(String, String),
}

fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
}

/// The deviations of names with commas between them.
///
/// # Errors
/// A name that the task has no deviation for, or two that exclude each other.
pub fn named(task: &Task, names: &str) -> Result<Vec<Deviation>, DeviationError> {
    let all = list(task);
    let mut chosen: Vec<Deviation> = Vec::new();
    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let Some(deviation) = all.iter().find(|deviation| deviation.name.eq_ignore_ascii_case(name)) else {
            let elsewhere = known();
            let is_known = elsewhere.iter().any(|known| known.name.eq_ignore_ascii_case(name));
            return Err(match is_known || is_bit(name) {
                true => DeviationError::Elsewhere { name: name.into(), op: task.op },
                false => DeviationError::Unknown { name: name.into(), near: near(&elsewhere, name) },
            });
        };
        if chosen.contains(deviation) {
            continue;
        }
        if let Some(other) = chosen.iter().find(|other| other.excludes(deviation)) {
            return Err(DeviationError::Exclusive(other.name.clone(), name.into()));
        }
        chosen.push(deviation.clone());
    }
    Ok(chosen)
}

/// A device with the deviations of these names, with commas between them, and nothing else.
///
/// # Errors
/// As for [`named`].
pub fn planted(task: &Task, names: &str) -> Result<Behaviour, DeviationError> {
    Ok(device(&Behaviour::default(), &named(task, names)?))
}

/// Whether some task has a device with the deviations of these names, with commas between them.
///
/// # Errors
/// No name, a name that no deviation has, or two that exclude each other.
pub fn check(names: &str) -> Result<(), DeviationError> {
    let all = known();
    let mut chosen: Vec<&Deviation> = Vec::new();
    for name in names.split(',').map(str::trim) {
        let found = all.iter().find(|deviation| deviation.name.eq_ignore_ascii_case(name));
        match found {
            None if is_bit(name) => {}
            None => return Err(DeviationError::Unknown { name: name.into(), near: near(&all, name) }),
            Some(deviation) => match chosen.iter().find(|other| other.excludes(deviation)) {
                Some(other) if *other != deviation => {
                    return Err(DeviationError::Exclusive(other.name.clone(), name.into()));
                }
                _ => chosen.push(deviation),
            },
        }
    }
    Ok(())
}

/// At most three names that begin alike or contain each other.
fn near(all: &[Deviation], name: &str) -> Vec<String> {
    let alike = |known: &str| {
        let same = known.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
        known.contains(name) || name.contains(known) || same >= 4.min(name.len())
    };
    all.iter().map(|d| d.name.clone()).filter(|known| alike(known)).take(3).collect()
}

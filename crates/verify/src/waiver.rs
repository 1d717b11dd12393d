//! Waivers: accepted deviations of a device, as a file.
//!
//! A waiver says which answers are accepted in place of the right ones, where, until when, and why. A mismatch that it accepts is counted as
//! waived; one of the same cases with another answer stays a mismatch. `docs/waivers.md` describes the keys.
//!
//! ```
//! use halfulp::{Format, Op, Task};
//! use halfulp_verify::verify::Waivers as _;
//! use halfulp_verify::waiver;
//!
//! let file = r#"
//!     [[waiver]]
//!     id = "FPU-17"
//!     reason = "subnormal operands are read as zero, see section 3.2 of its manual"
//!     expires = 2027-06-30
//!     op = ["mul"]
//!     from = ["e4m3fn"]
//!     deviation = "daz"
//! "#;
//! let waivers = waiver::parse(file, "unit.toml", "2027-06-30".parse().unwrap()).unwrap();
//! assert_eq!(waivers.of(&Task::within(Op::Mul, Format::E4M3FN)).len(), 1);
//! assert_eq!(waivers.of(&Task::within(Op::Add, Format::E4M3FN)).len(), 0);
//! assert!(!waivers.facts()[0].expired);
//! let later = waiver::parse(file, "unit.toml", "2027-07-01".parse().unwrap()).unwrap();
//! assert!(later.facts()[0].expired);
//! ```

mod day;
mod file;
mod fits;
#[cfg(test)]
mod tests;
mod written;

use std::sync::Arc;

use halfulp::{Code, Flags, Format, Op, Operands, Rounding, Saturation, Task};

pub use day::{Day, NoDay};
pub use file::{parse, read};

use crate::cases::GivenOperands;
use crate::diagnose::Region;
use crate::digest;
use crate::model::Behaviour;
use crate::profile::{Operand, Profile};
use crate::verify::{Judge, WaiverFacts, Waivers};

/// An accepted deviation.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The name by which it is known.
    pub id: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it holds; `None` if it never ends.
    pub expires: Option<Day>,
    /// How many mismatches it accepts in all cases of its tasks; `None` if that is not said.
    pub count: Option<u64>,
    /// The tasks that it is about.
    pub scope: Scope,
    /// The cases that it is about.
    pub cases: Cases,
    /// The answers that it accepts.
    pub expected: Expected,
}

/// Tasks: an empty list means any.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The operations.
    pub ops: Vec<Op>,
    /// The formats that each operand has one of.
    pub from: Vec<Format>,
    /// The formats of the result.
    pub to: Vec<Format>,
    /// The roundings.
    pub roundings: Vec<Rounding>,
    /// The saturations.
    pub saturations: Vec<Saturation>,
}

/// Cases that all of these hold of: an empty list means any.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    /// The regions.
    pub regions: Vec<Region>,
    /// What some operand is.
    pub operand: Vec<Operand>,
    /// What the first, second and third operand is.
    pub each: [Vec<Operand>; 3],
    /// The operands themselves.
    pub given: Vec<GivenOperands>,
}

/// Accepted answers.
#[derive(Clone, Debug)]
pub enum Expected {
    /// Those of a device with the [deviations](crate::deviation) of these names, with commas between them.
    Deviations(String),
    /// Those of a device that behaves so.
    Behaviour(Box<Behaviour>),
    /// Those of a profile, under the policies that it has.
    Profile(Arc<Profile>),
    /// A code, and the flags if they are said.
    Code(Code, Option<Flags>),
}

/// The waivers of a file, on some day. There are none by default.
#[derive(Clone, Debug, Default)]
pub struct WaiverList {
    waivers: Vec<Waiver>,
    today: Day,
}

impl WaiverList {
    /// The waivers, as of a day.
    #[must_use]
    pub fn new(waivers: Vec<Waiver>, today: Day) -> WaiverList {
        WaiverList { waivers, today }
    }

    /// The waivers.
    #[must_use]
    pub fn waivers(&self) -> &[Waiver] {
        &self.waivers
    }
}

impl Waivers for WaiverList {
    fn facts(&self) -> Vec<WaiverFacts> {
        let facts = |waiver: &Waiver| WaiverFacts {
            id: waiver.id.clone(),
            reason: waiver.reason.clone(),
            expires: waiver.expires.map_or("never".into(), |day| day.to_string()),
            expired: waiver.expires.is_some_and(|day| day < self.today),
            count: waiver.count,
            sha256: digest::of_value(&(&waiver.scope, &waiver.cases, &waiver.expected)),
        };
        self.waivers.iter().map(facts).collect()
    }

    fn of(&self, task: &Task) -> Vec<(usize, Judge)> {
        let judges = self.waivers.iter().map(|waiver| waiver.judge(task)).enumerate();
        judges.filter_map(|(place, judge)| Some((place, judge?))).collect()
    }
}

impl Scope {
    /// Whether a task is one of these.
    #[must_use]
    pub fn has(&self, task: &Task) -> bool {
        fn one_of<T: PartialEq>(list: &[T], item: &T) -> bool {
            list.is_empty() || list.contains(item)
        }
        one_of(&self.ops, &task.op)
            && task.operands[..task.op.arity()].iter().all(|format| one_of(&self.from, format))
            && (self.to.is_empty() || !task.op.is_query() && self.to.contains(&task.result))
            && one_of(&self.roundings, &task.policy.rounding)
            && one_of(&self.saturations, &task.policy.saturation)
    }
}

impl Cases {
    /// Whether nothing is said of them.
    #[must_use]
    pub fn is_any(&self) -> bool {
        let Cases { regions, operand, each, given } = self;
        regions.is_empty() && operand.is_empty() && each.iter().all(Vec::is_empty) && given.is_empty()
    }

    /// Whether a case of a task is one of these.
    #[must_use]
    pub fn have(&self, task: &Task, operands: &Operands) -> bool {
        let pairs = || task.operands[..task.op.arity()].iter().zip(operands.codes);
        let is = |kinds: &[Operand], format: &Format, code| kinds.iter().any(|kind| kind.is(format, code));
        let case = GivenOperands::of(task, operands);
        let is_given = |given: &GivenOperands| match given.noise() {
            Some(_) => *given == case,
            None => *given == case.without_noise(),
        };
        (self.operand.is_empty() || pairs().any(|(format, code)| is(&self.operand, format, code)))
            && pairs().zip(&self.each).all(|((f, code), kinds)| kinds.is_empty() || is(kinds, f, code))
            && self.each[task.op.arity()..].iter().all(Vec::is_empty)
            && (self.given.is_empty() || self.given.iter().any(is_given))
            && (self.regions.is_empty() || self.regions.contains(&Region::of(task, operands)))
    }
}

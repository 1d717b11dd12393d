//! A rule of a profile: which tasks it answers, and how.

use halfulp::{
    Code, Flags, Format, Op, Operands, Policy, Rounded, Rounding, Saturation, Task, Value, decode,
};
use serde::{Deserialize, Serialize};

use super::Profile;
use crate::model::Behaviour;

/// What a rule rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// Answers of the implementation itself, which ship with the tests and with which the rule is compared.
    Recorded,
    /// A text: a specification, source code, or a report of measurements.
    Text,
}

/// A kind of operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operand {
    /// NaN.
    Nan,
    /// An infinity.
    Infinity,
    /// A zero.
    Zero,
    /// A number below the smallest normal value.
    Subnormal,
    /// Codes of magnitudes, both included, with either sign.
    #[serde(skip)]
    Codes {
        /// The first.
        first: Code,
        /// The last.
        last: Code,
    },
}

/// Operands to which the profile has no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unknown {
    /// Which ones: any operand of a task may be.
    pub operand: Operand,
    /// Why there is none.
    pub why: String,
}

/// A result in place of that of the behaviour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instead {
    /// The operand's first magnitude.
    pub first: Code,
    /// Its last one.
    pub last: Code,
    /// The magnitude of the result, which has the operand's sign.
    pub code: Code,
    /// Whether only positive operands have it.
    pub positive: bool,
}

/// What a profile says of some tasks.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// The operations.
    pub ops: Vec<Op>,
    /// The formats of the operands, which all have the same one.
    pub from: Vec<Format>,
    /// The formats of the result; if empty, that of the operands.
    pub to: Vec<Format>,
    /// The format of the third operand of fma, if it has one of its own.
    pub addend: Option<Format>,
    /// The roundings; if empty, that of the profile's policy.
    pub roundings: Vec<Rounding>,
    /// The saturations; if empty, that of the profile's policy.
    pub saturations: Vec<Saturation>,
    /// What the rule rests on.
    pub evidence: Evidence,
    /// Where it is defined, if not where the profile is; may be empty.
    pub source: String,
    /// The behaviour.
    pub behaviour: Behaviour,
    /// Operands to which there is no answer.
    pub unknown: Vec<Unknown>,
    /// Results for some operands in place of those of the behaviour.
    pub instead: Vec<Instead>,
}

impl Rule {
    /// Whether it answers a task: the operation, the formats, and a policy that the implementation has.
    pub(super) fn answers(&self, task: &Task, profile: &Profile) -> bool {
        let third = task.op.arity() == 3 && self.addend.is_some_and(|addend| addend != task.operands[0]);
        if third && Some(task.operands[2]) != self.addend {
            return false;
        }
        let operands = &task.operands[..task.op.arity() - usize::from(third)];
        let from = operands.first();
        let formats = from.is_some_and(|f| self.from.contains(f) && operands.iter().all(|other| other == f));
        let to = if self.to.is_empty() { from == Some(&task.result) } else { self.to.contains(&task.result) };
        self.ops.contains(&task.op) && formats && to && self.has(task, profile) && self.behaviour.covers(task)
    }

    /// Whether the implementation has the policy of a task, as far as it matters to its answers.
    fn has(&self, task: &Task, profile: &Profile) -> bool {
        let (asked, own) = (&task.policy, &profile.policy);
        let nan_matters = task.result.nan().is_none() && self.behaviour.nan.missing.is_none();
        self.roundings(profile).contains(&asked.rounding)
            && self.saturations(profile).contains(&asked.saturation)
            && asked.standard == own.standard
            && asked.flush_operands == own.flush_operands
            && asked.flush_results == own.flush_results
            && (asked.tininess == own.tininess || !profile.flags.contains(Flags::UNDERFLOW))
            && (asked.nan == own.nan || !nan_matters)
    }

    /// The roundings under which it answers.
    #[must_use]
    pub fn roundings<'a>(&'a self, profile: &'a Profile) -> &'a [Rounding] {
        or(&self.roundings, &profile.policy.rounding)
    }

    /// The saturations under which it answers.
    #[must_use]
    pub fn saturations<'a>(&'a self, profile: &'a Profile) -> &'a [Saturation] {
        or(&self.saturations, &profile.policy.saturation)
    }

    /// The policies under which it answers.
    pub(super) fn policies<'a>(&'a self, profile: &'a Profile) -> impl Iterator<Item = Policy> + 'a {
        let saturated = |&saturation: &Saturation| profile.policy.saturation(saturation);
        let policies = self.saturations(profile).iter().map(saturated);
        policies.flat_map(|policy| self.roundings(profile).iter().map(move |&r| policy.rounding(r)))
    }

    /// The answer to a task. Precondition: the rule answers it, and the operands are not [unknown](Rule::unknown_to).
    pub fn answer(&self, task: &Task, operands: Operands) -> Rounded {
        let (negative, magnitude) = split(&task.operands[0], operands.codes[0]);
        let holds = |i: &&Instead| (i.first..=i.last).contains(&magnitude) && !(i.positive && negative);
        if let Some(instead) = self.instead.iter().find(holds) {
            let sign = if negative && task.result.is_signed() { task.result.top_bit() } else { 0 };
            return Rounded { code: instead.code | sign, flags: Flags::NONE };
        }
        self.behaviour.answer(task, operands)
    }

    /// Why there is no answer to some operands; `None` if there is one.
    #[must_use]
    pub fn unknown_to(&self, task: &Task, operands: &Operands) -> Option<&Unknown> {
        let formats = &task.operands[..task.op.arity()];
        let holds = |unknown: &&Unknown| {
            formats.iter().zip(operands.codes).any(|(format, code)| unknown.operand.is(format, code))
        };
        self.unknown.iter().find(holds)
    }
}

impl Operand {
    /// Whether a code is of this kind.
    #[must_use]
    pub fn is(self, format: &Format, code: Code) -> bool {
        match (self, decode(format, code)) {
            (Operand::Codes { first, last }, _) => (first..=last).contains(&split(format, code).1),
            (Operand::Nan, Value::Nan(_))
            | (Operand::Infinity, Value::Infinite { .. })
            | (Operand::Zero, Value::Zero { .. }) => true,
            (Operand::Subnormal, Value::Finite(x)) => x.leading_exponent() < format.tiny_below(),
            _ => false,
        }
    }
}

/// Whether the sign bit of a code is set, and its other bits.
fn split(format: &Format, code: Code) -> (bool, Code) {
    let top = if format.is_signed() { format.top_bit() } else { 0 };
    (code & top != 0, code & format.code_mask() & !top)
}

fn or<'a, T>(given: &'a [T], otherwise: &'a T) -> &'a [T] {
    if given.is_empty() { std::slice::from_ref(otherwise) } else { given }
}

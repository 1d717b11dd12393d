//! A device's behaviour as data.

use halfulp::{Code, Format, Policy};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::computing::Computing;
use super::flags::FlagRules;
use super::names;
use super::nan::NanRules;
use super::range::RangeRules;
use super::reading::{Reading, reordered};
use super::rounding::{RoundingRules, Rule};
use super::zero::ZeroRules;

/// How a device behaves. The default is the law: SPEC.md, under the task's policy.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Behaviour {
    /// How operands are read.
    pub reading: Readings,
    /// What is computed of them.
    pub computing: Computing,
    /// How the exact result is rounded.
    pub rounding: RoundingRules,
    /// The ends of the range: overflow, infinities, tiny results.
    pub range: RangeRules,
    /// Which code a NaN result has.
    pub nan: NanRules,
    /// The signs of zeros.
    pub zero: ZeroRules,
    /// Which exceptions are raised.
    pub flags: FlagRules,
    /// How the result is written.
    pub output: Output,
}

/// How each operand is read, and in which order they come.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Readings {
    /// The first operand.
    pub a: Reading,
    /// The second.
    pub b: Reading,
    /// The third.
    pub c: Reading,
    /// Whether the first two are exchanged.
    pub swapped: bool,
    /// Which operand of a multiply-add is added.
    pub addend: Addend,
}

/// The operand of a multiply-add that is added, where it comes in place of the third.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Addend {
    /// The first; the third is a factor.
    A,
    /// The second; the third is a factor.
    B,
    /// The third.
    #[default]
    C,
}

impl Readings {
    /// The same reading of every operand.
    #[must_use]
    pub fn all(reading: Reading) -> Readings {
        Readings { a: reading, b: reading, c: reading, ..Readings::default() }
    }

    /// The readings in the order of the operands.
    #[must_use]
    pub fn each(&self) -> [&Reading; 3] {
        [&self.a, &self.b, &self.c]
    }
}

/// How the result is written.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Output {
    /// The format by which it is written, if it is another one of the same width.
    #[serde(with = "names::option")]
    pub format: Option<Format>,
    /// Bits that are always 0.
    pub clear: Code,
    /// Bits that are always 1.
    pub set: Code,
    /// Whether the bits are in reverse order.
    pub reversed: bool,
    /// Whether the bytes are in reverse order, of a format of whole bytes.
    pub bytes_reversed: bool,
}

impl Output {
    /// The code that is seen of a result.
    pub(super) fn code(&self, format: &Format, code: Code) -> Code {
        let mask = format.code_mask();
        let code = reordered(code & mask, format.width(), self.reversed, self.bytes_reversed);
        code & !self.clear | self.set & mask
    }
}

impl Behaviour {
    /// Whether it deviates nowhere.
    #[must_use]
    pub fn is_law(&self) -> bool {
        *self == Behaviour::default()
    }

    /// The policy under which a device that has a rounding or saturation of its own is compared with the law: the task's, with those
    /// in place of the policy's.
    #[must_use]
    pub fn policy(&self, policy: Policy) -> Policy {
        let rounded = match self.rounding.rule.and_then(Rule::standard) {
            Some(rounding) => policy.rounding(rounding),
            None => policy,
        };
        match self.range.saturation {
            Some(saturation) => rounded.saturation(saturation),
            None => rounded,
        }
    }

    /// What deviates from the law: `key = value`, as files have it.
    ///
    /// # Panics
    /// Never: a behaviour is an object of objects in JSON.
    #[must_use]
    pub fn deviations(&self) -> Vec<String> {
        let written = |behaviour: &Behaviour| serde_json::to_value(behaviour).expect("plain data");
        let mut found = Vec::new();
        differing("", &written(self), &written(&Behaviour::default()), &mut found);
        found
    }
}

fn differing(path: &str, own: &Value, usual: &Value, found: &mut Vec<String>) {
    match (own, usual) {
        _ if own == usual => {}
        (Value::Object(own), Value::Object(usual)) => {
            for (key, value) in own {
                let dot = if path.is_empty() { "" } else { "." };
                let path = format!("{path}{dot}{key}");
                differing(&path, value, usual.get(key).unwrap_or(&Value::Null), found);
            }
        }
        (Value::Number(code), _) if path.ends_with("code") || path.ends_with("invalid") => {
            found.push(format!("{path} = {:#x}", code.as_u64().unwrap_or_default()));
        }
        (own, _) => found.push(format!("{path} = {own}")),
    }
}

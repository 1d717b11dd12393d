//! A profile as it is written.

use halfulp::{Code, Flags, Op, Policy, Rounding, Saturation};
use serde::Deserialize;

use super::rule::{Evidence, Operand};
use crate::model::Behaviour;
use crate::toml_text::{Name, Word};
use crate::verify::letters;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Written {
    pub name: String,
    pub version: String,
    pub title: String,
    pub source: String,
    #[serde(default)]
    pub notes: String,
    #[serde(default)]
    pub policy: Policy,
    #[serde(default, with = "letters")]
    pub flags: Flags,
    pub rule: Vec<WrittenRule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct WrittenRule {
    #[serde(default)]
    pub op: Vec<Word<Op>>,
    pub from: Vec<Name>,
    #[serde(default)]
    pub to: Vec<Name>,
    pub addend: Option<Name>,
    #[serde(default)]
    pub rounding: Vec<Rounding>,
    #[serde(default)]
    pub saturation: Vec<Saturation>,
    pub evidence: Evidence,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub behaviour: Behaviour,
    #[serde(default)]
    pub unknown: Vec<WrittenUnknown>,
    #[serde(default)]
    pub instead: Vec<WrittenInstead>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct WrittenUnknown {
    pub operand: Option<Operand>,
    pub first: Option<Code>,
    pub last: Option<Code>,
    pub why: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct WrittenInstead {
    pub first: Code,
    pub last: Code,
    pub code: Code,
    #[serde(default)]
    pub positive: bool,
}

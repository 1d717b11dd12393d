//! A waiver as it is written.

use halfulp::{Code, Flags, Op, Rounding, Saturation};
use serde::{Deserialize, Deserializer};

use crate::diagnose::Region;
use crate::model::Behaviour;
use crate::profile::Operand;
use crate::toml_text::{Name, Word};
use crate::verify::letters;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct WrittenList {
    #[serde(default)]
    pub waiver: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Written {
    pub id: String,
    pub reason: String,
    pub expires: toml::Value,
    pub count: Option<u64>,
    #[serde(default)]
    pub op: Vec<Word<Op>>,
    #[serde(default)]
    pub from: Vec<Name>,
    #[serde(default)]
    pub to: Vec<Name>,
    #[serde(default)]
    pub rounding: Vec<Rounding>,
    #[serde(default)]
    pub saturation: Vec<Saturation>,
    #[serde(default)]
    pub region: Vec<Word<Region>>,
    #[serde(default)]
    pub operand: Vec<Operand>,
    #[serde(default)]
    pub a: Vec<Operand>,
    #[serde(default)]
    pub b: Vec<Operand>,
    #[serde(default)]
    pub c: Vec<Operand>,
    #[serde(default)]
    pub cases: Vec<String>,
    pub deviation: Option<String>,
    pub behaviour: Option<Box<Behaviour>>,
    pub profile: Option<String>,
    pub code: Option<Code>,
    #[serde(default, deserialize_with = "flags")]
    pub flags: Option<Flags>,
}

fn flags<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Flags>, D::Error> {
    letters::deserialize(from).map(Some)
}

//! Policies in documents: each component is the word used on the command line.

use halfulp::Policy;
use halfulp::policy::NameError;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A policy in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyWords {
    /// The standard: `ieee-754`.
    pub standard: String,
    /// The rounding, with its noise bits if any: `rne`, `sr-a:8`.
    pub rounding: String,
    /// The saturation: `none`.
    pub saturation: String,
    /// When tininess is detected: `after`.
    pub tininess: String,
    /// Whether subnormal operands are treated as zero.
    pub flush_operands: bool,
    /// Whether tiny results become zero.
    pub flush_results: bool,
    /// The result for a NaN in a format without NaN: `largest`.
    pub nan: String,
}

impl From<Policy> for PolicyWords {
    fn from(policy: Policy) -> PolicyWords {
        PolicyWords {
            standard: policy.standard.to_string(),
            rounding: policy.rounding.to_string(),
            saturation: policy.saturation.to_string(),
            tininess: policy.tininess.to_string(),
            flush_operands: policy.flush_operands,
            flush_results: policy.flush_results,
            nan: policy.nan.to_string(),
        }
    }
}

impl TryFrom<PolicyWords> for Policy {
    type Error = NameError;

    fn try_from(words: PolicyWords) -> Result<Policy, NameError> {
        Ok(Policy::IEEE
            .standard(words.standard.parse()?)
            .rounding(words.rounding.parse()?)
            .saturation(words.saturation.parse()?)
            .tininess(words.tininess.parse()?)
            .flush_operands(words.flush_operands)
            .flush_results(words.flush_results)
            .nan(words.nan.parse()?))
    }
}

/// Writes a policy in words.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(policy: &Policy, serializer: S) -> Result<S::Ok, S::Error> {
    PolicyWords::from(*policy).serialize(serializer)
}

/// Reads a policy in words.
///
/// # Errors
/// A word that names nothing, and those of the deserializer.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Policy, D::Error> {
    Policy::try_from(PolicyWords::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// A list of policies.
pub(crate) mod list {
    use super::*;

    pub fn serialize<S: Serializer>(list: &[Policy], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(list.iter().map(|policy| PolicyWords::from(*policy)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Policy>, D::Error> {
        let list = Vec::<PolicyWords>::deserialize(deserializer)?;
        list.into_iter().map(|words| Policy::try_from(words).map_err(D::Error::custom)).collect()
    }
}

//! `[[expect]]`: where a number has to lie, and how it stands to its source's.

use serde::Deserialize;

use crate::report::{Expected, Relation};

/// `[[expect]]`: a number has to lie somewhere, and to stand in some relation to a source's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expect {
    /// The number's name: `frozen.bfloat16`.
    pub number: String,
    /// How it has to stand to the source's number.
    #[serde(default)]
    pub relation: Relation,
    /// The number that the source has.
    pub value: Option<f64>,
    /// What the source's words come to, where it has no number: from, to.
    pub claim: Option<[f64; 2]>,
    /// Where it has to lie; without it, it is only reported.
    pub within: Option<[f64; 2]>,
    /// Where the expected number comes from.
    pub source: String,
    /// Why what is found differs, if it does.
    #[serde(default)]
    pub note: String,
}

impl Expect {
    /// Whether it makes sense by itself; else the key, and why not.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let wrong = |key, why: &str| Err((key, why.to_string()));
        let bad = |[low, high]: [f64; 2]| low.is_nan() || high.is_nan() || low > high;
        let expected = match (self.value, self.claim) {
            (Some(value), None) if value.is_nan() => {
                return wrong("value", "expected the number that the source has, got nan");
            }
            (Some(value), None) => Expected::Value(value),
            (None, Some(claim)) if bad(claim) => {
                return wrong(
                    "claim",
                    "expected [low, high] with low <= high: what the source's words come to",
                );
            }
            (None, Some(_)) if self.relation == Relation::Regression => {
                return wrong(
                    "claim",
                    "expected the relation agrees or contradicts beside it: it is a source's",
                );
            }
            (None, Some(claim)) => Expected::Claim(claim),
            _ => {
                return wrong(
                    "number",
                    "expected either value, the source's number, or claim, what its words come to",
                );
            }
        };
        let Some(within) = self.within else {
            return match self.relation {
                Relation::Contradicts => {
                    wrong("relation", "expected within beside contradicts: where the number lies instead")
                }
                Relation::Agrees | Relation::Regression => Ok(()),
            };
        };
        if bad(within) {
            return wrong("within", "expected [low, high] with low <= high: where the number has to lie");
        }
        match self.relation {
            Relation::Contradicts if !expected.excludes(within) => Err((
                "within",
                format!(
                    "expected an interval without what the source has ({expected}), which it is said to contradict"
                ),
            )),
            Relation::Contradicts if self.note.trim().is_empty() => wrong(
                "relation",
                "expected a note beside contradicts: why the number differs, or that nobody knows",
            ),
            Relation::Agrees | Relation::Regression if !expected.covers(within) => Err((
                "within",
                format!(
                    "expected an interval that goes with what the source has ({expected}): if it is contradicted, say relation = \"contradicts\""
                ),
            )),
            _ => Ok(()),
        }
    }

    /// What the source has; the file was checked.
    pub(super) fn expected(&self) -> Expected {
        let value = Expected::Value(self.value.unwrap_or(f64::NAN));
        self.claim.map_or(value, Expected::Claim)
    }
}

//! Numbers that were found, beside those of a source.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::number::{digits, interval};

/// How a number that was found has to stand to the expected one.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// It agrees with what a source prints.
    Agrees,
    /// It contradicts what a source prints, and the experiment says so.
    Contradicts,
    /// It is what an earlier run of our own found.
    #[default]
    Regression,
}

/// What was expected.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// A number.
    Value(f64),
    /// What the words of a source come to, as an interval: "worse" is a ratio above 1.
    Claim([f64; 2]),
}

impl Expected {
    /// Whether it speaks for an interval: the number lies there, or the claim covers all of it.
    #[must_use]
    pub fn covers(self, [low, high]: [f64; 2]) -> bool {
        match self {
            Expected::Value(value) => low <= value && value <= high,
            Expected::Claim([from, to]) => from <= low && high <= to,
        }
    }

    /// Whether nothing of an interval is as expected.
    #[must_use]
    pub fn excludes(self, [low, high]: [f64; 2]) -> bool {
        match self {
            Expected::Value(value) => value < low || high < value,
            Expected::Claim([from, to]) => high < from || to < low,
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Value(value) => f.write_str(&digits(*value, 6)),
            Expected::Claim(claim) => f.write_str(&interval(*claim)),
        }
    }
}

/// A number that was expected, beside the one that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Reference {
    /// What the number is.
    pub what: String,
    /// How what is found has to stand to what was expected.
    pub relation: Relation,
    /// What was expected.
    pub expected: Expected,
    /// Paper and section, or what run of our own.
    pub source: String,
    /// What was found.
    pub found: f64,
    /// Where `found` has to lie; `None` if the number is only reported.
    pub within: Option<[f64; 2]>,
    /// Why the two differ, if they do and it is known.
    pub note: String,
}

impl Reference {
    /// Whether the number was found where it has to lie, and that place stands to the expected number as it is said to. NaN never does.
    #[must_use]
    pub fn passes(&self) -> bool {
        let stands = |within| match self.relation {
            Relation::Contradicts => self.expected.excludes(within),
            Relation::Agrees | Relation::Regression => self.expected.covers(within),
        };
        self.within.is_none_or(|within| within[0] <= self.found && self.found <= within[1] && stands(within))
    }

    /// What is asserted of it, in a word or two: what it counts as.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match (self.within, self.relation) {
            (None, _) => "reported",
            (_, Relation::Agrees) => "agrees",
            (_, Relation::Contradicts) => "CONTRADICTS",
            (_, Relation::Regression) => "regression",
        }
    }

    /// Why the number is not where it has to be.
    #[must_use]
    pub fn failure(&self) -> String {
        let Reference { what, expected, found, .. } = self;
        let (within, found) = (self.within.map_or_else(String::new, interval), digits(*found, 8));
        match self.relation {
            Relation::Agrees => format!(
                "{what}: found {found}, has to be {within} to agree with the source, which has {expected}: a contradiction that is not declared"
            ),
            Relation::Contradicts => {
                format!(
                    "{what}: found {found}, is declared to contradict the source, which has {expected}, and to be {within}"
                )
            }
            Relation::Regression => {
                format!("{what}: found {found}, has to be {within}; an earlier run had {expected}")
            }
        }
    }

    /// Of a declared contradiction: what the source has, what was found, and why. Nothing of the others.
    #[must_use]
    pub fn contradiction(&self) -> Option<String> {
        let declared = self.relation == Relation::Contradicts && self.within.is_some();
        let Reference { what, expected, source, found, note, .. } = self;
        declared.then(|| {
            format!(
                "{what}: the source has {expected}, found {}. {note} (source: {source})",
                digits(*found, 6)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(relation: Relation, expected: Expected, found: f64) -> Reference {
        let (what, source, note) = ("x".into(), "a paper".into(), String::new());
        Reference { what, relation, expected, source, found, within: Some([1.0, 2.0]), note }
    }

    #[test]
    fn the_expected_number_decides_too() {
        use Expected::{Claim, Value};
        use Relation::{Agrees, Contradicts, Regression};
        for (relation, expected, found, passes) in [
            (Agrees, Value(1.5), 1.2, true),
            (Agrees, Value(1.5), 2.2, false),
            // The source is contradicted, and nobody says so.
            (Agrees, Value(5.0), 1.2, false),
            (Regression, Value(5.0), 1.2, false),
            (Regression, Value(1.0), 2.0, true),
            (Contradicts, Value(5.0), 1.2, true),
            (Contradicts, Value(5.0), 5.0, false),
            // No contradiction is one.
            (Contradicts, Value(1.5), 1.2, false),
            (Agrees, Claim([1.0, f64::INFINITY]), 1.2, true),
            (Agrees, Claim([1.5, f64::INFINITY]), 1.6, false),
            (Contradicts, Claim([3.0, f64::INFINITY]), 1.2, true),
            (Contradicts, Claim([1.5, f64::INFINITY]), 1.2, false),
            (Agrees, Value(1.5), f64::NAN, false),
            (Agrees, Value(f64::NAN), 1.5, false),
        ] {
            let one = reference(relation, expected, found);
            assert_eq!(one.passes(), passes, "{one:?}");
            assert_eq!(one.contradiction().is_some(), relation == Contradicts);
        }
        let only_reported = Reference { within: None, ..reference(Agrees, Value(5.0), 1.0) };
        assert!(only_reported.passes() && only_reported.word() == "reported");
    }
}

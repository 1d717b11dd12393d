//! What a bound states.

use std::fmt;

use serde::Serialize;

/// What a bound states: fixed text, one `static` a bound.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Its name in experiment files and reports: `ema.running`.
    pub name: &'static str,
    /// The formula, as text.
    pub formula: &'static str,
    /// Paper and theorem, or "derived here" with the clause that has the proof.
    pub source: &'static str,
    /// The clause of SPEC.md that states it.
    pub clause: &'static str,
    /// What is measured, with its unit.
    pub measures: &'static str,
    /// What is trivially true: what one would know without the bound. Where it is not below that, it does not inform.
    pub trivial: &'static str,
    /// Whether no fault of what is under test can exceed it, because it is an identity of the numbers that are compared: a check of the lab itself.
    pub identity: bool,
    /// Whether it has to be informative in every place where nothing else is asked for, in place of [`INFORMATIVE`](super::INFORMATIVE) of them: because
    /// the few places of which it says nothing may be those that are wrong.
    pub everywhere: bool,
    /// What it supposes.
    pub hypotheses: &'static [Hypothesis],
}

/// Something that a bound supposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hypothesis {
    /// Checked in every place.
    Checked(&'static str),
    /// Not checked: the bound holds if it is so.
    Assumed(&'static str),
}

impl Hypothesis {
    /// What is supposed.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Hypothesis::Checked(text) | Hypothesis::Assumed(text) => text,
        }
    }

    /// Whether it is not checked.
    #[must_use]
    pub const fn is_assumed(self) -> bool {
        matches!(self, Hypothesis::Assumed(_))
    }
}

/// What is assumed, with that word before it.
impl fmt::Display for Hypothesis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let assumed = if self.is_assumed() { "ASSUMED, not checked: " } else { "" };
        write!(f, "{assumed}{}", self.text())
    }
}

impl Statement {
    /// What it assumes.
    pub fn assumed(&self) -> impl Iterator<Item = &'static str> {
        self.hypotheses
            .iter()
            .filter(|hypothesis| hypothesis.is_assumed())
            .map(|hypothesis| hypothesis.text())
    }
}

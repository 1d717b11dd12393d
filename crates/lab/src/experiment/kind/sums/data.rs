//! What is added up.

use serde::Deserialize;

/// What the terms of a sum are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Data {
    /// Products of independent normal numbers: much cancels.
    Normal,
    /// Products of numbers from 1 to 2: nothing cancels.
    Positive,
    /// 1, and then numbers a little below the accumulator's distance of neighbours at 1: what truncation is worst at.
    Crumbs,
}

impl Data {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Data::Normal => "normal",
            Data::Positive => "positive",
            Data::Crumbs => "crumbs",
        }
    }
}

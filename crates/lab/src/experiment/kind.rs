//! The kinds of experiment. A kind's settings are the keys of its table in a file: `[run.ema]`.

use serde::Deserialize;

use super::Kind;

/// The one table under `run`: its name is the kind.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kinds {}

impl Kinds {
    /// The settings of the kind that it is.
    pub(super) fn kind(&self) -> &dyn Kind {
        match *self {}
    }
}

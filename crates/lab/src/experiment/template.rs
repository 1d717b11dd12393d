//! Experiment files to begin with, one for each kind.

use super::kind::NAMES;

/// The kind that is written if none is asked for.
pub const USUAL: &str = "adamw";

/// Kinds, and a commented file for each.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("ema", include_str!("../../templates/ema.toml")),
    ("one-step", include_str!("../../templates/one-step.toml")),
    ("compare", include_str!("../../templates/compare.toml")),
    ("pathologies", include_str!("../../templates/pathologies.toml")),
    ("blockwise", include_str!("../../templates/blockwise.toml")),
    ("adamw", include_str!("../../templates/adamw.toml")),
    ("grid", include_str!("../../templates/grid.toml")),
    ("muon-step", include_str!("../../templates/muon-step.toml")),
    ("sums", include_str!("../../templates/sums.toml")),
    ("swamping", include_str!("../../templates/swamping.toml")),
    ("eco", include_str!("../../templates/eco.toml")),
];

/// A commented experiment file of a kind: it runs as it is, and all that it asserts holds.
///
/// ```
/// use halfulp_lab::experiment::{Experiment, template};
///
/// let text = template("adamw").expect("a kind");
/// assert!(Experiment::parse(text, "mine.toml").is_ok());
/// assert_eq!(template("adam").unwrap_err(), "no kind of experiment is named \"adam\": expected ema, one-step, compare, pathologies, blockwise, adamw, grid, muon-step, sums, swamping, eco");
/// ```
///
/// # Errors
/// There is no such kind: those that there are.
pub fn template(kind: &str) -> Result<&'static str, String> {
    let found = TEMPLATES.iter().find(|(known, _)| *known == kind);
    found
        .map(|(_, text)| *text)
        .ok_or_else(|| format!("no kind of experiment is named {kind:?}: expected {}", NAMES.join(", ")))
}

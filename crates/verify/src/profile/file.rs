//! Profiles as files.

use std::path::Path;

use super::rule::{Evidence, Instead, Operand, Rule, Unknown};
use super::written::{Written, WrittenRule, WrittenUnknown};
use super::{Profile, check};
use crate::toml_text::{self, Wrong};
use halfulp::Op;
use halfulp::format::file::{self, FileError};

/// Whether a text names a file and not a profile that ships.
#[must_use]
pub fn is_path(text: &str) -> bool {
    text.to_ascii_lowercase().ends_with(".toml")
}

/// Reads a profile of one's own. None of its rules counts as recorded, whatever it says.
///
/// # Errors
/// If the path is not a regular file, the file cannot be read or is larger than 1 MiB, or [`parse`] fails.
pub fn read(path: impl AsRef<Path>) -> Result<Profile, FileError> {
    let path = path.as_ref();
    let mut profile = parse(&file::text(path, "profile")?, &path.display().to_string())?;
    // The tests compare with records the profiles that ship, and no others.
    profile.rules.iter_mut().for_each(|rule| rule.evidence = Evidence::Text);
    Ok(profile)
}

/// Parses the text of a profile; `origin` is the name of the file in errors.
///
/// # Errors
/// If the text is not TOML; a key is unknown, missing or of the wrong type; a rule has nothing to answer, or a behaviour that the model
/// does not have for one of its tasks.
pub fn parse(text: &str, origin: &str) -> Result<Profile, FileError> {
    let written: Written = toml_text::parse(text, origin)?;
    let profile = profile(written);
    let profile = profile.and_then(|profile| check::check(&profile).map(|()| profile));
    profile.map_err(|wrong| wrong.at(text, origin))
}

fn profile(written: Written) -> Result<Profile, Wrong> {
    let rules = written.rule.into_iter().enumerate().map(|(k, written)| rule(k, written));
    Ok(Profile {
        name: written.name,
        version: written.version,
        title: written.title,
        source: written.source,
        notes: written.notes,
        policy: written.policy,
        flags: written.flags,
        rules: rules.collect::<Result<_, _>>()?,
    })
}

fn rule(k: usize, written: WrittenRule) -> Result<Rule, Wrong> {
    let unknown = written.unknown.into_iter().enumerate().map(|(u, written)| {
        let operand = operand(&written).ok_or_else(|| {
            let expected =
                "expected either `operand` or both `first` and `last`, the first not above the last";
            Wrong::new(format!("rule[{k}].unknown[{u}]"), expected)
        });
        Ok(Unknown { operand: operand?, why: written.why })
    });
    let instead = written.instead.into_iter();
    Ok(Rule {
        unknown: unknown.collect::<Result<_, Wrong>>()?,
        ops: if written.op.is_empty() {
            vec![Op::Convert]
        } else {
            written.op.into_iter().map(|op| op.0).collect()
        },
        from: written.from.into_iter().map(|name| name.0).collect(),
        to: written.to.into_iter().map(|name| name.0).collect(),
        addend: written.addend.map(|name| name.0),
        roundings: written.rounding,
        saturations: written.saturation,
        evidence: written.evidence,
        source: written.source,
        behaviour: written.behaviour,
        instead: instead
            .map(|w| Instead { first: w.first, last: w.last, code: w.code, positive: w.positive })
            .collect(),
    })
}

fn operand(written: &WrittenUnknown) -> Option<Operand> {
    match (written.operand, written.first, written.last) {
        (Some(operand), None, None) => Some(operand),
        (None, Some(first), Some(last)) if first <= last => Some(Operand::Codes { first, last }),
        _ => None,
    }
}

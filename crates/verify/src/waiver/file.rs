//! Waivers as files.

use std::path::Path;
use std::sync::Arc;

use halfulp::Op;
use halfulp::format::file::{self, FileError};

use super::day::Day;
use super::written::{Written, WrittenList};
use super::{Cases, Expected, Scope, Waiver, WaiverList};
use crate::cases::{GivenOperands, Selection};
use crate::toml_text::{self, Word, Wrong};
use crate::{deviation, profile};

/// Most characters of a name.
const NAME: usize = 60;

/// Reads a file of waivers, as of today.
///
/// # Errors
/// If the path is not a regular file, the file cannot be read or is larger than 1 MiB, or [`parse`] fails.
pub fn read(path: impl AsRef<Path>) -> Result<WaiverList, FileError> {
    let path = path.as_ref();
    parse(&file::text(path, "file of waivers")?, &path.display().to_string(), Day::today())
}

/// Parses the text of a file of waivers, as of a day; `origin` is the name of the file in errors.
///
/// # Errors
/// If the text is not TOML; a key is unknown, missing or of the wrong type; there is no waiver; or a waiver has no name of its own, no
/// reason, no end, no accepted answer or several, or accepts one code in all cases.
pub fn parse(text: &str, origin: &str, today: Day) -> Result<WaiverList, FileError> {
    let written: WrittenList = toml_text::parse(text, origin)?;
    if written.waiver.is_empty() {
        return Err(Wrong::new("waiver", "expected at least one waiver, [[waiver]]").at(text, origin));
    }
    let mut waivers: Vec<Waiver> = Vec::new();
    for (place, written) in written.waiver.into_iter().enumerate() {
        let wrong = |(key, message): (&str, String)| Wrong::new(format!("waiver[{place}].{key}"), message);
        let waiver = waiver(written).map_err(|error| wrong(error).at(text, origin))?;
        if waivers.iter().any(|other| other.id == waiver.id) {
            let twice = ("id", format!("{:?} is the id of another waiver too", waiver.id));
            return Err(wrong(twice).at(text, origin));
        }
        waivers.push(waiver);
    }
    Ok(WaiverList::new(waivers, today))
}

/// A key, and what is wrong there.
type Error = (&'static str, String);

fn waiver(written: Written) -> Result<Waiver, Error> {
    let is_line = |text: &str| !text.trim().is_empty() && !text.chars().any(char::is_control);
    if !is_line(&written.id) || written.id.chars().count() > NAME {
        return Err(("id", format!("expected a line of at most {NAME} characters, found {:?}", written.id)));
    }
    if !is_line(&written.reason) {
        return Err(("reason", format!("expected a line that says why, found {:?}", written.reason)));
    }
    if written.count == Some(0) {
        return Err(("count", "expected a number above zero: a waiver that waives nothing is none".into()));
    }
    let cases = cases(&written)?;
    let expected = expected(&written)?;
    if matches!(expected, Expected::Code(..)) && cases.is_any() {
        let expected = "expected `region`, `operand`, `a`, `b`, `c` or `cases` beside it, which say where this is the answer";
        return Err(("code", expected.into()));
    }
    Ok(Waiver {
        expires: expires(&written.expires)?,
        id: written.id,
        reason: written.reason,
        count: written.count,
        scope: Scope {
            ops: written.op.into_iter().map(|op| op.0).collect(),
            from: written.from.into_iter().map(|name| name.0).collect(),
            to: written.to.into_iter().map(|name| name.0).collect(),
            roundings: written.rounding,
            saturations: written.saturation,
        },
        cases,
        expected,
    })
}

fn expires(written: &toml::Value) -> Result<Option<Day>, Error> {
    let day = match written {
        toml::Value::String(text) if text == "never" => return Ok(None),
        toml::Value::String(text) => text.parse().ok(),
        toml::Value::Datetime(moment) => Day::of(moment),
        _ => None,
    };
    let wrong =
        || ("expires", format!("expected the last day, such as 2027-06-30, or \"never\", found {written}"));
    day.map(Some).ok_or_else(wrong)
}

fn cases(written: &Written) -> Result<Cases, Error> {
    let given = |text: &String| -> Result<GivenOperands, Error> {
        match format!("given:{text}").parse() {
            Ok(Selection::Given(given)) if takes(&written.op, given.count()) => Ok(given),
            Ok(Selection::Given(given)) => {
                let (op, takes, count) = (written.op[0].0, written.op[0].0.arity(), given.count());
                Err(("cases", format!("{text:?} has {}: expected {takes}, as {op} takes", counted(count))))
            }
            _ => {
                Err(("cases", format!("expected operands in hexadecimal, such as \"7e,01\", found {text:?}")))
            }
        }
    };
    Ok(Cases {
        regions: written.region.iter().map(|region| region.0).collect(),
        operand: written.operand.clone(),
        each: [written.a.clone(), written.b.clone(), written.c.clone()],
        given: written.cases.iter().map(given).collect::<Result<_, _>>()?,
    })
}

fn expected(written: &Written) -> Result<Expected, Error> {
    let Written { deviation: names, behaviour, profile: name, code, flags, .. } = written;
    if flags.is_some() && code.is_none() {
        return Err(("flags", "expected `code` beside it: other answers have flags of their own".into()));
    }
    match (names, behaviour, name, code) {
        (Some(names), None, None, None) => {
            deviation::check(names).map_err(|error| ("deviation", error.to_string()))?;
            Ok(Expected::Deviations(names.clone()))
        }
        (None, Some(behaviour), None, None) if behaviour.is_law() => {
            Err(("behaviour", "expected at least one key that deviates".into()))
        }
        (None, Some(behaviour), None, None) => Ok(Expected::Behaviour(behaviour.clone())),
        (None, None, Some(name), None) => {
            let found = match profile::is_path(name) {
                true => profile::read(name).map(Arc::new).map_err(|error| error.to_string()),
                false => profile::by_name(name).map_err(|error| error.to_string()),
            };
            found.map(Expected::Profile).map_err(|error| ("profile", error))
        }
        (None, None, None, Some(code)) => Ok(Expected::Code(*code, *flags)),
        _ => Err(("id", not_one_answer(written))),
    }
}

/// What is wrong where the accepted answers are not said once.
fn not_one_answer(written: &Written) -> String {
    let given = [
        ("deviation", written.deviation.is_some()),
        ("behaviour", written.behaviour.is_some()),
        ("profile", written.profile.is_some()),
        ("code", written.code.is_some()),
    ];
    let given: Vec<String> =
        given.iter().filter(|(_, given)| *given).map(|(key, _)| format!("`{key}`")).collect();
    let found = if given.is_empty() { "none".into() } else { given.join(" and ") };
    format!(
        "expected one of `deviation`, `behaviour`, `profile` and `code` in this waiver, which says the accepted answers; found {found}"
    )
}

fn counted(operands: usize) -> String {
    format!("{operands} {}", if operands == 1 { "operand" } else { "operands" })
}

/// Whether some of the operations takes so many operands; without operations some other one may.
fn takes(operations: &[Word<Op>], operands: usize) -> bool {
    operations.is_empty() || operations.iter().any(|op| op.0.arity() == operands)
}

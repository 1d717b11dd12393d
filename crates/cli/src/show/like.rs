//! What a profile gives in a format: its answers to special operands.

use std::io::Write;

use anyhow::{Result, bail};
use halfulp::{Code, Flags, Format, Op, Operands, Policy, Rounding, Task};
use halfulp_verify::profile::{Profile, Rule};
use serde::Serialize;

use super::facts::SCHEMA;
use crate::columns::{Columns, paragraph, terminal_width};
use crate::describe::Number;
use crate::document::{self, Head};
use crate::format_arg::NamedFormat;
use crate::profile_arg::{evidence, profile_arg};

/// Decimals longer than this are in hexadecimal.
const DECIMAL_LIMIT: usize = 16;

/// What is shown.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    head: Head,
    format: &'a str,
    like: &'a str,
    profile_version: &'a str,
    conversions: Vec<Conversion>,
}

/// The conversions from one format under one policy.
#[derive(Serialize)]
struct Conversion {
    from: String,
    rounding: String,
    saturation: String,
    evidence: &'static str,
    answers: Vec<Answered>,
}

/// An operand and the answer; none where the profile does not know.
#[derive(Serialize)]
struct Answered {
    what: &'static str,
    operand: Number,
    result: Option<Number>,
}

/// Writes what a profile gives in a format.
///
/// # Errors
/// There is no such profile, or it converts nothing to the format.
pub fn show(named: &NamedFormat, name: &str, json: bool, out: &mut dyn Write) -> Result<()> {
    let profile = profile_arg(name)?;
    let mut conversions = Vec::new();
    let mut sources: Vec<Format> = Vec::new();
    for from in profile.rules.iter().flat_map(|rule| &rule.from) {
        if !sources.contains(from) && *from != named.format {
            sources.push(*from);
        }
    }
    for from in sources {
        let task = Task::within(Op::Convert, from).with_result(named.format);
        for policy in profile.policies(&task) {
            // Noise has no special operands.
            if let (false, Some(rule)) = (is_stochastic(&policy), profile.rule(&task.with_policy(policy))) {
                conversions.push(conversion(&task.with_policy(policy), rule));
            }
        }
    }
    if conversions.is_empty() {
        bail!("{name}: it has no conversion to {} that is not stochastic", named.name);
    }
    let Profile { version, .. } = &*profile;
    let shown = Shown {
        head: Head::new(SCHEMA),
        format: &named.name,
        like: name,
        profile_version: version,
        conversions,
    };
    if json {
        return document::write(out, &shown);
    }
    write(&shown, out)
}

fn is_stochastic(policy: &Policy) -> bool {
    matches!(policy.rounding, Rounding::Stochastic { .. })
}

fn conversion(task: &Task, rule: &Rule) -> Conversion {
    let from = &task.operands[0];
    let answers = operands(task).into_iter().map(|(what, code)| {
        let operands = Operands::new(code, 0, 0);
        let known = rule.unknown_to(task, &operands).is_none();
        let result = known.then(|| Number::new(&task.result, rule.answer(task, operands).code));
        Answered { what, operand: Number::new(from, code), result }
    });
    Conversion {
        from: halfulp::format::catalog::name_of(from).unwrap_or_else(|| format!("{:?}", from.facts())),
        rounding: task.policy.rounding.to_string(),
        saturation: task.policy.saturation.to_string(),
        evidence: evidence(rule),
        answers: answers.collect(),
    }
}

/// The special operands that the format has.
fn operands(task: &Task) -> Vec<(&'static str, Code)> {
    let (from, to) = (&task.operands[0], &task.result);
    let top = if from.is_signed() { from.top_bit() } else { 0 };
    let mut list = vec![("zero", 0), ("-zero", top)];
    list.extend(from.infinity(false).map(|code| ("infinity", code)));
    list.extend(from.infinity(true).map(|code| ("-infinity", code)));
    list.extend(from.nan().map(|code| ("NaN", code)));
    if from.has_ieee_nans() {
        let first = from.largest_magnitude(false) + 2;
        list.extend(from.nan().map(|code| ("-NaN", code | top)));
        list.extend([("signalling NaN", first), ("NaN, all ones", from.code_mask() & !top)]);
    }
    // The largest value of the result and the next operand; the largest operand.
    let largest = back(to, from, to.largest(false));
    list.extend(largest.into_iter().flat_map(|code| [("largest", code), ("above the largest", code + 1)]));
    list.push(("largest operand", from.largest(false)));
    list.push(("-largest operand", from.largest(true)));
    list.retain(|(_, code)| *code <= from.code_mask());
    list
}

/// A value of the result's format as an operand, if the operand's format has it.
fn back(to: &Format, from: &Format, code: Code) -> Option<Code> {
    let task = Task::within(Op::Convert, *to).with_result(*from);
    let given = task.apply([code]);
    // What raises nothing is exact.
    (given.flags == Flags::NONE).then_some(given.code)
}

fn write(shown: &Shown<'_>, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{} like {} ({})", shown.format, shown.like, shown.profile_version)?;
    for conversion in &shown.conversions {
        let Conversion { from, rounding, saturation, evidence, answers } = conversion;
        writeln!(out)?;
        paragraph(out, &format!("from {from}, {rounding} {saturation}, {evidence}"))?;
        let mut columns = Columns::new(&["OPERAND", "CODE", "RESULT", "VALUE"], &[]);
        for answer in answers {
            let (code, value) = match &answer.result {
                Some(result) => (result.code.clone(), result.short(DECIMAL_LIMIT).into()),
                None => ("not known".into(), String::new()),
            };
            columns.push_whole(vec![answer.what.into(), answer.operand.code.clone(), code, value]);
        }
        columns.write(out, terminal_width())?;
    }
    Ok(())
}

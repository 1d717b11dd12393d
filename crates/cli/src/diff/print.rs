//! What differs, as text and as JSON.

use std::io::{self, Write};

use halfulp::{Flags, Rounding, Task};
use halfulp_verify::diff::{Diff, Method, Region, RegionDiff};
use halfulp_verify::engine::Answer;
use halfulp_verify::model::NoiseRead;
use halfulp_verify::report::PolicyWords;
use halfulp_verify::verify::letters;
use serde::Serialize;

use super::arguments::{Args, Named};
use crate::columns::{self, Columns, paragraph};
use crate::describe::Number;
use crate::document::{self, Head};
use crate::format_arg::NamedFormat;

/// Decimals longer than this are in hexadecimal.
const DECIMAL_LIMIT: usize = 14;

/// The comparison as JSON; its keys: `docs/schema/halfulp.diff-1.json`.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    head: Head,
    operation: String,
    from: &'a str,
    to: &'a str,
    sides: Vec<DescribedSide<'a>>,
    method: Method,
    exhaustive: bool,
    /// Counts that may exceed 2^53 are strings of digits.
    cases: String,
    compared: String,
    differs: String,
    regions: Vec<DescribedRegion>,
}

#[derive(Serialize)]
struct DescribedSide<'a> {
    name: &'a str,
    version: Option<&'a str>,
    evidence: Option<&'static str>,
    policy: PolicyWords,
    unanswered: String,
    flags: String,
}

#[derive(Serialize)]
struct DescribedRegion {
    region: Region,
    compared: String,
    differs: String,
    example: Option<DescribedExample>,
}

#[derive(Serialize)]
struct DescribedExample {
    operands: Vec<Number>,
    noise: String,
    answers: Vec<DescribedAnswer>,
}

#[derive(Serialize)]
struct DescribedAnswer {
    #[serde(flatten)]
    result: Number,
    flags: Option<String>,
}

/// Prints a comparison.
pub(super) fn print(
    args: &Args,
    task: &Task,
    formats: &[NamedFormat; 2],
    sides: &[Named; 2],
    found: &Diff,
) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    if args.json {
        document::write(&mut out, &described(task, formats, sides, found))?;
    } else {
        text(&mut out, task, formats, sides, found)?;
    }
    Ok(out.flush()?)
}

fn described<'a>(
    task: &Task,
    [from, to]: &'a [NamedFormat; 2],
    sides: &'a [Named; 2],
    found: &Diff,
) -> Document<'a> {
    let of_side = |((side, unanswered), flags): ((&'a Named, u128), Flags)| DescribedSide {
        name: &side.name,
        version: side.profile.as_ref().map(|profile| &*profile.version),
        evidence: side.evidence(task),
        policy: side.policy.into(),
        unanswered: unanswered.to_string(),
        flags: letters::text(flags),
    };
    Document {
        head: Head::new("halfulp.diff/1"),
        operation: task.op.to_string(),
        from: &from.name,
        to: &to.name,
        sides: sides.iter().zip(found.unanswered).zip(found.flags).map(of_side).collect(),
        method: found.method,
        exhaustive: found.exhaustive,
        cases: found.cases.to_string(),
        compared: found.compared.to_string(),
        differs: found.differs().to_string(),
        regions: found
            .regions
            .iter()
            .map(|region| of_region(task, region, noise_bits(sides, task)))
            .collect(),
    }
}

fn of_region(task: &Task, region: &RegionDiff, noise: u32) -> DescribedRegion {
    let answer = |answer: &Answer| DescribedAnswer {
        result: Number::new(&task.result, answer.code & task.result.code_mask()),
        flags: (answer.known != Flags::NONE).then(|| letters::text(answer.flags)),
    };
    DescribedRegion {
        region: region.region,
        compared: region.compared.to_string(),
        differs: region.differs.to_string(),
        example: region.example.map(|example| DescribedExample {
            operands: operands(task, &example.operands),
            noise: noise_text(example.operands.noise, noise),
            answers: example.answers.iter().map(answer).collect(),
        }),
    }
}

fn operands(task: &Task, operands: &halfulp::Operands) -> Vec<Number> {
    let formats = &task.operands[..task.op.arity()];
    formats.iter().zip(operands.codes).map(|(format, code)| Number::new(format, code)).collect()
}

fn text(
    out: &mut dyn Write,
    task: &Task,
    [from, to]: &[NamedFormat; 2],
    sides: &[Named; 2],
    found: &Diff,
) -> anyhow::Result<()> {
    let formats = if from == to { from.name.clone() } else { format!("{} to {}", from.name, to.name) };
    writeln!(out, "{} {formats}", task.op)?;
    for (letter, side) in ["A", "B"].into_iter().zip(sides) {
        let policy = format!("{} {}", side.policy.rounding, side.policy.saturation);
        let evidence = side.evidence(task).map_or(String::new(), |evidence| format!(", {evidence}"));
        let version =
            side.profile.as_ref().map_or(String::new(), |profile| format!(" ({})", profile.version));
        writeln!(out, "  {letter}: {}{version}, {policy}{evidence}", side.name)?;
    }
    if let Some(how) = differing(sides) {
        writeln!(out, "  the two {how} differently")?;
    }
    writeln!(out)?;
    let mut columns = Columns::new(&["REGION", "COMPARED", "DIFFER", "SMALLEST", "A", "B"], &[1, 2]);
    for region in found.regions.iter().filter(|region| region.compared > 0) {
        let mut row = vec![region.region.name().into(), grouped(region.compared), grouped(region.differs)];
        row.extend(example(task, region, noise_bits(sides, task)));
        columns.push_whole(row);
    }
    columns.write(out, columns::terminal_width())?;
    writeln!(out)?;
    summary(out, sides, found)
}

/// What the policies of the sides do not have in common, in words: differences may come from that alone.
fn differing([a, b]: &[Named; 2]) -> Option<&'static str> {
    match (a.policy.rounding != b.policy.rounding, a.policy.saturation != b.policy.saturation) {
        (true, true) => Some("round and saturate"),
        (true, false) => Some("round"),
        (false, true) => Some("saturate"),
        (false, false) => None,
    }
}

/// How many bits of noise words count: those that the side uses which uses most; 0 if none does.
fn noise_bits(sides: &[Named; 2], task: &Task) -> u32 {
    let of = |side: &Named| match side.policy.rounding {
        Rounding::Stochastic { bits, .. } => match side.noise_read(task) {
            NoiseRead::Upper => u32::BITS,
            NoiseRead::High => 2 * bits.get(),
            _ => bits.get(),
        },
        _ => 0,
    };
    sides.iter().map(of).max().unwrap_or(0)
}

/// A noise word as far as it counts.
fn noise_text(word: u64, bits: u32) -> String {
    format!("{:#x}", word & u64::MAX.checked_shr(u64::BITS - bits).unwrap_or(0))
}

fn summary(out: &mut dyn Write, sides: &[Named; 2], found: &Diff) -> anyhow::Result<()> {
    let how = match found.method {
        Method::Intervals => "by intervals",
        Method::Cases => "one by one",
    };
    let (compared, cases) = (grouped(found.compared), grouped(found.cases));
    for (side, unanswered) in sides.iter().zip(found.unanswered).filter(|(_, unanswered)| *unanswered > 0) {
        let s = if unanswered == 1 { "" } else { "s" };
        let cases = format!("{} case{s}", grouped(unanswered));
        paragraph(out, &format!("not compared: {cases}, to which {} has no answer", side.name))?;
    }
    if let Some(flags) = uncompared(sides, found) {
        paragraph(out, &flags)?;
    }
    let compared = format!("{compared} of {cases} cases compared ({}, {how})", extent(found));
    let verdict = match found.differs() {
        0 if found.compared == 0 => "nothing was compared".into(),
        0 => "no difference".into(),
        1 => "1 difference".into(),
        count => format!("{} differences", grouped(count)),
    };
    paragraph(out, &format!("{compared}: {verdict}"))?;
    Ok(())
}

/// Which flags were not compared, and for want of what.
fn uncompared([a, b]: &[Named; 2], found: &Diff) -> Option<String> {
    let why = match found.flags {
        _ if found.compared == 0 => return None,
        [Flags::ALL, Flags::ALL] => return None,
        [Flags::NONE, Flags::NONE] => "not compared, neither side reports them".into(),
        [Flags::NONE, _] => format!("not compared, {} does not report them", a.name),
        [_, Flags::NONE] => format!("not compared, {} does not report them", b.name),
        [one, other] => {
            let both = one.without(Flags::ALL.without(other));
            format!("of them {} compared, which both sides report", letters::text(both))
        }
    };
    Some(format!("flags: {why}"))
}

/// The operands of an example and both answers.
fn example(task: &Task, region: &RegionDiff, noise: u32) -> Vec<String> {
    let Some(example) = region.example else { return Vec::new() };
    let mut given: Vec<String> = operands(task, &example.operands).iter().map(shown).collect();
    if noise > 0 {
        given.push(format!("noise {}", noise_text(example.operands.noise, noise)));
    }
    let mut cells = vec![given.join(", ")];
    for answer in example.answers {
        let result = Number::new(&task.result, answer.code & task.result.code_mask());
        let flags = if answer.known == Flags::NONE {
            String::new()
        } else {
            format!(" {}", letters::text(answer.flags))
        };
        cells.push(shown(&result) + &flags);
    }
    cells
}

/// A code and its value.
fn shown(number: &Number) -> String {
    format!("{} ({})", number.code, number.short(DECIMAL_LIMIT))
}

/// Digits in groups of three.
fn grouped(count: u128) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Whether the comparison was whole, in words.
fn extent(found: &Diff) -> &'static str {
    if found.exhaustive { "all of them" } else { "selected ones, not all" }
}

//! A diagnosis as text.

use std::fmt::Write as _;

use super::features::Features;
use super::found::{Diagnosis, Other, Part};
use super::rows::Row;
use crate::engine::Answer;

/// A diagnosis for people: the verdict last.
#[must_use]
pub fn to_text(found: &Diagnosis) -> String {
    let mut text = String::new();
    let mut line = |words: String| {
        text.push_str(&words);
        text.push('\n');
    };
    line(format!("{} rows, {} mismatches{}", count(found.rows), count(found.mismatches), of_flags(found)));
    for (region, rows) in &found.regions {
        line(format!("  {:>12}  {}", count(*rows), region.name()));
    }
    if !found.parts.is_empty() {
        line("\nThe device".into());
    }
    found.parts.iter().for_each(|part| {
        line(format!("  {}", part.deviation.text));
        line(format!("      {}: needed for {} rows", part.deviation.name, count(part.explains.rows)));
        part.others.iter().for_each(|other| line(format!("      {}", of_other(found, part, other))));
    });
    if found.residual > 0 {
        line(format!("\nNot explained: {} rows", count(found.residual)));
        for common in &found.features {
            line(format!("  {:>12}  {}", count(common.rows), of_features(&common.features)));
        }
        line("  operands, device, explanation:".into());
        found
            .unexplained
            .iter()
            .for_each(|(row, answer)| line(format!("    {}", of_row(found, row, answer))));
    }
    if let Some((right, all)) = found.held_out.filter(|_| found.mismatches > 0) {
        line(format!(
            "\nOf {} rows that the search did not see, the explanation gives {}.",
            count(all),
            count(right)
        ));
    }
    let _ = write!(text, "\n{}\n", verdict(found));
    text
}

/// The last line.
fn verdict(found: &Diagnosis) -> String {
    if found.mismatches == 0 {
        return format!("no mismatch in {} rows{}", count(found.rows), not_flags(found));
    }
    let names = if found.parts.is_empty() { "no deviation".into() } else { found.names().join(", ") };
    let explained = found.mismatches - found.residual.min(found.mismatches);
    format!("{names}: {} of {} explained{}", count(explained), count(found.mismatches), not_flags(found))
}

fn not_flags(found: &Diagnosis) -> &'static str {
    if found.flags { "" } else { "; flags were not compared" }
}

fn of_flags(found: &Diagnosis) -> String {
    match found.mismatches - found.of_results {
        0 => String::new(),
        flags => format!(", {} of them in flags only", count(flags)),
    }
}

fn of_other(found: &Diagnosis, part: &Part, other: &Other) -> String {
    let _ = part;
    let name = &other.deviation.name;
    match (other.apart.first(), other.exhaustive) {
        (None, true) => format!("or {name}: the same on all inputs"),
        (None, false) => format!("or {name}: the same on all inputs that were tried"),
        (Some(operands), _) => format!(
            "or {name} ({}): these rows do not tell them apart; {} would",
            other.deviation.text,
            words(found, &operands.codes)
        ),
    }
}

fn words(found: &Diagnosis, codes: &[u64; 3]) -> String {
    let task = &found.task;
    let word = |(code, format): (&u64, &halfulp::Format)| {
        format!("{code:0digits$x}", digits = format.width().div_ceil(4) as usize)
    };
    codes.iter().zip(&task.operands).take(task.op.arity()).map(word).collect::<Vec<_>>().join(" ")
}

fn of_row(found: &Diagnosis, row: &Row, expected: &Answer) -> String {
    let digits = found.task.result.width().div_ceil(4) as usize;
    let got = match row.answer {
        Some(answer) => format!("{:0digits$x} {}", answer.code, answer.flags),
        None => "undefined".into(),
    };
    let expected = format!("{:0digits$x} {}", expected.code, expected.flags);
    format!("{}   {got}   {expected}", words(found, &row.operands.codes))
}

fn of_features(features: &Features) -> String {
    let mut words = vec![features.region.name().to_string()];
    if let Some(subtracts) = features.subtracts {
        words.push(if subtracts { "effective subtraction" } else { "effective addition" }.into());
    }
    words.extend(features.distance.map(|distance| format!("exponents {distance} apart")));
    words.extend(features.shift.map(|shift| match shift {
        0 => "no shift".into(),
        1.. => format!("carry of {shift}"),
        _ => format!("{} bits cancelled", -shift),
    }));
    if let (Some((last, guard)), Some(sticky)) = (features.last_and_guard, features.sticky) {
        words.push(format!("LGS {}{}{}", u8::from(last), u8::from(guard), u8::from(sticky)));
    }
    words.join(", ")
}

/// Digits in groups of three.
fn count(number: u64) -> String {
    crate::report::grouped(number)
}

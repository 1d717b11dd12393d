//! A diagnosis as text.

use halfulp::{Code, Flags, Operands, Rounding};

use super::common::Constant;
use super::features::Features;
use super::found::{Diagnosis, Other, Unexplained};
use crate::deviation::Order;
use crate::engine::Answer;
use crate::verify::letters;

/// A diagnosis for people: the verdict last.
#[must_use]
pub fn to_text(found: &Diagnosis) -> String {
    let mut lines =
        vec![format!("{}, {}{}", rows(found.rows), mismatches(found.mismatches), of_flags(found))];
    if found.regions.iter().map(|(_, n)| n).sum::<u64>() < found.mismatches {
        lines.push("  of the first 131,072:".into());
    }
    lines.extend(found.regions.iter().map(|(region, n)| format!("  {:>12}  {}", count(*n), region.name())));
    if found.undefined > 0 {
        lines.push(format!("  {:>12}  undefined digits: no deviation explains them", count(found.undefined)));
    }
    if found.mismatches > 0 {
        lines.extend(found.constant.map(|constant| format!("\n{}", of_constant(found, constant))));
    }
    lines.extend(explanation(found));
    lines.extend(unexplained(found));
    if let Some((right, all)) = found.held_out.filter(|(_, all)| *all > 0 && !found.parts.is_empty()) {
        let all = mismatches(all);
        lines
            .push(format!("\nOf {all} that the search did not see, the explanation gives {}.", count(right)));
    }
    lines.push(format!("\n{}\n", verdict(found)));
    lines.join("\n")
}

fn explanation(found: &Diagnosis) -> Vec<String> {
    if found.parts.is_empty() && found.order.is_none() {
        return Vec::new();
    }
    let heading = match found.residual {
        _ if found.order.is_some() => "\nThe device",
        0 => "\nThe device",
        _ if found.residual_of_results == 0 => "\nAll results are explained, but not all flags. The device",
        _ => "\nThis fits in part; it is not all that the device does, and may be none of it. The device",
    };
    let mut lines = vec![heading.to_string()];
    lines.extend(found.order.map(|order| of_order(found, order)).into_iter().flatten());
    for part in &found.parts {
        lines.push(format!("  {}", part.deviation.text));
        let contradicts = match part.explains.contradicts {
            0 => String::new(),
            n => format!(", contradicts {}", rows(n)),
        };
        lines.push(format!(
            "      {}: explains {}{contradicts}",
            part.deviation.name,
            rows(part.explains.rows)
        ));
        lines.extend(part.others.iter().map(|other| format!("      {}", of_other(found, other))));
    }
    if found.parts.len() > 1 {
        lines.push("  A row may need several of them and is then counted with each.".into());
    }
    lines
}

/// What the order of the rows has to do with it.
fn of_order(found: &Diagnosis, order: Order) -> Vec<String> {
    match order {
        Order::Late { by } => {
            let mut lines = vec![
                format!("  gives each answer {} late", rows(by as u64)),
                format!("      late by {by}: the first {by} answers are of no row"),
            ];
            if !found.parts.is_empty() {
                lines.push("  and so arranged".into());
            }
            lines
        }
        Order::Lane { lane, of } => {
            let mut lines = vec![format!(
                "  in row {lane} and every {of} rows after it, and in no other row (lane {lane} of {of})"
            )];
            if found.order_by_operands {
                lines.push(
                    "      or by bits of the operands, which are the same in these rows and in no others: --cases random:N tells the two apart"
                        .into(),
                );
            }
            lines
        }
    }
}

fn unexplained(found: &Diagnosis) -> Vec<String> {
    if found.residual == 0 {
        return Vec::new();
    }
    let left = found.mismatches - found.explained;
    if let Some(Order::Late { by }) = found.order {
        return vec![format!(
            "\nNot explained: {} among the first {by} answers, which are of no row",
            mismatches(left)
        )];
    }
    let mut lines = vec![format!("\nNot explained: {}", mismatches(left))];
    if found.contradicted > 0 {
        let only = if found.residual_of_results == 0 { ", in flags only" } else { "" };
        let contradicted = rows(found.contradicted);
        lines.push(format!("Contradicted{only}: {contradicted} that the device answers as it should"));
    }
    let common = found.features.iter();
    lines.extend(common.map(|c| format!("  {:>12}  {}", count(c.rows), of_features(&c.features))));
    lines.extend(of_common(found).map(|words| format!("  in all of them: {words}")));
    lines.extend(table(found));
    lines
}

/// Some rows that nothing explains, under their heads.
fn table(found: &Diagnosis) -> Vec<String> {
    let heads = ["operands", "expected", "device"].map(String::from);
    let last = "explanation (LGS: last, guard and sticky bit; ? flag not reported)".to_string();
    let rows = found.unexplained.iter().map(|row| of_row(found, row));
    let all: Vec<([String; 3], String)> = std::iter::once((heads, last)).chain(rows).collect();
    let width = |column: usize| all.iter().map(|(words, _)| words[column].len()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |(words, last): &([String; 3], String)| {
        let padded = words.iter().zip(widths).map(|(word, width)| format!("{word:width$}   "));
        format!("    {}{last}", padded.collect::<String>())
    };
    all.iter().map(line).collect()
}

/// The last line.
fn verdict(found: &Diagnosis) -> String {
    let mut words = if found.mismatches == 0 {
        format!("no mismatch in {}", rows(found.rows - found.undefined))
    } else {
        let names = match (&found.order, found.parts.is_empty()) {
            (None, true) => "no deviation".into(),
            (None, false) => found.names().join(", "),
            (Some(order), true) => order.to_string(),
            (Some(order), false) => format!("{order}: {}", found.names().join(", ")),
        };
        format!("{names}: {} of {} explained", count(found.explained), count(found.mismatches))
    };
    if found.contradicted > 0 {
        let only = if found.residual_of_results == 0 { " in flags only" } else { "" };
        words += &format!(", {} contradicted{only}", rows(found.contradicted));
    }
    if found.undefined > 0 {
        words += &format!("; {} undefined", rows(found.undefined));
    }
    words += &of_compared(found);
    if found.rows < found.planned {
        words += &format!(
            "; PARTIAL: {} of {} cases were asked and answered",
            count(found.rows),
            count(found.planned)
        );
    }
    words
}

/// Which flags were compared, if not all.
fn of_compared(found: &Diagnosis) -> String {
    let some = if found.more_flags { ", others in some rows" } else { "" };
    match found.flags {
        Flags::ALL => String::new(),
        Flags::NONE if found.more_flags => "; flags were compared in some rows only".into(),
        Flags::NONE => "; flags were not compared".into(),
        flags => format!("; of the flags only {} were compared{some}", letters::text(flags)),
    }
}

fn rows(number: u64) -> String {
    format!("{} {}", count(number), if number == 1 { "row" } else { "rows" })
}

fn mismatches(number: u64) -> String {
    format!("{} {}", count(number), if number == 1 { "mismatch" } else { "mismatches" })
}

fn of_flags(found: &Diagnosis) -> String {
    match found.mismatches - found.of_results {
        0 => String::new(),
        flags => format!(", {} of them in flags only", count(flags)),
    }
}

fn of_constant(found: &Diagnosis, constant: Constant) -> String {
    match constant {
        Constant::Code(code) => format!("Every answer is {}.", result(found, code)),
        Constant::Operand(letter) => format!("Every answer is operand {letter}."),
    }
}

fn of_common(found: &Diagnosis) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    for (letter, bit, level) in &found.common.bits {
        words.push(format!("{letter}[{bit}] = {}", u8::from(*level)));
    }
    if found.common.equal_operands {
        words.push("a = b".into());
    }
    words.extend(found.common.flipped.map(|code| {
        format!("the answer is the explanation's with the bits {} inverted", result(found, code))
    }));
    (!words.is_empty()).then(|| words.join(", "))
}

fn of_other(found: &Diagnosis, other: &Other) -> String {
    let name = &other.deviation.name;
    match (other.apart.first(), other.exhaustive) {
        (None, true) => format!("or {name}: the same on all inputs"),
        (None, false) => format!("or {name}: the same on all inputs that were tried"),
        (Some(operands), _) => format!(
            "or {name} ({}): these rows do not tell them apart; {} would",
            other.deviation.text,
            words(found, operands)
        ),
    }
}

/// The operands, and the noise word of stochastic rounding.
fn words(found: &Diagnosis, operands: &Operands) -> String {
    let task = &found.task;
    let word = |(code, format): (&u64, &halfulp::Format)| {
        format!("{code:0digits$x}", digits = format.width().div_ceil(4) as usize)
    };
    let mut words: Vec<String> =
        operands.codes.iter().zip(&task.operands).take(task.op.arity()).map(word).collect();
    if let Rounding::Stochastic { bits, .. } = task.policy.rounding {
        words.push(format!("{:x}", bits.of_word(operands.noise)));
    }
    words.join(" ")
}

/// The words of a row, and what the explanation answers.
fn of_row(found: &Diagnosis, row: &Unexplained) -> ([String; 3], String) {
    let full = |answer: &Answer| format!("{} {}", result(found, answer.code), answer.flags);
    let got = row.row.answer.map_or("undefined".into(), |answer| {
        // A flag that is not reported is no flag that is not raised.
        let known = answer.known.to_string();
        let letters = answer.flags.to_string();
        let shown: String = letters
            .chars()
            .zip(known.chars())
            .map(|(flag, known)| if known == '.' { '?' } else { flag })
            .collect();
        format!("{} {shown}", result(found, answer.code))
    });
    ([words(found, &row.row.operands), full(&row.expected), got], full(&row.explained))
}

/// A code of the result.
fn result(found: &Diagnosis, code: Code) -> String {
    format!("{code:0digits$x}", digits = found.task.result.width().div_ceil(4) as usize)
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

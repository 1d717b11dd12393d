//! What is computed, and how it is rounded.

use halfulp::format::catalog::builtin_format;
use halfulp::{Facts, Format, Nans, Op, Overflow, Rounding, Sign, Task};

use super::entry::{Deviation, Kind};
use crate::model::{Alignment, Carry, Guard, NoiseRead, Position, Rule, Step};

pub(super) fn list(task: &Task) -> Vec<Deviation> {
    let mut all = rules(task);
    all.extend(carries());
    all.extend(guards());
    if matches!(task.op, Op::Add | Op::Sub | Op::Fma) {
        all.extend(alignments());
    }
    all.extend(double(task));
    if task.op == Op::Fma {
        all.extend(unfused(task));
    }
    if matches!(task.policy.rounding, Rounding::Stochastic { .. }) {
        all.extend(noise());
    }
    all
}

const RULES: [(Rule, Kind, &str, &str); 11] = [
    (Rule::TowardZero, Kind::Rounding, "truncate", "rounds toward zero (truncation)"),
    (Rule::NearestEven, Kind::Rounding, "nearest-even", "rounds to nearest, ties to even"),
    (Rule::AwayFromZero, Kind::Rounding, "round-away", "rounds away from zero"),
    (Rule::TowardPositive, Kind::Rounding, "round-up", "rounds upward"),
    (Rule::TowardNegative, Kind::Rounding, "round-down", "rounds downward"),
    (Rule::ToOdd, Kind::Rounding, "round-odd", "rounds to odd (jamming)"),
    (Rule::NearestAway, Kind::Ties, "ties-away", "rounds ties away from zero"),
    (Rule::NearestZero, Kind::Ties, "ties-zero", "rounds ties toward zero"),
    (Rule::NearestUp, Kind::Ties, "ties-up", "rounds ties upward"),
    (Rule::NearestDown, Kind::Ties, "ties-down", "rounds ties downward"),
    (Rule::NearestOdd, Kind::Ties, "ties-odd", "rounds ties to odd"),
];

fn rules(task: &Task) -> Vec<Deviation> {
    let others = RULES.iter().filter(|(rule, ..)| rule.standard() != Some(task.policy.rounding));
    let deviation = |&(rule, kind, name, text): &(Rule, Kind, &str, &str)| {
        Deviation::new(kind, &["rounding.rule"], name, text, move |b| b.rounding.rule = Some(rule))
    };
    others.map(deviation).collect()
}

fn carries() -> Vec<Deviation> {
    let carry = |carry: Carry, name: &str, text: &str| {
        Deviation::new(Kind::Rounding, &["rounding.carry"], name, text, move |b| b.rounding.carry = carry)
    };
    vec![
        carry(
            Carry::Lost,
            "carry-lost",
            "loses the carry out of the significand where it rounds up: the exponent stays",
        ),
        carry(Carry::CutOff, "carry-cut-off", "does not round up where that would carry into the exponent"),
    ]
}

fn guards() -> Vec<Deviation> {
    let guard = |bits: u32| {
        let text = format!("rounds by {bits} {} below the last place, without a sticky bit", plural(bits));
        Deviation::new(Kind::Guard, &["rounding.guard"], format!("guard-{bits}"), text, move |b| {
            b.rounding.guard = Some(Guard { bits, sticky: false });
        })
    };
    let mut list: Vec<Deviation> = (1..=4).map(guard).collect();
    list.push(Deviation::new(
        Kind::Guard,
        &["rounding.position"],
        "round-early",
        "rounds before it normalizes",
        |b| b.rounding.position = Position::Operands,
    ));
    list
}

fn plural(bits: u32) -> &'static str {
    if bits == 1 { "bit" } else { "bits" }
}

fn alignments() -> Vec<Deviation> {
    let mut list = Vec::new();
    for bits in 0..=4 {
        for sticky in [false, true] {
            let (suffix, kept) = if sticky { ("-sticky", "with") } else { ("", "without") };
            let text = format!(
                "keeps {bits} {} below the last place of the larger term of a sum, {kept} a sticky bit",
                plural(bits)
            );
            let name = format!("align-{bits}{suffix}");
            list.push(Deviation::new(Kind::Alignment, &["computing.alignment"], name, text, move |b| {
                b.computing.alignment = Some(Alignment { bits, sticky });
            }));
        }
    }
    list
}

/// Eight bits of exponent and 13 of significand, as some matrix units accumulate.
const E8M13: Format = Format::known(Facts {
    width: 22,
    precision: 14,
    bias: 127,
    sign: Sign::SignMagnitude,
    nans: Nans::Top((1 << 13) - 1),
    overflow: Overflow::Infinity,
    subnormals: true,
});

fn intermediates() -> [(&'static str, Format); 5] {
    [
        ("binary16", builtin_format("binary16")),
        ("bfloat16", builtin_format("bfloat16")),
        ("tf32", builtin_format("tf32")),
        ("e8m13", E8M13),
        ("binary32", builtin_format("binary32")),
    ]
}

/// By way of formats that are wider than the result.
fn double(task: &Task) -> Vec<Deviation> {
    let mut list = Vec::new();
    for (name, format) in intermediates() {
        if format.precision() <= task.result.precision()
            || task.op == Op::Convert && format == task.operands[0]
        {
            continue;
        }
        for (suffix, how, rounding) in [
            ("", "to nearest even", Rounding::NearestEven),
            ("-truncated", "toward zero", Rounding::TowardZero),
        ] {
            let text = format!("rounds to {name} {how} first, then to the result");
            let name = format!("via-{name}{suffix}");
            list.push(Deviation::new(Kind::DoubleRounding, &["computing.via"], name, text, move |b| {
                b.computing.via = Some(Step { format, rounding: Some(rounding), flush: false });
            }));
        }
    }
    list
}

/// The product of a multiply-add rounded by itself.
fn unfused(task: &Task) -> Vec<Deviation> {
    let mut formats = vec![("result", task.result)];
    formats.extend(intermediates().into_iter().filter(|(_, f)| *f != task.result));
    let deviation = |(name, format): (&str, Format)| {
        let (name, text) = match name {
            "result" => ("unfused".into(), "rounds the product to the result's format before it adds".into()),
            _ => (format!("unfused-{name}"), format!("rounds the product to {name} before it adds")),
        };
        Deviation::new(Kind::Fused, &["computing.product"], name, text, move |b| {
            b.computing.product = Some(Step { format, rounding: None, flush: false });
        })
    };
    formats.into_iter().map(deviation).collect()
}

fn noise() -> Vec<Deviation> {
    [
        (NoiseRead::Reversed, "noise-reversed", "takes the bits of noise in reverse order"),
        (NoiseRead::Complemented, "noise-complemented", "takes the complement of the noise"),
        (NoiseRead::Zero, "noise-zero", "ignores the noise (truncation)"),
        (NoiseRead::Ones, "noise-ones", "takes all bits of noise as 1"),
    ]
    .map(|(read, name, text)| {
        Deviation::new(Kind::Noise, &["rounding.noise"], name, text, move |b| b.rounding.noise = read)
    })
    .into()
}

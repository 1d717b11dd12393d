//! Another format than the task's, of the same width: other special codes, another bias.

use halfulp::{Facts, Format, Nans, Overflow, Sign, Task};

use super::entry::{Deviation, Kind};
use crate::model::Behaviour;

/// What can be another format.
#[derive(Clone, Copy)]
enum Part {
    Operands,
    Result,
    Both,
}

/// A variant of a format: its name, what it is, and its facts.
type Variant = (&'static str, &'static str, fn(Facts) -> Facts);

const VARIANTS: [Variant; 6] = [
    ("finite", "without infinities and NaNs", |f| Facts {
        nans: Nans::None,
        overflow: Overflow::Largest,
        ..f
    }),
    ("ieee", "with the infinities and NaNs of IEEE 754", |f| Facts {
        nans: Nans::Top((1 << (f.precision - 1)) - 1),
        overflow: Overflow::Infinity,
        ..f
    }),
    ("ocp", "without infinities, with NaN where all bits of the magnitude are set", |f| Facts {
        nans: Nans::Top(1),
        overflow: Overflow::Nan,
        ..f
    }),
    ("negative-zero-nan", "with NaN as the code of minus zero alone", |f| Facts {
        nans: Nans::NegativeZero,
        overflow: Overflow::Nan,
        ..f
    }),
    ("bias+1", "with a bias greater by 1", |f| Facts { bias: f.bias + 1, ..f }),
    ("bias-1", "with a bias less by 1", |f| Facts { bias: f.bias - 1, ..f }),
];

pub(super) fn list(task: &Task) -> Vec<Deviation> {
    let operands = &task.operands[..task.op.arity()];
    let same = operands.iter().all(|format| *format == task.result);
    let mut list = Vec::new();
    for (name, what, change) in VARIANTS {
        let variant = |format: &Format| {
            let floating = format.facts().sign == Sign::SignMagnitude && format.precision() > 1;
            let other = floating.then(|| Format::new(change(format.facts())).ok()).flatten()?;
            (other != *format).then_some(other)
        };
        let read: Option<Vec<Format>> = operands.iter().map(variant).collect();
        let written = variant(&task.result);
        if let Some(read) = &read {
            list.push(deviation(Part::Operands, name, what, read.clone(), None));
        }
        if written.is_some() {
            list.push(deviation(Part::Result, name, what, Vec::new(), written));
        }
        if let (true, Some(read)) = (same, read) {
            list.push(deviation(Part::Both, name, what, read, written));
        }
    }
    list
}

fn deviation(part: Part, name: &str, what: &str, read: Vec<Format>, written: Option<Format>) -> Deviation {
    const OPERANDS: &str = "reading.format";
    const RESULT: &str = "output.format";
    let (settings, prefix, verb): (&[&'static str], _, _) = match part {
        Part::Operands => (&[OPERANDS], "reads", "reads operands as of a format"),
        Part::Result => (&[RESULT], "writes", "writes results as of a format"),
        Part::Both => (&[OPERANDS, RESULT], "is", "computes in a format"),
    };
    Deviation::new(
        Kind::Format,
        settings,
        format!("{prefix}-{name}"),
        format!("{verb} {what}"),
        move |b: &mut Behaviour| {
            let readings = [&mut b.reading.a, &mut b.reading.b, &mut b.reading.c];
            readings.into_iter().zip(&read).for_each(|(reading, format)| reading.format = Some(*format));
            if written.is_some() {
                b.output.format = written;
            }
        },
    )
}

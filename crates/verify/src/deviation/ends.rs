//! The ends of the range: overflow, infinities, tiny results.

use halfulp::{Overflow, Saturation, Task};

use super::entry::{Deviation, Kind};
use crate::model::{Gap, InfinityResult, OverflowAt, OverflowResult, TinyResult};

const OVERFLOW: &str = "range.overflow";
const THRESHOLD: &str = "range.overflow-at";
const INFINITY: &str = "range.infinity";
const TINY: &str = "range.tiny";

pub(super) fn list(task: &Task) -> Vec<Deviation> {
    let mut all = tiny();
    all.extend(overflow(task));
    all.extend(thresholds());
    all.extend(infinities(task));
    all.extend(saturations(task));
    all
}

fn tiny() -> Vec<Deviation> {
    [
        (TinyResult::Before, "ftz-before", "flushes results that are tiny before rounding"),
        (
            TinyResult::After,
            "ftz-after",
            "flushes results that are tiny after rounding with an unbounded exponent",
        ),
        (TinyResult::Grid, "ftz-grid", "flushes results that are subnormal after rounding"),
        (
            TinyResult::Nearest,
            "ftz-nearest",
            "takes tiny results to zero or to the smallest normal value, whichever is nearer",
        ),
        (TinyResult::SmallestNormal, "ftz-normal", "takes tiny results to the smallest normal value"),
        (TinyResult::Operands, "ftz-exponents", "flushes results by the exponents of the operands alone"),
    ]
    .map(|(result, name, text)| {
        Deviation::new(Kind::Flushing, &[TINY], name, text, move |b| b.range.tiny = result)
    })
    .into()
}

fn overflow(task: &Task) -> Vec<Deviation> {
    let past = match task.result.facts().overflow {
        Overflow::Infinity => "gives infinity on every overflow, whatever the rounding",
        Overflow::Nan => "gives NaN on every overflow, whatever the rounding",
        Overflow::Largest => "gives the largest value on every overflow",
    };
    let has_nan = task.result.facts().overflow == Overflow::Infinity && task.result.nan().is_some();
    let all = [
        (OverflowResult::Past, "overflow-past", past),
        (OverflowResult::Nan, "overflow-nan", "gives NaN on overflow"),
        (OverflowResult::Largest, "overflow-largest", "gives the largest finite value on overflow"),
        (
            OverflowResult::PositiveLargest,
            "overflow-positive",
            "gives the positive largest value on overflow",
        ),
        (
            OverflowResult::OppositeLargest,
            "overflow-opposite",
            "gives the largest value of the other sign on overflow",
        ),
        (OverflowResult::TopCode, "overflow-top-code", "sets all bits of the magnitude on overflow"),
        (
            OverflowResult::PositiveTopCode,
            "overflow-positive-top-code",
            "sets all bits but the sign on overflow",
        ),
        (OverflowResult::Wrapped, "overflow-wraps", "lets the exponent wrap around on overflow"),
        (OverflowResult::Zero, "overflow-zero", "gives zero on overflow"),
    ];
    let sensible = all.into_iter().filter(|(result, ..)| has_nan || *result != OverflowResult::Nan);
    sensible
        .map(|(result, name, text)| {
            Deviation::new(Kind::Overflow, &[OVERFLOW], name, text, move |b| b.range.overflow = result)
        })
        .collect()
}

fn thresholds() -> Vec<Deviation> {
    let at = [
        (OverflowAt::Exact, "exact", "decides overflow before rounding"),
        (OverflowAt::Midpoint, "midpoint", "overflows from half a quantum above the largest value"),
        (OverflowAt::NextValue, "next-value", "overflows only from a whole quantum above the largest value"),
        (OverflowAt::NextBinade, "next-binade", "overflows only where the exponent does"),
    ];
    let mut list = Vec::new();
    for (at, name, text) in at {
        for (suffix, gap, beyond) in
            [("", Gap::Codes, ""), ("-largest", Gap::Largest, ", and gives the largest value below that")]
        {
            if at == OverflowAt::Exact && gap == Gap::Largest {
                continue;
            }
            let (name, text) = (format!("threshold-{name}{suffix}"), format!("{text}{beyond}"));
            list.push(Deviation::new(Kind::Overflow, &[THRESHOLD], name, text, move |b| {
                b.range.overflow_at = at;
                b.range.gap = gap;
            }));
        }
    }
    list
}

fn infinities(task: &Task) -> Vec<Deviation> {
    let past = match task.result.facts().overflow {
        Overflow::Infinity => "keeps infinities, whatever the saturation",
        _ => "gives NaN for infinities, whatever the saturation",
    };
    let has_nan = task.result.facts().overflow == Overflow::Infinity && task.result.nan().is_some();
    let all = [
        (InfinityResult::Past, "infinity-past", past),
        (InfinityResult::Nan, "infinity-nan", "gives NaN for infinities"),
        (InfinityResult::Largest, "infinity-largest", "gives the largest finite value for infinities"),
        (InfinityResult::TopCode, "infinity-top-code", "sets all bits of the magnitude for infinities"),
    ];
    let sensible = all.into_iter().filter(|(result, ..)| has_nan || *result != InfinityResult::Nan);
    sensible
        .map(|(result, name, text)| {
            Deviation::new(Kind::Infinity, &[INFINITY], name, text, move |b| b.range.infinity = result)
        })
        .collect()
}

fn saturations(task: &Task) -> Vec<Deviation> {
    let all = [
        (Saturation::None, "unsaturated", "does not saturate"),
        (Saturation::Finite, "saturates", "saturates, infinities too"),
        (Saturation::Propagate, "saturates-numbers", "saturates, but keeps infinities"),
    ];
    let others = all.into_iter().filter(|(saturation, ..)| *saturation != task.policy.saturation);
    others
        .map(|(saturation, name, text)| {
            Deviation::new(Kind::Overflow, &[OVERFLOW, INFINITY], name, text, move |b| {
                b.range.saturation = Some(saturation);
            })
        })
        .collect()
}

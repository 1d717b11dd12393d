//! The findings: numbers by name, detections, tables and figures.

use super::outcome::Outcome;
use super::sample::{BINS, zero_threshold};
use super::settings::BlockwiseRun;
use crate::bound::Tally;
use crate::bound::blockwise::Cells;
use crate::bound::swamping::{Levels, linear_threshold};
use crate::detect::Count;
use crate::experiment::Findings;
use crate::report::{Axis, Curve, Curves, Detection, Figure, Role, Table};
use crate::storage::blockwise::{Map, Scheme};

pub(super) fn findings(settings: &BlockwiseRun, outcomes: Vec<Outcome>) -> Findings {
    let mut found = Findings { settings: listed(settings), ..Findings::default() };
    numbers_of_schemes(&mut found);
    found.tables = vec![schemes(&outcomes), decades(&outcomes)];
    for outcome in outcomes {
        numbers(&mut found, &outcome);
        found.detections.extend(detections(&outcome));
        if outcome.scheme.parameters().map != Map::Integer {
            found.figures.push(by_size(&outcome));
        }
        found.figures.push(by_step(&outcome));
        let signal = if outcome.scheme.parameters().signed { "normal" } else { "squared normal" };
        let of = format!("{}, {signal}", outcome.scheme);
        let average = format!("{}, averages, beta {}", outcome.scheme, outcome.beta);
        let signed = outcome.scheme.parameters().signed;
        let needless = |tally: &Tally| match tally.statement.name {
            "blockwise.linear" => outcome.scheme.parameters().map == Map::Dynamic,
            "blockwise.current-gradient" => signed,
            _ => false,
        };
        let once = outcome.sampled.tallies.into_iter().map(|tally| (of.clone(), tally));
        let averaged = outcome.averaged.tallies.into_iter().map(|tally| (average.clone(), tally));
        found.bounds.extend(once.chain(averaged).filter(|(_, tally)| !needless(tally)));
    }
    found
}

fn listed(settings: &BlockwiseRun) -> Vec<(String, String)> {
    let seeds: Vec<String> = settings.seeds.as_slice().iter().map(u64::to_string).collect();
    [
        ("presets", settings.presets.join(", ")),
        ("elements of a block", settings.block.to_string()),
        ("blocks stored once", settings.blocks.to_string()),
        ("blocks averaged", settings.averaged.to_string()),
        ("steps", settings.steps.to_string()),
        ("betas, signed and unsigned", format!("{}, {}", settings.betas[0], settings.betas[1])),
        ("decades of sizes among averaged elements", settings.spread.to_string()),
        ("seeds", seeds.join(", ")),
    ]
    .map(|(key, value)| (key.to_string(), value))
    .to_vec()
}

/// `torchao.dynamic.signed`.
fn key(scheme: &Scheme) -> String {
    let name = scheme.to_string();
    let words: Vec<&str> = name.split(' ').take(3).collect();
    words.join(".")
}

/// Numbers that code books have by themselves.
fn numbers_of_schemes(found: &mut Findings) {
    let mut add = |name: String, x: f64| found.numbers.push((name, x));
    for (map, signed) in
        [(Map::Linear, true), (Map::Linear, false), (Map::Dynamic, true), (Map::Dynamic, false)]
    {
        let Ok(scheme) = Scheme::preset("paper", map, signed, 256) else { continue };
        let of = format!("{map}.{}", if signed { "signed" } else { "unsigned" });
        let cells = Cells::new(&scheme);
        add(format!("half-gap.{of}"), cells.widest().get());
        add(format!("zero-threshold.{of}"), zero_threshold(&scheme));
        add(format!("least.{of}"), f64::from(scheme.book()[0]));
        let thresholds = Levels::new(&scheme).thresholds(1.0);
        add(format!("swamping.half.{of}"), thresholds[thresholds.len() / 2]);
        add(format!("swamping.all.{of}"), thresholds[thresholds.len() - 1]);
        if map == Map::Dynamic {
            for decade in 0..7 {
                add(format!("codes.{of}.decade-{}", decade + 1), cells.entries(decade) as f64);
                add(format!("relative.{of}.decade-{}", decade + 1), cells.relative(decade).get());
            }
        }
        for beta in [0.9, 0.95, 0.999] {
            add(format!("span.{of}.{beta}"), cells.widest().get() / (1.0 - beta));
        }
    }
    for bits in [8, 4, 3, 2] {
        add(format!("swamping.linear.{bits}-bit"), linear_threshold(bits));
    }
    for block in [256, 2048] {
        let Ok(scheme) = Scheme::preset("paper", Map::Dynamic, true, block) else { continue };
        let bytes = scheme.bytes(1 << 20) / f64::from(1 << 20);
        add(format!("bytes.muon.{block}"), bytes);
        add(format!("bytes.adamw.{block}"), 2.0 * bytes);
        add(format!("saving.muon.{block}"), 1.0 - bytes / 4.0);
    }
}

fn numbers(found: &mut Findings, outcome: &Outcome) {
    let key = key(&outcome.scheme);
    let mut add = |name: &str, x: f64| found.numbers.push((format!("{name}.{key}"), x));
    add("relative-error", outcome.sampled.mean());
    add("zeroed", outcome.sampled.zeroed.share());
    add("frozen", outcome.averaged.frozen.share());
    add("zeroed-averages", outcome.averaged.zeroed.share());
    let swamped = &outcome.averaged.tallies[3];
    let predicted = swamped.counts().evaluated as f64 / swamped.counts().places().max(1) as f64;
    add("swamped", predicted);
}

fn detections(outcome: &Outcome) -> Vec<Detection> {
    let signed = outcome.scheme.parameters().signed;
    let (of, averages) = (outcome.scheme.to_string(), format!("{}, averages", outcome.scheme));
    let detection = |detector: &str, of: &str, count: Count, least: f64, meaning: &str| Detection {
        detector: detector.into(),
        of: of.into(),
        count: count.seen,
        out_of: count.of,
        raised: count.seen > 0 && count.share() > least,
        meaning: meaning.into(),
        expected: None,
    };
    let (sampled, averaged) = (&outcome.sampled, &outcome.averaged);
    let mut all = vec![
        detection(
            "frozen-writes",
            &averages,
            averaged.frozen,
            0.5,
            "steps that would have moved an average left its stored index as it was",
        ),
        detection(
            "moved-zero",
            &of,
            sampled.moved,
            0.0,
            "zeros are stored as something else, so that what has no gradient gets a moment",
        ),
    ];
    if signed {
        let meaning = "a block's largest magnitude, where it is negative, is stored smaller: no code is -1, and it shrinks again at every step";
        all.push(detection("shrunk-maximum", &of, sampled.shrunk, 0.0, meaning));
        let meaning = "small negative numbers are kept away from 0, positive ones of the same size become 0: the sum of errors has a sign";
        all.push(detection("sign-asymmetry", &of, sampled.asymmetric, 0.0, meaning));
    } else {
        let meaning = "second moments that are not 0 are stored as 0, and the next step divides by little more than epsilon";
        all.push(detection("zeroed-second-moment", &of, sampled.zeroed, 0.01, meaning));
        all.push(detection("zeroed-second-moment", &averages, averaged.zeroed, 0.01, meaning));
    }
    all
}

fn percent(x: f64) -> String {
    format!("{:.3} %", 100.0 * x)
}

fn schemes(outcomes: &[Outcome]) -> Table {
    let row = |outcome: &Outcome| {
        let cells = Cells::new(&outcome.scheme);
        let unit = f64::from(outcome.scheme.parameters().map.unit());
        vec![
            outcome.scheme.to_string(),
            percent(outcome.sampled.mean()),
            percent(outcome.sampled.zeroed.share()),
            format!("{:.6}", cells.widest().get() / unit),
            format!("{:.3e}", zero_threshold(&outcome.scheme)),
            percent(outcome.averaged.frozen.share()),
            percent(outcome.averaged.zeroed.share()),
        ]
    };
    Table {
        name: "schemes".into(),
        title: "Normal numbers (signed) and squared ones (unsigned), stored once and in averages".into(),
        head: [
            "storage",
            "mean relative error",
            "became 0",
            "largest half-gap / A",
            "becomes 0 below / A",
            "frozen writes",
            "averages that became 0",
        ]
        .map(String::from)
        .to_vec(),
        rows: outcomes.iter().map(row).collect(),
    }
}

fn decades(outcomes: &[Outcome]) -> Table {
    let mut rows = Vec::new();
    for outcome in outcomes.iter().filter(|o| o.scheme.parameters().map == Map::Dynamic) {
        let cells = Cells::new(&outcome.scheme);
        for decade in 0..7 {
            let worst = outcome.sampled.worst[decade * BINS..][..BINS].iter().fold(0.0f64, |a, b| a.max(*b));
            rows.push(vec![
                outcome.scheme.to_string(),
                format!("1e-{} to 1e-{}", decade + 1, decade),
                cells.entries(decade).to_string(),
                percent(cells.relative(decade).get()),
                percent(worst),
            ]);
        }
    }
    Table {
        name: "decades".into(),
        title: "Dynamic code books by decade below the block's largest magnitude".into(),
        head: ["storage", "|x| / A", "codes of a sign", "relative error, bound", "largest measured"]
            .map(String::from)
            .to_vec(),
        rows,
    }
}

fn by_size(outcome: &Outcome) -> Figure {
    let cells = Cells::new(&outcome.scheme);
    let middle = |bin: usize| 10f64.powf(-(bin as f64 + 0.5) / BINS as f64);
    let bins = (0..7 * BINS).rev();
    let bound = bins.clone().map(|bin| (middle(bin), cells.relative(bin / BINS).get())).collect();
    let measured = bins.map(|bin| (middle(bin), outcome.sampled.worst[bin])).collect();
    let curve = |label: &str, role, points| Curve::new(label, role, points);
    Figure::Curves(Curves {
        name: format!("size-{}", key(&outcome.scheme).replace('.', "-")),
        title: format!("Relative error of one element by its size: {}", outcome.scheme),
        x: Axis::log("|x| over the block's largest magnitude"),
        y: Axis::log("|Q(x) - x| / |x|"),
        curves: vec![
            curve("largest measured, by quarter of a decade", Role::Measured, measured),
            curve("bound, by decade", Role::Bound, bound),
            curve("the error of storing 0", Role::Reference, vec![(1e-7, 1.0), (1.0, 1.0)]),
        ],
    })
}

fn by_step(outcome: &Outcome) -> Figure {
    let every = (outcome.averaged.curve.len() / 200).max(1);
    let points = |k: usize| {
        let steps = outcome.averaged.curve.iter().enumerate().step_by(every);
        steps.map(|(t, row)| ((t + 1) as f64, row[k])).collect()
    };
    let curve = |label: &str, role, k| Curve::new(label, role, points(k));
    Figure::Curves(Curves {
        name: format!("average-{}", key(&outcome.scheme).replace('.', "-")),
        title: format!("Averages with beta {}: {}", outcome.beta, outcome.scheme),
        x: Axis::linear("step"),
        y: Axis::log("largest error over the largest scale"),
        curves: vec![
            curve("largest measured", Role::Measured, 0),
            curve("running bound, largest", Role::Bound, 1),
            curve("h A (1 - b^t) / (1 - b)", Role::Bound, 2),
        ],
    })
}

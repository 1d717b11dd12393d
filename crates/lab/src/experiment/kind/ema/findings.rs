//! What averages came to.

use super::average::Outcome;
use crate::bound::Status;
use crate::experiment::Findings;
use crate::report::{Axis, Curve, Curves, Figure, Role, Table};

/// What all runs found: those of all seeds of a cell one after another.
pub(super) fn findings(outcomes: &[Outcome], seeds: usize, steps: u64, elements: usize) -> Findings {
    let mut found = Findings::default();
    let mut table = Table {
        name: "averages".into(),
        title: "Averages: measured over bound where that is largest, frozen writes, mean at the end".into(),
        head: ["average", "bound", "status", "measured / bound", "frozen writes", "mean"]
            .map(String::from)
            .to_vec(),
        rows: Vec::new(),
    };
    for group in outcomes.chunks(seeds) {
        let of = group[0].of.clone();
        let (seen, all) = group.iter().fold((0, 0), |(a, b), o| (a + o.frozen.seen, b + o.frozen.of));
        let frozen = if all == 0 { 0.0 } else { seen as f64 / all as f64 };
        let mean = group.iter().map(|o| o.mean).sum::<f64>() / seeds as f64;
        found.numbers.push((format!("frozen of {of}"), frozen));
        found.numbers.push((format!("mean of {of}"), mean));
        for k in 0..group[0].tallies.len() {
            let mut tally = group[0].tallies[k].clone();
            for other in &group[1..] {
                tally.merge(other.tallies[k].clone());
            }
            let ratio = tally.ratio().map_or("-".into(), |ratio| format!("{ratio:.3}"));
            table.rows.push(vec![
                of.clone(),
                tally.statement.name.into(),
                tally.status().to_string(),
                ratio,
                format!("{:.1} %", 100.0 * frozen),
                format!("{mean:.4}"),
            ]);
            found.bounds.push((of.clone(), tally));
        }
        if found.figures.len() < 12 {
            found.figures.push(figure(found.figures.len(), &group[0]));
        }
    }
    for (_, tally) in &found.bounds {
        let name = format!("largest ratio of {}", tally.statement.name);
        let ratio = tally.ratio().filter(|_| tally.status() != Status::Vacuous).unwrap_or(0.0);
        match found.numbers.iter_mut().find(|(known, _)| *known == name) {
            Some((_, largest)) => *largest = largest.max(ratio),
            None => found.numbers.push((name, ratio)),
        }
    }
    found.tables.push(table);
    found.settings = vec![
        ("steps".into(), steps.to_string()),
        ("elements".into(), elements.to_string()),
        ("seeds".into(), seeds.to_string()),
    ];
    found
}

fn figure(k: usize, outcome: &Outcome) -> Figure {
    let curve = |label: &str, role, points: Vec<(f64, f64)>| Curve::new(label, role, points);
    Figure::Curves(Curves {
        name: format!("average-{k}"),
        title: outcome.of.clone(),
        x: Axis::log("step"),
        y: Axis::log("distance from the exact average, largest of all elements"),
        curves: vec![
            curve("measured", Role::Measured, outcome.curve.iter().map(|p| (p.0, p.1)).collect()),
            curve("running bound", Role::Bound, outcome.curve.iter().map(|p| (p.0, p.2)).collect()),
        ],
    })
}

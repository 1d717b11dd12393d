//! The findings: distances by rate, slopes, bounds.

use super::run::{Cell, Outcome};
use super::settings::{EcoRun, Method};
use crate::experiment::Findings;
use crate::report::{Axis, Curve, Curves, Figure, Role, Table};

pub(super) fn findings(run: &EcoRun, cells: &[Cell], outcomes: Vec<Outcome>) -> Findings {
    let mut found = Findings { settings: settings(run), ..Findings::default() };
    let seeds = run.seeds.as_slice().len();
    let rates = run.rates.len();
    let mut rows = Vec::new();
    for (cells, outcomes) in cells.chunks(seeds * rates).zip(outcomes.chunks(seeds * rates)) {
        let mut points: [Vec<(f64, f64)>; 2] = Default::default();
        for (cells, group) in cells.chunks(seeds).zip(outcomes.chunks(seeds)) {
            let (cell, name) = (&cells[0], cells[0].name());
            let mean = |of: fn(&Outcome) -> f64| group.iter().map(of).sum::<f64>() / seeds as f64;
            let [distance, still, gain] = [mean(|o| o.distance), mean(|o| o.still), mean(|o| o.gain)];
            found.numbers.push((format!("distance of {name}"), distance));
            found.numbers.push((format!("still of {name}"), still));
            points[0].push((cell.rate.ln(), distance.ln()));
            points[1].push((cell.rate.ln(), gain.ln()));
            if cell.method != Method::Master {
                found.numbers.push((format!("gain of {name}"), gain));
            }
            let gain = if cell.method == Method::Master { "-".into() } else { format!("{gain:.3}") };
            rows.push(vec![name.clone(), format!("{distance:.4e}"), format!("{:.1}", 100.0 * still), gain]);
            for k in 0..group[0].tallies.len() {
                let mut tally = group[0].tallies[k].clone();
                group[1..].iter().for_each(|outcome| tally.merge(outcome.tallies[k].clone()));
                found.bounds.push((name.clone(), tally));
            }
            found.detections.extend(group[0].detections.iter().cloned());
        }
        if rates > 1 {
            let name = format!("{}, {}", cells[0].method.name(), cells[0].of);
            found.numbers.push((format!("slope of distance of {name}"), slope(&points[0])));
            if cells[0].method != Method::Master {
                found.numbers.push((format!("slope of gain of {name}"), slope(&points[1])));
            }
        }
    }
    found.tables.push(Table {
        name: "eco".into(),
        title: format!("The last {} of each run, means over {seeds} seeds", run.last),
        head: ["case", "distance from the minimum (rms)", "weights that stand still, %", "gain of errors"]
            .map(String::from)
            .to_vec(),
        rows,
    });
    found.figures =
        run.weights.iter().map(|weights| figure(run, &weights.to_string(), cells, &outcomes)).collect();
    found
}

/// The least-squares slope.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
    let over: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    over / points.iter().map(|p| (p.0 - x).powi(2)).sum::<f64>()
}

/// The curves of the first seed at the smallest rate.
fn figure(run: &EcoRun, weights: &str, cells: &[Cell], outcomes: &[Outcome]) -> Figure {
    let least = run.rates.iter().copied().fold(f64::INFINITY, f64::min);
    let first = run.seeds.as_slice()[0];
    let of = |(cell, _): &(&Cell, &Outcome)| cell.of == weights && cell.rate == least && cell.seed == first;
    let curve = |(cell, outcome): (&Cell, &Outcome)| Curve {
        label: cell.method.name().into(),
        role: if cell.method == Method::Master { Role::Reference } else { Role::Measured },
        points: outcome.curve.clone(),
        informs_until: None,
    };
    Figure::Curves(Curves {
        name: format!("distance-{}", weights.replace(' ', "-")),
        title: format!("Weights in {weights}, rate {least}: distance from the minimum"),
        x: Axis::linear("step"),
        y: Axis::log("root mean square of weight - minimum"),
        curves: cells.iter().zip(outcomes).filter(of).map(curve).collect(),
    })
}

fn settings(run: &EcoRun) -> Vec<(String, String)> {
    let [least, greatest] = run.curvatures;
    [
        ("weights", run.weights.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        ("rates", run.rates.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")),
        ("momentum", run.momentum.to_string()),
        ("problem", format!("a quadratic of {} variables, curvatures {least} to {greatest}", run.dimension)),
        ("minimizer and start up to", format!("{} and {}", run.optimum, run.start)),
        ("horizon", format!("{} / (rate {least}) steps", run.horizon)),
        ("chance", run.chance.clone()),
        ("seeds", format!("{:?}", run.seeds.as_slice())),
    ]
    .map(|(key, value)| (key.to_string(), value))
    .to_vec()
}

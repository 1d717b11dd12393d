//! The grid as numbers.

use halfulp::Rounding;

use super::cells::{Cell, Grid, Row};
use super::collapse::spread;
use super::fit::{Verdict, lost, slopes};
use super::optimizer::LearningRate;
use super::part::{Fitted, Line, Part, excess};
use super::settings::{GridRun, wrong};
use super::{pictures, tables};
use crate::detect::Count;
use crate::experiment::kind::mean::Mean;
use crate::experiment::{Findings, Invalid, inline};
use crate::report::{Detection, Divergence};

pub(super) fn findings(settings: &GridRun, grid: &Grid<'_>) -> Result<Findings, Invalid> {
    let parts: Vec<Part<'_>> = (0..settings.runs.len()).map(|run| part(settings, grid, run)).collect();
    let mut found = Findings { settings: listed(settings), bounds: grid.bounds(), ..Findings::default() };
    parts.iter().for_each(|part| numbers(settings, grid, part, &mut found.numbers));
    let lines: Vec<(String, &[f64])> = parts.iter().flat_map(|part| losses(part)).collect();
    for difference in &settings.differences {
        let of = |name: &str| {
            let line = lines.iter().find(|(known, _)| known == name).map(|(_, lost)| *lost);
            line.ok_or_else(|| {
                let known = lines.iter().take(8).map(|(name, _)| name.clone()).collect::<Vec<_>>();
                let why =
                    format!("{}: there is no {name:?}: there are {}, ...", difference.name, known.join(", "));
                wrong("differences", why)
            })
        };
        let pairs = of(&difference.of)?.iter().zip(of(&difference.less)?);
        let mean = Mean::of(&pairs.map(|(of, less)| of - less).collect::<Vec<_>>());
        found.numbers.extend(mean.numbers(&format!("difference.{}", difference.name)));
    }
    found.tables = tables::all(settings, grid, &parts);
    found.figures = pictures::all(settings, &parts);
    found.divergences = divergences(settings, grid);
    found.detections = grid.rows.iter().filter_map(|row| frozen(settings, row)).collect();
    Ok(found)
}

fn part<'a>(settings: &GridRun, grid: &'a Grid<'_>, run: usize) -> Part<'a> {
    let exact = grid.exact[run].iter().collect();
    let exact = line(settings, "exact".into(), exact, None);
    let rows = grid.rows.iter().filter(|row| row.run == run);
    let rows = rows.map(|row| fitted(settings, grid, row, &exact)).collect();
    Part { run, exact, rows }
}

fn line<'a>(settings: &GridRun, name: String, cells: Vec<&'a Cell>, exact: Option<&[f64]>) -> Line<'a> {
    let slopes = slopes(&settings.horizons, &cells);
    let lost = lost(exact.unwrap_or(&slopes), &slopes);
    Line { name, cells, rate: Mean::of(&slopes), loses: lost.ratio, slopes, lost: lost.seeds }
}

fn fitted<'a>(settings: &GridRun, grid: &Grid<'_>, row: &'a Row, exact: &Line<'_>) -> Fitted<'a> {
    let horizons = &settings.horizons;
    let along = |bits: &dyn Fn(u64) -> u32| {
        horizons.iter().enumerate().filter_map(|(k, &steps)| row.cell(k, bits(steps))).collect::<Vec<_>>()
    };
    let mantissa = |&bits: &u32| line(settings, format!("m{bits}"), along(&|_| bits), Some(&exact.slopes));
    let lines = settings.mantissas.iter().map(mantissa).collect();
    let mut paths = Vec::new();
    for (s, exponent) in settings.paths.iter().flat_map(|p| p.exponents.iter().enumerate()) {
        let bits = |steps| settings.paths.as_ref().map_or(0, |p| p.bits(s, horizons[0], steps));
        paths.push(line(settings, format!("s{exponent}"), along(&bits), Some(&exact.slopes)));
    }
    let verdicts = paths.iter().map(|path| Verdict::of(path.loses, settings.keeps)).collect();
    // Paths have cells beside the grid, and diagonals are the grid's.
    let of_grid = row.cells().filter(|(_, bits, _)| settings.mantissas.contains(bits));
    let cost = |(k, bits, cell): (usize, u32, &Cell)| {
        (horizons[k], bits, (cell.mean() / grid.exact[row.run][k].mean()).ln())
    };
    let costs: Vec<(u64, u32, f64)> = of_grid.map(cost).collect();
    let spreads = settings.diagonals.iter().map(|&exponent| spread(&costs, exponent)).collect();
    Fitted { row, lines, paths, verdicts, spreads }
}

/// The lines of a part by name, with what each seed loses.
fn losses<'a>(part: &'a Part<'_>) -> Vec<(String, &'a [f64])> {
    let row = |row: &'a Fitted<'_>| {
        let lines = row.lines.iter().chain(&row.paths);
        lines.map(|line| (format!("{}.{}", row.row.name, line.name), &line.lost[..]))
    };
    part.rows.iter().flat_map(row).collect()
}

fn listed(settings: &GridRun) -> Vec<(String, String)> {
    let list = |items: Vec<String>| items.join(", ");
    let mut all = vec![
        ("horizons".to_string(), list(settings.horizons.iter().map(u64::to_string).collect())),
        ("mantissas".into(), list(settings.mantissas.iter().map(u32::to_string).collect())),
        ("roundings".into(), list(settings.roundings.iter().map(|r| r.0.to_string()).collect())),
        ("seeds".into(), format!("{:?}", settings.seeds.as_slice())),
    ];
    if let Some(paths) = &settings.paths {
        let text = format!(
            "M = {} + ceil(s log2(T / {})), s = {:?}",
            paths.bits, settings.horizons[0], paths.exponents
        );
        all.push(("paths".into(), text));
        let text = format!(
            "a rate is kept where at most {} of it is lost, by the interval's upper end",
            settings.keeps
        );
        all.push(("keeps".into(), text));
    }
    for run in &settings.runs {
        all.push((format!("{}: optimizer", run.name), inline(&run.optimizer)));
        all.push((format!("{}: problem", run.name), inline(&run.problem)));
    }
    all
}

fn numbers(settings: &GridRun, grid: &Grid<'_>, part: &Part<'_>, to: &mut Vec<(String, f64)>) {
    let name = &settings.runs[part.run].name;
    to.extend(part.exact.rate.numbers(&format!("rate.{name}.exact")));
    let rates = &grid.rates[part.run];
    let ends = rates.iter().filter(|rate| rate.at_end).count();
    if matches!(settings.runs[part.run].optimizer.rate(), LearningRate::Tuned(_)) {
        to.push((format!("tuned-at-end.{name}"), ends as f64));
    }
    for (steps, rate) in settings.horizons.iter().zip(rates) {
        to.push((format!("learning-rate.{name}.{steps}"), rate.factor));
    }
    tightness(settings, &format!("{name}.exact"), &part.exact.cells, to);
    for fitted in &part.rows {
        let name = &fitted.row.name;
        for line in fitted.lines.iter().chain(&fitted.paths) {
            to.extend(line.rate.numbers(&format!("rate.{name}.{}", line.name)));
            to.extend(line.loses.numbers(&format!("lost.{name}.{}", line.name)));
            to.extend(excess(line, &part.exact).numbers(&format!("excess.{name}.{}", line.name)));
            tightness(settings, &format!("{name}.{}", line.name), &line.cells, to);
        }
        if settings.paths.is_some() {
            to.push((format!("keeps.{name}"), fitted.least(settings)));
        }
        for (exponent, spread) in settings.diagonals.iter().zip(&fitted.spreads) {
            to.push((format!("spread.{name}.s{exponent}"), spread.map_or(f64::NAN, |s| s.relative)));
            to.push((format!("width.{name}.s{exponent}"), spread.map_or(f64::NAN, |s| s.width)));
        }
        if !settings.diagonals.is_empty() {
            let least = fitted.collapses().map_or(f64::NAN, |k| settings.diagonals[k]);
            to.push((format!("collapse.{name}"), least));
        }
    }
}

/// Bounds over what was measured, and what was measured of factors that are none.
fn tightness(settings: &GridRun, name: &str, cells: &[&Cell], to: &mut Vec<(String, f64)>) {
    for (steps, cell) in settings.horizons.iter().zip(cells) {
        let Some(bounds) = &cell.bounds else { continue };
        for (kind, value) in ["tightness-a-priori", "tightness"].into_iter().zip(bounds.values) {
            to.push((format!("{kind}.{name}.{steps}"), value / cell.mean()));
        }
        if let Some(factor) = bounds.factor {
            to.push((format!("pairing.{name}.{steps}"), 1.0 - factor.lost));
            to.push((format!("size.{name}.{steps}"), 1.0 + factor.excess));
        }
    }
}

/// Stores of a state that changed nothing, over all mantissas at the last horizon. Stochastic rounding leaves most elements as they are, too,
/// and moves on in the mean.
fn frozen(settings: &GridRun, row: &Row) -> Option<Detection> {
    let by_chance = matches!(settings.roundings[row.rounding].0, Rounding::Stochastic { .. });
    if !settings.bounds || !row.what.is_state() || by_chance {
        return None;
    }
    let (mut sum, last) = (Count::default(), settings.horizons.len() - 1);
    row.cells().filter(|(k, ..)| *k == last).for_each(|(_, _, cell)| sum.merge(cell.frozen));
    Some(Detection {
        detector: "frozen-writes".into(),
        of: format!("{}, T = {}, all M", row.name, settings.horizons[last]),
        count: sum.seen,
        out_of: sum.of,
        raised: sum.share() > MOSTLY,
        meaning: "stores that left an element as it was although the step changed it: the state stagnates"
            .into(),
        expected: None,
    })
}

/// More than this share of frozen stores is stagnation.
const MOSTLY: f64 = 0.5;

fn divergences(settings: &GridRun, grid: &Grid<'_>) -> Vec<Divergence> {
    let why = "the gradient's norm became infinite or NaN";
    let one = |of: String, step: u64| Divergence { of, step, why: why.into(), expected: false };
    let mut all = Vec::new();
    for (cells, run) in grid.exact.iter().zip(&settings.runs) {
        for (cell, t) in cells.iter().zip(&settings.horizons) {
            let of = format!("{} without rounding, T = {t}", run.name);
            all.extend(cell.diverged.map(|step| one(of, step)));
        }
    }
    for row in &grid.rows {
        for (k, bits, cell) in row.cells() {
            let of = format!("{}, M = {bits}, T = {}", row.name, settings.horizons[k]);
            all.extend(cell.diverged.map(|step| one(of, step)));
        }
    }
    all
}

//! The grid as pictures: rates, diagonals, bounds. Drawn is the first rounding; the tables have all.

use super::cells::Cell;
use super::part::{Fitted, Line, Part};
use super::settings::{GridRun, RunSpec};
use crate::report::{Axis, Curve, Curves, Figure, Role};

/// Most mantissas that are drawn in one picture.
const MOST: usize = 5;

pub(super) fn all(settings: &GridRun, parts: &[Part<'_>]) -> Vec<Figure> {
    let mut figures = Vec::new();
    for part in parts {
        let run = &settings.runs[part.run];
        if settings.bounds {
            figures.push(Figure::Curves(bounds(settings, run, &format!("{}.exact", run.name), &part.exact)));
        }
        for fitted in part.rows.iter().filter(|fitted| fitted.row.rounding == 0) {
            figures.push(Figure::Curves(rates(settings, part, fitted)));
            if let Some(s) = fitted.collapses() {
                figures.push(Figure::Curves(diagonals(settings, part, fitted, settings.diagonals[s])));
            }
            let middle = fitted.lines.get(fitted.lines.len() / 2).filter(|_| settings.bounds);
            figures.extend(middle.map(|line| {
                Figure::Curves(bounds(settings, run, &format!("{}.{}", fitted.row.name, line.name), line))
            }));
        }
    }
    figures
}

fn points(settings: &GridRun, line: &Line<'_>) -> Vec<(f64, f64)> {
    settings.horizons.iter().zip(&line.cells).map(|(t, cell)| (*t as f64, cell.mean())).collect()
}

fn rates(settings: &GridRun, part: &Part<'_>, fitted: &Fitted<'_>) -> Curves {
    let curve = |line: &Line<'_>, role| {
        let label = format!("{}, slope {:.2}", line.name, line.rate.mean);
        Curve::new(label, role, points(settings, line))
    };
    let every = fitted.lines.len().div_ceil(MOST);
    let mut curves = vec![curve(&part.exact, Role::Reference)];
    curves.extend(fitted.lines.iter().step_by(every.max(1)).map(|line| curve(line, Role::Measured)));
    curves.extend(fitted.paths.iter().map(|line| curve(line, Role::Measured)));
    Curves {
        name: format!("rate-{}", fitted.row.name.replace('.', "-")),
        title: format!("Rates at fixed mantissas (m) and along M = s log2 T (s): {}", fitted.row.name),
        x: Axis::log("steps T"),
        y: Axis::log(settings.runs[part.run].optimizer.unit()),
        curves,
    }
}

fn diagonals(settings: &GridRun, part: &Part<'_>, fitted: &Fitted<'_>, exponent: f64) -> Curves {
    let curve = |(k, steps): (usize, &u64)| {
        let exact = part.exact.cells[k].mean();
        let along = |bits: u32| f64::from(bits) - exponent * (*steps as f64).log2();
        let point = |bits: &u32| Some((along(*bits), fitted.row.cell(k, *bits)?.mean() / exact));
        let points = settings.mantissas.iter().filter_map(point).collect();
        Curve::new(format!("T = {steps}"), Role::Measured, points)
    };
    let along_which = match exponent.to_string().as_str() {
        "0" => "M".to_string(),
        "1" => "M - log2 T".into(),
        exponent => format!("M - {exponent} log2 T"),
    };
    Curves {
        name: format!("collapse-{}", fitted.row.name.replace('.', "-")),
        title: format!("What rounding costs over {along_which}: {}", fitted.row.name),
        x: Axis::linear(along_which),
        y: Axis::log("size of gradients over that without rounding"),
        curves: settings.horizons.iter().enumerate().map(curve).collect(),
    }
}

fn bounds(settings: &GridRun, run: &RunSpec, name: &str, line: &Line<'_>) -> Curves {
    let curve = |label: &str, role, of: &dyn Fn(&Cell) -> f64| {
        let points = settings.horizons.iter().zip(&line.cells).map(|(t, cell)| (*t as f64, of(cell)));
        Curve::new(label, role, points.collect())
    };
    let value = |k: usize| move |cell: &Cell| cell.bounds.as_ref().map_or(f64::NAN, |b| b.values[k]);
    Curves {
        name: format!("bound-{}", name.replace('.', "-")),
        title: format!("Measured and bound: {name}"),
        x: Axis::log("steps T"),
        y: Axis::log(run.optimizer.unit()),
        curves: vec![
            curve("measured", Role::Measured, &Cell::mean),
            curve("bound a posteriori", Role::Bound, &value(1)),
            curve("bound a priori", Role::Bound, &value(0)),
            curve("at the start, which is trivially true", Role::Reference, &|cell| {
                cell.bounds.as_ref().map_or(f64::NAN, |b| b.trivial)
            }),
        ],
    }
}

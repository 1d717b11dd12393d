//! The grid as tables.

use super::cells::{Cell, Grid};
use super::fit;
use super::part::{Fitted, Line, Part, excess};
use super::settings::GridRun;
use crate::experiment::kind::mean::Mean;
use crate::report::Table;

pub(super) fn all(settings: &GridRun, grid: &Grid<'_>, parts: &[Part<'_>]) -> Vec<Table> {
    let mut tables = vec![rates(settings, parts)];
    if settings.paths.is_some() {
        tables.push(kept(settings, parts));
    }
    if !settings.diagonals.is_empty() {
        tables.push(spreads(settings, parts));
    }
    tables.push(tuned(settings, grid));
    if settings.bounds {
        tables.push(bounds(settings, parts));
    }
    tables
}

fn interval(mean: Mean) -> String {
    if mean.low.is_nan() {
        return format!("{:+.3} [no interval]", mean.mean);
    }
    format!("{:+.3} [{:+.3}, {:+.3}]", mean.mean, mean.low, mean.high)
}

fn table(name: &str, title: String, head: &[&str], rows: Vec<Vec<String>>) -> Table {
    Table { name: name.into(), title, head: head.iter().map(|s| (*s).to_string()).collect(), rows }
}

fn rates(settings: &GridRun, parts: &[Part<'_>]) -> Table {
    let mut rows = Vec::new();
    for part in parts {
        let name = &settings.runs[part.run].name;
        let exact = interval(part.exact.rate);
        rows.push(vec![
            format!("{name}.exact"),
            String::new(),
            exact,
            String::new(),
            String::new(),
            String::new(),
        ]);
        for fitted in &part.rows {
            for line in fitted.lines.iter().chain(&fitted.paths) {
                let verdict = fit::Verdict::of(line.loses, settings.keeps).word();
                let excess = interval(excess(line, &part.exact));
                let mut row = vec![fitted.row.name.clone(), line.name.clone()];
                row.extend([interval(line.rate), interval(line.loses), verdict.into(), excess]);
                rows.push(row);
            }
        }
    }
    let title = format!(
        "Slopes of the gradient's mean size over the horizon, both logarithmic; means over {} seeds, each end one-sided at 95 %",
        settings.seeds.as_slice().len()
    );
    let head =
        ["row", "mantissa or path", "slope", "part of the rate lost", "rate", "excess at the last horizon"];
    table("rates", title, &head, rows)
}

fn kept(settings: &GridRun, parts: &[Part<'_>]) -> Table {
    let exponents = settings.paths.iter().flat_map(|paths| &paths.exponents);
    let mut head = vec!["row".to_string()];
    head.extend(exponents.map(|s| format!("s = {s}")));
    head.push("least s that keeps".into());
    let row = |fitted: &Fitted<'_>| {
        let mut row = vec![fitted.row.name.clone()];
        row.extend(fitted.verdicts.iter().map(|verdict| verdict.word().to_string()));
        let least = fitted.least(settings);
        row.push(if least.is_nan() { "none of these".into() } else { least.to_string() });
        row
    };
    let title = format!(
        "Which mantissas keep the rate: along M = s log2 T + const, at most {} of it lost by the interval's upper end",
        settings.keeps
    );
    let rows = parts.iter().flat_map(|part| part.rows.iter().map(row)).collect();
    Table { name: "paths".into(), title, head, rows }
}

fn spreads(settings: &GridRun, parts: &[Part<'_>]) -> Table {
    let mut head = vec!["row".to_string()];
    head.extend(settings.diagonals.iter().map(|s| format!("s = {s}")));
    head.push("collapses at s".into());
    let row = |fitted: &Fitted<'_>| {
        let mut row = vec![fitted.row.name.clone()];
        let text = |spread: &Option<super::collapse::Spread>| {
            spread.map_or("none".into(), |s| format!("{:.3} ({:.4}, {})", s.relative, s.width, s.diagonals))
        };
        row.extend(fitted.spreads.iter().map(text));
        row.push(fitted.collapses().map_or("none".into(), |k| settings.diagonals[k].to_string()));
        row
    };
    let title = "Collapse: standard deviation of ln(size / size without rounding) on the diagonals M - s log2 T over that of all cells \
        (the former itself, number of diagonals)";
    let rows = parts.iter().flat_map(|part| part.rows.iter().map(row)).collect();
    Table { name: "collapse".into(), title: title.into(), head, rows }
}

fn tuned(settings: &GridRun, grid: &Grid<'_>) -> Table {
    let mut head = vec!["run".to_string()];
    head.extend(settings.horizons.iter().map(|t| format!("T = {t}")));
    let rate = |rate: &super::tune::Rate| {
        format!("{:.4}{}", rate.factor, if rate.at_end { " (end of its grid)" } else { "" })
    };
    let row = |(run, rates): (&super::settings::RunSpec, &Vec<super::tune::Rate>)| {
        std::iter::once(run.name.clone()).chain(rates.iter().map(rate)).collect()
    };
    let rows = settings.runs.iter().zip(&grid.rates).map(row).collect();
    Table {
        name: "learning-rates".into(),
        title: "Factors of the learning rate's schedule".into(),
        head,
        rows,
    }
}

fn bounds(settings: &GridRun, parts: &[Part<'_>]) -> Table {
    let mut rows = Vec::new();
    for part in parts {
        let name = format!("{}.exact", settings.runs[part.run].name);
        rows.extend(bounds_of(settings, &name, &part.exact));
        for fitted in &part.rows {
            for line in &fitted.lines {
                rows.extend(bounds_of(settings, &format!("{}.{}", fitted.row.name, line.name), line));
            }
        }
    }
    let head = [
        "row",
        "T",
        "measured",
        "bound a posteriori",
        "over measured",
        "bound a priori",
        "at the start",
        "rho or kappa",
    ];
    table("bounds", "Measured and bound".into(), &head, rows)
}

fn bounds_of(settings: &GridRun, name: &str, line: &Line<'_>) -> Vec<Vec<String>> {
    let number = |x: f64| match x {
        x if x.is_nan() => "none".to_string(),
        x if x.is_infinite() => "says nothing".into(),
        x => format!("{x:.4e}"),
    };
    let row = |(steps, cell): (&u64, &&Cell)| {
        let bounds = cell.bounds.as_ref()?;
        let [a_priori, a_posteriori] = bounds.values;
        let ratio = a_posteriori / cell.mean();
        let ratio = if ratio.is_finite() { format!("{ratio:.2}") } else { String::new() };
        let mut row =
            vec![name.to_string(), steps.to_string(), number(cell.mean()), number(a_posteriori), ratio];
        row.extend([a_priori, bounds.trivial, bounds.amplified].map(number));
        Some(row)
    };
    settings.horizons.iter().zip(&line.cells).filter_map(row).collect()
}

//! Measured and bound, as numbers, tables and pictures.

use super::{Cell, Grid};
use crate::bound::Tally;
use crate::experiment::Findings;
use crate::report::{Axis, Curve, Curves, Divergence, Figure, Heat, Role, Table};

pub(super) fn findings(grid: &Grid<'_>, cells: &[Cell]) -> Findings {
    let list = |items: Vec<String>| items.join(", ");
    let mut found = Findings {
        settings: vec![
            ("horizons".into(), list(grid.horizons.iter().map(u64::to_string).collect())),
            ("mantissas".into(), list(grid.mantissas.iter().map(u32::to_string).collect())),
            ("rounding".into(), grid.rounding.to_string()),
        ],
        ..Findings::default()
    };
    for cell in cells {
        let bits = cell.setting.rounded.map_or(String::new(), |(_, bits)| format!(".m{bits}"));
        let at = format!("{}{bits}.{}", cell.setting.row(), cell.setting.steps);
        found.numbers.push((format!("tightness.{at}"), cell.a_posteriori / cell.measured));
        found.numbers.push((format!("tightness-a-priori.{at}"), cell.a_priori / cell.measured));
        if let Some(step) = cell.diverged {
            let why = "the gradient's norm became infinite or NaN".into();
            let of = format!("{}, {}", cell.setting.row(), cell.setting.at());
            found.divergences.push(Divergence { of, step, why, expected: false });
        }
    }
    for part in parts(cells) {
        let mut tallies: Vec<Tally> = part[0].tallies.to_vec();
        for cell in &part[1..] {
            tallies.iter_mut().zip(cell.tallies.clone()).for_each(|(sum, more)| sum.merge(more));
        }
        found.bounds.extend(tallies.into_iter().map(|tally| (part[0].setting.row(), tally)));
    }
    found.tables = vec![table(grid, cells)];
    found.figures.push(Figure::Curves(curves(grid, "exact", "Without rounding", cells, None)));
    for part in parts(cells).skip(1) {
        let what = part[0].setting.row();
        let most = grid.mantissas.get(grid.mantissas.len() / 2).copied();
        let title = format!("Rounded: {what}, {} bits of mantissa", most.unwrap_or(0));
        found.figures.push(Figure::Curves(curves(grid, &what, &title, part, most)));
        found.figures.push(Figure::Heat(heat(grid, &what, part)));
    }
    found
}

/// The cells without rounding, then those of each thing that is rounded.
fn parts(cells: &[Cell]) -> impl Iterator<Item = &[Cell]> {
    cells.chunk_by(|a, b| a.setting.row() == b.setting.row())
}

fn table(grid: &Grid<'_>, cells: &[Cell]) -> Table {
    let head = [
        "rounded",
        "M",
        "T",
        "measured",
        "bound a posteriori",
        "over measured",
        "bound a priori",
        "at the start",
    ];
    let number = |x: f64| match x {
        x if x.is_nan() => "none".to_string(),
        x if x.is_infinite() => "says nothing".into(),
        x => format!("{x:.4e}"),
    };
    let row = |cell: &Cell| {
        let bits = cell.setting.rounded.map_or("all".into(), |(_, bits)| bits.to_string());
        let ratio = cell.a_posteriori / cell.measured;
        let ratio = if ratio.is_finite() { format!("{ratio:.2}") } else { String::new() };
        let mut row = vec![cell.setting.row(), bits, cell.setting.steps.to_string(), number(cell.measured)];
        row.extend([number(cell.a_posteriori), ratio, number(cell.a_priori), number(cell.trivial)]);
        row.extend(cell.notes.iter().cloned());
        row
    };
    Table {
        name: "bounds".into(),
        title: format!("Measured and bound: {}", grid.unit),
        head: head.iter().chain(grid.notes).map(|s| (*s).to_string()).collect(),
        rows: cells.iter().map(row).collect(),
    }
}

/// Over the horizons, for one mantissa or without rounding.
fn curves(grid: &Grid<'_>, name: &str, title: &str, cells: &[Cell], bits: Option<u32>) -> Curves {
    let shown: Vec<&Cell> =
        cells.iter().filter(|c| c.setting.rounded.map(|(_, bits)| bits) == bits).collect();
    let line = |label: &str, role: Role, of: &dyn Fn(&Cell) -> f64| Curve {
        label: label.into(),
        role,
        points: shown.iter().map(|c| (c.setting.steps as f64, of(c))).collect(),
        informs_until: None,
    };
    Curves {
        name: format!("bound-{name}"),
        title: title.into(),
        x: Axis::log("steps T"),
        y: Axis::log(grid.unit),
        curves: vec![
            line("measured", Role::Measured, &|c| c.measured),
            line("bound a posteriori", Role::Bound, &|c| c.a_posteriori),
            line("bound a priori", Role::Bound, &|c| c.a_priori),
            line("at the start, which is trivially true", Role::Reference, &|c| c.trivial),
        ],
    }
}

fn heat(grid: &Grid<'_>, name: &str, part: &[Cell]) -> Heat {
    let rows: Vec<&[Cell]> = part.chunks(grid.horizons.len()).collect();
    let ratio = |c: &Cell| c.a_posteriori / c.measured;
    let tight = |c: &Cell| if ratio(c).is_finite() { ratio(c) } else { f64::NAN };
    let useful = |c: &Cell| c.a_posteriori < c.trivial;
    let marked = rows.iter().enumerate().flat_map(|(m, row)| {
        row.iter().enumerate().filter(move |(_, c)| useful(c)).map(move |(t, _)| (m, t))
    });
    Heat {
        name: format!("tightness-{name}"),
        title: format!("Bound a posteriori over measured, rounded: {name}"),
        x: ("steps T".into(), grid.horizons.iter().map(u64::to_string).collect()),
        y: ("stored bits of significand M".into(), grid.mantissas.iter().map(u32::to_string).collect()),
        value: "bound / measured".into(),
        cells: rows.iter().map(|row| row.iter().map(tight).collect()).collect(),
        log: true,
        marked: marked.collect(),
        mark: "the bound is below the start".into(),
    }
}

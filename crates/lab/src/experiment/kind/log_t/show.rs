//! The grid as numbers, tables and pictures.

use halfulp::Rounding;

use super::cells::{Grid, Row};
use super::{LogT, What, fit};
use crate::detect::Count;
use crate::experiment::{Findings, Invalid, inline};
use crate::report::{Axis, Curve, Curves, Detection, Divergence, Figure, Heat, Role, Table};

/// A row with its thresholds.
struct Fitted<'a> {
    row: &'a Row,
    /// By mantissa, then horizon.
    excesses: Vec<Vec<f64>>,
    /// By horizon: the index of the mantissa.
    thresholds: Vec<Option<usize>>,
    slope: f64,
}

/// Bits of mantissa from which on a run that is rounded to nearest and has a master is not to be better than the run without rounding, but
/// for chance.
const ENOUGH: u32 = 6;

pub(super) fn findings(settings: &LogT, grid: &Grid<'_>) -> Result<Findings, Invalid> {
    let fitted: Vec<Fitted<'_>> = grid.rows.iter().map(|row| fitted(settings, grid, row)).collect();
    let mut found = Findings { settings: listed(settings), bounds: grid.bounds(), ..Findings::default() };
    numbers(settings, &fitted, &mut found);
    for difference in &settings.differences {
        let slope = |name: &str| {
            let row = fitted.iter().find(|one| one.row.name == name).map(|one| one.slope);
            row.ok_or_else(|| {
                LogT::wrong("differences", format!("{}: there is no row {name:?}", difference.name))
            })
        };
        let value = slope(&difference.of)? - slope(&difference.less)?;
        found.numbers.push((format!("difference.{}", difference.name), value));
    }
    found.tables = vec![thresholds(settings, &fitted), excesses(settings, grid, &fitted)];
    for (run, of) in settings.runs.iter().enumerate() {
        for (k, how) in settings.roundings.iter().enumerate() {
            let here = |one: &&Fitted<'_>| one.row.run == run && one.row.rounding == k;
            let rows: Vec<&Fitted<'_>> = fitted.iter().filter(here).collect();
            found.figures.push(Figure::Curves(curves(settings, &rows, &of.name, &how.short())));
        }
    }
    let shown = fitted.iter().filter(|one| {
        one.row.what.is_state() || settings.roundings[one.row.rounding].0 == Rounding::NearestEven
    });
    found.figures.extend(shown.map(|one| Figure::Heat(heat(settings, one))));
    found.divergences = divergences(settings, grid);
    // Stochastic rounding leaves most elements as they are, too, and moves on in the mean.
    let stagnating = |one: &&Fitted<'_>| {
        let how = settings.roundings[one.row.rounding].0;
        one.row.what.is_state() && !matches!(how, Rounding::Stochastic { .. })
    };
    found.detections = fitted.iter().filter(stagnating).map(|one| frozen(settings, one)).collect();
    Ok(found)
}

fn fitted<'a>(settings: &LogT, grid: &Grid<'_>, row: &'a Row) -> Fitted<'a> {
    let (mantissas, horizons) = (settings.mantissas.len(), settings.horizons.len());
    let excess = |m| (0..horizons).map(|t| grid.excess(row, m, t)).collect::<Vec<_>>();
    let excesses: Vec<Vec<f64>> = (0..mantissas).map(excess).collect();
    let threshold = |t: usize| fit::threshold(excesses.iter().map(|row| row[t]), settings.tolerance);
    let thresholds: Vec<Option<usize>> = (0..horizons).map(threshold).collect();
    let bits: Vec<Option<u32>> = thresholds.iter().map(|at| at.map(|at| settings.mantissas[at])).collect();
    let slope = fit::slope(&settings.horizons, &bits, settings.mantissas[0]);
    Fitted { row, excesses, thresholds, slope }
}

fn listed(settings: &LogT) -> Vec<(String, String)> {
    let list = |items: Vec<String>| items.join(", ");
    let mut all = vec![
        ("horizons".to_string(), list(settings.horizons.iter().map(u64::to_string).collect())),
        ("mantissas".into(), list(settings.mantissas.iter().map(u32::to_string).collect())),
        ("roundings".into(), list(settings.roundings.iter().map(|r| r.0.to_string()).collect())),
        ("seeds".into(), format!("{:?}", settings.seeds.as_slice())),
        ("tolerance".into(), settings.tolerance.to_string()),
    ];
    for run in &settings.runs {
        all.push((format!("{}: optimizer", run.name), inline(&run.optimizer)));
        all.push((format!("{}: problem", run.name), inline(&run.problem)));
    }
    all
}

fn numbers(settings: &LogT, fitted: &[Fitted<'_>], found: &mut Findings) {
    let mut least = vec![f64::INFINITY; settings.runs.len()];
    for one in fitted {
        let least = &mut least[one.row.run];
        // Toward zero weights shrink, here toward the minimum, and without a master they freeze wherever that may be.
        let how = settings.roundings[one.row.rounding].0;
        let nearest = how == Rounding::NearestEven && one.row.what != What::NoMaster;
        let name = &one.row.name;
        found.numbers.push((format!("slope.{name}"), one.slope));
        for (t, at) in settings.horizons.iter().zip(&one.thresholds) {
            let bits = at.map_or(f64::NAN, |at| f64::from(settings.mantissas[at]));
            found.numbers.push((format!("threshold.{name}.{t}"), bits));
        }
        for (bits, row) in settings.mantissas.iter().zip(&one.excesses) {
            for (t, excess) in settings.horizons.iter().zip(row) {
                if *t == settings.listed {
                    found.numbers.push((format!("excess.{name}.{t}.m{bits}"), *excess));
                }
                if *bits >= ENOUGH && nearest {
                    *least = if excess.is_nan() { f64::NAN } else { least.min(*excess) };
                }
            }
        }
    }
    for (run, least) in settings.runs.iter().zip(least) {
        found.numbers.push((format!("least-excess.{}", run.name), least));
    }
}

fn thresholds(settings: &LogT, fitted: &[Fitted<'_>]) -> Table {
    let (smallest, largest) = (settings.mantissas[0], settings.mantissas[settings.mantissas.len() - 1]);
    let mut head = vec!["run".to_string(), "rounded".into(), "rounding".into()];
    head.extend(settings.horizons.iter().map(|t| format!("T = {t}")));
    head.extend(["slope", "stagnation predicts", "theorem asks at most"].map(String::from));
    let number = |x: Option<f64>| x.map_or(String::new(), |x| format!("{x:.2}"));
    let bits = |at: &Option<usize>| match at.map(|at| settings.mantissas[at]) {
        Some(bits) if bits == smallest => format!("<= {bits}"),
        Some(bits) => bits.to_string(),
        None => format!("> {largest}"),
    };
    let row = |one: &Fitted<'_>| {
        let rounding = settings.roundings[one.row.rounding].short();
        let mut cells = vec![settings.runs[one.row.run].name.clone(), one.row.what.to_string(), rounding];
        cells.extend(one.thresholds.iter().map(bits));
        // Stagnation is what rounding to nearest does.
        let nearest = settings.roundings[one.row.rounding].0 == Rounding::NearestEven;
        let mechanism = number(one.row.mechanism.filter(|_| nearest));
        cells.extend([format!("{:.2}", one.slope), mechanism, number(one.row.sufficient)]);
        cells
    };
    Table {
        name: "thresholds".into(),
        title: format!(
            "Bits of mantissa from which on the excess stays within {} %",
            settings.tolerance * 100.0
        ),
        head,
        rows: fitted.iter().map(row).collect(),
    }
}

fn excesses(settings: &LogT, grid: &Grid<'_>, fitted: &[Fitted<'_>]) -> Table {
    let at = settings.horizons.iter().position(|&t| t == settings.listed).unwrap_or(0);
    let mut rows = Vec::new();
    for one in fitted {
        for (m, bits) in settings.mantissas.iter().enumerate() {
            let cell = &one.row.cells[m][at];
            let exact = grid.exact[one.row.run][at].mean;
            rows.push(vec![
                one.row.name.clone(),
                bits.to_string(),
                format!("{:.6e}", cell.mean),
                format!("{exact:.6e}"),
                format!("{:+.2} %", one.excesses[m][at] * 100.0),
                if cell.frozen.of == 0 {
                    String::new()
                } else {
                    format!("{:.1} %", cell.frozen.share() * 100.0)
                },
                if cell.amplified == 0.0 { String::new() } else { format!("{:.3e}", cell.amplified) },
            ]);
        }
    }
    let head = ["row", "M", "mean gradient", "without rounding", "excess", "frozen stores", "rho or kappa"];
    let title = format!("What rounding costs in {} steps", settings.listed);
    Table { name: "excesses".into(), title, head: head.map(String::from).into(), rows }
}

/// Stores of a state that changed nothing, over all mantissas at the listed horizon.
fn frozen(settings: &LogT, one: &Fitted<'_>) -> Detection {
    let at = settings.horizons.iter().position(|&t| t == settings.listed).unwrap_or(0);
    let mut sum = Count::default();
    one.row.cells.iter().for_each(|cells| sum.merge(cells[at].frozen));
    Detection {
        detector: "frozen-writes".into(),
        of: format!("{}, T = {}, all M", one.row.name, settings.listed),
        count: sum.seen,
        out_of: sum.of,
        raised: sum.share() > MOSTLY,
        meaning: "stores that left an element as it was although the step changed it: the state stagnates"
            .into(),
        expected: None,
    }
}

/// More than this share of frozen stores is stagnation.
const MOSTLY: f64 = 0.5;

fn curves(settings: &LogT, rows: &[&Fitted<'_>], run: &str, rounding: &str) -> Curves {
    let line = |one: &&Fitted<'_>| {
        let point = |(t, at): (&u64, &Option<usize>)| {
            (*t as f64, at.map_or(f64::NAN, |at| f64::from(settings.mantissas[at])))
        };
        let points = settings.horizons.iter().zip(&one.thresholds).map(point).collect();
        let label = one.row.what.to_string();
        Curve::new(label, Role::Measured, points)
    };
    Curves {
        name: format!("thresholds-{run}-{rounding}"),
        title: format!("Bits of mantissa that {run} needs, {rounding}"),
        x: Axis::log("steps T"),
        y: Axis::linear("stored bits of significand M*(T)"),
        curves: rows.iter().map(line).collect(),
    }
}

fn heat(settings: &LogT, one: &Fitted<'_>) -> Heat {
    let marked = one.thresholds.iter().enumerate().filter_map(|(t, at)| at.map(|at| (at, t)));
    // What diverged is infinitely worse.
    let cell = |x: &f64| if x.is_nan() { f64::INFINITY } else { 100.0 * x.abs() };
    Heat {
        name: one.row.name.replace('.', "-"),
        title: format!("Excess over the run without rounding: {}", one.row.name.replace('.', ", ")),
        x: ("steps T".into(), settings.horizons.iter().map(u64::to_string).collect()),
        y: ("stored bits of significand M".into(), settings.mantissas.iter().map(u32::to_string).collect()),
        value: "|excess|, %".into(),
        cells: one.excesses.iter().map(|row| row.iter().map(cell).collect()).collect(),
        log: true,
        marked: marked.collect(),
        mark: format!("M*(T): from here on within {} %", settings.tolerance * 100.0),
    }
}

fn divergences(settings: &LogT, grid: &Grid<'_>) -> Vec<Divergence> {
    let mut all = Vec::new();
    let why = "the gradient's norm became infinite or NaN";
    let mut push =
        |of: String, step: u64| all.push(Divergence { of, step, why: why.into(), expected: false });
    for (cells, run) in grid.exact.iter().zip(&settings.runs) {
        for (cell, t) in cells.iter().zip(&settings.horizons) {
            cell.diverged
                .into_iter()
                .for_each(|step| push(format!("{} without rounding, T = {t}", run.name), step));
        }
    }
    for row in &grid.rows {
        for (cells, bits) in row.cells.iter().zip(&settings.mantissas) {
            for (cell, t) in cells.iter().zip(&settings.horizons) {
                cell.diverged
                    .into_iter()
                    .for_each(|step| push(format!("{}, M = {bits}, T = {t}", row.name), step));
            }
        }
    }
    all
}

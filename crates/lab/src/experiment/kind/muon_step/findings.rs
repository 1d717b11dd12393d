//! What the cells come to: numbers, tables, pictures.

use std::collections::BTreeMap;

use super::iteration::{Cell, Outcome};
use crate::bound::Tally;
use crate::bound::muon::polynomial::Polynomial;
use crate::detect::Count;
use crate::experiment::Findings;
use crate::optimizer::newton_schulz::NewtonSchulz;
use crate::report::{Axis, Curve, Curves, Detection, Divergence, Figure, Role, Table};

const GROWTH: &str = "a singular value went past the repelling fixed point 1.2637 of the polynomial, from where it grows without end";

/// Over the seeds of an iteration and a shape.
struct Group {
    root: f64,
    error: f64,
    a_priori: f64,
    measured: f64,
    locals: [f64; 2],
    largest: f64,
    norms: Vec<f64>,
}

pub(super) fn findings(
    settings: Vec<(String, String)>,
    cells: &[Cell<'_>],
    outcomes: Vec<Outcome>,
    momenta: Vec<(String, Tally)>,
) -> Findings {
    let mut found = Findings { settings, numbers: scalars(), ..Findings::default() };
    let mut groups: BTreeMap<(&str, [usize; 2]), Group> = BTreeMap::new();
    let mut growth: BTreeMap<&str, Count> = BTreeMap::new();
    for (cell, outcome) in cells.iter().zip(outcomes) {
        let count = growth.entry(cell.name).or_default();
        count.merge(outcome.growth);
        if let Some(step) = outcome.diverged {
            let of = format!("{}, seed {}", cell.of(), cell.seed);
            let why = "an element of the iterate is not finite".into();
            found.divergences.push(Divergence { of, step: step as u64, why, expected: false });
        }
        group(&mut groups, cell, &outcome);
        for tally in outcome.tallies {
            take(&mut found.bounds, cell.of(), tally);
        }
    }
    for (of, tally) in momenta {
        if let Some(ratio) = tally.ratio() {
            found.numbers.push((format!("largest ratio of {}, {of}", tally.statement.name), ratio));
        }
        found.bounds.push((of, tally));
    }
    for (name, Count { seen, of }) in growth {
        found.detections.push(Detection {
            detector: "newton-schulz-growth".into(),
            of: name.into(),
            count: seen,
            out_of: of,
            raised: seen > 0,
            meaning: GROWTH.into(),
            expected: None,
        });
    }
    numbers(&groups, &mut found.numbers);
    found.tables.push(table(&groups));
    found.figures = figures(&groups);
    found
}

fn take(bounds: &mut Vec<(String, Tally)>, of: String, tally: Tally) {
    let same = |(known, t): &&mut (String, Tally)| *known == of && t.statement == tally.statement;
    match bounds.iter_mut().find(same) {
        Some((_, known)) => known.merge(tally),
        None => bounds.push((of, tally)),
    }
}

fn group<'a>(groups: &mut BTreeMap<(&'a str, [usize; 2]), Group>, cell: &Cell<'a>, outcome: &Outcome) {
    let [rows, columns] = cell.shape;
    let group = groups.entry((cell.name, cell.shape)).or_insert_with(|| Group {
        root: rows.min(columns) as f64,
        error: 0.0,
        a_priori: 0.0,
        measured: 0.0,
        locals: [0.0; 2],
        largest: 0.0,
        norms: vec![0.0; outcome.norms.len()],
    });
    group.error = group.error.max(outcome.error);
    group.a_priori = group.a_priori.max(outcome.a_priori);
    group.measured = group.measured.max(outcome.measured);
    for (to, &x) in group.locals.iter_mut().zip(&outcome.locals) {
        *to = to.max(x);
    }
    for (to, &x) in group.norms.iter_mut().zip(&outcome.norms) {
        *to = to.max(x);
    }
    group.largest = group.norms.iter().copied().fold(0.0, f64::max);
}

/// What the polynomial does to one singular value.
fn scalars() -> Vec<(String, f64)> {
    let phi = Polynomial(NewtonSchulz::COEFFICIENTS);
    let [a, b, c] = phi.0;
    // The least root of phi' = a + 3 b t + 5 c t^2, t = s^2.
    let peak = ((-3.0 * b - (9.0 * b * b - 20.0 * a * c).sqrt()) / (10.0 * c)).sqrt();
    let fixed = phi.fixed_points([0.1, 1.3]);
    let mut numbers = vec![
        ("phi.maximum".to_string(), phi.range(1, [0.0, 1.0], 1e-9).high),
        ("phi.at".to_string(), peak),
        ("phi.one".to_string(), phi.value(1.0)),
        ("phi.radius".to_string(), phi.range(1, [0.0, crate::bound::muon::RADIUS], 1e-9).high),
    ];
    numbers.extend(fixed.iter().enumerate().map(|(k, s)| (format!("phi.fixed.{k}"), *s)));
    for s in [1.2024, 1.2539] {
        let constants = (0..=5).map(|k| (format!("lipschitz.{s}.{k}"), phi.lipschitz(k, s)));
        numbers.extend(constants);
    }
    for low in [0.01, 0.00151] {
        let range = phi.range(5, [low, 1.0], 1e-6);
        numbers.push((format!("phi5.{low}.low"), range.low));
        numbers.push((format!("phi5.{low}.high"), range.high));
    }
    numbers
}

fn numbers(groups: &BTreeMap<(&str, [usize; 2]), Group>, to: &mut Vec<(String, f64)>) {
    for ((name, [rows, columns]), group) in groups {
        let number = |what: &str| format!("{what}.{name}.{rows}x{columns}");
        to.push((number("error"), group.error));
        to.push((number("a-priori"), group.a_priori));
        to.push((number("measured"), group.measured));
        to.push((number("largest"), group.largest));
    }
}

fn table(groups: &BTreeMap<(&str, [usize; 2]), Group>) -> Table {
    let head = [
        "iteration",
        "shape",
        "error / sqrt(m)",
        "bound, local errors a priori",
        "bound, local errors measured",
        "largest local error",
        "its bound",
        "largest singular value",
    ];
    let row = |((name, [rows, columns]), g): (&(&str, [usize; 2]), &Group)| {
        let number = |x: f64| format!("{x:.4}");
        vec![
            (*name).to_string(),
            format!("{rows}x{columns}"),
            number(g.error),
            number(g.a_priori),
            number(g.measured),
            format!("{:.2e}", g.locals[1]),
            format!("{:.2e}", g.locals[0]),
            number(g.largest),
        ]
    };
    Table {
        name: "deviation".into(),
        title: "Distance of the orthogonalized matrix from the exact iteration's, over the root of the smaller side".into(),
        head: head.map(Into::into).into(),
        rows: groups.iter().map(row).collect(),
    }
}

fn figures(groups: &BTreeMap<(&str, [usize; 2]), Group>) -> Vec<Figure> {
    let mut names: Vec<&str> = groups.keys().map(|(name, _)| *name).collect();
    names.dedup();
    let mut deviation = Vec::new();
    let mut norms = Vec::new();
    for name in names {
        let here = || groups.iter().filter(move |((n, _), _)| *n == name).map(|(_, g)| g);
        let curve = |label: String, role: Role, value: fn(&Group) -> f64| Curve {
            label,
            role,
            points: here().map(|g| (g.root, value(g))).collect(),
            informs_until: None,
        };
        deviation.push(curve(format!("{name}, measured"), Role::Measured, |g| g.error));
        deviation.push(curve(format!("{name}, bound"), Role::Bound, |g| g.measured));
        if let Some(last) = here().next_back() {
            let points = last.norms.iter().enumerate().map(|(j, &x)| (j as f64, x)).collect();
            norms.push(Curve::new(name, Role::Measured, points));
        }
    }
    let steps = norms.first().map_or(0, |c| c.points.len().saturating_sub(1));
    let fixed = vec![(0.0, crate::bound::muon::GROWTH), (steps as f64, crate::bound::muon::GROWTH)];
    norms.push(Curve::new("repelling fixed point", Role::Reference, fixed));
    vec![
        Figure::Curves(Curves {
            name: "deviation".into(),
            title: "Distance from the exact iteration, and its bound with measured local errors".into(),
            x: Axis::log("smaller side m"),
            y: Axis::log("Frobenius distance / sqrt(m)"),
            curves: deviation,
        }),
        Figure::Curves(Curves {
            name: "largest-singular-value".into(),
            title: "Largest singular value of the iterates, largest shape".into(),
            x: Axis::linear("step"),
            y: Axis::log("spectral norm"),
            curves: norms,
        }),
    ]
}

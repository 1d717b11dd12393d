//! The findings: numbers by name, tables and figures.

use super::average::Averaged;
use super::chance::{Added, Stored, Walk};
use super::settings::SwampingRun;
use crate::bound::Tally;
use crate::bound::swamping::{Book, Levels, decay_for, inverse_root_variance, linear_threshold};
use crate::experiment::Findings;
use crate::report::{Axis, Curve, Curves, Figure, Role, Table};
use crate::storage::blockwise::Map;

/// What was found of one code book under one decay, over all seeds.
pub(super) struct Outcome {
    pub(super) book: Book,
    pub(super) beta: f64,
    pub(super) nearest: Averaged,
    pub(super) added: Added,
}

pub(super) fn findings(
    run: &SwampingRun,
    books: &[(Book, Levels)],
    outcomes: Vec<Outcome>,
    stored: Vec<Stored>,
    walks: &[Walk],
) -> Findings {
    let mut found = Findings { settings: settings(run), ..Findings::default() };
    numbers(&mut found, books, &outcomes, walks);
    found.tables = vec![levels(books), averages(&outcomes), walked(walks)];
    found.figures = vec![frozen(run, &outcomes)];
    for ((book, levels), stored) in books.iter().zip(stored) {
        if book.map == Map::Dynamic {
            found.figures.push(variance(book, levels, stored.curve));
        }
        found.bounds.extend(stored.tallies.into_iter().map(|tally| (book.to_string(), tally)));
    }
    for outcome in outcomes {
        let of = format!("{}, beta {}", outcome.book, outcome.beta);
        let tallies = outcome.added.tallies.into_iter().chain([outcome.nearest.tally]);
        found.bounds.extend(tallies.map(|tally| (of.clone(), tally)));
    }
    for walk in walks {
        let of = format!("levels {} steps apart, beta {}", walk.spacing, walk.beta);
        found.bounds.push((of, walk.tally.clone()));
    }
    found
}

fn settings(run: &SwampingRun) -> Vec<(String, String)> {
    let list = |xs: &[f64]| xs.iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
    let books: Vec<String> = run.books.iter().map(Book::to_string).collect();
    [
        ("books", books.join(", ")),
        ("betas", list(&run.betas)),
        ("elements", run.elements.to_string()),
        ("steps", run.steps.to_string()),
        ("draws", run.draws.to_string()),
        ("spacings", list(&run.spacings)),
        ("seeds", format!("{:?}", run.seeds.as_slice())),
    ]
    .map(|(key, value)| (key.to_string(), value))
    .to_vec()
}

/// The lowest level from a tenth of the scale on: half of the codes of a dynamic book are there.
fn tenth(levels: &Levels) -> Option<u8> {
    levels.values().iter().position(|y| *y > 0.1).map(|code| code as u8)
}

/// The share of levels that do not move from this decay on, whatever the signal within the scale is.
fn swamped(levels: &Levels, beta: f64) -> f64 {
    let all = levels.thresholds(1.0);
    all.iter().filter(|threshold| **threshold <= beta).count() as f64 / all.len() as f64
}

fn numbers(found: &mut Findings, books: &[(Book, Levels)], outcomes: &[Outcome], walks: &[Walk]) {
    let mut add = |name: String, x: f64| found.numbers.push((name, x));
    for bits in [8, 4, 3, 2] {
        add(format!("threshold of linear {bits}-bit"), linear_threshold(bits));
    }
    for (book, levels) in books {
        let all = levels.thresholds(1.0);
        add(format!("threshold of half of {book}"), all[all.len().div_ceil(2) - 1]);
        if let Some(code) = tenth(levels).filter(|_| book.map == Map::Dynamic) {
            let threshold = 1.0 - levels.half_gap(code);
            add(format!("threshold of the last decade of {book}"), threshold);
            add(format!("swamped at the last decade's of {book}"), swamped(levels, threshold));
        }
    }
    for outcome in outcomes {
        let of = format!("{}, beta {}", outcome.book, outcome.beta);
        add(format!("said to stay, {of}"), outcome.nearest.said());
        add(format!("frozen, {of}"), outcome.nearest.frozen.share());
    }
    for walk in walks {
        add(format!("steps a level, {} apart, beta {}", walk.spacing, walk.beta), walk.steps);
        add(format!("steps a level to nearest, {} apart, beta {}", walk.spacing, walk.beta), walk.nearest);
    }
    // Half the gap of linear levels, which all are as large.
    let gap = |bits: u32| 0.5 / f64::from((1u32 << bits) - 1);
    for (from, to) in [(8, 4), (8, 3), (8, 2), (5, 4), (5, 3), (5, 2)] {
        add(format!("decay for {to} bits, as 0.9 for {from}"), decay_for(0.9, gap(from), gap(to)));
    }
}

fn table(name: &str, title: &str, head: &[&str], rows: Vec<Vec<String>>) -> Table {
    let head = head.iter().map(ToString::to_string).collect();
    Table { name: name.into(), title: title.into(), head, rows }
}

fn levels(books: &[(Book, Levels)]) -> Table {
    let row = |(book, levels): &(Book, Levels)| {
        let all = levels.thresholds(1.0);
        let tenth = tenth(levels).map_or("-".into(), |code| format!("{:.5}", 1.0 - levels.half_gap(code)));
        vec![
            book.to_string(),
            format!("{:.5}", levels.widest()),
            format!("{:.5}", all[0]),
            format!("{:.5}", all[all.len().div_ceil(2) - 1]),
            tenth,
            format!("{:.5}", all[all.len() - 1]),
        ]
    };
    let head = ["book", "r_max", "first level", "half of the levels", "lowest above 0.1", "all levels"];
    let title =
        "Decays from which on levels do not move for any signal within the scale: Theorem 3.1, r >= 1 - b";
    table("thresholds", title, &head, books.iter().map(row).collect())
}

fn averages(outcomes: &[Outcome]) -> Table {
    let worst = |tally: &Tally, of: fn(&crate::bound::Point) -> f64| {
        tally.worst().map_or("-".into(), |worst| format!("{:.3e}", of(worst)))
    };
    let row = |o: &Outcome| {
        vec![
            o.book.to_string(),
            o.beta.to_string(),
            format!("{:.2} %", 100.0 * o.nearest.said()),
            format!("{:.2} %", 100.0 * o.nearest.frozen.share()),
            worst(&o.added.tallies[0], |worst| worst.measured),
            worst(&o.added.tallies[0], |worst| worst.bound),
        ]
    };
    let head = ["book", "beta", "said to stay", "frozen writes", "variance added by chance", "bound"];
    let title =
        "Averages of uniform signals: to nearest they stay, by chance they move and the signal gets noise";
    table("averages", title, &head, outcomes.iter().map(row).collect())
}

fn walked(walks: &[Walk]) -> Table {
    let row = |walk: &Walk| {
        let alpha = walk.beta.powf(walk.spacing);
        let nearest = if walk.nearest.is_finite() { format!("{:.3}", walk.nearest) } else { "never".into() };
        vec![
            walk.beta.to_string(),
            walk.spacing.to_string(),
            format!("{:.4}", walk.steps),
            nearest,
            format!("{:.4}", (1.0 - alpha) / (1.0 - walk.beta)),
        ]
    };
    let head =
        ["beta", "exact average", "log-rounded by chance", "log-rounded to nearest", "unbiased in value"];
    let title = "Steps from one logarithmic level to the next, without signal";
    table("walks", title, &head, walks.iter().map(row).collect())
}

fn frozen(run: &SwampingRun, outcomes: &[Outcome]) -> Figure {
    let curves = run.books.iter().map(|book| {
        let of = outcomes.iter().filter(|o| o.book == *book);
        let points = of.map(|o| (1.0 - o.beta, o.nearest.frozen.share())).collect();
        Curve::new(book.to_string(), Role::Measured, points)
    });
    Figure::Curves(Curves {
        name: "frozen".into(),
        title: "Writes that leave the stored index as it was".into(),
        x: Axis::log("1 - beta"),
        y: Axis::linear("share of the steps that would have moved the average"),
        curves: curves.collect(),
    })
}

fn variance(book: &Book, levels: &Levels, measured: Vec<(f64, f64)>) -> Figure {
    let positive = levels.values().windows(2).filter(|pair| pair[0] > 0.0);
    let points = positive.map(|pair| (pair[0], inverse_root_variance(pair[0], pair[1]))).collect();
    Figure::Curves(Curves {
        name: format!("inverse-root-{}", book.to_string().replace(' ', "-")),
        title: format!("Variance that rounding by chance gives 1 / sqrt(v): {book}"),
        x: Axis::log("lower level, in units of the scale"),
        y: Axis::log("largest variance, the scale being 1"),
        curves: vec![
            Curve {
                label: "measured half-way to the next level".into(),
                role: Role::Measured,
                points: measured,
                informs_until: None,
            },
            Curve::new("(1 / sqrt(y) - 1 / sqrt(y'))^2 / 4", Role::Bound, points),
        ],
    })
}

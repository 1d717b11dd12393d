//! What a comparison found: final numbers, ratios, bytes, curves.

use std::fmt::Write;

use super::cases::Case;
use super::moments;
use super::run::Outcome;
use super::settings::{CompareRun, Metric};
use crate::experiment::Findings;
use crate::experiment::kind::mean::Mean;
use crate::optimizer::Feedback;
use crate::problem::{Problem, Shape};
use crate::report::{Axis, Curve, Curves, Figure, Role, Table};

/// Elements of a tensor that bytes are counted for: so many that scales of blocks that are not full do not count.
const LARGE: usize = SIDE * SIDE;
/// Its rows and columns, where it is a matrix.
const SIDE: usize = 1 << 12;

pub(super) fn findings(
    run: &CompareRun,
    cases: &[Case],
    problem: &dyn Problem,
    outcomes: &[Outcome],
) -> Findings {
    let mut found = Findings::default();
    let seeds = run.seeds.as_slice().len();
    let groups: Vec<&[Outcome]> = outcomes.chunks(seeds).collect();
    let mean = |group: &[Outcome]| group.iter().map(|o| o.last).sum::<f64>() / seeds as f64;
    let word = match run.metric {
        Metric::GradientNorm => "gradient norm",
        Metric::Loss => "loss",
    };
    let mut rows = Vec::new();
    for (case, group) in cases.iter().zip(&groups) {
        let last = mean(group);
        let beside = case.beside.as_ref().and_then(|name| cases.iter().position(|c| c.name == *name));
        let ratio = beside.map(|k| ratio(group, groups[k]));
        let bytes = case.storage.bytes(LARGE, case.optimizer.moments_of(true), 4.0);
        let bytes =
            bytes + matrices(case, &Shape { name: "".into(), rows: SIDE, columns: SIDE }) / LARGE as f64;
        let here = here(case, problem);
        let accuracy = group.iter().map(|o| o.accuracy).sum::<Option<f64>>().map(|sum| sum / seeds as f64);
        let number = |what: &str| format!("{what} of {}", case.name);
        let lasts: Vec<f64> = group.iter().map(|outcome| outcome.last).collect();
        found.numbers.extend(Mean::of(&lasts).numbers(&number(&format!("final {word}"))));
        found.numbers.push((number("bytes"), bytes));
        found.numbers.push((number("bytes here"), here));
        found.numbers.extend(ratio.into_iter().flat_map(|ratio| ratio.numbers(&number("ratio"))));
        found.numbers.extend(accuracy.map(|accuracy| (number("accuracy"), accuracy)));
        let text = |x: Option<f64>, digits: usize| x.map_or("-".into(), |x| format!("{x:.digits$}"));
        let diverged = group.iter().find_map(|o| o.diverged.as_ref());
        rows.push(vec![
            case.name.clone(),
            format!("{last:.4e}"),
            text(ratio.map(|ratio| ratio.mean), 3),
            ratio.map_or("-".into(), |ratio| format!("{:.3} to {:.3}", ratio.low, ratio.high)),
            text(accuracy.map(|x| 100.0 * x), 2),
            format!("{bytes:.4}"),
            format!("{here:.4}"),
            diverged.map_or("no".into(), |d| format!("at step {}", d.step)),
        ]);
        for outcome in *group {
            found.divergences.extend(outcome.diverged.clone());
        }
        found.detections.extend(group[0].detections.iter().cloned());
        let all: Vec<_> = group.iter().map(|outcome| &outcome.low_bit[..]).collect();
        moments::findings(&mut found, &case.name, &all);
    }
    rows.extend(ratios(run, cases, &groups, &mut found.numbers));
    let head = ["case", word, "ratio", "its interval", "accuracy, %", "state bytes", "here", "diverged"];
    found.tables.push(Table {
        name: "comparison".into(),
        title: format!(
            "At the end: mean of the last {} steps over {seeds} seeds, ratios the geometric means of those of each seed; bytes of state a parameter in large tensors, and in these here",
            run.last
        ),
        head: head.map(String::from).to_vec(),
        rows,
    });
    found.figures = figures(cases, &groups, word);
    found.settings = settings(run, cases, problem);
    found
}

/// The rows of the ratios beside those that cases have.
fn ratios(
    run: &CompareRun,
    cases: &[Case],
    groups: &[&[Outcome]],
    numbers: &mut Vec<(String, f64)>,
) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for one in &run.ratios {
        let place = |name: &str| cases.iter().position(|case| case.name == name);
        let (Some(of), Some(over)) = (place(&one.of), place(&one.over)) else { continue };
        let ratio = ratio(groups[of], groups[over]);
        numbers.extend(ratio.numbers(&format!("ratio of {}", one.name)));
        let mut row = vec![one.name.clone(), "-".into(), format!("{:.3}", ratio.mean)];
        row.push(format!("{:.3} to {:.3}", ratio.low, ratio.high));
        row.extend(["-"; 4].map(String::from));
        rows.push(row);
    }
    rows
}

/// The geometric mean of the ratios of each seed, and its interval.
fn ratio(of: &[Outcome], beside: &[Outcome]) -> Mean {
    let logs: Vec<f64> = of.iter().zip(beside).map(|(of, beside)| (of.last / beside.last).ln()).collect();
    let Mean { mean, low, high } = Mean::of(&logs);
    if mean == f64::INFINITY {
        // A run that diverged is worse than any number; the others may be better, unless all did.
        let all = logs.iter().all(|log| *log == f64::INFINITY);
        return Mean { mean, low: if all { mean } else { f64::NAN }, high: mean };
    }
    Mean { mean: mean.exp(), low: low.exp(), high: high.exp() }
}

/// Bytes of the matrices that an optimizer keeps of a tensor beside the moments.
fn matrices(case: &Case, shape: &Shape) -> f64 {
    case.storage.matrices.bytes(case.optimizer.matrices(shape), 4.0)
}

/// Bytes of state a parameter in the tensors of the problem, each stored on its own: blocks that are not full count.
fn here(case: &Case, problem: &dyn Problem) -> f64 {
    let bytes = |shape: &Shape| {
        let (elements, moments) = (shape.elements(), case.optimizer.moments_of(shape.is_matrix()));
        elements as f64 * case.storage.bytes(elements, moments, 4.0) + matrices(case, shape)
    };
    let all: f64 = problem.shapes().iter().map(bytes).sum();
    all / problem.dimension() as f64
}

fn figures(cases: &[Case], groups: &[&[Outcome]], word: &str) -> Vec<Figure> {
    let mut names: Vec<&str> = Vec::new();
    for case in cases {
        if !names.contains(&case.figure.as_str()) {
            names.push(&case.figure);
        }
    }
    let one = |(k, name): (usize, &&str)| {
        let mut of: Vec<usize> = (0..cases.len()).filter(|&k| cases[k].figure == *name).collect();
        // What the cases of a figure are compared with is drawn in it, too.
        let beside = cases[of[0]].beside.as_ref().and_then(|name| cases.iter().position(|c| c.name == *name));
        of.extend(beside.filter(|k| !of.contains(k)));
        let curve = |&k: &usize| Curve {
            label: cases[k].name.clone(),
            role: if Some(k) == beside { Role::Reference } else { Role::Measured },
            points: average(groups[k]),
            informs_until: None,
        };
        let curves = of.iter().map(curve).collect();
        let (x, y) = (Axis::linear("step"), Axis::log(word));
        let title = if name.is_empty() {
            format!("The {word} over the steps")
        } else {
            format!("{name}: the {word} over the steps")
        };
        Figure::Curves(Curves { name: format!("curves-{k}"), title, x, y, curves })
    };
    names.iter().enumerate().map(one).collect()
}

/// The mean over seeds; where one has ended, it ends.
fn average(group: &[Outcome]) -> Vec<(f64, f64)> {
    let len = group.iter().map(|o| o.curve.len()).min().unwrap_or(0);
    let mean = |k: usize| group.iter().map(|o| o.curve[k].1).sum::<f64>() / group.len() as f64;
    (0..len).map(|k| (group[0].curve[k].0, mean(k))).collect()
}

fn settings(run: &CompareRun, cases: &[Case], problem: &dyn Problem) -> Vec<(String, String)> {
    let mut settings = vec![
        ("problem".into(), format!("{}, {} parameters", problem.name(), problem.dimension())),
        ("steps".into(), run.steps.to_string()),
        ("seeds".into(), format!("{:?}", run.seeds.as_slice())),
    ];
    for case in cases {
        let s = &case.storage;
        let mut text = format!("{} in {}", case.optimizer.name(), case.arithmetic);
        let tensors = [
            ("weights", &s.weights),
            ("gradients", &s.gradients),
            ("first", &s.first),
            ("second", &s.second),
            ("matrices", &s.matrices),
        ];
        for (name, storage) in tensors {
            if *storage != crate::storage::Storage::Exact {
                let _ = write!(text, "; {name} {storage}");
            }
        }
        text.push_str(if s.master { "; master weights" } else { "" });
        text.push_str(if s.compensated { "; compensated" } else { "" });
        if s.feedback != Feedback::None {
            let _ = write!(text, "; error feedback {}", s.feedback.name());
        }
        if s.whole_below > 0 {
            let _ = write!(text, "; tensors below {} elements kept whole", s.whole_below);
        }
        settings.push((case.name.clone(), text));
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::{Mean, Outcome, ratio};

    fn outcomes(last: [f64; 3]) -> Vec<Outcome> {
        let one = |last| Outcome {
            curve: Vec::new(),
            last,
            accuracy: None,
            detections: Vec::new(),
            diverged: None,
            low_bit: Vec::new(),
        };
        last.map(one).into()
    }

    /// Of three seeds some diverged: the mean is infinite, and nothing is known of the lower end, which once was infinite, too, as if all had.
    #[test]
    fn some_seeds_that_diverged_leave_the_lower_end_unknown() {
        let beside = outcomes([1.0, 1.1, 0.9]);
        let Mean { mean, low, high } = ratio(&outcomes([f64::INFINITY, 2.0, 2.2]), &beside);
        assert!(mean == f64::INFINITY && low.is_nan() && high == f64::INFINITY, "{mean} {low} {high}");
        let Mean { mean, low, high } = ratio(&outcomes([f64::INFINITY; 3]), &beside);
        assert!([mean, low, high] == [f64::INFINITY; 3], "{mean} {low} {high}");
        let Mean { mean, low, high } = ratio(&outcomes([2.0, 2.1, 2.2]), &beside);
        assert!(low < mean && mean < high && high < 3.0);
        // Where both diverged there is no ratio.
        assert!(ratio(&outcomes([f64::INFINITY; 3]), &outcomes([f64::INFINITY; 3])).mean.is_nan());
    }
}

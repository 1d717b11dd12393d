//! What a replay found, as a report.

use super::anchored::TENSORS;
use super::replay::{Replayed, Tried};
use super::{Against, Trace};
use crate::experiment::{Assertions, ExperimentError, Findings};
use crate::report::number::{digits, grouped, share};
use crate::report::{Axis, Curve, Curves, Figure, Report, Role, Table};
use crate::storage::Storage;

/// What is asserted of a replay where no file says what: that every recorded step, and the recorded run, is within its bounds, and that every
/// number is the one that a known order of operations gives. Where no order is known, this last does not pass: within the bounds of a step, many faults are.
pub const ASSERTED: &str = "[[assert]]\nbound = \"trace.step\"\n\n[[assert]]\nbound = \"trace.running\"\n\n[[assert]]\nbound = \"trace.bits\"\n";

/// Parameters that are listed.
const LISTED: usize = 40;

/// The report of a replay. `command` is what runs it again.
///
/// # Errors
/// Something is asserted of what there is none of.
pub fn report(
    trace: &Trace,
    against: &Against,
    found: &Replayed,
    assertions: &Assertions,
    command: &str,
) -> Result<Report, ExperimentError> {
    let report = Report {
        name: name(&trace.path),
        title: format!(
            "{} steps of {} recorded with PyTorch {}",
            grouped(trace.steps as u64),
            class(trace),
            trace.torch
        ),
        command: command.into(),
        ..Report::default()
    };
    let bounds =
        found.tallies.iter().chain([&found.bits]).flat_map(|of_tensors| of_tensors.iter().zip(TENSORS));
    let bounds = bounds.filter(|(tally, _)| tally.counts().places() > 0);
    let findings = Findings {
        settings: settings(trace, against, found),
        bounds: bounds.map(|(tally, tensor)| (tensor.into(), tally.clone())).collect(),
        numbers: numbers(found),
        detections: found.detectors.as_ref().map_or_else(Vec::new, |all| all.detections("recorded run")),
        figures: vec![figure(found)],
        tables: tables(trace, found),
        ..Findings::default()
    };
    assertions.report(findings, report)
}

/// A name for files: that of the trace.
#[must_use]
pub fn name(path: &str) -> String {
    let stem = path.rsplit(['/', std::path::MAIN_SEPARATOR]).next().unwrap_or(path);
    let stem = stem.strip_suffix(".safetensors").unwrap_or(stem).trim_start_matches('.');
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = stem.chars().take(100).map(plain).collect();
    if name.is_empty() { "trace".into() } else { name }
}

fn class(trace: &Trace) -> &str {
    trace.optimizer.rsplit('.').next().unwrap_or(&trace.optimizer)
}

fn settings(trace: &Trace, against: &Against, found: &Replayed) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = vec![
        ("trace".into(), trace.path.clone()),
        ("optimizer".into(), trace.optimizer.clone()),
        ("recorded with".into(), format!("PyTorch {}", trace.torch)),
        ("elements chosen by".into(), trace.sample.clone()),
        ("judged by".into(), format!("the order of operations of {}", found.judged_by)),
    ];
    for (k, line) in trace.groups.lines().into_iter().enumerate() {
        all.push((format!("group {k}"), line));
    }
    for (storage, tensor) in against.kept.iter().zip(TENSORS) {
        let said = |storage: &Storage| (format!("{tensor} kept in"), storage.to_string());
        all.extend(storage.as_ref().map(said));
    }
    all
}

/// The numbers that an assertion can name.
fn numbers(found: &Replayed) -> Vec<(String, f64)> {
    let mut all: Vec<(String, f64)> = vec![
        (
            "step of the first number out of its bound".into(),
            found.outside.as_ref().map_or(0.0, |o| o.place.step as f64),
        ),
        (
            "largest distance of a weight after the last step".into(),
            found.curve.last().map_or(0.0, |(_, l)| l.measured),
        ),
    ];
    all.extend(found.tried.iter().map(|Tried { candidate, reproduced }| {
        let share = reproduced.matched as f64 / reproduced.of.max(1) as f64;
        (format!("share reproduced by {candidate}"), share)
    }));
    all
}

fn tables(trace: &Trace, found: &Replayed) -> Vec<Table> {
    let mut all = vec![judged(trace, found), tried(found)];
    if let Some(outside) = &found.outside {
        all.push(Table {
            name: "outside".into(),
            title: "The first number out of the bound of its step".into(),
            head: ["WHERE", "RECORDED", "EXACT STEP", "BOUND"].map(String::from).to_vec(),
            rows: vec![vec![
                outside.place.to_string(),
                digits(outside.recorded, 9),
                digits(outside.exact, 9),
                digits(outside.bound, 3),
            ]],
        });
    }
    if !found.tried[0].reproduced.is_whole() {
        all.push(diagnoses(found));
    }
    if !found.not_judged.is_empty() {
        all.push(Table {
            name: "not-judged".into(),
            title: "Not judged".into(),
            head: ["WHAT", "WHY"].map(String::from).to_vec(),
            rows: found.not_judged.iter().map(|(what, why)| vec![what.clone(), why.clone()]).collect(),
        });
    }
    all
}

fn judged(trace: &Trace, found: &Replayed) -> Table {
    let row = |(k, elements): (usize, &u64)| {
        let p = &trace.parameters[k];
        let steps = format!("{} to {}", p.start + 1, p.start + trace.steps as u64);
        let tensors = std::iter::once("weight").chain(p.states.iter().map(String::as_str));
        let tensors = tensors.collect::<Vec<_>>().join(", ");
        vec![p.name.clone(), p.dtype.clone(), grouped(*elements), grouped(p.elements()), steps, tensors]
    };
    let mut rows: Vec<Vec<String>> = found.elements.iter().enumerate().take(LISTED).map(row).collect();
    let [recorded, all] =
        [&found.elements[..], &trace.parameters.iter().map(super::Parameter::elements).collect::<Vec<_>>()]
            .map(|counts| counts.iter().sum::<u64>());
    let more = found.elements.len().saturating_sub(LISTED);
    let last = if more > 0 { format!("all, and {more} not listed") } else { "all".into() };
    rows.push(vec![last, String::new(), grouped(recorded), grouped(all), String::new(), String::new()]);
    Table {
        name: "judged".into(),
        title: "What was judged".into(),
        head: ["PARAMETER", "TYPE", "ELEMENTS", "OF", "STEPS", "TENSORS"].map(String::from).to_vec(),
        rows,
    }
}

fn tried(found: &Replayed) -> Table {
    let row = |Tried { candidate, reproduced }: &Tried| {
        let first = reproduced.first.as_ref().map_or_else(|| "-".into(), ToString::to_string);
        let (matched, of) = (reproduced.matched, reproduced.of);
        vec![candidate.to_string(), grouped(matched), grouped(of), share(matched, of), first]
    };
    let whole = found.tried.iter().filter(|one| one.reproduced.is_whole()).count();
    let title = match whole {
        0 => {
            "No order of operations gives every recorded number bit by bit from the ones before it; the nearest first"
        }
        _ => "Which orders of operations give every recorded number bit by bit from the ones before it",
    };
    Table {
        name: "orders".into(),
        title: title.into(),
        head: ["ORDER", "GIVEN", "OF", "SHARE", "FIRST THAT DIFFERS"].map(String::from).to_vec(),
        rows: found.tried.iter().map(row).collect(),
    }
}

fn diagnoses(found: &Replayed) -> Table {
    let nearest = &found.tried[0];
    let missing = nearest.reproduced.of - nearest.reproduced.matched;
    let row = |one: &super::replay::Diagnosis| {
        let e = &one.explained;
        let first = e.first.as_ref().map_or_else(String::new, ToString::to_string);
        let until = if e.explains > 1 { e.last.to_string() } else { String::new() };
        vec![one.fault.clone(), grouped(e.explains), grouped(e.breaks), first, until]
    };
    let title = match found.diagnoses.is_empty() {
        true => format!(
            "No known fault gives any of the {} numbers that {} does not give",
            grouped(missing),
            nearest.candidate
        ),
        false => format!(
            "Faults that give numbers of the {} that {} does not give",
            grouped(missing),
            nearest.candidate
        ),
    };
    Table {
        name: "faults".into(),
        title,
        head: ["FAULT", "GIVES", "LOSES", "FIRST", "LAST STEP"].map(String::from).to_vec(),
        rows: found.diagnoses.iter().map(row).collect(),
    }
}

fn figure(found: &Replayed) -> Figure {
    let curve = |label: &str, role, y: &dyn Fn(&super::judge::Largest) -> f64| {
        let points =
            found.curve.iter().map(|(t, largest)| (*t as f64, y(largest))).filter(|p| p.1.is_finite());
        Curve::new(label, role, points.collect())
    };
    Figure::Curves(Curves {
        name: "distance".into(),
        title: "Distance of the recorded weights from the exact run".into(),
        x: Axis::linear("step"),
        y: Axis::log("largest |weight - exact weight| of all recorded elements"),
        curves: vec![
            curve("measured", Role::Measured, &|largest| largest.measured),
            curve("trace.running", Role::Bound, &|largest| largest.bounds[0]),
            curve("trace.worst-case", Role::Bound, &|largest| largest.bounds[1]),
        ],
    })
}

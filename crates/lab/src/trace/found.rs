//! What a replay found, as a report.

use super::anchored::TENSORS;
use super::file::Trace;
use super::replayed::{Against, Replayed, Tried};
use super::tables::tables;
use crate::experiment::{Assertions, ExperimentError, Findings};
use crate::report::number::grouped;
use crate::report::{Axis, Curve, Curves, Figure, Report, Role};
use crate::storage::Storage;

/// What is asserted of a replay where no file says what: that every recorded step, and the recorded run, is within its bounds, and that every
/// number is the one that a known order of operations gives. Where no order is known, this last does not pass: within the bounds of a step, many faults are.
pub const ASSERTED: &str = "[[assert]]\nbound = \"trace.step\"\n\n[[assert]]\nbound = \"trace.running\"\n\n[[assert]]\nbound = \"trace.bits\"\n";

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
            "{} steps of {} recorded with PyTorch {} on {}",
            grouped(trace.steps as u64),
            class(trace),
            trace.torch,
            trace.devices().join(", ")
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
        uniform: true,
        numbers: numbers(found),
        detections: found.detectors.as_ref().map_or_else(Vec::new, |all| all.detections("recorded run")),
        figures: if found.curve.is_empty() { Vec::new() } else { vec![figure(found)] },
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
        ("recorded on".into(), trace.devices().join(", ")),
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
    let mut all: Vec<(String, f64)> = vec![(
        "step of the first number out of its bound".into(),
        found.outside.as_ref().map_or(0.0, |o| o.place.step as f64),
    )];
    let last = found.curve.last().map(|(_, largest)| largest.measured);
    all.extend(last.map(|x| ("largest distance of a weight after the last step".into(), x)));
    all.extend(found.tried.iter().map(|Tried { candidate, reproduced }| {
        let share = reproduced.matched as f64 / reproduced.of.max(1) as f64;
        (format!("share reproduced by {candidate}"), share)
    }));
    all
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

//! Reports as one JSON document.
//!
//! Numbers that JSON does not have are the texts `"Infinity"`, `"-Infinity"` and `"NaN"`. Nothing in the document depends on the number
//! of threads or the time.

use serde_json::{Map, Value, json};

use super::{Axis, Check, Curves, Detection, Divergence, Figure, Heat, Outcome, Reference, Report, Table};

/// What the document calls itself. A key that changes its meaning or goes raises the number; new keys do not.
pub const SCHEMA: &str = "halfulp.bound/1";

/// The document: the verdict of all, and an object an experiment.
#[must_use]
pub fn document(outcomes: &[Outcome]) -> Value {
    let experiment = |outcome: &Outcome| match &outcome.report {
        Ok(found) => report(found),
        Err(error) => json!({ "name": outcome.name, "verdict": "could-not-run", "error": error }),
    };
    json!({
        "schema": SCHEMA,
        "verdict": super::verdict::overall(outcomes),
        "experiments": outcomes.iter().map(experiment).collect::<Vec<_>>(),
    })
}

/// One report.
#[must_use]
pub fn report(report: &Report) -> Value {
    let settings = report.settings.iter().map(|(key, value)| (key.clone(), json!(value)));
    json!({
        "name": report.name,
        "title": report.title,
        "about": report.about,
        "command": report.command,
        "verdict": report.verdict(),
        "failures": report.failures(),
        "settings": settings.collect::<Map<_, _>>(),
        "bounds": report.checks.iter().map(check).collect::<Vec<_>>(),
        "numbers": report.references.iter().map(reference).collect::<Vec<_>>(),
        "detections": report.detections.iter().map(detection).collect::<Vec<_>>(),
        "divergences": report.divergences.iter().map(divergence).collect::<Vec<_>>(),
        "figures": report.figures.iter().map(figure).collect::<Vec<_>>(),
        "tables": report.tables.iter().map(table).collect::<Vec<_>>(),
    })
}

/// A number, or the name of one that JSON does not have.
fn number(x: f64) -> Value {
    match x {
        x if x.is_nan() => json!("NaN"),
        f64::INFINITY => json!("Infinity"),
        f64::NEG_INFINITY => json!("-Infinity"),
        x => json!(x),
    }
}

fn numbers(list: &[f64]) -> Value {
    list.iter().map(|&x| number(x)).collect()
}

fn check(check: &Check) -> Value {
    let (tally, statement) = (&check.tally, check.tally.statement);
    let hypotheses = statement
        .hypotheses
        .iter()
        .zip(&tally.failed)
        .zip(&tally.failed_at)
        .map(|((text, n), at)| json!({ "hypothesis": text, "failed": n, "first_failed_at": at }));
    json!({
        "name": statement.name,
        "of": check.of,
        "status": tally.status(),
        "asserted": check.asserted,
        "passes": check.passes(),
        "band": check.band.map(|band| numbers(&band)),
        "measured": tally.worst.as_ref().map(|worst| number(worst.measured)),
        "bound": tally.worst.as_ref().map(|worst| number(worst.bound)),
        "ratio": tally.ratio().map(number),
        "at": tally.worst.as_ref().map(|worst| &worst.at),
        "evaluated": tally.evaluated,
        "violated": tally.violated,
        "vacuous": tally.vacuous,
        "hypotheses": hypotheses.collect::<Vec<_>>(),
        "formula": statement.formula,
        "measures": statement.measures,
        "source": statement.source,
        "clause": statement.clause,
    })
}

fn reference(reference: &Reference) -> Value {
    json!({
        "name": reference.what,
        "expected": number(reference.expected),
        "found": number(reference.found),
        "within": reference.within.map(|within| numbers(&within)),
        "asserted": reference.within.is_some(),
        "passes": reference.passes(),
        "source": reference.source,
        "note": reference.note,
    })
}

fn detection(detection: &Detection) -> Value {
    json!({
        "detector": detection.detector,
        "of": detection.of,
        "count": detection.count,
        "out_of": detection.out_of,
        "raised": detection.raised,
        "expected": detection.expected,
        "passes": detection.passes(),
        "meaning": detection.meaning,
    })
}

fn divergence(divergence: &Divergence) -> Value {
    json!({
        "of": divergence.of,
        "step": divergence.step,
        "why": divergence.why,
        "expected": divergence.expected,
    })
}

fn axis(axis: &Axis) -> Value {
    json!({ "label": axis.label, "log": axis.log })
}

fn figure(figure: &Figure) -> Value {
    match figure {
        Figure::Curves(curves) => curves_object(curves),
        Figure::Heat(heat) => heat_object(heat),
    }
}

fn curves_object(curves: &Curves) -> Value {
    let curve = |curve: &super::Curve| {
        let points = curve.points.iter().map(|&(x, y)| numbers(&[x, y]));
        json!({ "label": curve.label, "role": curve.role, "points": points.collect::<Vec<_>>() })
    };
    json!({
        "kind": "curves",
        "name": curves.name,
        "title": curves.title,
        "x": axis(&curves.x),
        "y": axis(&curves.y),
        "curves": curves.curves.iter().map(curve).collect::<Vec<_>>(),
    })
}

fn heat_object(heat: &Heat) -> Value {
    json!({
        "kind": "heat",
        "name": heat.name,
        "title": heat.title,
        "x": { "label": heat.x.0, "columns": heat.x.1 },
        "y": { "label": heat.y.0, "rows": heat.y.1 },
        "value": heat.value,
        "log": heat.log,
        "cells": heat.cells.iter().map(|row| numbers(row)).collect::<Vec<_>>(),
        "marked": heat.marked,
        "mark": heat.mark,
    })
}

fn table(table: &Table) -> Value {
    json!({ "name": table.name, "title": table.title, "head": table.head, "rows": table.rows })
}

//! Reports as one JSON document.
//!
//! Numbers that JSON does not have are the texts `"Infinity"`, `"-Infinity"` and `"NaN"`. Nothing in the document depends on the number
//! of threads or the time.

use serde_json::{Map, Value, json};

use crate::bound::{Counts, Point, Range};

use super::{
    Axis, Check, Curves, Detection, Divergence, Expected, Figure, Heat, Outcome, Reference, Report, Table,
};

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
        "contradictions": report.contradictions(),
        "not_informative": report.listed(),
        "not_evaluated": report.unevaluated,
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
pub(crate) fn number(x: f64) -> Value {
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
    let hypotheses =
        statement.hypotheses.iter().zip(&tally.failed).zip(&tally.failed_at).map(|((hypothesis, n), at)| {
            let (text, assumed) = (hypothesis.text(), hypothesis.is_assumed());
            json!({ "hypothesis": text, "assumed": assumed, "failed": n, "first_failed_at": at })
        });
    json!({
        "name": statement.name,
        "of": check.of,
        "status": check.status(),
        "asserted": check.asserted,
        "passes": check.passes(),
        "band": check.band.map(|band| numbers(&band)),
        "last_band": check.last_band.map(|band| numbers(&band)),
        "informative_at_least": check.required.informative_at_least,
        "steps": check.required.steps,
        "hypotheses_may_fail": check.required.hypotheses_may_fail,
        "listed_as": check.listed.as_ref().map(|listed| listed.status),
        "reason": check.listed.as_ref().map(|listed| &listed.reason),
        "measured": tally.worst().map(|worst| number(worst.measured)),
        "bound": tally.worst().map(|worst| number(worst.bound)),
        "ratio": tally.ratio().map(number),
        "at": tally.worst().map(|worst| &worst.at),
        "evaluated": tally.counts().evaluated,
        "violated": tally.counts().violated,
        "vacuous": tally.counts().vacuous,
        "places": places(tally.counts()),
        "last_step": tally.steps().map(|steps| at_last(steps.last, steps.at_last, tally.worst_at_last())),
        "by_step": tally.steps().map(|steps| steps.tenths().into_iter().map(range).collect::<Vec<_>>()),
        "hypotheses": hypotheses.collect::<Vec<_>>(),
        "formula": statement.formula,
        "measures": statement.measures,
        "trivial": statement.trivial,
        "identity": statement.identity,
        "source": statement.source,
        "clause": statement.clause,
    })
}

/// Counts of places, and the part of them in which the bound informs.
fn places(counts: Counts) -> Value {
    json!({
        "all": counts.places(),
        "evaluated": counts.evaluated,
        "informative": counts.informative(),
        "vacuous": counts.vacuous,
        "violated": counts.violated,
        "hypothesis_failed": counts.failed,
        "informative_share": counts.share(),
    })
}

fn at_last(step: u64, counts: Counts, worst: Option<&Point>) -> Value {
    json!({
        "step": step,
        "places": places(counts),
        "measured": worst.map(|worst| number(worst.measured)),
        "bound": worst.map(|worst| number(worst.bound)),
        "ratio": worst.map(|worst| number(worst.ratio())),
        "at": worst.map(|worst| &worst.at),
    })
}

fn range(range: Range) -> Value {
    json!({ "from": range.from, "to": range.to, "places": places(range.counts) })
}

fn reference(reference: &Reference) -> Value {
    json!({
        "name": reference.what,
        "relation": reference.relation,
        "expected": match reference.expected {
            Expected::Value(value) => number(value),
            Expected::Claim(_) => Value::Null,
        },
        "claim": match reference.expected {
            Expected::Value(_) => Value::Null,
            Expected::Claim(claim) => numbers(&claim),
        },
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

//! A replay as a JSON document: what was recorded, which orders and faults explain it, and the report.

use serde_json::{Value, json};

use super::anchored::TENSORS;
use super::file::Trace;
use super::place::Place;
use super::replayed::{Order, Replayed};
use crate::report::{Report, json};

/// What the document calls itself. A key that changes its meaning or goes raises the number; new keys do not.
pub const SCHEMA: &str = "halfulp.bound-trace/1";

/// The document.
#[must_use]
pub fn document(trace: &Trace, found: &Replayed, report: &Report) -> Value {
    let parameters = trace.parameters.iter().zip(&found.elements).map(|(p, recorded)| {
        json!({
            "name": p.name, "type": p.dtype, "device": p.device, "shape": p.shape, "group": p.group, "elements": recorded, "of": p.elements(),
            "first_step": p.start + 1, "last_step": p.start + trace.steps as u64, "states": p.states,
        })
    });
    let orders = found.tried.iter().map(|one| {
        let r = &one.reproduced;
        let first = r.first.as_ref().map(place);
        json!({ "order": one.candidate.to_string(), "given": r.matched, "of": r.of, "first_difference": first })
    });
    let faults = found.diagnoses.iter().map(|one| {
        let e = &one.explained;
        let first = e.first.as_ref().map(place);
        json!({
            "fault": one.fault, "gives": e.explains, "loses": e.breaks, "loses_elsewhere": one.elsewhere, "first": first, "last_step": e.last,
        })
    });
    let outside = found.outside.as_ref().map(|one| {
        json!({ "at": place(&one.place), "recorded": number(one.recorded), "exact": number(one.exact), "bound": number(one.bound) })
    });
    let not_judged = found.not_judged.iter().map(|(what, why)| json!({ "what": what, "why": why }));
    json!({
        "schema": SCHEMA,
        "verdict": report.verdict(),
        "trace": {
            "file": trace.path,
            "optimizer": trace.optimizer,
            "torch": trace.torch,
            "steps": trace.steps,
            "parameters": parameters.collect::<Vec<_>>(),
            "judged_by": found.judged_by.to_string(),
            "not_judged": not_judged.collect::<Vec<_>>(),
            "first_outside": outside,
            "orders": orders.collect::<Vec<_>>(),
            "decided": found.orders.iter().map(|order| decided(trace, found, order)).collect::<Vec<_>>(),
            "faults": faults.collect::<Vec<_>>(),
        },
        "report": json::report(report),
    })
}

/// What was decided of some tensors.
fn decided(trace: &Trace, found: &Replayed, order: &Order) -> Value {
    let one = &order.decided;
    let named = |k: usize| found.tried[k].candidate.to_string();
    let alike = one.alike().into_iter().map(|(k, apart)| json!({ "order": named(k), "differs_in": apart }));
    json!({
        "tensor": TENSORS[order.tensor],
        "parameters": order.parameters.iter().map(|k| &trace.parameters[*k].name).collect::<Vec<_>>(),
        "order": named(one.order),
        "known": one.is_known,
        "misses": one.missed,
        "of": one.of,
        "told_by": one.telling,
        "not_told_from": alike.collect::<Vec<_>>(),
    })
}

fn number(x: f64) -> Value {
    json::number(x)
}

fn place(place: &Place) -> Value {
    let Place { step, name, what, element, .. } = place;
    json!({ "step": step, "parameter": name, "tensor": what, "element": element })
}

//! The tables of a replay.

use super::anchored::TENSORS;
use super::file::Trace;
use super::parameter::Parameter;
use super::replayed::{Diagnosis, Order, Replayed, Tried};
use crate::report::Table;
use crate::report::number::{digits, grouped, share};

/// Parameters that are listed.
const LISTED: usize = 40;

/// Names that are listed in a cell.
const NAMED: usize = 3;

/// All of them.
pub fn tables(trace: &Trace, found: &Replayed) -> Vec<Table> {
    let mut all = vec![judged(trace, found), tried(found), decided(trace, found)];
    if !found.mixed.is_empty() {
        all.push(mixed(trace, found));
    }
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
    if found.missed() > 0 {
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
        let [name, dtype, device] = [&p.name, &p.dtype, &p.device].map(String::clone);
        vec![name, dtype, device, grouped(*elements), grouped(p.elements()), steps, tensors]
    };
    let mut rows: Vec<Vec<String>> = found.elements.iter().enumerate().take(LISTED).map(row).collect();
    let [recorded, all] =
        [&found.elements[..], &trace.parameters.iter().map(Parameter::elements).collect::<Vec<_>>()]
            .map(|counts| counts.iter().sum::<u64>());
    let more = found.elements.len().saturating_sub(LISTED);
    let last = if more > 0 { format!("all, and {more} not listed") } else { "all".into() };
    let none = String::new;
    rows.push(vec![last, none(), none(), grouped(recorded), grouped(all), none(), none()]);
    Table {
        name: "judged".into(),
        title: "What was judged".into(),
        head: ["PARAMETER", "TYPE", "DEVICE", "ELEMENTS", "OF", "STEPS", "TENSORS"]
            .map(String::from)
            .to_vec(),
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

/// Which order each tensor was computed by, what tells it from others, and from which none does.
fn decided(trace: &Trace, found: &Replayed) -> Table {
    let row = |order: &Order| {
        let one = &order.decided;
        let of = match order.parameters.len() {
            n if n == trace.parameters.len() => TENSORS[order.tensor].to_string(),
            _ => {
                let names = order.parameters.iter().map(|k| trace.parameters[*k].name.clone());
                format!("{} of {}", TENSORS[order.tensor], listed(names.collect()))
            }
        };
        let named = |k: usize| found.tried[k].candidate.to_string();
        let alike = one.alike().into_iter().map(|(k, apart)| format!("{} ({})", named(k), grouped(apart)));
        let order = if one.is_known {
            named(one.order)
        } else {
            format!("not known; compared with {}", named(one.order))
        };
        let telling = one.telling.map_or_else(|| "-".into(), grouped);
        vec![of, order, grouped(one.missed), grouped(one.of), telling, listed(alike.collect())]
    };
    Table {
        name: "decided".into(),
        title: "Which order each tensor was computed by: the least numbers that tell it from another, and orders that it is not told from, with the numbers in which they \
                differ"
            .into(),
        head: ["TENSORS", "ORDER", "MISSES", "OF", "TOLD BY", "NOT TOLD FROM"].map(String::from).to_vec(),
        rows: found.orders.iter().map(row).collect(),
    }
}

/// The parameters that no one order gives, and what gives each tensor.
fn mixed(trace: &Trace, found: &Replayed) -> Table {
    let by = |tensor: usize, number: usize| {
        let of = |order: &&Order| order.tensor == tensor && order.parameters.contains(&number);
        let name = |order: &Order| found.tried[order.decided.order].candidate.to_string();
        match found.orders.iter().find(of) {
            None => "-".into(),
            Some(order) if order.decided.is_known => name(order),
            Some(_) => "not known".into(),
        }
    };
    let row = |number: &usize| {
        let tensors = (0..TENSORS.len()).map(|tensor| by(tensor, *number));
        std::iter::once(trace.parameters[*number].name.clone()).chain(tensors).collect()
    };
    Table {
        name: "mixtures".into(),
        title: format!(
            "No order of operations that decays weights when {} does gives weights and moments of these parameters",
            trace.optimizer
        ),
        head: ["PARAMETER", "WEIGHTS BY", "FIRST MOMENT BY", "SECOND MOMENT BY"].map(String::from).to_vec(),
        rows: found.mixed.iter().take(LISTED).map(row).collect(),
    }
}

/// The first of some names, and how many more there are.
fn listed(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    match (names.is_empty(), more) {
        (true, _) => "-".into(),
        (_, 0) => names.join(", "),
        _ => format!("{} and {more} more", names.join(", ")),
    }
}

fn diagnoses(found: &Replayed) -> Table {
    let mut orders: Vec<String> = Vec::new();
    for order in found.orders.iter().filter(|order| order.decided.missed > 0) {
        let name = found.tried[order.decided.order].candidate.to_string();
        if !orders.contains(&name) {
            orders.push(name);
        }
    }
    let (missing, order) = (grouped(found.missed()), orders.join(" or "));
    let row = |one: &Diagnosis| {
        let e = &one.explained;
        let first = e.first.as_ref().map_or_else(String::new, ToString::to_string);
        let until = if e.explains > 1 { e.last.to_string() } else { String::new() };
        let elsewhere = one.elsewhere.map_or_else(|| "-".into(), grouped);
        vec![one.fault.clone(), grouped(e.explains), grouped(e.breaks), elsewhere, first, until]
    };
    let title = match found.diagnoses.is_empty() {
        true => format!("No known fault gives any of the {missing} numbers that {order} does not give"),
        false => format!("Faults that give numbers of the {missing} that {order} does not give"),
    };
    Table {
        name: "faults".into(),
        title,
        head: ["FAULT", "GIVES", "LOSES", "ELSEWHERE", "FIRST", "LAST STEP"].map(String::from).to_vec(),
        rows: found.diagnoses.iter().map(row).collect(),
    }
}

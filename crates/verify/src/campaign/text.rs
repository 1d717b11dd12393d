//! Campaigns, shards and verdicts as text.

use std::fmt::Write as _;
use std::num::NonZero;

use halfulp::text::escaped;

use super::manifest::short;
use super::{Judgement, Kind, Manifest, Measurement, ShardResult, TaskEntry};
use crate::report::{counted, grouped, outcome, to_text};

/// Most kinds, or tasks, that have a line.
const MOST: usize = 8;

/// What a campaign costs: what was measured, how much it is together, in how many shards, and how long that is on a machine of so many cores that
/// are as fast.
#[must_use]
pub fn plan_text(manifest: &Manifest, cores: NonZero<usize>) -> String {
    let mut text = String::new();
    let mut line = |line: String| {
        text.push_str(&escaped(&line).to_string());
        text.push('\n');
    };
    let cases = manifest.shards.iter().map(|shard| manifest.work(shard)).fold(0, u64::saturating_add);
    let (digest, against) = (short(&manifest.digest), manifest.against.join(", "));
    let tasks = counted(manifest.tasks.len() as u64, "task");
    let cases = counted(cases, "case");
    line(format!(
        "campaign {digest}: {} against {against}, {tasks}, {cases} with each policy counted",
        manifest.subject
    ));
    costliest(manifest).into_iter().for_each(&mut line);
    not_compared(manifest).into_iter().for_each(&mut line);
    let measured = &manifest.measured;
    let cpu = measured
        .machine
        .as_ref()
        .and_then(|machine| machine.cpu.clone())
        .unwrap_or_else(|| "this CPU".into());
    line(format!("measured on one thread of {cpu} in {:.1} s", measured.seconds));
    whole_spaces(manifest).into_iter().for_each(&mut line);
    let times = || manifest.shards.iter().map(|shard| shard.core_seconds);
    let (least, most) = (times().fold(f64::INFINITY, f64::min), times().fold(0.0, f64::max));
    let shards = counted(manifest.len(), "shard");
    line(format!(
        "estimated: {} in {shards}{}",
        time(manifest.core_seconds()),
        if manifest.len() > 1 { format!(" of {} to {}", time(least), time(most)) } else { String::new() }
    ));
    let alone = manifest.core_seconds() / cores.get() as f64;
    line(format!(
        "on {} with nothing else to do: {}",
        counted(cores.get() as u64, "such core"),
        elapsed(alone)
    ));
    text
}

/// The kinds of tasks that cost most, and how fast they are.
fn costliest(manifest: &Manifest) -> Vec<String> {
    let kinds = &manifest.measured.kinds;
    let mut costs: Vec<(f64, &Measurement)> = kinds.iter().map(|kind| (0.0, kind)).collect();
    for task in &manifest.tasks {
        if let Some((cost, kind)) = costs.get_mut(task.kind) {
            *cost += kind.fixed + kind.per_case * task.cases as f64;
        }
    }
    costs.retain(|(cost, _)| *cost > 0.0);
    costs.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let more = costs.len().saturating_sub(MOST);
    let mut lines: Vec<String> = costs.into_iter().take(MOST).map(|(cost, kind)| rate(cost, kind)).collect();
    if more > 0 {
        lines.push(format!("  and {} that cost less", counted(more as u64, "kind")));
    }
    lines
}

fn rate(cost: f64, Measurement { kind, fixed, per_case, .. }: &Measurement) -> String {
    let Kind { op, operands, result, selection, policies, compared, only, .. } = kind;
    let operands: Vec<String> = operands.iter().map(u32::to_string).collect();
    let only = only.as_ref().map_or_else(String::new, |only| format!(", only against {only}"));
    let a_second = if *per_case > 0.0 { *compared as f64 / per_case } else { f64::INFINITY };
    let under = if *policies == 1 { "1 policy".into() } else { format!("{policies} policies") };
    format!(
        "  {op} {} -> {result} bits, {selection}, {under}{only}: {} cases a second, {fixed:.2} s to begin; {} together",
        operands.join(" "),
        if a_second.is_finite() { grouped(a_second as u64) } else { "very many".into() },
        time(cost)
    )
}

/// How many tasks have nothing to compare under some of their policies.
fn not_compared(manifest: &Manifest) -> Option<String> {
    let kinds = &manifest.measured.kinds;
    let lacks = |task: &&TaskEntry| {
        kinds.get(task.kind).is_some_and(|found| found.kind.compared < found.kind.policies)
    };
    let tasks: Vec<&TaskEntry> = manifest.tasks.iter().filter(lacks).collect();
    let first = tasks.first()?;
    let more = match tasks.len() - 1 {
        0 => String::new(),
        more => format!(" and {}", counted(more as u64, "more task")),
    };
    Some(format!(
        "not compared under some policies or all: {}{more}: the subject or the oracles do not cover it",
        first.task
    ))
}

/// What all operands of the tasks would cost, where the campaign has some of them.
fn whole_spaces(manifest: &Manifest) -> Vec<String> {
    // Of a sample alone: what is left out of other selections is meant to be.
    let others = manifest.tasks.iter().filter(|task| task.selection.starts_with("uniform:"));
    let kind = |task: &TaskEntry| manifest.measured.kinds.get(task.kind);
    let line = |task: &TaskEntry| {
        let found = kind(task).filter(|found| found.kind.compared > 0)?;
        let bits: u32 = found.kind.operands.iter().sum();
        let seconds = 2f64.powi(bits as i32) * found.per_case;
        Some(format!("all 2^{bits} operands of {} would take about {}", task.task, time(seconds)))
    };
    if manifest.tasks.len() > MOST { Vec::new() } else { others.filter_map(line).collect() }
}

/// A time of a core in words.
fn time(seconds: f64) -> String {
    match seconds {
        ..600.0 => format!("{seconds:.1} core-seconds"),
        ..36e5 => format!("{:.2} core-hours", seconds / 3600.0),
        _ => format!("{} core-hours", grouped((seconds / 3600.0) as u64)),
    }
}

/// A time of a clock in words.
fn elapsed(seconds: f64) -> String {
    match seconds {
        ..600.0 => format!("{seconds:.1} seconds"),
        ..36e5 => format!("{:.2} hours", seconds / 3600.0),
        _ => format!("{} hours", grouped((seconds / 3600.0) as u64)),
    }
}

/// What was found in a shard: its mismatches, explained, and a line.
#[must_use]
pub fn shard_text(result: &ShardResult) -> String {
    let mut text = String::new();
    let ShardResult { shard, of, report, .. } = result;
    for explained in &report.explanations {
        let _ = writeln!(
            text,
            "{}\n",
            explained.to_string().lines().map(|l| escaped(l).to_string()).collect::<Vec<_>>().join("\n")
        );
    }
    let cases = counted(report.cases, "case");
    let _ = writeln!(text, "shard {shard} of {of}: {}, {cases}", escaped(&outcome(report)));
    text
}

/// The verdict on a campaign: its shards, and the report.
#[must_use]
pub fn judgement_text(judgement: &Judgement) -> String {
    let state = &judgement.campaign;
    let mut text = format!(
        "campaign {}: {} of {} with a result\n",
        short(&state.digest),
        state.found,
        counted(state.shards, "shard")
    );
    if state.timed > 0 {
        let _ = writeln!(
            text,
            "{} on up to {}, known of {}; estimated for all: {}",
            time(state.core_seconds),
            counted(judgement.report.threads as u64, "thread"),
            counted(state.timed, "shard"),
            time(state.estimated)
        );
    }
    text + &to_text(&judgement.report)
}

//! The command that replays one case.

use halfulp::{Flags, Op, Policy, Standard, Task};

use super::FormatName;
use crate::verify::{Comparison, JobReport, Mismatch, NanMatch, Report, letters};

/// The command that runs a mismatch's case alone, against the same oracles.
#[must_use]
pub fn command(report: &Report, job: &JobReport, mismatch: &Mismatch, name: FormatName<'_>) -> String {
    let mut words = vec!["halfulp".to_string(), "verify".to_string()];
    words.extend(task_arguments(&mismatch.task, name));
    words.extend(policy_arguments(&mismatch.task.policy));
    let mut option = |key: &str, value: String| words.extend([key.to_string(), value]);
    option("--cases", job.selection.to_string());
    if job.seed != 0 {
        option("--seed", job.seed.to_string());
    }
    option("--case", mismatch.case.to_string());
    let Comparison { nan, zero_sign, flags } = job.comparison;
    if nan != NanMatch::Code {
        option("--compare-nan", if nan == NanMatch::Any { "any" } else { "sign" }.into());
    }
    if !zero_sign {
        option("--compare-zero", "any".into());
    }
    if flags != Flags::ALL {
        option("--compare-flags", letters::text(flags));
    }
    if report.subject != "scalar" {
        option("--subject", report.subject.clone());
    }
    let (commands, built_in): (Vec<_>, Vec<_>) = report.oracles.iter().partition(|o| o.starts_with("cmd:"));
    let built_in: Vec<&str> = built_in.into_iter().map(String::as_str).collect();
    if !built_in.is_empty() {
        option("--against", built_in.join(","));
    }
    for command in commands {
        option("--against", command.clone());
    }
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    quoted.join(" ")
}

/// A word as a shell takes it.
fn quote(word: &str) -> String {
    let quoted = shlex::try_quote(word).map(std::borrow::Cow::into_owned);
    quoted.unwrap_or_else(|_| word.to_string())
}

/// The arguments of `halfulp verify` that name a task, its policy left out.
#[must_use]
pub fn task_arguments(task: &Task, name: FormatName<'_>) -> Vec<String> {
    let formats = &task.operands[..task.op.arity()];
    let first = formats[0];
    let mut words = Vec::new();
    let within = Task::within(task.op, first).with_policy(task.policy);
    let same = formats == &within.operands[..formats.len()] && task.result == within.result;
    if matches!(task.op, Op::Convert | Op::ConvertToInteger) {
        words.extend(["--from".into(), name(&first), "--to".into(), name(&task.result)]);
    } else if same || (task.op.is_query() && formats.iter().all(|f| *f == first)) {
        words.push(name(&first));
    } else {
        let names: Vec<String> = formats.iter().map(name).collect();
        words.extend(["--operands".into(), names.join(",")]);
        if !task.op.is_query() {
            words.extend(["--result".into(), name(&task.result)]);
        }
    }
    words.extend(["--op".into(), task.op.to_string()]);
    words
}

/// The arguments of `halfulp verify` that make a policy.
#[must_use]
pub fn policy_arguments(policy: &Policy) -> Vec<String> {
    let mut words = vec![
        "--round".to_string(),
        policy.rounding.to_string(),
        "--saturate".into(),
        policy.saturation.to_string(),
        "--tininess".into(),
        policy.tininess.to_string(),
        "--nan".into(),
        policy.nan.to_string(),
    ];
    if policy.standard != Standard::default() {
        words.extend(["--standard".into(), policy.standard.to_string()]);
    }
    if policy.flush_operands {
        words.push("--flush-operands".into());
    }
    if policy.flush_results {
        words.push("--flush-results".into());
    }
    words
}

//! The command that replays one case.

use halfulp::{Flags, Op, Policy, Standard, Task};

use super::FormatName;
use super::format_file::{definition, file_name};
use crate::cases::{GivenOperands, Selection};
use crate::engine::command::is_program;
use crate::verify::{Comparison, JobReport, Mismatch, NanMatch, Report, letters};

/// The command that runs a mismatch's case alone, against the same oracles. Formats that no name and no file stands for are
/// written into files first.
#[must_use]
pub fn command(report: &Report, job: &JobReport, mismatch: &Mismatch, name: FormatName<'_>) -> String {
    if let Some(words) = &report.replayed_by {
        return recorded(report, job, mismatch, words.clone());
    }
    let mut words = vec!["halfulp".to_string(), "verify".to_string()];
    words.extend(task_arguments(&mismatch.task, name));
    words.extend(policy_arguments(&mismatch.task.policy));
    let mut option = |key: &str, value: String| words.extend([key.to_string(), value]);
    // The cases that are generated for coverage depend on all policies of their job.
    let generated = job.selection == Selection::Cover;
    let (selection, case) = match generated {
        true => (Selection::Given(GivenOperands::of(&mismatch.task, &mismatch.operands)), 0),
        false => (job.selection, mismatch.case),
    };
    option("--cases", selection.under(&mismatch.task.policy).to_string());
    if !generated && job.seed != 0 && job.selection.takes_seed(&mismatch.task.policy) {
        option("--seed", job.seed.to_string());
    }
    option("--case", case.to_string());
    words.extend(comparison_arguments(&job.comparison));
    let mut option = |key: &str, value: String| words.extend([key.to_string(), value]);
    if report.subject != "scalar" {
        option("--subject", report.subject.clone());
    }
    for engines in against(report) {
        option("--against", engines);
    }
    for (name, value) in &report.options {
        option(name, value.clone());
    }
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    let task = &mismatch.task;
    let mut files: Vec<String> = Vec::new();
    for format in task.operands[..task.op.arity()].iter().chain([&task.result]) {
        let path = name(format);
        if path == file_name(format) && words.iter().any(|word| word.split(',').any(|part| part == path)) {
            let lines: Vec<String> = definition(format).iter().map(|line| quote(line)).collect();
            let file = format!("printf '%s\\n' {} > {} && ", lines.join(" "), quote(&path));
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    files.concat() + &quoted.join(" ")
}

/// The same where the subject is not one of `halfulp verify`.
fn recorded(report: &Report, job: &JobReport, mismatch: &Mismatch, mut words: Vec<String>) -> String {
    words.extend(["--case".into(), mismatch.case.to_string()]);
    words.extend(comparison_arguments(&job.comparison));
    words.extend(against(report).into_iter().flat_map(|engines| ["--against".into(), engines]));
    words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ")
}

/// The values of `--against` that name the oracles.
fn against(report: &Report) -> Vec<String> {
    let (commands, built_in): (Vec<_>, Vec<_>) = report.oracles.iter().partition(|o| is_program(o));
    let built_in: Vec<&str> = built_in.into_iter().map(String::as_str).collect();
    let built_in = (!built_in.is_empty()).then(|| built_in.join(","));
    built_in.into_iter().chain(commands.into_iter().cloned()).collect()
}

/// The arguments of `halfulp verify` that make a comparison: none, where every difference counts.
fn comparison_arguments(comparison: &Comparison) -> Vec<String> {
    let Comparison { nan, zero_sign, flags } = *comparison;
    let mut words = Vec::new();
    let mut option = |key: &str, value: String| words.extend([key.to_string(), value]);
    if nan != NanMatch::Code {
        option("--compare-nan", if nan == NanMatch::Any { "any" } else { "sign" }.into());
    }
    if !zero_sign {
        option("--compare-zero", "any".into());
    }
    if flags != Flags::ALL {
        option("--compare-flags", letters::text(flags));
    }
    words
}

/// A comparison by its arguments, `strict` if it has none.
pub(super) fn comparison_words(comparison: &Comparison) -> String {
    let arguments = comparison_arguments(comparison);
    if arguments.is_empty() { "strict".into() } else { arguments.join(" ") }
}

/// A word as a shell takes it.
pub(super) fn quote(word: &str) -> String {
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

/// A policy by its arguments, without those that say what holds anyway.
pub(super) fn policy_words(policy: &Policy) -> String {
    let arguments = policy_arguments(policy);
    let plain = policy_arguments(&Policy::IEEE);
    let mut words = Vec::new();
    let mut rest = arguments.iter().peekable();
    while let Some(option) = rest.next() {
        let value = rest.next_if(|word| !word.starts_with("--"));
        let usual =
            value.is_some_and(|value| plain.windows(2).any(|pair| pair == [option.clone(), value.clone()]));
        if !usual || option == "--round" || option == "--saturate" {
            words.push(option.as_str());
            words.extend(value.map(String::as_str));
        }
    }
    words.join(" ")
}

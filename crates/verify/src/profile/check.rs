//! Whether what a profile says can be.

use halfulp::{Code, Format, Rounding, Task};

use super::Profile;
use super::rule::{Operand, Rule};
use crate::toml_text::Wrong;

/// Most characters of a name.
const NAME: usize = 60;

/// Most formats of the operands times formats of results times operations of one rule.
const TASKS: usize = 10_000;

pub(super) fn check(profile: &Profile) -> Result<(), Wrong> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    let name = &profile.name;
    if name.is_empty()
        || name.len() > NAME
        || !name.starts_with(|c| plain(c) && c != '-')
        || !name.chars().all(plain)
    {
        let expected =
            format!("expected lower-case letters, digits, dashes, dots and underscores, {NAME} at most");
        return Err(Wrong::new("name", format!("{expected}, found {name:?}")));
    }
    for (key, text) in [("version", &profile.version), ("title", &profile.title), ("source", &profile.source)]
    {
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            return Err(Wrong::new(key, format!("expected a line of text, found {text:?}")));
        }
    }
    if profile.rules.is_empty() {
        return Err(Wrong::new("rule", "expected at least one rule"));
    }
    profile.rules.iter().enumerate().try_for_each(|(k, rule)| check_rule(profile, k, rule))
}

fn check_rule(profile: &Profile, k: usize, rule: &Rule) -> Result<(), Wrong> {
    let key = |key: &str| format!("rule[{k}].{key}");
    if rule.from.is_empty() {
        return Err(Wrong::new(key("from"), "expected at least one format"));
    }
    let computing = &rule.behaviour.computing;
    if computing.scale.abs() > 1000 {
        return Err(Wrong::new(
            key("behaviour.computing.scale"),
            format!("expected a power of two from -1000 to 1000, found {}", computing.scale),
        ));
    }
    for (name, step) in [("via", &computing.via), ("product", &computing.product)] {
        if matches!(step.and_then(|step| step.rounding), Some(Rounding::Stochastic { .. })) {
            return Err(Wrong::new(
                key(&format!("behaviour.computing.{name}.rounding")),
                "expected a rounding without noise: an intermediate result has none of its own",
            ));
        }
    }
    let tasks = tasks(rule);
    if tasks.len() > TASKS {
        return Err(Wrong::new(
            key("from"),
            format!("expected at most {TASKS} combinations of formats and operations"),
        ));
    }
    if rule.policies(profile).count() > 64 {
        return Err(Wrong::new(
            key("rounding"),
            "expected at most 64 combinations of roundings and saturations",
        ));
    }
    for task in &tasks {
        for policy in rule.policies(profile) {
            let task = task.with_policy(policy);
            if let Err(error) = task.check() {
                return Err(Wrong::new(key("op"), format!("{} cannot be computed so: {error}", task.op)));
            }
            if !rule.behaviour.covers(&task) {
                let message = format!(
                    "the model has no such behaviour for {}: expected add, sub, mul, div, sqrt, fma or convert by ieee-754, and \
                     operands read in a format of the same width",
                    task.op
                );
                return Err(Wrong::new(key("behaviour"), message));
            }
        }
        check_codes(k, rule, task)?;
    }
    Ok(())
}

/// The tasks of a rule, under the default policy.
fn tasks(rule: &Rule) -> Vec<Task> {
    let mut tasks = Vec::new();
    for &op in &rule.ops {
        for from in &rule.from {
            let one = [*from];
            let to: &[Format] = if rule.to.is_empty() { &one } else { &rule.to };
            let third = rule.addend.unwrap_or(*from);
            tasks.extend(to.iter().map(|to| Task::new(op, [*from, *from, third], *to)));
        }
    }
    tasks
}

/// Codes that a rule names must be codes of its formats.
fn check_codes(k: usize, rule: &Rule, task: &Task) -> Result<(), Wrong> {
    let key = |key: &str| format!("rule[{k}].{key}");
    let outside = |key: String, code: Code, f: &Format| {
        let mask = f.code_mask();
        (code > mask)
            .then(|| Wrong::new(key, format!("expected a code of at most {mask:#x}, found {code:#x}")))
    };
    let nan = &rule.behaviour.nan;
    let codes = [("behaviour.nan.code", nan.code), ("behaviour.nan.invalid", nan.invalid)];
    for (name, code) in codes.into_iter().filter_map(|(name, code)| Some((name, code?))) {
        outside(key(name), code, &task.result).map_or(Ok(()), Err)?;
    }
    let ranges = rule.unknown.iter().any(|unknown| matches!(unknown.operand, Operand::Codes { .. }));
    if (ranges || !rule.instead.is_empty()) && (rule.from.len() > 1 || task.op.arity() > 1) {
        let message = "ranges of codes need a rule with one format of operands and operations of one operand";
        return Err(Wrong::new(key("from"), message));
    }
    for (i, instead) in rule.instead.iter().enumerate() {
        let name = key(&format!("instead[{i}]"));
        if instead.first > instead.last {
            return Err(Wrong::new(name, "expected a first code that is not above the last one"));
        }
        outside(name.clone(), instead.last, &task.operands[0]).map_or(Ok(()), Err)?;
        outside(name, instead.code, &task.result).map_or(Ok(()), Err)?;
    }
    Ok(())
}

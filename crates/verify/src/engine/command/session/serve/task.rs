//! The words of a task.

use halfulp::format::catalog;
use halfulp::{Format, Op, Operands, Policy, Task};

use crate::engine::command::session::lines::policy_with;

/// The number, the task and the operands of a line. The task of the line before is kept, with its text.
pub(crate) fn case<'a>(
    text: &'a str,
    known: &mut (String, Option<Task>),
    format: &dyn Fn(&str) -> Option<Format>,
) -> Option<(&'a str, Task, Operands)> {
    let (number, rest) = text.split_once(' ')?;
    let end = rest.match_indices(' ').nth(4)?.0;
    let (words, codes) = (&rest[..end], &rest[end + 1..]);
    if known.0 != words || known.1.is_none() {
        *known = (words.into(), task(words, format));
    }
    let task = known.1?;
    let mut codes = codes.split(' ').map(|code| u64::from_str_radix(code, 16));
    let noise = codes.next()?.ok()?;
    let mut operands = Operands::new(0, 0, 0);
    operands.noise = noise;
    for slot in &mut operands.codes[..task.op.arity()] {
        *slot = codes.next()?.ok()?;
    }
    codes.next().is_none().then_some((number, task, operands))
}

/// The task of the words between a number and a noise word.
pub fn task(words: &str, format: &dyn Fn(&str) -> Option<Format>) -> Option<Task> {
    let [op, formats, rounding, saturation, options] = words.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let op: Op = op.parse().ok()?;
    let named = |name: &str| catalog::lookup(name).ok().or_else(|| format(name));
    let formats = formats.split(',').map(named).collect::<Option<Vec<Format>>>()?;
    if formats.len() != op.arity() + usize::from(!op.is_query()) {
        return None;
    }
    let mut task = Task::within(op, formats[0]);
    task.operands[..op.arity()].copy_from_slice(&formats[..op.arity()]);
    if !op.is_query() {
        task.result = formats[op.arity()];
    }
    let policy = Policy::IEEE.rounding(rounding.parse().ok()?).saturation(saturation.parse().ok()?);
    let task = task.with_policy(policy_with(policy, options)?);
    task.check().is_ok().then_some(task)
}

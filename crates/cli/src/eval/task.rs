//! From the arguments to a task.

use anyhow::{Context as _, anyhow, bail, ensure};
use halfulp::{Format, Op, Policy, Task};

use super::{Args, Flush, testfloat};
use crate::format_arg::format_arg;

/// The task that the arguments describe.
///
/// # Errors
/// Arguments that name nothing, contradict each other, or lack something: which, and what was expected.
pub fn build(args: &Args) -> anyhow::Result<Task> {
    let mut task = match args.operation.parse::<Op>() {
        Ok(op) => described(args, op)?,
        Err(_) => named(args)?,
    };
    let policy = task
        .policy
        .standard(args.standard)
        .saturation(args.saturate.unwrap_or_default())
        .tininess(args.tininess)
        .flush_operands(args.flush_operands || matches!(args.flush, Flush::Operands | Flush::Both))
        .flush_results(args.flush_results || matches!(args.flush, Flush::Results | Flush::Both))
        .nan(args.nan);
    // A TestFloat name may have said it.
    task.policy = policy.rounding(args.round.unwrap_or(policy.rounding));
    task.check().with_context(|| format!("{} cannot be computed so", args.operation))?;
    Ok(task)
}

/// What is to be said of options that change no answer. They are no error: a program is told the whole policy, whatever it is to
/// compute.
pub fn without_effect(task: &Task) -> Option<String> {
    let (policy, usual) = (&task.policy, Policy::IEEE);
    let options = [
        ("--round", policy.rounding != usual.rounding),
        ("--saturate", policy.saturation != usual.saturation),
        ("--tininess", policy.tininess != usual.tininess),
        ("--flush-results", policy.flush_results),
        ("--flush-operands", policy.flush_operands && !task.op.flushes_operands()),
        ("--nan", policy.nan != usual.nan),
    ];
    let idle: Vec<&str> = options.into_iter().filter(|(_, given)| *given).map(|(option, _)| option).collect();
    (task.op.is_query() && !idle.is_empty()).then(|| without_effect_on(&task.op.to_string(), &idle))
}

/// The sentence about options that an operation without a number for a result does not look at.
pub fn without_effect_on(ops: &str, options: &[&str]) -> String {
    format!("{ops}: nothing is rounded, so these change no answer: {}", options.join(", "))
}

/// The task of a TestFloat name.
fn named(args: &Args) -> anyhow::Result<Task> {
    let name = &args.operation;
    let named = testfloat::parse(name).ok_or_else(|| {
        let known: Vec<&str> = Op::all().map(Op::name).collect();
        anyhow!(
            "no operation is called {name}: {}expected a TestFloat name (f16_mulAdd, e4m3fn_add, f32_to_e5m2) or one of {}",
            crate::operations::did_you_mean(name),
            known.join(", ")
        )
    })?;
    let described = args.format().is_some() || args.from.is_some() || !args.operands.is_empty();
    ensure!(
        !described && args.result.is_none() && args.to.is_none(),
        "{name} says its formats itself: leave out FORMAT, --operands, --result, --from and --to"
    );
    let mut task = Task::within(named.op, named.operands);
    task.result = named.result;
    if let Some(rounding) = named.rounding {
        ensure!(args.round.is_none(), "{name} says its rounding itself: leave out --round");
        task.policy = task.policy.rounding(rounding);
    }
    Ok(task)
}

/// The task of an operation with its formats as options.
fn described(args: &Args, op: Op) -> anyhow::Result<Task> {
    let ways = [
        ("FORMAT", args.format().is_some()),
        ("--operands", !args.operands.is_empty()),
        ("--from", args.from.is_some()),
    ];
    let given: Vec<&str> = ways.into_iter().filter(|(_, given)| *given).map(|(way, _)| way).collect();
    ensure!(
        given.len() <= 1,
        "{}: each says what the operands are; leave out all but one, as in `halfulp eval {op} {}`",
        given.join(" and "),
        if given.contains(&"--operands") {
            "--operands FORMAT,... --result FORMAT"
        } else {
            "--from FORMAT --to FORMAT"
        }
    );
    let one = args.format().or(args.from.as_ref());
    let mut task = match (one, args.operands.as_slice()) {
        (Some(name), _) => Task::within(op, format("FORMAT", name)?),
        (None, []) => bail!(
            "{op} needs formats: FORMAT, --operands FORMAT,... --result FORMAT, or --from FORMAT --to FORMAT"
        ),
        (None, names) => {
            ensure!(
                names.len() == op.arity(),
                "--operands: {op} takes {} operands, {} formats were given",
                op.arity(),
                names.len()
            );
            let mut task = Task::within(op, format("--operands", &names[0])?);
            for (operand, name) in task.operands.iter_mut().zip(names) {
                *operand = format("--operands", name)?;
            }
            task
        }
    };
    let converts = matches!(op, Op::Convert | Op::ConvertToInteger);
    let alike = task.operands[..op.arity()].iter().all(|f| *f == task.operands[0]);
    match args.result.as_ref().or(args.to.as_ref()) {
        Some(name) => task.result = format("--result", name)?,
        None if op.is_query() => {}
        None if converts => bail!("{op} needs the format of the result: --to FORMAT"),
        None if !alike && op != Op::ScaleB => bail!("operands of several formats need --result FORMAT"),
        None => {}
    }
    Ok(task)
}

fn format(option: &str, name: &str) -> anyhow::Result<Format> {
    Ok(format_arg(name).with_context(|| option.to_string())?.format)
}

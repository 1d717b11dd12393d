//! Options that would have no effect beside the others and that are refused for it: what chooses cases, formats and programs, and the
//! policies of the list of arrays. Policies that an operation does not look at are no error: a device is given them all the same.

use anyhow::{bail, ensure};
use halfulp::{Op, Policy};
use halfulp_verify::{Job, Selection};

use super::Args;
use crate::task::without_effect_on;

/// Checks the arguments before any job is made of them.
///
/// # Errors
/// An option that does nothing beside another one, both named.
pub fn check(args: &Args) -> anyhow::Result<()> {
    let converts = |op: &Op| matches!(op, Op::Convert | Op::ConvertToInteger);
    let ops = || args.op.iter().map(|op| op.name()).collect::<Vec<_>>().join(",");
    for (option, time) in [("--timeout", args.timeout), ("--startup-timeout", args.startup_timeout)] {
        ensure!(
            time.is_none() || args.programs(),
            "{option} is for a cmd:PROGRAM, and neither --subject nor --against names one"
        );
    }
    let sessions = args.subject.iter().chain(&args.against).any(|name| name.starts_with("cmd2:"));
    ensure!(
        args.window.is_none() || sessions,
        "--window is for a cmd2:PROGRAM, and neither --subject nor --against names one"
    );
    ensure!(
        args.to.is_empty() || args.op.is_empty() || args.op.iter().any(converts) || !args.from.is_empty(),
        "--to is for conversions, and --op {} is none: leave out one of them, or give the formats of an operation with \
         --operands and --result",
        ops()
    );
    ensure!(
        args.result.is_none() || !args.op.iter().all(|op| op.is_query()),
        "--result is the format of a number, and --op {} does not give one: leave --result out",
        ops()
    );
    ensure!(
        args.cases != Some(Selection::Cover) || args.named_formats().next().is_some(),
        "--cases cover tries all cases of every task: name a FORMAT, as in `halfulp verify e4m3fn --op mul --cases cover`"
    );
    if args.is_about_arrays() {
        for (option, given) in [
            ("--tininess", !args.tininess.is_empty()),
            ("--nan", !args.nan.is_empty()),
            ("--flush-operands", args.flush_operands),
            ("--flush-results", args.flush_results),
        ] {
            ensure!(
                !given,
                "--exhaustive without FORMAT runs a list that {option} does not change: leave {option} out, or name a FORMAT"
            );
        }
    }
    Ok(())
}

/// Says which options change no answer, where the operations give no numbers. A device is told them all the same.
pub fn without_effect(args: &Args, jobs: &[Job]) -> Option<String> {
    // Replays name the usual ones.
    let usual = Policy::IEEE;
    let options = [
        ("--round", args.round.iter().any(|given| *given != usual.rounding)),
        ("--saturate", args.saturate.iter().any(|given| *given != usual.saturation)),
        ("--tininess", args.tininess.iter().any(|given| *given != usual.tininess)),
        ("--nan", args.nan.iter().any(|given| *given != usual.nan)),
    ];
    let idle: Vec<&str> = options.into_iter().filter(|(_, given)| *given).map(|(option, _)| option).collect();
    let mut ops: Vec<String> = jobs.iter().map(|job| job.task().op.to_string()).collect();
    ops.dedup();
    let queries = jobs.iter().all(|job| job.task().op.is_query());
    (queries && !idle.is_empty()).then(|| without_effect_on(&ops.join(","), &idle))
}

/// Checks what only the jobs can tell.
///
/// # Errors
/// As for [`check`].
pub fn check_with(args: &Args, jobs: &[Job]) -> anyhow::Result<()> {
    let takes_seed = |job: &Job| job.policies().iter().any(|policy| job.selection().takes_seed(policy));
    if args.seed.is_some() && !jobs.iter().any(takes_seed) {
        match args.cases {
            Some(Selection::Given(_)) => bail!("--seed draws cases and noise, and --cases given has both"),
            _ => bail!(
                "--seed draws cases and noise, and there are none to draw: these --cases are fixed, and no --round is \
                 stochastic"
            ),
        }
    }
    let is_stochastic = |job: &Job| job.policies().iter().any(halfulp_verify::suite::is_stochastic);
    if let Some(Selection::Given(given)) = args.cases
        && given.noise().is_some()
        && !jobs.iter().any(is_stochastic)
    {
        bail!(
            "--cases given:{given} has a noise word, and no --round here is stochastic: leave /{:x} out",
            given.noise().unwrap_or(0)
        );
    }
    Ok(())
}

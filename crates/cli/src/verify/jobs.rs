//! Which jobs the arguments ask for.

use std::collections::HashSet;

use anyhow::{Context as _, bail, ensure};
use halfulp::{NanResult, Op, Policy, Saturation, Standard, Task, Tininess};
use halfulp_verify::cases::operand_bits;
use halfulp_verify::suite::{self, NamedFormat};
use halfulp_verify::{Engine, Job, Selection};

use super::Args;
use super::names::Names;
use super::options;
use crate::profile_arg::{policies, profile_arg};

/// The jobs: of the formats named, or the main job, as far as they are about the operations named.
pub fn jobs(args: &Args, names: &Names) -> anyhow::Result<Vec<Job>> {
    options::check(args)?;
    let jobs = match &args.like {
        Some(name) => like(args, chosen(args, names)?, name)?,
        None => chosen(args, names)?,
    };
    options::check_with(args, &jobs)?;
    Ok(jobs.into_iter().map(|job| job.comparing(args.comparing.comparison())).collect())
}

/// The jobs that a profile answers, under its own policies.
fn like(args: &Args, jobs: Vec<Job>, name: &str) -> anyhow::Result<Vec<Job>> {
    let nothing_named = args.formats.is_empty() && args.from.is_empty() && args.operands.is_empty();
    ensure!(!nothing_named, "--like needs the formats: FORMAT, --from and --to, or --operands");
    let profile = profile_arg(name)?;
    let mut asked: Vec<Job> = Vec::new();
    let mut refused = None;
    for job in &jobs {
        match policies(&profile, job.task(), &args.round, &args.saturate) {
            Ok(policies) => {
                let selection = args.cases.unwrap_or(job.selection());
                let selection = if args.exhaustive { every(job.task()) } else { selection };
                let own = Job::new(job.group(), *job.task(), policies, selection, args.seed())?;
                if !asked.contains(&own) {
                    asked.push(own);
                }
            }
            Err(error) => refused = Some(error),
        }
    }
    match refused {
        Some(error) if asked.is_empty() => Err(error),
        _ => Ok(asked),
    }
}

fn chosen(args: &Args, names: &Names) -> anyhow::Result<Vec<Job>> {
    let nothing_named = args.formats.is_empty() && args.from.is_empty() && args.operands.is_empty();
    ensure!(
        args.to.is_empty() || !nothing_named,
        "--to is for conversions: name the format or the --from that they start at"
    );
    let jobs = if args.is_about_arrays() {
        suite::arrays(args.seed())?
    } else if !args.from.is_empty() {
        conversions(args, names)?
    } else if !args.operands.is_empty() {
        mixed(args, names)?
    } else if args.formats.is_empty() {
        suite::main_job(args.seed())?
    } else {
        let lists = args.formats.iter().map(|text| of_format(args, &names.format(text)?));
        lists.collect::<anyhow::Result<Vec<_>>>()?.concat()
    };
    let wanted = |job: &Job| args.op.is_empty() || args.op.contains(&job.task().op);
    let jobs: Vec<Job> = jobs.into_iter().filter(wanted).collect();
    if jobs.is_empty() {
        bail!("there is no such operation on these formats");
    }
    if args.is_about_arrays() {
        // Its cases are what can be exhausted.
        let wanted = |job: Job| Some(job.under(|policy| is_wanted(args, policy))?.by(&args.standard));
        let jobs: Vec<Job> = jobs.into_iter().filter_map(wanted).collect();
        ensure!(!jobs.is_empty(), "none of what can be exhausted has such a rounding and saturation");
        return Ok(jobs);
    }
    let mut known = HashSet::new();
    let mut adapted: Vec<Job> = Vec::new();
    for job in jobs {
        let by_standard = |job: Job| job.by(&args.standard);
        for job in adapt(args, &job)?.into_iter().map(by_standard).flat_map(stochastic_apart) {
            // The list divides the triples of fma among the roundings: under the same policies they are one job.
            match adapted.last_mut().and_then(|last| Some((last.followed_by(&job)?, last))) {
                Some((whole, last)) => *last = whole,
                None if known.insert(job.clone()) => adapted.push(job),
                None => {}
            }
        }
    }
    Ok(adapted)
}

/// Whether the arguments leave a policy in.
fn is_wanted(args: &Args, policy: &Policy) -> bool {
    (args.round.is_empty() || args.round.contains(&policy.rounding))
        && (args.saturate.is_empty() || args.saturate.contains(&policy.saturation))
}

/// Conversions from all of binary32 that have steps to sweep, and the stochastic ones, apart.
fn stochastic_apart(job: Job) -> Vec<Job> {
    if job.selection() != Selection::All || operand_bits(job.task()) != 32 {
        return vec![job];
    }
    let deterministic = job.clone().under(|policy| !suite::is_stochastic(policy));
    deterministic.into_iter().chain(job.under(suite::is_stochastic)).collect()
}

/// Every operation within a format, and its conversions.
fn of_format(args: &Args, format: &NamedFormat) -> anyhow::Result<Vec<Job>> {
    let explain = || format!("{}: not a format for arithmetic", format.name);
    let converts = |op: &Op| matches!(op, Op::Convert | Op::ConvertToInteger);
    let mut jobs = Vec::new();
    if !args.op.is_empty() && args.op.iter().all(converts) || format.format.precision() > 53 {
        // Nothing but conversions was asked for, or is possible.
    } else {
        jobs.extend(suite::within(format, None, args.seed()).with_context(explain)?);
    }
    let to = match args.to.is_empty() {
        true => [suite::small(), suite::wide()].concat(),
        false => args.to.iter().map(|text| Names::of(args)?.format(text)).collect::<anyhow::Result<_>>()?,
    };
    let small = format.format.width() <= 16;
    let selection = if small { Selection::All } else { Selection::Edge };
    jobs.extend(suite::conversions(format, &to, selection, args.seed())?);
    if args.to.is_empty() {
        jobs.extend(suite::to_integers(format, selection, args.seed())?);
    }
    Ok(jobs)
}

/// Conversions between the formats of `--from` and of `--to`, or those named.
fn conversions(args: &Args, names: &Names) -> anyhow::Result<Vec<Job>> {
    let to = match (&args.formats[..], &args.to[..]) {
        ([], []) => {
            bail!("--from says what to convert from: name the formats to convert to, or give them with --to")
        }
        ([], to) | (to, []) => to,
        _ => bail!("--from with formats named converts to these: leave --to out"),
    };
    let operations = if args.op.is_empty() { vec![Op::Convert] } else { args.op.clone() };
    let mut jobs = Vec::new();
    for (from, to) in args.from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
        let (from, to) = (names.format(from)?, names.format(to)?);
        for &op in &operations {
            let task = Task::within(op, from.format).with_result(to.format);
            if op.arity() != 1 {
                bail!("{op} is not a conversion: give its operands' formats with --operands");
            }
            jobs.push(job(&from.name, task, args)?);
        }
    }
    Ok(jobs)
}

/// Operations on operands of different formats.
fn mixed(args: &Args, names: &Names) -> anyhow::Result<Vec<Job>> {
    let operands = args.operands.iter().map(|text| names.format(text)).collect::<anyhow::Result<Vec<_>>>()?;
    let result = match &args.result {
        Some(text) => names.format(text)?,
        None => operands[0].clone(),
    };
    let mut jobs = Vec::new();
    for &op in &args.op {
        if op.arity() != operands.len() {
            let (needed, given) = (op.arity(), operands.len());
            let (s, formats) =
                (if needed == 1 { "" } else { "s" }, if given == 1 { "format" } else { "formats" });
            bail!("{op} takes {needed} operand{s}, and --operands names {given} {formats}");
        }
        let format = |i: usize| operands[i.min(operands.len() - 1)].format;
        let task = Task::new(op, [format(0), format(1), format(2)], result.format);
        let texts: Vec<&str> = operands.iter().map(|f| &*f.name).collect();
        jobs.push(job(&texts.join(","), task, args)?);
    }
    Ok(jobs)
}

fn job(group: &str, task: Task, args: &Args) -> anyhow::Result<Job> {
    let mut policies = suite::policies(task.op);
    policies.retain(|policy| task.with_policy(*policy).check().is_ok());
    task.check().with_context(|| task.op.to_string())?;
    Ok(Job::new(group, task, policies, Selection::usual(&task), args.seed())?)
}

/// A job with the policies and the cases that the arguments ask for. Those that only flush operands fall away where
/// policies are named.
fn adapt(args: &Args, job: &Job) -> anyhow::Result<Option<Job>> {
    let task = *job.task();
    let only_flushes = job.policies().iter().all(|policy| policy.flush_operands);
    let selection = if args.exhaustive { Some(every(&task)) } else { args.cases };
    let (policies, selection) = match (own_policies(args), selection) {
        (Some(_), _) if only_flushes => return Ok(None),
        (Some(mut policies), selection) => {
            // Some results take fewer bits of noise than others.
            let meaningful = |policy: &Policy| task.with_policy(*policy).check().is_ok();
            if policies.iter().any(meaningful) {
                policies.retain(meaningful);
            }
            (policies, selection.unwrap_or(job.selection()))
        }
        (None, Some(selection)) if only_flushes => (job.policies().to_vec(), selection),
        (None, Some(selection)) => (suite::policies_for(&task, selection), selection),
        (None, None) => return Ok(Some(job.clone())),
    };
    let job = Job::new(job.group(), task, policies, selection, args.seed());
    job.map(Some).with_context(|| task.op.to_string())
}

/// As many cases as can be: all, or all around the boundaries of a conversion whose operands cannot be numbered.
fn every(task: &Task) -> Selection {
    let converts = matches!(task.op, Op::Convert | Op::ConvertToInteger);
    if converts && operand_bits(task) > 63 { Selection::Around(suite::DRAWN) } else { Selection::All }
}

/// Whether the arguments say nothing about the policies.
fn is_silent(args: &Args) -> bool {
    args.round.is_empty()
        && args.saturate.is_empty()
        && args.tininess.is_empty()
        && args.nan.is_empty()
        && !args.flush_operands
        && !args.flush_results
}

/// The jobs for a device that says what it covers. The usual list goes through roundings and saturations with a tininess and a result for NaN of each
/// in turn. Where the device does not claim those, and claims the same rounding and saturation with the usual ones, it is asked these.
pub fn as_claimed(args: &Args, jobs: Vec<Job>, subject: &dyn Engine) -> anyhow::Result<Vec<Job>> {
    if subject.claims().is_none() || !is_silent(args) || args.like.is_some() {
        return Ok(jobs);
    }
    let claimed = |job: Job| {
        let task = *job.task();
        let is_claimed = |policy: &Policy| {
            let task = task.with_policy(*policy);
            task.check().is_ok() && subject.covers(&task)
        };
        let plain = |policy: &Policy| {
            let usual = Policy::IEEE.standard(policy.standard);
            let usual = usual.rounding(policy.rounding).saturation(policy.saturation);
            let flushes = policy.flush_operands || policy.flush_results;
            if !flushes && !is_claimed(policy) && is_claimed(&usual) { usual } else { *policy }
        };
        job.replacing(plain).with_context(|| task.op.to_string())
    };
    jobs.into_iter().map(claimed).collect()
}

/// The policies that the arguments ask for; `None` if they say nothing about it.
fn own_policies(args: &Args) -> Option<Vec<Policy>> {
    if is_silent(args) {
        return None;
    }
    let roundings = or(&args.round, &suite::roundings());
    let saturations = or(&args.saturate, Saturation::ALL);
    let tininesses = or(&args.tininess, &[Tininess::After]);
    let nans = or(&args.nan, &[NanResult::Largest]);
    let mut policies = Vec::new();
    for &saturation in &saturations {
        for &rounding in &roundings {
            for &tininess in &tininesses {
                policies.extend(nans.iter().map(|&nan| {
                    Policy::IEEE
                        .standard(Standard::Ieee754)
                        .rounding(rounding)
                        .saturation(saturation)
                        .tininess(tininess)
                        .flush_operands(args.flush_operands)
                        .flush_results(args.flush_results)
                        .nan(nan)
                }));
            }
        }
    }
    Some(policies)
}

fn or<T: Copy>(given: &[T], otherwise: &[T]) -> Vec<T> {
    if given.is_empty() { otherwise.to_vec() } else { given.to_vec() }
}

//! `halfulp diff`: where two implementations differ.

mod arguments;
mod print;

pub use arguments::Args;
use arguments::Named;

use anyhow::{Context as _, bail, ensure};
use halfulp::{Op, Policy, Task};
use halfulp_verify::diff::{Side, compare};
use halfulp_verify::engine::command::{Command, Timeouts};
use halfulp_verify::profile::Profile;
use halfulp_verify::verify::Comparison;

use crate::exit::Verdict;
use crate::format_arg::{NamedFormat, format_arg, is_path};
use crate::profile_arg::{policies, profile_arg};
use crate::verify::engines;

/// Runs `diff`.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    let (task, formats) = task(args)?;
    let sides = sides(args, &task)?;
    let a = side(&sides[0], &task, &formats)?;
    let b = side(&sides[1], &task, &formats)?;
    for side in &sides {
        task.with_policy(side.policy)
            .check()
            .with_context(|| format!("{} cannot be computed so", task.op))?;
    }
    let comparison = Comparison { nan: args.compare_nan, ..Comparison::STRICT };
    let found = compare(&task, a, b, &comparison, args.cases, args.seed)?;
    let verdict = match found.differs() {
        0 if found.compared == 0 => Verdict::Unknown,
        0 => Verdict::Yes,
        _ => Verdict::No,
    };
    verdict.after(print::print(args, &task, &formats, &sides, &found))
}

/// The task, and its formats by name: the operands' and the result's.
fn task(args: &Args) -> anyhow::Result<(Task, [NamedFormat; 2])> {
    let (from, to) = match (&args.from, &args.to, &args.format) {
        (Some(from), Some(to), _) => (format_arg(from).context("--from")?, format_arg(to).context("--to")?),
        (_, _, Some(format)) => {
            ensure!(args.op != Op::Convert, "a conversion has two formats: --from FORMAT --to FORMAT");
            let format = format_arg(format).context("--format")?;
            (format.clone(), format)
        }
        _ if args.op == Op::Convert => {
            bail!("expected the formats of the conversion: --from FORMAT --to FORMAT")
        }
        _ => bail!("expected the format of {}: --format FORMAT", args.op),
    };
    Ok((Task::within(args.op, from.format).with_result(to.format), [from, to]))
}

/// Both sides: profiles under their own policies, engines under the profile's beside them.
fn sides(args: &Args, task: &Task) -> anyhow::Result<[Named; 2]> {
    let (roundings, saturations) = (args.round.as_slice(), args.saturate.as_slice());
    let mut policy = None;
    let mut named = Vec::new();
    for text in [&args.a, &args.b] {
        let text = text.strip_prefix("model:").unwrap_or(text);
        if is_engine(text) {
            named.push((text.to_string(), None, None));
            continue;
        }
        let profile = profile(text)?;
        let own = policies(&profile, task, roundings, saturations)?[0];
        policy = policy.or(Some(own));
        named.push((text.to_string(), Some(profile), Some(own)));
    }
    let usual =
        Policy::IEEE.rounding(args.round.unwrap_or_default()).saturation(args.saturate.unwrap_or_default());
    let policy = policy.unwrap_or(usual);
    let sides =
        named.into_iter().map(|(name, profile, own)| Named { name, profile, policy: own.unwrap_or(policy) });
    let sides: Vec<Named> = sides.collect();
    sides.try_into().map_err(|_| anyhow::anyhow!("two sides are compared"))
}

/// The profile that a text means which is no engine.
fn profile(text: &str) -> anyhow::Result<std::sync::Arc<Profile>> {
    if let Err(error) = halfulp::kernel::named(text)
        && error.exists
    {
        bail!("{error}");
    }
    let takes = format!(
        "diff takes profiles and the engines {}, kernels of the array interface and cmd:PROGRAM",
        ENGINES.join(", ")
    );
    ensure!(!text.starts_with("cmd2:"), "{text}: {takes}");
    let is_program = !is_path(text) && std::path::Path::new(text).is_file();
    ensure!(!is_program, "{text}: it is a file; a program is named as in cmd:{text}");
    profile_arg(text).context(takes)
}

/// Engines that are compared, besides programs and kernels.
const ENGINES: [&str; 6] = ["scalar", "definition", "mpfr", "apfloat", "host", "recorded"];

fn is_engine(text: &str) -> bool {
    ENGINES.contains(&text) || text.starts_with("cmd:") || halfulp::kernel::named(text).is_ok()
}

fn side(named: &Named, task: &Task, formats: &[NamedFormat; 2]) -> anyhow::Result<Side> {
    if let Some(profile) = &named.profile {
        return Ok(Side::under(&named.name, profile.clone(), task, named.policy));
    }
    if named.name == "scalar" {
        return Ok(Side::scalar(named.policy));
    }
    let engine: Box<dyn halfulp_verify::Engine> = match named.name.strip_prefix("cmd:") {
        Some(line) => {
            crate::output::watch_signals()?;
            let formats = formats.clone();
            let name = move |f: &halfulp::Format| {
                let known = formats.iter().find(|known| known.format == *f);
                known.map_or_else(String::new, |known| known.name.clone())
            };
            Box::new(Command::new(line, Timeouts::of(None, None), name)?)
        }
        None => engines::built_in(&named.name)?,
    };
    Ok(Side::new(engine, named.policy))
}

//! `halfulp diff`: where two implementations differ.

mod print;

use anyhow::{Context as _, bail, ensure};
use halfulp::{Op, Policy, Rounding, Saturation, Task};
use halfulp_verify::Selection;
use halfulp_verify::diff::{Diff, Side, compare};
use halfulp_verify::engine::command::{Command, Timeouts};
use halfulp_verify::model::NoiseRead;
use halfulp_verify::profile::{Evidence, Profile};
use halfulp_verify::verify::{Comparison, NanMatch};

use crate::exit::Verdict;
use crate::format_arg::{NamedFormat, format_arg, is_path};
use crate::offered;
use crate::profile_arg::{self, policies, profile_arg};
use crate::verify::engines;

/// What to compare.
#[derive(clap::Args)]
#[command(after_help = "\
A is a profile by its name or file, or an engine. A profile computes under a policy of its own, of which --round and --saturate choose; an \
engine under --round and --saturate, or if they are left out, under the policy of the profile beside it.

Every case is in the first region of the list that holds it. Conversions from 32 and 64 bits to at most 16 bits are compared whole, by the \
steps of both functions; other operations whole up to 24 bits of operands, and else on --cases.

Exit code: 0 no difference, 1 some, 2 could not run.

Examples:
  halfulp diff torch cuda-float --from binary32 --to e4m3fn
  halfulp diff arm-fp8 riscv-ofp8 --from binary32 --to e5m2 --json
  halfulp diff scalar x86-fp16 --op mul --format binary16 \\
    --cases edge
  halfulp diff torch ./mine.toml --from binary64 --to e4m3fn
  halfulp diff cuda-half 'cmd:./my_device' --from binary16 --to e5m2")]
pub struct Args {
    /// The one: a profile, or an engine (scalar, definition, mpfr, apfloat, host, model:PROFILE, cmd:PROGRAM).
    #[arg(value_name = "A", value_parser = profile_arg::offered(), hide_possible_values = true)]
    a: String,
    /// The other.
    #[arg(value_name = "B", value_parser = profile_arg::offered(), hide_possible_values = true)]
    b: String,
    /// The operation: add, sub, mul, div, sqrt, fma or convert.
    #[arg(long, value_name = "OP", default_value = "convert", value_parser = offered::operation(op), hide_possible_values = true)]
    op: Op,
    /// The format to convert from.
    #[arg(long, value_name = "FORMAT", requires = "to", value_parser = offered::format(), hide_possible_values = true)]
    from: Option<String>,
    /// The format to convert to.
    #[arg(long, value_name = "FORMAT", requires = "from", value_parser = offered::format(), hide_possible_values = true)]
    to: Option<String>,
    /// The format of operands and result.
    #[arg(long, value_name = "FORMAT", conflicts_with_all = ["from", "to"], value_parser = offered::format(), hide_possible_values = true)]
    format: Option<String>,
    /// The rounding, on both sides.
    #[arg(long, value_name = "ROUNDING", value_parser = offered::rounding(), hide_possible_values = true)]
    round: Option<Rounding>,
    /// The saturation, on both sides: none, finite or propagate.
    #[arg(long, value_name = "SATURATION")]
    saturate: Option<Saturation>,
    /// The cases, as for `verify`, instead of all or the usual ones.
    #[arg(long, value_name = "CASES")]
    cases: Option<Selection>,
    /// Which NaNs are considered equal: those with the same code, those with the same sign, or any.
    #[arg(long, value_name = "NANS", default_value = "code", value_parser = nan_match)]
    compare_nan: NanMatch,
    /// The seed of random cases and noise.
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Write JSON.
    #[arg(long)]
    json: bool,
}

/// A side, with what is to be said of it.
struct Named {
    name: String,
    profile: Option<std::sync::Arc<Profile>>,
    policy: Policy,
}

impl Named {
    /// Which bits of a noise word it uses.
    fn noise_read(&self, task: &Task) -> NoiseRead {
        let rule = self.profile.as_ref().and_then(|profile| profile.rule(&task.with_policy(self.policy)));
        rule.map_or(NoiseRead::Low, |rule| rule.behaviour.rounding.noise)
    }

    /// What its answers rest on; `None` for an engine.
    fn evidence(&self, task: &Task) -> Option<&'static str> {
        let rule = self.profile.as_ref()?.rule(&task.with_policy(self.policy))?;
        Some(match rule.evidence {
            Evidence::Recorded => "recorded",
            Evidence::Text => "from text",
        })
    }
}

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

/// Whether the comparison was whole, in words.
fn extent(found: &Diff) -> &'static str {
    if found.exhaustive { "all of them" } else { "selected ones, not all" }
}

fn op(text: &str) -> anyhow::Result<Op> {
    text.parse().map_err(|_| anyhow::anyhow!("expected add, sub, mul, div, sqrt, fma or convert"))
}

fn nan_match(text: &str) -> anyhow::Result<NanMatch> {
    match text {
        "code" => Ok(NanMatch::Code),
        "sign" => Ok(NanMatch::Sign),
        "any" => Ok(NanMatch::Any),
        _ => bail!("expected code, sign or any"),
    }
}

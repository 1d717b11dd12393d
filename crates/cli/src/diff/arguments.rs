//! The arguments of `halfulp diff`, and the sides that they name.

use anyhow::bail;
use halfulp::{Op, Policy, Rounding, Saturation, Task};
use halfulp_verify::Selection;
use halfulp_verify::model::NoiseRead;
use halfulp_verify::profile::{Evidence, Profile};
use halfulp_verify::verify::NanMatch;

use crate::{offered, profile_arg};

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
    pub(super) a: String,
    /// The other.
    #[arg(value_name = "B", value_parser = profile_arg::offered(), hide_possible_values = true)]
    pub(super) b: String,
    /// The operation: add, sub, mul, div, sqrt, fma or convert.
    #[arg(long, value_name = "OP", default_value = "convert", value_parser = offered::operation(op), hide_possible_values = true)]
    pub(super) op: Op,
    /// The format to convert from.
    #[arg(long, value_name = "FORMAT", requires = "to", value_parser = offered::format(), hide_possible_values = true)]
    pub(super) from: Option<String>,
    /// The format to convert to.
    #[arg(long, value_name = "FORMAT", requires = "from", value_parser = offered::format(), hide_possible_values = true)]
    pub(super) to: Option<String>,
    /// The format of operands and result.
    #[arg(long, value_name = "FORMAT", conflicts_with_all = ["from", "to"], value_parser = offered::format(), hide_possible_values = true)]
    pub(super) format: Option<String>,
    /// The rounding, on both sides.
    #[arg(long, value_name = "ROUNDING", value_parser = offered::rounding(), hide_possible_values = true)]
    pub(super) round: Option<Rounding>,
    /// The saturation, on both sides: none, finite or propagate.
    #[arg(long, value_name = "SATURATION")]
    pub(super) saturate: Option<Saturation>,
    /// The cases, as for `verify`, instead of all or the usual ones.
    #[arg(long, value_name = "CASES")]
    pub(super) cases: Option<Selection>,
    /// Which NaNs are considered equal: those with the same code, those with the same sign, or any.
    #[arg(long, value_name = "NANS", default_value = "code", value_parser = nan_match)]
    pub(super) compare_nan: NanMatch,
    /// The seed of random cases and noise.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(super) seed: u64,
    /// Write JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// A side, with what is to be said of it.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) profile: Option<std::sync::Arc<Profile>>,
    pub(super) policy: Policy,
}

impl Named {
    /// Which bits of a noise word it uses.
    pub(super) fn noise_read(&self, task: &Task) -> NoiseRead {
        let rule = self.profile.as_ref().and_then(|profile| profile.rule(&task.with_policy(self.policy)));
        rule.map_or(NoiseRead::Low, |rule| rule.behaviour.rounding.noise)
    }

    /// What its answers rest on; `None` for an engine.
    pub(super) fn evidence(&self, task: &Task) -> Option<&'static str> {
        let rule = self.profile.as_ref()?.rule(&task.with_policy(self.policy))?;
        Some(match rule.evidence {
            Evidence::Recorded => "recorded",
            Evidence::Text => "from text",
        })
    }
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

//! `halfulp profiles`: how other implementations compute.

use std::io::{self, Write};

use halfulp::Format;
use halfulp_verify::profile::{self, Operand, Profile, Rule};
use halfulp_verify::report::PolicyWords;
use halfulp_verify::verify::letters;
use serde::Serialize;

use crate::columns::{self, Columns, paragraph};
use crate::document::{self, Head};
use crate::exit::Verdict;
use crate::profile_arg::{evidence, offered, profile_arg};

/// What to list.
#[derive(clap::Args)]
#[command(after_help = "\
A rule is recorded if the implementation itself was asked: its answers ship with the tests, which compare the rule with all of them. \
A rule from text rests on a specification, on source code or on a report.

Examples:
  halfulp profiles
  halfulp profiles cuda-float
  halfulp profiles ./mine.toml
  halfulp profiles --json > profiles.json")]
pub struct Args {
    /// Show this profile: a name or a file.
    #[arg(value_name = "PROFILE", value_parser = offered(), hide_possible_values = true)]
    name: Option<String>,
    /// Write JSON, with one object per profile.
    #[arg(long)]
    json: bool,
}

/// The list as JSON; its keys: `docs/schema/halfulp.profiles-1.json`.
#[derive(Serialize)]
struct Document {
    #[serde(flatten)]
    head: Head,
    profiles: Vec<Described>,
}

/// A profile.
#[derive(Serialize)]
struct Described {
    name: String,
    version: String,
    title: String,
    source: String,
    notes: String,
    policy: PolicyWords,
    flags: String,
    rules: Vec<DescribedRule>,
}

/// A rule. Its behaviour has what deviates, by the keys of the profile's file.
#[derive(Serialize)]
struct DescribedRule {
    operations: Vec<String>,
    from: Vec<String>,
    to: Vec<String>,
    addend: Option<String>,
    roundings: Vec<String>,
    saturations: Vec<String>,
    evidence: &'static str,
    source: String,
    deviations: Vec<String>,
    instead: Vec<String>,
    unknown: Vec<String>,
}

/// Lists the profiles, or shows one.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    let profiles = match &args.name {
        Some(name) => vec![profile_arg(name)?],
        None => profile::all().to_vec(),
    };
    let described: Vec<Described> = profiles.iter().map(|profile| Described::new(profile)).collect();
    Verdict::Yes.after(print(args, described))
}

fn print(args: &Args, profiles: Vec<Described>) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match &args.name {
        _ if args.json => {
            document::write(&mut out, &Document { head: Head::new("halfulp.profiles/1"), profiles })?;
        }
        Some(_) => profiles.iter().try_for_each(|profile| show(&mut out, profile))?,
        None => list(&mut out, &profiles)?,
    }
    Ok(out.flush()?)
}

fn list(out: &mut dyn Write, profiles: &[Described]) -> anyhow::Result<()> {
    let mut columns = Columns::new(&["NAME", "VERSION", "RULES", "WHAT"], &[]);
    for profile in profiles {
        let (name, version, title) = (profile.name.clone(), profile.version.clone(), profile.title.clone());
        columns.push_whole(vec![name, version, profile.evidence(), title]);
    }
    columns.write(out, columns::terminal_width())?;
    writeln!(out)?;
    paragraph(
        out,
        "`halfulp profiles NAME` shows the rules. A profile is compared with another one by `halfulp diff`, and is an engine, model:NAME.",
    )?;
    Ok(())
}

fn show(out: &mut dyn Write, profile: &Described) -> anyhow::Result<()> {
    writeln!(out, "{} ({})", profile.name, profile.version)?;
    paragraph(out, &profile.title)?;
    paragraph(out, &format!("Source: {}", profile.source))?;
    if !profile.notes.is_empty() {
        paragraph(out, profile.notes.trim())?;
    }
    let PolicyWords { standard, tininess, flush_operands, flush_results, .. } = &profile.policy;
    writeln!(out, "Standard {standard}; tininess {tininess} rounding; flags {}", profile.flags)?;
    for (flushed, what) in [(flush_operands, "operands"), (flush_results, "results")] {
        if *flushed {
            writeln!(out, "Subnormal {what} are zero")?;
        }
    }
    for (number, rule) in (1..).zip(&profile.rules) {
        writeln!(out)?;
        let to = if rule.to.is_empty() { String::new() } else { format!(" to {}", rule.to.join(", ")) };
        let addend = rule.addend.as_ref().map_or(String::new(), |addend| format!(", {addend} added"));
        let what = format!("{} {}{addend}{to}", rule.operations.join(", "), rule.from.join(", "));
        paragraph(out, &format!("Rule {number}, {}: {what}", rule.evidence))?;
        writeln!(
            out,
            "  rounding {}; saturation {}",
            rule.roundings.join(", "),
            rule.saturations.join(", ")
        )?;
        if !rule.source.is_empty() {
            writeln!(out, "  source: {}", rule.source)?;
        }
        if rule.deviations.is_empty() && rule.instead.is_empty() {
            writeln!(out, "  as SPEC.md says")?;
        }
        for line in rule.deviations.iter().chain(&rule.instead).chain(&rule.unknown) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

impl Described {
    fn new(profile: &Profile) -> Described {
        Described {
            name: profile.name.clone(),
            version: profile.version.clone(),
            title: profile.title.clone(),
            source: profile.source.clone(),
            notes: profile.notes.trim().into(),
            policy: profile.policy.into(),
            flags: letters::text(profile.flags),
            rules: profile.rules.iter().map(|rule| DescribedRule::new(profile, rule)).collect(),
        }
    }

    /// What its rules rest on.
    fn evidence(&self) -> String {
        let recorded = self.rules.iter().filter(|rule| rule.evidence == "recorded").count();
        match self.rules.len() - recorded {
            0 => "recorded".into(),
            text if recorded == 0 => format!("from text ({text})"),
            text => format!("{recorded} recorded, {text} from text"),
        }
    }
}

impl DescribedRule {
    fn new(profile: &Profile, rule: &Rule) -> DescribedRule {
        let names = |formats: &[Format]| formats.iter().map(name).collect();
        let instead = rule.instead.iter().map(|instead| {
            let sign = if instead.positive { "positive operands" } else { "operands" };
            format!("{sign} {:#x} to {:#x} give {:#x}", instead.first, instead.last, instead.code)
        });
        let unknown = rule.unknown.iter().map(|unknown| {
            let operands = match unknown.operand {
                Operand::Nan => "NaN operands".into(),
                Operand::Infinity => "infinite operands".into(),
                Operand::Zero => "zero operands".into(),
                Operand::Subnormal => "subnormal operands".into(),
                Operand::Codes { first, last } => format!("operands {first:#x} to {last:#x} of either sign"),
            };
            format!("not known for {operands}: {}", unknown.why)
        });
        DescribedRule {
            operations: rule.ops.iter().map(ToString::to_string).collect(),
            from: names(&rule.from),
            to: names(&rule.to),
            addend: rule.addend.as_ref().map(name),
            roundings: rule.roundings(profile).iter().map(ToString::to_string).collect(),
            saturations: rule.saturations(profile).iter().map(ToString::to_string).collect(),
            evidence: evidence(rule),
            source: rule.source.clone(),
            deviations: rule.behaviour.deviations(),
            instead: instead.collect(),
            unknown: unknown.collect(),
        }
    }
}

fn name(format: &Format) -> String {
    halfulp::format::catalog::name_of(format).unwrap_or_else(|| format!("{:?}", format.facts()))
}

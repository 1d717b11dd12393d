//! `halfulp show`: a format, its values, one code, or what a number rounds to.

mod facts;
mod like;
mod neighbours;
mod number;
mod values;

use std::io::{self, Write as _};

use anyhow::{Result, anyhow, bail, ensure};
use halfulp::{Code, Policy, Saturation, Standard};

use crate::exit::Verdict;
use crate::format_arg::{NamedFormat, about, format_arg};
use crate::notation;
use crate::{offered, profile_arg};

/// What to show.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  halfulp show e4m3fn
  halfulp show e4m3fn 0x3c
  halfulp show e4m3fn 0.3
  halfulp show e5m2 1e9 --saturate finite
  halfulp show e2m1 --all
  halfulp show bfloat16 --all --hex > bfloat16.txt
  halfulp show e4m3fn --like cuda-float
  halfulp show ./mine.toml --json")]
pub struct Args {
    /// The format: a name or a format file.
    #[arg(value_name = "FORMAT", value_parser = offered::format(), hide_possible_values = true)]
    format: String,
    /// A code, such as 0x3c or 0b111100, or a number, such as -0.3, 1e-9, 0x1.8p3, inf or nan. Hexadecimal with a
    /// point or a `p` is a number, otherwise a code.
    #[arg(value_name = "CODE|NUMBER", allow_hyphen_values = true, conflicts_with = "all")]
    what: Option<String>,
    /// List all codes with their values.
    #[arg(long)]
    all: bool,
    /// With --all, print values only in hexadecimal. Decimals of wide exponent ranges are long: those of binary16p1ue fill 541 MB.
    #[arg(long, requires = "all")]
    hex: bool,
    /// The saturation of numbers beyond the finite range: none, finite or propagate [default: none].
    #[arg(long, value_name = "MODE")]
    saturate: Option<Saturation>,
    /// The standard by which a number is rounded: ieee-754, p3109-v4.0 or p3109-2026-07 [default: ieee-754].
    #[arg(long, value_name = "STANDARD")]
    standard: Option<Standard>,
    /// Show what an implementation gives in the format, a profile (`halfulp profiles` lists them) or its file: its answers to NaNs, infinities, zeros
    /// and at the ends of the range.
    #[arg(long, value_name = "PROFILE", conflicts_with_all = ["what", "all", "saturate", "standard"], value_parser = profile_arg::offered(), hide_possible_values = true)]
    like: Option<String>,
    /// Write JSON.
    #[arg(long)]
    json: bool,
}

/// Shows a format, its values, one code, or how a number is rounded.
pub fn run(args: &Args) -> Result<Verdict> {
    let named = format_arg(&args.format)?;
    let code = args.what.as_deref().map(|text| code(&named, text)).transpose()?.flatten();
    let is_number = args.what.is_some() && code.is_none();
    for (option, given) in [("--saturate", args.saturate.is_some()), ("--standard", args.standard.is_some())]
    {
        let what = match (&args.what, args.all) {
            (Some(text), _) => format!("{text} is a code"),
            (None, true) => "--all shows codes".into(),
            (None, false) => "none is named".into(),
        };
        ensure!(is_number || !given, "{option} says how a number is delivered, and {what}");
    }
    Verdict::Yes.after(print(args, &named, code))
}

fn print(args: &Args, named: &NamedFormat, code: Option<Code>) -> Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match (&args.what, code) {
        _ if args.like.is_some() => {
            like::show(named, args.like.as_deref().unwrap_or_default(), args.json, &mut out)?;
        }
        (None, _) if args.all => values::show(named, args.hex, args.json, &mut out)?,
        (None, _) => facts::show(named, about(&args.format, named), args.json, &mut out)?,
        (Some(_), Some(code)) => neighbours::show(named, code, args.json, &mut out)?,
        (Some(text), None) => {
            let policy = Policy::IEEE
                .standard(args.standard.unwrap_or_default())
                .saturation(args.saturate.unwrap_or_default());
            number::show(named, text, policy, args.json, &mut out)?;
        }
    }
    Ok(out.flush()?)
}

/// The code that a text means; `None` if it is to be read as a number.
fn code(named: &NamedFormat, text: &str) -> Result<Option<Code>> {
    let lower = text.to_ascii_lowercase();
    let unsigned = lower.trim_start_matches(['+', '-']);
    let (digits, radix) = match (unsigned.strip_prefix("0x"), unsigned.strip_prefix("0b")) {
        (Some(digits), _) if !digits.contains(['.', 'p']) => (digits, 16),
        (_, Some(digits)) => (digits, 2),
        _ => return Ok(None),
    };
    if unsigned.len() < lower.len() {
        bail!("{text:?}: a code has no sign; hexadecimal with a `p` is a number: {text}p0");
    }
    let digits = digits.replace('_', "");
    let kind = if radix == 16 { "hexadecimal" } else { "binary" };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        bail!("{text:?} is not a code: expected {kind} digits after {:?}", &lower[..2]);
    }
    let code = Code::from_str_radix(&digits, radix).ok();
    let last = named.format.code_mask();
    let in_range = code.filter(|&code| code <= last);
    in_range.map(Some).ok_or_else(|| {
        let (name, last) = (&named.name, notation::code(&named.format, last));
        anyhow!(
            "{text} is not a code of {name}, whose codes have {} bits: 0x0 to {last}",
            named.format.width()
        )
    })
}

//! `halfulp formats`: the list of formats.

use std::io::{self, Write};

use anyhow::ensure;
use halfulp::format::{catalog, p3109};
use serde::Serialize;

use crate::columns::{self, Columns, paragraph};
use crate::describe::Description;
use crate::document::{self, Head};
use crate::exit::Verdict;
use crate::format_arg::{NamedFormat, about_format};

/// What to list.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  halfulp formats
  halfulp formats fp8
  halfulp formats --p3109 --json > formats.json")]
pub struct Args {
    /// List only formats with this in their name, in what they are, or in what others call them.
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    /// Also list the P3109 formats, 3 to 16 bits wide.
    #[arg(long)]
    p3109: bool,
    /// Write JSON, with one object per format.
    #[arg(long)]
    json: bool,
}

/// Values longer than this are in hexadecimal.
const DECIMAL_LIMIT: usize = 10;

/// The list as JSON; its keys: `docs/schema/halfulp.formats-1.json`.
#[derive(Serialize)]
struct Document {
    #[serde(flatten)]
    head: Head,
    formats: Vec<Description>,
}

/// Lists the formats.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    Verdict::Yes.after(print(args))
}

fn print(args: &Args) -> anyhow::Result<()> {
    let mut formats = descriptions(args.p3109);
    if let Some(text) = &args.text {
        formats.retain(|format| is_about(format, text));
        ensure!(
            !formats.is_empty(),
            "no format has {text:?} in its name, in what it is, or in what others call it; `halfulp formats` lists all"
        );
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    if args.json {
        document::write(&mut out, &Document { head: Head::new("halfulp.formats/1"), formats })?;
    } else {
        table(&formats).write(&mut out, columns::terminal_width())?;
        writeln!(out)?;
        paragraph(
            &mut out,
            "S/E/T: bits of sign, exponent and trailing significand. SMALLEST: above zero. `halfulp show FORMAT` says more.",
        )?;
        if !args.p3109 && args.text.is_none() {
            paragraph(
                &mut out,
                "Also binary{K}p{P}{s|u}{e|f}, P3109's (--p3109 lists them); integers i2 to i64, u2 to u64; your own ./file.toml.",
            )?;
        }
    }
    Ok(out.flush()?)
}

fn descriptions(with_p3109: bool) -> Vec<Description> {
    let widths = (p3109::MIN_WIDTH..=p3109::MAX_WIDTH).filter(|_| with_p3109);
    let builtin = catalog::builtin().iter().map(|e| (Some(e.name.to_string()), e.format));
    let family = widths.flat_map(p3109::all).map(|f| (p3109::name(&f), f));
    let named =
        builtin.chain(family).map(|(name, format)| NamedFormat { name: name.unwrap_or_default(), format });
    named.map(|named| Description::new(&named, about_format(&named.format))).collect()
}

/// Whether a text is in something that is said of a format.
fn is_about(format: &Description, text: &str) -> bool {
    let text = text.to_lowercase();
    let aliases = format.aliases.iter().map(|alias| &alias.name);
    let mut said = [&format.name, &format.summary, &format.source].into_iter().chain(aliases);
    said.any(|said| said.to_lowercase().contains(&text))
}

/// Each other name of a format once.
fn other_names(format: &Description) -> String {
    let mut names: Vec<&str> = Vec::new();
    for alias in &format.aliases {
        if !names.contains(&&*alias.name) && alias.name != format.name {
            names.push(&alias.name);
        }
    }
    names.join(" ")
}

fn table(formats: &[Description]) -> Columns {
    let heading = [
        "NAME",
        "BITS",
        "S/E/T",
        "BIAS",
        "LARGEST",
        "LEAST",
        "SMALLEST",
        "INFINITIES",
        "NANS",
        "WHAT",
        "ALSO CALLED",
    ];
    let mut columns = Columns::new(&heading, &[1, 3]);
    for d in formats {
        columns.push_whole(vec![
            d.name.clone(),
            d.facts.width.to_string(),
            d.fields(),
            d.facts.bias.to_string(),
            d.largest.short(DECIMAL_LIMIT).into(),
            d.least.short(DECIMAL_LIMIT).into(),
            d.smallest.short(DECIMAL_LIMIT).into(),
            or_dash(d.infinities.join(" ")),
            nans(d),
            d.summary.clone(),
            other_names(d),
        ]);
    }
    columns
}

fn nans(d: &Description) -> String {
    if d.nan_codes > 2 { format!("{} codes", d.nan_codes) } else { or_dash(d.nan_list()) }
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "-".into() } else { text }
}

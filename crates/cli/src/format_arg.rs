//! A FORMAT argument: a name, or a format file.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Error, anyhow, ensure};
use halfulp::format::catalog::{self, LookupError};
use halfulp::format::file;
pub use halfulp_verify::suite::NamedFormat;

use crate::input;

/// The format that a FORMAT argument means. What ends in `.toml` is a file; anything else is a name.
///
/// # Errors
/// The file is wrong, or the name means no format or several: a sentence for the person who typed it.
pub fn format_arg(text: &str) -> Result<NamedFormat, Error> {
    if is_path(text) {
        input::exists(Path::new(text))?;
        let read = file::read(text)?;
        let format = read.format();
        // What is written and printed has the name alone, which must not mean another format.
        ensure!(
            catalog::lookup(&read.name).map_or(true, |known| known == format),
            "{text}: name: {:?} is another format's name; give this one a name of its own",
            read.name
        );
        return Ok(NamedFormat { name: read.name, format });
    }
    match catalog::lookup(text) {
        Ok(format) => {
            Ok(NamedFormat { name: catalog::name_of(&format).unwrap_or_else(|| text.into()), format })
        }
        Err(LookupError::Unknown { name, .. }) if name.contains(':') => Err(anyhow!(of_ecosystem(&name))),
        Err(LookupError::Unknown { name, .. }) if of_blocks(&name).is_some() => {
            Err(anyhow!("{name} {}", of_blocks(&name).unwrap_or_default()))
        }
        Err(LookupError::Unknown { name, .. }) if is_like_path(text) => Err(anyhow!(
            "{name} is not a format: a format file has a name that ends in .toml{}",
            if Path::new(text).is_dir() { ", and that is a folder" } else { "" }
        )),
        Err(LookupError::Unknown { name, near }) => {
            let guess = if near.is_empty() { ":" } else { "" };
            let error = LookupError::Unknown { name, near };
            Err(anyhow!(
                "{error}{guess} `halfulp formats` lists the names; a format file is given by its path, ./mine.toml"
            ))
        }
        Err(error) => Err(error.into()),
    }
}

/// Names of block formats, and of which formats their elements and scales are.
const BLOCKS: [(&str, &str); 4] = [
    ("mxfp8", "elements in e4m3fn or e5m2, scales in e8m0"),
    ("mxfp6", "elements in e2m3 or e3m2, scales in e8m0"),
    ("mxfp4", "elements in e2m1, scales in e8m0"),
    ("nvfp4", "elements in e2m1, scales in e4m3fn (without the sign, ue4m3)"),
];

/// What the elements of a block format are, if a name is of one.
fn of_blocks(name: &str) -> Option<String> {
    let plain = name.to_ascii_lowercase().replace(['_', '-'], "");
    let (_, what) = BLOCKS.iter().find(|(block, _)| plain.starts_with(block))?;
    Some(format!("is a format of blocks, which have no one format: {what}; name one of these"))
}

/// Whether a text that is not a name of a format was meant for a file.
fn is_like_path(text: &str) -> bool {
    text.contains(['/', std::path::MAIN_SEPARATOR]) || text.starts_with('.') || Path::new(text).exists()
}

/// Why `ecosystem:name` is not a format: what the ecosystem calls its own, or which ecosystems there are.
fn of_ecosystem(text: &str) -> String {
    let (ecosystem, name) = text.split_once(':').unwrap_or((text, ""));
    let all = || catalog::builtin().iter().flat_map(|entry| entry.aliases);
    let names: Vec<&str> =
        all().filter(|(who, _)| who.eq_ignore_ascii_case(ecosystem)).map(|(_, name)| *name).collect();
    if names.is_empty() {
        let known: BTreeSet<&str> = all().map(|(who, _)| *who).collect();
        let known: Vec<&str> = known.into_iter().collect();
        return format!(
            "{text:?}: no ecosystem is called {ecosystem:?}: expected one of {}",
            known.join(", ")
        );
    }
    let part = name.to_ascii_lowercase();
    let near = names.iter().filter(|known| !part.is_empty() && known.to_ascii_lowercase().contains(&part));
    let near: Vec<String> = near.map(|known| format!("{ecosystem}:{known}")).collect();
    match near.is_empty() {
        false => format!("{ecosystem} calls no format {name:?}; did you mean {}?", near.join(" or ")),
        true => format!("{ecosystem} calls no format {name:?}: expected one of {}", names.join(", ")),
    }
}

/// What is said about a format beside its facts; may be empty.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct About {
    /// What it is, in one line.
    pub summary: String,
    /// Who defines it.
    pub source: String,
    /// What others call it: ecosystem and name.
    pub aliases: Vec<(String, String)>,
}

/// What is said about the format that a FORMAT argument means.
pub fn about(text: &str, named: &NamedFormat) -> About {
    if is_path(text) {
        return file::read(text).map_or_else(
            |_| About::default(),
            |read| About { summary: read.summary, source: read.source, aliases: read.aliases },
        );
    }
    about_format(&named.format)
}

/// What the catalog says about a format.
pub fn about_format(format: &halfulp::Format) -> About {
    if let Some(entry) = catalog::builtin().iter().find(|e| e.format == *format) {
        let aliases = entry.aliases.iter();
        return About {
            summary: entry.summary.into(),
            source: entry.source.into(),
            aliases: aliases.map(|&(who, name)| (who.into(), name.into())).collect(),
        };
    }
    let summary = match (format.is_integer(), format.is_signed()) {
        (true, true) => "integers in two's complement",
        (true, false) => "integers without sign",
        (false, _) => "a format of P3109's family",
    };
    let source = if format.is_integer() { "" } else { "IEEE SA P3109 interim report 4.0" };
    About { summary: summary.into(), source: source.into(), aliases: Vec::new() }
}

/// Whether a FORMAT argument names a file.
pub fn is_path(text: &str) -> bool {
    text.to_ascii_lowercase().ends_with(".toml")
}

//! JSON on standard output.

use std::io::{self, Write};

use serde::Serialize;

/// What every document begins with.
#[derive(Serialize, Debug)]
pub struct Head {
    /// What the keys mean: `docs/schema/`.
    pub schema: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// The command line.
    pub command: Vec<String>,
}

impl Head {
    /// Of a document of this run.
    pub fn new(schema: &'static str) -> Head {
        Head { schema, version: env!("CARGO_PKG_VERSION"), command: command() }
    }
}

/// The command line of this run, the program by its name.
pub fn command() -> Vec<String> {
    let arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once("halfulp".to_string()).chain(arguments).collect()
}

/// Writes a document and ends its line.
pub fn write(out: &mut dyn Write, document: &impl Serialize) -> anyhow::Result<()> {
    Ok(writeln!(out, "{}", harmless(&serde_json::to_string_pretty(document)?))?)
}

/// The same JSON with what steers terminals escaped past ASCII too, as JSON allows: some take U+009B for an escape
/// sequence's beginning. Such characters occur in strings alone.
pub fn harmless(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{9f}' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => text.push(c),
        }
    }
    text
}

/// As [`write`], on standard output.
pub fn print(document: &impl Serialize) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    write(&mut out, document)?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_they_were_and_steer_nothing() {
        let text: String = (0..0x2100).filter_map(char::from_u32).collect();
        let mut out = Vec::new();
        write(&mut out, &[&text]).expect("memory takes everything");
        let out = String::from_utf8(out).expect("UTF-8");
        assert!(!out.contains(|c: char| c.is_control() && c != '\n'), "{out:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&out).expect("JSON"), [text]);
    }
}

//! The reader of format files: it takes any text or says where it is wrong, and what it took it takes again.
#![no_main]

use std::fmt;

use halfulp::Format;
use halfulp::format::file::{FileError, FileFormat, parse};
use halfulp_fuzz::{draw, file};
use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use toml::Table;

/// A text of any kind; a format, and its file with some text in the place of some of its own.
struct Input {
    text: String,
    edited: Option<(Format, String)>,
}

impl<'a> Arbitrary<'a> for Input {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Input> {
        let text = String::from_utf8_lossy(u.peek_bytes(u.len()).unwrap_or_default()).into_owned();
        Ok(Input { text, edited: edited(u).ok() })
    }
}

fn edited(u: &mut Unstructured<'_>) -> Result<(Format, String)> {
    let format = draw::format(u)?;
    let mut text = file::of_format("fuzzed", &format);
    let start = u.int_in_range(0..=text.len())?;
    let end = (start + u.int_in_range(0..=24)?).min(text.len());
    text.replace_range(start..end, &String::from_utf8_lossy(u.bytes(u.len())?));
    Ok((format, text))
}

/// The files: `halfulp show ./FILE` reads one of them again.
impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}", self.text)?;
        self.edited.iter().try_for_each(|(_, text)| writeln!(f, "{text:?}"))
    }
}

fuzz_target!(|input: Input| {
    check(&input.text);
    if let Some((format, edited)) = input.edited {
        written(&format);
        check(&edited);
    }
});

fn check(text: &str) {
    match parse(text, "fuzzed.toml") {
        Ok(read) => taken(text, &read),
        Err(error) => refused(text, &error),
    }
}

/// The keys that formats/README.md has.
const KEYS: [&str; 12] = [
    "name",
    "summary",
    "source",
    "width",
    "precision",
    "sign",
    "bias",
    "nan",
    "overflow",
    "subnormals",
    "aliases",
    "ambiguous",
];

/// What a file says is a format, of its keys, and says the same once it is written out.
fn taken(text: &str, read: &FileFormat) {
    let facts = read.format().facts();
    assert_eq!(Format::new(facts), Ok(read.format()), "\n{text}");
    let table: Table = text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"));
    for (key, value) in &table {
        let same = match key.as_str() {
            "name" => value.as_str() == Some(&read.name),
            "summary" => value.as_str() == Some(&read.summary),
            "source" => value.as_str() == Some(&read.source),
            "width" => value.as_integer() == Some(facts.width.into()),
            "precision" => value.as_integer() == Some(facts.precision.into()),
            "bias" => value.as_integer() == Some(facts.bias.into()),
            "subnormals" => value.as_bool() == Some(facts.subnormals),
            key => KEYS.contains(&key),
        };
        assert!(same, "{key}: {facts:?}\n{text}");
    }
    let again = file::text(read);
    assert_eq!(parse(&again, "fuzzed.toml").as_ref(), Ok(read), "\n{text}\nwritten out:\n{again}");
}

/// An error has a place within the text, and one line that begins with it.
fn refused(text: &str, error: &FileError) {
    let inside = error.place.is_some_and(|(line, column)| {
        let mut lines = text.split('\n');
        lines.nth(line.wrapping_sub(1)).is_some_and(|line| (1..=line.chars().count() + 1).contains(&column))
    });
    assert!(inside, "{error}: no such place in\n{text}");
    let (line, column) = error.place.unwrap_or_default();
    let message = error.to_string();
    assert!(message.starts_with(&format!("fuzzed.toml:{line}:{column}: ")), "{message}");
    assert!(!error.message.is_empty() && error.origin == "fuzzed.toml", "{error:?}");
}

/// Any format, written out, is read as it is.
fn written(format: &Format) {
    let text = file::of_format("fuzzed", format);
    let read = parse(&text, "fuzzed.toml").map(|read| read.format());
    assert_eq!(read.as_ref(), Ok(format), "\n{text}");
}

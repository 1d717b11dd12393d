//! What is said on standard error: as far as it can be written there, and never more than text.

use std::fmt::Display;
use std::io::{self, Write as _};

use halfulp::text::escaped;

/// Says what happened, as one line after the program's name.
pub fn say(text: impl Display) {
    line(format_args!("halfulp: {text}"));
}

/// Writes a line, with the control characters in it escaped.
pub fn line(text: impl Display) {
    raw(&format!("{}\n", escaped(&text.to_string())));
}

/// Says what happened in several lines, of which all but the first are indented.
pub fn say_lines(text: &str) {
    let lines = text.lines().map(escaped).enumerate().map(|(place, line)| match (place, line.to_string()) {
        (0, line) => line,
        (_, line) if line.starts_with("    ") => line,
        (_, line) => format!("    {line}"),
    });
    raw(&format!("halfulp: {}\n", lines.collect::<Vec<_>>().join("\n")));
}

/// Writes text as it is. A standard error that is closed or full is no reason to stop.
pub fn raw(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

//! Colour for verdicts, where standard output is a terminal that shows it.

use std::fmt::Display;
use std::io;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use crate::exit::Verdict;

/// Takes over what `--color` says. Without it NO_COLOR, CLICOLOR, CLICOLOR_FORCE and TERM are followed.
pub fn choose(choice: clap::ColorChoice) {
    match choice {
        clap::ColorChoice::Auto => ColorChoice::Auto,
        clap::ColorChoice::Always => ColorChoice::Always,
        clap::ColorChoice::Never => ColorChoice::Never,
    }
    .write_global();
}

/// A text in the colour of a verdict, or plain where there is none.
pub fn verdict(text: impl Display, verdict: Verdict) -> String {
    let colour = match verdict {
        Verdict::Yes => AnsiColor::Green,
        Verdict::No => AnsiColor::Red,
        Verdict::Unknown => AnsiColor::Yellow,
    };
    let style = Style::new().bold().fg_color(Some(colour.into()));
    match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => text.to_string(),
        _ => format!("{style}{text}{style:#}"),
    }
}

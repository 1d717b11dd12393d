//! What goes to standard output.

use std::io::{self, ErrorKind, Write as _};

use halfulp_lab::report::{Outcome, Report, Verdict as Found, json, text};

use serde_json::Value;

use crate::document::{Head, harmless};
use crate::exit::Verdict;
use crate::{columns, paint};

/// How much is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// All that was found.
    Full,
    /// A line an experiment, and what is not as asserted.
    Brief,
}

/// The width of lines where there is no terminal.
const WIDTH: usize = 100;

/// Prints outcomes as they come. A reader that closes the pipe has seen enough, but the verdict is still to be found.
pub struct Printer {
    style: Style,
    experiments: usize,
    json: bool,
    closed: bool,
}

impl Printer {
    /// For so many experiments.
    pub fn new(style: Style, experiments: usize, json: bool) -> Printer {
        Printer { style, experiments, json, closed: false }
    }

    /// Prints what an experiment found; nothing where a JSON document comes at the end.
    pub fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        let Ok(report) = &outcome.report else { return Ok(()) };
        if self.json {
            return Ok(());
        }
        match self.style {
            Style::Full => {
                let width = columns::terminal_width().unwrap_or(WIDTH);
                self.print(&coloured(&text::report(report, width)))?;
                if self.experiments > 1 { self.print("\n") } else { Ok(()) }
            }
            Style::Brief => self.print(&painted(text::brief(report), report)),
        }
    }

    /// Prints what comes after all: the document, or a line an experiment.
    pub fn finish(&mut self, outcomes: &[Outcome]) -> io::Result<()> {
        if self.json {
            return self.print(&rendered(json::document(outcomes)));
        }
        if self.style == Style::Full && self.experiments > 1 {
            for report in outcomes.iter().filter_map(|outcome| outcome.report.as_ref().ok()) {
                self.print(&painted(text::line(report), report))?;
            }
        }
        Ok(())
    }

    fn print(&mut self, text: &str) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            result => result,
        }
    }
}

/// A document with the program's version and command, as text.
fn rendered(mut document: Value) -> String {
    if let Some(keys) = document.as_object_mut() {
        let Head { version, command, .. } = Head::new(json::SCHEMA);
        keys.insert("version".into(), version.into());
        keys.insert("command".into(), command.into());
    }
    harmless(&format!("{document:#}")) + "\n"
}

/// Prints a document alone.
pub fn json(document: Value) -> io::Result<()> {
    Printer::new(Style::Full, 1, true).print(&rendered(document))
}

/// A report whose heading over contradictions is in colour where the terminal has it.
fn coloured(report: &str) -> String {
    report.replacen(text::CONTRADICTS, &paint::verdict(text::CONTRADICTS, Verdict::Unknown), 1)
}

/// A line of a report, its verdict in colour where the terminal has it.
fn painted(line: String, report: &Report) -> String {
    let verdict = match report.verdict() {
        Found::Holds => Verdict::Yes,
        Found::Fails => Verdict::No,
        Found::NothingAsserted => return line,
    };
    match line.split_once(' ') {
        Some((word, rest)) => format!("{} {rest}", paint::verdict(word, verdict)),
        None => line,
    }
}

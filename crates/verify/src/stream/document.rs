//! What a stream showed, as data for other programs and as text.

use std::fmt::Write as _;

use halfulp::{Format, Task};
use serde::Serialize;

use super::mixed::Stream;
use super::outcome::{Found, Outcome, Wrong};
use super::text::to_lines;
use crate::engine::Answer;
use crate::report::{counted, grouped};
use crate::verify::Comparison;
use crate::verify::Difference;

/// Lines of a history that are printed at each end, where there are many.
const ENDS: usize = 10;

/// What a JSON document has of a stream. Codes and flags are hexadecimal.
#[derive(Serialize, Clone, Debug)]
pub struct Document {
    /// The cases of the stream.
    pub cases: usize,
    /// The tasks among which they were drawn.
    pub tasks: usize,
    /// Cases that were answered and compared.
    pub compared: usize,
    /// Wrong answers.
    pub mismatches: usize,
    /// Wrong answers that were asked again alone, each of a device that was started anew.
    pub examined: usize,
    /// Those that are wrong alone too.
    pub alone: Vec<Alone>,
    /// Those that are right alone.
    pub sequential: Vec<Sequential>,
    /// Those that are right alone, and whose history was not looked for.
    pub not_reduced: usize,
    /// Why not all cases were answered, or no more of the wrong ones were asked again, if so.
    pub stopped: Option<String>,
}

/// A case with its answers.
#[derive(Serialize, Clone, Debug)]
pub struct Line {
    /// The case as a line of protocol 2.
    pub line: String,
    /// What the device answered, `result flags`; `x` if it is undefined, and `-` for flags that it does not report.
    pub got: String,
    /// What the oracle answers.
    pub want: String,
}

/// A wrong answer that is a function of the case.
#[derive(Serialize, Clone, Debug)]
pub struct Alone {
    /// Its place in the stream, from 0.
    pub place: usize,
    /// How it differs.
    pub difference: String,
    /// The case.
    #[serde(flatten)]
    pub line: Line,
}

/// A wrong answer that depends on what came before.
#[derive(Serialize, Clone, Debug)]
pub struct Sequential {
    /// Its place in the stream, from 0.
    pub place: usize,
    /// How it differs.
    pub difference: String,
    /// The answer in the stream.
    #[serde(flatten)]
    pub line: Line,
    /// The cases that bring it about, itself the last; none if even all cases before it do not do so again.
    pub history: Vec<Line>,
    /// Whether no single case before the last can be left out.
    pub is_least: bool,
    /// Whether the last answer was wrong when these cases were asked once more.
    pub repeats: bool,
}

fn answer(task: &Task, answer: &Answer) -> String {
    if answer.undefined {
        return "x".into();
    }
    let digits = if task.op.is_query() { 1 } else { task.result.width().div_ceil(4) as usize };
    let flags = match answer.known.bits() {
        0 => "-".into(),
        _ => format!("{:02X}", answer.flags.bits()),
    };
    format!("{:0digits$X} {flags}", answer.code)
}

/// The lines of a stream with its answers.
fn lines(stream: &Stream, got: &[Answer], want: &[Answer], name: &dyn Fn(&Format) -> String) -> Vec<Line> {
    let text = to_lines(stream, name);
    let answers = stream.tasks.iter().zip(got.iter().zip(want));
    let line = |(line, (task, (got, want))): (&str, (&Task, (&Answer, &Answer)))| Line {
        line: line.into(),
        got: answer(task, got),
        want: answer(task, want),
    };
    text.lines().zip(answers).map(line).collect()
}

impl Document {
    /// Of a stream of some tasks, with the names of formats.
    ///
    /// # Panics
    /// Never: a stream of one case has one line.
    #[must_use]
    pub fn of(
        outcome: &Outcome,
        stream: &Stream,
        tasks: usize,
        comparison: &Comparison,
        name: &dyn Fn(&Format) -> String,
    ) -> Document {
        let difference = |wrong: &Wrong| {
            Difference::of(&stream.tasks[wrong.place], comparison, &wrong.got, &wrong.want).to_string()
        };
        let line = |wrong: &Wrong| {
            let mut line = lines(&stream.at(&[wrong.place]), &[wrong.got], &[wrong.want], name).remove(0);
            // With the number that it has in the stream.
            line.line = line.line.replacen('0', &wrong.place.to_string(), 1);
            line
        };
        let alone =
            |wrong: &Wrong| Alone { place: wrong.place, difference: difference(wrong), line: line(wrong) };
        let sequential = |found: &Found| Sequential {
            place: found.wrong.place,
            difference: difference(&found.wrong),
            line: line(&found.wrong),
            history: lines(&found.history, &found.got, &found.want, name),
            is_least: found.is_least,
            repeats: found.repeats,
        };
        Document {
            cases: stream.len(),
            tasks,
            compared: outcome.compared,
            mismatches: outcome.mismatches,
            examined: outcome.examined,
            alone: outcome.alone.iter().map(alone).collect(),
            sequential: outcome.sequential.iter().map(sequential).collect(),
            not_reduced: outcome.not_reduced,
            stopped: outcome.failure.as_ref().map(ToString::to_string),
        }
    }

    /// The text for people. `show` is the most wrong answers of a kind that are shown.
    #[must_use]
    pub fn to_text(&self, show: usize) -> String {
        let mut text = String::new();
        for wrong in self.alone.iter().take(show) {
            let Alone { place, difference, line } = wrong;
            // Writing into memory does not fail.
            let _ = writeln!(text, "Case {place} is wrong alone too: {difference}");
            push(&mut text, line, true);
            text.push('\n');
        }
        for found in &self.sequential {
            found.push_to(&mut text);
        }
        let _ = write!(text, "{}", self.verdict());
        text
    }

    fn verdict(&self) -> String {
        let compared = match self.stopped {
            None => format!("{} in one stream", counted(self.compared as u64, "case")),
            Some(_) if self.compared == self.cases => {
                format!("{} in one stream", counted(self.cases as u64, "case"))
            }
            Some(_) => format!(
                "{} of {} cases in one stream",
                grouped(self.compared as u64),
                grouped(self.cases as u64)
            ),
        };
        let of = format!("{compared}, {}", counted(self.tasks as u64, "task"));
        if self.mismatches == 0 {
            let end = match (&self.stopped, self.compared == self.cases) {
                (None, _) => "all agree",
                (Some(_), true) => "no mismatch, but the device failed",
                (Some(_), false) => "no mismatch, and no answer to the others",
            };
            return format!("{of}: {end}\n");
        }
        let mismatches = if self.mismatches == 1 { "mismatch" } else { "mismatches" };
        let sequential = self.sequential.len() + self.not_reduced;
        let mut verdict = format!("{of}: {} {mismatches}\n", grouped(self.mismatches as u64));
        let _ = writeln!(
            verdict,
            "asked again alone: {}; wrong alone too: {}; right alone, so that they depend on what came before: {sequential}",
            self.examined,
            self.alone.len(),
        );
        let rest = self.mismatches - self.examined;
        if rest > 0 {
            let _ = writeln!(verdict, "not asked again: {}", grouped(rest as u64));
        }
        verdict
    }
}

impl Sequential {
    fn push_to(&self, text: &mut String) {
        let place = self.place;
        let _ = writeln!(text, "Case {place} is right alone, and wrong in the stream: {}", self.difference);
        push(text, &self.line, true);
        let Some(before) = self.history.len().checked_sub(1) else {
            text.push_str("  It is right after all cases before it too, when they are asked again: this device is not the same each time.\n\n");
            return;
        };
        let _ = writeln!(text, "  It takes {} before it:", counted(before as u64, "case"));
        for (number, line) in self.history.iter().enumerate() {
            if number == ENDS && self.history.len() > 2 * ENDS {
                let _ = writeln!(text, "    ... {} more", self.history.len() - 2 * ENDS);
            }
            if number < ENDS || number + ENDS >= self.history.len() {
                push(text, line, number == before);
            }
        }
        text.push_str(match (self.repeats, self.is_least) {
            (true, true) => "  None of them can be left out.\n\n",
            (true, false) => "  Some of them may be needless: the device was started as often as is allowed.\n\n",
            (false, _) => "  Asked once more, these cases gave the right answer: this device is not the same each time.\n\n",
        });
    }
}

/// Appends a case and its answers: that of the oracle only where they differ or are asked for.
fn push(text: &mut String, line: &Line, both: bool) {
    let Line { line, got, want } = line;
    let _ = match both || got != want {
        true => writeln!(text, "    {line}   got {got}, expected {want}"),
        false => writeln!(text, "    {line}   {got}"),
    };
}

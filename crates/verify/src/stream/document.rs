//! What a stream showed, as data for other programs and as text.

use std::fmt::Write as _;

use halfulp::{Flags, Format, Task};
use serde::Serialize;

use super::mixed::Stream;
use super::outcome::{Found, Outcome, Wrong};
use super::text::to_lines;
use crate::engine::Answer;
use crate::report::{FlagTable, counted, grouped};
use crate::verify::{Comparison, Difference, letters};

/// Lines of a history that are printed at each end, where there are many.
const ENDS: usize = 10;

/// What a JSON document has of a stream. Codes and flags are hexadecimal.
#[derive(Serialize, Clone, Debug)]
pub struct Document {
    /// The cases of the stream.
    pub cases: usize,
    /// The tasks among which they were drawn.
    pub tasks: usize,
    /// Those of which some case was compared.
    pub tasks_compared: usize,
    /// Cases that were answered and compared.
    pub compared: usize,
    /// Cases that were answered, and to which the oracle has no answer: they were not compared.
    pub unanswered: usize,
    /// How often each flag was compared.
    pub flags: FlagTable,
    /// The flags that were to be compared.
    #[serde(skip)]
    pub flags_asked: Flags,
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
    /// What the oracle answers; `?` if it has no answer.
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
        want: if want.undefined { "?".into() } else { answer(task, want) },
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
            tasks_compared: outcome.tasks,
            compared: outcome.compared,
            unanswered: outcome.open,
            flags: outcome.flags.into(),
            flags_asked: comparison.flags,
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
        if let Some(flags) = self.flags_compared() {
            let _ = writeln!(text, "{flags}");
        }
        if self.unanswered > 0 {
            let cases = counted(self.unanswered as u64, "case");
            let _ = writeln!(text, "not compared: {cases}, to which the oracle has no answer");
        }
        let _ = write!(text, "{}", self.verdict());
        text
    }

    /// Which flags were compared in how many cases, unless all were in every case.
    fn flags_compared(&self) -> Option<String> {
        let asked = letters::text(self.flags_asked);
        let counts = self.flags.letters().into_iter().filter(|(letter, _)| asked.contains(*letter));
        let counts: Vec<(char, u64)> = counts.collect();
        if self.flags_asked == Flags::NONE || counts.iter().all(|(_, count)| *count == self.compared as u64) {
            return None;
        }
        if counts.iter().all(|(_, count)| *count == 0) {
            return Some("flags: not compared, the device or the oracle does not report them".into());
        }
        let counts: Vec<String> =
            counts.iter().map(|(letter, count)| format!("{letter} {}", grouped(*count))).collect();
        let cases = counted(self.compared as u64, "case");
        Some(format!("flags: compared in {} of {cases}", counts.join(", ")))
    }

    fn verdict(&self) -> String {
        let is_whole = self.compared == self.cases;
        let compared = match is_whole {
            true => format!("{} in one stream", counted(self.cases as u64, "case")),
            false => format!(
                "{} of {} in one stream",
                grouped(self.compared as u64),
                counted(self.cases as u64, "case")
            ),
        };
        // Of few cases not every task has one.
        let tasks = counted(self.tasks as u64, "task");
        let of = match self.tasks_compared == self.tasks {
            true => format!("{compared}, {tasks}"),
            false => format!("{compared}, {} of {tasks}", grouped(self.tasks_compared as u64)),
        };
        if self.mismatches == 0 {
            let end = match (&self.stopped, is_whole) {
                _ if self.compared == 0 => "nothing was compared",
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

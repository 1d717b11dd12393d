//! The explanation of a mismatch: operands, exact result, answers, clause, and a command to replay it.

use core::fmt;
use std::borrow::Cow;

use halfulp::{Policy, Rounding, Task};
use serde::{Deserialize, Serialize};

use super::exact::printed;
use super::neighbours::{Neighbours, Number};
use super::show::{CodeText, real_text};
use super::{FormatName, clause, replay};
use crate::engine::Answer;
use crate::engine::definition::exact;
use crate::engine::definition::place::Exact;
use crate::verify::{JobReport, Mismatch, Report};

/// The answer of one engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerText {
    /// The engine.
    pub engine: String,
    /// Its result.
    pub result: CodeText,
    /// Its flags in TestFloat's letters; a question mark for flags that it does not report.
    pub flags: String,
}

/// An explained mismatch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The task: operation and formats.
    pub task: String,
    /// The policy.
    #[serde(with = "super::policy")]
    pub policy: Policy,
    /// The number of the case.
    pub case: u64,
    /// Whether oracles contradict each other, so that at least one of them is wrong.
    pub oracles_disagree: bool,
    /// The operands.
    pub operands: Vec<CodeText>,
    /// The noise bits, if the rounding uses any.
    pub noise: Option<String>,
    /// The exact result, if the operation rounds one.
    pub exact: Option<String>,
    /// The values adjacent to the exact result, if it is finite and nonzero.
    pub neighbours: Option<Neighbours>,
    /// The answer of the subject.
    pub got: AnswerText,
    /// The answers of the oracles that cover the task.
    pub want: Vec<AnswerText>,
    /// How the subject's answer differs from that of the first oracle that contradicts it, in words.
    pub difference: String,
    /// The clause of SPEC.md that determines the result.
    pub clause: Cow<'static, str>,
    /// The command that runs only this case.
    pub replay: String,
}

/// Explains a mismatch of a job.
#[must_use]
pub fn explain(report: &Report, job: &JobReport, mismatch: &Mismatch, name: FormatName<'_>) -> Explanation {
    let Mismatch { task, operands, got, .. } = mismatch;
    let outcome = exact(task, operands);
    let neighbours = outcome.and_then(|o| match o.exact {
        Exact::Number { negative, magnitude, more } => {
            Neighbours::of(&task.result, Number { negative, magnitude, more })
        }
        _ => None,
    });
    let formats = task.operands[..task.op.arity()].iter();
    let said = report.oracles.iter().zip(&mismatch.said);
    let want: Vec<_> = said.filter_map(|(engine, a)| a.map(|a| (engine, a))).collect();
    let other = want.iter().map(|(_, a)| a).find(|a| !job.comparison.agrees(task, a, got)).unwrap_or(got);
    // An answer without a value differs in its code, whatever the right one is.
    let another = Answer { code: other.code ^ 1, ..*other };
    let given = if got.undefined { &another } else { got };
    Explanation {
        task: task_text(task, name),
        policy: task.policy,
        case: mismatch.case,
        oracles_disagree: mismatch.oracles_disagree(&job.comparison),
        operands: formats.zip(operands.codes).map(|(f, code)| CodeText::of(f, code)).collect(),
        noise: noise_text(task, operands.noise),
        exact: outcome.map(|o| real_text(&printed(o.exact))),
        neighbours,
        got: answer_text(task, &report.subject, got),
        want: want.iter().map(|(e, a)| answer_text(task, e, a)).collect(),
        difference: mismatch.difference.to_string(),
        clause: clause::of(task, operands, given, other).into(),
        replay: replay::command(report, job, mismatch, name),
    }
}

/// A task in words: operation, operands, result.
pub(crate) fn task_text(task: &Task, name: FormatName<'_>) -> String {
    let formats: Vec<String> = task.operands[..task.op.arity()].iter().map(name).collect();
    let operands = formats.join(" ");
    if task.op.is_query() {
        format!("{} {operands}", task.op)
    } else {
        format!("{} {operands} -> {}", task.op, name(&task.result))
    }
}

fn noise_text(task: &Task, noise: u64) -> Option<String> {
    match task.policy.rounding {
        Rounding::Stochastic { bits, .. } => Some(format!("{:#x} of {bits} bits", bits.of_word(noise))),
        _ => None,
    }
}

fn answer_text(task: &Task, engine: &str, answer: &Answer) -> AnswerText {
    let result = if answer.undefined {
        CodeText::undefined()
    } else if task.op.is_query() {
        CodeText::number(answer.code)
    } else {
        CodeText::of(&task.result, answer.code)
    };
    let letters = answer.flags.to_string();
    let known = answer.known.to_string();
    let flags =
        letters.chars().zip(known.chars()).map(|(letter, known)| if known == '.' { '?' } else { letter });
    AnswerText { engine: engine.to_string(), result, flags: flags.collect() }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.oracles_disagree {
            writeln!(f, "THE ORACLES DISAGREE: at least one of them is wrong here.")?;
        }
        writeln!(f, "{}, case {}", self.task, self.case)?;
        writeln!(f, "  {}", replay::policy_arguments(&self.policy).join(" "))?;
        for (name, operand) in ["a", "b", "c"].iter().zip(&self.operands) {
            row(f, name, operand)?;
        }
        if let Some(noise) = &self.noise {
            line(f, "noise", noise)?;
        }
        if let Some(exact) = &self.exact {
            line(f, "exact", exact)?;
        }
        if let Some(n) = &self.neighbours {
            n.inner.iter().try_for_each(|c| row(f, TOWARD_ZERO, c))?;
            n.midpoint.iter().try_for_each(|m| line(f, "midpoint", m))?;
            n.outer.iter().try_for_each(|c| row(f, AWAY_FROM_ZERO, c))?;
            line(f, "", &n.place)?;
        }
        answer(f, "got", &self.got)?;
        self.want.iter().try_for_each(|a| answer(f, "want", a))?;
        if self.want.iter().chain([&self.got]).any(|answer| answer.flags.contains('?')) {
            line(f, "", "?: a flag that is not reported")?;
        }
        line(f, "difference", &self.difference)?;
        line(f, "clause", &format!("{} in SPEC.md", self.clause))?;
        line(f, "replay", &self.replay)
    }
}

/// What the neighbours of an exact result are called.
const TOWARD_ZERO: &str = "neighbour toward zero";
const AWAY_FROM_ZERO: &str = "neighbour away from zero";
/// Labels are this wide.
const LABEL: usize = AWAY_FROM_ZERO.len();

fn line(f: &mut fmt::Formatter<'_>, label: &str, text: &str) -> fmt::Result {
    writeln!(f, "  {label:<LABEL$} {text}")
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, code: &CodeText) -> fmt::Result {
    writeln!(f, "  {name:<LABEL$} {}  {}  {}", code.code, code.bits, code.value)
}

fn answer(f: &mut fmt::Formatter<'_>, role: &str, answer: &AnswerText) -> fmt::Result {
    let CodeText { code, bits, value } = &answer.result;
    writeln!(f, "  {role:<LABEL$} {code}  {bits}  flags {}  {value}  ({})", answer.flags, answer.engine)
}

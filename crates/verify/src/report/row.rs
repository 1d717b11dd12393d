//! A mismatch as a row of a table.

use halfulp::Rounding;
use serde::Serialize;

use super::FormatName;
use super::explain::task_text;
use super::replay::policy_words;
use super::show::digits;
use crate::engine::Answer;
use crate::verify::{Comparison, Logged, Mismatch, WaiverFacts, letters};

/// A mismatch, in the words of reports. Codes are hexadecimal; what a task does not have is empty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MismatchRow {
    /// Operation and formats.
    pub task: String,
    /// The policy, without what holds anyway.
    pub policy: String,
    /// The number of the case in its job.
    pub case: u64,
    /// The first operand.
    pub a: String,
    /// The second.
    pub b: String,
    /// The third.
    pub c: String,
    /// The noise bits of stochastic rounding.
    pub noise: String,
    /// The subject's result, or `undefined`.
    pub got: String,
    /// Its flags in TestFloat's letters; empty if it reports none.
    pub got_flags: String,
    /// The first oracle that contradicts it.
    pub oracle: String,
    /// The oracle's result.
    pub want: String,
    /// The oracle's flags.
    pub want_flags: String,
    /// How they differ, in words.
    pub difference: String,
    /// The waiver that accepts it, if one does.
    pub waiver: String,
}

impl MismatchRow {
    /// The names of the columns.
    pub const KEYS: [&str; 14] = [
        "task",
        "policy",
        "case",
        "a",
        "b",
        "c",
        "noise",
        "got",
        "got_flags",
        "oracle",
        "want",
        "want_flags",
        "difference",
        "waiver",
    ];

    /// Of a mismatch of a run with these oracles and waivers.
    #[must_use]
    pub fn of(
        logged: &Logged,
        comparison: &Comparison,
        oracles: &[String],
        waivers: &[WaiverFacts],
        name: FormatName<'_>,
    ) -> MismatchRow {
        let Logged { mismatch, waiver, .. } = logged;
        let Mismatch { task, operands, got, .. } = mismatch;
        let formats = &task.operands[..task.op.arity()];
        let [a, b, c] = [0, 1, 2]
            .map(|k| formats.get(k).map_or(String::new(), |format| digits(format, operands.codes[k])));
        let said =
            oracles.iter().zip(&mismatch.said).filter_map(|(oracle, said)| Some((oracle, said.as_ref()?)));
        let other = said.into_iter().find(|(_, said)| !comparison.agrees(task, got, said));
        let result = |answer: &Answer| match answer {
            Answer { undefined: true, .. } => "undefined".into(),
            Answer { code, .. } if task.op.is_query() => code.to_string(),
            Answer { code, .. } => digits(&task.result, *code),
        };
        let flags = |answer: &Answer| match answer.known {
            halfulp::Flags::NONE => String::new(),
            _ => letters::text(answer.flags),
        };
        MismatchRow {
            task: task_text(task, name),
            policy: policy_words(&task.policy),
            case: mismatch.case,
            a,
            b,
            c,
            noise: match task.policy.rounding {
                Rounding::Stochastic { bits, .. } => format!("{:#x}", bits.of_word(operands.noise)),
                _ => String::new(),
            },
            got: result(got),
            got_flags: flags(got),
            oracle: other.map_or(String::new(), |(oracle, _)| oracle.clone()),
            want: other.map_or(String::new(), |(_, answer)| result(answer)),
            want_flags: other.map_or(String::new(), |(_, answer)| flags(answer)),
            difference: mismatch.difference.to_string(),
            waiver: waiver
                .and_then(|waiver| waivers.get(waiver))
                .map_or(String::new(), |facts| facts.id.clone()),
        }
    }
}

//! What a uniform sample says about all operands.

use serde::{Deserialize, Serialize};

use super::show::{counted, grouped};
use super::{JobCounts, PolicyCounts, Summary, binomial};
use crate::cases::Selection;
use crate::verify::Covered;

/// The confidence of every statement.
pub const CONFIDENCE: f64 = 0.95;

/// Most tasks that the text has a line for.
const MOST: usize = 20;

/// What the cases of a task say about all of its operands, if they were drawn uniformly: the share of operands for which the subject differs, under the
/// policy under which it differs most often in the sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The position of the job.
    pub job: usize,
    /// Operation and formats.
    pub task: String,
    /// The bits of all operands together: there are two to this power of them.
    pub bits: u32,
    /// The number of policies, each of which had all draws.
    pub policies: usize,
    /// The draws compared, under each policy.
    pub draws: u64,
    /// Draws to which there is no answer, at most: nothing is said of such operands.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unanswered: u64,
    /// The mismatches among them, under the policy that has most.
    pub mismatches: u64,
    /// The confidence of the limits, 0.95; with mismatches the rest is divided among both.
    pub confidence: f64,
    /// The share of mismatches is at least this. 0 without mismatches.
    pub lower: f64,
    /// The share of mismatches is at most this.
    pub upper: f64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What the samples of a run say: one statement for each job whose cases were drawn uniformly.
#[must_use]
pub fn samples(summary: &Summary) -> Vec<Sample> {
    let jobs = summary.jobs.iter().enumerate();
    jobs.filter_map(|(index, job)| sample(summary, index, job)).collect()
}

fn sample(summary: &Summary, index: usize, job: &JobCounts) -> Option<Sample> {
    let Ok(Selection::Uniform(_)) = job.selection.parse() else { return None };
    let compared = || job.policies.iter().filter(|counts| counts.covered == Covered::Compared);
    // With fewer draws or with more mismatches less is known.
    let worst: &PolicyCounts =
        compared().max_by_key(|counts| (counts.mismatches, u64::MAX - counts.cases))?;
    let (draws, mismatches) = (worst.cases, worst.mismatches);
    let alpha = (1.0 - CONFIDENCE) / if mismatches == 0 { 1.0 } else { 2.0 };
    let width = |name: &String| {
        let known = summary.formats.iter().find(|format| format.name == *name);
        known.map_or(0, |format| format.facts.width)
    };
    Some(Sample {
        job: index,
        task: job.task.clone(),
        bits: job.operands.iter().map(width).sum(),
        policies: compared().count(),
        draws,
        unanswered: unanswered(worst),
        mismatches,
        confidence: CONFIDENCE,
        lower: binomial::lower(draws, mismatches, alpha),
        upper: binomial::upper(draws, mismatches, alpha),
    })
}

/// How many cases every oracle that was asked left without an answer, at most; the subject may have left them.
fn unanswered(counts: &PolicyCounts) -> u64 {
    let asked =
        counts.oracles.iter().filter(|oracle| oracle.compared + oracle.stepped + oracle.unanswered > 0);
    asked.map(|oracle| oracle.unanswered).min().unwrap_or(0)
}

/// The lines of a report about samples; none where there are none.
pub(super) fn lines(summary: &Summary) -> Vec<String> {
    let samples = samples(summary);
    let mut lines: Vec<String> = samples.iter().take(MOST).map(line).collect();
    if samples.len() > MOST {
        lines.push(format!("sampled: and {} more tasks (see --json)", samples.len() - MOST));
    }
    if !samples.is_empty() {
        lines.push(
            "sampled: each of these statements by itself is true with this confidence, and none says anything about rare regions".into(),
        );
    }
    lines
}

fn line(sample: &Sample) -> String {
    let Sample { task, bits, policies, draws, unanswered, mismatches, lower, upper, .. } = sample;
    let under = match policies {
        1 => String::new(),
        _ => format!(" under each of {policies} policies"),
    };
    let found = match mismatches {
        0 => "no mismatch".into(),
        _ => counted(*mismatches, "mismatch"),
    };
    let share = match mismatches {
        0 => format!("at most {}", one_in(*upper)),
        _ => format!("{lower:.3e} to {upper:.3e}"),
    };
    let percent = 100.0 * sample.confidence;
    let (of, rest) = match unanswered {
        0 => ("of all", String::new()),
        _ => (
            "of those to which there is an answer",
            format!("; to {} there is none", counted(*unanswered, "draw")),
        ),
    };
    format!(
        "sampled: {task}{under}: {found} in {} of 2^{bits} operands, drawn uniformly: {share} {of} differ ({percent} % confidence){rest}",
        grouped(*draws)
    )
}

/// A share in words.
fn one_in(share: f64) -> String {
    if share > 0.1 {
        format!("{share:.3}")
    } else {
        format!("one in {}", grouped((1.0 / share).floor() as u64))
    }
}

//! Cases that were given a number and wait for their answers.

use halfulp::Flags;

use super::asked::Part;
use super::lines;
use crate::engine::Answer;

/// The cases of one call.
pub struct Batch {
    /// The number of the first.
    base: u64,
    parts: Vec<Part>,
    answers: Vec<Option<Answer>>,
    /// Cases that were sent.
    pub sent: usize,
    left: usize,
}

impl Batch {
    pub fn new(base: u64, parts: &[Part], cases: usize) -> Batch {
        Batch { base, parts: parts.to_vec(), answers: vec![None; cases], sent: 0, left: cases }
    }

    pub fn is_complete(&self) -> bool {
        self.left == 0
    }

    /// The first case that was sent and has no answer.
    pub fn unanswered(&self) -> Option<u64> {
        let place = self.answers[..self.sent].iter().position(Option::is_none)?;
        Some(self.base + place as u64)
    }

    /// The answers up to the first that is missing.
    pub fn answers(&self) -> impl Iterator<Item = Answer> + '_ {
        self.answers.iter().map_while(|answer| *answer)
    }

    /// The numbers of its cases.
    pub fn numbers(&self) -> core::ops::Range<u64> {
        self.base..self.base + self.answers.len() as u64
    }

    /// Takes an answer.
    pub fn take(&mut self, number: u64, rest: &str, reports: Flags) -> Result<(), String> {
        let place = (number - self.base) as usize;
        if place >= self.sent {
            return Err(format!("answers case {number}, which was not sent yet"));
        }
        if self.answers[place].is_some() {
            return Err(format!("answers case {number} again"));
        }
        let part = self.parts.partition_point(|part| part.cases.end <= place);
        self.answers[place] = Some(lines::answer(&self.parts[part].task, rest, reports)?);
        self.left -= 1;
        Ok(())
    }
}

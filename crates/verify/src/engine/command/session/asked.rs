//! What a call asks of a program, and the two ways in which programs are asked: by lines, or by words of fixed width.

use core::ops::Range;

use halfulp::{Operands, Task};

use crate::engine::Answer;

/// Cases in their order, in parts of one task each.
pub struct Asked<'a> {
    pub parts: Vec<Part>,
    pub operands: &'a [Operands],
}

/// Successive cases of one task.
#[derive(Clone)]
pub struct Part {
    pub task: Task,
    /// The task in the words of the protocol.
    pub text: String,
    pub cases: Range<usize>,
}

impl Asked<'_> {
    /// The parts of some of the cases.
    pub fn within(&self, cases: Range<usize>) -> impl Iterator<Item = (&Part, Range<usize>)> {
        let first = self.parts.partition_point(|part| part.cases.end <= cases.start);
        let parts = self.parts[first..].iter().take_while({
            let end = cases.end;
            move |part| part.cases.start < end
        });
        parts.map(move |part| (part, part.cases.start.max(cases.start)..part.cases.end.min(cases.end)))
    }
}

/// The connection to a program, which all threads of a run share.
pub trait Link: Send + Sync {
    /// Cases that one call should have.
    fn window(&self) -> usize;

    /// One thread more works with the program. `false` if the last one ended it: another has to be started.
    fn enter(&self) -> bool;

    /// One thread less; the last one ends the program.
    fn leave(&self) -> Result<(), String>;

    /// Has some cases answered: how many answers there are from the first on, and why not all.
    fn answer(&self, asked: &Asked<'_>, answers: &mut [Answer]) -> (usize, Result<(), String>);
}

//! Numbered cases: a case is a number sliced into operands, so chunks, shards, replay and resuming need no state.

use halfulp::Operands;

/// A numbered list of operands for one task.
pub trait Cases: Sync {
    /// Its name: what was asked for on the command line.
    fn name(&self) -> &str;

    /// How many cases there are.
    fn len(&self) -> u64;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The case of a number below [`Cases::len`]. It depends on nothing else.
    fn case(&self, number: u64) -> Operands;
}

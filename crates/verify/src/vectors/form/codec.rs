//! What each notation provides: rows written and read.

use halfulp::{Flags, Operands};

use crate::vectors::rows::Found;

/// A row that is written.
pub struct Row<'a> {
    /// The number of its case.
    pub case: u64,
    /// The words of its inputs.
    pub inputs: &'a [u64],
    /// The expected result.
    pub result: u64,
    /// The expected flags.
    pub flags: Flags,
}

/// Writes and reads rows in one notation.
pub trait Codec: Send + Sync {
    /// What comes before the rows, besides a header.
    fn head(&self) -> Vec<u8> {
        Vec::new()
    }

    /// A case as the notation can have it: the same, but in notations that have no codes.
    fn expressible(&self, case: Operands) -> Operands {
        case
    }

    /// Appends a row.
    fn write(&self, row: &Row<'_>, out: &mut Vec<u8>);

    /// The bytes of a row of a notation without lines, with the inputs or without.
    fn record(&self, with_inputs: bool) -> Option<usize> {
        let _ = with_inputs;
        None
    }

    /// Whether the words of a line have all digits of their columns, as far as the notation writes them; without them, a last line
    /// that has no end is taken to be cut.
    fn has_all_digits(&self, line: &[u8], with_inputs: bool) -> bool {
        let _ = (line, with_inputs);
        true
    }

    /// Reads a row: a line without its end, or a record. `false` where it is none: a comment or a heading.
    ///
    /// # Errors
    /// What is wrong with it and what was expected, to be read after the place of the line.
    fn read(&mut self, line: &[u8], with_inputs: bool, found: &mut Found) -> Result<bool, String>;
}

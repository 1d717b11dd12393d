//! What is wrong with a line, for the person who wrote it.

use std::fmt;

/// A line that cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BadLine {
    /// The line's number, from 1.
    pub line: u64,
    /// Where in the line, from 1, in bytes.
    pub column: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Another byte than a hexadecimal digit in a word.
    NotHexadecimal(u8),
    /// `0x` alone.
    NoDigits,
    /// No number, where one is expected.
    NoNumber(Word),
    /// A word too large: which one of the line, and its bits.
    TooWide(Word, u32),
    /// The line ends, and this word is missing.
    Missing(Word),
    /// More words than this many.
    TooMany(usize),
    /// Longer than lines of words can be.
    TooLong,
    /// Operands to which the profile that answers has no answer.
    Unanswered,
}

/// A word of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// An operand, of so many.
    Operand(usize, usize),
    /// The noise word.
    Noise,
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Word::Operand(n, of) => write!(f, "operand {n} of {of}"),
            Word::Noise => f.write_str("the noise word"),
        }
    }
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        match self.fault {
            Fault::NotHexadecimal(byte) => {
                write!(f, "expected a hexadecimal digit, found '{}'", byte.escape_ascii())
            }
            Fault::NoDigits => f.write_str("expected hexadecimal digits after 0x"),
            Fault::NoNumber(word) => {
                write!(f, "{word} is not a number: expected one such as -0.3, 1e-9, 0x1.8p3, inf or nan")
            }
            Fault::TooWide(word, bits) => write!(f, "{word} has more than its {bits} bits"),
            Fault::Missing(word) => write!(f, "expected {word}, found the end of the line"),
            Fault::TooMany(count) => write!(f, "expected the end of the line after {count} words"),
            Fault::Unanswered => {
                f.write_str("the profile does not know what its implementation answers to these operands: `halfulp profiles` says why")
            }
            Fault::TooLong => f.write_str("expected the end of the line long before"),
        }
    }
}

impl std::error::Error for BadLine {}

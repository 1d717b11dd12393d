//! One case, with its operands as they were given.

use core::fmt;

use halfulp::{Operands, Task};

use super::{Cases, operand_formats, operands};

/// One case.
#[derive(Clone, Copy, Debug)]
pub struct Given(Operands);

impl Given {
    /// The operands that the task has, each within its format.
    #[must_use]
    pub fn new(task: &Task, given: Operands) -> Given {
        let mut codes = given.codes;
        let formats = operand_formats(task);
        for (code, format) in codes.iter_mut().zip(formats) {
            *code &= format.code_mask();
        }
        Given(operands(&codes[..formats.len()], given.noise))
    }
}

impl Cases for Given {
    fn len(&self) -> u64 {
        1
    }

    fn case(&self, _: u64) -> Operands {
        self.0
    }
}

/// The operands in hexadecimal as [`parse`] reads them: `given:A,B,C/NOISE`.
pub(super) fn write(operands: &Operands, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let [a, b, c] = operands.codes;
    write!(f, "given:{a:x},{b:x},{c:x}")?;
    if operands.noise == 0 { Ok(()) } else { write!(f, "/{:x}", operands.noise) }
}

/// Reads `A,B,C/NOISE`, all hexadecimal: up to three codes, those that are missing being 0, as the noise word.
pub(super) fn parse(text: &str) -> Option<Operands> {
    let word = |text: &str| {
        let digits = text.trim_start_matches("0x");
        if digits.starts_with('+') { None } else { u64::from_str_radix(digits, 16).ok() }
    };
    let (codes, noise) = text.split_once('/').unwrap_or((text, "0"));
    let mut all = Operands { noise: word(noise)?, ..Operands::default() };
    for (i, code) in codes.split(',').enumerate() {
        *all.codes.get_mut(i)? = word(code)?;
    }
    Some(all)
}

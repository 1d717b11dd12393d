//! A single case with given operands.

use core::fmt;

use halfulp::format::catalog;
use halfulp::{Code, Format, Operands, Task};

use super::{Cases, CasesError, operand_formats, operands};

/// The given operands of a case: one to three codes, and an optional noise word (default 0).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct GivenOperands {
    codes: [Code; 3],
    count: usize,
    noise: Option<u64>,
}

impl GivenOperands {
    /// The operands of a case of a task. Bits above the widths of their formats are ignored.
    #[must_use]
    pub fn of(task: &Task, case: &Operands) -> GivenOperands {
        let formats = operand_formats(task);
        let mut codes = [0; 3];
        for (slot, (code, format)) in codes.iter_mut().zip(case.codes.iter().zip(formats)) {
            *slot = code & last_code(format);
        }
        GivenOperands { codes, count: formats.len(), noise: Some(case.noise).filter(|noise| *noise != 0) }
    }
}

impl GivenOperands {
    /// The number of operands.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The noise word, if there is one.
    #[must_use]
    pub fn noise(&self) -> Option<u64> {
        self.noise
    }

    /// The same operands without a noise word.
    #[must_use]
    pub fn without_noise(self) -> GivenOperands {
        GivenOperands { noise: None, ..self }
    }
}

/// One case.
#[derive(Clone, Copy, Debug)]
pub struct Given(Operands);

impl Given {
    /// The given operands, for a task.
    ///
    /// # Errors
    /// If their number differs from the task's, or one is not a code of its format.
    pub fn new(task: &Task, given: &GivenOperands) -> Result<Given, CasesError> {
        let formats = operand_formats(task);
        if given.count != formats.len() {
            let (op, wanted) = (task.op.to_string(), formats.len());
            return Err(CasesError::OperandCount { op, wanted, given: given.count });
        }
        for (index, (format, code)) in formats.iter().zip(given.codes).enumerate() {
            let most = last_code(format);
            if code > most {
                let operand = ["a", "b", "c"][index];
                return Err(CasesError::NoCode { operand, code, format: named(format), most });
            }
        }
        Ok(Given(operands(&given.codes[..given.count], given.noise.unwrap_or(0))))
    }
}

fn last_code(format: &Format) -> Code {
    Code::MAX >> (64 - format.facts().width)
}

fn named(format: &Format) -> String {
    catalog::name_of(format).unwrap_or_else(|| format!("its format of {} bits", format.facts().width))
}

impl Cases for Given {
    fn len(&self) -> u64 {
        1
    }

    fn case(&self, _: u64) -> Operands {
        self.0
    }
}

/// Prints `A,B,C/NOISE` in hexadecimal, which parses back.
impl fmt::Display for GivenOperands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, code) in self.codes[..self.count].iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{code:x}")?;
        }
        self.noise.map_or(Ok(()), |noise| write!(f, "/{noise:x}"))
    }
}

/// Parses `A,B,C/NOISE`, all hexadecimal: one to three codes, and the noise word, which is 0 if missing.
pub(super) fn parse(text: &str) -> Option<GivenOperands> {
    let word = |text: &str| {
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if plain { u64::from_str_radix(digits, 16).ok() } else { None }
    };
    let (codes, noise) = match text.split_once('/') {
        Some((codes, noise)) => (codes, Some(word(noise)?)),
        None => (text, None),
    };
    let mut given = GivenOperands { codes: [0; 3], count: 0, noise };
    for code in codes.split(',') {
        *given.codes.get_mut(given.count)? = word(code)?;
        given.count += 1;
    }
    Some(given)
}

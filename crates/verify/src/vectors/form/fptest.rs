//! IBM's `.fptest` of the FPgen suite: `b32*+ =0 +1.000000P0 +1.000000P0 +0.000001P-126 -> +1.000000P0 x`.
//!
//! A line has formats and operation, rounding, operands, `->`, the result and the exceptions raised. A number has the hidden bit, the
//! trailing bits of the significand as a hexadecimal integer, and the exponent in decimal; NaNs are `Q` and `S` alone. So a case has the
//! canonical NaN of its kind in the place of any other. The suite's names are `b16`, `b32` and `b64`; any other format has its own, with a
//! colon after it: `e4m3fn:*`. Four lines of text come first, which readers of the suite skip.

use halfulp::format::catalog;
use halfulp::{Flags, Format, Op, Operands, Rounding, Sign, Task};

use super::codec::{Codec, Row};
use super::error::FormError;
use super::words::text;
use crate::engine::Answer;
use crate::engine::command::shown::quoted;
use crate::engine::definition::place::{Meaning, Values};
use crate::vectors::layout::Layout;
use crate::vectors::rows::Found;

/// Lines of text before the rows.
const HEADING: usize = 4;

const OPERATIONS: [(Op, &str); 13] = [
    (Op::Add, "+"),
    (Op::Sub, "-"),
    (Op::Mul, "*"),
    (Op::Div, "/"),
    (Op::Fma, "*+"),
    (Op::Sqrt, "V"),
    (Op::Remainder, "%"),
    (Op::RoundToIntegralExact, "rfi"),
    (Op::Convert, "cff"),
    (Op::Negate, "~"),
    (Op::Abs, "A"),
    (Op::CopySign, "@"),
    (Op::NextUp, "Nu"),
];

const ROUNDINGS: [(Rounding, &str); 5] = [
    (Rounding::NearestEven, "=0"),
    (Rounding::NearestAway, "=^"),
    (Rounding::TowardZero, "0"),
    (Rounding::TowardPositive, ">"),
    (Rounding::TowardNegative, "<"),
];

/// The exceptions as they are written. When read, `v` and `w` are underflows too: the suite tells their kinds apart.
const EXCEPTIONS: [(Flags, char); 5] = [
    (Flags::INEXACT, 'x'),
    (Flags::UNDERFLOW, 'u'),
    (Flags::OVERFLOW, 'o'),
    (Flags::DIVIDE_BY_ZERO, 'z'),
    (Flags::INVALID, 'i'),
];

pub struct Fptest {
    layout: Layout,
    operands: Vec<Numbers>,
    result: Numbers,
    /// Formats and operation: the first word of each line.
    operation: String,
    rounding: &'static str,
    heading: usize,
}

impl Fptest {
    pub fn new(task: &Task, layout: Layout) -> Result<Fptest, FormError> {
        let lacks = |what: String, expected| Err(FormError::NotInFptest { what, expected });
        let Some((_, symbol)) = OPERATIONS.iter().find(|(op, _)| *op == task.op) else {
            return lacks(
                task.op.to_string(),
                "add, sub, mul, div, fma, sqrt, remainder, round_to_integral_exact, convert, negate, abs, copysign or next_up",
            );
        };
        let Some((_, rounding)) = ROUNDINGS.iter().find(|(known, _)| *known == task.policy.rounding) else {
            return lacks(format!("the rounding {}", task.policy.rounding), "rne, rna, rtz, rup or rdn");
        };
        let formats = &task.operands[..task.op.arity()];
        let fixed = |format: &&Format| format.facts().sign == Sign::TwosComplement || format.is_integer();
        if formats.iter().chain([&task.result]).any(|format| fixed(&format)) {
            return lacks("integers and fixed-point numbers".into(), "floating-point formats");
        }
        let mut named: Vec<Format> = vec![formats[0]];
        named.extend(formats[1..].iter().chain([&task.result]).filter(|format| **format != formats[0]));
        Ok(Fptest {
            layout,
            operands: formats.iter().map(Numbers::of).collect(),
            result: Numbers::of(&task.result),
            operation: named.iter().map(format_name).collect::<String>() + symbol,
            rounding,
            heading: 0,
        })
    }
}

/// The suite's name of a format, or its own.
fn format_name(format: &Format) -> String {
    match catalog::name_of(format).as_deref() {
        Some("binary16") => "b16".into(),
        Some("binary32") => "b32".into(),
        Some("binary64") => "b64".into(),
        Some(name) => format!("{name}:"),
        None => format!(
            "{}:",
            crate::report::file_name(format).trim_start_matches("./").trim_end_matches(".toml")
        ),
    }
}

/// Writes and reads the numbers of a format.
struct Numbers {
    format: Format,
    values: Values,
    /// Bits of a significand after the hidden one.
    trailing: u32,
}

impl Numbers {
    fn of(format: &Format) -> Numbers {
        let facts = format.facts();
        Numbers { format: *format, values: Values::new(&facts), trailing: facts.precision - 1 }
    }

    /// The code that a code is read back as.
    fn expressible(&self, code: u64) -> u64 {
        match self.values.meaning(code) {
            Meaning::Nan { signalling, .. } => self.nan(signalling).unwrap_or(code),
            _ => code,
        }
    }

    fn nan(&self, signalling: bool) -> Option<u64> {
        match signalling {
            false => self.format.nan(),
            // The first code after the infinity: formats with signalling NaNs have both.
            true => self.format.infinity(false).map(|infinity| infinity + 1),
        }
    }

    fn push(&self, code: u64, out: &mut Vec<u8>) {
        let sign = |negative| if negative { '-' } else { '+' };
        let text = match self.values.meaning(code) {
            Meaning::Nan { signalling, .. } => (if signalling { "S" } else { "Q" }).to_string(),
            Meaning::Infinite { negative } => format!("{}Inf", sign(negative)),
            Meaning::Finite { negative, magnitude } if magnitude.significand == 0 => {
                format!("{}Zero", sign(negative))
            }
            Meaning::Finite { negative, magnitude } => {
                let hidden = magnitude.significand >> self.trailing;
                let trailing = magnitude.significand & ((1 << self.trailing) - 1);
                let (digits, exponent) = (self.digits(), magnitude.exponent + i64::from(self.trailing));
                format!("{}{hidden}.{trailing:0digits$X}P{exponent}", sign(negative))
            }
        };
        out.extend_from_slice(text.as_bytes());
    }

    fn digits(&self) -> usize {
        self.trailing.div_ceil(4).max(1) as usize
    }

    /// The code of a number; `None` if it is none of the format's.
    fn read(&self, text: &str) -> Option<u64> {
        match text {
            "Q" => return self.nan(false),
            "S" => return self.nan(true),
            _ => {}
        }
        let (negative, rest) = match text.split_at_checked(1)? {
            ("-", rest) => (true, rest),
            ("+", rest) => (false, rest),
            _ => return None,
        };
        let code = match rest {
            "Inf" | "inf" => return self.format.infinity(negative),
            "Zero" if self.format.has_zero() => self.format.encode(negative, 0),
            _ => self.finite(negative, rest)?,
        };
        // A sign that the format does not have, an exponent beyond it: the code would be another number's.
        let mut back = Vec::new();
        self.push(code, &mut back);
        (back == text.as_bytes()).then_some(code)
    }

    fn finite(&self, negative: bool, text: &str) -> Option<u64> {
        let (significand, exponent) = text.split_once('P')?;
        let (hidden, trailing) = significand.split_once('.')?;
        let trailing = u64::from_str_radix(trailing, 16).ok()?;
        let exponent: i64 = exponent.parse().ok()?;
        let field = match hidden {
            "0" => 0,
            "1" => u64::try_from(exponent + i64::from(self.format.facts().bias)).ok()?,
            _ => return None,
        };
        let magnitude = field.checked_mul(1 << self.trailing)? | trailing;
        (magnitude <= self.values.top() && (self.format.is_signed() || !negative))
            .then(|| self.format.encode(negative, magnitude))
    }
}

impl Codec for Fptest {
    fn head(&self) -> Vec<u8> {
        let lines = [
            format!("Floating-point test vectors: {} {}", self.operation, self.rounding),
            format!("Written by halfulp {}", env!("CARGO_PKG_VERSION")),
            "Operands, result and exceptions in the notation of IBM's FPgen suite".into(),
            String::new(),
        ];
        (lines.join("\n") + "\n").into_bytes()
    }

    fn expressible(&self, mut case: Operands) -> Operands {
        for (code, numbers) in case.codes.iter_mut().zip(&self.operands) {
            *code = numbers.expressible(*code);
        }
        case
    }

    fn write(&self, row: &Row<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(self.operation.as_bytes());
        out.push(b' ');
        out.extend_from_slice(self.rounding.as_bytes());
        out.push(b' ');
        for (numbers, code) in self.operands.iter().zip(row.inputs) {
            numbers.push(*code, out);
            out.push(b' ');
        }
        out.extend_from_slice(b"-> ");
        self.result.push(row.result, out);
        let raised = EXCEPTIONS.iter().filter(|(flag, _)| row.flags.contains(*flag));
        let letters: String = raised.map(|(_, letter)| *letter).collect();
        if !letters.is_empty() {
            out.push(b' ');
            out.extend_from_slice(letters.as_bytes());
        }
        out.push(b'\n');
    }

    fn read(&mut self, line: &[u8], with_inputs: bool, found: &mut Found) -> Result<bool, String> {
        let line = text(line)?;
        self.heading += 1;
        if line.trim().is_empty() || (self.heading <= HEADING && !line.contains("->")) {
            return Ok(false);
        }
        if !with_inputs {
            return Err(
                "a line of .fptest has its operands: give the file alone, or answers in another form".into(),
            );
        }
        let mut words = line.split_ascii_whitespace();
        for (what, expected) in [("formats and operation", &*self.operation), ("rounding", self.rounding)] {
            match words.next() {
                Some(word) if word == expected => {}
                word => {
                    let word = quoted(word.unwrap_or("").as_bytes(), 40);
                    return Err(format!("it has {word} where the {what} are {expected:?}"));
                }
            }
        }
        let number = |numbers: &Numbers, what: &str, word: Option<&str>| {
            let word = word.unwrap_or("");
            numbers.read(word).ok_or_else(|| {
                let shown = quoted(word.as_bytes(), 40);
                format!("{what} is {shown}, expected a number of its format such as +1.{:0digits$X}P0, +Zero, +Inf or Q", 0, digits = numbers.digits())
            })
        };
        found.case = None;
        found.inputs.clear();
        for (numbers, column) in self.operands.iter().zip(&self.layout.inputs) {
            found.inputs.push(number(numbers, &column.name, words.next())?);
        }
        if words.next() != Some("->") {
            return Err("expected -> after the operands; trapped exceptions are not supported".into());
        }
        let result = words.next();
        let flags = exceptions(words.next().unwrap_or(""))?;
        if let Some(more) = words.next() {
            return Err(format!("expected the end of the line, found {}", quoted(more.as_bytes(), 40)));
        }
        found.answer = match result {
            Some(word) if word.len() == 1 && "xXzZ".contains(word) => Answer::UNDEFINED,
            word => Answer::new(number(&self.result, "the result", word)?, flags, Flags::ALL),
        };
        Ok(true)
    }
}

fn exceptions(text: &str) -> Result<Flags, String> {
    let mut flags = Flags::NONE;
    for letter in text.chars() {
        let letter = if "vw".contains(letter) { 'u' } else { letter };
        let found = EXCEPTIONS.iter().find(|(_, known)| *known == letter);
        let (flag, _) = found.ok_or_else(|| {
            format!("{} names no exceptions: expected letters of xuozi", quoted(text.as_bytes(), 40))
        })?;
        flags |= *flag;
    }
    Ok(flags)
}

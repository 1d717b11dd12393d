//! Hexadecimal words, as they are written and read.

use halfulp::Flags;

use crate::engine::Answer;
use crate::engine::command::shown::quoted;
use crate::vectors::layout::{Column, Layout};
use crate::vectors::rows::Found;

/// The digits of the flags.
pub const FLAG_DIGITS: usize = 2;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Both digits of each byte.
const PAIRS: [[u8; 2]; 256] = {
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [HEX[byte >> 4], HEX[byte & 15]];
        byte += 1;
    }
    pairs
};

/// Appends the low digits of a word.
#[inline]
pub fn push_hex(word: u64, digits: usize, out: &mut Vec<u8>) {
    let mut left = digits;
    if left % 2 == 1 {
        left -= 1;
        out.push(HEX[(word >> (4 * left)) as usize & 15]);
    }
    while left > 0 {
        left -= 2;
        out.extend_from_slice(&PAIRS[(word >> (4 * left)) as usize & 255]);
    }
}

/// Appends a decimal number.
pub fn push_decimal(number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let (mut at, mut rest) = (digits.len(), number);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            return out.extend_from_slice(&digits[at..]);
        }
    }
}

/// A word that a device wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// Hexadecimal digits.
    Value(u64),
    /// Digits of which some are `x` or `z`.
    Undefined,
}

/// The digits of a word, with or without `0x`. (`0x` alone is a digit and an undefined one.)
pub fn digits_of(text: &[u8]) -> &[u8] {
    match text {
        [b'0', b'x' | b'X', digits @ ..] if !digits.is_empty() => digits,
        _ => text,
    }
}

/// Reads a word of hexadecimal digits, with or without `0x`; `None` if it is none, or has more than 64 bits.
pub fn word(text: &[u8]) -> Option<Word> {
    let digits = digits_of(text);
    let (mut value, mut undefined, mut lost) = (0u64, false, 0);
    for byte in digits {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            b'x' | b'X' | b'z' | b'Z' => {
                undefined = true;
                0
            }
            _ => return None,
        };
        lost |= value >> 60;
        value = value << 4 | u64::from(digit);
    }
    match (digits.is_empty() || lost != 0, undefined) {
        (true, false) => None,
        (_, true) if !digits.is_empty() => Some(Word::Undefined),
        _ => Some(Word::Value(value)),
    }
}

/// Reads an input: a defined code of its column.
pub fn input(text: &[u8], column: &Column) -> Result<u64, String> {
    match word(text) {
        Some(Word::Value(value)) if value <= column.mask() => Ok(value),
        _ => Err(format!(
            "{} is {}, expected hexadecimal, at most {:x}",
            column.name,
            quoted(text, 40),
            column.mask()
        )),
    }
}

/// Reads a result and perhaps flags.
pub fn answer(result: &[u8], flags: Option<&[u8]>, column: &Column) -> Result<Answer, String> {
    let wrong = || {
        let most = column.mask();
        format!("the result is {}, expected hexadecimal, at most {most:x}", quoted(result, 40))
    };
    let code = match word(result).ok_or_else(wrong)? {
        Word::Value(code) if code <= column.mask() => Some(code),
        Word::Value(_) => return Err(wrong()),
        Word::Undefined => None,
    };
    let raised = match flags {
        None | Some(b"-") => Some((Flags::NONE, Flags::NONE)),
        Some(text) => match word(text) {
            Some(Word::Undefined) => None,
            Some(Word::Value(bits)) => {
                let flags = u8::try_from(bits).ok().and_then(Flags::from_bits);
                Some((flags.ok_or_else(|| wrong_flags(text))?, Flags::ALL))
            }
            None => return Err(wrong_flags(text)),
        },
    };
    Ok(match (code, raised) {
        (Some(code), Some((flags, known))) => Answer::new(code, flags, known),
        _ => Answer::UNDEFINED,
    })
}

fn wrong_flags(text: &[u8]) -> String {
    format!("the flags are {}, expected hexadecimal, at most 1f, or - if unknown", quoted(text, 40))
}

/// Reads words that stand in the order of the columns: the inputs if they are there, the result, and perhaps the flags.
pub fn in_order(
    words: &mut dyn Iterator<Item = &[u8]>,
    layout: &Layout,
    with_inputs: bool,
    found: &mut Found,
) -> Result<(), String> {
    found.inputs.clear();
    if with_inputs {
        for column in &layout.inputs {
            let text = words.next().ok_or_else(|| ends(&column.name))?;
            found.inputs.push(input(text, column)?);
        }
    }
    let result = words.next().ok_or_else(|| ends("the result"))?;
    let flags = words.next();
    found.answer = answer(result, flags, &layout.result)?;
    match words.next() {
        Some(more) => {
            Err(format!("expected the end of the line after the flags, found {}", quoted(more, 40)))
        }
        None => Ok(()),
    }
}

/// What is wrong with a line that is too short.
pub fn ends(missing: &str) -> String {
    format!("the line ends where {missing} is expected")
}

/// Reads a decimal number.
pub fn decimal(text: &[u8]) -> Option<u64> {
    let plain = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(text).ok().filter(|_| plain)?.parse().ok()
}

/// A line as text.
pub fn text(line: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(line).map_err(|_| "the line is not text".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for digits in 1..=16 {
            for i in 0..200 {
                let value = halfulp::noise::word(5, i) >> (64 - 4 * digits);
                let mut out = Vec::new();
                push_hex(value, digits, &mut out);
                assert_eq!(out, format!("{value:0digits$X}").as_bytes());
                assert_eq!(word(&out), Some(Word::Value(value)));
            }
        }
        for number in [0, 9, 10, 12345, u64::MAX] {
            let mut out = Vec::new();
            push_decimal(number, &mut out);
            assert_eq!(decimal(&out), Some(number));
        }
    }

    #[test]
    fn what_is_no_word_is_none() {
        for (text, want) in [
            ("0x3c", Some(Word::Value(0x3c))),
            ("xx", Some(Word::Undefined)),
            ("0xZ1", Some(Word::Undefined)),
            ("3x", Some(Word::Undefined)),
            ("", None),
            ("3g", None),
            ("-1", None),
            ("+1", None),
            ("10000000000000000", None),
        ] {
            assert_eq!(word(text.as_bytes()), want, "{text}");
        }
        assert_eq!(decimal(b"18446744073709551616"), None);
        assert_eq!(decimal(b"+1"), None);
    }
}

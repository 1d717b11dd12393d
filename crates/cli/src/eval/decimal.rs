//! Lines of numbers, for `--decimal`: each is rounded to its operand's format, and goes on as a code.

use halfulp::text::parse;
use halfulp::{Format, Policy};

use super::columns::Columns;
use super::fault::{Fault, Word};

/// How a number becomes a code: as `halfulp show FORMAT NUMBER` has it in its first line, whatever the policy of the operation is.
const TO_NEAREST: Policy = Policy::IEEE;

impl Columns {
    /// Reads the words of the first line, operands as numbers and the noise word in hexadecimal: whether there were any, and
    /// the line's length.
    ///
    /// Precondition: there is a line feed.
    pub(super) fn read_numbers(
        &self,
        text: &[u8],
        words: &mut [u64; 4],
    ) -> Result<(bool, usize), (usize, Fault)> {
        let length = text.iter().position(|&byte| byte == b'\n').unwrap_or(text.len());
        let (mut at, mut n) = (0, 0);
        while let Some(blanks) = text[at..length].iter().position(|byte| !byte.is_ascii_whitespace()) {
            at += blanks;
            if n == self.count() {
                return Err((at + 1, Fault::TooMany(n)));
            }
            let rest = &text[at..length];
            let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
            let word = self.word(n);
            words[n] = match self.operand(n) {
                Some(format) => number(format, &rest[..end]).ok_or((at + 1, Fault::NoNumber(word)))?,
                None => noise(&rest[..end]).map_err(|(place, fault)| (at + place, fault))?,
            };
            at += end;
            n += 1;
        }
        if n != 0 && n != self.count() {
            return Err((length + 1, Fault::Missing(self.word(n))));
        }
        Ok((n != 0, length + 1))
    }
}

/// The code that a number rounds to.
fn number(format: &Format, text: &[u8]) -> Option<u64> {
    let text = str::from_utf8(text).ok()?;
    parse(format, &TO_NEAREST, text, 0).ok().map(|rounded| rounded.code)
}

/// A word of hexadecimal digits.
fn noise(text: &[u8]) -> Result<u64, (usize, Fault)> {
    let digits = text.strip_prefix(b"0x").or_else(|| text.strip_prefix(b"0X")).unwrap_or(text);
    let prefix = text.len() - digits.len();
    if let Some(place) = digits.iter().position(|byte| !byte.is_ascii_hexdigit()) {
        return Err((prefix + place + 1, Fault::NotHexadecimal(digits[place])));
    }
    if digits.is_empty() {
        return Err((prefix + 1, Fault::NoDigits));
    }
    let word = str::from_utf8(digits).ok().and_then(|digits| u64::from_str_radix(digits, 16).ok());
    word.ok_or((1, Fault::TooWide(Word::Noise, 64)))
}

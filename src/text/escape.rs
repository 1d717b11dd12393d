//! Escaping of untrusted text for terminals and single lines of output.

use core::fmt::{self, Display, Write as _};

/// A text that prints with its control characters escaped. Created by [`escaped`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Escaped<'a>(&'a str);

/// Makes untrusted text safe to print on one line: control characters, line and paragraph separators, and characters
/// that change the direction of text are printed as Rust escape sequences, everything else unchanged.
///
/// The output is meant for people and is not reversible: a backslash in the text is not escaped.
///
/// ```
/// use halfulp::text::escaped;
///
/// assert_eq!(escaped("layer\u{1b}[31m\n1").to_string(), r"layer\u{1b}[31m\n1");
/// assert_eq!(escaped(r"C:\größe").to_string(), r"C:\größe");
/// ```
#[must_use]
pub const fn escaped(text: &str) -> Escaped<'_> {
    Escaped(text)
}

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if is_harmful(c) { c.escape_default().fmt(f)? } else { f.write_char(c)? }
        }
        Ok(())
    }
}

/// Whether a terminal or a line-based reader may interpret a character as a command.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fff9}'..='\u{fffb}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    #[test]
    fn no_control_character_is_left() {
        for c in (0..=0x2_ffff).filter_map(char::from_u32) {
            let shown = escaped(c.encode_utf8(&mut [0; 4])).to_string();
            assert!(!shown.contains(char::is_control), "{shown:?}");
            assert_eq!(shown.chars().count() > 1, is_harmful(c), "{shown:?}");
        }
    }

    #[test]
    fn what_steers_terminals_or_turns_text_around_is_shown() {
        let cases = [
            ("\u{7}\t\r\n\0", r"\u{7}\t\r\n\u{0}"),
            ("a\u{9b}31m\u{7f}", r"a\u{9b}31m\u{7f}"),
            ("x\u{202e}lmth.\u{2066}y\u{2028}", r"x\u{202e}lmth.\u{2066}y\u{2028}"),
            ("größe \"a\\b\" 重み 🎈", "größe \"a\\b\" 重み 🎈"),
        ];
        for (text, shown) in cases {
            assert_eq!(escaped(text).to_string(), shown);
        }
    }
}

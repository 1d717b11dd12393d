//! What a program wrote, as it is shown to a person: escaped, and not all of it if it is long.

use halfulp::text::escaped;

/// The bytes that are kept of what has no other bound, for reports.
pub const KEPT: usize = 2000;

/// The first characters of some bytes, in quotation marks, with an ellipsis where some are left out.
pub fn quoted(bytes: &[u8], most: usize) -> String {
    // A character has at most four bytes.
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * most)]);
    let start: String = text.chars().take(most).collect();
    let rest = if text.len() > start.len() || bytes.len() > 4 * most { "..." } else { "" };
    format!("{start:?}{rest}")
}

/// Text whose lines stay lines, indented after the first, and in which whatever else a terminal obeys is shown.
pub fn lines(text: &str) -> String {
    text.lines().map(|line| escaped(line).to_string()).collect::<Vec<_>>().join("\n    ")
}

/// The bytes that are shown of a program that writes no lines.
const BYTES: usize = 16;

/// How many bytes there are, and the first of them.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let first: Vec<String> = bytes.iter().take(BYTES).map(|byte| format!("{byte:02x}")).collect();
    let (s, rest) = (if bytes.len() == 1 { "" } else { "s" }, if bytes.len() > BYTES { " ..." } else { "" });
    format!("{} byte{s}, {}{rest}", bytes.len(), first.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_are_short_and_escaped() {
        assert_eq!(quoted(b"3f 00", 80), "\"3f 00\"");
        assert_eq!(quoted(b"\x1b[2J\x07\xff", 80), "\"\\u{1b}[2J\\u{7}\u{fffd}\"");
        assert_eq!(quoted(b"abcdef", 3), "\"abc\"...");
        assert_eq!(quoted(&[b'x'; 100], 3), "\"xxx\"...");
        assert_eq!(quoted("\u{e9}\u{e9}".as_bytes(), 2), "\"\u{e9}\u{e9}\"");
    }

    #[test]
    fn bytes_are_counted_and_some_are_shown() {
        assert_eq!(hexadecimal(&[7]), "1 byte, 07");
        assert_eq!(hexadecimal(&[0xab, 0]), "2 bytes, ab 00");
        let many = hexadecimal(&[1; 17]);
        assert!(many.starts_with("17 bytes, 01 01") && many.ends_with(" 01 ..."), "{many}");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(lines("one\r\ntwo\x1b[0m\tx"), "one\n    two\\u{1b}[0m\\tx");
        assert_eq!(lines("caf\u{e9} \u{9b}"), "caf\u{e9} \\u{9b}");
    }
}

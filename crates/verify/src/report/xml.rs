//! Escaping of text in XML.

/// A text without the characters that XML cannot have (2.2 of XML 1.0) or would change in attributes: they are escaped.
pub fn xml(text: &str, lines: bool) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' if lines => clean.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => clean.extend(c.escape_default()),
            c => clean.push(c),
        }
    }
    clean
}

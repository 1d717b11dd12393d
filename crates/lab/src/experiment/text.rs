//! Texts in a file: what may be in them.

use toml::Value;

use super::Invalid;

/// Keys whose text may have several lines.
const LONG: [&str; 3] = ["about", "source", "note"];
/// Most characters of a name.
const NAME: usize = 100;

/// Whether the name can begin file names, and no text has characters that terminals and tables obey.
pub(super) fn check(name: &str, text: &str) -> Result<(), Invalid> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.len() > NAME || name.starts_with('.') || !name.chars().all(plain) {
        let why = format!(
            "expected letters, digits, dashes, dots and underscores, {NAME} at most, and no dot first"
        );
        return Err(Invalid::new("name", why));
    }
    // It was read before, so it is a table.
    toml::from_str::<Value>(text).map_or(Ok(()), |value| walk("", "", &value))
}

fn walk(path: &str, key: &str, value: &Value) -> Result<(), Invalid> {
    let wrong = |c: &char| c.is_control() && !(LONG.contains(&key) && matches!(c, '\n' | '\r' | '\t'));
    match value {
        Value::String(text) => match text.chars().find(wrong) {
            Some(c) => {
                Err(Invalid::new(path, format!("expected text without control characters, found {c:?}")))
            }
            None => Ok(()),
        },
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(k, item)| walk(&format!("{path}[{k}]"), key, item))
        }
        Value::Table(table) => table.iter().try_for_each(|(key, item)| {
            let dot = if path.is_empty() { "" } else { "." };
            walk(&format!("{path}{dot}{key}"), key, item)
        }),
        _ => Ok(()),
    }
}

/// Text with its control characters escaped: what a terminal would obey is shown.
pub(super) fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown
}

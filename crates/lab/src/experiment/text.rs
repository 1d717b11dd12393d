//! Texts in a file: what may be in them.

use serde::Serialize;
use toml::Value;

use super::Invalid;

/// Keys whose text may have several lines.
const LONG: [&str; 4] = ["about", "source", "note", "reason"];
/// Most characters of a name.
const NAME: usize = 100;

/// Most characters of a text of one line: more is a slip of the pen, and errors quote it.
const LINE: usize = 1000;

/// Whether the name can begin file names, and no text is very long or has characters that terminals and tables obey. What
/// is not TOML is left to its reader.
pub(super) fn check(text: &str) -> Result<(), Invalid> {
    let Ok(value) = toml::from_str::<Value>(text) else { return Ok(()) };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_name = |name: &str| {
        !name.is_empty() && name.len() <= NAME && !name.starts_with('.') && name.chars().all(plain)
    };
    if value.get("name").and_then(Value::as_str).is_some_and(|name| !is_name(name)) {
        let why = format!(
            "expected letters, digits, dashes, dots and underscores, {NAME} at most, and no dot first"
        );
        return Err(Invalid::new("name", why));
    }
    walk("", "", &value)
}

fn walk(path: &str, key: &str, value: &Value) -> Result<(), Invalid> {
    let wrong = |c: &char| c.is_control() && !(LONG.contains(&key) && matches!(c, '\n' | '\r' | '\t'));
    match value {
        Value::String(text) if !LONG.contains(&key) && text.len() > LINE => {
            let why = format!("expected at most {LINE} bytes of text, found {}", text.len());
            Err(Invalid::new(path, why))
        }
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

/// Settings in one line, as a file has them.
pub(crate) fn inline(settings: &impl Serialize) -> String {
    let mut text = String::new();
    match settings.serialize(toml::ser::ValueSerializer::new(&mut text)) {
        Ok(_) => text,
        Err(e) => e.to_string(),
    }
}

//! Where in a file a key stands.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The byte at which the value of a key path such as `run.ema.beta` or `assert[2].bound` starts; of the longest part of the path that
/// is there.
pub(super) fn of(text: &str, path: &str) -> usize {
    let Ok(table) = DeTable::parse(text) else { return 0 };
    let mut value: Option<&DeValue<'_>> = None;
    let mut at = 0;
    for part in path.split('.') {
        let (key, index) = match part.split_once('[') {
            Some((key, rest)) => (key, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (part, None),
        };
        let inner = match value {
            None => Some(table.get_ref()),
            Some(DeValue::Table(table)) => Some(table),
            Some(_) => None,
        };
        let Some(found) = inner.and_then(|table| table.get(key)) else { break };
        at = found.span().start;
        value = Some(found.get_ref());
        if let (Some(index), Some(DeValue::Array(items))) = (index, value)
            && let Some(item) = items.get(index)
        {
            at = item.span().start;
            value = Some(item.get_ref());
        }
    }
    at
}

/// The path of the innermost value that holds a byte; `None` if none does, or the text is not TOML.
pub(super) fn key(text: &str, at: usize) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    table.get_ref().iter().find_map(|(key, value)| holding(key.get_ref(), value, at))
}

/// The same within a value. The span of a table that is not inline is that of its head.
fn holding(path: &str, value: &Spanned<DeValue<'_>>, at: usize) -> Option<String> {
    let inner = match value.get_ref() {
        DeValue::Table(table) => {
            table.iter().find_map(|(key, value)| holding(&format!("{path}.{}", key.get_ref()), value, at))
        }
        DeValue::Array(items) => {
            items.iter().enumerate().find_map(|(k, item)| holding(&format!("{path}[{k}]"), item, at))
        }
        _ => None,
    };
    inner.or_else(|| value.span().contains(&at).then(|| path.into()))
}

/// A path as an argument of a command.
pub(super) fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        path.into()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::{key, of};

    #[test]
    fn a_path_leads_to_its_value() {
        let text = "name = \"x\"\n[run.ema]\nbeta = 0.5\n[[assert]]\nbound = 1\n[[assert]]\nbound = 2\n";
        for (path, expected) in [
            ("name", "\"x\""),
            ("run.ema.beta", "0.5"),
            ("assert[1].bound", "2"),
            ("run.ema.absent", "[run.ema]"),
            ("absent", "name"),
        ] {
            assert!(text[of(text, path)..].starts_with(expected), "{path}: {}", &text[of(text, path)..]);
        }
    }

    #[test]
    fn a_value_has_its_path() {
        let text = "name = \"x\"\n[run.ema]\nbetas = [0.5, 0.25]\ninner = { a = { b = 7 } }\n[[assert]]\nbound = 1\n";
        for (value, path) in [
            ("\"x\"", Some("name")),
            ("0.25", Some("run.ema.betas[1]")),
            ("7", Some("run.ema.inner.a.b")),
            ("1\n", Some("assert[0].bound")),
            ("= 1", None),
        ] {
            assert_eq!(key(text, text.rfind(value).unwrap()).as_deref(), path, "{value}");
        }
        assert_eq!(key("x = ", 0), None);
    }
}

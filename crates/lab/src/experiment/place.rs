//! Where in a file a key stands.

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

/// The path of the key whose value stands at a byte, or holds what does; `None` if that is the root, or the text is no TOML.
pub(super) fn key(text: &str, at: usize) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let mut path = String::new();
    let mut inner =
        table.get_ref().iter().find(|(_, value)| value.span().contains(&at)).map(|(key, value)| {
            path.push_str(key.get_ref());
            value.get_ref()
        })?;
    loop {
        inner = match inner {
            DeValue::Table(table) => match table.iter().find(|(_, value)| value.span().contains(&at)) {
                Some((key, value)) => {
                    path = format!("{path}.{}", key.get_ref());
                    value.get_ref()
                }
                None => return Some(path),
            },
            DeValue::Array(items) => match items.iter().position(|item| item.span().contains(&at)) {
                Some(k) => {
                    path = format!("{path}[{k}]");
                    items.get(k)?.get_ref()
                }
                None => return Some(path),
            },
            _ => return Some(path),
        };
    }
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

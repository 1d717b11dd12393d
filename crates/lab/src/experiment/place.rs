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
    use super::of;

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
}

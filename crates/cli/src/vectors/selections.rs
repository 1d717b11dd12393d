//! A list of selections of cases. `given:3c,be` has a comma too: a part that begins no selection belongs to the one before.

use halfulp_verify::Selection;

/// Selections, one after the other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selections(pub Vec<Selection>);

/// The selections of a text.
///
/// # Errors
/// The first part that is none.
pub fn parse(text: &str) -> anyhow::Result<Selections> {
    let mut parts: Vec<String> = Vec::new();
    for part in text.split(',') {
        match parts.last_mut() {
            Some(last) if last.starts_with("given:") && is_code(part) => *last += &format!(",{part}"),
            _ => parts.push(part.into()),
        }
    }
    let selections = parts.iter().map(|part| Ok(part.parse()?)).collect::<anyhow::Result<_>>()?;
    Ok(Selections(selections))
}

/// Whether it can be one of the operands of a case: a code, perhaps with a noise word.
fn is_code(part: &str) -> bool {
    part.starts_with(|first: char| first.is_ascii_hexdigit())
        && !part.contains(':')
        && !["all", "edge", "cover"].contains(&part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_part_selections_and_operands() {
        let shown =
            |text: &str| parse(text).map(|list| list.0.iter().map(Selection::to_string).collect::<Vec<_>>());
        assert_eq!(shown("edge,all,random:9").unwrap(), ["edge", "all", "random:9"]);
        assert_eq!(shown("given:3c,be/4d,edge,given:1").unwrap(), ["given:3c,be/4d", "edge", "given:1"]);
        assert_eq!(shown("given:1,2,around:5").unwrap(), ["given:1,2", "around:5"]);
        for wrong in ["", "edge,", "covers", "edge,3c"] {
            assert!(shown(wrong).is_err(), "{wrong}");
        }
    }
}

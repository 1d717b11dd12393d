//! The long run of an experiment: what is different in it is the file's table `full`.

use serde::Deserialize;

use super::asserted::{Assert, Expect};
use super::{Invalid, place};
use crate::toml_value;

/// `[full]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Full {
    /// Keys of the kind's table, in place of those there.
    #[allow(dead_code, reason = "read from the file's table: here for its name and type")]
    run: toml::Table,
    /// What is asserted, in place of what is of the same bound and `of`.
    #[serde(default)]
    #[allow(dead_code, reason = "read from the file's table: here for its name and type")]
    assert: Vec<Assert>,
    /// Expected numbers, in place of those of the same name.
    #[serde(default)]
    #[allow(dead_code, reason = "read from the file's table: here for its name and type")]
    expect: Vec<Expect>,
}

/// Takes the table `full` into the rest.
pub(super) fn apply(table: &mut toml::Table) -> Result<(), String> {
    let Some(toml::Value::Table(full)) = table.remove("full") else {
        return Err("the file has no table full".into());
    };
    let run = full.get("run").and_then(toml::Value::as_table).ok_or("expected full.run")?;
    let kind = table.get_mut("run").and_then(toml::Value::as_table_mut);
    let Some((_, toml::Value::Table(kind))) = kind.and_then(|run| run.iter_mut().next()) else {
        return Err("expected a kind of experiment".into());
    };
    kind.extend(run.clone());
    replace(table, &full, "assert", &["bound", "of"], |_| ());
    replace(table, &full, "expect", &["number"], only_report);
    Ok(())
}

/// Puts what `full` has in a list in place of the items that agree with one of its in these keys; `left` is done to the others.
fn replace(table: &mut toml::Table, full: &toml::Table, list: &str, by: &[&str], left: fn(&mut toml::Value)) {
    let more = full.get(list).and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let all = table.entry(list).or_insert_with(|| toml::Value::Array(Vec::new()));
    if let Some(all) = all.as_array_mut() {
        all.retain(|one| !more.iter().any(|other| by.iter().all(|key| other.get(key) == one.get(key))));
        all.iter_mut().for_each(left);
        all.extend(more);
    }
}

/// What an earlier short run found is no claim about the long one: it is reported beside it, and not judged.
fn only_report(expect: &mut toml::Value) {
    let Some(expect) = expect.as_table_mut() else { return };
    let relation = expect.get("relation").and_then(toml::Value::as_str);
    if relation.is_none_or(|relation| relation == "regression") {
        expect.remove("within");
    }
}

/// Reads a table into the types: written and read again, one way into them, whose code is long. The key of what is wrong is from the table on,
/// and empty where that is the table itself.
pub(crate) fn read<T: serde::de::DeserializeOwned>(table: &toml::Table) -> Result<T, Invalid> {
    let text = toml::to_string(table).map_err(|e| Invalid::new("", e.to_string()))?;
    toml_value::from_str(&text).map_err(|error| {
        let key = error.span().and_then(|span| place::key(&text, span.start));
        Invalid::new(key.unwrap_or_default(), error.message())
    })
}

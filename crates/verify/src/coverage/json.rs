//! Documents as JSON.

use super::document::{Document, SCHEMA};
use super::model::VERSION;

/// The document as JSON: a line for each group of bins.
#[must_use]
pub fn to_json(document: &Document) -> String {
    crate::report::indented(document)
}

/// Parses a document of this version's schema and models.
///
/// # Errors
/// If the text is not JSON or not such a document: what was expected, and where.
pub fn from_json(text: &str) -> Result<Document, String> {
    #[derive(serde::Deserialize)]
    struct Head {
        schema: Option<String>,
        model: Option<u32>,
    }
    let head: Head = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match head.schema.as_deref() {
        Some(SCHEMA) => {}
        Some(other) => return Err(format!("its schema is {other:?}: expected {SCHEMA:?}")),
        None => {
            return Err(format!(
                "it has no \"schema\": expected {SCHEMA:?}, as --coverage FILE.json writes it"
            ));
        }
    }
    if head.model != Some(VERSION) {
        let model = head.model.map_or("none".into(), |model| model.to_string());
        return Err(format!("its bins are those of model {model}, and this program has model {VERSION}"));
    }
    let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
    for task in &document.tasks {
        for group in &task.groups {
            if !group.is_whole() {
                return Err(format!("{}, {}: its counts are not those of its axes", task.op, group.id));
            }
        }
        let counted = task.sources.iter().try_fold(0u64, |all, source| all.checked_add(source.counted));
        if counted != Some(task.cases) {
            return Err(format!("{}: its cases are not the sum of those of its sources", task.op));
        }
    }
    Ok(document)
}

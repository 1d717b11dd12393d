//! A summary as JSON.

use super::Summary;

/// The summary as one JSON object, indented.
#[must_use]
pub fn to_json(summary: &Summary) -> String {
    // Strings, numbers and lists of them always serialize.
    serde_json::to_string_pretty(summary).unwrap_or_default()
}

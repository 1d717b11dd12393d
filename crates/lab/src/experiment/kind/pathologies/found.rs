//! What is found of a case: tables, detections, and what is wrong.

use crate::detect::Count;
use crate::experiment::Invalid;
use crate::report::{Detection, Table};
use crate::storage::StorageError;

pub(super) fn table(name: &str, title: &str, head: &[&str], rows: Vec<Vec<String>>) -> Table {
    Table {
        name: name.into(),
        title: title.into(),
        head: head.iter().map(|x| (*x).to_string()).collect(),
        rows,
    }
}

pub(super) fn invalid(key: &str) -> impl Fn(StorageError) -> Invalid {
    let key = format!("run.pathologies.{key}");
    move |e| Invalid::new(key.clone(), e.to_string())
}

pub(super) fn detection(detector: &str, of: &str, count: Count, above: f64, meaning: &str) -> Detection {
    Detection {
        detector: detector.into(),
        of: of.into(),
        count: count.seen,
        out_of: count.of,
        raised: count.seen > 0 && count.share() > above,
        meaning: meaning.into(),
        expected: None,
    }
}

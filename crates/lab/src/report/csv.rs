//! Reports as comma-separated values.

use csv::Writer;

use super::number::interval;
use super::{Check, Detection, Divergence, Expected, Figure, Outcome, Reference, Report};

/// The columns of [`results`].
const HEAD: [&str; 21] = [
    "experiment",
    "kind",
    "name",
    "of",
    "asserted",
    "passes",
    "status",
    "measured",
    "bound",
    "ratio",
    "low",
    "high",
    "expected",
    "count",
    "out_of",
    "at",
    "informative",
    "places",
    "informative_at_last",
    "places_at_last",
    "informative_at_least",
];

type Row = [String; 21];

/// One table of everything that was evaluated: a line a bound (`kind` is `bound`, or `identity`), number, detection and divergence; an experiment
/// that could not be run has one line of the kind `error`. What does not apply is empty. `measured` is also the number that was found. A bound that is not of steps
/// has no places of the last one.
///
/// # Errors
/// None that are known: the text is written to memory.
pub fn results(outcomes: &[Outcome]) -> Result<String, csv::Error> {
    let mut rows: Vec<Row> = Vec::new();
    for outcome in outcomes {
        match &outcome.report {
            Ok(report) => rows.extend(report_rows(report)),
            Err(error) => {
                let mut row = start(&outcome.name, "error", error, "");
                row[5] = "false".into();
                rows.push(row);
            }
        }
    }
    let rows: Vec<Vec<String>> = rows.into_iter().map(Vec::from).collect();
    text(&HEAD, &rows)
}

/// A file a figure and table: name and text.
///
/// # Errors
/// None that are known: the texts are written to memory.
pub fn files(report: &Report) -> Result<Vec<(String, String)>, csv::Error> {
    let mut files = Vec::new();
    for figure in &report.figures {
        files.push((super::files::name(report, figure.name(), "csv"), figure_text(figure)?));
    }
    for table in &report.tables {
        let head: Vec<&str> = table.head.iter().map(String::as_str).collect();
        files.push((super::files::name(report, &table.name, "csv"), text(&head, &table.rows)?));
    }
    Ok(super::files::different(files))
}

fn start(experiment: &str, kind: &str, name: &str, of: &str) -> Row {
    let mut row: Row = Default::default();
    for (cell, text) in row.iter_mut().zip([experiment, kind, name, of]) {
        *cell = text.into();
    }
    row
}

fn report_rows(report: &Report) -> Vec<Row> {
    let name = &report.name;
    let checks = report.checks.iter().map(|check| check_row(name, check));
    let references = report.references.iter().map(|reference| reference_row(name, reference));
    let detections = report.detections.iter().map(|detection| detection_row(name, detection));
    let divergences = report.divergences.iter().map(|divergence| divergence_row(name, divergence));
    checks.chain(references).chain(detections).chain(divergences).collect()
}

fn ends(row: &mut Row, ends: Option<[f64; 2]>) {
    if let Some([low, high]) = ends {
        row[10] = low.to_string();
        row[11] = high.to_string();
    }
}

fn check_row(experiment: &str, check: &Check) -> Row {
    let mut row = start(experiment, check.kind(), check.tally.statement.name, &check.of);
    row[4] = check.asserted.to_string();
    row[5] = check.passes().to_string();
    row[6] = check.status().to_string();
    if let Some(worst) = check.tally.worst() {
        row[7] = worst.measured.to_string();
        row[8] = worst.bound.to_string();
        row[9] = worst.ratio().to_string();
        row[15].clone_from(&worst.at);
    }
    ends(&mut row, check.band);
    let counts = check.tally.counts();
    row[13] = counts.violated.to_string();
    row[14] = counts.evaluated.to_string();
    row[16] = counts.informative().to_string();
    row[17] = counts.places().to_string();
    if let Some(steps) = check.tally.steps() {
        row[18] = steps.at_last.informative().to_string();
        row[19] = steps.at_last.places().to_string();
    }
    row[20] = check.required.informative_at_least.to_string();
    row
}

fn reference_row(experiment: &str, reference: &Reference) -> Row {
    let mut row = start(experiment, "number", &reference.what, "");
    row[4] = reference.within.is_some().to_string();
    row[5] = reference.passes().to_string();
    row[7] = reference.found.to_string();
    ends(&mut row, reference.within);
    row[6] = reference.word().to_lowercase();
    row[12] = match reference.expected {
        Expected::Value(value) => value.to_string(),
        Expected::Claim(claim) => interval(claim),
    };
    row
}

fn detection_row(experiment: &str, detection: &Detection) -> Row {
    let mut row = start(experiment, "detection", &detection.detector, &detection.of);
    row[4] = detection.expected.is_some().to_string();
    row[5] = detection.passes().to_string();
    row[6] = if detection.raised { "raised" } else { "not raised" }.into();
    row[13] = detection.count.to_string();
    row[14] = detection.out_of.to_string();
    row
}

fn divergence_row(experiment: &str, divergence: &Divergence) -> Row {
    let mut row = start(experiment, "divergence", &divergence.why, &divergence.of);
    row[4] = divergence.expected.to_string();
    row[5] = divergence.expected.to_string();
    row[15] = format!("step {}", divergence.step);
    row
}

fn figure_text(figure: &Figure) -> Result<String, csv::Error> {
    let mut rows = Vec::new();
    match figure {
        Figure::Curves(curves) => {
            for curve in &curves.curves {
                let role = curve.role.word();
                rows.extend(
                    curve
                        .points
                        .iter()
                        .map(|(x, y)| vec![curve.label.clone(), role.into(), x.to_string(), y.to_string()]),
                );
            }
            text(&["curve", "role", &curves.x.label, &curves.y.label], &rows)
        }
        Figure::Heat(heat) => {
            for (i, (row, label)) in heat.cells.iter().zip(&heat.y.1).enumerate() {
                for (j, (cell, column)) in row.iter().zip(&heat.x.1).enumerate() {
                    let marked = heat.marked.contains(&(i, j)).to_string();
                    rows.push(vec![label.clone(), column.clone(), cell.to_string(), marked]);
                }
            }
            text(&[&heat.y.0, &heat.x.0, &heat.value, "marked"], &rows)
        }
    }
}

fn text(head: &[&str], rows: &[Vec<String>]) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_record(head)?;
    rows.iter().try_for_each(|row| writer.write_record(row))?;
    finish(writer)
}

fn finish(writer: Writer<Vec<u8>>) -> Result<String, csv::Error> {
    let bytes = writer.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| std::io::Error::other(error).into())
}

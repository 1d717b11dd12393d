//! `--summary`: a line a format, however many tensors there are.

use std::io::{self, Write};

use super::report::{Report, Row, decibels, percent, short};
use crate::columns::{self, Columns};

/// What answers "which format?" first: a narrow terminal has the columns of the left alone.
const HEADING: [&str; 13] = [
    "FORMAT",
    "BITS",
    "SNR dB",
    "MEDIAN",
    "WORST",
    "WORST TENSOR",
    "SATURATED",
    "ZERO",
    "REL ERROR",
    "NAN",
    "CODES",
    "TENSORS",
    "COUNT",
];

/// Writes what each format does to all tensors together, and to the one that it does worst on.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Columns::new(&HEADING, &[1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12]);
    for total in &report.total {
        let mut rows: Vec<&Row> = report.tensors.iter().filter(|row| row.format == total.format).collect();
        rows.sort_by(|a, b| a.noise_order().total_cmp(&b.noise_order()));
        // Tensors without a signal have no ratio to be worst by.
        let known: Vec<&&Row> = rows.iter().filter(|row| !row.noise_order().is_nan()).collect();
        table.push(vec![
            total.format.clone(),
            total.bits.to_string(),
            decibels(total),
            known.get(known.len() / 2).map_or_else(|| "-".into(), |row| decibels(row)),
            known.first().map_or_else(|| "-".into(), |row| decibels(row)),
            known.first().and_then(|row| row.tensor.clone()).unwrap_or_else(|| "-".into()),
            percent(total.saturated, total.count),
            percent(total.zero, total.count),
            short(total.relative_error.get()),
            total.nan.to_string(),
            total.share_of_codes(),
            rows.len().to_string(),
            total.count.to_string(),
        ]);
    }
    table.write(out, columns::terminal_width())?;
    match report.copied.len() {
        0 => Ok(()),
        1 => writeln!(out, "1 tensor was not quantized"),
        n => writeln!(out, "{n} tensors were not quantized"),
    }
}

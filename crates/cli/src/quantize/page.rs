//! `--html`: one page that answers which format suits a file, and needs nothing else.

use std::fmt::Write as _;
use std::io::Write as _;

use halfulp::text::escaped;
use halfulp_tensor::{Tally, Target};
use quick_xml::escape::escape;

use super::axis::Unit;
use super::histogram;
use super::report::{Report, Row, decibels, percent, short};
use crate::output::Output;

const STYLE: &str = include_str!("page.css");

/// Writes the page.
///
/// # Errors
/// The picture cannot be drawn, or the file not written.
pub fn write(
    mut out: Output,
    unit: Unit,
    report: &Report,
    targets: &[Target],
    totals: &[Tally],
) -> anyhow::Result<()> {
    let picture = histogram::svg(unit, targets, totals)?;
    let title = name(&report.file);
    let body = format!(
        "<h1>{title}</h1>\n{}{}{}<h2>Magnitudes and codes</h2>\n<figure>{picture}</figure>\n{}",
        settings(report),
        warnings(report),
        formats(report),
        heatmap(report, targets),
    );
    write!(
        out,
        concat!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            "<meta name=\"generator\" content=\"halfulp {version}\">\n",
            "<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
        ),
        version = env!("CARGO_PKG_VERSION"),
        title = title,
        style = STYLE,
        body = body,
    )?;
    out.finish()
}

fn settings(report: &Report) -> String {
    let policy = &report.policy;
    format!(
        "<p>Rounding {}, saturation {}, scale {}. {} tensors quantized, {} not.</p>\n",
        escape(policy.rounding.to_string()),
        policy.saturation,
        escape(&*report.scale),
        report.tensors.len() / report.total.len().max(1),
        report.copied.len()
    )
}

fn warnings(report: &Report) -> String {
    report.warnings.iter().map(|warning| format!("<p class=\"warning\">{}</p>\n", name(warning))).collect()
}

/// All tensors together, a row a format, the best ratio first.
fn formats(report: &Report) -> String {
    let mut rows: Vec<&Row> = report.total.iter().collect();
    rows.sort_by(|a, b| b.noise_order().total_cmp(&a.noise_order()));
    let mut html = String::from(
        "<h2>Formats</h2>\n<div class=\"wide\"><table>\n<tr><th>Format<th>Bits<th>SNR, dB<th>Saturated<th>Zero\
         <th>NaN<th>Largest relative error<th>Codes used</tr>\n",
    );
    for row in rows {
        let cells = [
            row.bits.to_string(),
            decibels(row),
            percent(row.saturated, row.count),
            percent(row.zero, row.count),
            row.nan.to_string(),
            short(row.relative_error.get()),
            row.share_of_codes(),
        ];
        let _ = write!(html, "<tr><th>{}", escape(&*row.format));
        for cell in cells {
            let _ = write!(html, "<td>{cell}");
        }
        html.push_str("</tr>\n");
    }
    html + "</table></div>\n"
}

/// The signal-to-noise ratio of each tensor in each format.
fn heatmap(report: &Report, targets: &[Target]) -> String {
    let mut html = String::from(
        "<h2>Signal-to-noise ratio by tensor, dB</h2>\n<div class=\"wide\"><table class=\"map\">\n<tr><th>Tensor",
    );
    for target in targets {
        let _ = write!(html, "<th>{}", escape(&*target.name));
    }
    html.push_str("</tr>\n");
    for tensor in report.tensors.chunks(targets.len().max(1)) {
        let tensor_name = tensor.first().and_then(|row| row.tensor.as_deref()).unwrap_or_default();
        // Where the column cuts a name, at its beginning, hovering shows the whole.
        let _ = write!(html, "<tr><th title=\"{0}\"><bdi dir=\"ltr\">{0}</bdi>", name(tensor_name));
        for row in tensor {
            let _ = write!(html, "<td class=\"{}\">{}", class(row.noise_order()), decibels(row));
        }
        html.push_str("</tr>\n");
    }
    html + "</table></div>\n<p class=\"note\">The ratio of the sum of squares of the numbers and of the errors, \
            10 log10; from below 10 dB, dark red, to 50 dB and above, dark blue. A dash: no signal, or squares beyond \
            binary64.</p>\n"
}

/// A name from a file: no mark-up, and control characters shown as they are written.
fn name(text: &str) -> String {
    escape(escaped(text).to_string()).into_owned()
}

/// The colour of a ratio, in steps of 10 dB.
fn class(db: f64) -> &'static str {
    match db {
        db if db.is_nan() || db == f64::NEG_INFINITY => "none",
        db if db < 10.0 => "s0",
        db if db < 20.0 => "s1",
        db if db < 30.0 => "s2",
        db if db < 40.0 => "s3",
        db if db < 50.0 => "s4",
        _ => "s5",
    }
}

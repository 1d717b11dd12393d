//! The picture: how large the numbers are, beside what the format holds, and which codes they become.

use std::io::Write as _;

use anyhow::anyhow;
use plotters::coord::combinators::LogCoord;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use halfulp_tensor::{Tally, Target};

use super::axis::{Axis, Unit, binades, power};
use super::chart::{Area, Drawn, FONT, frame};
use super::errors;
use super::report::percent;
use crate::output::Output;

const WIDTH: u32 = 960;
/// Height of one of the two charts that a format has.
const HEIGHT: u32 = 300;

const WITHIN: RGBColor = RGBColor(0x3b, 0x6e, 0xa5);
const SUBNORMAL: RGBColor = RGBColor(0xe0, 0x9f, 0x3e);
const OUTSIDE: RGBColor = RGBColor(0xb5, 0x30, 0x2f);

/// Where bars begin: a count axis is logarithmic, so that a single outlier shows.
const FLOOR: f64 = 0.5;
/// Most bars of a chart.
const BARS: usize = 256;

/// Writes the picture of all tensors together.
///
/// # Errors
/// The file cannot be written.
pub fn write(mut out: Output, unit: Unit, targets: &[Target], totals: &[Tally]) -> anyhow::Result<()> {
    out.write_all(svg(unit, targets, totals)?.as_bytes())?;
    out.finish()
}

/// The picture.
///
/// # Errors
/// It cannot be drawn.
pub fn svg(unit: Unit, targets: &[Target], totals: &[Tally]) -> anyhow::Result<String> {
    draw(unit, targets, totals).map_err(|error| anyhow!("the histogram: {error}"))
}

fn draw(unit: Unit, targets: &[Target], totals: &[Tally]) -> Drawn<String> {
    let mut svg = String::new();
    {
        let rows = 2 * targets.len() + 1;
        let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT * rows as u32)).into_drawing_area();
        root.fill(&WHITE)?;
        // Magnitudes and errors of all formats on one axis, so that they compare; then what the codes of each are used for.
        let areas = root.split_evenly((rows, 1));
        let (above, rest) = areas.split_at(targets.len());
        let (errors, below) = rest.split_at(1);
        let axis = Axis::of(unit, targets, totals);
        for ((target, total), area) in targets.iter().zip(totals).zip(above) {
            magnitudes(area, unit, &axis, target, total)?;
        }
        errors::draw(&errors[0], unit, &axis, targets, totals)?;
        for ((target, total), area) in targets.iter().zip(totals).zip(below) {
            codes(area, target, total)?;
        }
        root.present()?;
    }
    Ok(svg)
}

/// The numbers by binade, and the ends of the format's range.
fn magnitudes(area: &Area<'_>, unit: Unit, axis: &Axis, target: &Target, total: &Tally) -> Drawn<()> {
    let (format, origin) = (target.coder.format(), unit.origin(target));
    let bars = binades(total, origin);
    let [smallest, normal, past] =
        [format.quantum_min(), format.emin(), format.emax() + 1].map(|e| e - origin);
    let top = ceiling(bars.iter().map(|&(_, n)| n));
    let range = f64::from(axis.from)..f64::from(axis.to);
    let mut chart =
        frame(area, &caption(target, total)).build_cartesian_2d(range, (FLOOR..top).log_scale())?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc(format!("{} (orange: subnormal, red: below the smallest or beyond the largest)", unit.name()))
        .y_desc("elements")
        .x_labels(axis.labels())
        .x_label_formatter(&|e| if e.fract() == 0.0 { power(*e as i32) } else { String::new() })
        .y_label_formatter(&count)
        .draw()?;
    let shown = bars.iter().filter(|&&(e, _)| axis.has(e));
    chart.draw_series(shown.map(|&(e, n)| {
        let colour = match e {
            e if e >= past || e < smallest => OUTSIDE,
            e if e < normal => SUBNORMAL,
            _ => WITHIN,
        };
        Rectangle::new([(f64::from(e) + 0.06, FLOOR), (f64::from(e) + 0.94, n as f64)], colour.filled())
    }))?;
    // Each name at a height of its own, so that names never overlap.
    let ends = [(smallest, "smallest", 1.0), (normal, "smallest normal", 0.45), (past, "largest", 0.2)];
    for (at, name, height) in ends.into_iter().filter(|&(at, ..)| (axis.from..=axis.to).contains(&at)) {
        let at = f64::from(at);
        chart.draw_series([PathElement::new(vec![(at, FLOOR), (at, top)], BLACK.mix(0.6))])?;
        let side = if at > f64::from(axis.from + axis.to) / 2.0 { HPos::Right } else { HPos::Left };
        note(&mut chart, (at, top * height), name, side)?;
    }
    let [below, above] = axis.left_out(&bars);
    if below > 0 {
        let text = format!("\u{25c2} {below} below {}", power(axis.from));
        note(&mut chart, (f64::from(axis.from), top * 0.08), &text, HPos::Left)?;
    }
    if above > 0 {
        let text = format!("{above} from {} \u{25b8}", power(axis.to));
        note(&mut chart, (f64::from(axis.to), top * 0.08), &text, HPos::Right)?;
    }
    Ok(())
}

/// What the format does to all numbers, in a line.
fn caption(target: &Target, total: &Tally) -> String {
    let ratio = total.decibels().map_or_else(String::new, |db| format!("SNR {db:.1} dB, "));
    let nan = if total.nan_before > 0 { format!(", {} NaN", total.nan_before) } else { String::new() };
    format!(
        "{}: {ratio}{} out of range, {} became zero ({} elements{nan})",
        target.name,
        percent(total.saturated, total.count),
        percent(total.flushed, total.count),
        total.count
    )
}

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, LogCoord<f64>>>;

/// A small text beside a point.
fn note(chart: &mut Chart<'_, '_>, (x, y): (f64, f64), text: &str, side: HPos) -> Drawn<()> {
    let style = (FONT, 12).into_font().color(&BLACK.mix(0.7)).pos(Pos::new(side, VPos::Top));
    let gap = if matches!(side, HPos::Right) { -0.1 } else { 0.1 };
    chart.draw_series([Text::new(text.to_string(), (x + gap, y), style)])?;
    Ok(())
}

/// Where bars end, at least twice the highest.
fn ceiling(counts: impl Iterator<Item = u64>) -> f64 {
    2.0 * counts.max().unwrap_or(0).max(4) as f64
}

/// A count at an axis.
fn count(n: &f64) -> String {
    if *n >= 1.0 { n.to_string() } else { String::new() }
}

/// How often each finite code occurs, in the order of their values.
fn codes(area: &Area<'_>, target: &Target, total: &Tally) -> Drawn<()> {
    let mut uses: Vec<(f64, u64)> = target
        .coder
        .values()
        .iter()
        .copied()
        .zip(total.codes.iter().copied())
        .filter(|(v, _)| v.is_finite())
        .collect();
    // Minus zero comes before zero.
    uses.sort_by(|a, b| a.0.total_cmp(&b.0));
    let used = uses.iter().filter(|(_, n)| *n > 0).count();
    let per_bar = uses.len().div_ceil(BARS).max(1);
    let bars: Vec<u64> = uses.chunks(per_bar).map(|codes| codes.iter().map(|(_, n)| n).sum()).collect();
    let range = -0.5..bars.len() as f64 - 0.5;
    let caption = format!("{}: {used} of {} finite codes occur", target.name, uses.len());
    let top = ceiling(bars.iter().copied());
    let mut chart = frame(area, &caption).build_cartesian_2d(range, (FLOOR..top).log_scale())?;
    let value = |bar: &f64| {
        let index = (bar.round() as usize * per_bar).min(uses.len().saturating_sub(1));
        uses.get(index).map_or_else(String::new, |(value, _)| label(*value))
    };
    let unit = if per_bar == 1 { "elements".into() } else { format!("elements in {per_bar} codes") };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("codes in the order of their values")
        .y_desc(unit)
        .x_label_formatter(&value)
        .y_label_formatter(&count)
        .draw()?;
    chart.draw_series(bars.iter().enumerate().filter(|(_, n)| **n > 0).map(|(i, &n)| {
        let left = i as f64;
        Rectangle::new([(left - 0.45, FLOOR), (left + 0.45, n as f64)], WITHIN.filled())
    }))?;
    Ok(())
}

/// A value in few characters.
fn label(value: f64) -> String {
    let plain = value.to_string();
    if plain.len() <= 7 { plain } else { format!("{value:.1e}") }
}

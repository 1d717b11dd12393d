//! The chart of errors against magnitude: a line a format, on the axis of the histograms.

use halfulp_tensor::{Tally, Target};
use plotters::prelude::*;

use super::axis::{Axis, Unit, power};
use super::chart::{Area, Drawn, FONT, frame};

/// Colours of lines, told apart by most eyes; with more formats they begin anew, with larger points.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0x3b, 0x6e, 0xa5),
    RGBColor(0xb5, 0x30, 0x2f),
    RGBColor(0x2f, 0x7d, 0x4f),
    RGBColor(0xe0, 0x9f, 0x3e),
    RGBColor(0x7a, 0x4f, 0x9c),
    RGBColor(0x4d, 0x4d, 0x4d),
];

/// Draws the mean relative error of each binade.
///
/// # Errors
/// It cannot be drawn.
pub fn draw(area: &Area<'_>, unit: Unit, axis: &Axis, targets: &[Target], totals: &[Tally]) -> Drawn<()> {
    let lines: Vec<Vec<(f64, f64)>> =
        targets.iter().zip(totals).map(|(t, n)| line(unit, axis, t, n)).collect();
    let least = lines.iter().flatten().map(|point| point.1).fold(0.1, f64::min);
    let range = f64::from(axis.from)..f64::from(axis.to);
    let mut chart =
        frame(area, "Mean relative error by magnitude; above 100 %, infinite or NaN counts as 100 %")
            .build_cartesian_2d(range, (least / 2.0..2.0).log_scale())?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc(unit.name())
        .y_desc("mean |error / x|")
        .x_labels(axis.labels())
        .x_label_formatter(&|e| if e.fract() == 0.0 { power(*e as i32) } else { String::new() })
        .y_label_formatter(&|y| if *y <= 1.0 { percents(100.0 * y) } else { String::new() })
        .draw()?;
    for (i, (points, target)) in lines.into_iter().zip(targets).enumerate() {
        let (colour, size) = (COLOURS[i % COLOURS.len()], 2 + (i / COLOURS.len()) as i32);
        let point = move |at| Circle::new(at, size, colour.filled());
        // Only neighbouring binades are joined: in those between nothing is lost, or nothing occurs.
        let runs = points.chunk_by(|a, b| b.0 - a.0 == 1.0);
        chart.draw_series(runs.map(|run| PathElement::new(run, colour.stroke_width(2))))?;
        let series = chart.draw_series(points.iter().map(|&at| Circle::new(at, size, colour.filled())))?;
        let sample = move |(x, y)| {
            EmptyElement::at((x, y))
                + point((8, 0))
                + PathElement::new([(0, 0), (16, 0)], colour.stroke_width(2))
        };
        series.label(&target.name).legend(sample);
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerLeft)
        .background_style(WHITE.mix(0.8))
        .label_font((FONT, 13))
        .draw()?;
    Ok(())
}

/// The points of a format: the middle of a binade and the mean error there, without those that lose nothing.
fn line(unit: Unit, axis: &Axis, target: &Target, total: &Tally) -> Vec<(f64, f64)> {
    let origin = unit.origin(target);
    let means = total.mean_errors().map(|(e, mean)| (e - origin, mean));
    means.filter(|&(e, mean)| axis.has(e) && mean > 0.0).map(|(e, mean)| (f64::from(e) + 0.5, mean)).collect()
}

/// A tick of a logarithmic axis in percent, without what binary64 leaves after its digits.
fn percents(x: f64) -> String {
    match format!("{x:.3}") {
        zero if zero == "0.000" => format!("{x:.0e} %"),
        text => format!("{} %", text.trim_end_matches('0').trim_end_matches('.')),
    }
}

#[cfg(test)]
mod tests {
    use super::percents;

    #[test]
    fn ticks_are_short() {
        let shown = [30.000_000_000_000_004, 100.0, 0.2, 1e-5].map(percents);
        assert_eq!(shown, ["30 %", "100 %", "0.2 %", "1e-5 %"]);
    }
}

//! What the charts of the picture have in common.

use plotters::coord::Shift;
use plotters::prelude::*;

/// The font of all texts.
pub const FONT: &str = "sans-serif";

/// Where a chart is drawn.
pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// What drawing gives.
pub type Drawn<T> = Result<T, Box<dyn std::error::Error>>;

/// A chart's surroundings.
pub fn frame<'a, 'b>(area: &'a Area<'b>, caption: &str) -> ChartBuilder<'a, 'b, SVGBackend<'b>> {
    let mut chart = ChartBuilder::on(area);
    chart
        .caption(caption, (FONT, 16))
        .margin(10)
        .margin_right(24)
        .x_label_area_size(36)
        .y_label_area_size(64);
    chart
}

//! Figures as SVG: curves with their bounds, and heat maps.
//!
//! Measured curves are drawn through, bounds are dashed in the colour of what they bound, references dotted. Curves differ in dashes
//! and marks too, not in colour alone; colours are told apart without colour vision, and suit light and dark grounds. Below the
//! plot stands how much of each bound was used.

pub(in crate::report) mod canvas;
pub(in crate::report) mod colour;
mod curves;
mod heat;
mod hover;
mod legend;
mod plot;
mod ratio;
mod scale;
mod style;

use super::{Figure, Report};
use canvas::{Canvas, escape, place, wrap};
pub(in crate::report) use canvas::{NARROW, Size, WIDE};

/// Around a picture that is a file of its own.
const MARGIN: f64 = 20.0;

/// A figure as an SVG file of its own: title, plot, axes, legend. Its colours are light whatever the reader's are, and it needs nothing that
/// Inkscape, LaTeX's converters and the like do not know, such as variables in CSS.
#[must_use]
pub fn file(figure: &Figure) -> String {
    let mut canvas = Canvas::default();
    let mut y = 0.0;
    for line in wrap(figure.title(), WIDE.width / 1.25) {
        y += 22.0;
        canvas.text("title", (0.0, y - 4.0), "start", &line);
    }
    let y = draw(&mut canvas, figure, WIDE, y + 10.0, "area");
    let (width, height) = (place(WIDE.width + 2.0 * MARGIN), place(y + 2.0 * MARGIN));
    let margin = place(-MARGIN);
    format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" class="picture" width="{width}" height="{height}" "#,
            r#"viewBox="{margin} {margin} {width} {height}" role="img"><title>{title}</title><style>{style}</style>"#,
            r#"<rect class="ground" x="{margin}" y="{margin}" width="{width}" height="{height}"/>{body}</svg>"#,
            "\n"
        ),
        width = width,
        height = height,
        margin = margin,
        title = escape(figure.title()),
        style = colour::on_paper(),
        body = canvas.body(),
    )
}

/// The figures of a report as files: name and text.
#[must_use]
pub fn files(report: &Report) -> Vec<(String, String)> {
    let name = |figure: &Figure| super::files::name(report, figure.name(), "svg");
    super::files::different(report.figures.iter().map(|figure| (name(figure), file(figure))).collect())
}

/// A figure within a page that has the style; `id` is its own among the page's.
pub(in crate::report) fn inline(figure: &Figure, size: Size, class: &str, id: &str) -> String {
    let mut canvas = Canvas::default();
    let height = draw(&mut canvas, figure, size, 0.0, id);
    format!(
        r#"<svg class="picture {class}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>"#,
        place(size.width),
        place(height),
        escape(figure.title()),
        canvas.body()
    )
}

fn draw(canvas: &mut Canvas, figure: &Figure, size: Size, top: f64, id: &str) -> f64 {
    match figure {
        Figure::Curves(curves) => curves::curves(canvas, curves, size, top, id),
        Figure::Heat(heat) => heat::heat(canvas, heat, size, top, id),
    }
}

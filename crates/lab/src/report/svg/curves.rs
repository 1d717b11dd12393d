//! Curves: measured ones drawn through, bounds dashed, references dotted.

use super::super::{Curve, Curves, Role};
use super::Size;
use super::canvas::{Canvas, FONT, place, width, wrap};
use super::colour;
use super::legend::{Entry, legend};
use super::scale::{Scale, Tick};

/// A line of text.
const LINE: f64 = 18.0;
/// Most points of a curve that are marked one by one.
const MARKED: usize = 16;

/// Draws the curves from a height on; gives back where they end.
pub(super) fn curves(canvas: &mut Canvas, curves: &Curves, size: Size, top: f64, id: &str) -> f64 {
    let mut y = top;
    for line in wrap(&curves.y.label, size.width) {
        y += LINE;
        canvas.text("name", (0.0, y - 5.0), "start", &line);
    }
    let (plot_top, plot_bottom) = (y + 8.0, y + 8.0 + size.height);
    let all = || curves.curves.iter().flat_map(|curve| curve.points.iter().copied());
    let placed = || all().filter(|p| has_place(curves, p));
    let vertical = Scale::new(placed().map(|p| p.1), curves.y.log, plot_bottom, plot_top).with_room(0.04);
    let rows = vertical.ticks((size.height / 52.0) as usize);
    let left = rows.iter().map(|t| width(&t.label)).fold(12.0, f64::max) + 8.0;
    let right = size.width - 14.0;
    let horizontal = Scale::new(placed().map(|p| p.0), curves.x.log, left, right).with_room(0.015);
    let xs: Vec<f64> = distinct(placed().map(|p| p.0), 16);
    let columns = horizontal.ticks_at(&xs, (size.width / 90.0) as usize, |text| width(text) + 10.0);
    grid(canvas, &rows, &columns, (left, right), (plot_top, plot_bottom));
    let area = Area { curves, horizontal: &horizontal, vertical: &vertical };
    draw(canvas, &area, (left, right), (plot_top, plot_bottom), id);
    y = plot_bottom + LINE;
    for line in wrap(&curves.x.label, right - left) {
        y += LINE;
        canvas.text("name", ((left + right) / 2.0, y), "middle", &line);
    }
    y = legend(canvas, &entries(curves), size.width, y + 12.0);
    let nowhere = all().filter(|p| p.0.is_finite() && p.1.is_finite() && !has_place(curves, p)).count();
    if nowhere > 0 {
        let are = if nowhere == 1 { "1 point that is" } else { &format!("{nowhere} points that are") };
        for line in wrap(&format!("Not shown: {are} not above zero, on a logarithmic axis."), size.width) {
            y += LINE;
            canvas.text("note", (0.0, y), "start", &line);
        }
    }
    y + 6.0
}

/// Whether a point can be shown.
fn has_place(curves: &Curves, &(x, y): &(f64, f64)) -> bool {
    let fits = |v: f64, log: bool| v.is_finite() && (!log || v > 0.0);
    fits(x, curves.x.log) && fits(y, curves.y.log)
}

/// The different numbers, if they are at most so many; else none.
fn distinct(numbers: impl Iterator<Item = f64>, most: usize) -> Vec<f64> {
    let mut found: Vec<f64> = Vec::new();
    for x in numbers {
        if !found.contains(&x) {
            found.push(x);
        }
        if found.len() > most {
            return Vec::new();
        }
    }
    found
}

fn grid(
    canvas: &mut Canvas,
    rows: &[Tick],
    columns: &[Tick],
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
) {
    for minor in [true, false] {
        let class = if minor { "minor" } else { "grid" };
        for row in rows.iter().filter(|t| t.label.is_empty() == minor) {
            canvas.line(class, (left, row.at), (right, row.at));
        }
        for column in columns.iter().filter(|t| t.label.is_empty() == minor) {
            canvas.line(class, (column.at, top), (column.at, bottom));
        }
    }
    canvas.line("axis", (left, bottom), (right, bottom));
    canvas.line("axis", (left, top), (left, bottom));
    for row in rows {
        canvas.text("tick", (left - 6.0, row.at + FONT * 0.35), "end", &row.label);
    }
    let mut last = f64::NEG_INFINITY;
    for column in columns.iter().filter(|t| !t.label.is_empty()) {
        let half = width(&column.label) / 2.0;
        if column.at - half > last + 4.0 {
            canvas.text("tick", (column.at, bottom + LINE), "middle", &column.label);
            last = column.at + half;
        }
    }
}

struct Area<'a> {
    curves: &'a Curves,
    horizontal: &'a Scale,
    vertical: &'a Scale,
}

fn draw(
    canvas: &mut Canvas,
    area: &Area<'_>,
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
    id: &str,
) {
    let (x, y) = (place(left - 4.0), place(top - 4.0));
    let (width, height) = (place(right - left + 8.0), place(bottom - top + 8.0));
    canvas.raw(&format!(
        r#"<clipPath id="{id}"><rect x="{x}" y="{y}" width="{width}" height="{height}"/></clipPath><g clip-path="url(#{id})">"#
    ));
    let colours = colour::of_curves(area.curves);
    for role in [Role::Reference, Role::Bound, Role::Measured] {
        for (curve, colour) in area.curves.curves.iter().zip(&colours).filter(|(c, _)| c.role == role) {
            let points: Vec<_> = curve.points.iter().map(|&(x, y)| place_of(area, x, y)).collect();
            canvas.path(&class(curve.role, *colour), &thinned(&points));
            if role == Role::Measured && points.len() <= MARKED {
                let colour = colour.unwrap_or(0);
                points.iter().flatten().for_each(|&at| marker(canvas, colour, at));
            }
        }
    }
    canvas.raw("</g>");
}

fn place_of(area: &Area<'_>, x: f64, y: f64) -> Option<(f64, f64)> {
    Some((area.horizontal.at(x)?, area.vertical.at(y)?))
}

/// The class of a curve.
pub(super) fn class(role: Role, colour: Option<usize>) -> String {
    let colour = colour.map_or_else(String::new, |c| format!(" s{c}"));
    format!("curve {}{colour}", role.word())
}

/// A mark for a point: another shape for each colour.
pub(super) fn marker(canvas: &mut Canvas, colour: usize, (x, y): (f64, f64)) {
    let at = |dx: f64, dy: f64| format!("{} {}", place(x + dx), place(y + dy));
    let class = format!("f{colour}");
    canvas.raw(&match colour % 4 {
        0 => format!(r#"<circle class="{class}" cx="{}" cy="{}" r="3.6"/>"#, place(x), place(y)),
        1 => format!(r#"<path class="{class}" d="M{}h6.4v6.4h-6.4z"/>"#, at(-3.2, -3.2)),
        2 => format!(r#"<path class="{class}" d="M{}l4.2 7.4h-8.4z"/>"#, at(0.0, -4.4)),
        _ => format!(r#"<path class="{class}" d="M{}l4.4 4.4-4.4 4.4-4.4-4.4z"/>"#, at(0.0, -4.4)),
    });
}

/// The same line with fewer points: of those that share half a pixel's column, the first, lowest, highest and last.
fn thinned(points: &[Option<(f64, f64)>]) -> Vec<Option<(f64, f64)>> {
    if points.len() < 1000 {
        return points.into();
    }
    let column = |point: &Option<(f64, f64)>| point.map(|(x, _)| (2.0 * x).floor() as i64);
    let mut kept = Vec::new();
    for run in points.chunk_by(|a, b| column(a) == column(b)) {
        let height = |i: &usize| run[*i].map_or(0.0, |(_, y)| y);
        let low = (0..run.len()).min_by(|a, b| height(a).total_cmp(&height(b)));
        let high = (0..run.len()).max_by(|a, b| height(a).total_cmp(&height(b)));
        let mut indices = vec![0, low.unwrap_or(0), high.unwrap_or(0), run.len() - 1];
        indices.sort_unstable();
        indices.dedup();
        kept.extend(indices.into_iter().map(|i| run[i]));
    }
    kept
}

fn entries(curves: &Curves) -> Vec<Entry> {
    let colours = colour::of_curves(curves);
    let entry = |(curve, colour): (&Curve, &Option<usize>)| Entry {
        text: curve.label.clone(),
        class: class(curve.role, *colour),
        marker: colour.filter(|_| curve.role == Role::Measured && curve.points.len() <= MARKED),
    };
    curves.curves.iter().zip(&colours).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_extremes() {
        let points: Vec<_> = (0..5000).map(|i| Some((f64::from(i) / 100.0, f64::from(i % 7)))).collect();
        let kept = thinned(&points);
        assert!(kept.len() < 500, "{}", kept.len());
        assert_eq!(kept.first(), points.first());
        assert_eq!(kept.last(), points.last());
        assert!(kept.contains(&Some((0.48, 6.0))));
    }
}

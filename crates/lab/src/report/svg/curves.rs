//! Curves: measured ones drawn through, bounds dashed, references dotted.

use super::super::{Curve, Curves, Role};
use super::canvas::{Canvas, Size, place, width, wrap};
use super::hover::hover;
use super::legend::{Entry, legend};
use super::plot::{LINE, grid, thinned};
use super::ratio;
use super::scale::Scale;
use super::style::Style;
use crate::report::number::pretty;

/// Most points of a measured curve that are marked one by one.
const MARKED: usize = 16;
/// Marks of a curve with more points.
const MARKS: usize = 5;

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
    let styles = Style::of(curves);
    let area = Area { curves, styles: &styles, horizontal: &horizontal, vertical: &vertical };
    draw(canvas, &area, (left, right), (plot_top, plot_bottom), id);
    y = plot_bottom + LINE;
    for line in wrap(&curves.x.label, right - left) {
        y += LINE;
        canvas.text("name", ((left + right) / 2.0, y), "middle", &line);
    }
    let (panel_top, panel_height) = (y + 12.0, size.height * 0.3);
    y = ratio::panel(canvas, curves, &styles, &horizontal, (left, right), panel_top, panel_height);
    hover(canvas, curves, &horizontal, (left, right), (plot_top, plot_bottom));
    y = legend(canvas, &entries(curves, &styles), size.width, y + 12.0);
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

struct Area<'a> {
    curves: &'a Curves,
    styles: &'a [Style],
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
    let of_role =
        |role: Role| area.curves.curves.iter().zip(area.styles).filter(move |(c, _)| c.role == role);
    for (curve, style) in [Role::Reference, Role::Bound, Role::Measured].into_iter().flat_map(of_role) {
        let points = places(area, curve, |x| !style.is_faint(x));
        canvas.path(&style.class, &thinned(&points));
        let faint = places(area, curve, |x| style.is_faint(x));
        canvas.path(&format!("{} faint", style.class), &thinned(&faint));
    }
    // After all lines: where two curves are one, their marks show it.
    let several = area.curves.curves.iter().filter(|curve| curve.role != Role::Reference).count() > 1;
    for (number, (curve, style)) in area.curves.curves.iter().zip(area.styles).enumerate() {
        let points: Vec<(f64, f64)> = places(area, curve, |_| true).into_iter().flatten().collect();
        if points.len() <= MARKED && curve.role == Role::Measured {
            points.iter().for_each(|&at| style.mark(canvas, at));
        } else if several {
            let stagger = (number as f64 + 0.5) / area.curves.curves.len() as f64;
            sparse(&points, (left, right), stagger).for_each(|at| style.mark(canvas, at));
        }
    }
    canvas.raw("</g>");
}

/// Where a curve's points stand; those that are left out are gaps.
fn places(area: &Area<'_>, curve: &Curve, keep: impl Fn(f64) -> bool) -> Vec<Option<(f64, f64)>> {
    let place =
        |&(x, y): &(f64, f64)| Some((area.horizontal.at(x)?, area.vertical.at(y)?)).filter(|_| keep(x));
    curve.points.iter().map(place).collect()
}

/// A few points at even distances, the first a part of the distance from the left.
fn sparse(
    points: &[(f64, f64)],
    (left, right): (f64, f64),
    stagger: f64,
) -> impl Iterator<Item = (f64, f64)> {
    let step = (right - left) / MARKS as f64;
    let near = move |k: usize| {
        let x = left + step * (k as f64 + stagger);
        let distance = move |point: &&(f64, f64)| (point.0 - x).abs();
        points.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).filter(|p| distance(p) < step / 2.0)
    };
    (0..MARKS).filter_map(near).copied()
}

fn entries(curves: &Curves, styles: &[Style]) -> Vec<Entry> {
    let several = curves.curves.iter().filter(|curve| curve.role != Role::Reference).count() > 1;
    let entry = |(curve, style): (&Curve, &Style)| Entry {
        text: match curve.informs_until {
            Some(until) => format!("{} (informative up to {})", curve.label, pretty(until, 6)),
            None => curve.label.clone(),
        },
        style: style.clone(),
        is_marked: several || curve.role == Role::Measured && curve.points.len() <= MARKED,
    };
    curves.curves.iter().zip(styles).map(entry).collect()
}

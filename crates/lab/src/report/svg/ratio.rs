//! The panel below a plot: how much of each bound was used.

use super::super::{Curve, Curves, Role};
use super::canvas::{Canvas, width};
use super::colour;
use super::plot::{LINE, grid, thinned};
use super::scale::Scale;
use super::style::Style;

/// The smallest ratio that is shown.
const LEAST: f64 = 1e-6;

/// Draws measured / bound from a height on, for each bound that has a measurement; gives back where the panel ends. Without such
/// a bound it ends where it begins.
pub(super) fn panel(
    canvas: &mut Canvas,
    curves: &Curves,
    styles: &[Style],
    horizontal: &Scale,
    (left, right): (f64, f64),
    top: f64,
    height: f64,
) -> f64 {
    let ratios = ratios(curves);
    if ratios.iter().all(Vec::is_empty) {
        return top;
    }
    let all = ratios.iter().flatten().map(|point| point.1.max(LEAST));
    let (top, bottom) = (top + LINE, top + LINE + height);
    canvas.text("name", (0.0, top - 5.0), "start", "measured / bound");
    let vertical = Scale::new(all.chain([1.0]), true, bottom, top + 6.0);
    let mut rows = vertical.ticks((height / 34.0) as usize);
    rows.iter_mut().filter(|row| width(&row.label) > left - 6.0).for_each(|row| row.label.clear());
    grid(canvas, &rows, &[], (left, right), (top, bottom));
    if let Some(one) = vertical.at(1.0) {
        canvas.line("axis", (left, one), (right, one));
    }
    for (points, style) in ratios.iter().zip(styles) {
        let place = |faint: bool| {
            let place = |&(x, y): &(f64, f64)| {
                let at = (horizontal.at(x)?, vertical.at(y.max(LEAST))?);
                Some(at).filter(|_| style.is_faint(x) == faint)
            };
            points.iter().map(place).collect::<Vec<_>>()
        };
        canvas.path(&style.class, &thinned(&place(false)));
        canvas.path(&format!("{} faint", style.class), &thinned(&place(true)));
    }
    bottom + 4.0
}

/// For each curve that is a bound with a measurement, measured / bound where both have a point; nothing for the others.
fn ratios(curves: &Curves) -> Vec<Vec<(f64, f64)>> {
    let colours = colour::of_curves(curves);
    let measured: Vec<usize> =
        (0..curves.curves.len()).filter(|&i| curves.curves[i].role == Role::Measured).collect();
    let of = |(i, bound): (usize, &Curve)| {
        let own = match measured[..] {
            _ if bound.role != Role::Bound => None,
            [single] => Some(single),
            _ => measured.iter().copied().find(|&m| colours[m] == colours[i]),
        };
        own.map_or_else(Vec::new, |m| divided(&curves.curves[m].points, &bound.points))
    };
    curves.curves.iter().enumerate().map(of).collect()
}

/// The quotients at the places that both have; none if these are fewer than two.
fn divided(measured: &[(f64, f64)], bound: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut places = measured.iter().peekable();
    let mut found = Vec::new();
    for &(x, bound) in bound {
        while places.next_if(|point| point.0 < x).is_some() {}
        if let Some(&&(_, measured)) = places.peek().filter(|point| point.0 == x) {
            let ratio = measured / bound;
            if bound > 0.0 && ratio.is_finite() {
                found.push((x, ratio));
            }
        }
    }
    if found.len() < 2 { Vec::new() } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_divided_by_its_own_measurement() {
        let curve = |label: &str, role, points: &[(f64, f64)]| Curve::new(label, role, points.to_vec());
        let one = [
            curve("measured", Role::Measured, &[(1.0, 1.0), (2.0, 3.0), (4.0, 8.0)]),
            curve("bound", Role::Bound, &[(1.0, 2.0), (3.0, 1.0), (4.0, 8.0)]),
            curve("other", Role::Bound, &[(1.0, 4.0), (2.0, 4.0), (4.0, f64::INFINITY)]),
            curve("zero", Role::Bound, &[(1.0, 0.0), (2.0, 0.0)]),
            curve("trivial", Role::Reference, &[(1.0, 1.0), (2.0, 1.0)]),
        ];
        let found = ratios(&Curves { curves: one.to_vec(), ..Curves::default() });
        assert_eq!(found[1], [(1.0, 0.5), (4.0, 1.0)]);
        assert_eq!(found[2], [(1.0, 0.25), (2.0, 0.75), (4.0, 0.0)]);
        assert!([0, 3, 4].iter().all(|&k| found[k].is_empty()));
        let points = |y: f64| [(1.0, y), (2.0, y)];
        let two = [
            curve("a, measured", Role::Measured, &points(1.0)),
            curve("b, measured", Role::Measured, &points(3.0)),
            curve("b, bound", Role::Bound, &points(4.0)),
            curve("a, bound", Role::Bound, &points(2.0)),
        ];
        let found = ratios(&Curves { curves: two.to_vec(), ..Curves::default() });
        assert_eq!((found[2][0].1, found[3][0].1), (0.75, 0.5));
    }
}

//! What a pointer over a plot reads: the values of all curves at a place.

use super::super::Curves;
use super::super::number::pretty;
use super::canvas::{Canvas, escape, place};
use super::scale::Scale;

/// Most places that can be read.
const PLACES: usize = 24;

/// Covers the plot with columns, each of which shows the values at a place.
pub(super) fn hover(
    canvas: &mut Canvas,
    curves: &Curves,
    horizontal: &Scale,
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
) {
    let columns = columns(curves, horizontal);
    for (k, &(x, at)) in columns.iter().enumerate() {
        let middle = |other: Option<&(f64, f64)>, end: f64| other.map_or(end, |other| (other.1 + at) / 2.0);
        let from = middle(k.checked_sub(1).and_then(|k| columns.get(k)), left);
        let to = middle(columns.get(k + 1), right);
        let values = curves.curves.iter().filter_map(|curve| {
            let point = curve.points.iter().find(|point| point.0 == x && point.1.is_finite())?;
            Some(format!("\n{}: {}", curve.label, pretty(point.1, 4)))
        });
        let text = format!("{} {}{}", curves.x.label, pretty(x, 6), values.collect::<String>());
        canvas.raw(&format!(
            r#"<rect class="hover" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>"#,
            place(from),
            place(top),
            place(to - from),
            place(bottom - top),
            escape(&text)
        ));
    }
}

/// Places that curves have, evenly chosen, from left to right: the number, and where it stands.
fn columns(curves: &Curves, horizontal: &Scale) -> Vec<(f64, f64)> {
    let places = curves.curves.iter().flat_map(|curve| &curve.points);
    let mut places: Vec<(f64, f64)> =
        places.filter_map(|&(x, _)| horizontal.at(x).map(|at| (x, at))).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    places.dedup();
    let count = places.len().min(PLACES);
    (0..count).map(|k| places[k * (places.len() - 1) / (count - 1).max(1)]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::{Curve, Role};
    use super::*;

    #[test]
    fn every_place_says_what_stands_there() {
        let points = |scale: f64| (0..100).map(|k| (f64::from(k), scale * f64::from(k))).collect();
        let curves =
            [Curve::new("measured", Role::Measured, points(1.0)), Curve::new("b", Role::Bound, points(2.0))];
        let curves = Curves { curves: curves.into(), ..Curves::default() };
        let horizontal = Scale::new([0.0, 99.0].into_iter(), false, 0.0, 100.0);
        let found = columns(&curves, &horizontal);
        assert_eq!((found.len(), found[0].0, found[23].0), (PLACES, 0.0, 99.0));
        let mut canvas = Canvas::default();
        hover(&mut canvas, &curves, &horizontal, (0.0, 100.0), (0.0, 50.0));
        assert!(canvas.body().contains("<title> 99\nmeasured: 99\nb: 198</title>"));
        let mut canvas = Canvas::default();
        hover(&mut canvas, &Curves::default(), &horizontal, (0.0, 100.0), (0.0, 50.0));
        assert!(canvas.body().is_empty());
    }
}

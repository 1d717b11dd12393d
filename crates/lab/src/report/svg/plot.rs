//! What all plots with axes have: the grid, the numbers beside it, and lines of few points.

use super::canvas::{Canvas, FONT, width};
use super::scale::Tick;

/// A line of text.
pub(super) const LINE: f64 = 18.0;

/// The grid, the axes, and the numbers beside them.
pub(super) fn grid(
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

/// The same line with fewer points: of those that share half a pixel's column, the first, lowest, highest and last.
pub(super) fn thinned(points: &[Option<(f64, f64)>]) -> Vec<Option<(f64, f64)>> {
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

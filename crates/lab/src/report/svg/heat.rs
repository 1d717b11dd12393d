//! A grid of numbers as a heat map with its scale.

use super::super::Heat;
use super::super::number::{digits, pretty};
use super::canvas::{Canvas, FONT, Size, escape, place, width, wrap};
use super::colour;
use super::scale::Scale;

/// A line of text.
const LINE: f64 = 18.0;
/// The height of the scale of colours.
const BAR: f64 = 12.0;

/// Draws the grid from a height on; gives back where it ends.
pub(super) fn heat(canvas: &mut Canvas, heat: &Heat, size: Size, top: f64, id: &str) -> f64 {
    let mut y = top;
    for line in wrap(&heat.y.0, size.width) {
        y += LINE;
        canvas.text("name", (0.0, y - 5.0), "start", &line);
    }
    y += 8.0;
    let columns = heat.cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let left = heat.y.1.iter().map(|text| width(text)).fold(0.0, f64::max).min(size.width * 0.4) + 10.0;
    let cell = ((size.width - left - 2.0) / columns as f64, cell_height(heat, size));
    let grid = Grid { heat, left, top: y, cell, scale: scale(heat) };
    grid.cells(canvas);
    grid.marks(canvas);
    let bottom = y + cell.1 * heat.cells.len() as f64;
    for (i, text) in heat.y.1.iter().enumerate() {
        let at = y + cell.1 * (i as f64 + 0.5) + FONT * 0.35;
        canvas.text("tick", (left - 8.0, at), "end", text);
    }
    column_labels(canvas, &grid, bottom);
    y = bottom + LINE;
    for line in wrap(&heat.x.0, size.width - left) {
        y += LINE;
        canvas.text("name", (left + (size.width - left) / 2.0, y), "middle", &line);
    }
    y = bar(canvas, &grid, size, y + 14.0, id);
    y = mark_meaning(canvas, heat, size, y);
    for (class, word, is) in [
        ("void", "no value", f64::is_nan as fn(f64) -> bool),
        ("infinite", "infinite: out of the numbers", f64::is_infinite),
    ] {
        if heat.cells.iter().flatten().any(|&x| is(x)) {
            canvas.rect(&format!(r#"class="{class}" rx="2""#), (0.0, y + 9.0), (14.0, 14.0));
            canvas.text("note", (22.0, y + 20.0), "start", word);
            y += 22.0;
        }
    }
    y + 6.0
}

fn cell_height(heat: &Heat, size: Size) -> f64 {
    (size.height / heat.cells.len().max(1) as f64).clamp(16.0, 40.0)
}

/// From numbers to places on the map of colours.
fn scale(heat: &Heat) -> Scale {
    Scale::new(heat.cells.iter().flatten().copied(), heat.log, 0.0, 1.0)
}

struct Grid<'a> {
    heat: &'a Heat,
    left: f64,
    top: f64,
    cell: (f64, f64),
    scale: Scale,
}

impl Grid<'_> {
    fn corner(&self, row: usize, column: usize) -> (f64, f64) {
        (self.left + self.cell.0 * column as f64, self.top + self.cell.1 * row as f64)
    }

    /// Where a number is on the map; what is infinite, or not above zero on a logarithmic one, is at an end.
    fn colour(&self, x: f64) -> f64 {
        self.scale.at(x).unwrap_or(if x > 0.0 { 1.0 } else { 0.0 })
    }

    fn cells(&self, canvas: &mut Canvas) {
        let texts = self.texts();
        for (i, row) in self.heat.cells.iter().enumerate() {
            for (j, &x) in row.iter().enumerate() {
                let (left, top) = self.corner(i, j);
                let fill = match x {
                    x if x.is_nan() => r#"class="void""#.into(),
                    x if x.is_infinite() => r#"class="infinite""#.into(),
                    x => format!(r#"fill="{}""#, colour::heat(self.colour(x))),
                };
                let [x0, y0] = [left + 0.5, top + 0.5].map(place);
                let [w, h] = [self.cell.0 - 1.0, self.cell.1 - 1.0].map(place);
                let name = |list: &[String], k: usize| list.get(k).cloned().unwrap_or_default();
                let value = if x.is_nan() { "no value".into() } else { pretty(x, 6) };
                let what = format!("{}, {}: {value}", name(&self.heat.y.1, i), name(&self.heat.x.1, j));
                canvas.raw(&format!(
                    r#"<rect {fill} x="{x0}" y="{y0}" width="{w}" height="{h}" rx="2"><title>{}</title></rect>"#,
                    escape(&what)
                ));
                if let Some(text) = texts.as_ref().and_then(|texts| texts.get(i)?.get(j)) {
                    let on = if x.is_infinite() || colour::is_dark(self.colour(x)) {
                        "on-dark"
                    } else {
                        "on-light"
                    };
                    let middle = (left + self.cell.0 / 2.0, top + self.cell.1 / 2.0 + FONT * 0.35);
                    canvas.text(on, middle, "middle", text);
                }
            }
        }
    }

    /// What stands in the cells: as many digits as fit, or nothing.
    fn texts(&self) -> Option<Vec<Vec<String>>> {
        if self.cell.1 < 18.0 {
            return None;
        }
        let text = |x: f64, n: usize| match x {
            x if x.is_nan() => String::new(),
            f64::INFINITY => "∞".into(),
            f64::NEG_INFINITY => "−∞".into(),
            x => digits(x, n).replace('-', "−"),
        };
        [3, 2].into_iter().find_map(|n| {
            let row = |row: &Vec<f64>| row.iter().map(|&x| text(x, n)).collect::<Vec<_>>();
            let texts: Vec<Vec<String>> = self.heat.cells.iter().map(row).collect();
            let widest = texts.iter().flatten().map(|text| width(text)).fold(0.0, f64::max);
            (widest + 6.0 <= self.cell.0).then_some(texts)
        })
    }

    fn marks(&self, canvas: &mut Canvas) {
        for &(row, column) in &self.heat.marked {
            let (x, y) = self.corner(row, column);
            mark(canvas, (x + 2.5, y + 2.5), (self.cell.0 - 5.0, self.cell.1 - 5.0));
        }
    }
}

fn mark(canvas: &mut Canvas, corner: (f64, f64), size: (f64, f64)) {
    canvas.rect(r#"class="mark" rx="2""#, corner, size);
    canvas.rect(r#"class="mark-in" rx="2""#, corner, size);
}

fn column_labels(canvas: &mut Canvas, grid: &Grid<'_>, bottom: f64) {
    let mut last = f64::NEG_INFINITY;
    for (j, text) in grid.heat.x.1.iter().enumerate() {
        let at = grid.left + grid.cell.0 * (j as f64 + 0.5);
        let half = width(text) / 2.0;
        if at - half > last + 6.0 {
            canvas.text("tick", (at, bottom + LINE), "middle", text);
            last = at + half;
        }
    }
}

/// The scale of colours, with what they stand for.
fn bar(canvas: &mut Canvas, grid: &Grid<'_>, size: Size, top: f64, id: &str) -> f64 {
    let mut y = top;
    for line in wrap(&grid.heat.value, size.width) {
        y += LINE;
        canvas.text("name", (0.0, y), "start", &line);
    }
    y += 8.0;
    let length = size.width.min(360.0) - 24.0;
    let stops: String = (0..=8)
        .map(|k| {
            let at = f64::from(k) / 8.0;
            format!(r#"<stop offset="{at}" stop-color="{}"/>"#, colour::heat(at))
        })
        .collect();
    canvas.raw(&format!(r#"<linearGradient id="{id}">{stops}</linearGradient>"#));
    canvas.rect(&format!(r#"fill="url(#{id})" rx="2""#), (12.0, y), (length, BAR));
    let mut last = f64::NEG_INFINITY;
    for tick in grid.scale.ticks(4).into_iter().filter(|t| !t.label.is_empty()) {
        let at = 12.0 + tick.at * length;
        let half = width(&tick.label) / 2.0;
        if at - half > last + 6.0 {
            canvas.line("axis", (at, y + BAR), (at, y + BAR + 4.0));
            canvas.text("tick", (at, y + BAR + 17.0), "middle", &tick.label);
            last = at + half;
        }
    }
    y + BAR + 22.0
}

fn mark_meaning(canvas: &mut Canvas, heat: &Heat, size: Size, top: f64) -> f64 {
    if heat.marked.is_empty() || heat.mark.is_empty() {
        return top;
    }
    let mut y = top;
    canvas.rect(r#"class="void" rx="2""#, (0.0, y + 5.0), (22.0, 18.0));
    mark(canvas, (2.0, y + 7.0), (18.0, 14.0));
    for line in wrap(&heat.mark, size.width - 30.0) {
        y += LINE;
        canvas.text("name", (30.0, y), "start", &line);
    }
    y + 6.0
}

/// The ends of the map, as labels; for tests.
#[cfg(test)]
fn ends(heat: &Heat) -> Vec<String> {
    scale(heat).ticks(4).into_iter().map(|t| t.label).filter(|t| !t.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_labelled_in_numbers_of_the_grid() {
        let heat = Heat { cells: vec![vec![1e-6, 1.0, f64::NAN]], log: true, ..Heat::default() };
        let ends = ends(&heat);
        assert!(ends.contains(&"10⁻⁶".into()) && ends.contains(&"1".into()), "{ends:?}");
    }
}

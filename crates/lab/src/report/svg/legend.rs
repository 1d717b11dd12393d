//! What the lines of a picture are, below it, so that nothing is covered.

use super::canvas::{Canvas, FONT, width, wrap};
use super::style::Style;

/// A line of text.
const LINE: f64 = 19.0;
/// The drawn part of an entry, and the gap to its text.
const SAMPLE: f64 = 34.0;
/// Between two entries.
const GAP: f64 = 20.0;

/// One line of a picture.
pub(super) struct Entry {
    /// What it is.
    pub text: String,
    /// How it is drawn.
    pub style: Style,
    /// Whether it has marks.
    pub is_marked: bool,
}

/// Draws the entries in as many lines as they need, from a height on; gives back where they end.
pub(super) fn legend(canvas: &mut Canvas, entries: &[Entry], room: f64, top: f64) -> f64 {
    // In columns of one width, so that entries stand one below the other; in one line where they fit.
    let wanted: Vec<f64> = entries.iter().map(|entry| SAMPLE + width(&entry.text) + GAP).collect();
    let widest = wanted.iter().copied().fold(0.0, f64::max);
    let columns = ((room + GAP) / widest.max(1.0)).floor().max(1.0) as usize;
    // Bounds come in pairs with what they bound: an even number of columns keeps pairs side by side.
    let columns = if columns > 2 { columns - columns % 2 } else { columns };
    let in_line = wanted.iter().sum::<f64>() <= room + GAP;
    let (mut x, mut y, mut lowest) = (0.0, top, top);
    for (index, (entry, wanted)) in entries.iter().zip(&wanted).enumerate() {
        if !in_line && index % columns == 0 {
            (x, y) = (0.0, lowest);
        }
        let lines = wrap(&entry.text, room - x - SAMPLE);
        let middle = y + LINE - FONT * 0.35;
        canvas.path(&entry.style.class, &[Some((x + 2.0, middle)), Some((x + SAMPLE - 8.0, middle))]);
        if entry.is_marked {
            entry.style.mark(canvas, (x + SAMPLE / 2.0 - 3.0, middle));
        }
        for (k, line) in lines.iter().enumerate() {
            canvas.text("name", (x + SAMPLE, y + LINE * (k + 1) as f64), "start", line);
        }
        lowest = lowest.max(y + LINE * lines.len().max(1) as f64);
        x += if in_line { *wanted } else { widest };
    }
    lowest
}

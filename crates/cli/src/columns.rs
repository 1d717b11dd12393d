//! Text in aligned columns, for terminals of any width and for pipes.

use std::io::{self, Write};

use halfulp::text::escaped;

/// Blanks between columns.
const GAP: usize = 2;
/// Characters of a cell, at most: names in files can have millions.
const LONGEST: usize = 120;

/// A text as it stands in a table: no control characters, and an ellipsis for what is past its longest.
pub fn cell(text: &str) -> String {
    let short = match text.char_indices().nth(LONGEST) {
        None => return escaped(text).to_string(),
        Some((end, _)) => &text[..end],
    };
    format!("{}…", escaped(short))
}

/// Rows of cells. The first row is the heading.
pub struct Columns {
    rows: Vec<Vec<String>>,
    right: &'static [usize],
}

impl Columns {
    /// Columns under a heading; `right` lists those aligned to the right.
    pub fn new(heading: &[&str], right: &'static [usize]) -> Columns {
        let rows = vec![heading.iter().map(|cell| (*cell).into()).collect()];
        Columns { rows, right }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<String>) {
        self.rows.push(row.iter().map(|text| cell(text)).collect());
    }

    /// Adds a row of the program's own texts, whole however long.
    pub fn push_whole(&mut self, row: Vec<String>) {
        self.rows.push(row.iter().map(|text| escaped(text).to_string()).collect());
    }

    /// Writes the rows. Where they do not fit in `width` characters, nothing is left out: a row has the columns that fit on its first
    /// line, at least one, and under it the others, each behind its heading.
    pub fn write(&self, out: &mut dyn Write, width: Option<usize>) -> io::Result<()> {
        let widths: Vec<usize> = (0..self.rows[0].len()).map(|i| self.width(i)).collect();
        let mut shown = widths.len();
        let total = |n: usize| widths[..n].iter().sum::<usize>() + GAP * n.saturating_sub(1);
        while shown > 1 && width.is_some_and(|width| total(shown) > width) {
            shown -= 1;
        }
        for (place, row) in self.rows.iter().enumerate() {
            self.write_row(out, &row[..shown.min(row.len())], &widths)?;
            if place > 0 {
                self.write_rest(
                    out,
                    row.get(shown..).unwrap_or_default(),
                    shown,
                    width.unwrap_or(usize::MAX),
                )?;
            }
        }
        Ok(())
    }

    /// The cells of a row that its line has no room for; empty ones say nothing.
    fn write_rest(&self, out: &mut dyn Write, cells: &[String], from: usize, width: usize) -> io::Result<()> {
        let mut line = String::new();
        for (cell, heading) in cells.iter().zip(&self.rows[0][from..]).filter(|(cell, _)| !cell.is_empty()) {
            let text = format!("{heading} {cell}");
            let length = line.chars().count() + GAP + text.chars().count();
            if !line.is_empty() && length > width {
                writeln!(out, "{line}")?;
                line.clear();
            }
            line.push_str(&" ".repeat(GAP));
            line.push_str(&text);
        }
        if line.is_empty() { Ok(()) } else { writeln!(out, "{line}") }
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }

    fn write_row(&self, out: &mut dyn Write, row: &[String], widths: &[usize]) -> io::Result<()> {
        let mut line = String::new();
        for (i, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[i].saturating_sub(cell.chars().count()));
            if self.right.contains(&i) {
                line.push_str(&padding);
                line.push_str(cell);
            } else {
                line.push_str(cell);
                line.push_str(&padding);
            }
            line.push_str(&" ".repeat(GAP));
        }
        writeln!(out, "{}", line.trim_end())
    }
}

/// The width of lines: what COLUMNS says, else that of the terminal, if standard output is one. A pipe gets everything.
pub fn terminal_width() -> Option<usize> {
    let wanted = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).filter(|width| *width > 0);
    wanted.or_else(|| terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0)))
}

/// A text in lines of at most so many characters, where blanks allow it.
pub fn broken(text: &str, room: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(room) {
        // A blank right behind the room ends a line too.
        let blank = |part: &str| part.rfind(' ').filter(|place| *place > 0);
        let place = if rest[end..].starts_with(' ') { Some(end) } else { blank(&rest[..end]) };
        let Some(place) = place.or_else(|| rest[end..].find(' ').map(|place| end + place)) else { break };
        lines.push(rest[..place].trim_end());
        rest = rest[place..].trim_start();
    }
    lines.push(rest);
    lines
}

/// Writes a paragraph under a table, broken into lines as far as the terminal is narrow.
pub fn paragraph(out: &mut dyn Write, text: &str) -> io::Result<()> {
    let lines = broken(text, terminal_width().unwrap_or(usize::MAX));
    lines.into_iter().try_for_each(|line| writeln!(out, "{line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(width: Option<usize>) -> String {
        let mut columns = Columns::new(&["NAME", "BITS", "MORE"], &[1]);
        columns.push(vec!["e4m3fn".into(), "8".into(), "±".into()]);
        let mut out = Vec::new();
        columns.write(&mut out, width).expect("memory takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn columns_are_aligned_and_lines_have_no_trailing_blanks() {
        assert_eq!(written(None), "NAME    BITS  MORE\ne4m3fn     8  ±\n");
        assert_eq!(written(Some(18)), written(None));
    }

    #[test]
    fn cells_are_one_short_line() {
        assert_eq!(cell("a\n\u{1b}[31mb"), r"a\n\u{1b}[31mb");
        assert_eq!(cell(&"ö".repeat(LONGEST)), "ö".repeat(LONGEST));
        assert_eq!(cell(&"ö".repeat(1 << 20)), "ö".repeat(LONGEST) + "…");
    }

    #[test]
    fn a_narrow_terminal_gets_the_other_columns_below() {
        assert_eq!(written(Some(17)), "NAME    BITS\ne4m3fn     8\n  MORE ±\n");
        assert_eq!(written(Some(16)), "NAME    BITS\ne4m3fn     8\n  MORE ±\n");
        assert_eq!(written(Some(11)), "NAME\ne4m3fn\n  BITS 8\n  MORE ±\n");
        assert_eq!(written(Some(1)), "NAME\ne4m3fn\n  BITS 8\n  MORE ±\n");
    }

    #[test]
    fn lines_break_at_blanks_and_words_stay_whole() {
        assert_eq!(broken("one two three", usize::MAX), ["one two three"]);
        assert_eq!(broken("one two three", 7), ["one two", "three"]);
        assert_eq!(broken("one two three", 6), ["one", "two", "three"]);
        assert_eq!(broken("longword ab", 3), ["longword", "ab"]);
        assert_eq!(broken("ö\u{e9} x", 2), ["ö\u{e9}", "x"]);
        assert_eq!(broken("", 5), [""]);
    }
}

//! Lines of a limited width, and tables in them.

/// Blanks between columns.
const GAP: usize = 2;

/// Lines of text.
pub(super) struct Lines {
    text: String,
    width: usize,
}

impl Lines {
    pub(super) fn new(width: usize) -> Lines {
        Lines { text: String::new(), width }
    }

    /// All lines.
    pub(super) fn text(self) -> String {
        self.text
    }

    /// A line as it is.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A paragraph, all of it indented.
    pub(super) fn wrapped(&mut self, indent: usize, text: &str) {
        self.item(&" ".repeat(indent), indent, text);
    }

    /// A paragraph behind a mark; further lines are indented.
    pub(super) fn item(&mut self, mark: &str, indent: usize, text: &str) {
        let mut line = mark.to_string();
        let mut empty = true;
        for word in text.split_whitespace() {
            if !empty && line.chars().count() + 1 + word.chars().count() > self.width {
                self.line(&line);
                line = " ".repeat(indent);
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        self.line(&line);
    }

    /// A table under its heading, after an empty line; nothing for one without rows. Columns that do not fit stand under each row,
    /// behind their headings.
    pub(super) fn table(&mut self, table: &Table) {
        if table.rows.len() < 2 {
            return;
        }
        let widths: Vec<usize> = (0..table.columns).map(|i| table.width(i)).collect();
        let total = |n: usize| widths[..n].iter().sum::<usize>() + GAP * n.saturating_sub(1);
        let mut shown = table.columns;
        while shown > 1 && total(shown) > self.width {
            shown -= 1;
        }
        self.line("");
        for (place, row) in table.rows.iter().enumerate() {
            match row {
                Row::Cells(cells) => {
                    let line = table.line(&cells[..shown.min(cells.len())], &widths);
                    self.line(&line);
                    if place > 0 {
                        self.rest(&table.rows[0], cells, shown);
                    }
                }
                Row::Note(note) => self.item(&" ".repeat(GAP + widths[0] + GAP), GAP + widths[0] + GAP, note),
            }
        }
    }

    /// The cells of a row that its line has no room for; empty ones say nothing.
    fn rest(&mut self, head: &Row, cells: &[String], shown: usize) {
        let Row::Cells(head) = head else { return };
        let rest = head.iter().zip(cells).skip(shown).filter(|(_, cell)| !cell.is_empty());
        let rest: Vec<String> = rest.map(|(heading, cell)| format!("{heading} {cell}")).collect();
        if !rest.is_empty() {
            self.wrapped(2 * GAP, &rest.join(", "));
        }
    }
}

enum Row {
    Cells(Vec<String>),
    Note(String),
}

/// Rows of cells, with notes under them.
pub(super) struct Table {
    rows: Vec<Row>,
    columns: usize,
    right: Vec<usize>,
}

impl Table {
    /// A table under a heading; `right` lists the columns that are aligned to the right.
    pub(super) fn new(head: &[&str], right: &[usize]) -> Table {
        let rows = vec![Row::Cells(head.iter().map(|cell| (*cell).into()).collect())];
        Table { rows, columns: head.len(), right: right.into() }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(Row::Cells(cells));
    }

    /// Adds a note to the last row.
    pub(super) fn note(&mut self, note: String) {
        if !note.is_empty() {
            self.rows.push(Row::Note(note));
        }
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| match row {
            Row::Cells(cells) => cells.get(column),
            Row::Note(_) => None,
        });
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (i, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
            if self.right.contains(&i) {
                line.push_str(&padding);
                line.push_str(cell);
            } else {
                line.push_str(cell);
                line.push_str(&padding);
            }
            line.push_str(&" ".repeat(GAP));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_paragraphs_are_wrapped_and_hang() {
        let mut lines = Lines::new(12);
        lines.item("- ", 2, "one two three four");
        assert_eq!(lines.text(), "- one two\n  three four\n");
    }

    #[test]
    fn what_does_not_fit_stands_under_its_row() {
        let mut table = Table::new(&["", "NAME", "N"], &[2]);
        table.row(vec!["ok".into(), "abc".into(), "10".into()]);
        table.note("a note".into());
        let text = |width| {
            let mut lines = Lines::new(width);
            lines.table(&table);
            lines.text()
        };
        assert_eq!(text(40), "\n    NAME   N\nok  abc   10\n      a note\n");
        assert_eq!(text(10), "\n    NAME\nok  abc\n    N 10\n      a\n      note\n");
    }
}

//! SVG as text, and how large pictures are.

use std::fmt::Write as _;

/// The size of letters, in the picture's units, which are pixels of a screen that shows it unscaled.
pub(super) const FONT: f64 = 13.0;

/// How large a picture is, in pixels of a screen that shows it unscaled.
#[derive(Clone, Copy)]
pub(in crate::report) struct Size {
    /// The width of all.
    pub width: f64,
    /// The height of the part inside the axes; a heat map's is less if it has few rows.
    pub height: f64,
}

/// For screens and paper.
pub(in crate::report) const WIDE: Size = Size { width: 720.0, height: 340.0 };
/// For phones.
pub(in crate::report) const NARROW: Size = Size { width: 350.0, height: 270.0 };

/// SVG elements in the making.
#[derive(Default)]
pub(super) struct Canvas {
    body: String,
}

impl Canvas {
    /// The elements.
    pub(super) fn body(self) -> String {
        self.body
    }

    /// Elements as they are.
    pub(super) fn raw(&mut self, text: &str) {
        self.body.push_str(text);
    }

    /// A line.
    pub(super) fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(place);
        let _ = write!(self.body, r#"<line class="{class}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>"#);
    }

    /// A rectangle.
    pub(super) fn rect(&mut self, attributes: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let [x, y, width, height] = [x, y, width, height].map(place);
        let _ =
            write!(self.body, r#"<rect {attributes} x="{x}" y="{y}" width="{width}" height="{height}"/>"#);
    }

    /// A line through points; `None` is a gap.
    pub(super) fn path(&mut self, class: &str, points: &[Option<(f64, f64)>]) {
        let mut d = String::new();
        let mut pen_up = true;
        for (i, point) in points.iter().enumerate() {
            let Some((x, y)) = point else {
                pen_up = true;
                continue;
            };
            let alone = pen_up && points.get(i + 1).is_none_or(Option::is_none);
            let _ = write!(d, "{}{} {}", if pen_up { 'M' } else { 'L' }, place(*x), place(*y));
            if alone {
                // A lone point shows as a dot, through the round ends of lines.
                d.push_str("h0");
            }
            pen_up = false;
        }
        if !d.is_empty() {
            let _ = write!(self.body, r#"<path class="{class}" d="{d}"/>"#);
        }
    }

    /// Text; `anchor` is `start`, `middle` or `end`.
    pub(super) fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: &str, text: &str) {
        let [x, y] = [x, y].map(place);
        let text = escape(text);
        let _ = write!(
            self.body,
            r#"<text class="{class}" x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>"#
        );
    }
}

/// A coordinate, to a tenth.
pub(super) fn place(x: f64) -> String {
    let text = format!("{x:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), String::from)
}

/// Text as HTML and SVG take it, attributes too.
pub(in crate::report) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' => escaped.push(c),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// About how wide a text is, in the picture's units: in letters as wide as those of DejaVu Sans, which are wider than most.
pub(super) fn width(text: &str) -> f64 {
    let of = |c: char| match c {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | '.' | ',' | ':' | ';' | '|' | '!' | '\'' | ' ' => 0.37,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
        'A'..='Z' | '×' | '−' | '+' | '=' | '<' | '>' => 0.74,
        '⁰'..='⁹' | '¹' | '²' | '³' | '⁻' => 0.42,
        _ => 0.63,
    };
    FONT * text.chars().map(of).sum::<f64>()
}

/// Text in lines of at most this width, broken at blanks.
pub(super) fn wrap(text: &str, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            // Sums in another order differ in the last bits.
            Some(line) if width(line) + width(word) + width(" ") <= room + 1e-6 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.into()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("<a href='x'>\"&\u{7}"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;\u{fffd}");
    }

    #[test]
    fn a_path_has_gaps_and_dots() {
        let mut canvas = Canvas::default();
        canvas.path("c", &[Some((0.0, 1.0)), Some((1.05, 2.0)), None, Some((3.0, 4.0)), None]);
        assert_eq!(canvas.body(), r#"<path class="c" d="M0 1L1.1 2M3 4h0"/>"#);
    }

    #[test]
    fn lines_are_broken_at_blanks() {
        assert_eq!(wrap("one two three", width("one two")), ["one two", "three"]);
        assert_eq!(wrap("", 10.0), Vec::<String>::new());
    }
}

//! Parts of a page.

use super::super::number::pretty;
pub(super) use super::super::svg::canvas::escape;

/// Text in which `` `words` `` between backticks are code.
pub(super) fn prose(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return escape(text);
    }
    let piece = |(k, piece): (usize, &&str)| match k % 2 {
        0 => escape(piece),
        _ => format!("<code>{}</code>", escape(piece)),
    };
    pieces.iter().enumerate().map(piece).collect()
}

/// A part of an article under a heading.
pub(super) struct Section {
    /// The heading, in which words between backticks are code.
    heading: String,
    body: String,
}

impl Section {
    pub(super) fn new(heading: &str, body: String) -> Section {
        Section { heading: heading.into(), body }
    }

    /// The section under an id.
    pub(super) fn html(&self, id: &str) -> String {
        format!("<section id=\"{id}\">\n<h2>{}</h2>\n{}</section>\n", prose(&self.heading), self.body)
    }

    /// A link to it.
    pub(super) fn link(&self, id: &str) -> String {
        format!("<a href=\"#{id}\">{}</a>", prose(&self.heading))
    }
}

/// A word on a coloured ground; `class` is `good`, `bad`, `warn` or `mute`.
pub(super) fn chip(class: &str, word: &str) -> String {
    format!("<span class=\"chip {class}\">{}</span>", escape(word))
}

/// What is asserted of something: so, not so, or nothing.
pub(super) fn asserted(asserted: bool, passes: bool) -> String {
    match (asserted, passes) {
        (_, false) => chip("bad", "✗ not as asserted"),
        (true, true) => chip("good", "✓ as asserted"),
        (false, true) => chip("mute", "reported"),
    }
}

/// A part of a whole as a bar.
pub(super) fn bar(class: &str, share: f64) -> String {
    let percent = (100.0 * share).clamp(0.0, 100.0);
    format!("<span class=\"bar {class}\"><i style=\"width:{percent:.0}%\"></i></span>")
}

/// A number.
pub(super) fn number(x: f64) -> String {
    escape(&pretty(x, 4))
}

/// A cell under a head, which a narrow screen shows beside it.
pub(super) fn cell(head: &str, html: &str) -> String {
    format!("<td data-label=\"{}\">{html}</td>", escape(head))
}

/// A cell with a number.
pub(super) fn numeric(head: &str, html: &str) -> String {
    format!("<td class=\"n\" data-label=\"{}\">{html}</td>", escape(head))
}

/// A table whose rows are written by [`cell`] and [`numeric`]; heads that begin with `#` are of numbers.
pub(super) fn rows(heads: &[&str], rows: &[String]) -> String {
    let head = |head: &&str| match head.strip_prefix('#') {
        Some(head) => format!("<th class=\"n\">{}</th>", escape(head)),
        None => format!("<th>{}</th>", escape(head)),
    };
    let heads: String = heads.iter().map(head).collect();
    format!(
        "<table class=\"rows\"><thead><tr>{heads}</tr></thead><tbody>\n{}</tbody></table>\n",
        rows.concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_between_backticks() {
        assert_eq!(prose("a `b<c` d"), "a <code>b&lt;c</code> d");
        assert_eq!(prose("a ` d"), "a ` d");
    }
}

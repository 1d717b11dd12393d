//! Reports as one page that needs nothing else: no network, no scripts.

mod bounds;
mod found;
mod parts;

use std::fmt::Write as _;

use super::svg::{self, NARROW, WIDE};
use super::{Figure, Outcome, Report, Role, Verdict};
use parts::{Section, chip, escape, prose};

/// The page's own style, after that of its pictures.
const STYLE: &str = include_str!("html/page.css");

/// Most figures with curves that stand one below the other; more stand side by side, smaller.
const MANY: usize = 3;

/// The page of what one or several experiments found.
#[must_use]
pub fn page(outcomes: &[Outcome]) -> String {
    let title = match outcomes {
        [one] => one.report.as_ref().map_or(one.name.clone(), |report| report.title.clone()),
        several => format!("{} experiments in low precision, beside their bounds", several.len()),
    };
    let mut body = String::new();
    if outcomes.len() != 1 {
        body += &index(&title, outcomes);
    }
    for (number, outcome) in outcomes.iter().enumerate() {
        body += &article(outcome, number);
    }
    body += FOOTER;
    format!(
        concat!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            "<meta name=\"generator\" content=\"halfulp {version}\">\n",
            "<title>{title}</title>\n<style>\n{picture}{page}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
        ),
        version = env!("CARGO_PKG_VERSION"),
        title = escape(&title),
        picture = svg::colour::STYLE,
        page = STYLE,
        body = body,
    )
}

fn verdict(outcome: &Outcome) -> (&'static str, &'static str) {
    match outcome.report.as_ref().map(Report::verdict) {
        Ok(Verdict::Holds) => ("good", "Holds"),
        Ok(Verdict::Fails) => ("bad", "Fails"),
        Ok(Verdict::NothingAsserted) => ("mute", "Nothing asserted"),
        Err(_) => ("bad", "Could not run"),
    }
}

fn index(title: &str, outcomes: &[Outcome]) -> String {
    let mut html = format!("<h1>{}</h1>\n<nav><ul>\n", escape(title));
    for (number, outcome) in outcomes.iter().enumerate() {
        let (class, word) = verdict(outcome);
        let title = outcome.report.as_ref().map_or("", |report| &report.title);
        let _ = writeln!(
            html,
            "<li>{}<span><a href=\"#e{number}\"><code>{}</code></a> {}</span></li>",
            chip(class, word),
            escape(&outcome.name),
            prose(title)
        );
    }
    html + "</ul></nav>\n"
}

fn article(outcome: &Outcome, number: usize) -> String {
    let (class, word) = verdict(outcome);
    let kicker = format!("<p class=\"kicker\">halfulp bound · <code>{}</code></p>", escape(&outcome.name));
    let report = match &outcome.report {
        Ok(report) => report,
        Err(error) => {
            return format!(
                "<article id=\"e{number}\">\n{kicker}\n<h1>{}</h1>\n<div class=\"verdict bad\"><strong>{word}.</strong>{}</div>\n</article>\n",
                escape(&outcome.name),
                escape(error)
            );
        }
    };
    let mut html =
        format!("<article id=\"e{number}\">\n<header>\n{kicker}\n<h1>{}</h1>\n", prose(&report.title));
    let _ =
        write!(html, "<div class=\"verdict {class}\"><strong>{word}.</strong>{}.", sentence(&report.score()));
    let failures: String =
        report.failures().iter().map(|failure| format!("<li>{}</li>", escape(failure))).collect();
    if !failures.is_empty() {
        let _ = write!(html, "<ul>{failures}</ul>");
    }
    html += "</div>\n";
    for (heading, sentences) in [
        ("Contradicts the source, as the experiment declares.", report.contradictions()),
        ("Not informative, as the experiment lists.", report.listed()),
        ("Asserted and not evaluated: nothing holds of these cases.", report.not_evaluated()),
    ] {
        let items: String = sentences.iter().map(|one| format!("<li>{}</li>", prose(one))).collect();
        if !items.is_empty() {
            let _ = writeln!(
                html,
                "<div class=\"verdict warn\"><strong>{heading}</strong><ul>{items}</ul></div>"
            );
        }
    }
    html += "</header>\n";
    for paragraph in &report.about {
        let _ = writeln!(html, "<p>{}</p>", prose(paragraph));
    }
    let sections: Vec<(String, Section)> = sections(report, number)
        .into_iter()
        .enumerate()
        .map(|(k, section)| (format!("e{number}-{k}"), section))
        .collect();
    let links: Vec<String> = sections.iter().map(|(id, section)| section.link(id)).collect();
    let _ = writeln!(html, "<p class=\"contents\">{}</p>", links.join(" · "));
    html.extend(sections.iter().map(|(id, section)| section.html(id)));
    html + "</article>\n"
}

/// The sections of an article, in order.
fn sections(report: &Report, number: usize) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    sections.extend(found::settings(report));
    sections.extend(figures(report, number));
    sections.extend(bounds::section(report));
    sections.extend(found::numbers(report));
    sections.extend(found::detections(report));
    sections.extend(found::divergences(report));
    sections.extend(found::tables(report));
    sections.extend(found::again(report));
    sections
}

/// With a capital letter.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    escape(&format!("{first}{}", letters.as_str()))
}

fn figures(report: &Report, number: usize) -> Option<Section> {
    if report.figures.is_empty() {
        return None;
    }
    let mut html = String::new();
    let bounded = report.figures.iter().any(
        |figure| matches!(figure, Figure::Curves(c) if c.curves.iter().any(|curve| curve.role == Role::Bound)),
    );
    if bounded {
        html += "<p class=\"how\">Drawn through: measured. Dashed: bounds; faintly where they are informative in fewer places than is required. Dotted: what is trivially true, or a number from elsewhere. Below each plot: measured / bound; 1 is the limit. A pointer over a plot shows its values.</p>\n";
    }
    let pictures = report.figures.iter().enumerate();
    let of_curves = |figure: &Figure| matches!(figure, Figure::Curves(_));
    let many = report.figures.iter().filter(|figure| of_curves(figure)).count() > MANY;
    let (beside, alone): (Vec<_>, Vec<_>) = pictures.partition(|(_, figure)| many && of_curves(figure));
    let draw = |figures: Vec<(usize, &Figure)>| -> String {
        figures.into_iter().map(|(k, figure)| picture(figure, &format!("{number}-{k}"))).collect()
    };
    if many {
        let _ = writeln!(html, "<div class=\"beside\">\n{}</div>", draw(beside));
    }
    Some(Section::new("What was found", html + &draw(alone)))
}

/// A figure in two sizes, of which the page shows the one that suits the screen.
fn picture(figure: &Figure, id: &str) -> String {
    let wide = svg::inline(figure, WIDE, "wide", &format!("w{id}"));
    let narrow = svg::inline(figure, NARROW, "narrow", &format!("n{id}"));
    let title = prose(figure.title());
    format!("<figure>\n<figcaption>{title}</figcaption>\n{wide}\n{narrow}\n</figure>\n")
}

/// What the words mean.
const FOOTER: &str = "<footer>
<p>How to read this page. A <em>bound</em> is a formula that says how large an error can become. While the experiment runs, the bound is
evaluated, rounded upwards, and the error it speaks of is measured, in many places; what a bound supposes, its <em>hypotheses</em>, is
checked in each. <em>Measured / bound</em> is how much of what is allowed was used where that is most: 1 is the limit, and a small number
says that the bound is loose there.</p>
<dl>
<dt>informs</dt><dd>the part of its places in which the bound is smaller than what one would know without it</dd>
<dt>holds</dt><dd>evaluated, nowhere exceeded, and it is informative in as many places as is required, of all and of those of the last step</dd>
<dt>violated</dt><dd>what was measured exceeds the bound somewhere: the arithmetic, the bound or its evaluation is wrong</dd>
<dt>mostly vacuous</dt><dd>not exceeded, but it is informative in fewer places than is required: a bound that explodes, say; no pass</dd>
<dt>vacuous</dt><dd>not exceeded, but nowhere smaller than what one would know without it, so that it says nothing; no pass</dd>
<dt>listed as not informative</dt><dd>the experiment itself says that this bound does not inform, and why; it is not counted among those that hold</dd>
<dt>hypothesis failed</dt><dd>what the bound supposes was not so, everywhere or in more places than may be left out, so that it promises nothing; no pass</dd>
<dt>not evaluated</dt><dd>there was nothing to evaluate it on; no pass</dd>
<dt>reported</dt><dd>shown, but nothing is asserted of it, so that it does not decide the verdict</dd>
</dl>
</footer>
";

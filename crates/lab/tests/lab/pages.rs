//! Ways to show a report: each says everything, and a page needs nothing else.

use std::path::Path;

use crate::sample::{good, mixed, outcome};
use halfulp_lab::report::{Outcome, csv, html, json, junit, svg, text};

/// A copy to look at.
fn keep(name: &str, text: &str) {
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), text).expect("the folder is there");
}

#[test]
fn a_page_needs_nothing_from_elsewhere() {
    let failed = Outcome { name: "x".into(), seconds: 0.0, report: Err("x.toml:1:1: <nothing>".into()) };
    let all = html::page(&[outcome(mixed()), outcome(good()), failed]);
    let one = html::page(&[outcome(mixed())]);
    keep("mixed.html", &one);
    keep("good.html", &html::page(&[outcome(good())]));
    keep("several.html", &all);
    for page in [all, one] {
        for foreign in ["src=", "url(http", "@import", "<script", "<link", "href=\"http", "xlink"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        assert!(page.starts_with("<!doctype html>") && page.contains("prefers-color-scheme:dark"));
    }
}

#[test]
fn text_fits_its_width() {
    for width in [60, 80, 120] {
        let text = text::report(&mixed(), width);
        keep(&format!("mixed-{width}.txt"), &text);
        for line in text.lines() {
            assert!(line.chars().count() <= width, "{width}: {line}");
            assert_eq!(line, line.trim_end());
        }
    }
}

#[test]
fn pictures_are_files_of_their_own() {
    let files = svg::files(&mixed());
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["ema-error.svg", "ema-log-t.svg", "ema-ablation.svg"]);
    for (name, text) in &files {
        assert!(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{name}");
        assert!(!text.contains("NaN") && !text.contains("inf\"") && !text.contains(">inf"), "{name}");
        // Programs for papers know no variables, and a figure is printed on white.
        assert!(!["var(", "@media", ":root"].iter().any(|css| text.contains(css)), "{name}");
        assert!(text.contains(".ground{fill:#fff}") && text.contains(".s0{stroke:#0067a8}"), "{name}");
        keep(name, text);
    }
}

#[test]
fn json_and_csv_have_every_number() {
    let outcomes = [outcome(mixed())];
    let document = json::document(&outcomes);
    assert_eq!(document["verdict"], "fails");
    assert_eq!(document["experiments"][0]["bounds"].as_array().map(Vec::len), Some(15));
    let results = csv::results(&outcomes).expect("written to memory");
    assert_eq!(results.lines().count(), 1 + 15 + 3 + 4 + 1);
    assert_eq!(csv::files(&mixed()).expect("written to memory").len(), 4);
    assert!(junit::document(&outcomes).expect("written to memory").contains("failures=\"5\""));
}

//! docs/coverage.md: its sample is what the program prints, and its table has every group of bins.

use std::fs;
use std::path::Path;

use crate::program::run;
use crate::tensors::folder;

fn document() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/coverage.md"))
        .expect("the document")
}

/// The lines after the command of a sample, up to the one that leaves the rest out.
#[test]
fn the_sample_is_what_the_program_prints() {
    let document = document();
    let sample = document.split("$ halfulp coverage mul.json\n").nth(1).expect("a sample");
    let lines: Vec<&str> = sample.lines().map(str::trim_start).take_while(|line| *line != "...").collect();
    assert!(lines.len() > 3, "{lines:?}");
    let folder = folder();
    let path = folder.path().join("mul.json").display().to_string();
    let wrote = run(&format!("vectors mul e4m3fn --cases random:1000 -q -o /dev/null --coverage {path}"));
    assert_eq!(wrote.code, 0, "{}", wrote.err);
    let shown = run(&format!("coverage {path}")).out;
    let shown: Vec<&str> = shown.lines().map(str::trim_start).collect();
    assert_eq!(shown[..lines.len()], lines);
}

/// The arguments are those of the reports.
#[test]
fn every_argument_is_there() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let document = words(&document());
    for sentence in halfulp_verify::coverage::Proof::arguments() {
        assert!(document.contains(sentence), "{sentence}");
    }
}

/// Every group of every operation is described, and every group that is described is there.
#[test]
fn every_group_is_described() {
    use halfulp_verify::coverage::Model;
    let document = document();
    let table =
        document.split("## Groups").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a table");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let described: Vec<(String, Vec<&str>)> = rows
        .iter()
        .flat_map(|row| {
            let words: Vec<&str> = row[1].split(", ").map(|word| word.trim_matches('`')).collect();
            let stem = words[0].strip_suffix("-a").unwrap_or_default();
            let full = move |word: &str| {
                if word.starts_with('-') { format!("{stem}{word}") } else { word.to_string() }
            };
            let models: Vec<&str> = row[2].split(", ").filter(|model| !model.is_empty()).collect();
            words.into_iter().map(move |word| (full(word), models.clone())).collect::<Vec<_>>()
        })
        .collect();
    let mut there: Vec<String> = Vec::new();
    for op in halfulp::Op::all() {
        for (from, to) in [
            ("binary16", "binary16"),
            ("e5m2", "e5m2"),
            ("e5m2", "i8"),
            ("i8", "e5m2"),
            ("binary32", "binary16"),
        ] {
            let format = |name: &str| name.parse::<halfulp::Format>().expect("a format");
            let rounding = "sr-a:4".parse().expect("a rounding");
            let task = halfulp::Task::within(op, format(from)).with_result(format(to));
            let task = task.with_policy(task.policy.rounding(rounding));
            if task.check().is_err() {
                continue;
            }
            for group in Model::new(&task).groups() {
                let row = described.iter().find(|(id, _)| id == group.id());
                let (_, models) = row.unwrap_or_else(|| panic!("{} is not in docs/coverage.md", group.id()));
                assert!(
                    group.models().iter().all(|model| models.contains(model)),
                    "{}: {models:?}",
                    group.id()
                );
                there.push(group.id().into());
            }
        }
    }
    for (id, _) in described {
        assert!(there.contains(&id), "{id} is described, and there is no such group");
    }
    // Each of the models that the text is about is some group's.
    let models: Vec<String> = (1..=29).map(|number| format!("B{number}")).collect();
    for model in models {
        assert!(rows.iter().any(|row| row[2].split(", ").any(|known| known == model)), "{model}");
    }
}

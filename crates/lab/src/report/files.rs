//! What the files of a report are called.

use std::collections::HashSet;

use super::Report;

/// The name of a file that holds a part of a report: letters, digits and dashes, whatever the experiment and the part are called.
pub(super) fn name(report: &Report, part: &str, extension: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = format!("{}-{part}", report.name).chars().map(plain).collect();
    format!("{}.{extension}", name.trim_start_matches('.'))
}

/// Files whose names differ: of several with one name, the second and the following get a number.
pub(super) fn different(files: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut names = HashSet::new();
    let rename = |(name, text): (String, String)| {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name.as_str(), ""));
        let numbered = (2..).map(|k| format!("{stem}-{k}.{extension}"));
        let mut free =
            std::iter::once(name.clone()).chain(numbered).filter(|name| names.insert(name.to_lowercase()));
        (free.next().unwrap_or_default(), text)
    };
    files.into_iter().map(rename).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_name_get_numbers() {
        let named =
            |names: &[&str]| names.iter().map(|name| ((*name).into(), String::new())).collect::<Vec<_>>();
        let names = |files: Vec<(String, String)>| files.into_iter().map(|file| file.0).collect::<Vec<_>>();
        let files = named(&["a.svg", "b.svg", "A.svg", "a.svg", "a-2.svg"]);
        assert_eq!(names(different(files)), ["a.svg", "b.svg", "A-2.svg", "a-3.svg", "a-2-2.svg"]);
    }

    #[test]
    fn names_are_plain() {
        let report = Report { name: "../x".into(), ..Report::default() };
        assert_eq!(name(&report, "a b/\u{1b}", "csv"), "-x-a-b--.csv");
    }
}

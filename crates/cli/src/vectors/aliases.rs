//! Berkeley TestFloat's options, which have one hyphen, in the place of this program's own.

use std::ffi::{OsStr, OsString};

/// TestFloat's options without a value, and what they mean.
const FLAGS: [(&str, &[&str]); 8] = [
    ("-rnear_even", &["--round", "rne"]),
    ("-rnear_maxMag", &["--round", "rna"]),
    ("-rminMag", &["--round", "rtz"]),
    ("-rmin", &["--round", "rdn"]),
    ("-rmax", &["--round", "rup"]),
    ("-rodd", &["--round", "odd"]),
    ("-tininessbefore", &["--tininess", "before"]),
    ("-tininessafter", &["--tininess", "after"]),
];

/// The arguments of this run, TestFloat's options of `vectors` replaced.
pub fn arguments() -> Vec<OsString> {
    replaced(std::env::args_os().collect())
}

fn replaced(arguments: Vec<OsString>) -> Vec<OsString> {
    let verb = arguments.iter().skip(1).find(|word| !word.to_string_lossy().starts_with('-'));
    if verb.map(OsString::as_os_str) != Some(OsStr::new("vectors")) {
        return arguments;
    }
    let mut words: Vec<OsString> = Vec::new();
    let mut rest = arguments.into_iter();
    while let Some(word) = rest.next() {
        let text = word.to_string_lossy().into_owned();
        if text == "--" {
            words.push(word);
            words.extend(rest.by_ref());
            break;
        }
        let value = |rest: &mut dyn Iterator<Item = OsString>| {
            rest.next().map(|value| value.to_string_lossy().into_owned()).unwrap_or_default()
        };
        match FLAGS.iter().find(|(name, _)| *name == text) {
            Some((_, meaning)) => words.extend(meaning.iter().map(OsString::from)),
            None => match text.as_str() {
                "-seed" => words.push("--seed".into()),
                // TestFloat's number of cases; its level 1 is every combination of boundary values.
                "-n" => words.push(format!("--cases=random:{}", value(&mut rest)).into()),
                "-level" => words.push(match value(&mut rest).as_str() {
                    "1" => "--cases=edge".into(),
                    level => format!("--cases=level:{level}").into(),
                }),
                _ => words.push(word),
            },
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        let words = replaced(text.split_whitespace().map(OsString::from).collect());
        words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn options_of_testfloat_are_taken() {
        assert_eq!(
            of("halfulp vectors f16_add -rminMag -seed 3 -n 1000 -tininessbefore"),
            "halfulp vectors f16_add --round rtz --seed 3 --cases=random:1000 --tininess before"
        );
        assert_eq!(of("halfulp vectors f16_add -level 1"), "halfulp vectors f16_add --cases=edge");
        assert_eq!(of("halfulp vectors -- -rmin"), "halfulp vectors -- -rmin");
        assert_eq!(of("halfulp eval f16_add -rmin"), "halfulp eval f16_add -rmin");
    }
}

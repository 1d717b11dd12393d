//! The reader of experiment files: it takes any text or says where it is wrong, and no size in it is believed. Nothing is run.
#![no_main]

use std::fmt;

use halfulp_lab::experiment::{BUILTIN, Experiment, ExperimentError};
use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;

/// A text of any kind; and an experiment of the program with some text in the place of some of its own.
struct Input {
    text: String,
    edited: Option<String>,
}

impl<'a> Arbitrary<'a> for Input {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Input> {
        let text = String::from_utf8_lossy(u.peek_bytes(u.len()).unwrap_or_default()).into_owned();
        Ok(Input { text, edited: edited(u).ok() })
    }
}

/// Only what stands before `[[assert]]`: the rest is checked against what a run finds.
fn edited(u: &mut Unstructured<'_>) -> Result<String> {
    let (_, text) = u.choose(BUILTIN)?;
    let mut text = text.split("[[assert]]").next().unwrap_or_default().to_string();
    let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
    let start = *u.choose(&places)?;
    let least = start + usize::from(u.arbitrary::<u8>()? % 32);
    let end = places.iter().copied().find(|place| *place >= least);
    text.replace_range(start..end.unwrap_or(text.len()), &String::from_utf8_lossy(u.bytes(u.len())?));
    Ok(text)
}

/// The files: `halfulp bound check ./FILE` reads one of them again.
impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}", self.text)?;
        self.edited.iter().try_for_each(|text| writeln!(f, "{text:?}"))
    }
}

fuzz_target!(|input: Input| {
    check(&input.text);
    input.edited.iter().for_each(|text| check(text));
});

fn check(text: &str) {
    let error = match Experiment::parse(text, "fuzzed.toml") {
        Ok(experiment) => {
            // What it is called and asserts can be said, whatever it is.
            let _ = (experiment.asserts(), experiment.has_seeds());
            assert!(!experiment.title().contains(char::is_control));
            match experiment.fits(2) {
                Ok(()) => return,
                Err(error) => error,
            }
        }
        Err(error) => error,
    };
    let said = error.to_string();
    assert!(!said.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{said:?}");
    let ExperimentError::File { line, column, .. } = error else { panic!("it came from no file: {said}") };
    let columns = text.split('\n').nth(line - 1).map(|line| line.chars().count() + 1);
    assert!(columns.is_some_and(|columns| (1..=columns).contains(&column)), "{said}");
}

//! The profiles that ship: complete, with sources, and as the records say.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use halfulp::{Op, Task};

use super::catalog::FILES;
use super::records::{RECORDS, Record, read};
use super::*;
use crate::diff::Diff;

fn folder(name: &str) -> BTreeSet<String> {
    let path = format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(&path).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    files.filter(|file| file != "README.md").collect()
}

/// What differs, for the message of a failure: the profile's answer, then the record's.
fn described(name: &str, record: &Record, found: &Diff) -> String {
    let mut text = String::new();
    for region in found.regions.iter().filter(|region| region.differs > 0) {
        let example = region.example.unwrap();
        let [model, recorded] = example.answers;
        let task = record.task(Default::default());
        let task = format!("{:?} -> {:?}", task.operands[0].facts().width, task.result.facts().width);
        let _ = writeln!(
            text,
            "{name} {task} p{} {} {}: {} of {} in {:?}, first {:#x}: profile {:#x}, record {:#x}",
            record.to.precision(),
            record.rounding,
            record.saturation,
            region.differs,
            region.compared,
            region.region,
            example.operands.codes[0],
            model.code,
            recorded.code
        );
    }
    text
}

#[test]
fn every_file_ships_and_has_what_it_needs() {
    let names: BTreeSet<String> = FILES.iter().map(|(name, _)| format!("{name}.toml")).collect();
    assert_eq!(names, folder("profiles"));
    assert_eq!(names.len(), FILES.len());
    assert!(all().len() >= 25, "{}", all().len());
    for ((name, _), profile) in FILES.iter().zip(all()) {
        assert_eq!(profile.name, *name);
        assert!(profile.source.len() > 10, "{name}: {}", profile.source);
    }
}

/// Each rule that says so is recorded for every one of its conversions, and nothing is recorded that no rule answers.
#[test]
fn what_is_said_to_be_recorded_is() {
    let names: BTreeSet<String> = RECORDS.iter().map(|(name, _)| format!("{name}.txt")).collect();
    assert_eq!(names, folder("tables/profiles"));
    for profile in all() {
        let text = RECORDS.iter().find(|(name, _)| *name == profile.name).map_or("", |(_, text)| text);
        let records = if text.is_empty() { Vec::new() } else { read(text) };
        for record in &records {
            let task = record.task(profile.policy);
            let rule = profile.rule(&task);
            assert_eq!(rule.map(|rule| rule.evidence), Some(Evidence::Recorded), "{} {task:?}", profile.name);
        }
        for rule in profile.rules.iter().filter(|rule| rule.evidence == Evidence::Recorded) {
            for (from, to) in rule.from.iter().flat_map(|from| rule.to.iter().map(move |to| (*from, *to))) {
                let task = Task::within(Op::Convert, from).with_result(to);
                for policy in rule.policies(profile) {
                    let task = task.with_policy(policy);
                    let first = profile.rule(&task).is_some_and(|other| std::ptr::eq(other, rule));
                    let recorded = records.iter().any(|record| record.task(profile.policy) == task);
                    assert!(!first || from == to || recorded, "{} {from:?} {to:?} {policy:?}", profile.name);
                }
            }
        }
    }
}

/// All operands of 16 and 32 bits, and all of 64 bits by the steps.
#[test]
fn profiles_answer_as_recorded() {
    let mut wrong = String::new();
    let mut compared = 0;
    for (name, text) in RECORDS {
        let profile = by_name(name).unwrap();
        for record in read(text) {
            let found = record.against(name, Arc::clone(&profile));
            assert!(found.exhaustive);
            compared += found.compared;
            wrong += &described(name, &record, &found);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(compared > 1 << 64, "{compared}");
}

//! The profiles that ship: complete, with sources, and as the records say.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use halfulp::{Op, Task};
use rayon::prelude::*;

use super::catalog::FILES;
use super::records::{RECORDS, Record, read};
use super::*;
use crate::diff::Diff;

fn folder(name: &str) -> BTreeSet<String> {
    let path = format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
    let files =
        std::fs::read_dir(&path).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
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
                    assert!(!first || recorded, "{} {from:?} {to:?} {policy:?}", profile.name);
                }
            }
        }
    }
}

/// All operands of 16 and 32 bits, and all of 64 bits by the steps.
#[test]
fn profiles_answer_as_recorded() {
    let records: Vec<_> =
        RECORDS.iter().flat_map(|(name, text)| read(text).into_iter().map(move |r| (name, r))).collect();
    let compare = |(name, record): &(&&str, Record)| {
        let found = record.against(name, by_name(name).unwrap());
        assert!(found.exhaustive);
        (found.compared, described(name, record, &found))
    };
    let found: Vec<(u128, String)> = records.par_iter().map(compare).collect();
    let compared: u128 = found.iter().map(|(compared, _)| compared).sum();
    let wrong: String = found.into_iter().map(|(_, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(compared > 1 << 64, "{compared}");
}

/// The keys that a table of the file may have: those that an error about an unknown one lists.
fn keys(head: &str) -> Vec<String> {
    const WHOLE: &str = "name = \"x\"\nversion = \"1\"\ntitle = \"x\"\nsource = \"x\"\n";
    let rule = "[[rule]]\nfrom = [\"binary32\"]\nto = [\"e4m3fn\"]\nevidence = \"text\"\n";
    let text = match head {
        "" => "zzz = 1\n".to_string(),
        "policy" => format!("{WHOLE}[policy]\nzzz = 1\n"),
        "rule" => format!("{WHOLE}{rule}zzz = 1\n"),
        "rule.unknown" | "rule.instead" => format!("{WHOLE}{rule}[[{head}]]\nzzz = 1\n"),
        _ => format!("{WHOLE}{rule}[{head}]\nzzz = 1\n"),
    };
    let error = parse(&text, "x.toml").unwrap_err();
    assert!(error.message.contains("zzz"), "{head}: {error}");
    let (_, expected) = error.message.split_once("expected").unwrap();
    expected.split('`').skip(1).step_by(2).map(String::from).collect()
}

#[test]
fn every_key_is_documented() {
    let readme =
        std::fs::read_to_string(format!("{}/profiles/README.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut count = 0;
    for head in [
        "",
        "policy",
        "rule",
        "rule.unknown",
        "rule.instead",
        "rule.behaviour",
        "rule.behaviour.reading",
        "rule.behaviour.reading.a",
        "rule.behaviour.computing",
        "rule.behaviour.computing.via",
        "rule.behaviour.computing.alignment",
        "rule.behaviour.computing.invalid",
        "rule.behaviour.rounding",
        "rule.behaviour.rounding.guard",
        "rule.behaviour.range",
        "rule.behaviour.nan",
        "rule.behaviour.zero",
        "rule.behaviour.flags",
        "rule.behaviour.output",
    ] {
        for key in keys(head) {
            count += 1;
            assert!(
                readme.contains(&format!("`{key}`")) || readme.contains(&format!("`{key} = ")),
                "{head}: {key}"
            );
        }
    }
    assert!(count > 80, "{count}");
}

#[test]
fn the_example_of_the_readme_is_a_profile() {
    let readme =
        std::fs::read_to_string(format!("{}/profiles/README.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let example = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let profile = parse(example, "example").unwrap();
    assert_eq!((&*profile.name, profile.rules.len()), ("my-unit", 1));
}

#[test]
fn errors_say_where_and_what_was_expected() {
    let head = "name = \"x\"\nversion = \"1\"\ntitle = \"x\"\nsource = \"x\"\n";
    let rule = "[[rule]]\nfrom = [\"binary32\"]\nto = [\"e4m3fn\"]\nevidence = \"text\"\n";
    for (text, expected) in [
        (format!("{head}{rule}nam = 1\n"), "m:9:1: rule[0].nam: unknown field `nam`, expected one of `op`"),
        (
            format!("{head}{rule}behaviour.nan.sign = \"odd\"\n"),
            "m:9:22: rule[0].behaviour.nan.sign: unknown variant `odd`, expected one of `code`",
        ),
        (
            format!("{head}{rule}behaviour.nan.code = 0x100\n"),
            "m:9:22: rule[0].behaviour.nan.code: expected a code of at most 0xff, found 0x100",
        ),
        (
            format!("{head}[[rule]]\nfrom = [\"e4m4\"]\nevidence = \"text\"\n"),
            "m:6:8: rule[0].from: no format is called",
        ),
        (
            format!("{head}[[rule]]\nop = [\"add\"]\nfrom = [\"i64\"]\nevidence = \"text\"\n"),
            "rule[0].op: add cannot be computed so",
        ),
        (
            format!("{head}{rule}op = [\"minimum\"]\nbehaviour.nan.code = 1\n"),
            "rule[0].behaviour: the model has no such behaviour for minimum",
        ),
        (
            format!("{head}{rule}[[rule.unknown]]\nfirst = 3\nlast = 2\nwhy = \"x\"\n"),
            "rule[0].unknown[0]: expected either `operand` or both",
        ),
        (
            format!("{head}{rule}[[rule.instead]]\nfirst = 3\nlast = 2\ncode = 1\n"),
            "rule[0].instead[0]: expected a first code that is not above",
        ),
        (format!("{head}rule = []\n"), "m:5:8: rule: expected at least one rule"),
        (head.replace("\"x\"\nv", "\"X\"\nv") + rule, "m:1:8: name: expected lower-case letters"),
        ("name = ".into(), "m:1:"),
        (head.into(), "missing field `rule`"),
    ] {
        let error = parse(&text, "m").unwrap_err().to_string();
        assert!(error.contains(expected), "{text}\n{error}\nwanted {expected}");
    }
}

#[test]
fn near_names_are_suggested() {
    for (name, near) in
        [("cuda", "cuda-float"), ("torhc", "torch"), ("ml_dtypes", "ml-dtypes"), ("RISCV", "riscv-ofp8")]
    {
        let error = by_name(name).unwrap_err();
        assert!(error.near.contains(&near), "{error}");
    }
    assert!(by_name("quite-something-else").unwrap_err().near.is_empty());
}

/// Faults planted in a profile are found by its record, each at the operand where it shows first.
#[test]
fn planted_faults_are_found() {
    use crate::diff::Region;
    use crate::model::NanSign;
    let (name, text) = RECORDS.iter().find(|(name, _)| *name == "cuda-float").unwrap();
    let record = read(text).into_iter().find(|r| r.to == halfulp::Format::E4M3FN).unwrap();
    let sound = by_name(name).unwrap();
    assert_eq!(record.against(name, Arc::clone(&sound)).differs(), 0);
    let first = |plant: &dyn Fn(&mut Rule)| {
        let mut profile = (*sound).clone();
        plant(&mut profile.rules[0]);
        let found = record.against(name, Arc::new(profile));
        let region = found.regions.into_iter().find(|region| region.differs > 0).unwrap();
        (region.region, region.differs, region.example.unwrap().operands.codes[0])
    };
    let sign = first(&|rule| rule.behaviour.nan.sign = NanSign::Operand);
    assert_eq!(sign, (Region::Nan, (1 << 23) - 1, 0xff80_0001));
    // 448 instead of what is below it by one place of the operand.
    let threshold = first(&|rule| {
        rule.instead.push(Instead { first: 0x43d7_ffff, last: 0x43d7_ffff, code: 0x7e, positive: true })
    });
    assert_eq!(threshold, (Region::Normal, 1, 0x43d7_ffff));
}

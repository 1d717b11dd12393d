//! Recorded answers: what is wrong with them is found and named.

mod rows;

use halfulp::{Op, Operands, Task};
use halfulp_verify::Selection;
use halfulp_verify::report::{Verdict, to_text};
use halfulp_verify::vectors::{Form, Header};

use super::tools::{Faulty, File, Wish, file, format, judge, judge_with};

const CASES: &str = "edge random:200";

fn task() -> Task {
    Task::within(Op::Mul, format("e4m3fn"))
}

/// The operands of a case, and a device that is wrong there.
fn wrong_at(number: u64) -> Faulty {
    let mut rest = number;
    for text in CASES.split(' ') {
        let cases = text.parse::<Selection>().unwrap().cases(&task(), 7).unwrap();
        if rest < cases.len() {
            return Faulty(vec![cases.case(rest)]);
        }
        rest -= cases.len();
    }
    unreachable!("there is such a case")
}

#[test]
fn a_wrong_answer_is_one_mismatch_in_every_form() {
    for form in Form::ALL {
        // Operands that occur once.
        let device = Faulty(vec![Operands::new(0x3c, 0x3d, 0)]);
        let right = file(task(), form, "all");
        let wrong =
            Wish { task: task(), form, cases: "all", shard: None, threads: 1, engine: &device }.write();
        let recorded = File { bytes: wrong.bytes, written: right.written.clone() };
        let header = right.header();
        let (summary, recording) = judge_with(&recorded, Some(&header), task(), None).unwrap();
        assert_eq!((summary.verdict, summary.mismatches), (Verdict::Differ, 1), "{form}");
        assert!(!recording.is_unchanged(), "{form}");
        let case = 0x3c << 8 | 0x3d;
        let explained = &summary.explanations[0].explanation;
        let cases = Selection::All.cases(&task(), 7).unwrap();
        assert_eq!(cases.case(explained.case).codes, device.0[0].codes, "{form} {case}");
        let replay = format!("halfulp check file --case {} --against definition", explained.case);
        assert_eq!(explained.replay, replay, "{form}");
    }
}

#[test]
fn missing_rows_are_named_and_nothing_is_taken_for_them() {
    for form in Form::ALL {
        let whole = file(task(), form, CASES);
        let mut pieces = whole.pieces();
        let first = whole.first_row();
        for lost in [300, 20, 3] {
            pieces.remove(first + lost);
        }
        let part = whole.with(&pieces);
        let (summary, recording) = judge(&part, None).unwrap_or_else(|why| panic!("{form}: {why}"));
        let (rows, all) = (summary.planned - 3, summary.planned);
        assert_eq!((summary.cases, summary.mismatches), (rows, 0), "{form}");
        assert_eq!(summary.verdict, Verdict::Undecided, "{form}");
        let said = format!("file has answers to {rows} of {all} cases, and none to cases 3, 20, 300");
        // Rows that have no numbers are known by their operands: of equal ones the last is taken to be missing.
        if matches!(form, Form::Csv | Form::Jsonl) {
            assert_eq!(summary.reasons, [said], "{form}");
        } else {
            assert!(summary.reasons[0].starts_with("file has answers to "), "{form}: {:?}", summary.reasons);
        }
        assert!(to_text(&summary).contains("cases have a recorded answer"), "{form}");
        assert_eq!(recording.place_of(4), Some(3), "{form}");
        // The end of the file is missing.
        let short = whole.with(&whole.pieces()[..first + 10]);
        let header = whole.header();
        let (summary, _) = judge_with(&short, Some(&header), task(), None).unwrap();
        assert_eq!((summary.cases, summary.planned), (10, all), "{form}");
        assert!(
            summary.reasons[0].contains(&format!("none to cases 10, 11, 12 and {} more", all - 13)),
            "{form}"
        );
    }
}

/// The numbers in a report are those of the file, though some cases are missing and it is a shard.
#[test]
fn mismatches_have_the_numbers_of_the_file() {
    let device = wrong_at(350);
    let wish = |engine: &'static str| {
        let wrong = device.clone();
        let scalar = halfulp_verify::engine::Scalar;
        let shard = Some("2/2");
        match engine {
            "faulty" => {
                Wish { task: task(), form: Form::Csv, cases: "all", shard, threads: 1, engine: &wrong }
                    .write()
            }
            _ => Wish { task: task(), form: Form::Csv, cases: "all", shard, threads: 1, engine: &scalar }
                .write(),
        }
    };
    let (right, _) = (wish("scalar"), ());
    let cases = Selection::All.cases(&task(), 7).unwrap();
    let number = (0..cases.len()).find(|n| cases.case(*n).codes == device.0[0].codes).unwrap();
    let header = right.header();
    assert_eq!(header.first_case, 32768);
    // A case of this shard, spoilt by hand.
    let mut pieces = right.pieces();
    let case = if number >= 32768 + 100 { number } else { 40000 };
    let line = 1 + (case - 32768) as usize;
    let text = String::from_utf8(pieces[line].clone()).unwrap();
    let fields: Vec<&str> = text.trim_end().split(',').collect();
    let result = u64::from_str_radix(fields[3].trim_start_matches("0x"), 16).unwrap() ^ 1;
    let spoilt = format!("{},{},{},{result:#x},{}\n", fields[0], fields[1], fields[2], fields[4]);
    pieces[line] = spoilt.into_bytes();
    pieces.remove(5);
    let (summary, recording) = judge(&right.with(&pieces), None).unwrap();
    assert_eq!(summary.mismatches, 1);
    assert_eq!(summary.explanations[0].explanation.case, case);
    assert_eq!(recording.place_of(case), Some(case - 32768 - 1));
    assert!(summary.reasons[0].ends_with("none to case 32772"), "{:?}", summary.reasons);
}

/// Replaces bytes of a row; the first row has its operands and its answer.
fn edited(whole: &File, row: usize, edit: impl Fn(&str) -> String) -> File {
    let mut pieces = whole.pieces();
    let at = whole.first_row() + row;
    pieces[at] = edit(std::str::from_utf8(&pieces[at]).unwrap()).into_bytes();
    whole.with(&pieces)
}

#[test]
fn undefined_digits_are_mismatches() {
    for (form, edit) in [
        (Form::Testfloat, (|line| line[..6].to_string() + "xx 0X\n") as fn(&str) -> String),
        (Form::Testfloat, |line| line[..6].to_string() + "Zz -\n"),
        (Form::Testfloat, |line| line[..9].to_string() + "0x\n"),
        (Form::Readmemh, |line| line[..6].to_string() + "4x_01\n"),
        (Form::Readmemh, |line| line.replace('_', "")[..4].to_string() + "xxzz\n"),
        (Form::Csv, |line| line.replace(line.split(',').nth(3).unwrap(), "xx")),
        (Form::Jsonl, |line| line.split("\"result\"").next().unwrap().to_string() + "\"result\":\"0xZZ\"}\n"),
        (Form::Fptest, |line| line.split("->").next().unwrap().to_string() + "-> X\n"),
    ] {
        let whole = file(task(), form, "given:3c,41 given:3c,42");
        let (summary, _) =
            judge(&edited(&whole, 1, edit), None).unwrap_or_else(|why| panic!("{form}: {why}"));
        assert_eq!((summary.mismatches, summary.cases), (1, 2), "{form}");
        let explained = &summary.explanations[0].explanation;
        assert_eq!(explained.difference, "undefined", "{form}");
        assert_eq!(explained.got.result.code, "undefined", "{form}");
        assert!(to_text(&summary).contains("undefined"), "{form}");
    }
}

#[test]
fn operands_that_are_not_those_of_the_case_are_errors() {
    let whole = file(task(), Form::Testfloat, CASES);
    let error = judge(&edited(&whole, 5, |line| "FE".to_string() + &line[2..]), None).err().unwrap();
    assert!(error.starts_with("file:6: the operands are FE ") && error.contains("and case 5 has"), "{error}");
    // A header whose digest, seed or number of rows is another one's.
    let mut header = whole.header();
    header.sha256.as_mut().unwrap().cases.replace_range(..1, "g");
    let error = judge_with(&whole, Some(&header), task(), None).err().unwrap();
    assert!(error.contains("their SHA-256 is not the header's"), "{error}");
    let error = judge_with(&whole, Some(&Header { seed: 8, ..whole.header() }), task(), None);
    // The seed is of the cases: the digest says that these are the right ones all the same, so that nothing else is asked.
    assert_eq!(error.unwrap().0.verdict, Verdict::Agree);
    let error = judge_with(&whole, Some(&Header { rows: 1, ..whole.header() }), task(), None).err().unwrap();
    assert!(error.contains("its header says 1 row from case 0"), "{error}");
}

#[test]
fn answers_of_another_file_are_joined_by_number_or_by_place() {
    let whole = file(task(), Form::Testfloat, CASES);
    let lines: Vec<String> =
        String::from_utf8(whole.bytes.clone()).unwrap().lines().map(|l| l[6..].to_string()).collect();
    let judged = |text: &str, form| judge(&whole, Some((text.as_bytes(), form)));
    let agree = |text: &str, form| {
        let (summary, _) = judged(text, form).unwrap();
        assert_eq!((summary.verdict, summary.cases), (Verdict::Agree, lines.len() as u64), "{form}");
    };
    agree(&(lines.join("\n") + "\n"), Form::Testfloat);
    let numbered: Vec<String> = lines.iter().enumerate().map(|(n, line)| format!("{n}: {line}")).collect();
    let backwards = |list: &[String]| list.iter().rev().cloned().collect::<Vec<_>>().join("\n");
    agree(&backwards(&numbered), Form::Testfloat);
    let packed: Vec<String> = lines.iter().map(|line| line.replace(' ', "")).collect();
    agree(&("// memory data file\n@0\n".to_string() + &packed.join("\n")), Form::Readmemh);
    let fields: Vec<String> =
        lines.iter().enumerate().map(|(n, line)| format!("{},{n}", line.replace(' ', ","))).collect();
    agree(&("result,flags,case\n".to_string() + &backwards(&fields)), Form::Csv);
    let results: Vec<&str> = lines.iter().map(|line| &line[..2]).collect();
    let (summary, _) = judged(&results.join("\n"), Form::Testfloat).unwrap();
    assert_eq!((summary.verdict, summary.flags.letters()[0].1), (Verdict::Agree, 0));
    for (text, why) in [
        (numbered.join("\n") + "\n3: 00 00", "answers:{}: case 3 has an answer already"),
        (numbered[..5].join("\n") + "\n99999: 00 00", "answers:6: there is no case 99999"),
        (lines.join("\n") + "\n00 00", "answers:{}: it is one answer more than the {cases} cases"),
    ] {
        let error = judged(&text, Form::Testfloat).err().unwrap();
        let why =
            why.replace("{}", &(lines.len() + 1).to_string()).replace("{cases}", &lines.len().to_string());
        assert_eq!(error, why);
    }
    let (summary, _) = judged(&numbered[2..].join("\n"), Form::Testfloat).unwrap();
    assert_eq!(summary.verdict, Verdict::Undecided);
    assert!(summary.reasons[0].ends_with("none to cases 0, 1"), "{:?}", summary.reasons);
}

/// Nobody can tell which of them is missing: it is not claimed to be the last.
#[test]
fn too_few_answers_without_numbers_are_said_to_be_taken_in_order() {
    let whole = file(task(), Form::Testfloat, CASES);
    let text = String::from_utf8(whole.bytes.clone()).unwrap();
    let mut lines: Vec<&str> = text.lines().map(|line| &line[6..]).collect();
    let (lost, cases) = (lines.remove(150), lines.len() + 1);
    let judged =
        |lines: &[&str]| judge(&whole, Some(((lines.join("\n") + "\n").as_bytes(), Form::Testfloat)));
    let (summary, _) = judged(&lines).unwrap();
    let said = format!(
        "answers has {} answers to {cases} cases; without numbers they are taken in order",
        cases - 1
    );
    assert!(summary.reasons[0].starts_with(&said), "{:?}", summary.reasons);
    assert!(!summary.reasons[0].contains("none to case"), "{:?}", summary.reasons);
    assert!(summary.reasons[0].contains("number them, as in `17: 40 01`"), "{:?}", summary.reasons);
    assert!(summary.mismatches > 1 && summary.verdict == Verdict::Differ);
    // The same with an empty line in its place, as of a device that was silent.
    lines.insert(150, "");
    let error = judged(&lines).err().unwrap();
    assert!(error.starts_with("answers: line 151: it is empty between answers without numbers"), "{error}");
    // Before and after all answers, and between those with numbers, it means nothing.
    lines[150] = lost;
    let around = [&["", " "], &lines[..], &["", "\t"]].concat();
    assert_eq!(judged(&around).unwrap().0.verdict, Verdict::Agree);
    let numbered: Vec<String> = lines.iter().enumerate().map(|(n, line)| format!("{n}: {line}")).collect();
    let mut numbered: Vec<&str> = numbered.iter().map(String::as_str).collect();
    numbered[150] = "";
    let (summary, _) = judged(&numbered).unwrap();
    assert_eq!((summary.mismatches, summary.verdict), (0, Verdict::Undecided));
    assert!(summary.reasons[0].ends_with("none to case 150"), "{:?}", summary.reasons);
}

/// A file that this program did not write: its task is said, its rows are its cases.
#[test]
fn files_without_a_header_are_judged_too() {
    let whole = file(task(), Form::Testfloat, "given:3c,41 given:3c,42");
    let wrong = edited(&whole, 1, |_| "3C 42 00 00\n3c 41 46 1\n".into());
    let (summary, recording) = judge_with(&wrong, None, task(), None).unwrap();
    assert_eq!((summary.cases, summary.mismatches), (3, 1));
    assert_eq!(summary.explanations[0].explanation.case, 1);
    assert!(!recording.is_unchanged());
    let numbered = File { bytes: b"7: 3C 41 46 01\n3: 3C 41 46 01\n7: 3C 41 46 01\n".to_vec(), ..whole };
    let error = judge_with(&numbered, None, task(), None).err().unwrap();
    assert_eq!(error, "file:3: case 7 has a row already, in line 1");
}

//! Files of waivers: what they may say, and what is refused.

use std::time::{Duration, SystemTime};

use halfulp::format::catalog::lookup;
use halfulp::{Op, Operands, Task};

use super::*;

fn parsed(text: &str) -> Result<WaiverList, String> {
    parse(text, "w", Day::default()).map_err(|error| error.to_string())
}

const HEAD: &str = "[[waiver]]\nid = \"A\"\nreason = \"so it is\"\nexpires = 2030-01-01\n";

#[allow(clippy::too_many_lines, reason = "a table")]
#[test]
fn what_is_wrong_is_said_with_its_place() {
    let with = |more: &str| format!("{HEAD}{more}\n");
    let twice = format!("{0}deviation = \"daz\"\n{0}deviation = \"daz\"\n", HEAD);
    for (text, expected) in [
        (String::new(), "w:1:1: waiver: expected at least one waiver, [[waiver]]"),
        (with("deviaton = \"daz\""), "w:5:1: waiver[0].deviaton: unknown field `deviaton`"),
        (
            with("deviation = \"dazz\""),
            "w:5:13: waiver[0].deviation: no deviation is called \"dazz\"; did you mean daz?",
        ),
        (with("deviation = \"\""), "waiver[0].deviation: no deviation is called \"\""),
        (with("deviation = \"daz,daz-a\""), "waiver[0].deviation: daz and daz-a change the same setting"),
        (
            with("deviation = \"daz\"\ncode = 1"),
            "which says the accepted answers; found `deviation` and `code`",
        ),
        (with(""), "waiver[0].id: expected one of `deviation`, `behaviour`, `profile` and `code`"),
        (with(""), "which says the accepted answers; found none"),
        (with("deviation = \"stuck-a16-0\""), "no deviation is called \"stuck-a16-0\""),
        (with("deviation = \"stuck-ab3-0\""), "no deviation is called \"stuck-ab3-0\""),
        (with("op = \"mul\""), "waiver[0].op: invalid type: string \"mul\", expected a list, [...]"),
        (with("count = \"x\""), "expected a whole number, not negative"),
        (
            with("op = [\"mul\", \"add\"]\ndeviation = \"daz\"\ncases = [\"7e\"]"),
            "w:7:9: waiver[0].cases: \"7e\" has 1 operand: expected 2, as mul takes",
        ),
        (
            with("code = 1"),
            "w:5:8: waiver[0].code: expected `region`, `operand`, `a`, `b`, `c` or `cases` beside it",
        ),
        (with("deviation = \"daz\"\nflags = \"x\""), "waiver[0].flags: expected `code` beside it"),
        (with("code = 1\nregion = [\"tie\"]\nflags = \"q\""), "waiver[0].flags: \"q\" names no flags"),
        (with("deviation = \"daz\"\ncount = 0"), "w:6:9: waiver[0].count: expected a number above zero"),
        (with("deviation = \"daz\"\ncount = -1"), "waiver[0].count: "),
        (
            with("deviation = \"daz\"\nregion = [\"tei\"]"),
            "waiver[0].region: \"tei\" is no region: expected one of NaN operand",
        ),
        (
            with("deviation = \"daz\"\noperand = [\"normal\"]"),
            "waiver[0].operand[0]: unknown variant `normal`",
        ),
        (
            with("deviation = \"daz\"\ncases = [\"7e 01\"]"),
            "waiver[0].cases: expected operands in hexadecimal, such as \"7e,01\"",
        ),
        (with("deviation = \"daz\"\nop = [\"times\"]"), "waiver[0].op: "),
        (with("deviation = \"daz\"\nfrom = [\"e4m4\"]"), "waiver[0].from: no format is called"),
        (with("profile = \"cuda\""), "waiver[0].profile: no profile is called \"cuda\"; did you mean cuda-"),
        (with("profile = \"./none.toml\""), "waiver[0].profile: ./none.toml: cannot be read"),
        (with("behaviour = {}"), "waiver[0].behaviour: expected at least one key that deviates"),
        (with("behaviour.nan.sign = \"odd\""), "waiver[0].behaviour.nan.sign: unknown variant `odd`"),
        (twice, "w:7:6: waiver[1].id: \"A\" is the id of another waiver too"),
        (HEAD.replace("\"A\"", "\" \""), "w:2:6: waiver[0].id: expected a line of at most 60 characters"),
        (
            HEAD.replace("\"so it is\"", "\"\""),
            "w:3:10: waiver[0].reason: expected a line that says why, found \"\"",
        ),
        (HEAD.replace("so it is", "so\\nit is"), "waiver[0].reason: expected a line that says why"),
        (HEAD.replace("reason = \"so it is\"\n", ""), "missing field `reason`"),
        (HEAD.replace("expires = 2030-01-01\n", ""), "missing field `expires`"),
        (HEAD.replace("2030-01-01", "2030-02-30"), "w:4:"),
        (
            HEAD.replace("2030-01-01", "2030-01-01T00:00:00Z"),
            "waiver[0].expires: expected the last day, such as 2027-06-30",
        ),
        (
            HEAD.replace("2030-01-01", "\"soon\""),
            "w:4:11: waiver[0].expires: expected the last day, such as 2027-06-30",
        ),
        (HEAD.replace("2030-01-01", "20300101"), "waiver[0].expires: expected the last day"),
    ] {
        // What comes first in a file is right but for what is wrong.
        let text =
            if text.starts_with(HEAD) || text.is_empty() { text } else { text + "deviation = \"daz\"\n" };
        let error = parsed(&text).expect_err(&text);
        assert!(error.contains(expected), "{text}\n{error}\nwanted {expected}");
    }
}

#[test]
fn what_is_right_is_read() {
    let text = format!(
        "{HEAD}op = [\"mul\", \"add\"]\nrounding = [\"rtz\"]\nregion = [\"NaN operand\", \"tiny\", \"tiny-result\"]\n\
         behaviour.nan.sign = \"negative\"\ncount = 7\n\
         [[waiver]]\nid = \"B\"\nreason = \"it ends never\"\nexpires = \"never\"\ncode = 0x7f\nflags = \"ox\"\ncases = [\"7e,1\"]\n"
    );
    let list = parsed(&text).unwrap();
    let [first, second] = list.waivers() else { panic!("two") };
    assert_eq!(first.cases.regions, [Region::NanOperand, Region::Tiny, Region::Tiny]);
    assert_eq!((first.count, first.expires), (Some(7), Some("2030-01-01".parse().unwrap())));
    assert!(matches!(&first.expected, Expected::Behaviour(_)));
    assert!(
        matches!(second.expected, Expected::Code(0x7f, Some(flags)) if flags == Flags::OVERFLOW | Flags::INEXACT)
    );
    let facts = list.facts();
    assert_eq!((facts[0].expires.as_str(), facts[1].expires.as_str()), ("2030-01-01", "never"));
}

/// The last day is a day on which a waiver holds.
#[test]
fn a_waiver_ends_after_its_last_day() {
    let text = format!("{HEAD}deviation = \"daz\"\n");
    for (today, expired) in [("2029-12-31", false), ("2030-01-01", false), ("2030-01-02", true)] {
        let list = parse(&text, "w", today.parse().unwrap()).unwrap();
        assert_eq!(list.facts()[0].expired, expired, "{today}");
    }
}

/// Each day of eight centuries follows the one before, as calendars have them.
#[test]
fn days_are_those_of_the_calendar() {
    let day = |text: &str| text.parse::<Day>().unwrap();
    assert_eq!(day("1970-01-01"), Day::default());
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut before: Option<Day> = None;
    for year in 1600..2400 {
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (month, length) in (1..).zip(lengths) {
            for date in 1..=length + u32::from(leap && month == 2) {
                let text = format!("{year}-{month:02}-{date:02}");
                let this = day(&text);
                assert_eq!(this.to_string(), text);
                assert!(before.is_none_or(|before| before.follows_to(this)), "{text}");
                before = Some(this);
            }
        }
    }
    // This was written in 2026.
    assert!(Day::today() > day("2026-11-01"));
    // Clocks, on both sides of their zero.
    let (zero, second) = (SystemTime::UNIX_EPOCH, Duration::from_secs(1));
    let a_day = 24 * 60 * 60 * second;
    for (clock, text) in [
        (zero, "1970-01-01"),
        (zero + a_day - second, "1970-01-01"),
        (zero + a_day, "1970-01-02"),
        (zero - second / 1000, "1969-12-31"),
        (zero - a_day, "1969-12-31"),
        (zero - a_day - second, "1969-12-30"),
        (zero - 366 * a_day, "1968-12-31"),
    ] {
        assert_eq!((Day::at(clock), Day::at(clock).to_string().as_str()), (day(text), text));
    }
}

#[test]
fn regions_have_names() {
    for region in Region::ALL {
        assert_eq!(region.name().parse(), Ok(region));
        let written = serde_json::to_value(region).unwrap();
        assert_eq!(written.as_str().unwrap().parse(), Ok(region), "{written}");
    }
}

/// Whether the first waiver of a file is about a case of a task in e4m3fn.
fn is_about(more: &str, op: Op, operands: [Code; 2]) -> bool {
    let list = parsed(&format!("{HEAD}{more}\n")).unwrap();
    let waiver = &list.waivers()[0];
    let task = Task::within(op, lookup("e4m3fn").unwrap());
    waiver.scope.has(&task) && waiver.cases.have(&task, &Operands::new(operands[0], operands[1], 0))
}

#[test]
fn a_waiver_is_about_what_it_says() {
    for (more, op, operands, about) in [
        ("", Op::Mul, [0x38, 0x38], true),
        ("op = [\"add\"]", Op::Mul, [0x38, 0x38], false),
        ("op = [\"add\", \"mul\"]", Op::Mul, [0x38, 0x38], true),
        ("from = [\"e5m2\"]", Op::Mul, [0x38, 0x38], false),
        ("from = [\"e5m2\", \"e4m3fn\"]", Op::Mul, [0x38, 0x38], true),
        ("to = [\"e5m2\"]", Op::Mul, [0x38, 0x38], false),
        ("rounding = [\"rtz\"]", Op::Mul, [0x38, 0x38], false),
        ("rounding = [\"rtz\", \"rne\"]", Op::Mul, [0x38, 0x38], true),
        ("saturation = [\"finite\"]", Op::Mul, [0x38, 0x38], false),
        ("operand = [\"subnormal\"]", Op::Mul, [0x38, 0x01], true),
        ("operand = [\"subnormal\"]", Op::Mul, [0x38, 0x08], false),
        ("operand = [\"nan\", \"zero\"]", Op::Mul, [0x80, 0x38], true),
        ("a = [\"subnormal\"]", Op::Mul, [0x38, 0x01], false),
        ("b = [\"subnormal\"]", Op::Mul, [0x38, 0x01], true),
        // A product has no third operand.
        ("c = [\"subnormal\"]", Op::Mul, [0x01, 0x01], false),
        ("cases = [\"38,01\", \"1,1\"]", Op::Mul, [0x38, 0x01], true),
        ("cases = [\"38,01\"]", Op::Mul, [0x01, 0x38], false),
        // 1 times 1; 1.125 * 1.125 is 1.265625, between 1.25 and 1.375; 2^-9 * 0.5 is half of the smallest value.
        ("region = [\"exact result\"]", Op::Mul, [0x38, 0x38], true),
        ("region = [\"inexact result\"]", Op::Mul, [0x39, 0x39], true),
        ("region = [\"tie\"]", Op::Mul, [0x39, 0x39], false),
        ("region = [\"subnormal operand\"]", Op::Mul, [0x01, 0x30], true),
        ("region = [\"tiny result\"]", Op::Mul, [0x01, 0x30], false),
        // All have to hold.
        ("region = [\"subnormal operand\"]\noperand = [\"zero\"]", Op::Mul, [0x01, 0x30], false),
    ] {
        assert_eq!(
            is_about(&format!("deviation = \"daz\"\n{more}"), op, operands),
            about,
            "{more} {operands:x?}"
        );
    }
}

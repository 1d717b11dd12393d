use std::collections::BTreeSet;

use halfulp::{Code, Facts, Format, Nans, Op, Operands, Overflow, Policy, Rounding, Sign, Task, noise};
use quickcheck::quickcheck;

use halfulp_verify::cases::*;

fn signed(width: u32, precision: u32) -> Format {
    Format::known(Facts {
        width,
        precision,
        bias: (1 << (width - precision - 1)) - 1,
        sign: Sign::SignMagnitude,
        nans: Nans::Top((1 << (precision - 1)) - 1),
        overflow: Overflow::Infinity,
        subnormals: true,
    })
}

fn e8m0() -> Format {
    Format::known(Facts {
        width: 8,
        precision: 1,
        bias: 127,
        sign: Sign::Unsigned,
        nans: Nans::Top(1),
        overflow: Overflow::Nan,
        subnormals: false,
    })
}

fn formats() -> Vec<Format> {
    let mut list = vec![signed(8, 3), signed(6, 3), signed(16, 11), signed(32, 24), signed(64, 53), e8m0()];
    for width in [2, 8, 31, 64] {
        list.extend([Format::integer(width, true), Format::integer(width, false)].map(Result::unwrap));
    }
    list
}

fn all_of(cases: &dyn Cases) -> BTreeSet<[Code; 3]> {
    (0..cases.len()).map(|number| cases.case(number).codes).collect()
}

#[test]
fn all_cases_are_every_combination_once() {
    for (op, bits) in [(Op::Sqrt, 6), (Op::Add, 12), (Op::Fma, 18)] {
        let cases = All::new(&Task::within(op, signed(6, 3)), 0).unwrap();
        assert_eq!(cases.len(), 1 << bits);
        let found = all_of(&cases);
        assert_eq!(found.len() as u64, cases.len());
        assert!(found.iter().flatten().all(|code| *code < 64));
    }
}

#[test]
fn spread_cases_are_distinct_and_reach_every_code() {
    let cases = Spread::new(&Task::within(Op::Fma, signed(8, 3)), 0, 5, (1 << 16) + 5).unwrap();
    let found = all_of(&cases);
    assert_eq!(found.len(), 1 << 16);
    for operand in 0..3 {
        let codes: BTreeSet<Code> = found.iter().map(|codes| codes[operand]).collect();
        assert_eq!(codes.len(), 256);
    }
}

#[test]
fn spread_of_everything_is_everything() {
    for width in [3u32, 4, 5, 6] {
        let task = Task::within(Op::Add, signed(width, 2));
        let cases = Spread::new(&task, 0, 0, u64::MAX).unwrap();
        assert_eq!(cases.len(), 1 << (2 * width));
        assert_eq!(all_of(&cases).len() as u64, cases.len());
    }
}

#[test]
fn too_many_combinations_are_an_error() {
    let task = Task::within(Op::Add, signed(32, 24));
    assert_eq!(Selection::All.cases(&task, 0).err(), Some(CasesError::TooMany(64)));
    assert!(Selection::spread(5).cases(&task, 0).is_err());
}

#[test]
fn every_case_has_codes_of_its_formats_and_does_not_depend_on_order() {
    for f in formats() {
        for op in [Op::Sqrt, Op::Add, Op::Fma, Op::Mul, Op::Div, Op::Sub, Op::Remainder, Op::Convert] {
            let task = Task::within(op, f);
            for selection in [Selection::Edge, Selection::Random(700)] {
                let cases = selection.cases(&task, 3).unwrap();
                let again = selection.cases(&task, 3).unwrap();
                let step = (cases.len() / 500).max(1) as usize;
                for number in (0..cases.len()).rev().step_by(step) {
                    let case = cases.case(number);
                    assert_eq!(case, again.case(number));
                    let fits = case.codes.iter().all(|code| code & !f.code_mask() == 0);
                    assert!(fits, "{f:?} {op} {selection} case {number}: {case:?}");
                }
            }
        }
    }
}

#[test]
fn edges_hold_the_ends_of_every_class() {
    let f = signed(16, 11);
    let cases = Selection::Edge.cases(&Task::within(Op::Add, f), 0).unwrap();
    let found: BTreeSet<Code> = all_of(&*cases).iter().map(|codes| codes[0]).collect();
    let wanted = [
        0x0000, 0x0001, 0x03ff, 0x0400, 0x0401, 0x3bff, 0x3c00, 0x3c01, 0x7bff, 0x7bfe, 0x7c00, 0x7c01,
        0x7dff, 0x7e00, 0x7fff,
    ];
    for code in wanted {
        assert!(found.contains(&code), "{code:#x}");
        assert!(found.contains(&(code | 0x8000)), "-{code:#x}");
    }
}

#[test]
fn edges_of_a_conversion_hold_every_rounding_boundary() {
    let (half, e5m2) = (signed(16, 11), signed(8, 3));
    let task = Task::within(Op::Convert, half).with_result(e5m2);
    let found: BTreeSet<Code> =
        all_of(&*Selection::Edge.cases(&task, 0).unwrap()).iter().map(|codes| codes[0]).collect();
    // e5m2 is the upper byte of binary16: its values end in 00, its midpoints in 80.
    for byte in 0..0x7cu64 {
        for low in [0x00, 0x01, 0x7f, 0x80, 0x81, 0xff] {
            let code = byte << 8 | low;
            assert!(found.contains(&code) && found.contains(&(code | 0x8000)), "{code:#x}");
        }
    }
}

#[test]
fn noise_reaches_both_ends() {
    let policy = Policy::IEEE.rounding(Rounding::ToOdd);
    let task = Task::within(Op::Add, signed(6, 3)).with_policy(policy);
    let cases = All::new(&task, 0).unwrap();
    let noise: Vec<u64> = (0..cases.len()).map(|n| cases.case(n).noise).collect();
    assert!(noise.iter().filter(|n| **n == 0).count() > 100);
    assert!(noise.iter().filter(|n| **n == u64::MAX).count() > 100);
    let other = All::new(&task, 1).unwrap();
    assert_ne!(cases.case(5).noise, other.case(5).noise);
}

#[test]
fn selections_read_and_print() {
    for text in [
        "all",
        "edge",
        "spread:1048576",
        "spread:5..99",
        "random:1000",
        "given:3c,0,ff",
        "given:1,2,3/4d",
        "given:5",
        "random:0",
    ] {
        assert_eq!(text.parse::<Selection>().unwrap().to_string(), text);
    }
    assert_eq!("random:2^20".parse(), Ok(Selection::Random(1 << 20)));
    assert_eq!("random:1_000".parse(), Ok(Selection::Random(1000)));
    for text in ["", "random", "all:3", "edges", "all:"] {
        assert_eq!(text.parse::<Selection>(), Err(CasesError::Unknown(text.into())));
    }
    for text in [
        "random:",
        "random:-1",
        "random:+1",
        "random:2^99",
        "spread:9..5",
        "spread:1..",
        "given:",
        "given:1,2,3,4",
        "given:1,+2",
        "given:1/",
        "given:0x0x1",
        "given:0x",
        "given:1,,2",
    ] {
        let error = text.parse::<Selection>().unwrap_err();
        assert!(matches!(error, CasesError::Malformed { .. }), "{text}: {error}");
        assert!(error.to_string().contains(&format!("{text:?}")), "{error}");
    }
}

#[test]
fn given_operands_are_those_that_the_task_has() {
    let task = Task::within(Op::Mul, signed(16, 11));
    let cases = |text: &str| text.parse::<Selection>().unwrap().cases(&task, 0);
    let given = cases("given:0x7bff,3c00/9").unwrap();
    assert_eq!((given.len(), given.case(0)), (1, Operands { codes: [0x7bff, 0x3c00, 0], noise: 9 }));
    for (text, error) in [
        ("given:1", "given: the number of operands is 1, and mul takes 2"),
        ("given:1,2,3", "given: the number of operands is 3, and mul takes 2"),
        (
            "given:1,13c00",
            "given: operand b is 0x13c00, which is not a code of binary16: expected 0 to 0xffff",
        ),
    ] {
        assert_eq!(cases(text).err().unwrap().to_string(), error);
    }
}

#[test]
fn nothing_drawn_is_no_case() {
    let task = Task::within(Op::Add, signed(16, 11));
    for selection in [Selection::Random(0), Selection::spread(0), Selection::Spread { first: 7, end: 7 }] {
        assert!(selection.cases(&task, 0).unwrap().is_empty(), "{selection}");
    }
}

#[test]
fn noise_is_that_of_the_case_number() {
    let task = Task::within(Op::Convert, signed(16, 11)).with_result(signed(8, 3));
    for selection in [Selection::Random(300), Selection::spread(300), Selection::Around(300), Selection::Edge]
    {
        let cases = selection.cases(&task, 5).unwrap();
        for number in (0..cases.len()).step_by(7) {
            // One word of sixteen is zero and one all ones, the ends of what stochastic rounding can meet.
            let noise = match noise::word(5, number) >> 60 {
                0 => 0,
                1 => u64::MAX,
                _ => noise::element(5, number),
            };
            assert_eq!(cases.case(number).noise, noise, "{selection}");
        }
    }
}

#[test]
fn around_a_boundary_are_its_neighbours_at_every_distance() {
    let task = Task::within(Op::Convert, signed(64, 53)).with_result(signed(8, 3));
    let selection = "around:1000".parse::<Selection>().unwrap();
    assert_eq!(selection.to_string(), "around:1000");
    let cases = selection.cases(&task, 3).unwrap();
    let all = all_of(&*cases);
    // 1.125 lies between 1 and 1.25.
    let midpoint = 1.125f64.to_bits();
    for distance in (0..52).map(|k| 1u64 << k) {
        for code in [midpoint, midpoint + distance, midpoint - distance] {
            assert!(all.contains(&[code, 0, 0]) && all.contains(&[code | 1 << 63, 0, 0]), "{code:#x}");
        }
    }
    let far = all.iter().filter(|codes| f64::from_bits(codes[0]).abs() > 1e20).count();
    assert!(far > 40, "{far}");
    let add = Task::within(Op::Add, signed(16, 11));
    assert_eq!(selection.cases(&add, 0).err(), Some(CasesError::NoBoundaries));
}

quickcheck! {
    fn slices_are_a_bijection(number: u64) -> bool {
        let task = Task::within(Op::Fma, signed(16, 11));
        let cases = All::new(&task, 0).unwrap();
        let number = number % cases.len();
        let [a, b, c] = cases.case(number).codes;
        a << 32 | b << 16 | c == number
    }

    fn spread_never_repeats(a: u32, b: u32) -> bool {
        let task = Task::within(Op::Fma, signed(16, 11));
        let cases = Spread::new(&task, 0, 0, u64::MAX).unwrap();
        let (x, y) = (cases.case(u64::from(a)), cases.case(u64::from(b)));
        (a == b) == (x.codes == y.codes)
    }
}

//! What every selection contains.

use std::collections::HashSet;

use halfulp::format::catalog::lookup;
use halfulp::{Code, Format, Op, Predicate, Task};
use halfulp_verify::Selection;
use halfulp_verify::cases::operand_bits;

use super::formats::{all, fixed, ieee, integer, special_codes};

/// The codes of each operand in all cases of a selection.
fn contained(task: &Task, selection: Selection) -> Vec<HashSet<Code>> {
    let cases = selection.cases(task, 1).unwrap_or_else(|e| panic!("{selection} of {task:?}: {e}"));
    let mut codes = vec![HashSet::new(); task.op.arity()];
    for number in 0..cases.len() {
        for (set, code) in codes.iter_mut().zip(cases.case(number).codes) {
            set.insert(code);
        }
    }
    codes
}

fn selections(task: &Task) -> Vec<Selection> {
    let mut list = vec![Selection::Edge, Selection::Random(3)];
    if matches!(task.op, Op::Convert | Op::ConvertToInteger) {
        list.push(Selection::Around(3));
    }
    if (8..=63).contains(&operand_bits(task)) {
        list.extend([Selection::spread(3), Selection::Spread { first: 70, end: 90 }]);
    }
    list
}

fn check(task: &Task) -> usize {
    if task.check().is_err() {
        return 0;
    }
    for selection in selections(task) {
        for (index, found) in contained(task, selection).iter().enumerate() {
            for (kind, code) in special_codes(&task.operands[index]) {
                assert!(
                    found.contains(&code),
                    "{selection} of {}: operand {index} is never {kind}, {code:#x}, of {:?}",
                    task.op,
                    task.operands[index]
                );
            }
        }
    }
    1
}

#[test]
fn conversions_have_every_special_operand() {
    let results = [lookup("e4m3fn").unwrap(), lookup("e8m0").unwrap(), integer(64, true), ieee(64, 53)];
    let mut tasks = 0;
    for source in all() {
        for result in results {
            tasks += check(&Task::within(Op::Convert, source).with_result(result));
        }
        tasks += check(&Task::within(Op::ConvertToInteger, source).with_result(integer(8, false)));
    }
    assert!(tasks > 250, "{tasks}");
}

#[test]
fn arithmetic_has_every_special_operand() {
    let mut tasks = 0;
    for format in all() {
        for op in [Op::Sqrt, Op::RoundToIntegral, Op::NextUp, Op::Mul, Op::ScaleB, Op::Fma] {
            tasks += check(&Task::within(op, format));
        }
        tasks += check(&Task::within(Op::Compare(Predicate::LESS), format));
        tasks += check(&Task::within(Op::Add, format).with_result(ieee(8, 3)));
    }
    assert!(tasks > 300, "{tasks}");
}

/// Operands that differ in format each have their own.
#[test]
fn mixed_operands_have_every_special_operand() {
    let [a, b, c] = [lookup("e2m1").unwrap(), ieee(32, 24), integer(16, true)];
    assert_eq!(check(&Task::within(Op::Fma, a).with_operands([a, b, c])), 1);
    assert_eq!(check(&Task::within(Op::Div, b).with_operands([b, c, a]).with_result(c)), 1);
}

/// Zeros, largest, infinities and NaNs meet each other in every order of two operands.
#[test]
fn special_operands_meet() {
    for selection in [Selection::Edge, Selection::Random(1), Selection::spread(1)] {
        let task = Task::within(Op::Sub, ieee(16, 11));
        let cases = selection.cases(&task, 0).unwrap();
        let pairs: HashSet<[Code; 2]> =
            (0..cases.len()).map(|n| cases.case(n).codes).map(|[a, b, _]| [a, b]).collect();
        let special = [0, 0x8000, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00, 0x7c01, 1];
        for a in special {
            assert!(special.iter().all(|b| pairs.contains(&[a, *b])), "{selection}: {a:#x}");
        }
    }
}

/// From binary64: 2^0, 2^1, ... 2^9 binades above the largest and below the smallest value of the destination there is an
/// operand of each sign, in every selection.
#[test]
fn far_operands_are_there() {
    // The exponents of the largest value and of the smallest.
    let results =
        [("e4m3fn", 8, -9), ("e2m1", 2, -1), ("e5m2", 15, -16), ("i8", 7, 0), ("binary32", 127, -149)];
    for (name, top, bottom) in results {
        let task = Task::within(Op::Convert, ieee(64, 53)).with_result(lookup(name).unwrap());
        for selection in [Selection::Edge, Selection::Around(2), Selection::Random(2)] {
            let codes = &contained(&task, selection)[0];
            let exponent = |x: f64| match x.to_bits() >> 52 & 0x7ff {
                0 => (x.to_bits() << 12).checked_ilog2().map(|bit| bit as i32 - 1086),
                0x7ff => None,
                field => Some(field as i32 - 1023),
            };
            let binades: HashSet<(bool, Option<i32>)> = codes
                .iter()
                .map(|code| f64::from_bits(*code))
                .map(|x| (x.is_sign_negative(), exponent(x)))
                .collect();
            let has = |negative: bool, exponent: i32| binades.contains(&(negative, Some(exponent)));
            for distance in (0..10).map(|j| 1 << j) {
                for negative in [false, true] {
                    let (above, below) = (top + distance, bottom - distance);
                    assert!(above > 1022 || has(negative, above), "{name} {selection}: 2^{above}");
                    assert!(below < -1074 || has(negative, below), "{name} {selection}: 2^{below}");
                }
            }
        }
    }
}

/// The special cases are few.
#[test]
fn special_cases_are_at_most_some_hundreds() {
    let count = |task: &Task| Selection::Random(1).cases(task, 0).unwrap().len() - 1;
    let binary64: Format = ieee(64, 53);
    for (op, most) in [(Op::Sqrt, 40), (Op::Add, 250), (Op::Fma, 600)] {
        assert!(count(&Task::within(op, binary64)) <= most, "{op} {}", count(&Task::within(op, binary64)));
    }
    let narrow = Task::within(Op::Mul, binary64).with_result(lookup("e2m1").unwrap());
    assert!(count(&narrow) <= 500, "{}", count(&narrow));
    let wide = Task::within(Op::Convert, binary64).with_result(fixed(64, -2));
    assert!(count(&wide) <= 120, "{}", count(&wide));
}

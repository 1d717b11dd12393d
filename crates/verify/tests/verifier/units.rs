//! Diagnosis of multipliers written by hand, in binary64, after the published behaviour of two open units: nothing is shared with the models
//! of devices.

use halfulp::{Flags, Format, Op, Operands, Policy, Rounded, Task, noise};
use halfulp_verify::deviation;
use halfulp_verify::diagnose::{Constant, Diagnosis, Row, Rows, diagnose, distinguishing, to_text};
use halfulp_verify::engine::Answer;
use halfulp_verify::model::Behaviour;
use halfulp_verify::verify::Comparison;

/// The magnitude of a code of E4M3, whatever the top codes mean; 0x7f is 480.
fn magnitude(code: u64) -> f64 {
    let (field, trailing) = ((code >> 3 & 15) as i32, (code & 7) as f64);
    if field == 0 { trailing * 2f64.powi(-9) } else { (8.0 + trailing) * 2f64.powi(field - 10) }
}

/// The number of the magnitude that is nearest to a number, ties to even; they go on above 0x7f.
fn nearest(x: f64) -> u64 {
    let below = cut(x);
    let (down, up) = (x - magnitude_beyond(below), magnitude_beyond(below + 1) - x);
    if down < up || down == up && below & 1 == 0 { below } else { below + 1 }
}

/// The number of the largest magnitude that is not above a number.
fn cut(x: f64) -> u64 {
    (0..=0x200).take_while(|&code| magnitude_beyond(code) <= x).last().unwrap_or(0)
}

/// As [`magnitude`], with more exponents.
fn magnitude_beyond(code: u64) -> f64 {
    let (field, trailing) = ((code >> 3) as i32, (code & 7) as f64);
    if field == 0 { trailing * 2f64.powi(-9) } else { (8.0 + trailing) * 2f64.powi(field - 10) }
}

fn multiplier(unit: impl Fn(u64, u64) -> u64, comparison: Comparison) -> Diagnosis {
    let task = Task::within(Op::Mul, Format::E4M3FN);
    let row =
        |number: u64| Row::code(Operands::from([number & 255, number >> 8]), unit(number & 255, number >> 8));
    let rows = Rows { comparison, ..Rows::new(task, (0..1 << 16).map(row).collect()) };
    diagnose(&rows, &Behaviour::default())
}

fn sorted(found: &Diagnosis) -> Vec<&str> {
    let mut names = found.names();
    names.sort_unstable();
    names
}

/// github.com/cchan/fp8_mul: E4M3 with NaN only at 0x80 and 480 at 0x7f. It reads subnormals as zero, takes results below the smallest normal
/// value to zero or to that value, whichever is nearer (on a tie to zero), and saturates; every zero is plus zero.
#[test]
fn a_unit_without_subnormals_and_nans_is_named() {
    let unit = |a: u64, b: u64| {
        if a == 0x80 || b == 0x80 {
            return 0x80;
        }
        let read = |code: u64| if code & 0x78 == 0 { 0.0 } else { magnitude(code & 0x7f) };
        let (x, smallest) = (read(a) * read(b), 2f64.powi(-6));
        let code = match x {
            _ if x <= smallest / 2.0 => 0,
            _ if x < smallest => 8,
            _ => nearest(x).min(0x7f),
        };
        if code == 0 { 0 } else { code | (a ^ b) & 0x80 }
    };
    let found = multiplier(unit, Comparison::STRICT);
    assert_eq!(sorted(&found), ["daz", "ftz-nearest", "is-negative-zero-nan", "overflow-largest"]);
    assert_eq!((found.mismatches, found.residual), (16_503, 0));
}

/// The multiplier of github.com/Radonoxius/FP8-Accelerator: results that are tiny after rounding become plus zero, an overflow is 0x7f without
/// sign as in SPEC.md, but what rounds to 480 becomes 448; a NaN has the product of the signs.
#[test]
fn a_unit_with_two_overflows_is_named() {
    let unit = |a: u64, b: u64| {
        let sign = (a ^ b) & 0x80;
        if a & 0x7f == 0x7f || b & 0x7f == 0x7f {
            return 0x7f | sign;
        }
        let x = magnitude(a & 0x7f) * magnitude(b & 0x7f);
        // Rounded to four bits with an unbounded exponent.
        let rounded = if x == 0.0 { 0.0 } else { magnitude_beyond(nearest(x * 2f64.powi(6))) / 2f64.powi(6) };
        match nearest(x) {
            _ if x == 0.0 => sign,
            _ if rounded < 2f64.powi(-6) => 0,
            0x80.. => 0x7f,
            0x7f => 0x7e | sign,
            code => code | sign,
        }
    };
    let found = multiplier(unit, Comparison::STRICT);
    assert_eq!(
        sorted(&found),
        ["ftz-after", "nan-product-sign", "threshold-next-binade-largest", "underflow-positive"]
    );
    assert_eq!(found.residual, 0);
}

/// Two deviations at once that neither a NaN nor a zero shows: the multiplier of a bench, which truncates and reads subnormals as zero.
#[test]
fn truncation_and_flushed_operands_are_named() {
    let unit = |a: u64, b: u64| {
        let sign = (a ^ b) & 0x80;
        if a & 0x7f == 0x7f || b & 0x7f == 0x7f {
            return 0x7f;
        }
        let read = |code: u64| if code & 0x78 == 0 { 0.0 } else { magnitude(code & 0x7f) };
        let x = read(a) * read(b);
        let code = cut(x);
        if code > 0x7e { 0x7f } else { code | sign }
    };
    let found = multiplier(unit, Comparison::STRICT);
    let names = sorted(&found);
    assert!(names.contains(&"daz") && names.contains(&"truncate"), "{names:?}");
    assert_eq!((found.parts.len(), found.residual), (3, 0), "{names:?}");
}

/// A rounder whose significand has four bits and no fifth one for 1.111 rounded up; subnormal numbers become normal all the same.
#[test]
fn a_lost_carry_is_named() {
    for (name, carried) in [("carry-lost", 8), ("carry-cut-off", 1)] {
        let unit = |a: u64, b: u64| {
            let sign = (a ^ b) & 0x80;
            if a & 0x7f == 0x7f || b & 0x7f == 0x7f {
                return 0x7f;
            }
            let x = magnitude(a & 0x7f) * magnitude(b & 0x7f);
            let (below, code) = (cut(x), nearest(x));
            let carries = code > below && below >= 8 && below & 7 == 7;
            let code = if carries { code - carried } else { code };
            if code > 0x7e { 0x7f } else { code | sign }
        };
        let found = multiplier(unit, Comparison::STRICT);
        assert_eq!(sorted(&found), [name]);
        assert_eq!(found.residual, 0, "{name}");
        assert!(found.mismatches > 1000, "{name}: {}", found.mismatches);
    }
}

/// Multipliers that do not see a NaN operand as one: as `minimum_number` has it, or by a decoder without that case.
#[test]
fn a_nan_operand_that_is_no_nan_is_named() {
    let is_nan = |code: u64| code & 0x7f == 0x7f;
    let right = |a: u64, b: u64| match nearest(magnitude(a & 0x7f) * magnitude(b & 0x7f)) {
        _ if is_nan(a) || is_nan(b) => 0x7f,
        0x7f.. => 0x7f,
        code => code | (a ^ b) & 0x80,
    };
    let ignored = |a: u64, b: u64| match (is_nan(a), is_nan(b)) {
        (true, false) => b,
        (false, true) => a,
        _ => right(a, b),
    };
    let zero = |code: u64| if is_nan(code) { code & 0x80 } else { code };
    let as_zero = |a: u64, b: u64| right(zero(a), zero(b));
    let found = multiplier(ignored, Comparison::STRICT);
    // In 254 rows each operand alone is a NaN: two NaNs are one.
    assert_eq!((sorted(&found), found.residual, found.mismatches), (vec!["nan-ignored"], 0, 4 * 254));
    let found = multiplier(as_zero, Comparison::STRICT);
    assert_eq!((sorted(&found), found.residual, found.mismatches), (vec!["nan-as-zero"], 0, 4 * 254 + 4));
}

/// Right but for the last bit of the result where both codes are odd: no deviation of the list, and none may be named.
#[test]
fn what_no_deviation_explains_is_left_over() {
    let task = Task::within(Op::Mul, Format::E4M3FN);
    let unit = |a: u64, b: u64| task.apply([a, b]).code ^ (a & b & 1);
    let found = multiplier(unit, Comparison::STRICT);
    assert_eq!(found.names(), [""; 0]);
    assert_eq!((found.mismatches, found.explained, found.contradicted), (16_384, 0, 0));
    assert_eq!(found.common.bits, [('a', 0, true), ('b', 0, true)]);
    assert_eq!((found.common.flipped, found.common.equal_operands), (Some(1), false));
    let text = to_text(&found);
    assert!(text.contains(
        "in all of them: a[0] = 1, b[0] = 1, the answer is the explanation's with the bits 01 inverted"
    ));
    assert!(
        text.trim_end().ends_with("no deviation: 0 of 16,384 explained; flags were not compared"),
        "{text}"
    );
}

/// The same with flushed operands: those are named, without a right row being contradicted.
#[test]
fn a_part_that_fits_is_named_as_a_part() {
    let task = Task::within(Op::Mul, Format::E4M3FN);
    let read = |code: u64| if code & 0x78 == 0 { code & 0x80 } else { code };
    let unit = |a: u64, b: u64| {
        let (a, b) = (read(a), read(b));
        task.apply([a, b]).code ^ (a & b & 1)
    };
    let found = multiplier(unit, Comparison::STRICT);
    assert_eq!((found.names(), found.contradicted), (vec!["daz"], 0));
    // 120 odd codes are not subnormal.
    assert_eq!(found.residual, 120 * 120);
    assert!(to_text(&found).contains("This fits in part; it is not all that the device does"));
}

/// A device that answers nothing of the kind is fitted by nothing.
#[test]
fn a_constant_is_said_to_be_one() {
    // Of few rows: nothing else explains them, which takes all deviations to find out.
    let small = |unit: fn(u64) -> u64| {
        let row = |number: u64| Row::code(Operands::from([number & 63, number >> 6]), unit(number & 63));
        let rows = (0..1 << 12).map(row).collect();
        diagnose(&Rows::new(Task::within(Op::Mul, Format::E2M3), rows), &Behaviour::default())
    };
    let found = small(|_| 0x1e);
    assert_eq!(found.constant, Some(Constant::Code(0x1e)));
    assert!(to_text(&found).contains("Every answer is 1e."));
    let echo = small(|a| a);
    assert_eq!(echo.constant, Some(Constant::Operand('a')));
}

/// Undefined digits are no zeros.
#[test]
fn undefined_answers_are_counted_and_not_searched() {
    let task = Task::within(Op::Mul, Format::E4M3FN);
    let row = |number: u64| {
        let operands = Operands::from([number & 255, number >> 8]);
        let right = Row::code(operands, task.apply([number & 255, number >> 8]).code);
        if number.is_multiple_of(100) { Row { answer: None, ..right } } else { right }
    };
    let found = diagnose(&Rows::new(task, (0..1 << 16).map(row).collect()), &Behaviour::default());
    assert_eq!((found.rows, found.undefined, found.mismatches), (65_536, 656, 0));
    assert!(found.parts.is_empty() && !found.agrees() && !found.is_complete());
    let text = to_text(&found);
    assert!(text.contains("no mismatch in 64,880 rows; 656 rows undefined"), "{text}");
}

/// At one bit of significand the half of the smallest normal value lies between no two codes: 0.1 is nearer to 0.125 than to 0.
#[test]
fn the_nearest_of_zero_and_the_smallest_normal_value_is_that() {
    let task = Task::within(Op::Convert, Format::BINARY16).with_result("binary4p1se".parse().unwrap());
    let device = deviation::planted(&task, "ftz-nearest").unwrap();
    let answer = |code: u64| device.answer(&task, Operands::from([code])).code;
    // 0.1, 1/16, and just above it.
    assert_eq!([0x2e66, 0x2c00, 0x2c01].map(answer), [1, 0, 1]);
}

/// Flags that a device does not report are said to be not compared; under stochastic rounding other noise tells devices apart.
#[test]
fn what_was_not_compared_is_said() {
    let task = Task::within(Op::Mul, Format::E2M1);
    let row = |number: u64| {
        let operands = Operands::from([number & 15, number >> 4]);
        let full = Row::full(operands, task.apply([number & 15, number >> 4]));
        let known = if number < 4 { Flags::INEXACT | Flags::INVALID } else { Flags::INEXACT };
        Row { answer: full.answer.map(|answer| Answer { known, ..answer }), ..full }
    };
    let found = diagnose(&Rows::new(task, (0..256).map(row).collect()), &Behaviour::default());
    assert!(to_text(&found).contains("; of the flags only x were compared, others in some rows"));
    let stochastic = Task::within(Op::Convert, Format::E5M2).with_result(Format::E2M1);
    let stochastic = stochastic.with_policy(Policy::IEEE.rounding("sr-a:8".parse().unwrap()));
    let [one, other] = ["guard-3", "guard-4"].map(|name| deviation::planted(&stochastic, name).unwrap());
    let apart = distinguishing(
        &stochastic,
        &Comparison { flags: Flags::NONE, ..Comparison::STRICT },
        (&one, &other),
        9,
    );
    assert_eq!(apart.len(), 9);
}

/// Flags that are garbage take no explanation from the results, and are left over.
#[test]
fn flags_that_nothing_explains_hide_no_results() {
    let task = Task::within(Op::Mul, Format::E2M3);
    let device = deviation::planted(&task, "truncate").unwrap();
    let row = |number: u64| {
        let operands = Operands::from([number & 63, number >> 6]);
        let flags = Flags::from_bits(noise::word(3, number) as u8 & 31).unwrap();
        Row::full(operands, Rounded { flags, ..device.answer(&task, operands) })
    };
    let found = diagnose(&Rows::new(task, (0..4096).map(row).collect()), &Behaviour::default());
    assert_eq!(found.names(), ["truncate"], "{}", to_text(&found));
    assert!(found.parts[0].explains.rows > 500 && found.residual > 3000, "{}", to_text(&found));
    assert_eq!(found.residual_of_results, 0);
    assert!(to_text(&found).contains("\nAll results are explained, but not all flags. The device\n"));
}

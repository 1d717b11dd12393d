//! Diagnosis of multipliers written by hand, in binary64, after the published behaviour of two open units: nothing is shared with the models
//! of devices.

use halfulp::{Format, Op, Operands, Task};
use halfulp_verify::diagnose::{Diagnosis, Row, Rows, diagnose};
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

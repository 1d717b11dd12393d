//! How codes, classes and flags are written.

use halfulp::{Code, Flags, Format, Op, Operands, Sign, Task, apply};

/// A code in hexadecimal, with as many digits as the format's codes have.
pub fn code(f: &Format, code: Code) -> String {
    let digits = f.width().div_ceil(4) as usize;
    format!("{code:#0width$x}", width = digits + 2)
}

/// Whether all values are multiples of one step: the integers and MXINT8.
pub fn is_fixed_point(f: &Format) -> bool {
    f.facts().sign == Sign::TwosComplement || f.is_integer()
}

/// A code's bits, with a blank between sign, exponent field and trailing bits.
pub fn bits(f: &Format, code: Code) -> String {
    let text = format!("{code:0width$b}", width = f.width() as usize);
    let trailing = if is_fixed_point(f) { f.width() as usize } else { f.precision() as usize - 1 };
    let (head, trailing) = text.split_at(text.len() - trailing);
    let (sign, exponent) = head.split_at(usize::from(f.facts().sign == Sign::SignMagnitude));
    let fields = [sign, exponent, trailing].into_iter().filter(|field| !field.is_empty());
    fields.collect::<Vec<_>>().join(" ")
}

/// IEEE 754-2019's classes, in the order of 5.7.2.
const CLASSES: [&str; 10] = [
    "signalling NaN",
    "quiet NaN",
    "-infinity",
    "-normal",
    "-subnormal",
    "-zero",
    "+zero",
    "+subnormal",
    "+normal",
    "+infinity",
];

/// The class of a code. Formats with one kind of NaN have NaN, neither quiet nor signalling; fixed-point formats have
/// numbers, neither normal nor subnormal.
pub fn class(f: &Format, code: Code) -> &'static str {
    let operands = Operands::new(code, 0, 0);
    let index = apply(&Task::within(Op::Class, *f), operands).code as usize;
    match CLASSES.get(index).copied().unwrap_or("?") {
        "quiet NaN" if !f.has_ieee_nans() => "NaN",
        "-normal" | "-subnormal" if is_fixed_point(f) => "-number",
        "+normal" | "+subnormal" if is_fixed_point(f) => "+number",
        class => class,
    }
}

const FLAGS: [(Flags, &str); 5] = [
    (Flags::INVALID, "invalid"),
    (Flags::DIVIDE_BY_ZERO, "divide-by-zero"),
    (Flags::OVERFLOW, "overflow"),
    (Flags::UNDERFLOW, "underflow"),
    (Flags::INEXACT, "inexact"),
];

/// The raised flags, by name.
pub fn flags(flags: Flags) -> Vec<&'static str> {
    let raised = FLAGS.iter().filter(|(flag, _)| flags.contains(*flag));
    raised.map(|(_, name)| *name).collect()
}

//! Special results: NaNs, zeros, invalid operations, exceptions, stuck bits.

use halfulp::{Flags, Format, NanResult, Nans, Op, Task, Tininess};

use super::entry::{Deviation, Kind};
use crate::model::{Behaviour, InvalidResult, NanSign, Payload, ZeroSign};

pub(super) fn list(task: &Task) -> Vec<Deviation> {
    let mut all = if task.result.nan().is_some() { nans(task) } else { missing() };
    all.extend(zeros(task));
    all.extend(invalid(task.op));
    all.extend(flags(task));
    all.extend(stuck(task));
    all
}

fn nan(settings: &[&'static str], name: &str, text: &str, change: fn(&mut Behaviour)) -> Deviation {
    Deviation::new(Kind::Nan, settings, name, text, change)
}

fn nans(task: &Task) -> Vec<Deviation> {
    const SIGN: &[&str] = &["nan.sign"];
    let f = &task.result;
    if !f.is_signed() || f.facts().nans == Nans::NegativeZero {
        return Vec::new();
    }
    let negative = |code: Option<u64>| code.map(|code| code | f.top_bit());
    let invalid = negative(f.nan());
    let mut list = vec![
        nan(SIGN, "nan-negative", "gives negative NaNs", |b| b.nan.sign = NanSign::Negative),
        nan(SIGN, "nan-operand-sign", "gives a NaN the sign of the NaN operand", |b| {
            b.nan.sign = NanSign::Operand
        }),
        nan(SIGN, "nan-opposite-sign", "gives a NaN the other sign than that of the NaN operand", |b| {
            b.nan.sign = NanSign::Opposite;
        }),
        nan(SIGN, "nan-product-sign", "gives a NaN the product of the operands' signs", |b| {
            b.nan.sign = NanSign::Product;
        }),
        nan(
            &["nan.overflow-sign"],
            "nan-overflow-sign",
            "gives the NaN of an overflow the sign of the result",
            |b| {
                b.nan.overflow_sign = true;
            },
        ),
        Deviation::new(
            Kind::Nan,
            &["nan.invalid"],
            "nan-invalid-negative",
            "gives a negative NaN for an invalid operation",
            move |b| b.nan.invalid = invalid,
        ),
    ];
    if task.op.arity() > 1 {
        list.push(nan(&["nan.last"], "nan-last", "takes the last NaN operand and not the first", |b| {
            b.nan.last = true
        }));
    }
    list.extend(ieee_nans(f));
    list
}

/// Those of NaNs with payloads.
fn ieee_nans(f: &Format) -> Vec<Deviation> {
    const PAYLOAD: &[&str] = &["nan.payload"];
    const CODE: &[&str] = &["nan.code"];
    let mut list = Vec::new();
    if f.has_ieee_nans() {
        let top = f.code_mask() & !f.top_bit();
        list.push(Deviation::new(Kind::Nan, CODE, "nan-ones", "gives the NaN with all bits set", move |b| {
            b.nan.code = Some(top);
        }));
        list.extend([
            nan(PAYLOAD, "nan-payload-quieted", "keeps the payload of the NaN operand, made quiet", |b| {
                b.nan.payload = Payload::Quieted;
            }),
            nan(
                PAYLOAD,
                "nan-payload-kept",
                "keeps the payload of the NaN operand, signalling or not",
                |b| {
                    b.nan.payload = Payload::Kept;
                },
            ),
            nan(PAYLOAD, "nan-quiet-inverted", "inverts the quiet bit of the NaN operand", |b| {
                b.nan.payload = Payload::QuietInverted;
            }),
        ]);
    }
    list
}

/// What a NaN becomes in a format without NaN.
fn missing() -> Vec<Deviation> {
    const MISSING: &[&str] = &["nan.missing"];
    vec![
        nan(MISSING, "nan-to-zero", "gives zero for NaN", |b| b.nan.missing = Some(NanResult::Zero)),
        nan(MISSING, "nan-to-negative-zero", "gives minus zero for NaN", |b| {
            b.nan.missing = Some(NanResult::NegativeZero);
        }),
        nan(MISSING, "nan-to-least", "gives the most negative value for NaN", |b| {
            b.nan.missing = Some(NanResult::Least)
        }),
        nan(MISSING, "nan-to-largest", "gives the largest value for NaN", |b| {
            b.nan.missing = Some(NanResult::Largest)
        }),
        nan(
            &["nan.missing-sign"],
            "nan-missing-sign",
            "gives what replaces a NaN the sign of the NaN",
            |b| {
                b.nan.missing_sign = true;
            },
        ),
    ]
}

fn zeros(task: &Task) -> Vec<Deviation> {
    const EXACT: &[&str] = &["zero.exact"];
    let zero = |settings: &[&'static str], name: &str, text: &str, change: fn(&mut Behaviour)| {
        Deviation::new(Kind::Zero, settings, name, text, change)
    };
    if !task.result.has_negative_zero() {
        let raw = |b: &mut Behaviour| b.zero.raw = true;
        return if task.result.is_signed() && task.result.facts().nans == Nans::NegativeZero {
            vec![zero(&["zero.raw"], "zero-to-nan", "gives the code of NaN for a negative zero", raw)]
        } else {
            Vec::new()
        };
    }
    let mut list = vec![
        zero(EXACT, "zero-positive", "gives every exact zero a plus sign", |b| {
            b.zero.exact = ZeroSign::Positive
        }),
        zero(
            &["zero.underflow-positive"],
            "underflow-positive",
            "gives plus zero for results rounded or flushed to zero",
            |b| {
                b.zero.underflow_positive = true;
            },
        ),
    ];
    if matches!(task.op, Op::Add | Op::Sub | Op::Fma) {
        list.extend([
            zero(EXACT, "zero-product-sign", "gives an exact zero the product of the operands' signs", |b| {
                b.zero.exact = ZeroSign::Product;
            }),
            zero(EXACT, "zero-first-sign", "gives an exact zero the sign of the first operand", |b| {
                b.zero.exact = ZeroSign::First;
            }),
            zero(
                &["zero.cancelled-positive"],
                "cancel-positive",
                "gives plus zero for x - x when it rounds downward too",
                |b| b.zero.cancelled_positive = true,
            ),
        ]);
    }
    list
}

/// The invalid cases of an operation: a name, what they are, and where their result stands.
type Case = (&'static str, &'static str, fn(&mut Behaviour) -> &mut Option<InvalidResult>);

fn invalid(op: Op) -> Vec<Deviation> {
    let product: Case = ("zero-times-infinity", "0 * inf", |b| &mut b.computing.invalid.zero_times_infinity);
    let sum: Case =
        ("infinity-minus-infinity", "inf - inf", |b| &mut b.computing.invalid.infinity_minus_infinity);
    let quotient: Case = ("zero-by-zero", "0 / 0 and inf / inf", |b| &mut b.computing.invalid.quotient);
    let by_zero: Case = ("by-zero", "x / 0", |b| &mut b.computing.invalid.divide_by_zero);
    let root: Case = ("negative-root", "the root of a negative number", |b| &mut b.computing.invalid.root);
    let cases: &[Case] = match op {
        Op::Mul => &[product],
        Op::Add | Op::Sub => &[sum],
        Op::Fma => &[product, sum],
        Op::Div => &[quotient, by_zero],
        Op::Sqrt => &[root],
        _ => &[],
    };
    let results = [
        (InvalidResult::Nan, "nan", "NaN"),
        (InvalidResult::Zero, "zero", "zero"),
        (InvalidResult::Infinity, "infinity", "infinity"),
        (InvalidResult::Largest, "largest", "the largest finite value"),
    ];
    let mut list = Vec::new();
    for &(case, what, place) in cases {
        for (result, word, text) in results {
            let usual = if case == "by-zero" { InvalidResult::Infinity } else { InvalidResult::Nan };
            if result == usual {
                continue;
            }
            let (name, text) = (format!("{case}-{word}"), format!("gives {text} for {what}"));
            list.push(Deviation::new(Kind::Invalid, &[case], name, text, move |b| *place(b) = Some(result)));
        }
    }
    list
}

fn flags(task: &Task) -> Vec<Deviation> {
    let flag = |settings: &[&'static str], name: &str, text: &str, change: fn(&mut Behaviour)| {
        Deviation::new(Kind::Flags, settings, name, text, change)
    };
    let mut list: Vec<Deviation> = [
        ("inexact", Flags::INEXACT),
        ("underflow", Flags::UNDERFLOW),
        ("overflow", Flags::OVERFLOW),
        ("divide-by-zero", Flags::DIVIDE_BY_ZERO),
        ("invalid", Flags::INVALID),
    ]
    .into_iter()
    .map(|(name, never)| {
        let setting = match name {
            "inexact" => "flags.never-inexact",
            "underflow" => "flags.never-underflow",
            "overflow" => "flags.never-overflow",
            "divide-by-zero" => "flags.never-divide-by-zero",
            _ => "flags.never-invalid",
        };
        let text = format!("never raises {}", name.replace('-', " "));
        Deviation::new(Kind::Flags, &[setting], format!("never-{name}"), text, move |b| {
            b.flags.never |= never
        })
    })
    .collect();
    list.extend([
        flag(
            &["flags.exact-underflow"],
            "exact-underflow",
            "raises underflow for exact tiny results too",
            |b| {
                b.flags.exact_underflow = true;
            },
        ),
        flag(
            &["flags.no-overflow-at-largest"],
            "no-overflow-at-largest",
            "raises no overflow where it gives the largest finite value",
            |b| b.flags.no_overflow_at_largest = true,
        ),
        flag(
            &["flags.quiet-nan-invalid"],
            "quiet-nan-invalid",
            "raises invalid for quiet NaN operands",
            |b| {
                b.flags.quiet_nan_invalid = true;
            },
        ),
    ]);
    list.extend(tininess(task));
    list
}

fn tininess(task: &Task) -> [Deviation; 2] {
    let (name, text, other) = match task.policy.tininess {
        Tininess::After => ("tiny-before", "detects tininess before rounding", Tininess::Before),
        Tininess::Before => ("tiny-after", "detects tininess after rounding", Tininess::After),
    };
    let by_result = "detects tininess by the result: where it is below the smallest normal value";
    let of = |name, text, change: Box<dyn Fn(&mut Behaviour) + Send + Sync>| {
        Deviation::new(Kind::Flags, &["range.tininess"], name, text, change)
    };
    [
        of(name, text, Box::new(move |b| b.range.tininess = Some(other))),
        of("tiny-result", by_result, Box::new(|b| b.flags.tiny_by_result = true)),
    ]
}

fn stuck(task: &Task) -> Vec<Deviation> {
    let mut list = vec![Deviation::new(
        Kind::Wiring,
        &["output.bits"],
        "reversed-r",
        "writes the bits of the result in reverse order",
        |b| b.output.reversed = true,
    )];
    if super::operands::has_bytes(task.result.width()) {
        list.push(Deviation::new(
            Kind::Wiring,
            &["output.bits"],
            "bytes-r",
            "writes the bytes of the result in reverse order",
            |b| b.output.bytes_reversed = true,
        ));
    }
    for bit in 0..task.result.width().min(super::operands::STUCK) {
        for level in [0, 1] {
            let (name, text) =
                (format!("stuck-r{bit}-{level}"), format!("has bit {bit} of the result stuck at {level}"));
            list.push(Deviation::new(Kind::Wiring, &["output.bits"], name, text, move |b| {
                if level == 0 { b.output.clear = 1 << bit } else { b.output.set = 1 << bit }
            }));
        }
    }
    list
}

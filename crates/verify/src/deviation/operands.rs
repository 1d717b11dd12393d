//! How operands are read, and in which order.

use halfulp::{Op, Task};

use super::entry::{Deviation, Kind};
use crate::model::{Addend, Behaviour, NanRead, Reading, SignRead, Subnormals};

/// The setting of an operand's subnormals, sign and bits.
const SUBNORMALS: [&str; 3] = ["reading.a.subnormals", "reading.b.subnormals", "reading.c.subnormals"];
const SIGNS: [&str; 3] = ["reading.a.sign", "reading.b.sign", "reading.c.sign"];
const BITS: [&str; 3] = ["reading.a.bits", "reading.b.bits", "reading.c.bits"];

/// The lowest bits of an operand or a result that may be stuck.
pub(super) const STUCK: u32 = 16;

pub(super) fn list(task: &Task) -> Vec<Deviation> {
    let arity = task.op.arity();
    let mut all = subnormals(arity);
    all.extend(nans(task));
    all.extend(signs(arity));
    all.extend((0..arity).flat_map(|index| bits(task, index)));
    if arity > 1 && (matches!(task.op, Op::Sub | Op::Div) || task.operands[0] != task.operands[1]) {
        all.push(Deviation::new(
            Kind::Wiring,
            &["reading.swapped"],
            "swapped",
            "exchanges its first two operands",
            |b| b.reading.swapped = true,
        ));
    }
    if task.op == Op::Fma {
        for (name, other, addend) in [("addend-a", "a", Addend::A), ("addend-b", "b", Addend::B)] {
            let text = format!("adds operand {other} to the product of c and the other one");
            let change = move |b: &mut Behaviour| b.reading.addend = addend;
            all.push(Deviation::new(Kind::Wiring, &["reading.addend"], name, text, change));
        }
    }
    all
}

/// NaN operands that are taken for something else, or not looked at.
fn nans(task: &Task) -> Vec<Deviation> {
    const NANS: &[&str] = &["reading.nans"];
    let operands = &task.operands[..task.op.arity()];
    let nan = |name: &str, text: &str, change: fn(&mut Behaviour)| {
        Deviation::new(Kind::Nan, NANS, name, text, change)
    };
    let mut list = Vec::new();
    if operands.iter().all(|format| format.nan().is_none()) {
        return list;
    }
    list.push(nan("nan-as-zero", "reads NaN operands as zero", |b| {
        (0..3).for_each(|index| reading(b, index).nans = NanRead::Zero);
    }));
    if operands.iter().any(|format| format.infinity(false).is_some()) {
        list.push(nan("nan-as-infinity", "reads NaN operands as infinities", |b| {
            (0..3).for_each(|index| reading(b, index).nans = NanRead::Infinity);
        }));
    }
    if operands.len() == 2 {
        list.push(nan("nan-ignored", "gives the other operand where one of two is a NaN", |b| {
            b.computing.ignores_nan = true;
        }));
    }
    list
}

fn reading(b: &mut Behaviour, index: usize) -> &mut Reading {
    match index {
        0 => &mut b.reading.a,
        1 => &mut b.reading.b,
        _ => &mut b.reading.c,
    }
}

fn letter(index: usize) -> char {
    ['a', 'b', 'c'][index]
}

fn subnormals(arity: usize) -> Vec<Deviation> {
    let all = |name: &str, text: &str, read: Subnormals| {
        Deviation::new(Kind::Operands, &SUBNORMALS[..arity], name, text, move |b| {
            (0..3).for_each(|index| reading(b, index).subnormals = read);
        })
    };
    let mut list = vec![
        all("daz", "reads subnormal operands as zero (DAZ)", Subnormals::Zero),
        all("daz-positive", "reads subnormal operands as plus zero", Subnormals::PositiveZero),
        all(
            "hidden-one",
            "reads subnormal operands with a hidden 1 in the binade of the smallest normal value",
            Subnormals::HiddenOne,
        ),
        all(
            "normal-binade",
            "reads exponent field 0 as another normal binade, but for zero",
            Subnormals::NormalBinade,
        ),
        all(
            "normal-binade-zero",
            "reads exponent field 0 as another normal binade, zero included",
            Subnormals::NormalBinadeWithZero,
        ),
    ];
    list.push(all(
        "smallest-normal",
        "reads subnormal operands as the smallest normal value",
        Subnormals::SmallestNormal,
    ));
    if arity > 1 {
        list.extend((0..arity).map(|index| {
            let letter = letter(index);
            let text = format!("reads a subnormal operand {letter} as zero");
            let name = format!("daz-{letter}");
            Deviation::new(Kind::Operands, &[SUBNORMALS[index]], name, text, move |b| {
                reading(b, index).subnormals = Subnormals::Zero;
            })
        }));
    }
    list
}

fn signs(arity: usize) -> Vec<Deviation> {
    let mut list = Vec::new();
    if arity > 1 {
        list.push(Deviation::new(
            Kind::Wiring,
            &SIGNS[..arity],
            "unsigned",
            "ignores the signs of its operands",
            |b| (0..3).for_each(|index| reading(b, index).sign = SignRead::Ignored),
        ));
    }
    for (index, setting) in SIGNS.into_iter().enumerate().take(arity) {
        for (word, text, sign) in
            [("ignored", "ignores", SignRead::Ignored), ("inverted", "inverts", SignRead::Inverted)]
        {
            let letter = letter(index);
            let name = format!("sign-{letter}-{word}");
            let text = format!("{text} the sign of operand {letter}");
            list.push(Deviation::new(Kind::Wiring, &[setting], name, text, move |b| {
                reading(b, index).sign = sign;
            }));
        }
    }
    list
}

/// Whether a code has bytes whose order matters.
pub(super) fn has_bytes(width: u32) -> bool {
    width > 8 && width.is_multiple_of(8)
}

/// Stuck bits of an operand, the reverse order.
fn bits(task: &Task, index: usize) -> Vec<Deviation> {
    let (letter, width) = (letter(index), task.operands[index].width());
    let mut list = vec![Deviation::new(
        Kind::Wiring,
        &[BITS[index]],
        format!("reversed-{letter}"),
        format!("reads the bits of operand {letter} in reverse order"),
        move |b| reading(b, index).reversed = true,
    )];
    if has_bytes(width) {
        list.push(Deviation::new(
            Kind::Wiring,
            &[BITS[index]],
            format!("bytes-{letter}"),
            format!("reads the bytes of operand {letter} in reverse order"),
            move |b| reading(b, index).bytes_reversed = true,
        ));
    }
    for bit in 0..width.min(STUCK) {
        for level in [0, 1] {
            let name = format!("stuck-{letter}{bit}-{level}");
            let text = format!("reads bit {bit} of operand {letter} as {level}");
            list.push(Deviation::new(Kind::Wiring, &[BITS[index]], name, text, move |b| {
                let reading = reading(b, index);
                if level == 0 { reading.clear = 1 << bit } else { reading.set = 1 << bit }
            }));
        }
    }
    list
}

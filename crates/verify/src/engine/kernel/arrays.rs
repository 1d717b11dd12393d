//! Cases as arrays, and arrays as answers.

use core::ops::Range;

use halfulp::slice::{Arithmetic, Element, SliceError, Wide, Word};
use halfulp::{Code, Op, Operands};

/// Elements of an array in a sweep: values, codes and rounded values together stay in a core's cache.
const BLOCK: usize = 1 << 14;

/// An element as its bits.
pub trait Bits: Element {
    fn of(code: Code) -> Self;
    fn bits(self) -> Code;
}

macro_rules! bits {
    ($($type:ty, $of:expr, $bits:expr;)*) => {$(
        impl Bits for $type {
            fn of(code: Code) -> $type {
                $of(code)
            }
            fn bits(self) -> Code {
                $bits(self)
            }
        }
    )*};
}

bits! {
    u8, |code| code as u8, Code::from;
    u16, |code| code as u16, Code::from;
    f32, |code| f32::from_bits(code as u32), |value: f32| Code::from(value.to_bits());
    f64, f64::from_bits, f64::to_bits;
}

/// The operand of a place, as an array.
fn column<E: Bits>(operands: &[Operands], place: usize) -> Vec<E> {
    operands.iter().map(|case| E::of(case.codes[place])).collect()
}

fn answer<E: Bits>(results: &[E], answers: &mut [Code]) {
    for (answer, result) in answers.iter_mut().zip(results) {
        *answer = result.bits();
    }
}

pub fn encode<W: Wide + Bits, C: Word + Bits>(
    arithmetic: &Arithmetic,
    operands: &[Operands],
    answers: &mut [Code],
) -> Result<(), SliceError> {
    let mut codes = vec![C::default(); operands.len()];
    arithmetic.encode(&column::<W>(operands, 0), &mut codes)?;
    answer(&codes, answers);
    Ok(())
}

/// The values that the operands are rounded to.
pub fn quantize<W: Wide + Bits>(
    arithmetic: &Arithmetic,
    operands: &[Operands],
) -> Result<Vec<Code>, SliceError> {
    let from = column::<W>(operands, 0);
    let mut values = vec![W::default(); from.len()];
    arithmetic.quantize(&from, &mut values)?;
    Ok(values.into_iter().map(Bits::bits).collect())
}

pub fn decode<W: Wide + Bits, C: Word + Bits>(
    arithmetic: &Arithmetic,
    operands: &[Operands],
    answers: &mut [Code],
) -> Result<(), SliceError> {
    let mut values = vec![W::default(); operands.len()];
    arithmetic.decode(&column::<C>(operands, 0), &mut values)?;
    answer(&values, answers);
    Ok(())
}

pub fn elementwise<E: Bits>(
    arithmetic: &Arithmetic,
    op: Op,
    operands: &[Operands],
    answers: &mut [Code],
) -> Result<(), SliceError> {
    let [a, b, c] = [0, 1, 2].map(|place| column::<E>(operands, place));
    let mut results = vec![E::default(); operands.len()];
    match op {
        Op::Add => arithmetic.add(&a, &b, &mut results),
        Op::Sub => arithmetic.sub(&a, &b, &mut results),
        Op::Mul => arithmetic.mul(&a, &b, &mut results),
        Op::Div => arithmetic.div(&a, &b, &mut results),
        Op::Sqrt => arithmetic.sqrt(&a, &mut results),
        _ => arithmetic.fma(&a, &b, &c, &mut results),
    }?;
    answer(&results, answers);
    Ok(())
}

/// Whether all of these consecutive `f32` are encoded to a code, and quantized to its value, bit for bit.
pub fn encodes_to<C: Word + Bits>(
    arithmetic: &Arithmetic,
    operands: Range<Code>,
    code: C,
    value: u32,
) -> Result<bool, SliceError> {
    let mut values = [0f32; BLOCK];
    let mut codes = [C::default(); BLOCK];
    let mut rounded = [0f32; BLOCK];
    let mut first = operands.start;
    while first < operands.end {
        let count = (operands.end - first).min(BLOCK as u64) as usize;
        for (i, x) in values[..count].iter_mut().enumerate() {
            *x = f32::from_bits(first as u32 + i as u32);
        }
        arithmetic.encode(&values[..count], &mut codes[..count])?;
        arithmetic.quantize(&values[..count], &mut rounded[..count])?;
        // No early end: so the comparison is a plain loop over vectors.
        let wrong = codes[..count].iter().fold(0, |wrong, c| wrong | (c.bits() ^ code.bits()) as u16);
        let off = rounded[..count].iter().fold(0, |off, x| off | (x.to_bits() ^ value));
        if wrong != 0 || off != 0 {
            return Ok(false);
        }
        first += count as u64;
    }
    Ok(true)
}

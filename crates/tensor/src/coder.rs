//! Encoding and decoding of arrays: all rounding of this package goes through this module.

use std::sync::Arc;

use halfulp::format::catalog;
use halfulp::kernel::WIDEST;
use halfulp::slice::Arithmetic;
use halfulp::{
    Code, Flags, Format, Op, Operands, Policy, Rounded, Rounding, Task, Value, apply, decode, noise,
};

use crate::error::{Error, Result};

/// A conversion of another implementation: from a code of a format, and a noise word, to a code; `None` where it is not known.
pub type Convert = dyn Fn(&Format, Code, u64) -> Option<Code> + Send + Sync;

/// A format under a policy, for arrays of numbers.
pub struct Coder {
    /// Encodes, with rounding.
    arithmetic: Arithmetic,
    /// Decodes, unaffected by the policy.
    plain: Arithmetic,
    /// The same conversion for a single number.
    task: Task,
    values: Vec<f64>,
    /// The least and the largest value.
    range: [f64; 2],
    beyond: Option<Beyond>,
    /// What encodes in place of the arithmetic.
    convert: Option<Arc<Convert>>,
}

impl Coder {
    /// Creates a coder for a format of at most 16 bits.
    ///
    /// # Errors
    /// If the format is wider, or has values beyond the range of binary64, or the policy is invalid for the format.
    pub fn new(format: &Format, policy: &Policy) -> Result<Coder> {
        if format.width() > WIDEST {
            let width = format.width();
            return Err(Error::Format(format!("the format has {width} bits: quantize takes up to {WIDEST}")));
        }
        let arithmetic = Arithmetic::new(format, policy)?;
        if format.emax() > 1000 || format.quantum_min() < -1000 {
            let why = "the format has values beyond 2^-1000 to 2^1001: quantize reckons in binary64";
            return Err(Error::Format(why.into()));
        }
        let plain = Arithmetic::new(format, &Policy::IEEE)?;
        let binary64 = catalog::lookup("binary64")?;
        let task = Task::within(Op::Convert, binary64).with_policy(*policy).with_result(*format);
        let codes: Vec<u16> = (0..=format.code_mask()).map(|code| code as u16).collect();
        let mut values = vec![0.0; codes.len()];
        plain.decode(&codes, &mut values)?;
        let beyond = Beyond::new(&task);
        let range = [true, false].map(|negative| values[format.largest(negative) as usize]);
        Ok(Coder { arithmetic, plain, task, values, range, beyond, convert: None })
    }

    /// The same coder with another implementation's conversion.
    #[must_use]
    pub fn converting(self, convert: Arc<Convert>) -> Coder {
        Coder { convert: Some(convert), ..self }
    }

    /// Whether another implementation's conversion encodes: then by [`Coder::convert`].
    pub const fn converts(&self) -> bool {
        self.convert.is_some()
    }

    /// Encodes elements of a format by the other implementation's conversion. The noise is as for [`Coder::encode`].
    ///
    /// # Errors
    /// An element whose code is not known.
    pub fn convert(
        &self,
        from: &Format,
        elements: &[Code],
        codes: &mut Codes,
        seed: u64,
        first: u64,
    ) -> Result<()> {
        let Some(convert) = &self.convert else { return Ok(()) };
        let code = |(&element, index): (&Code, u64)| {
            let digits = from.width().div_ceil(4) as usize + "0x".len();
            let unknown = || format!("what becomes of the element {element:#0digits$x} is not known");
            convert(from, element, noise::element(seed, index)).ok_or_else(|| Error::Format(unknown()))
        };
        let numbered = elements.iter().zip((0..).map(|offset| first.wrapping_add(offset)));
        codes.bytes.clear();
        codes.words.clear();
        for code in numbered.map(code) {
            if self.codes() <= 256 {
                codes.bytes.push(code? as u8);
            } else {
                codes.words.push(code? as u16);
            }
        }
        Ok(())
    }

    /// The number of codes.
    pub const fn codes(&self) -> usize {
        self.values.len()
    }

    /// The value of each code.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The format.
    pub const fn format(&self) -> &Format {
        &self.task.result
    }

    /// Encodes numbers. The noise of stochastic rounding is that of elements
    /// `first`, `first + 1`, and so on.
    ///
    /// # Errors
    /// Never: the lengths agree.
    pub fn encode(&self, numbers: &[f64], codes: &mut Codes, seed: u64, first: u64) -> Result<()> {
        let noisy;
        let arithmetic = if matches!(self.task.policy.rounding, Rounding::Stochastic { .. }) {
            noisy = self.arithmetic.clone().with_noise(seed, first);
            &noisy
        } else {
            &self.arithmetic
        };
        if self.codes() <= 256 {
            codes.words.clear();
            codes.bytes.resize(numbers.len(), 0);
            arithmetic.encode(numbers, &mut codes.bytes)?;
        } else {
            codes.bytes.clear();
            codes.words.resize(numbers.len(), 0);
            arithmetic.encode(numbers, &mut codes.words)?;
        }
        Ok(())
    }

    /// Decodes codes, as many as `numbers` has room for.
    ///
    /// # Errors
    /// Never: the lengths agree.
    pub fn decode(&self, codes: &Codes, numbers: &mut [f64]) -> Result<()> {
        if self.codes() <= 256 {
            self.plain.decode(&codes.bytes, numbers)?;
        } else {
            self.plain.decode(&codes.words, numbers)?;
        }
        Ok(())
    }

    /// The number of elements out of the format's range: overflows, infinities that are not preserved, and
    /// negative numbers or zeros that the format lacks.
    pub fn saturated(&self, numbers: &[f64], seed: u64, first: u64) -> u64 {
        if let Some(Beyond { below, above, zero }) = self.beyond {
            let beyond = |x: f64| below.holds(x) | above.holds(x) | (zero & (x == 0.0));
            return numbers.iter().map(|&x| u64::from(beyond(x))).sum();
        }
        let [least, largest] = self.range;
        let pairs = (first..).zip(numbers).filter(|(_, x)| !(**x > least && **x < largest));
        pairs.filter(|&(index, &x)| is_saturated(&self.task, x, noise::element(seed, index))).count() as u64
    }
}

/// Whether a number is out of the range of the conversion's result.
fn is_saturated(task: &Task, x: f64, noise: u64) -> bool {
    let Rounded { code, flags } = apply(task, Operands { noise, ..Operands::new(x.to_bits(), 0, 0) });
    let result = decode(&task.result, code);
    let lost = x.is_infinite() && !matches!(result, Value::Infinite { .. });
    !x.is_nan() && (lost || flags.contains(Flags::OVERFLOW) || flags.contains(Flags::INVALID))
}

/// Which numbers are out of range, where noise does not decide that.
#[derive(Clone, Copy)]
struct Beyond {
    below: Span,
    above: Span,
    zero: bool,
}

/// Numbers from one to another, both included.
#[derive(Clone, Copy)]
struct Span {
    from: f64,
    to: f64,
}

impl Span {
    #[inline(always)]
    fn holds(self, x: f64) -> bool {
        (x >= self.from) & (x <= self.to)
    }
}

impl Beyond {
    /// Of a conversion from binary64: rounding is monotone, so the numbers of a sign that are out of range are those from some
    /// magnitude on.
    fn new(task: &Task) -> Option<Beyond> {
        if matches!(task.policy.rounding, Rounding::Stochastic { .. }) {
            return None;
        }
        let span = |sign: f64| {
            let saturated = |bits: u64| is_saturated(task, sign * f64::from_bits(bits), 0);
            let infinity = f64::INFINITY.to_bits();
            let last = if saturated(infinity) { f64::INFINITY } else { f64::MAX };
            // The bits of positive numbers are in their order.
            let (mut within, mut beyond) = (0, infinity);
            while beyond - within > 1 {
                let middle = within + (beyond - within) / 2;
                if saturated(middle) { beyond = middle } else { within = middle }
            }
            (f64::from_bits(beyond), last)
        };
        let ((above, last), (below, first)) = (span(1.0), span(-1.0));
        Some(Beyond {
            below: Span { from: -first, to: -below },
            above: Span { from: above, to: last },
            zero: is_saturated(task, 0.0, 0),
        })
    }
}

/// Codes: of formats of up to 8 bits in bytes, of others in words. The other array is empty.
#[derive(Default)]
pub struct Codes {
    /// A byte each.
    pub bytes: Vec<u8>,
    /// Two bytes each.
    pub words: Vec<u16>,
}

impl Codes {
    /// Appends the codes to a file's bytes, little-endian.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.bytes);
        bytes.extend(self.words.iter().flat_map(|code| code.to_le_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfulp::{Facts, Saturation};

    #[test]
    fn what_is_out_of_range_is_found_as_one_by_one() {
        let small =
            Facts { width: 5, precision: 3, bias: 2, ..catalog::lookup("e3m2").expect("a name").facts() };
        let mut formats = vec![Format::new(small).expect("a format")];
        let names = [
            "e4m3fn", "e5m2", "e2m1", "e8m0", "ue4m3", "mxint8", "i8", "u4", "binary16", "e4m3fnuz",
            "bfloat16",
        ];
        formats.extend(names.map(|name| catalog::lookup(name).expect("a name")));
        let saturations = [Saturation::None, Saturation::Finite, Saturation::Propagate];
        for (format, rounding) in
            formats.iter().flat_map(|f| Rounding::DETERMINISTIC.iter().map(move |&r| (f, r)))
        {
            for saturation in saturations {
                let policy = Policy::IEEE.rounding(rounding).saturation(saturation);
                let coder = Coder::new(format, &policy).expect("a format of at most 16 bits");
                let largest = coder.values.iter().copied().filter(|x| x.is_finite()).fold(0.0, f64::max);
                let scales = [
                    1.0,
                    1.01,
                    1.03,
                    1.0625,
                    1.125,
                    1.25,
                    1.5,
                    0.99,
                    1e-9,
                    1e300,
                    f64::INFINITY,
                    0.0,
                    f64::NAN,
                ];
                let mut numbers = scales.map(|s| s * largest).to_vec();
                numbers.extend(coder.values.iter().take(64));
                numbers.extend(numbers.clone().iter().map(|x| f64::from_bits(x.to_bits().wrapping_add(1))));
                numbers.extend(numbers.clone().iter().map(|x| -x));
                let one_by_one = numbers.iter().filter(|x| is_saturated(&coder.task, **x, 0)).count() as u64;
                assert_eq!(coder.saturated(&numbers, 0, 0), one_by_one, "{format:?} {policy:?}");
                assert!(one_by_one > 0);
            }
        }
    }
}

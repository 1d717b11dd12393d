//! Arrays through a format: the one place that asks the library to round them.

use anyhow::ensure;
use halfulp::format::catalog;
use halfulp::slice::Arithmetic;
use halfulp::{Flags, Format, Op, Operands, Policy, Rounded, Task, apply, noise};

/// A format under a policy, for arrays of numbers.
pub struct Coder {
    /// Rounds.
    arithmetic: Arithmetic,
    /// Goes back to values, which the policy must not touch.
    plain: Arithmetic,
    /// The same rounding, of one number.
    task: Task,
    values: Vec<f64>,
    /// The least and the largest value.
    range: [f64; 2],
}

impl Coder {
    /// For a format of at most 16 bits.
    ///
    /// # Errors
    /// A wider format, or one with values beyond binary64's; a policy that does not go with the format.
    pub fn new(format: &Format, policy: &Policy) -> anyhow::Result<Coder> {
        let arithmetic = Arithmetic::new(format, policy)?;
        ensure!(
            format.emax() <= 1000 && format.quantum_min() >= -1000,
            "the format has values beyond 2^-1000 to 2^1001: quantize reckons in binary64"
        );
        let plain = Arithmetic::new(format, &Policy::IEEE)?;
        let binary64 = catalog::lookup("binary64")?;
        let task = Task { result: *format, ..Task::within(Op::Convert, binary64).with_policy(*policy) };
        let codes: Vec<u16> = (0..=format.code_mask()).map(|code| code as u16).collect();
        let mut values = vec![0.0; codes.len()];
        plain.decode(&codes, &mut values)?;
        let range = [true, false].map(|negative| values[format.largest(negative) as usize]);
        Ok(Coder { arithmetic, plain, task, values, range })
    }

    /// How many codes there are.
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

    /// The codes of numbers, in as many bytes as codes take: see [`Codes`]. The noise of stochastic rounding is that of elements
    /// `first`, `first + 1`, and so on.
    ///
    /// # Errors
    /// None: the lengths agree.
    pub fn encode(&self, numbers: &[f64], codes: &mut Codes, seed: u64, first: u64) -> anyhow::Result<()> {
        let arithmetic = self.arithmetic.clone().with_noise(seed, first);
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

    /// The values of codes, as many as `numbers` has room for.
    ///
    /// # Errors
    /// None: the lengths agree.
    pub fn decode(&self, codes: &Codes, numbers: &mut [f64]) -> anyhow::Result<()> {
        if self.codes() <= 256 {
            self.plain.decode(&codes.bytes, numbers)?;
        } else {
            self.plain.decode(&codes.words, numbers)?;
        }
        Ok(())
    }

    /// How many of these numbers are out of the format's range: they overflow, or are infinite where the result is not, or have
    /// a sign or are a zero that the format lacks.
    pub fn saturated(&self, numbers: &[f64], seed: u64, first: u64) -> u64 {
        let [least, largest] = self.range;
        let outside = |x: f64| x < least || x > largest;
        // One look at all is quick, and most often enough.
        if numbers.iter().filter(|x| outside(**x)).count() == 0 {
            return 0;
        }
        let numbers = (first..).zip(numbers).filter(|(_, x)| outside(**x));
        let beyond = numbers.filter(|&(index, &x)| {
            let operands = Operands { noise: noise::word(seed, index), ..Operands::new(x.to_bits(), 0, 0) };
            let Rounded { code, flags } = apply(&self.task, operands);
            let lost = x.is_infinite() && !self.values[code as usize].is_infinite();
            lost || flags.contains(Flags::OVERFLOW) || flags.contains(Flags::INVALID)
        });
        beyond.count() as u64
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

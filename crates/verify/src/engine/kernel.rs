//! Kernels as engines: the array interface, computed by one kernel.
//!
//! Array operations return only codes, so flags are unknown. Their noise is determined by a seed and an index: a
//! batch is computed as one array with the noise of its case numbers, and a case with a different noise word is computed again by itself,
//! at an index that has this noise.
//!
//! Conversions to codes are also checked with quantization, which must give the value of the code. If it gives another value, the answer is the code of that value;
//! if that is the same code, because the value is not that of any code, the answer has the top bit of 64 set, which no code has.

mod arrays;

use core::ops::Range;

use halfulp::format::catalog::builtin_format;
use halfulp::kernel::Kernel;
use halfulp::slice::Arithmetic;
use halfulp::{Code, Flags, Format, Op, Operands, Policy, Rounding, Task, apply, noise};

use super::{Answer, Engine, EngineError};
use arrays::{decode, elementwise, encode, encodes_to, quantize};

const BINARY32: Format = builtin_format("binary32");
const BINARY64: Format = builtin_format("binary64");

/// A bit that no code has.
const NO_CODE: Code = 1 << 63;

/// A kernel as an engine.
pub struct ByKernel {
    kernel: &'static Kernel,
    prepared: Option<(Format, Policy, Arithmetic)>,
    values: Values,
    seed: u64,
    first: u64,
}

/// The values of codes that were asked for, under one task.
#[derive(Default)]
struct Values {
    back: Option<Task>,
    known: Vec<Option<Code>>,
}

impl Values {
    /// What a code is delivered as by the conversion back.
    fn of(&mut self, back: &Task, code: Code, noise: u64) -> Code {
        let value = || apply(back, Operands { codes: [code, 0, 0], noise }).code;
        if matches!(back.policy.rounding, Rounding::Stochastic { .. }) {
            return value();
        }
        if self.back.as_ref() != Some(back) {
            self.back = Some(*back);
            self.known.clear();
            self.known.resize(back.operands[0].code_mask() as usize + 1, None);
        }
        // An answer can be anything.
        self.known.get_mut(code as usize).map_or_else(value, |known| *known.get_or_insert_with(value))
    }
}

/// What a task is to the array interface.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Values of 32 or 64 bits to codes.
    Encode(u32),
    /// Codes to values of 32 or 64 bits.
    Decode(u32),
    /// Codes to codes.
    Codes,
    /// Values of 32 or 64 bits to values, which are answered as codes.
    Values(u32),
}

fn wide(format: &Format) -> Option<u32> {
    [BINARY32, BINARY64].contains(format).then(|| format.width())
}

fn shape(task: &Task) -> Option<Shape> {
    let operands = &task.operands[..task.op.arity()];
    let [first, others @ ..] = operands else { return None };
    if others.iter().any(|format| format != first) {
        return None;
    }
    let small = task.result.width() <= 16;
    match task.op {
        Op::Convert => match (wide(first), wide(&task.result)) {
            (Some(bits), None) if small => Some(Shape::Encode(bits)),
            (None, Some(bits)) if first.width() <= 16 => Some(Shape::Decode(bits)),
            _ => None,
        },
        Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Sqrt | Op::Fma if small => match wide(first) {
            Some(bits) => Some(Shape::Values(bits)),
            None => (*first == task.result).then_some(Shape::Codes),
        },
        _ => None,
    }
}

impl ByKernel {
    /// The engine of a kernel.
    #[must_use]
    pub const fn new(kernel: &'static Kernel) -> ByKernel {
        ByKernel {
            kernel,
            prepared: None,
            values: Values { back: None, known: Vec::new() },
            seed: 0,
            first: 0,
        }
    }

    fn error(&self, message: impl ToString) -> EngineError {
        EngineError { engine: self.kernel.name().into(), message: message.to_string() }
    }

    /// The arithmetic in a format under a policy; the last one is kept.
    fn arithmetic(&mut self, format: &Format, policy: &Policy) -> Result<Arithmetic, EngineError> {
        if let Some((f, p, arithmetic)) = &self.prepared
            && (f, p) == (format, policy)
        {
            return Ok(arithmetic.clone());
        }
        let arithmetic = Arithmetic::new(format, policy).map_err(|error| self.error(error))?;
        let arithmetic = arithmetic.with_kernel(self.kernel).map_err(|error| self.error(error))?;
        self.prepared = Some((*format, *policy, arithmetic.clone()));
        Ok(arithmetic)
    }

    /// Computes cases as one array, whose first element has this index.
    fn compute(
        &mut self,
        task: &Task,
        first: u64,
        operands: &[Operands],
        answers: &mut [Code],
    ) -> Result<(), EngineError> {
        let shape = shape(task).ok_or_else(|| self.error("it does not do this task"))?;
        let format = if matches!(shape, Shape::Decode(_)) { task.operands[0] } else { task.result };
        let arithmetic = self.arithmetic(&format, &task.policy)?.with_noise(self.seed, first);
        let done = match (shape, format.width() <= 8) {
            (Shape::Encode(32), true) => encode::<f32, u8>(&arithmetic, operands, answers),
            (Shape::Encode(32), false) => encode::<f32, u16>(&arithmetic, operands, answers),
            (Shape::Encode(_), true) => encode::<f64, u8>(&arithmetic, operands, answers),
            (Shape::Encode(_), false) => encode::<f64, u16>(&arithmetic, operands, answers),
            (Shape::Decode(32), true) => decode::<f32, u8>(&arithmetic, operands, answers),
            (Shape::Decode(32), false) => decode::<f32, u16>(&arithmetic, operands, answers),
            (Shape::Decode(_), true) => decode::<f64, u8>(&arithmetic, operands, answers),
            (Shape::Decode(_), false) => decode::<f64, u16>(&arithmetic, operands, answers),
            (Shape::Codes, true) => elementwise::<u8>(&arithmetic, task.op, operands, answers),
            (Shape::Codes, false) => elementwise::<u16>(&arithmetic, task.op, operands, answers),
            (Shape::Values(32), _) => elementwise::<f32>(&arithmetic, task.op, operands, answers)
                .map(|()| to_codes(&BINARY32, task, answers)),
            (Shape::Values(_), _) => elementwise::<f64>(&arithmetic, task.op, operands, answers)
                .map(|()| to_codes(&BINARY64, task, answers)),
        };
        done.map_err(|error| self.error(error))?;
        let Shape::Encode(bits) = shape else { return Ok(()) };
        let values = if bits == 32 {
            quantize::<f32>(&arithmetic, operands)
        } else {
            quantize::<f64>(&arithmetic, operands)
        };
        self.check_values(task, first, &values.map_err(|error| self.error(error))?, answers);
        Ok(())
    }

    /// Puts other answers in the place of codes whose values these are not.
    fn check_values(&mut self, task: &Task, first: u64, values: &[Code], answers: &mut [Code]) {
        let back = task.with_operands([task.result; 3]).with_result(task.operands[0]);
        for (i, (&value, answer)) in values.iter().zip(answers).enumerate() {
            let noise = noise::element(self.seed, first.wrapping_add(i as u64));
            if self.values.of(&back, *answer, noise) != value {
                let mut other = [value];
                to_codes(&task.operands[0], task, &mut other);
                *answer = if other[0] == *answer { other[0] | NO_CODE } else { other[0] };
            }
        }
    }
}

/// Values that are values of the task's result, as its codes.
fn to_codes(wide: &Format, task: &Task, values: &mut [Code]) {
    let exact = Task::new(Op::Convert, [*wide; 3], task.result);
    for value in values {
        *value = apply(&exact, Operands::new(*value, 0, 0)).code;
    }
}

impl Engine for ByKernel {
    fn name(&self) -> &str {
        self.kernel.name()
    }

    fn covers(&self, task: &Task) -> bool {
        shape(task).is_some()
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        let mut codes = vec![0; operands.len()];
        self.compute(task, self.first, operands, &mut codes)?;
        if matches!(task.policy.rounding, Rounding::Stochastic { .. }) {
            for (i, case) in operands.iter().enumerate() {
                let noise = case.noise as u32;
                if u64::from(noise) != noise::element(self.seed, self.first.wrapping_add(i as u64)) {
                    let index = noise::index(self.seed, noise);
                    self.compute(task, index, &operands[i..=i], &mut codes[i..=i])?;
                }
            }
        }
        for (answer, code) in answers.iter_mut().zip(codes) {
            *answer = Answer::new(code, Flags::NONE, Flags::NONE);
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(ByKernel::new(self.kernel)))
    }

    fn stands_at(&mut self, seed: u64, first: u64) {
        (self.seed, self.first) = (seed, first);
    }

    fn sweeps(&self, task: &Task) -> bool {
        let is_stochastic = matches!(task.policy.rounding, Rounding::Stochastic { .. });
        !is_stochastic && matches!(shape(task), Some(Shape::Encode(_)))
    }

    fn gives(&mut self, task: &Task, operands: Range<Code>, result: Code) -> Result<bool, EngineError> {
        if shape(task) != Some(Shape::Encode(32)) {
            return Ok(false);
        }
        let arithmetic = self.arithmetic(&task.result, &task.policy)?;
        let back = Task::new(Op::Convert, [task.result; 3], BINARY32).with_policy(task.policy);
        let value = apply(&back, Operands::new(result, 0, 0)).code as u32;
        let given = if task.result.width() <= 8 {
            encodes_to(&arithmetic, operands, result as u8, value)
        } else {
            encodes_to(&arithmetic, operands, result as u16, value)
        };
        given.map_err(|error| self.error(error))
    }
}

#[cfg(test)]
mod tests {
    use halfulp::format::catalog::lookup;

    use super::*;

    /// What quantizing gives in the place of a code's value is not lost: once it was, where the codes were right.
    #[test]
    fn a_value_that_is_not_the_codes_changes_the_answer() {
        let e5m2 = lookup("e5m2").unwrap();
        let task = Task::new(Op::Convert, [BINARY32; 3], e5m2);
        let mut engine = ByKernel::new(halfulp::kernel::named("portable").unwrap());
        for (value, code, answer) in [
            (1.0f32.to_bits(), 0x3c, 0x3c),
            (1.25f32.to_bits(), 0x3c, 0x3d),
            // Infinity without its sign.
            (0x7f80_0000, 0xfc, 0x7c),
            // No code's values: a number that is not rounded, and a NaN that is not the one.
            (1.01f32.to_bits(), 0x3c, 0x3c | NO_CODE),
            (0x7fc0_0001, e5m2.nan().unwrap(), e5m2.nan().unwrap() | NO_CODE),
        ] {
            let mut answers = [code];
            engine.check_values(&task, 0, &[value.into()], &mut answers);
            assert_eq!(answers, [answer], "{value:#x} for {code:#x}");
        }
        let case = [Operands::new(0xff7f_ffff, 0, 0)];
        let mut answers = [Answer::default()];
        engine.run(&task, &case, &mut answers).unwrap();
        assert_eq!(answers[0].code, 0xfc);
    }
}

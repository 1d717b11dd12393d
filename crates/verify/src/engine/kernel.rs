//! The kernels as engines: the array interface, computed by one kernel.
//!
//! Arrays know codes and no exceptions, so flags are not known. Their noise words follow from a seed and an index: a
//! batch is computed as one array with those of its cases' numbers, and a case with another word once more alone,
//! at the index that has it.

mod arrays;

use core::ops::Range;

use halfulp::format::catalog::builtin_format;
use halfulp::kernel::Kernel;
use halfulp::slice::Arithmetic;
use halfulp::{Code, Flags, Format, Op, Operands, Policy, Rounding, Task, apply, noise};

use super::{Answer, Engine, EngineError};
use arrays::{decode, elementwise, encode, encodes_to};

const BINARY32: Format = builtin_format("binary32");
const BINARY64: Format = builtin_format("binary64");

/// A kernel as an engine, which answers by arrays.
pub struct ByKernel {
    kernel: &'static Kernel,
    prepared: Option<(Format, Policy, Arithmetic)>,
    seed: u64,
    first: u64,
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
        ByKernel { kernel, prepared: None, seed: 0, first: 0 }
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
        let arithmetic = arithmetic.with_kernel(self.kernel);
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
        done.map_err(|error| self.error(error))
    }
}

/// Values that are values of the task's result, as its codes.
fn to_codes(wide: &Format, task: &Task, values: &mut [Code]) {
    let exact = Task { op: Op::Convert, operands: [*wide; 3], result: task.result, policy: Policy::IEEE };
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
            *answer = Answer { code, flags: Flags::NONE, known: Flags::NONE };
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
        let by_chance = matches!(task.policy.rounding, Rounding::Stochastic { .. });
        !by_chance && matches!(shape(task), Some(Shape::Encode(_)))
    }

    fn gives(&mut self, task: &Task, operands: Range<Code>, result: Code) -> Result<bool, EngineError> {
        if shape(task) != Some(Shape::Encode(32)) {
            return Ok(false);
        }
        let arithmetic = self.arithmetic(&task.result, &task.policy)?;
        let back =
            Task { op: Op::Convert, operands: [task.result; 3], result: BINARY32, policy: task.policy };
        let value = apply(&back, Operands::new(result, 0, 0)).code as u32;
        let given = if task.result.width() <= 8 {
            encodes_to(&arithmetic, operands, result as u8, value)
        } else {
            encodes_to(&arithmetic, operands, result as u16, value)
        };
        given.map_err(|error| self.error(error))
    }
}

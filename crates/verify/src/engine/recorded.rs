//! The oracle `recorded`: tables of results of other implementations (`tables/`; its README describes the implementations, how the
//! tables were generated, and where these implementations are known to differ).
//!
//! It covers tasks for which there is a table, and conversions for which there are two: the values of the operand's
//! format in binary32, and binary32 to the result format. Both conversions are recorded, and the first is exact.
//!
//! A result is the entry of the table, with two translations: any NaN becomes the format's canonical NaN, because implementations differ in
//! sign and payload; and a NaN in a format without NaN becomes the policy's NaN result (SPEC.md V4), because
//! no standard specifies it. Exceptions are known only if the table has them.

mod pairs;
pub(crate) mod steps;
pub(crate) mod tables;

use halfulp::format::catalog::builtin_format;
use halfulp::{Code, Facts, Flags, Format, NanResult, Nans, Op, Operands, Policy, Sign, Standard, Task};

use super::{Answer, Engine, EngineError, Origin, Shares};
use tables::{Answers, Table, Tables};

/// The engine `recorded`.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    tables: &'static Tables,
}

/// The format by way of which conversions are chained.
const BINARY32: Format = builtin_format("binary32");

/// What answers a task.
enum Source<'a> {
    Table(&'a Table),
    /// Values of codes, and their codes in another format.
    Chain(&'a Table, &'a Table),
}

impl Recorded {
    /// Creates the engine.
    ///
    /// # Errors
    /// If a table is damaged.
    pub fn new() -> Result<Recorded, EngineError> {
        match Tables::built_in() {
            Ok(tables) => Ok(Recorded { tables }),
            Err(message) => Err(EngineError { engine: "recorded".into(), message }),
        }
    }

    fn source(&self, task: &Task) -> Option<Source<'_>> {
        let Policy { standard, flush_operands, flush_results, .. } = task.policy;
        if standard != Standard::Ieee754 || flush_operands || flush_results {
            return None;
        }
        if let Some(table) = self.tables.find(task) {
            return Some(Source::Table(table));
        }
        if task.op != Op::Convert || task.operands[0] == BINARY32 || task.result == BINARY32 {
            return None;
        }
        let values = task.with_result(BINARY32).with_policy(Policy::IEEE);
        let codes = task.with_operands([BINARY32; 3]);
        Some(Source::Chain(self.tables.find(&values)?, self.tables.find(&codes)?))
    }
}

impl Engine for Recorded {
    fn name(&self) -> &str {
        "recorded"
    }

    fn origin(&self) -> Origin {
        Origin::ThirdParty
    }

    fn shares(&self) -> Option<Shares> {
        Some(Shares {
            theirs: "results, and flags where they are recorded, of ml_dtypes, onnx, gfloat and SoftFloat",
            adapter: "which NaN, and what a NaN becomes in a format without one; two records in a row by way of binary32",
        })
    }

    fn covers(&self, task: &Task) -> bool {
        self.source(task).is_some()
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        let source = self.source(task).ok_or_else(|| EngineError {
            engine: "recorded".into(),
            message: format!("it has no table of {} with these formats and this policy", task.op),
        })?;
        for (operands, slot) in operands.iter().zip(answers) {
            *slot = match source {
                Source::Table(table) => look_up(table, task, operands.codes),
                Source::Chain(values, codes) => {
                    let value = look_up(values, task, operands.codes).code;
                    Answer { known: Flags::NONE, flags: Flags::NONE, ..look_up(codes, task, [value, 0, 0]) }
                }
            };
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}

/// A table's answer, NaNs translated.
fn look_up(table: &Table, task: &Task, [a, b, _]: [Code; 3]) -> Answer {
    let result = &table.result;
    let (a, b) = (a & table.operand.code_mask(), b & table.operand.code_mask());
    let recorded = match &table.answers {
        Answers::Steps(steps) => steps.result(a),
        Answers::Pairs(pairs) => pairs.result(a, b),
    };
    let code = recorded & result.code_mask();
    let code = match result.nan() {
        Some(nan) if is_nan(result, code) => nan,
        Some(_) => code,
        None if gives_nan(table, a, b) => nan_result(result, task.policy.nan),
        None => code,
    };
    if table.tininesses.is_empty() {
        return Answer::new(code, Flags::NONE, Flags::NONE);
    }
    let flags = Flags::from_bits((recorded >> result.width() & 31) as u8).unwrap_or_default();
    Answer::new(code, flags, Flags::ALL)
}

/// Whether a code is a NaN, by the format's facts.
fn is_nan(format: &Format, code: Code) -> bool {
    let Facts { width, sign, nans, .. } = format.facts();
    let magnitude_bits = width - u32::from(sign == Sign::SignMagnitude);
    match nans {
        Nans::None => false,
        Nans::NegativeZero => code == format.top_bit(),
        Nans::Top(count) => (code & ((1 << magnitude_bits) - 1)) >= (1 << magnitude_bits) - count,
    }
}

/// Whether the result is NaN whatever the format.
fn gives_nan(table: &Table, a: Code, b: Code) -> bool {
    let ((negative, magnitude), divisor) = (table.operand.split(a), table.operand.split(b).1);
    let invalid = match table.op {
        Op::Div => magnitude == 0 && divisor == 0,
        Op::Sqrt => negative && magnitude != 0,
        _ => false,
    };
    invalid || is_nan(&table.operand, a)
}

/// What a NaN becomes in a format without one.
fn nan_result(format: &Format, policy: NanResult) -> Code {
    match policy {
        NanResult::Largest => format.largest(false),
        NanResult::Least => format.largest(true),
        NanResult::NegativeZero if format.has_negative_zero() => format.top_bit(),
        NanResult::Zero | NanResult::NegativeZero => 0,
    }
}

#[cfg(test)]
mod tests;

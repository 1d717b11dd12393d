//! The records of implementations that could be asked, `tables/profiles/*.txt`, and profiles compared with them.

use halfulp::format::catalog::lookup;
use halfulp::{Flags, Format, Op, Operands, Policy, Rounding, Saturation, Task};

use crate::Comparison;
use crate::diff::{self, Diff, Side};
use crate::engine::recorded::steps::Steps;
use crate::engine::recorded::tables::checked;
use crate::engine::{Answer, Engine, EngineError};

macro_rules! records {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../tables/profiles/", $name, ".txt")))),*]
    };
}

/// The records: the name of a profile, and the text.
pub(super) const RECORDS: &[(&str, &str)] = records![
    "cuda-bfloat16",
    "cuda-double",
    "cuda-float",
    "cuda-half",
    "gfloat",
    "gfloat-saturating",
    "hip-2024-10",
    "hip-2024-10-nosat",
    "jax",
    "ml-dtypes",
    "numpy",
    "onnx",
    "onnx-saturate-0",
    "onnxruntime",
    "onnxruntime-saturate-0",
    "riscv-ofp8",
    "riscv-ofp8-sat",
    "torch",
    "torch-2.11",
    "x86-f16c",
];

/// What an implementation answered to all operands of one conversion.
#[derive(Clone)]
pub(super) struct Record {
    pub from: Format,
    pub to: Format,
    pub rounding: Rounding,
    pub saturation: Saturation,
    steps: Steps,
}

/// The records of a text, which is whole and unchanged.
pub(super) fn read(text: &str) -> Vec<Record> {
    let body = checked(text).expect("a record whose digest is right");
    let mut lines = body.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut records = Vec::new();
    while let Some(line) = lines.next() {
        let words: Vec<&str> = line.split(' ').collect();
        let ["convert", from, to, rounding, saturation] = words[..] else { panic!("{line}") };
        records.push(Record {
            from: lookup(from).unwrap(),
            to: lookup(to).unwrap(),
            rounding: rounding.parse().unwrap(),
            saturation: saturation.parse().unwrap(),
            steps: Steps::read(lines.by_ref().take_while(|line| *line != "end")).unwrap(),
        });
    }
    records
}

impl Record {
    /// The conversion, under the policy of a profile with this record's rounding and saturation.
    pub fn task(&self, policy: Policy) -> Task {
        let policy = policy.rounding(self.rounding).saturation(self.saturation);
        Task::within(Op::Convert, self.from).with_result(self.to).with_policy(policy)
    }

    /// The record as one of two sides.
    fn side(&self, policy: Policy) -> Side {
        let top = if self.from.is_signed() { self.from.top_bit() } else { 0 };
        let at = self.steps.starts().map(|start| start & !top).collect();
        Side::stepwise(Box::new(self.clone()), policy, at)
    }

    /// Where a profile differs from the record.
    pub fn against(&self, name: &str, profile: std::sync::Arc<super::Profile>) -> Diff {
        let task = self.task(profile.policy);
        let model = Side::under(name, profile, &task, task.policy);
        let record = self.side(task.policy);
        diff::compare(&task, model, record, &Comparison::STRICT, None, 0).unwrap()
    }
}

impl Engine for Record {
    fn name(&self) -> &str {
        "record"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, _: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        for (operands, answer) in operands.iter().zip(answers) {
            *answer = Answer::new(self.steps.result(operands.codes[0]), Flags::NONE, Flags::NONE);
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(self.clone()))
    }
}

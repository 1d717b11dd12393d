//! `halfulp::apply` against the definition: any format, policy, operation, operands.
#![no_main]

use std::fmt;

use halfulp::{Operands, Task, apply};
use halfulp_fuzz::{draw, explain};
use halfulp_verify::engine::definition::Definition;
use halfulp_verify::engine::{Answer, Engine, Scalar};
use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;

/// Cases of one task.
const MOST: usize = 16;

/// A task and operands for it.
struct Input {
    task: Task,
    cases: Vec<Operands>,
}

impl<'a> Arbitrary<'a> for Input {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Input> {
        let task = draw::task(u)?;
        let mut cases = vec![draw::operands(u, &task)?];
        while cases.len() < MOST && !u.is_empty() {
            cases.push(draw::operands(u, &task)?);
        }
        Ok(Input { task, cases })
    }
}

/// The commands that replay it.
impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&explain::replay(&self.task, &self.cases))
    }
}

fuzz_target!(|input: Input| {
    let Input { task, cases } = input;
    let mut answers = vec![Answer::default(); cases.len()];
    let said = Definition::default().run(&task, &cases, &mut answers);
    for (&operands, want) in cases.iter().zip(&answers) {
        let agrees = said.is_ok() && Answer::full(apply(&task, operands)).agrees(want);
        let oracle = Box::new(Definition::default());
        assert!(agrees, "{}", explain::mismatch(&Scalar, oracle, &task, operands));
    }
});

//! `halfulp::apply` against the definition: any format, policy, operation, operands.
#![no_main]

use halfulp::{Operands, Task, apply};
use halfulp_fuzz::{draw, explain};
use halfulp_verify::engine::definition::Definition;
use halfulp_verify::engine::{Answer, Engine, Scalar};
use libfuzzer_sys::arbitrary::Unstructured;
use libfuzzer_sys::{Corpus, fuzz_target};

/// Cases of one task.
const MOST: usize = 16;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let mut u = Unstructured::new(bytes);
    let Ok(task) = draw::task(&mut u) else {
        return Corpus::Reject;
    };
    let mut cases = Vec::new();
    while cases.len() < MOST
        && let Ok(operands) = draw::operands(&mut u, &task)
    {
        cases.push(operands);
    }
    check(&task, &cases);
    if cases.is_empty() { Corpus::Reject } else { Corpus::Keep }
});

fn check(task: &Task, cases: &[Operands]) {
    let mut answers = vec![Answer::default(); cases.len()];
    let said = Definition::default().run(task, cases, &mut answers);
    for (&operands, want) in cases.iter().zip(&answers) {
        let agrees = said.is_ok() && Answer::full(apply(task, operands)).agrees(want);
        let oracle = Box::new(Definition::default());
        assert!(agrees, "{}", explain::mismatch(&Scalar, oracle, task, operands));
    }
}

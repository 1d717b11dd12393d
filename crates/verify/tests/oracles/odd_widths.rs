//! The part of the main job with formats of 33 to 64 bits, by the library and by the definition.

use halfulp::{Format, Op, apply};
use halfulp_verify::engine::definition::answer;
use halfulp_verify::suite::odd_jobs;

/// Whether the values are the multiples of one quantum.
fn is_fixed_point(f: &Format) -> bool {
    f.precision() == f.width()
}

/// All cases between formats of one quantum, where more bits are kept than anywhere else, and some of the others.
#[test]
fn odd_widths_agree_with_the_definition() {
    let mut compared = 0u64;
    for job in odd_jobs(1).expect("tasks with a meaning") {
        let task = job.task();
        let converts = matches!(task.op, Op::Convert | Op::ConvertToInteger);
        let all = converts && is_fixed_point(&task.operands[0]) && is_fixed_point(&task.result);
        let cases = job.selection().cases(task, job.seed()).expect("cases with numbers");
        let step = if all { 1 } else { (cases.len() / 64).max(1) };
        for number in (0..cases.len()).step_by(step as usize) {
            let operands = cases.case(number);
            for policy in job.policies() {
                let task = task.with_policy(*policy);
                let want = answer(&task, operands).expect("an answer");
                assert_eq!(apply(&task, operands), want, "{task:?} {operands:x?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 1_000_000, "{compared}");
}

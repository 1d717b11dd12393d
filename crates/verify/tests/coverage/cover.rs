//! The cases that are generated.

use std::time::Instant;

use halfulp::{Format, Op, Operands, Policy, Task};
use halfulp_verify::Cases as _;
use halfulp_verify::coverage::{Counts, Cover, Exhausted, Model};

/// The counts of the cases that are generated for a task.
fn covered(task: &Task) -> Counts {
    let cover = Cover::new(task, &[task.policy], 0);
    let list: Vec<Operands> = (0..cover.len()).map(|number| cover.case(number)).collect();
    let mut counts = Counts::new(task);
    counts.see(&list);
    counts
}

fn assert_complete(task: &Task, most: u64) {
    let all = Exhausted::of(&Model::new(task), 1).expect("at most 24 bits");
    let counts = covered(task);
    for group in counts.model().groups() {
        for bin in group.range() {
            assert_eq!(counts.bins()[bin] > 0, all.reaches(bin), "{}: {}", task.op, group.bin(bin));
        }
    }
    assert!(counts.cases() <= most, "{}: {} cases", task.op, counts.cases());
}

#[test]
fn products_of_e4m3fn_are_covered_completely() {
    assert_complete(&Task::within(Op::Mul, Format::E4M3FN).with_policy(Policy::IEEE), 2000);
}

#[test]
fn fused_products_of_e4m3fn_are_covered_completely() {
    let start = Instant::now();
    assert_complete(&Task::within(Op::Fma, Format::E4M3FN), 40_000);
    println!("{:?}", start.elapsed());
}

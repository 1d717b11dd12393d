//! Every argument for an unreachable bin is held against all cases of small formats.

use halfulp::format::catalog::lookup;
use halfulp::{Format, Op, Policy, Rounding, Task};
use halfulp_verify::coverage::{Model, Proof, Why};

/// Formats of at most 8 bits of all kinds: with and without infinities, subnormals, signs and minus zero.
fn formats() -> Vec<Format> {
    let names = ["e2m1", "e3m2", "e2m3", "e4m3fn", "e5m2", "e4m3fnuz", "e8m0", "binary8p1ue", "i8", "u8"];
    names.iter().map(|name| lookup(name).unwrap_or_else(|error| panic!("{name}: {error}"))).collect()
}

/// Tasks of one and two operands within formats and between them.
fn tasks() -> Vec<Task> {
    let mut tasks = Vec::new();
    for op in [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt, Op::Convert, Op::ConvertToInteger] {
        for first in formats() {
            for second in formats() {
                let task = Task::within(op, first).with_result(second);
                tasks.push(task);
                if op.arity() == 2 {
                    tasks.push(Task::new(op, [first, second, first], first));
                }
            }
        }
    }
    for name in ["e2m1", "e3m2", "e2m3"] {
        tasks.push(Task::within(Op::Fma, lookup(name).unwrap()));
    }
    tasks.retain(|task| task.check().is_ok());
    tasks
}

#[test]
fn no_case_of_a_small_format_contradicts_an_argument() {
    let mut used: Vec<(&str, usize)> = Vec::new();
    for task in tasks() {
        let task = task.with_policy(Policy::IEEE.rounding(Rounding::TowardNegative));
        let model = Model::new(&task);
        let (argued, tried) = (Proof::by_argument(&model), Proof::by_exhaustion(&model).expect("few cases"));
        for group in model.groups() {
            for bin in group.range() {
                let Some(Why::Argument(why)) = argued.unreachable(bin) else { continue };
                assert_eq!(
                    tried.unreachable(bin),
                    Some(Why::Exhaustion),
                    "{task:?}: {} {why}",
                    group.bin(bin)
                );
                match used.iter_mut().find(|(known, _)| *known == why) {
                    Some((_, count)) => *count += 1,
                    None => used.push((why, 1)),
                }
            }
        }
    }
    // Each argument is about something.
    assert_eq!(used.len(), 5, "{used:?}");
}

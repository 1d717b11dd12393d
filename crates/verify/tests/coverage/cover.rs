//! The cases that are generated.

use halfulp::{Format, NoiseBits, Op, Policy, Rounding, Stochastic, Task};
use halfulp_verify::Selection;
use halfulp_verify::coverage::{Cover, Model, Proof};

use crate::{all_of, counted, selected};

/// Asserts that the generated cases of a task hit every bin that some case hits, which `reached` says.
fn assert_complete(task: &Task, most: u64, reached: &dyn Fn(usize) -> bool) {
    let counts = counted(task, &selected(Selection::Cover, task));
    for group in counts.model().groups() {
        for bin in group.range() {
            assert_eq!(counts.bins()[bin] > 0, reached(bin), "{}: {}", task.op, group.bin(bin));
        }
    }
    assert!(counts.cases() <= most, "{}: {} cases", task.op, counts.cases());
}

/// Against all 65,536 pairs, one by one.
#[test]
fn products_of_e4m3fn_are_covered_completely() {
    for rounding in Rounding::DETERMINISTIC {
        let task = Task::within(Op::Mul, Format::E4M3FN).with_policy(Policy::IEEE.rounding(*rounding));
        let all = counted(&task, &selected(Selection::All, &task));
        assert_eq!(all.cases(), 1 << 16);
        assert_complete(&task, 1200, &|bin| all.bins()[bin] > 0);
    }
}

/// Against all 2^24 triples, which were tried to generate the cases.
#[test]
fn fused_products_of_e4m3fn_are_covered_completely() {
    assert_complete_and_proved(&Task::within(Op::Fma, Format::E4M3FN));
}

/// The same under the other roundings: too long for every run of the tests.
#[test]
#[ignore = "a minute"]
fn fused_products_of_e4m3fn_are_covered_completely_under_every_rounding() {
    for rounding in Rounding::DETERMINISTIC {
        assert_complete_and_proved(
            &Task::within(Op::Fma, Format::E4M3FN).with_policy(Policy::IEEE.rounding(*rounding)),
        );
    }
}

fn assert_complete_and_proved(task: &Task) {
    // The cases first: the proof is of the same run through all of them.
    let cases = selected(Selection::Cover, task);
    let model = Model::new(task);
    let proof = Proof::by_exhaustion(&model).expect("24 bits");
    assert_eq!(proof.exhausted(), Some(1 << 24));
    assert_complete(task, 30_000, &|bin| proof.unreachable(bin).is_none());
    // What a case of another list hits is reachable.
    let edge = counted(task, &selected(Selection::Edge, task));
    for group in model.groups() {
        for bin in group.range() {
            assert!(edge.bins()[bin] == 0 || proof.unreachable(bin).is_none(), "{}", group.bin(bin));
        }
    }
    assert!(cases.len() > 10_000);
}

#[test]
fn each_policy_of_a_job_is_covered() {
    let bits = NoiseBits::known(4);
    let policies = [
        Policy::IEEE,
        Policy::IEEE.rounding(Rounding::TowardPositive),
        Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::A, bits }),
    ];
    let task = Task::within(Op::Add, "e3m2".parse().unwrap());
    let cases = all_of(&Cover::new(&task, &policies, 7));
    for policy in policies {
        let task = task.with_policy(policy);
        let proof = Proof::by_exhaustion(&Model::new(&task)).expect("few cases");
        let counts = counted(&task, &cases);
        for (bin, count) in counts.bins().iter().enumerate() {
            assert_eq!(*count > 0, proof.unreachable(bin).is_none(), "{policy:?}: bin {bin}");
        }
    }
}

#[test]
fn the_list_is_a_function_of_the_seed() {
    let task = Task::within(Op::Mul, Format::BINARY16);
    let list = |seed| all_of(&Cover::new(&task, &[task.policy], seed));
    assert_eq!(list(3), list(3));
    assert_ne!(list(3), list(4));
}

/// Where not all cases can be tried, exact results are solved for operands: more is hit than by edge cases and as many random ones.
#[test]
fn wide_formats_are_covered_by_solving() {
    for (op, format, most_empty) in [
        (Op::Add, Format::BINARY16, 60),
        (Op::Mul, Format::BINARY16, 20),
        (Op::Div, Format::BFLOAT16, 80),
        (Op::Sqrt, Format::BINARY32, 60),
        (Op::Fma, Format::BINARY16, 400),
    ] {
        let task = Task::within(op, format);
        let counts = counted(&task, &selected(Selection::Cover, &task));
        let mut others = selected(Selection::Edge, &task);
        others.extend(selected(Selection::Random(1 << 17), &task));
        let others = counted(&task, &others);
        let proof = Proof::by_argument(counts.model());
        let open = |bin: &usize| proof.unreachable(*bin).is_none();
        let empty = |bins: &[u64]| (0..bins.len()).filter(open).filter(|bin| bins[*bin] == 0).count();
        let (own, chance) = (empty(counts.bins()), empty(others.bins()));
        println!("{op} {} bits: {} cases, {own} empty, by chance {chance}", format.width(), counts.cases());
        for group in counts.model().groups() {
            let bins = group.range().filter(|bin| counts.bins()[*bin] == 0 && open(bin)).count();
            if bins > 0 {
                let first = group.range().find(|bin| counts.bins()[*bin] == 0 && open(bin)).unwrap();
                println!("    {bins} {}", group.bin(first));
            }
        }
        assert!(own <= chance && own <= most_empty, "{op}: {own} empty, by chance {chance}");
    }
}

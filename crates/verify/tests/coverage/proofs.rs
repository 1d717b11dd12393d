//! Every argument for an unreachable bin is held against all cases of small formats.

use halfulp::format::catalog::lookup;
use halfulp::{
    Format, NanResult, NoiseBits, Op, Policy, Rounding, Saturation, Standard, Stochastic, Task, Tininess,
};
use halfulp_verify::coverage::{Model, Proof, Why};

/// Formats of at most 8 bits of all kinds: with and without infinities, subnormals, signs and minus zero.
fn formats() -> Vec<Format> {
    let names = ["e2m1", "e3m2", "e2m3", "e4m3fn", "e5m2", "e4m3fnuz", "e8m0", "binary8p1ue", "i8", "u8"];
    names.iter().map(|name| lookup(name).unwrap_or_else(|error| panic!("{name}: {error}"))).collect()
}

/// Tasks of one and two operands within formats and between them.
fn tasks() -> Vec<Task> {
    let mut tasks = Vec::new();
    for op in
        [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt, Op::Convert, Op::ConvertToInteger, Op::LogB, Op::Abs]
    {
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

/// The tasks under policies that arguments are about.
fn under_policies() -> Vec<Task> {
    let stochastic = Rounding::Stochastic { variant: Stochastic::C, bits: NoiseBits::known(2) };
    let policies = [
        Policy::IEEE,
        Policy::IEEE.rounding(Rounding::TowardNegative).nan(NanResult::Least),
        Policy::IEEE
            .rounding(Rounding::TowardPositive)
            .saturation(Saturation::Finite)
            .tininess(Tininess::Before),
        Policy::IEEE.rounding(Rounding::ToOdd).saturation(Saturation::Propagate).nan(NanResult::Zero),
        Policy::IEEE.rounding(Rounding::TowardZero).flush_results(true),
        Policy::IEEE.rounding(Rounding::NearestAway).standard(Standard::P3109V4_0),
        Policy::IEEE.rounding(stochastic).flush_operands(true),
    ];
    // Each task under some of them: all pairs would take minutes.
    let some =
        |(place, task): (usize, Task)| [0, 3].map(|step| task.with_policy(policies[(place + step) % 7]));
    let all = tasks().into_iter().enumerate().flat_map(some);
    all.filter(|task| task.check().is_ok()).collect()
}

#[test]
fn no_case_of_a_small_format_contradicts_an_argument() {
    let mut used: Vec<&str> = Vec::new();
    for task in under_policies() {
        let model = Model::new(&task);
        let argued = Proof::by_argument(&model);
        let Some(tried) = Proof::by_exhaustion(&model) else { continue };
        for group in model.groups() {
            for bin in group.range() {
                let Some(Why::Argument(why)) = argued.unreachable(bin) else { continue };
                assert_eq!(
                    tried.unreachable(bin),
                    Some(Why::Exhaustion),
                    "{task:?}: {}: {why}",
                    group.bin(bin)
                );
                used.push(why);
            }
        }
        used.sort_unstable();
        used.dedup();
    }
    // Each argument is about something.
    for sentence in Proof::arguments() {
        assert!(used.contains(&sentence), "{sentence}");
    }
}

/// Where operands have two bytes, arguments are all that there is.
#[test]
fn arguments_are_about_wide_formats_too() {
    for (op, least) in [(Op::Sqrt, 900), (Op::Add, 100), (Op::Mul, 5)] {
        let model = Model::new(&Task::within(op, Format::BINARY32));
        let proof = Proof::by_argument(&model);
        assert!(proof.exhausted().is_none() && Proof::by_exhaustion(&model).is_none());
        let argued = (0..model.bins()).filter(|bin| proof.unreachable(*bin).is_some()).count();
        assert!(argued >= least, "{op}: {argued}");
    }
}

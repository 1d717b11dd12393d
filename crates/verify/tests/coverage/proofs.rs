//! Every argument for an unreachable bin is held against all cases of small formats.

use halfulp::format::catalog::lookup;
use halfulp::{
    Format, NanResult, NoiseBits, Op, Policy, Rounding, Saturation, Standard, Stochastic, Task, Tininess,
};
use halfulp_verify::coverage::{Model, Proof, Why};

/// Formats of at most 8 bits of all kinds: with and without infinities, subnormals, signs and minus zero. The first three are narrow.
fn formats() -> Vec<Format> {
    let names = ["e2m1", "e3m2", "e2m3", "e4m3fn", "e5m2", "e4m3fnuz", "e8m0", "binary8p1ue", "i8", "u8"];
    names.iter().map(|name| lookup(name).unwrap_or_else(|error| panic!("{name}: {error}"))).collect()
}

/// Tasks of one and two operands within formats and between them; fewer pairs of 8 bits unless all are wanted.
fn tasks(all: bool) -> Vec<Task> {
    let (formats, mut tasks) = (formats(), Vec::new());
    let one = [Op::Sqrt, Op::Convert, Op::ConvertToInteger, Op::LogB, Op::Abs];
    for op in [Op::Add, Op::Sub, Op::Mul, Op::Div].into_iter().chain(one) {
        for (place, first) in formats.iter().enumerate() {
            for second in &formats {
                if all || place < 3 || op.arity() == 1 || first == second {
                    tasks.push(Task::within(op, *first).with_result(*second));
                }
                if all || place < 3 {
                    tasks.push(Task::new(op, [*first, *second, *first], *first));
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
fn under_policies(all: bool) -> Vec<Task> {
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
    let all = tasks(all).into_iter().enumerate().flat_map(some);
    all.filter(|task| task.check().is_ok()).collect()
}

/// What a claim says of the bins of a task that some case hits; nothing of a true claim. `None` if not all cases can be tried.
fn contradiction(task: &Task, claim: &dyn Fn(&Model, usize) -> Option<Why>) -> Option<Vec<String>> {
    let model = Model::new(task);
    let tried = Proof::by_exhaustion(&model)?;
    let wrong = |bin: &usize| claim(&model, *bin).is_some() && tried.unreachable(*bin).is_none();
    let name =
        |bin| model.groups().iter().find(|group| group.range().contains(&bin)).map(|group| group.bin(bin));
    Some((0..model.bins()).filter(wrong).filter_map(name).collect())
}

fn assert_no_contradiction(all: bool) {
    let mut used: Vec<&str> = Vec::new();
    for task in under_policies(all) {
        let argued = Proof::by_argument(&Model::new(&task));
        let Some(wrong) = contradiction(&task, &|_, bin| argued.unreachable(bin)) else { continue };
        assert!(wrong.is_empty(), "{task:?}: {wrong:?}");
        let bins = Model::new(&task).bins();
        used.extend((0..bins).filter_map(|bin| match argued.unreachable(bin) {
            Some(Why::Argument(why)) => Some(why),
            _ => None,
        }));
        used.sort_unstable();
        used.dedup();
    }
    // Each argument is about something.
    for sentence in Proof::arguments() {
        assert!(used.contains(&sentence), "{sentence}");
    }
}

#[test]
fn no_case_of_a_small_format_contradicts_an_argument() {
    assert_no_contradiction(false);
}

#[test]
#[ignore = "a minute: all pairs of 8 bits"]
fn no_case_of_any_format_of_8_bits_contradicts_an_argument() {
    assert_no_contradiction(true);
}

/// A claim that is nearly true is refuted by the bin that it is wrong about: products of E2M3 have at most 8 bits, of which four are cut off, and
/// not three.
#[test]
fn a_wrong_argument_is_noticed() {
    let task = Task::within(Op::Mul, lookup("e2m3").unwrap());
    let claim = |least: usize| {
        move |model: &Model, bin: usize| {
            let group = model.groups().iter().find(|group| group.id() == "lone-bit").expect("a group");
            let place = |bin: usize| (bin - group.range().start) % group.axes()[1].values.len() + 2;
            (group.range().contains(&bin) && place(bin) >= least).then_some(Why::Argument("it is so"))
        }
    };
    let wrong = contradiction(&task, &claim(4)).expect("few cases");
    assert!(wrong.iter().all(|name| name.starts_with("lone-bit: sign ")) && !wrong.is_empty(), "{wrong:?}");
    assert_eq!(contradiction(&task, &claim(5)), Some(Vec::new()));
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

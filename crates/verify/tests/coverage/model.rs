//! The bins against another definition of the same situations, and whether each group is alive.

use halfulp::format::catalog::lookup;
use halfulp::{Format, NoiseBits, Op, Policy, Rounding, Stochastic, Task, Tininess};
use halfulp_verify::Selection;
use halfulp_verify::coverage::{Model, Proof};
use halfulp_verify::diagnose::Features;

use crate::{counted, hit, selected};

/// The bits at the place of rounding are those that the oracle `definition` finds, which shares no code with them.
#[test]
fn rounding_situations_are_those_of_the_definition() {
    for (op, format) in
        [(Op::Mul, "e3m2"), (Op::Add, "e3m2"), (Op::Div, "e2m3"), (Op::Fma, "e2m1"), (Op::Sqrt, "e5m2")]
    {
        let task = Task::within(op, lookup(format).unwrap());
        let mut compared = 0;
        for case in selected(Selection::All, &task) {
            let counts = counted(&task, &[case]);
            let Features { last_and_guard, sticky, .. } = Features::of(&task, &case);
            let [bin] = hit(&counts, "rounding")[..] else { continue };
            let bits = (bin >> 2 & 1 == 1, bin >> 1 & 1 == 1);
            assert_eq!((Some(bits), Some(bin & 1 == 1)), (last_and_guard, sticky), "{op} {case:?}");
            compared += 1;
        }
        assert!(compared > 60, "{op}: {compared}");
    }
}

/// Shift, effective operation and cancellation too, of additions.
#[test]
fn shifts_are_those_of_the_definition() {
    for op in [Op::Add, Op::Sub] {
        let task = Task::within(op, lookup("e3m2").unwrap());
        let model = Model::new(&task);
        let axis = |id: &str| {
            let group = model.groups().iter().find(|group| group.id() == id).expect("a group");
            group.axes()[0].values.clone()
        };
        let (shifts, cancellations) = (axis("shift"), axis("cancellation"));
        for case in selected(Selection::All, &task) {
            let counts = counted(&task, &[case]);
            let Features { subtracts, distance, shift, .. } = Features::of(&task, &case);
            let hit_shift = hit(&counts, "shift");
            assert_eq!(hit_shift.is_empty(), distance.is_none(), "{case:?}");
            let (Some(distance), [bin]) = (distance, &hit_shift[..]) else { continue };
            let own: i64 = shifts[bin >> 1].parse().expect("a number");
            assert_eq!((own.abs(), Some(bin & 1 == 1)), (distance, subtracts), "{case:?}");
            let bin = hit(&counts, "cancellation")[0];
            assert_eq!(cancellations[bin].parse().ok(), shift, "{case:?}");
        }
    }
}

#[test]
fn kinds_of_operands_are_those_that_a_format_has() {
    let kinds = |format: &str| {
        let model = Model::new(&Task::within(Op::Negate, lookup(format).unwrap()));
        model.groups().iter().find(|group| group.id() == "extremes").expect("a group").axes()[0]
            .values
            .join(" | ")
    };
    assert_eq!(
        kinds("e2m1"),
        "+0 | -0 | +smallest subnormal | -smallest subnormal | +middle normal | -middle normal | +1 | -1 | +largest | -largest"
    );
    assert!(kinds("e4m3fn").ends_with("NaN 0x7f | NaN 0xff"), "{}", kinds("e4m3fn"));
    assert!(kinds("e4m3fnuz").ends_with("NaN 0x80"), "{}", kinds("e4m3fnuz"));
    assert_eq!(kinds("e8m0"), "+smallest normal | +middle normal | +1 | +largest | NaN 0xff");
    let wide = "+infinity | -infinity | +canonical NaN | -canonical NaN | +quiet NaN | -quiet NaN | +signalling NaN | -signalling NaN";
    assert!(kinds("binary32").ends_with(wide), "{}", kinds("binary32"));
    assert_eq!(kinds("u8"), "+0 | +middle normal | +1 | +largest");
}

/// Tasks of narrow formats: all operations, and conversions between kinds of formats.
fn narrow() -> Vec<Task> {
    let format = |name: &str| lookup(name).unwrap();
    let policy = Policy::IEEE;
    let stochastic = Rounding::Stochastic { variant: Stochastic::B, bits: NoiseBits::known(3) };
    let policies = [
        policy,
        policy.rounding(Rounding::TowardNegative).tininess(Tininess::Before),
        policy.rounding(stochastic),
        policy.flush_operands(true).flush_results(true),
    ];
    let mut tasks = Vec::new();
    for op in Op::all() {
        let narrow = if op.arity() == 3 { "e2m1" } else { "e3m2" };
        let byte = Format::integer(8, true).unwrap();
        let task = Task::within(op, format(narrow));
        tasks.push(if op == Op::ScaleB { task.with_operands([format(narrow), byte, byte]) } else { task });
    }
    for (from, to) in
        [("e5m2", "e4m3fn"), ("e5m2", "e3m2"), ("e4m3fn", "i8"), ("i8", "e2m3"), ("e5m2", "e8m0")]
    {
        for op in [Op::Convert, Op::ConvertToInteger] {
            tasks.push(Task::within(op, format(from)).with_result(format(to)));
        }
    }
    tasks.push(Task::within(Op::Mul, format("e5m2")));
    tasks.push(Task::within(Op::Div, format("e5m2")));
    let all = tasks.iter().flat_map(|task| policies.iter().map(|policy| task.with_policy(*policy)));
    all.filter(|task| task.check().is_ok()).collect()
}

/// Some case of some task hits each group, and no case raises flags together that no bin is for.
#[test]
fn every_group_is_alive_and_every_set_of_flags_has_a_bin() {
    let mut groups: Vec<(&str, bool)> = Vec::new();
    for task in narrow() {
        let model = Model::new(&task);
        let Some(proof) = Proof::by_exhaustion(&model) else { continue };
        for group in model.groups() {
            let alive = group.range().any(|bin| proof.unreachable(bin).is_none());
            match groups.iter_mut().find(|(id, _)| *id == group.id()) {
                Some((_, known)) => *known |= alive,
                None => groups.push((group.id(), alive)),
            }
        }
        let flags = model.groups().iter().find(|group| group.id() == "flags").expect("a group");
        let others = flags.range().end - 1;
        assert!(proof.unreachable(others).is_some(), "{task:?}: {}", flags.bin(others));
    }
    let dead: Vec<&str> = groups.iter().filter(|(_, alive)| !alive).map(|(id, _)| *id).collect();
    assert_eq!((dead.len(), groups.len()), (0, 41), "{dead:?} {groups:?}");
}

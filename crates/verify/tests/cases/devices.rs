//! Devices with one fault each, which every selection of cases has to find.

use std::collections::BTreeSet;
use std::num::NonZero;

use halfulp::format::catalog::lookup;
use halfulp::{Flags, Format, Op, Operands, Policy, Rounding, Saturation, Task};
use halfulp_verify::engine::definition::Definition;
use halfulp_verify::verify::Part;
use halfulp_verify::{Answer, Engine, EngineError, Job, Selection, Settings, Verifier};

use super::formats::{fixed, ieee, integer};

/// Right, but for a function of the case and the right answer.
#[derive(Clone)]
struct Device(fn(&Task, &Operands, Answer) -> Answer);

impl Engine for Device {
    fn name(&self) -> &str {
        "device"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Definition::default().run(task, operands, answers)?;
        for (operands, answer) in operands.iter().zip(answers) {
            *answer = (self.0)(task, operands, *answer);
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(self.clone()))
    }
}

/// How many cases of a selection a device answers wrongly.
fn mismatches(task: Task, policies: &[Policy], selection: Selection, device: &Device) -> u64 {
    let jobs = [Job::new("test", task, policies.to_vec(), selection, 0).unwrap()];
    let settings = Settings { threads: NonZero::new(1).unwrap(), keep: 1, part: Part::Whole };
    let oracles: Vec<Box<dyn Engine>> = vec![Box::new(Definition::default())];
    Verifier::new(&jobs, device, &oracles, settings).unwrap().run(&|_| ()).unwrap().mismatches()
}

fn right(task: &Task, operands: &Operands) -> Answer {
    let mut answer = [Answer::default()];
    Definition::default().run(task, &[*operands], &mut answer).unwrap();
    answer[0]
}

fn convert(from: Format, to: Format) -> Task {
    Task::within(Op::Convert, from).with_result(to)
}

/// An infinity under `finite` is treated as under `propagate`, and the other way round.
fn swaps_saturations(task: &Task, operands: &Operands, answer: Answer) -> Answer {
    let x = f64::from_bits(operands.codes[0]);
    let other = match task.policy.saturation {
        Saturation::Finite => Saturation::Propagate,
        Saturation::Propagate => Saturation::Finite,
        Saturation::None => return answer,
    };
    let policy = task.policy.saturation(other);
    if x.is_infinite() { right(&task.with_policy(policy), operands) } else { answer }
}

/// `around:300000` was blind to infinities once.
#[test]
fn infinities_treated_wrongly_are_found() {
    for (name, selection) in [
        ("e4m3fn", Selection::Around(300_000)),
        ("e5m2", Selection::Around(1000)),
        ("e4m3fn", Selection::Edge),
        ("e4m3fn", Selection::Random(1000)),
    ] {
        let task = convert(ieee(64, 53), lookup(name).unwrap());
        for saturation in [Saturation::Finite, Saturation::Propagate] {
            let policy = Policy::IEEE.saturation(saturation);
            let count = mismatches(task, &[policy], selection, &Device(swaps_saturations));
            assert!(count >= 2, "{name} {selection} {saturation}: {count}");
        }
    }
    let narrow = convert(ieee(32, 24), lookup("e4m3fn").unwrap());
    let device = Device(|task, operands, answer| {
        let infinite = operands.codes[0] & 0x7fff_ffff == 0x7f80_0000;
        Answer {
            code: answer.code ^ u64::from(infinite && task.policy.saturation == Saturation::Finite),
            ..answer
        }
    });
    let clamped = [Policy::IEEE.saturation(Saturation::Finite)];
    for selection in [Selection::spread(1), Selection::Around(0), Selection::Edge, Selection::Random(1)] {
        assert!(mismatches(narrow, &clamped, selection, &device) >= 2, "{selection}");
    }
}

/// 1e300 wraps to something small: an exponent of too few bits inside the device.
#[test]
fn exponents_that_wrap_are_found() {
    let device = Device(|_, operands, answer| {
        let x = f64::from_bits(operands.codes[0]).abs();
        if x.is_finite() && x >= 1e155 { Answer { code: 0, flags: Flags::NONE, ..answer } } else { answer }
    });
    let task = convert(ieee(64, 53), lookup("e4m3fn").unwrap());
    for selection in [Selection::Edge, Selection::Around(0), Selection::Random(1)] {
        assert!(mismatches(task, &[Policy::IEEE], selection, &device) >= 2, "{selection}");
    }
}

/// A signalling NaN with the last payload does not signal.
#[test]
fn quiet_signalling_nans_are_found() {
    let device = Device(|_, operands, answer| {
        let quiet = operands.codes.iter().any(|code| code & 0x7fff == 0x7dff);
        Answer { flags: if quiet { Flags::NONE } else { answer.flags }, ..answer }
    });
    for op in [Op::Sqrt, Op::Add, Op::Fma] {
        let task = Task::within(op, ieee(16, 11));
        for selection in [Selection::Edge, Selection::Random(1), Selection::spread(1)] {
            assert!(mismatches(task, &[Policy::IEEE], selection, &device) > 0, "{op} {selection}");
        }
    }
}

/// A code of two's complement or without sign as a number, without its sign.
fn magnitude(format: &Format, code: u64) -> u64 {
    let width = format.facts().width;
    let signed = format.facts().sign == halfulp::Sign::TwosComplement;
    if signed && code >> (width - 1) == 1 { code.wrapping_neg() & (u64::MAX >> (64 - width)) } else { code }
}

/// Less than half counts as half, where 61 bits are kept: a fault that the library once had, in the conversion of
/// 1152921504606846977.25 to 64 bits.
fn too_large_halves(task: &Task, operands: &Operands, answer: Answer) -> Answer {
    match below_half_beside_odd(task, operands, &answer) {
        Some(61) => {
            let up = task.with_policy(task.policy.rounding(Rounding::TowardPositive));
            let down = task.with_policy(task.policy.rounding(Rounding::TowardNegative));
            let (up, down) = (right(&up, operands), right(&down, operands));
            if up.code == answer.code { down } else { up }
        }
        _ => answer,
    }
}

/// Where nearest-even goes toward zero to an odd code: the bits of that code. So many bits kept are rounded wrongly there by
/// who takes what is left for half.
fn below_half_beside_odd(task: &Task, operands: &Operands, answer: &Answer) -> Option<u32> {
    let toward_zero = right(&task.with_policy(task.policy.rounding(Rounding::TowardZero)), operands);
    let below_half = answer.code == toward_zero.code && answer.flags == Flags::INEXACT;
    (below_half && answer.code & 1 == 1).then(|| 64 - magnitude(&task.result, answer.code).leading_zeros())
}

#[test]
fn a_wrong_rounding_at_61_bits_is_found() {
    for (source, result) in [(fixed(64, -2), integer(64, true)), (integer(64, false), fixed(64, 2))] {
        for selection in [Selection::Edge, Selection::Random(1 << 12)] {
            let task = convert(source, result);
            let count = mismatches(task, &[Policy::IEEE], selection, &Device(too_large_halves));
            assert!(count > 0, "{selection}: {source:?} to {result:?}");
        }
    }
}

/// The same for every number of bits from 54 on, counted by the cases that tell.
#[test]
fn wide_results_are_rounded_at_every_length() {
    // Source, result, most bits that are kept with two more to round.
    let pairs = [
        (fixed(64, -2), integer(64, true), 61),
        (fixed(64, -2), integer(64, false), 61),
        (fixed(64, -2), integer(63, true), 61),
        (fixed(64, -5), integer(61, false), 58),
        (integer(64, true), fixed(64, 2), 61),
        (integer(64, false), fixed(64, 2), 62),
        (integer(64, false), fixed(63, 3), 61),
        (fixed(64, -10), fixed(64, -7), 60),
    ];
    for (source, result, most) in pairs {
        for selection in [Selection::Edge, Selection::Around(10_000), Selection::Random(1 << 14)] {
            let task = convert(source, result);
            let cases = selection.cases(&task, 0).unwrap();
            let mut missing: BTreeSet<u32> = (54..=most).collect();
            // Of millions some thousands, from all parts of the list.
            let step = (cases.len() >> 16 | 1) as usize;
            for number in (0..cases.len()).step_by(step) {
                let operands = cases.case(number);
                missing
                    .remove(&below_half_beside_odd(&task, &operands, &right(&task, &operands)).unwrap_or(0));
                if missing.is_empty() {
                    break;
                }
            }
            assert!(missing.is_empty(), "{missing:?} bits, {selection}: {source:?} to {result:?}");
        }
    }
}

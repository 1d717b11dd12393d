use std::collections::BTreeSet;

use halfulp::{Op, Policy, Rounding, Saturation, Standard, Stochastic};

use halfulp_verify::Job;
use halfulp_verify::cases::Selection;
use halfulp_verify::suite::*;

#[test]
fn the_small_formats_are_those_of_the_catalog_and_p3109() {
    let names: Vec<String> = small().into_iter().map(|f| f.name).collect();
    for name in
        ["e2m1", "e3m2", "e4m3fn", "e5m2fnuz", "e8m0", "mxint8", "ue4m3", "binary8p3se", "binary8p8uf"]
    {
        assert!(names.iter().any(|n| n == name), "{name} is not in {names:?}");
    }
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    assert!(small().iter().all(|f| f.format.width() <= 8));
    let wide: Vec<String> = wide().into_iter().map(|f| f.name).collect();
    assert_eq!(wide, ["bfloat16", "binary16", "binary16-arm", "tf32", "binary32", "binary64"]);
}

#[test]
fn policies_hold_every_rounding_with_every_saturation() {
    let list = policies(Op::Add);
    assert_eq!(list.len(), 27 + 2);
    for &saturation in Saturation::ALL {
        for &rounding in Rounding::DETERMINISTIC {
            assert!(list.iter().any(|p| p.saturation == saturation && p.rounding == rounding));
        }
        for &wanted in Stochastic::ALL {
            let stochastic = |p: &&Policy| match p.rounding {
                Rounding::Stochastic { variant, .. } => variant == wanted,
                _ => false,
            };
            assert!(list.iter().filter(stochastic).any(|p| p.saturation == saturation));
        }
    }
    assert_eq!(policies(Op::Class).len(), 1);
    assert_eq!(list.iter().collect::<std::collections::HashSet<_>>().len(), list.len());
}

#[test]
fn triples_are_divided_among_the_roundings_and_meet_every_saturation() {
    let format = small().into_iter().find(|f| f.name == "e4m3fn").unwrap();
    let jobs = within(&format, None, 0).unwrap();
    let fma: Vec<&Job> = jobs.iter().filter(|job| job.task().op == Op::Fma).collect();
    assert_eq!(fma.len(), 10);
    let mut pairs = BTreeSet::new();
    for job in &fma[..9] {
        let roundings: BTreeSet<String> = job.policies().iter().map(|p| p.rounding.to_string()).collect();
        assert_eq!((job.policies().len(), roundings.len()), (3, 1));
        pairs.extend(job.policies().iter().map(|p| format!("{} {}", p.rounding, p.saturation)));
    }
    assert_eq!(pairs.len(), 27);
    let count = |job: &&Job| job.selection().cases(job.task(), 0).unwrap().len();
    // Each part begins with the special triples.
    let special = Selection::Random(1).cases(fma[0].task(), 0).unwrap().len() - 1;
    assert_eq!(fma[..9].iter().map(count).sum::<u64>(), (1 << 20) + 9 * special);
    // Of these the main job has half.
    let main = main_job(0).unwrap();
    let own = main.iter().filter(|job| job.group() == "e4m3fn" && job.task() == fma[0].task());
    let parts: Vec<&Job> =
        own.filter(|job| matches!(job.selection(), Selection::Spread { end, .. } if end > 1 << 12)).collect();
    assert_eq!(parts.iter().map(count).sum::<u64>(), (1 << 19) + parts.len() as u64 * special);
}

/// P3109's jobs meet both of its versions, without saturation under every rounding; and every operation that it changes.
#[test]
fn the_main_job_has_p3109s_operations() {
    let jobs = main_job(0).unwrap();
    for standard in [Standard::P3109V4_0, Standard::P3109July2026] {
        let meets = |job: &&Job| job.policies().iter().any(|p| p.standard == standard);
        let own: Vec<&Job> = jobs.iter().filter(meets).collect();
        for op in [Op::Div, Op::CopySign, Op::NextUp, Op::NextDown, Op::TotalOrder, Op::Negate, Op::Class] {
            assert!(own.iter().filter(|job| job.task().op == op).count() >= 6, "{op}");
        }
        for rounding in roundings() {
            let plain = Policy::IEEE.standard(standard).rounding(rounding);
            let policy = |p: &Policy| p.nan(plain.nan) == plain;
            assert!(own.iter().any(|job| job.policies().iter().any(policy)), "{rounding}");
        }
    }
}

/// From and to each of them there are conversions, to the widest integers and among them; the floats have every operation.
#[test]
fn the_main_job_has_formats_of_odd_widths() {
    let (jobs, formats) = (main_job(0).unwrap(), odd());
    assert_eq!(formats.len(), 16);
    assert!(formats.iter().all(|f| (33..=64).contains(&f.format.width())));
    let converts = |from: &NamedFormat, to: &NamedFormat| {
        let between = |job: &&Job| {
            let task = job.task();
            (task.op, task.operands[0], task.result) == (Op::Convert, from.format, to.format)
        };
        jobs.iter().any(|job| between(&job))
    };
    for from in &formats {
        for to in formats.iter().chain(&integers()).chain(&wide()) {
            assert!(converts(from, to), "{} to {}", from.name, to.name);
        }
        let own = jobs.iter().filter(|job| job.task().operands[0] == from.format);
        let operations: Vec<Op> = own.map(|job| job.task().op).collect();
        let is_float = from.format.precision() < from.format.width();
        assert!(Op::all().all(|op| !is_float || operations.contains(&op)), "{}", from.name);
    }
}

#[test]
fn the_main_job_has_every_operation_of_every_small_format() {
    let jobs = main_job(0).unwrap();
    let convert = [Op::Convert, Op::ConvertToInteger];
    for format in small() {
        let own = jobs.iter().filter(|job| job.group() == format.name);
        let operations: Vec<Op> = own.map(|job| job.task().op).collect();
        assert!(Op::all().all(|op| operations.contains(&op)), "{}", format.name);
        let pairs =
            jobs.iter().filter(|job| job.task().op == convert[0] && job.task().operands[0] == format.format);
        assert!(pairs.count() >= small().len() + wide().len() + 8);
    }
    for job in &jobs {
        let bits = halfulp_verify::cases::operand_bits(job.task());
        // Operands that are flushed, and P3109's rounding, are verified on a part.
        let part = job.policies().iter().any(|p| p.flush_operands || p.standard.is_p3109());
        let small = !part && bits <= 16 && job.task().op.arity() <= 2 && job.task().operands[0].width() <= 8;
        assert!(!small || job.selection() == Selection::All, "{} {}", job.group(), job.task().op);
    }
}

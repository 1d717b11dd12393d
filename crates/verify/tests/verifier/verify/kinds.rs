//! Which mismatches are kept: one of each kind before two of any, whatever the threads and shards.

use super::*;

/// Without the flag inexact everywhere, and with one wrong result each of two other kinds, late.
#[derive(Clone, Copy)]
struct ThreeFaults;

/// 1.25 x 16 and 0.5 x 57344, the largest.
const TOO_SMALL: [Code; 2] = [0x3d, 0x4c];
const INFINITE: [Code; 2] = [0x38, 0x7b];

impl Engine for ThreeFaults {
    fn name(&self) -> &str {
        "three-faults"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)?;
        for (operands, answer) in operands.iter().zip(answers) {
            answer.flags = answer.flags.without(Flags::INEXACT);
            match [operands.codes[0], operands.codes[1]] {
                TOO_SMALL => answer.code -= 1,
                INFINITE => answer.code = 0x7c,
                _ => {}
            }
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}

fn kept(threads: usize, keep: usize, part: Part) -> Vec<Mismatch> {
    let job = Job::new("e5m2", Task::within(Op::Mul, e5m2()), vec![Policy::IEEE], Selection::All, 0).unwrap();
    let settings = Settings { keep, ..settings(threads, part) };
    let mut report = verify(&[job], &ThreeFaults, &oracle(Faulty::default()), settings);
    std::mem::take(&mut report.jobs[0].first)
}

#[test]
fn one_of_each_kind_is_kept() {
    let words = |list: &[Mismatch]| list.iter().map(|m| m.difference.to_string()).collect::<Vec<_>>();
    let (found, all_but) = (words(&kept(1, 8, Part::Whole)), "inexact not raised");
    assert_eq!(found[0], all_but);
    assert!(found[1..3].contains(&"infinity instead of normal number".into()), "{found:?}");
    assert!(found[1..3].contains(&"normal number too small".into()), "{found:?}");
    assert!(found[3..].iter().all(|text| text == all_but), "{found:?}");
    let all = kept(1, 8, Part::Whole);
    let order = |m: &Mismatch| (m.case, m.policy);
    for part in [&all[..3], &all[3..]] {
        assert!(part.is_sorted_by_key(order), "{part:?}");
    }
    for keep in [1, 2, 3, 5, 8, 400] {
        let one = kept(1, keep, Part::Whole);
        assert_eq!(kept(3, keep, Part::Whole), one, "{keep}");
        // Of shards together no other is kept.
        let shards = (0..4).flat_map(|i| kept(2, keep, Part::Shard(format!("{}/4", i + 1).parse().unwrap())));
        let mut shards: Vec<Mismatch> = shards.collect();
        shards.sort_by_key(order);
        let mut joined = first_of_each_kind(shards, |m| m.difference);
        joined.truncate(keep);
        assert_eq!(joined, one, "{keep}");
    }
}

#[test]
fn differences_are_in_words() {
    let task = Task::within(Op::Mul, e5m2());
    let answer = |code, flags| Answer::new(code, flags, Flags::ALL);
    let (none, invalid) = (Flags::NONE, Flags::INVALID);
    let cases = [
        ((0x00, none), (0x01, none), "zero instead of subnormal number"),
        ((0x80, none), (0x00, none), "zero of the wrong sign"),
        ((0x7e, none), (0x7f, none), "another NaN"),
        ((0xfe, none), (0x7e, none), "NaN of the wrong sign"),
        ((0xff, none), (0x7e, none), "another NaN, of the wrong sign"),
        ((0x7b, none), (0x7c, Flags::OVERFLOW), "largest number instead of infinity, overflow not raised"),
        ((0x3d, invalid), (0x3c, none), "normal number too large, invalid raised wrongly"),
        ((0xbd, none), (0x3c, none), "normal number too large, of the wrong sign"),
        ((0x100, none), (0x3c, none), "result instead of normal number"),
        ((0x3c, invalid), (0x3c, none), "invalid raised wrongly"),
    ];
    for ((got, raised), (want, wanted), words) in cases {
        let (got, want) = (answer(got, raised), answer(want, wanted));
        assert_eq!(Difference::of(&task, &Comparison::STRICT, &got, &want).to_string(), words);
    }
    // What does not count is no difference.
    let (got, want) = (answer(0xff, invalid), answer(0x7e, none));
    let lax = Comparison { nan: NanMatch::Any, flags: Flags::INEXACT, ..Comparison::STRICT };
    assert_eq!(Difference::of(&task, &lax, &got, &want).to_string(), "");
}

//! What is compared, with whom, and what counts as a difference.

use super::*;

/// An engine that agrees with itself has shown nothing.
#[test]
fn an_engine_is_not_compared_with_itself() {
    let jobs = [job(Op::Add, Selection::All)];
    let refused = |oracles: Vec<Box<dyn Engine>>| {
        Verifier::new(&jobs, &Scalar, &oracles, settings(1, Part::Whole)).err().unwrap()
    };
    let named = || Box::new(Named("reference", Scalar));
    assert_eq!(refused(vec![named(), Box::new(Scalar)]), VerifyError::Itself("scalar".into()));
    assert_eq!(refused(vec![named(), named()]), VerifyError::Twice("reference".into()));
}

/// A device with NaNs of its own: what counts is what was asked for.
#[test]
fn differences_count_as_asked() {
    #[derive(Clone, Copy)]
    struct OtherNan;
    impl Engine for OtherNan {
        fn name(&self) -> &str {
            "other-nan"
        }
        fn covers(&self, _: &Task) -> bool {
            true
        }
        fn run(
            &mut self,
            task: &Task,
            operands: &[Operands],
            answers: &mut [Answer],
        ) -> Result<(), EngineError> {
            Scalar.run(task, operands, answers)?;
            for answer in answers {
                if Some(answer.code) == task.result.nan() {
                    answer.code |= task.result.top_bit();
                }
                answer.flags = answer.flags.without(Flags::UNDERFLOW);
            }
            Ok(())
        }
        fn sweeps(&self, _: &Task) -> bool {
            true
        }
        fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
            Ok(Box::new(*self))
        }
    }
    let oracles = oracle(Faulty::default());
    let any = Comparison { nan: NanMatch::Any, ..Comparison::STRICT };
    let masked = Comparison { flags: Flags::ALL.without(Flags::UNDERFLOW), ..any };
    let count = |job: Job| verify(&[job], &OtherNan, &oracles, settings(1, Part::Whole)).mismatches();
    let mul = || job(Op::Mul, Selection::All);
    let (strict, lenient) = (count(mul()), count(mul().comparing(any)));
    assert!(strict > lenient && lenient > 0);
    assert_eq!(count(mul().comparing(masked)), 0);
    // The same where the oracles' steps answer; overflow is NaN there.
    let [binary64, e4m3fn] =
        ["binary64", "e4m3fn"].map(|name| halfulp::format::catalog::lookup(name).unwrap());
    let task = Task::within(Op::Convert, e4m3fn).with_operands([binary64; 3]);
    let swept = || Job::new("swept", task, vec![Policy::IEEE], Selection::Around(100), 0).unwrap();
    assert!(count(swept().comparing(Comparison { nan: NanMatch::Sign, ..masked })) > 0);
    assert_eq!(count(swept().comparing(masked)), 0);
}

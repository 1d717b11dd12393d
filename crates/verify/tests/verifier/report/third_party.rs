//! A third party vouches for its own work alone, not for what an adapter of this project adds.

use super::*;
use halfulp_verify::engine::apfloat::Apfloat;
use halfulp_verify::engine::host::Host;
use halfulp_verify::engine::recorded::Recorded;
use halfulp_verify::suite::{policies, roundings};

#[cfg(feature = "mpfr")]
#[test]
fn mpfr_vouches_for_what_it_computes() {
    use halfulp::Standard;
    use halfulp_verify::engine::mpfr::Mpfr;

    let e4m3fn = format("e4m3fn");
    let job = |op: Op, policies: Vec<Policy>| {
        Job::new("e4m3fn", Task::within(op, e4m3fn), policies, Selection::spread(100), 0).unwrap()
    };
    let conversion = |from: &str, to: &str, policies: Vec<Policy>| {
        let task = Task::within(Op::Convert, format(to)).with_operands([format(from); 3]);
        Job::new("e4m3fn", task, policies, Selection::spread(100), 0).unwrap()
    };
    let with = |rounding| Policy::IEEE.rounding(rounding);
    let chance = *roundings().last().unwrap();
    let jobs = [
        job(Op::Add, vec![with(Rounding::NearestEven), with(chance), with(Rounding::ToOdd)]),
        job(Op::Div, vec![Policy::IEEE.standard(Standard::P3109V4_0)]),
        job(Op::Class, vec![Policy::IEEE]),
        job(Op::NextUp, vec![Policy::IEEE]),
        // What loses nothing is read and written by the adapter; so is what it rounds by itself.
        conversion("e4m3fn", "binary32", vec![Policy::IEEE]),
        conversion("e4m3fn", "e2m1", vec![Policy::IEEE, with(Rounding::NearestAway), with(Rounding::ToOdd)]),
        job(Op::RoundToIntegral, vec![Policy::IEEE, with(Rounding::NearestAway)]),
    ];
    let oracles: Vec<Box<dyn Engine>> = vec![Box::new(Mpfr::default())];
    let report =
        Verifier::new(&jobs, &Scalar, &oracles, settings(Part::Whole)).unwrap().run(&|_| ()).unwrap();
    let summary = Summary::of(&report, 0, &name);
    let policies = || summary.jobs.iter().flat_map(|job| &job.policies);
    let found: Vec<bool> = policies().map(|counts| counts.third_party == counts.cases).collect();
    assert!(policies().all(|counts| counts.cases > 0));
    assert_eq!(
        found,
        [true, false, true, false, false, false, false, true, false, false, true, false],
        "stochastic, P3109, class, next up, exact, away, odd, away are not"
    );
    let text = to_text(&summary);
    for line in [
        format!(
            "of no case under --round {chance} --saturate none, --round rne --saturate none --standard p3109-v4.0"
        ),
        "mpfr: third-party arithmetic behind an adapter of this project (--json: who does what)\n".into(),
    ] {
        assert!(text.contains(&line), "{line:?} is not in\n{text}");
    }
}

/// Each engine of a third party says what of it is whose; those of this project have nothing to say.
#[test]
fn engines_of_third_parties_say_what_is_whose() {
    let engines: [Box<dyn Engine>; 4] =
        [Box::new(Apfloat), Box::new(Host), Box::new(Recorded::new().unwrap()), Box::new(Scalar)];
    for engine in engines {
        let shares = engine.shares().map(|shares| [shares.theirs, shares.adapter]);
        assert_eq!(shares.is_some(), engine.name() != "scalar", "{}", engine.name());
        assert!(shares.is_none_or(|[theirs, adapter]| !theirs.is_empty() && !adapter.is_empty()));
        let task = Task::within(Op::Add, format("binary32"));
        let vouches = policies(Op::Add).iter().any(|p| engine.is_third_party(&task.with_policy(*p)));
        assert_eq!(vouches, shares.is_some(), "{}", engine.name());
    }
}

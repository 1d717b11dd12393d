//! A test for every clause of SPEC.md's part B, named after it. The experiments and the other tests of this package go further.

mod runs;

use halfulp::{NoiseBits, Policy, Rounding, Stochastic};
use halfulp_lab::arithmetic::{Arithmetic, Coefficient, Plain, Running};
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::bound::quantization::{Errors, FROM_EXACT, FROM_RESULT};
use halfulp_lab::bound::{Status, Tally, ema, preconditioner, sums};
use halfulp_lab::experiment::builtin;
use halfulp_lab::storage::{Keeper, Storage};

fn rounded(mantissa: u32, rounding: Rounding) -> (Storage, Errors) {
    let storage = Storage::mantissa(mantissa, Policy::IEEE.rounding(rounding)).expect("a storage");
    let errors = storage.format().map(|(format, policy)| Errors::of(format, policy)).expect("a format");
    (storage, errors)
}

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found / expected - 1.0).abs() <= relative, "{found}, expected {expected}");
}

#[test]
fn b1_only_what_was_evaluated_and_is_not_vacuous_passes() {
    let mut tally = Tally::new(&FROM_EXACT);
    assert_eq!(tally.status(), Status::NotEvaluated);
    tally.fail(0, || "here".into());
    assert_eq!(tally.status(), Status::HypothesisFailed);
    tally.observe(0.5, 1.0, 1.0, || "there".into());
    assert_eq!(tally.status(), Status::Vacuous);
    tally.observe(0.5, 0.6, 1.0, || "there".into());
    assert_eq!(tally.status(), Status::MostlyVacuous);
    (0..38).for_each(|_| tally.observe(0.5, 0.6, 1.0, || "there".into()));
    assert_eq!((tally.status(), tally.counts().share()), (Status::Holds, Some(39.0 / 41.0)));
    // It informs in all places but one of the last step.
    for step in [7, 8] {
        tally.step(step);
        tally.observe(0.5, 0.6, 1.0, || "there".into());
    }
    tally.observe(0.5, 1.0, 1.0, || "at the end".into());
    assert_eq!(tally.status(), Status::MostlyVacuous);
    tally.observe(f64::NAN, 0.6, 1.0, || "there".into());
    assert_eq!(tally.status(), Status::Violated);
    // A tenth is not a number of binary64: ten of them are moved up.
    let tenth: Upper = (0..10).map(|_| Upper::of(0.1)).sum();
    assert!(tenth.get() > 1.0);
}

/// Every number of a binade and of the subnormal numbers, and numbers between them, in all roundings: the bounds hold and are attained.
#[test]
fn b2_one_quantization_errs_by_no_more_and_no_less() {
    for storage in ["e4m3fn", "e5m2", "bfloat16"] {
        for rounding in [
            Rounding::NearestEven,
            Rounding::NearestAway,
            Rounding::TowardZero,
            Rounding::TowardPositive,
            Rounding::ToOdd,
        ] {
            let Some((format, _)) =
                Storage::named(storage).expect("a format").format().map(|(f, p)| (*f, *p))
            else {
                continue;
            };
            let policy = Policy::IEEE.rounding(rounding);
            let errors = Errors::of(&format, &policy);
            let mut keeper = Storage::Format { format, policy }.keeper().expect("a keeper");
            let [mut exact, mut result] = [&FROM_EXACT, &FROM_RESULT].map(Tally::new);
            for step in 0..20_000 {
                for scale in [1.0, errors.normal() / 2.0] {
                    let x = scale * (1.0 + f64::from(step) / 10_000.0);
                    let mut q = [x];
                    keeper.store(&mut q, 0, 0);
                    errors.observe(x, q[0], [&mut exact, &mut result], || format!("{x}"));
                }
            }
            for tally in [exact, result] {
                assert_eq!(tally.status(), Status::Holds, "{storage} {rounding}: {tally:?}");
                assert!(tally.ratio() > Some(0.95), "{storage} {rounding}: {:?}", tally.ratio());
            }
        }
    }
}

#[test]
fn b3_sums_err_by_gamma_and_to_nearest_by_n_u() {
    let (_, errors) = rounded(7, Rounding::NearestEven);
    let u = errors.unit();
    near(sums::gamma(10, u).get(), 10.0 * u / (1.0 - 10.0 * u), 1e-12);
    near(sums::nearest(10, &errors).relative.get(), 10.0 * u, 1e-12);
    assert!(sums::pairwise(1024, &errors).relative < sums::sequential(200, &errors).relative);
    assert_eq!(sums::gamma(1 << 8, u), Upper::UNKNOWN, "k u is 1");
}

#[test]
fn b4_blocks_round_once_each_and_alignment_cuts() {
    let (_, errors) = rounded(23, Rounding::NearestEven);
    assert_eq!(sums::blocks(64, 16, &errors).relative, sums::gamma(4, errors.unit()));
    let cut = sums::aligned(64, 16, 25, &errors).relative;
    assert!(cut > sums::blocks(64, 16, &errors).relative);
}

#[test]
fn b5_averages_carry_what_was_rounded() {
    let (_, errors) = rounded(7, Rounding::NearestEven);
    near(ema::a_priori(&errors, 0.9, 1.0, 1000).get(), 10.0 * errors.unit(), 1e-6);
    // binary16 at 0.999: the amplification of the second moment's relative error is 0.49, and the bound nearly 1.
    near(ema::relative(2f64.powi(-11), 0.999, 1, 1.0).get(), 0.955, 0.01);
    near(ema::deviation(1.0, 0.9, 1000, 2.0), 1.0 / (1.0f64 - 0.81).sqrt(), 1e-12);
}

#[test]
fn b6_the_running_error_of_a_sum_is_the_sum_of_errors() {
    let mut a = Running::new(Plain::<f64>::default());
    let one = [a.number(1.0)];
    let third = [a.number(1.0 / 3.0)];
    let mut sum = [a.number(0.0)];
    a.add(&one, &third, &mut sum);
    // Exact operands, one rounding: half an ulp of 1.33.
    assert_eq!(sum[0].worst.get(), f64::EPSILON / 2.0);
    let mut product = [a.number(0.0)];
    a.mul(&sum, &sum, &mut product);
    // Twice 4/3 times the operand's error, and half an ulp of 16/9.
    near(product[0].worst.get(), (2.0 * 4.0 / 3.0 + 1.0) * f64::EPSILON / 2.0, 1e-9);
}

#[test]
fn b6_an_average_forgets_what_was_rounded() {
    // A lerp by operations would double what is not known in about seven steps.
    let mut a = Running::new(Plain::<f32>::default());
    let c = [a.coefficient(Coefficient::Complement(0.9), &mut Keeper::Exact)];
    let zero = a.number(0.0);
    let (mut m, mut rooms) = ([zero], [[zero]; 3]);
    for t in 0..4000 {
        let x = [a.number(1.0 + f64::from(t % 7))];
        let [d, p, sum] = &mut rooms;
        a.lerp(&c, &x, &mut m, [d, p, sum], false);
    }
    // Some roundings of binary64 a step, times 1 / (1 - b); the magnitudes are some of binary32, times the same.
    assert!(m[0].error.radius().get() < 10.0 * 8.0 * f64::EPSILON * 7.0, "{m:?}");
    assert!(m[0].worst.get() < 10.0 * 3.0 * f64::from(f32::EPSILON) * 7.0, "{m:?}");
    assert!(m[0].error.magnitude() < m[0].worst && m[0].sound);
}

#[test]
fn b6_chances_add_up_by_their_squares() {
    let by_chance = Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(20) };
    let (storage, _) = rounded(7, by_chance);
    let (mut a, mut keeper) = (Running::new(Plain::<f32>::default()), storage.keeper().expect("a keeper"));
    let keep = [a.coefficient(Coefficient::Given(0.9), &mut Keeper::Exact)];
    let mut m = [a.number(1.0)];
    for t in 0..500 {
        let mut product = m;
        a.mul(&keep, &m, &mut product);
        let add = [a.number(0.17)];
        a.add(&product, &add, &mut m);
        a.store(&mut keeper, &mut m, t, 0);
    }
    // Half a gap between 1 and 2, over the root of 1 - b^2.
    let settled = 1.0 / (1.0f64 - 0.81).sqrt();
    let spread = m[0].chance.spread.get();
    near(spread, 2f64.powi(-8) * settled, 1e-2);
    // The bias of 20 bits and the roundings of binary32 are all the rest.
    assert!(m[0].chance.rest.get() < 1e-4 * spread * 10.0, "{m:?}");
}

#[test]
fn b7_no_step_is_longer_than_the_decays_allow() {
    let chi = preconditioner::chi(Upper::of(0.9), 0.999);
    near(chi.get(), 0.81 / 0.999, 1e-12);
    let longest = preconditioner::longest(Upper::of(1.0), [1.0 - 0.9, 1.0 - 0.999], chi).get();
    near(longest, 0.1 / (0.001f64 * (1.0 - 0.81 / 0.999)).sqrt(), 1e-9);
    assert!(preconditioner::chi(Upper::of(0.95), 0.9) > Upper::of(1.0));
}

#[test]
fn b8_an_update_has_seven_roundings() {
    let report = builtin("one-step").expect("an experiment");
    assert_eq!(report.name(), "one-step");
    let gamma = sums::gamma(7, 2f64.powi(-8));
    near(gamma.get(), 7.0 / 256.0 / (1.0 - 7.0 / 256.0), 1e-12);
}

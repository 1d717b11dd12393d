//! One network in every kind of numbers.

use halfulp::{Policy, Rounding};
use halfulp_lab::arithmetic::{Exact, Plain, Rounded};
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::product::Accumulator;
use halfulp_lab::storage::Storage;
use halfulp_networks::layer::Blind;
use halfulp_networks::numerics::{Balls, Emulated, Fast, Numerics, Rationals, View};
use num_rational::BigRational;

use super::gradients::Case;

/// The logits, and the gradient.
fn run<A: Numerics>(case: &Case, a: &mut A) -> [Vec<A::Number>; 2] {
    let weights: Vec<A::Number> = case.weights.iter().map(|&w| a.number(w)).collect();
    let logits = case.network.logits(a, &weights, case.input(), &mut Blind);
    let mut gradients = a.zeros(weights.len());
    case.network.gradient(a, &weights, (case.input(), &case.labels), 1.0, &mut gradients);
    [logits, gradients]
}

fn near(found: &[f64], expected: &[f64], relative: f64) {
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    let error = found.iter().zip(expected).fold(0.0, |m: f64, (x, y)| m.max((x - y).abs()));
    assert!(error <= relative * largest, "{error} of {largest}");
}

#[test]
fn emulated_binary64_and_binary32_are_the_fast_ones() {
    for case in [Case::residual(true), Case::transformer()] {
        let fast = run(&case, &mut Fast::<f64>::default());
        let single =
            run(&case, &mut Fast::<f32>::default()).map(|x| x.into_iter().map(f64::from).collect::<Vec<_>>());
        for fused in [false, true] {
            let own = run(&case, &mut Emulated::new(Plain::<f64>::default(), fused));
            let own32 = run(&case, &mut Emulated::new(Plain::<f32>::default(), fused));
            for k in 0..2 {
                near(&own[k], &fast[k], 1e-13);
                near(&single[k], &fast[k], 1e-5);
                let wide: Vec<f64> = own32[k].iter().map(|&x| f64::from(x)).collect();
                near(&wide, &single[k], 1e-5);
            }
        }
    }
}

#[test]
fn in_bfloat16_every_number_is_one_of_bfloat16_and_errors_are_of_its_size() {
    let case = Case::transformer();
    let exact = run(&case, &mut Fast::<f64>::default());
    let storage = Storage::bfloat16();
    let (format, policy) = storage.format().expect("a format");
    let down = policy.rounding(Rounding::TowardZero);
    for policy in [*policy, down] {
        let arithmetic = Rounded::<f64>::new(format, &policy).expect("an arithmetic");
        let accumulator = Accumulator::new(*format, policy).expect("an accumulator");
        let [fused, rounded] = [accumulator.clone(), accumulator.rounded_products()]
            .map(|accumulator| run(&case, &mut Emulated::accumulating(arithmetic.clone(), accumulator)));
        let own = run(&case, &mut Emulated::new(arithmetic.clone(), true));
        assert_eq!(own, fused, "sums by the arithmetic and by the accumulator are the same");
        assert_ne!(own, rounded);
        for (found, exact) in fused.iter().zip(&exact) {
            let mut kept = found.clone();
            storage.keeper().expect("a keeper").store(&mut kept, 0, 0);
            assert_eq!(&kept, found);
            let distance = found.iter().zip(exact).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt();
            let size = exact.iter().map(|x| x * x).sum::<f64>().sqrt();
            assert!(distance > 1e-4 * size && distance < 0.2 * size, "{distance} of {size}");
        }
    }
}

/// A matrix unit that cuts after few bits loses what the same unit with many keeps.
#[test]
fn products_are_those_of_the_accumulator_that_is_declared() {
    let x: Vec<f64> = (0..32).map(|k| if k == 0 { 1.0 } else { 2f64.powi(-12) }).collect();
    let sum = |accumulator: Accumulator| {
        let mut a = Emulated::accumulating(Plain::<f64>::default(), accumulator);
        a.times(View::rows(&x, 1, 32), View::rows(&[1.0; 32], 32, 1))
    };
    assert_eq!(sum(Accumulator::binary32().aligned(32, 10)), [1.0]);
    assert_eq!(sum(Accumulator::binary32().aligned(32, 13)), [1.0 + 31.0 * 2f64.powi(-12)]);
    let toward_zero = Policy::IEEE.rounding(Rounding::TowardZero);
    let format = halfulp::Format::BFLOAT16;
    assert_eq!(sum(Accumulator::new(format, toward_zero).expect("an accumulator")), [1.0]);
}

#[test]
fn balls_contain_what_exact_arithmetic_has() {
    let case = Case::residual(true);
    let balls = run(&case, &mut Balls::default());
    let exact = run(&case, &mut Emulated::new(Exact::default(), true));
    // The loss has an exponential, which is not exact there: logits alone.
    for (ball, exact) in balls[0].iter().zip(&exact[0]) {
        assert!(ball.radius().get() < 1e-9, "{ball:?}");
        let distance = (exact - rug::Float::with_val(300, ball.middle())).abs();
        assert!(distance <= ball.radius().get(), "{ball:?} {exact}");
    }
    for case in [case, Case::transformer()] {
        let (balls, fast) = (run(&case, &mut Balls::default()), run(&case, &mut Fast::<f64>::default()));
        assert!(balls[0].iter().all(|ball| ball.radius() < Upper::of(1e-3)), "{:?}", balls[0]);
        for (balls, fast) in balls.iter().zip(&fast) {
            for (ball, x) in balls.iter().zip(fast) {
                // What binary64 rounded is of the size of what it rounds, far from the worst case.
                assert!((ball.middle() - x).abs() <= 1e-10, "{ball:?} {x}");
            }
        }
    }
}

#[test]
fn rationals_are_exact() {
    let case = Case::residual(false);
    let mut a = Rationals;
    let weights: Vec<BigRational> = case.weights.iter().map(|&w| a.number(w)).collect();
    let logits = case.network.logits(&mut a, &weights, case.input(), &mut Blind);
    let balls = run(&case, &mut Balls::default());
    for (x, ball) in logits.iter().zip(&balls[0]) {
        let [middle, radius] = [ball.middle(), ball.radius().get()].map(|x| a.number(x));
        let distance = if *x > middle { x - middle } else { middle - x };
        assert!(distance <= radius && radius < a.number(1e-10));
    }
}

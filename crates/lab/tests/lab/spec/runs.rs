//! Clauses B9 on: matrices, blocks, whole runs.

use halfulp::{Rounding, noise};
use halfulp_lab::arithmetic::{Arithmetic, Plain, Running};
use halfulp_lab::bound::eco::{State, System};
use halfulp_lab::bound::muon::iterated::{Factor, polynomial};
use halfulp_lab::bound::muon::polynomial::Polynomial;
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::bound::swamping::{Book, Levels};
use halfulp_lab::bound::{muon, swamping, theorem_adam, theorem_muon};
use halfulp_lab::detect::{NAMES, coefficients};
use halfulp_lab::matrix;
use halfulp_lab::optimizer::Feedback;
use halfulp_lab::storage::blockwise::{Map, Scheme};
use halfulp_lab::storage::levels::{Chance, LowBit, Spacing};
use halfulp_lab::train::horizon::{Adam, Muon};
use nalgebra::DMatrix;

use super::{near, rounded};

fn drawn(seed: u64, rows: usize, columns: usize) -> DMatrix<f64> {
    let number = |k: usize| (noise::word(seed, k as u64) >> 11) as f64 / 2f64.powi(52) - 1.0;
    DMatrix::from_fn(rows, columns, |i, j| number(i * columns + j))
}

#[test]
fn b9_polar_factors_move_by_the_error_over_the_least_singular_value() {
    for seed in 0..200 {
        let (a, e) = (drawn(seed, 4, 6), drawn(1000 + seed, 4, 6) * 0.02);
        let least = matrix::singular(&a).expect("singular values").values.min();
        let two = matrix::singular(&e).expect("singular values").values.max();
        if two >= least {
            continue;
        }
        let (before, after) =
            (matrix::polar(&a).expect("a factor"), matrix::polar(&(&a + &e)).expect("a factor"));
        assert!((after - before).norm() <= e.norm() / (least - two) * (1.0 + 1e-9), "seed {seed}");
    }
}

#[test]
fn b10_the_iteration_is_invariant_below_its_repelling_fixed_point() {
    let phi = Polynomial([3.4445, -4.7750, 2.0315]);
    near(phi.value(0.55453), 1.202_369, 1e-6);
    near(phi.value(1.0), 0.7010, 1e-4);
    assert!(phi.range(1, [0.0, muon::RADIUS], 1e-4).magnitude() <= muon::RADIUS - muon::SURVIVED);
    near(phi.value(1.263_729), 1.263_729, 1e-5);
}

#[test]
fn b11_a_block_errs_by_half_a_gap_of_its_code_book() {
    for (map, signed, half_gap) in
        [(Map::Linear, true, 1.0 / 254.0), (Map::Linear, false, 1.0 / 510.0), (Map::Dynamic, false, 0.003_52)]
    {
        let scheme = Scheme::preset("torchao", map, signed, 256)
            .or_else(|_| Scheme::preset("bitsandbytes-cuda", map, signed, 256));
        let scheme = scheme.expect("a preset");
        let mut values: Vec<f32> =
            (0..256).map(|k| (noise::word(3, k) >> 40) as f32 / 16_777_216.0).collect();
        let before = values.clone();
        scheme.store(&mut values);
        let largest = before.iter().fold(0.0f32, |max, x| max.max(x.abs()));
        for (x, q) in before.iter().zip(&values) {
            let distance = f64::from((x - q).abs());
            assert!(distance <= f64::from(largest) * half_gap * 1.001, "{map:?}: {x} is stored as {q}");
        }
    }
}

#[test]
fn b12_linear_levels_swamp_averages_of_long_memory() {
    for (bits, threshold) in [(8, 0.998_04), (4, 0.9667), (3, 0.9286), (2, 0.8333)] {
        near(swamping::linear_threshold(bits), threshold, 1e-4);
    }
    let levels = |map, bits| Levels::of(&Book { map, bits, signed: false }).expect("a book");
    for (bits, threshold) in [(8, 0.997_89), (4, 0.966_25), (3, 0.9325), (2, 0.8375)] {
        let levels = levels(Map::Dynamic, bits);
        let lowest = levels.values().iter().position(|y| *y > 0.1).expect("half of them are");
        near(1.0 - levels.half_gap(lowest as u8), threshold, 1e-5);
    }
    // By chance: one of the two around, as often as it is near; the inverse root's variance is largest half-way.
    let levels = levels(Map::Linear, 2);
    let ups = (0..10_000).filter(|&k| levels.by_chance(0.4, noise::word(5, k)) == 2).count();
    assert!((ups as f64 / 1e4 - 0.2).abs() < swamping::deviation(2.0, 1e4).get());
    near(swamping::inverse_root_variance(0.25, 1.0), 0.25, 1e-12);
    near(swamping::variance_added(0.9, levels.widest(), 1.0), (9.0f64 / 6.0).powi(2), 1e-12);
    near(swamping::steps_per_level(0.9f64.powi(7), 0.9), 7.0, 1e-12);
}

/// The formula, term by term, where everything is 1 or simple.
#[test]
fn b13_without_rounding_it_is_the_known_bound() {
    near(theorem_adam::rho(1e-6, 1001), 0.5e-3, 1e-3);
    assert_eq!(theorem_adam::rho(0.0, 1001), 0.0);
    let adam = Adam { steps: 100, alpha: 0.1, beta1: 0.0, beta2: 0.99, epsilon: 1.0 };
    let terms = theorem_adam::Terms {
        adam,
        dimension: 1,
        smoothness: 2.0,
        gap: 3.0,
        gradient: 1.0,
        q_gradients: 0.0,
        q_weights: 0.0,
        rho: 0.0,
        weights: Some(1.0),
        first_weights: 1.0,
        first_square: 1.0,
    };
    // R = 2: the gradient and the root of epsilon. s = 0.1, Lam = ln(1 + 4 / 0.01) - 100 ln 0.99.
    let (s, lam) = (0.1f64, 401f64.ln() - 100.0 * 0.99f64.ln());
    let expected =
        2.0 / 0.25 * (3.0 / (0.1 * 100.0) + lam / 100.0 * (2.0 * 2.0 / s + 2.0 * 0.1 / (2.0 * s * s)));
    near(terms.value_at(0.25).get(), expected, 1e-9);
    let rounded = theorem_adam::Terms { rho: 0.1, q_gradients: 0.1, q_weights: 0.1, ..terms };
    assert!(rounded.value() > terms.value());
}

#[test]
fn b14_the_momentum_s_error_is_absorbed_while_the_bracket_is_positive() {
    let terms = theorem_muon::Terms {
        muon: Muon { steps: 100, eta: 0.1, beta: 0.9 },
        rank: 1,
        smoothness: 2.0,
        deviation: 0.5,
        gap: 3.0,
        factor: Factor { lost: 0.0, excess: 0.0 },
        q_gradients: 0.0,
        q_weights: 0.0,
        q_momentum: 0.0,
        first_weights: 1.0,
        first_gradient: Some(1.0),
        weights: Some(1.0),
        nuclear: 1.0,
        first_nuclear: 1.0,
    };
    let momentum = 0.5 / (100.0 * 0.1) + 0.9 * 2.0 * 0.1 / 0.1 + 0.5 * (0.1f64 / 1.9).sqrt();
    let expected = 3.0 / (0.1 * 100.0) + 2.0 * 0.1 / 2.0 + 2.0 * momentum;
    near(terms.value().expect("kappa is 0").get(), expected, 1e-9);
    // kappa is 9 q, and the bracket 1 - 2 kappa / (1 - kappa).
    let with = |q_momentum: f64| theorem_muon::Terms { q_momentum, ..terms }.value();
    assert!(with(0.01).expect("kappa is 0.09") > terms.value().expect("kappa is 0"));
    assert_eq!(with(0.05), Some(Upper::UNKNOWN));
    assert_eq!(with(0.12), None);
    // Each status stands beside its own clause's formula.
    let [exact, iterated] = [&theorem_muon::A_PRIORI, &theorem_muon::ITERATED_A_PRIORI];
    assert!(
        exact.clause == "B14" && exact.formula.contains("(1+e)^2/2") && !exact.formula.contains("<M, O>")
    );
    assert!(iterated.clause == "B18" && iterated.formula.contains("<M, O> >= p |M|_*"));
}

/// The same numbers with three quarters of the inner product and a quarter more of the size; and what five steps have for certain.
#[test]
fn b18_an_iteration_loses_what_its_polynomial_loses() {
    let terms = theorem_muon::Terms {
        muon: Muon { steps: 100, eta: 0.1, beta: 0.9 },
        rank: 1,
        smoothness: 2.0,
        deviation: 0.5,
        gap: 3.0,
        factor: Factor { lost: 0.25, excess: 0.25 },
        q_gradients: 0.0,
        q_weights: 0.0,
        q_momentum: 0.01,
        first_weights: 1.0,
        first_gradient: Some(1.0),
        weights: Some(1.0),
        nuclear: 1.0,
        first_nuclear: 1.0,
    };
    let momentum = 0.5 / (100.0 * 0.1) + 0.9 * 2.0 * 0.1 * 1.25 / 0.1 + 0.5 * (0.1f64 / 1.9).sqrt();
    let descent = 3.0 / (0.1 * 100.0) + 2.0 * 0.1 * 1.25 * 1.25 / 2.0;
    let bracket = 0.75 - 2.0 * 0.09 / 0.91;
    near(terms.value().expect("kappa is 0.09").get(), (descent + 2.0 * momentum / 0.91) / bracket, 1e-9);
    // The least of phi_5 from 2^-9 on is 0.6818; of rank 8, seven values may be below: 0.6818 (1 - 7 / 512).
    let five = polynomial(5, 8);
    near(1.0 - five.lost, 0.6818 * (1.0 - 7.0 / 512.0), 2e-3);
    near(five.excess, 0.2024, 1e-3);
}

/// `u` below `1 - b` and above it: an average of a constant arrives, or stops on its way. The grid's own tests have rates and collapse.
#[test]
fn b15_an_average_needs_a_bit_for_every_doubling_of_its_memory() {
    for log in [4, 6, 8] {
        let beta = 1.0 - 2f64.powi(-log);
        let arrives = |mantissa: u32| {
            let (storage, _) = rounded(mantissa, Rounding::NearestEven);
            let (mut keeper, mut m) = (storage.keeper().expect("a keeper"), [0.0]);
            for _ in 0..20 << log {
                m[0] = beta * m[0] + (1.0 - beta) * 0.99;
                keeper.store(&mut m, 0, 0);
            }
            m[0] > 0.9
        };
        let least = (1..20).find(|&mantissa| arrives(mantissa)).expect("some mantissa");
        assert_eq!(least as i32 - log, LEAST, "beta {beta}");
    }
}

/// Bits beyond `log2(1 / (1 - b))` at which an average of 0.99 comes above 0.9: below 1, a step of `(1 - b) (0.99 - m)` has to reach half of
/// `2^-(M + 1)`.
const LEAST: i32 = 2;

#[test]
fn b17_a_number_in_place_of_a_computed_one_is_no_nearer_than_it_is() {
    let a = Running::new(Plain::<f32>::default());
    let (computed, exact) = (a.number(1.5), a.number(1.5));
    let moved = computed.moved(&exact, 1.5 + f32::EPSILON);
    let distance = f64::from(f32::EPSILON);
    near(moved.worst.get(), distance, 1e-12);
    assert!(moved.value == 1.5 + f32::EPSILON && moved.worst.get() >= distance);
    assert!((moved.error.middle() - distance).abs() <= moved.error.radius().get());
    assert_eq!(computed.moved(&exact, 1.5).worst, Upper::ZERO);
}

#[test]
fn b16_detectors_have_names_and_name_a_constant_that_is_1() {
    assert!(NAMES.contains(&"frozen-writes") && NAMES.contains(&"zeroed-second-moment"));
    let found = coefficients(0.999, [1.0, 0.001], "beta2");
    assert!(found.raised && found.meaning.contains("never forgets"), "{found:?}");
}

#[test]
fn b19_with_feedback_errors_are_worth_as_much_at_every_rate() {
    let gain = |feedback, rate| System::new(0.9, rate, 0.5, feedback).gains((60.0 / rate) as u64).error;
    // Real roots at the smaller rates; at 0.1 one error's response oscillates, and adds up to more.
    for (rate, lost, room) in [(0.1, 21.318, 1e-4), (0.01, 199.0, 1e-6), (0.001, 1999.0, 1e-6)] {
        near(gain(Feedback::None, rate), lost, room);
        assert!(gain(Feedback::Eco, rate) < 20.0, "{rate}");
    }
    near(gain(Feedback::Exact, 0.001), 1.0, 1e-6);
    // One step, by hand: what is lost is given back with the momentum.
    let exact = System::new(0.5, 0.25, 0.0, Feedback::Exact);
    let state = exact.next(State { away: 1.0, momentum: 0.0, error: 0.0 }, 0.125);
    assert_eq!(state, State { away: 1.0, momentum: -1.0, error: 0.125 });
    assert_eq!(exact.next(state, 0.0).away, 1.0);
}

#[test]
fn b20_stores_by_chance_err_by_a_quarter_of_a_squared_gap_at_most() {
    let low = LowBit::with(Spacing::Linear, [2, 4], false, 0.1, Chance::Unbiased).expect("a storage");
    // Half-way between the levels 1/2 and 3/4, beside the scale: the variance is largest there.
    let (n, mut sum, mut square) = (10_000u64, 0.0, 0.0);
    for seed in 0..n {
        let mut values = [1.0f64, 0.625];
        low.store(&mut values, seed, 0);
        let d = (values[1] - 0.625) / 0.25;
        (sum, square) = (sum + d, square + d * d);
    }
    let deviation = swamping::deviation(2.0, n as f64).get();
    assert!((sum / n as f64).abs() <= deviation);
    near(square / n as f64, 0.25, 1e-12);
}

//! Faults of single roundings, averages and sums.

use halfulp::{Policy, Rounding};
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::bound::quantization::{self, Errors};
use halfulp_lab::bound::{Statement, Tally, ema, sums};
use halfulp_lab::product::Accumulator;
use halfulp_lab::storage::Storage;
use nalgebra::DMatrix;

fn errors(mantissa: u32) -> Errors {
    let storage = Storage::mantissa(mantissa, Policy::IEEE).expect("a storage");
    storage.format().map(|(format, policy)| Errors::of(format, policy)).expect("a format")
}

/// What is read back of numbers that are kept in so many bits.
fn kept(mantissa: u32, rounding: Rounding, values: &[f64]) -> Vec<f64> {
    let storage = Storage::mantissa(mantissa, Policy::IEEE.rounding(rounding)).expect("a storage");
    let mut stored = values.to_vec();
    storage.keeper().expect("a keeper").store(&mut stored, 0, 0);
    stored
}

pub fn truncated(fault: bool) -> Vec<Tally> {
    let rounding = if fault { Rounding::TowardZero } else { Rounding::NearestEven };
    let values: Vec<f64> = (1..200).map(|k| f64::from(k) / 7.0).collect();
    let [mut exact, mut result] = [&quantization::FROM_EXACT, &quantization::FROM_RESULT].map(Tally::new);
    for (x, q) in values.iter().zip(kept(7, rounding, &values)) {
        errors(7).observe(*x, q, [&mut exact, &mut result], String::new);
    }
    vec![exact, result]
}

/// An average of ones, from 0 on.
pub fn exact_average(t: u64) -> f64 {
    1.0 - 0.9f64.powi(t as i32)
}

pub fn unwritten(fault: bool) -> Vec<Tally> {
    let mut tally = Tally::new(&ema::A_PRIORI);
    let mut m = vec![0.0];
    for t in 1..=50 {
        if !fault {
            m = kept(7, Rounding::NearestEven, &[0.9 * m[0] + 0.1]);
        }
        let bound = ema::a_priori(&errors(7), 0.9, 1.0, t).get() + 1e-12;
        tally.observe((m[0] - exact_average(t)).abs(), bound, 1.0, String::new);
    }
    vec![tally]
}

pub fn coefficient(fault: bool) -> Vec<Tally> {
    let (step, add) = (errors(20), if fault { 0.2 } else { 0.1 });
    let constants = ema::Constants::new(0.9, 0.9, 0.1);
    let mut averages = ema::Averages::new(0.9, step, 1);
    let (mut tally, mut m) = (Tally::new(&ema::ROUNDED), 0.0);
    for _ in 0..50 {
        let round = |x: f64| kept(20, Rounding::NearestEven, &[x])[0];
        let [p, q] = [round(0.9 * m), round(add)];
        let sum = round(p + q);
        let local = ema::two_products(&constants, &step, Upper::ZERO, m, 1.0, [p, q, sum]);
        averages.rounded(0, 1.0, local);
        m = sum;
        tally.observe((m - averages.exact()[0]).abs(), averages.with_slack(0), 1.0, String::new);
    }
    vec![tally]
}

pub fn upwards(fault: bool) -> Vec<Tally> {
    let rounding =
        if fault { Rounding::TowardPositive } else { "sr-a:32".parse::<Rounding>().expect("a rounding") };
    let storage = Storage::mantissa(7, Policy::IEEE.rounding(rounding)).expect("a storage");
    let mut keeper = storage.keeper().expect("a keeper");
    let (steps, n) = (20, 400);
    let mut m = vec![0.0; n];
    for t in 1..=steps {
        m.iter_mut().for_each(|m| *m = 0.9 * *m + 0.1);
        keeper.store(&mut m, t, 0);
    }
    let (gap, mut tally) = (errors(7).ulp(0.9), Tally::new(&ema::PROBABILITY));
    for k in [1.5, 2.0] {
        let distance = ema::deviation(gap, 0.9, steps, k);
        let beyond = m.iter().filter(|m| (**m - exact_average(steps)).abs() > distance).count();
        let bound = 2.0 * f64::exp(-k * k / 2.0);
        tally.observe(beyond as f64 / n as f64, bound, 1.0, String::new);
    }
    vec![tally]
}

pub fn inflated(fault: bool) -> Vec<Tally> {
    let mut tally = Tally::new(&ema::RELATIVE);
    let exact = exact_average(30);
    let stored = kept(20, Rounding::NearestEven, &[exact])[0] * if fault { 1.5 } else { 1.0 };
    let bound = ema::relative(errors(20).unit(), 0.9, 1, 1.0 / exact).get();
    tally.observe((stored / exact - 1.0).abs(), bound, 1.0, String::new);
    vec![tally]
}

pub fn lost_term(fault: bool) -> Vec<Tally> {
    let (n, binary32) = (64, Errors::binary32());
    let found = if fault { 63.0 } else { 64.0 };
    let bounds = [
        (&sums::GAMMA, sums::sequential(n, &binary32)),
        (&sums::PAIRWISE, sums::pairwise(n, &binary32)),
        (&sums::NEAREST, sums::nearest(n, &binary32)),
        (&sums::BLOCKS, sums::blocks(n, 8, &binary32)),
        (&sums::ALIGNED, sums::aligned(n, 8, 25, &binary32)),
        (
            &sums::PROBABLE,
            sums::Accumulated { relative: sums::probable(n, 4.0, &binary32), absolute: Upper::ZERO },
        ),
    ];
    let tally = |(statement, bound): (&'static Statement, sums::Accumulated)| {
        let mut tally = Tally::new(statement);
        tally.observe(64f64 - found, bound.of(Upper::of(64.0)).get(), 64.0, String::new);
        tally
    };
    bounds.map(tally).to_vec()
}

/// Factors of `1 + 63/32 u`: truncation takes them to 1, rounding to nearest to `1 + 2 u`.
pub fn truncated_factors(fault: bool) -> Vec<Tally> {
    let (n, bfloat16) = (8, errors(7));
    let sum = sums::accumulated(&Accumulator::binary32(), n, true);
    let bound = sums::matmul(&bfloat16, &sum, &bfloat16);
    let x = 1.0 + 63.0 / 32.0 * bfloat16.unit();
    let rounding = if fault { Rounding::TowardZero } else { Rounding::NearestEven };
    let stored = DMatrix::from_row_slice(1, n, &kept(7, rounding, &vec![x; n]));
    let product = Accumulator::binary32().product(&stored, &stored.transpose(), 0)[(0, 0)];
    let (found, exact) = (kept(7, Rounding::NearestEven, &[product])[0], n as f64 * x * x);
    let mut tally = Tally::new(&sums::MATMUL);
    tally.observe((found - exact).abs(), bound.of(Upper::of(exact)).get(), exact, String::new);
    vec![tally]
}

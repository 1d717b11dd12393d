//! The table of fault and bound: each bound that is no identity is exceeded by at least one fault that is planted, here or in a test that is named.

use halfulp::{Policy, Rounding};
use halfulp_lab::arithmetic::{Plain, Running};
use halfulp_lab::bound::adamw::OpenLoop;
use halfulp_lab::bound::blockwise::{self, Blocks};
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::bound::quantization::{self, Errors};
use halfulp_lab::bound::running::RunningTwin;
use halfulp_lab::bound::{STATEMENTS, Statement, Tally, ema, sums};
use halfulp_lab::optimizer::{Adam, Elementwise, Storages};
use halfulp_lab::problem::{Problem, Quadratic};
use halfulp_lab::product::Accumulator;
use halfulp_lab::storage::Storage;
use halfulp_lab::storage::blockwise::{Map, Scheme};
use halfulp_lab::train::{Run, Streams};
use nalgebra::DMatrix;

/// Bounds, the fault that is planted, and the tallies of the sound computation (`false`) and of the faulty one.
type Row = (&'static [&'static str], &'static str, fn(bool) -> Vec<Tally>);

const TABLE: &[Row] = &[
    (&["quantization.exact", "quantization.result"], "truncation in place of nearest", truncated),
    (&["ema.a-priori"], "an average that is never written", unwritten),
    (&["ema.rounded"], "1 - beta twice as large", coefficient),
    (&["ema.probability"], "rounding by chance that always goes up", upwards),
    (&["ema.relative"], "a second moment half as large again", inflated),
    (&["adamw.update"], "another epsilon", |fault| certificate(Adam { epsilon: 2e-3, ..adam() }, fault)),
    (&["adamw.one-step"], "no weight decay", |fault| {
        certificate(Adam { weight_decay: 0.0, ..adam() }, fault)
    }),
    (
        &["adamw.open-loop", "adamw.second-moment", "preconditioner.absolute", "preconditioner.root"],
        "beta2 0.9 in place of 0.99",
        |fault| certificate(Adam { betas: [0.9, 0.9], ..adam() }, fault),
    ),
    (&["preconditioner.bounded-step"], "a rate a hundred times as large", |fault| {
        certificate(Adam { rate: 1.0, ..adam() }, fault)
    }),
    (&["run.running", "run.enclosure", "run.worst-case"], "beta2 0.9 in place of 0.99", running),
    (
        &["sums.gamma", "sums.pairwise", "sums.nearest", "sums.blocks", "sums.aligned", "sums.probable"],
        "a term that is lost",
        lost_term,
    ),
    (&["sums.matmul"], "factors that are truncated", truncated_factors),
    (
        &["blockwise.element", "blockwise.uniform", "blockwise.linear", "blockwise.relative"],
        "a block that is read back as zeros",
        zeros,
    ),
    (
        &["blockwise.average", "blockwise.span", "blockwise.norm"],
        "an average that is never written",
        block_average,
    ),
];

/// Bounds, and the tests elsewhere in which a fault exceeds them: file and function.
const ELSEWHERE: &[(&[&str], &str, &str)] = &[
    (&["ema.running"], "tests/lab/faults.rs", "a_lost_sign_and_a_shifted_block_exceed_the_running_bound"),
    (
        &["adamw.closed-loop"],
        "tests/lab/closed_loop.rs",
        "truncated_weights_that_are_said_to_be_rounded_are_caught",
    ),
    (&["run.rounding"], "tests/lab/run_faults.rs", "a_wrong_rounding_is_named_and_ends_the_certificate"),
    (&["run.chance"], "tests/lab/run_faults.rs", "states_that_were_changed_from_outside_exceed_the_bounds"),
    (
        &["run.chance-of-moments"],
        "tests/lab/run_faults.rs",
        "truncation_in_the_place_of_chance_is_what_chance_cannot_be",
    ),
    (&["trace.bits"], "tests/lab/traces.rs", "a_truncation_is_found_and_named"),
    (&["trace.step", "trace.worst-case"], "tests/lab/traces.rs", "a_stale_state_is_found_and_named"),
    (
        &["newton-schulz.local", "newton-schulz.deviation"],
        "tests/lab/muon.rs",
        "coefficients_in_fp8_exceed_the_local_bound",
    ),
    (&["newton-schulz.no-blow-up"], "tests/lab/muon.rs", "coefficients_that_are_rounded_up_blow_up"),
    (
        &["muon.pairing", "muon.perturbation"],
        "tests/lab/muon.rs",
        "a_lost_transposition_or_sign_breaks_pairing_and_perturbation",
    ),
    (
        &["swamping.index"],
        "src/experiment/kind/swamping/tests.rs",
        "a_shifted_boundary_and_truncation_move_an_index_that_stays",
    ),
    (
        &["swamping.unbiased", "swamping.inverse-root", "swamping.added-variance", "swamping.added-mean"],
        "src/experiment/kind/swamping/tests.rs",
        "a_bias_and_a_level_too_far_exceed_the_bounds_of_chance",
    ),
    (&["swamping.decay"], "src/experiment/kind/swamping/tests.rs", "a_walk_that_is_biased_is_caught"),
    (
        &[
            "theorem-adam.a-priori",
            "theorem-adam.a-posteriori",
            "theorem-muon.a-priori",
            "theorem-muon.a-posteriori",
        ],
        "tests/lab/theorems.rs",
        "a_sum_in_place_of_a_mean_exceeds_the_bounds",
    ),
    (
        &["theorem-muon.iterated-a-priori", "theorem-muon.iterated-a-posteriori"],
        "tests/lab/iterated.rs",
        "a_lost_sign_and_a_rate_of_a_tenth_exceed_the_bounds_of_the_iteration",
    ),
];

#[test]
fn every_bound_has_a_fault_that_exceeds_it() {
    for (bounds, fault, tallies) in TABLE {
        let (sound, faulty) = (tallies(false), tallies(true));
        for bound in *bounds {
            let of = |tallies: &[Tally]| {
                let all = tallies.iter().filter(|tally| tally.statement.name == *bound);
                all.map(|tally| tally.counts()).reduce(|mut sum, more| {
                    sum.add(more);
                    sum
                })
            };
            let (sound, faulty) = (of(&sound).expect(bound), of(&faulty).expect(bound));
            assert!(sound.violated == 0 && sound.evaluated > 0, "{bound}: {sound:?} without {fault}");
            assert!(faulty.violated > 0, "{bound}: {faulty:?} with {fault}");
        }
    }
}

#[test]
fn the_table_has_every_bound_that_is_no_identity() {
    let here = TABLE.iter().flat_map(|(bounds, ..)| bounds.iter());
    let elsewhere = ELSEWHERE.iter().flat_map(|(bounds, ..)| bounds.iter());
    let mut listed: Vec<&str> = here.chain(elsewhere).copied().collect();
    let mut all: Vec<&str> = STATEMENTS.iter().filter(|s| !s.identity).map(|s| s.name).collect();
    listed.sort_unstable();
    all.sort_unstable();
    assert_eq!(listed, all);
    for (_, file, test) in ELSEWHERE {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert!(text.contains(&format!("#[test]\nfn {test}()")), "{file}: {test}");
    }
}

#[test]
fn every_statement_says_what_is_trivial_and_where_it_is_derived() {
    for Statement { name, formula, source, clause, measures, trivial, .. } in STATEMENTS {
        for text in [formula, source, clause, measures, trivial] {
            assert!(!text.is_empty(), "{name}");
        }
    }
}

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

fn truncated(fault: bool) -> Vec<Tally> {
    let rounding = if fault { Rounding::TowardZero } else { Rounding::NearestEven };
    let values: Vec<f64> = (1..200).map(|k| f64::from(k) / 7.0).collect();
    let [mut exact, mut result] = [&quantization::FROM_EXACT, &quantization::FROM_RESULT].map(Tally::new);
    for (x, q) in values.iter().zip(kept(7, rounding, &values)) {
        errors(7).observe(*x, q, [&mut exact, &mut result], String::new);
    }
    vec![exact, result]
}

/// An average of ones, from 0 on.
fn exact_average(t: u64) -> f64 {
    1.0 - 0.9f64.powi(t as i32)
}

fn unwritten(fault: bool) -> Vec<Tally> {
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

fn coefficient(fault: bool) -> Vec<Tally> {
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

fn upwards(fault: bool) -> Vec<Tally> {
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

fn inflated(fault: bool) -> Vec<Tally> {
    let mut tally = Tally::new(&ema::RELATIVE);
    let exact = exact_average(30);
    let stored = kept(20, Rounding::NearestEven, &[exact])[0] * if fault { 1.5 } else { 1.0 };
    let bound = ema::relative(errors(20).unit(), 0.9, 1, 1.0 / exact).get();
    tally.observe((stored / exact - 1.0).abs(), bound, 1.0, String::new);
    vec![tally]
}

fn adam() -> Adam {
    Adam { rate: 1e-2, betas: [0.9, 0.99], epsilon: 1e-3, weight_decay: 0.01, ..Adam::plain() }
}

fn bowl() -> Quadratic {
    Quadratic::new(Quadratic::logspace(0.1, 10.0, 16), 0.1, 1.0, 100.0)
}

/// The certificate of a run that says it is [`adam`], and is another where there is a fault.
fn certificate(other: Adam, fault: bool) -> Vec<Tally> {
    let real = if fault { other } else { adam() };
    let (problem, a, storages) = (bowl(), Plain::<f64>::default(), Storages::default());
    let start = problem.start(1);
    let mut open = OpenLoop::new(&adam(), &a, &storages, &start, "run").expect("a certificate");
    let mut run =
        Run::new(&problem, Elementwise::Adam(real), a, &storages, Streams::new(1), &start).expect("a run");
    (0..50).for_each(|_| run.step(&mut open).expect("no divergence"));
    open.tallies()
}

fn running(fault: bool) -> Vec<Tally> {
    let real = if fault { Adam { betas: [0.9, 0.9], ..adam() } } else { adam() };
    let (problem, a, storages) = (bowl(), Running::new(Plain::<f32>::default()), Storages::default());
    let start: Vec<f64> = problem.start(1).iter().map(|x| f64::from(*x as f32)).collect();
    let mut twin =
        RunningTwin::new(Elementwise::Adam(adam()), problem.shapes(), &start, Upper::UNKNOWN, "run");
    let mut run =
        Run::new(&problem, Elementwise::Adam(real), a, &storages, Streams::new(1), &start).expect("a run");
    (0..20).for_each(|_| run.step(&mut twin).expect("no divergence"));
    twin.tallies()
}

fn lost_term(fault: bool) -> Vec<Tally> {
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
fn truncated_factors(fault: bool) -> Vec<Tally> {
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

fn scheme() -> Scheme {
    Scheme::preset("paper", Map::Linear, true, 64).expect("a scheme")
}

/// What a scheme makes of numbers, or zeros.
fn read_back(values: &[f32], fault: bool) -> Vec<f32> {
    let mut back = vec![0.0; values.len()];
    if !fault {
        let scheme = scheme();
        let (mut codes, mut scales) = (vec![0; values.len()], vec![0.0; values.len() / 64]);
        scheme.quantize(values, &mut codes, &mut scales).expect("whole blocks");
        scheme.dequantize(&codes, &scales, &mut back).expect("whole blocks");
    }
    back
}

fn zeros(fault: bool) -> Vec<Tally> {
    let values: Vec<f32> = (0..64u8).map(|k| f32::from(k) / 40.0 - 0.7).collect();
    let mut blocks = Blocks::new(&scheme());
    blocks.observe(&values, &read_back(&values, fault), &|i| format!("element {i}"));
    blocks.into_tallies().to_vec()
}

fn block_average(fault: bool) -> Vec<Tally> {
    let (n, blocks) = (64, Blocks::new(&scheme()));
    let mut averages = blockwise::Averages::new(0.9, n);
    let mut tallies = [&blockwise::AVERAGE, &blockwise::SPAN, &blockwise::NORM].map(Tally::new);
    let mut stored = vec![0.0f32; n];
    for t in 1..=50u32 {
        let fresh: Vec<f32> = stored.iter().map(|m| 0.9 * m + 0.1).collect();
        stored = read_back(&fresh, fault);
        let block = blocks.block(&fresh).expect("a block");
        let error = f64::from(stored[0]) - exact_average(t.into());
        let local = blocks.element(&block, fresh[0], stored[0]);
        // What is rounded to binary32 on the way is below a millionth.
        let running = (0..n).map(|i| averages.step(i, local, Upper::of(1e-6))).last().expect("elements");
        let span = blockwise::span(blocks.uniform(1.0) + Upper::of(1e-6), 0.9, t);
        let norm = Upper::of(8.0) * span;
        for (tally, (measured, bound)) in
            tallies.iter_mut().zip([(error, running), (error, span), (8.0 * error, norm)])
        {
            tally.observe(measured.abs(), bound.get(), 8.0, String::new);
        }
    }
    tallies.to_vec()
}

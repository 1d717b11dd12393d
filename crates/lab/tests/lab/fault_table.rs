//! The table of fault and bound: each bound that is no identity is exceeded by at least one fault that is planted, here or in a test that is named.

mod adamw;
mod blocks;
mod roundings;

use halfulp_lab::bound::{Point, STATEMENTS, Statement, Status, Tally};
use halfulp_lab::optimizer::Adam;

use adamw::{adam, certificate};

/// Bounds, the fault that is planted, and the tallies of the sound computation (`false`) and of the faulty one.
type Row = (&'static [&'static str], &'static str, fn(bool) -> Vec<Tally>);

/// The same of one bound.
type Near = (&'static str, &'static str, fn(bool) -> Vec<Tally>);

const TABLE: &[Row] = &[
    (&["quantization.exact", "quantization.result"], "truncation in place of nearest", roundings::truncated),
    (&["ema.a-priori"], "an average that is never written", roundings::unwritten),
    (&["ema.rounded"], "1 - beta twice as large", roundings::coefficient),
    (&["ema.probability"], "rounding by chance that always goes up", roundings::upwards),
    (&["ema.relative"], "a second moment half as large again", roundings::inflated),
    (&["adamw.update"], "another epsilon", |fault| certificate(Adam { epsilon: 2e-3, ..adam() }, fault)),
    (&["adamw.one-step"], "no weight decay", |fault| {
        certificate(Adam { weight_decay: 0.0, ..adam() }, fault)
    }),
    (
        &["adamw.open-loop", "adamw.second-moment", "preconditioner.absolute", "preconditioner.root"],
        "beta2 0.9 in place of 0.99",
        |fault| certificate(Adam { betas: [0.9, 0.9], ..adam() }, fault),
    ),
    (&["preconditioner.bounded-step"], "a rate a fiftieth larger", adamw::longest),
    (&["run.running", "run.enclosure", "run.worst-case"], "beta2 0.9 in place of 0.99", adamw::running),
    (
        &["sums.gamma", "sums.pairwise", "sums.nearest", "sums.blocks", "sums.aligned", "sums.probable"],
        "a term that is lost",
        roundings::lost_term,
    ),
    (&["sums.matmul"], "factors that are truncated", roundings::truncated_factors),
    (
        &["blockwise.element", "blockwise.uniform", "blockwise.linear", "blockwise.relative"],
        "a block that is read back as zeros",
        blocks::zeros,
    ),
    (
        &["blockwise.average", "blockwise.span", "blockwise.norm"],
        "an average that is never written",
        blocks::block_average,
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
    (
        &["eco.identity"],
        "tests/lab/eco.rs",
        "the_exact_form_is_the_run_with_master_weights_and_faults_are_caught",
    ),
    (&["eco.radius"], "tests/lab/eco.rs", "a_feedback_that_is_not_given_exceeds_the_radius"),
    (
        &["low-bit.bias", "low-bit.variance"],
        "tests/lab/low_bit.rs",
        "a_store_that_always_goes_up_exceeds_both_bounds",
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

/// Faults that exceed a bound by little, in runs that come near it: a bound that is twice as large would miss them.
const NEAR: &[Near] = &[
    ("preconditioner.bounded-step", "a rate a fiftieth larger", adamw::longest),
    ("adamw.open-loop", "weights that decay by less than a third of an update", adamw::capped),
];

#[test]
fn faults_of_the_size_of_the_bound_exceed_it() {
    for (bound, fault, tallies) in NEAR {
        let of = |faulty: bool| {
            let tally = tallies(faulty).into_iter().find(|tally| tally.statement.name == *bound);
            tally.expect(bound)
        };
        let (sound, faulty) = (of(false), of(true));
        let at_last = |tally: &Tally| tally.worst_at_last().map_or(f64::NAN, Point::ratio);
        let (near, beyond) = (at_last(&sound), at_last(&faulty));
        if std::env::var_os("SHOW").is_some() {
            println!("{bound}: {near}, with {fault} {beyond}");
        }
        assert_eq!(
            (sound.counts().violated, sound.status()),
            (0, Status::Holds),
            "{bound}: {:?}",
            sound.worst()
        );
        assert!(near >= 0.5, "{bound}: {near}");
        assert!(beyond > 1.0 && beyond < 2.0 * near, "{bound}: {beyond} with {fault}, {near} without");
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
        let path = crate::traces::files::package().join(file);
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

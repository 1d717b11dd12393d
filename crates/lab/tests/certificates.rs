//! The certificates of whole runs last: after 10,000 steps they say something, in every order of operations and every storage. These take longer to run
//! than to optimize, unlike the other tests of this folder, which halfulp-tests builds.

#[path = "lab/certificate.rs"]
mod certificate;

use certificate::{Bowl, Found, NEAREST, STOCHASTIC, certified, moments, read};
use halfulp_lab::arithmetic::{Plain, Rounded};
use halfulp_lab::bound::Status;
use halfulp_lab::optimizer::adam::PRESETS;
use halfulp_lab::optimizer::{Adam, Elementwise, Ema, Muon, OptimizerSpec, Sgd, Storages};
use halfulp_lab::problem::ProblemSpec;

const EXACT: &str = "\"exact\"";

/// With SHOW in the environment: what became of everything.
fn show(name: &str, found: &Found) {
    if std::env::var_os("SHOW").is_some() {
        println!("{name}: {:?} of {}, until {:?}", found.last, found.weights, found.until);
        for t in &found.tallies {
            println!(
                "    {} {} ratio {:?}, {} of {} vacuous, failed {:?} {:?} {:?}",
                t.statement.name,
                t.status(),
                t.ratio(),
                t.counts().vacuous,
                t.counts().evaluated,
                t.failed,
                t.failed_at,
                t.worst().map(|w| (&w.at, w.measured, w.bound))
            );
        }
    }
}

fn sound(name: &str, found: &Found) {
    show(name, found);
    for tally in &found.tallies {
        assert_eq!(
            tally.counts().violated,
            0,
            "{name}: {} is violated: {:?}",
            tally.statement.name,
            tally.worst()
        );
    }
    assert_eq!(found.tally("run.enclosure").failed.iter().sum::<u64>(), 0, "{name}: a hypothesis failed");
}

/// At the last step `run.running` says something of nine weights in ten, and the enclosure of nine numbers in ten of all steps.
fn informs(name: &str, found: &Found) {
    sound(name, found);
    assert!(10 * found.last.informative[0] >= 9 * found.weights, "{name}: {:?}", found.last);
    let enclosure = found.tally("run.enclosure");
    assert!(10 * enclosure.counts().vacuous <= enclosure.counts().evaluated, "{name}: {enclosure:?}");
    // The bound is the truth up to what is not known of it.
    assert!(found.last.largest[0] <= found.last.measured * 1.001, "{name}: {:?}", found.last);
}

fn adamw(preset: &str) -> Elementwise {
    Elementwise::Adam(Adam { weight_decay: 0.01, ..Adam::preset(preset).expect("a preset") })
}

fn in_f32(optimizer: &Elementwise, storages: &Storages, steps: u64) -> Found {
    certified(Plain::<f32>::default(), &Bowl::new(16, 0.1), optimizer, storages, steps, 1)
}

#[test]
fn ten_thousand_steps_of_pytorch_s_adamw_with_stochastic_bfloat16_moments_are_certified() {
    let optimizer = adamw("pytorch");
    assert!(matches!(&optimizer, Elementwise::Adam(adam) if adam.betas == [0.9, 0.999]));
    let found = in_f32(&optimizer, &moments(STOCHASTIC, STOCHASTIC), 10_000);
    informs("pytorch", &found);
    // Magnitudes alone say nothing any more after a few hundred steps, and the step is known; squares of chances last longer.
    let [running, worst, chance] = found.until;
    assert_eq!(running, 10_000);
    assert!((100..1000).contains(&worst), "{worst}");
    assert!(chance > 10 * worst, "{chance}");
    assert_eq!(found.last.informative[1], 0);
    assert_eq!(found.status("run.chance-of-moments"), Status::Holds);
}

#[test]
fn every_order_of_operations_has_a_certificate_that_lasts() {
    for preset in PRESETS.into_iter().filter(|preset| *preset != "pytorch") {
        informs(preset, &in_f32(&adamw(preset), &moments(STOCHASTIC, STOCHASTIC), 10_000));
    }
    informs("plain", &in_f32(&Elementwise::Adam(Adam::plain()), &moments(NEAREST, NEAREST), 10_000));
    for first in [Ema::TwoProduct, Ema::Lerp, Ema::Fma, Ema::LerpFused, Ema::TwoProductFused] {
        let mut adam = Adam::preset("torchao").expect("a preset");
        (adam.choices.first, adam.choices.second) = (first, first);
        let found = in_f32(&Elementwise::Adam(adam), &moments(STOCHASTIC, STOCHASTIC), 3000);
        informs(&format!("{first:?}"), &found);
    }
    for form in [Ema::Sum, Ema::Lerp, Ema::LerpFused] {
        let sgd = Sgd { rate: 1e-4, momentum: 0.99, form, ..Sgd::preset("pytorch").expect("a preset") };
        informs(&format!("{form:?}"), &in_f32(&Elementwise::Sgd(sgd), &moments(STOCHASTIC, EXACT), 3000));
    }
}

#[test]
fn every_storage_has_a_certificate_that_lasts() {
    let book = |signed: bool| {
        format!("{{ blockwise = \"torchao\", map = \"dynamic\", signed = {signed}, block = 8 }}")
    };
    let blocks = moments(&book(true), &book(false));
    let by_chance = moments(STOCHASTIC, STOCHASTIC);
    let kahan = Storages { weights: read(NEAREST), compensated: true, ..by_chance.clone() };
    let weights = Storages { weights: read(STOCHASTIC), ..by_chance };
    let cases = [("blocks", blocks), ("kahan", kahan), ("stochastic weights", weights)];
    for (name, storages) in cases {
        for preset in ["pytorch", "torchao"] {
            informs(&format!("{name}, {preset}"), &in_f32(&adamw(preset), &storages, 10_000));
        }
    }
}

/// With every operation in bfloat16 the run itself leaves the exact one; by how much, and to where, is known all the same.
#[test]
fn a_run_that_leaves_the_exact_one_is_followed() {
    let storage = read(NEAREST);
    let (format, policy) = storage.format().expect("a format");
    let a = Rounded::<f64>::new(format, policy).expect("arithmetic");
    let problem = Bowl::new(16, 0.1);
    let found = certified(a, &problem, &adamw("pytorch"), &Storages::all(&storage), 3000, 1);
    sound("every operation in bfloat16", &found);
    assert!(found.last.measured > 1.0, "{:?}", found.last);
    assert!(found.last.largest[0] <= found.last.measured * 1.001, "{:?}", found.last);
    assert_eq!(found.tally("run.enclosure").counts().vacuous, 0);
}

/// The momentum of Muon is an average of elements; its weights are not.
#[test]
fn muon_s_momentum_has_a_certificate_that_lasts() {
    for warm in [false, true] {
        let muon = Muon { warm, ..Muon::reference() };
        let found = in_f32(&Elementwise::Muon(Box::new(muon)), &moments(STOCHASTIC, EXACT), 3000);
        sound("muon", &found);
        assert_eq!(found.status("run.running"), Status::HypothesisFailed);
        let enclosure = found.tally("run.enclosure");
        assert_eq!((enclosure.counts().evaluated, enclosure.counts().vacuous), (16 * 3000, 0));
    }
}

/// The example of docs/ci.md, thirty times as long.
#[test]
fn the_documentation_s_example_informs_at_its_last_step() {
    #[derive(serde::Deserialize)]
    struct Settings {
        problem: ProblemSpec,
        optimizer: OptimizerSpec,
        cases: Vec<Case>,
    }
    #[derive(serde::Deserialize)]
    struct Case {
        storage: Storages,
    }
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ci.md"))
        .expect("docs/ci.md");
    let example =
        text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let file: toml::Table = toml::from_str(example).expect("TOML");
    let settings: Settings = file["run"]["adamw"].clone().try_into().expect("an experiment");
    let problem = settings.problem.build().expect("a problem");
    let optimizer = settings.optimizer.build("optimizer").expect("an optimizer");
    for seed in [0, 1] {
        let storages = &settings.cases[0].storage;
        let found = certified(Plain::<f32>::default(), problem.as_ref(), &optimizer, storages, 3000, seed);
        informs("docs/ci.md", &found);
    }
}

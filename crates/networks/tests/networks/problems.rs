//! Networks as problems: what is learnt, on any number of threads, in any arithmetic.

use halfulp_lab::arithmetic::{Computing, Plain};
use halfulp_lab::optimizer::{Adam, Blind, Storages};
use halfulp_lab::problem::Problem;
use halfulp_lab::product::Accumulator;
use halfulp_lab::storage::Storage;
use halfulp_lab::train::{Run, Streams};
use halfulp_networks::layer;
use halfulp_networks::network::{Input, Transformer};
use halfulp_networks::numerics::Fast;
use halfulp_networks::problem::{DigitsSettings, ResidualDigits, TextSettings, TransformerText};

fn text(arithmetic: Computing, accumulator: Option<Accumulator>) -> TransformerText {
    let size = TextSettings {
        blocks: 1,
        width: 16,
        hidden: 24,
        heads: 2,
        length: 16,
        batch: 40,
        ..TextSettings::default()
    };
    TransformerText::from(TextSettings { arithmetic, accumulator, ..size })
}

fn digits(arithmetic: Computing, accumulator: Option<Accumulator>) -> ResidualDigits {
    let size = DigitsSettings { blocks: 2, width: 16, hidden: 24, batch: 80, ..DigitsSettings::default() };
    ResidualDigits::from(DigitsSettings { arithmetic, accumulator, ..size })
}

fn gradient(problem: &dyn Problem, seed: u64) -> Vec<f64> {
    let at = problem.start(1);
    let mut to = vec![0.0; at.len()];
    problem.sample(&at, seed, 3, &mut to);
    to
}

fn cosine(x: &[f64], y: &[f64]) -> f64 {
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    dot(x, y) / (dot(x, x) * dot(y, y)).sqrt()
}

#[test]
fn gradients_are_the_same_on_any_number_of_threads_and_differ_by_their_minibatch() {
    let narrow = Storage::named("bfloat16").map(Computing::Rounded).expect("a format");
    let problems: [Box<dyn Problem>; 4] = [
        Box::new(text(Computing::F32, None)),
        Box::new(digits(Computing::F32, None)),
        Box::new(digits(Computing::F64, Some(Accumulator::binary32()))),
        Box::new(digits(narrow, None)),
    ];
    for problem in &problems {
        let [one, three] = [1, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| gradient(&**problem, 7))
        });
        assert_eq!(one, three, "{}", problem.name());
        let other = gradient(&**problem, 8);
        assert!(cosine(&one, &other) > 0.3 && one != other, "{}: {}", problem.name(), cosine(&one, &other));
    }
}

#[test]
fn low_precision_changes_gradients_by_as_much_as_it_should() {
    let exact = gradient(&digits(Computing::F64, None), 7);
    let format = |name: &str| Computing::Rounded(Storage::named(name).expect("a format"));
    let mut last = 0.0;
    for (arithmetic, accumulator) in [
        (format("bfloat16"), None),
        (format("binary16"), None),
        (Computing::F32, Some(Accumulator::binary32().aligned(16, 13))),
        (Computing::F32, None),
    ] {
        let found = cosine(&exact, &gradient(&digits(arithmetic, accumulator), 7));
        assert!(found > last && found < 1.0 + 1e-12, "{found} after {last}");
        last = found;
    }
    assert!(last > 1.0 - 1e-9);
}

#[test]
fn both_are_learnt() {
    let problems: [(Box<dyn Problem>, f64); 2] =
        [(Box::new(text(Computing::F64, None)), 0.8), (Box::new(digits(Computing::F64, None)), 0.6)];
    for (problem, factor) in problems {
        let start = problem.start(2);
        let adam = Adam { rate: 2e-2, ..Adam::plain() };
        let (storages, streams) = (Storages::default(), Streams::new(5));
        let mut run =
            Run::new(&*problem, adam, Plain::<f64>::default(), &storages, streams, &start).expect("a run");
        (0..30).for_each(|_| run.step(&mut Blind).expect("a step"));
        let mut at = Vec::new();
        run.weights(&mut at);
        let (before, after, mut g) = (problem.value(&start), problem.value(&at), vec![0.0; at.len()]);
        assert!(after < factor * before, "{}: {before} became {after}", problem.name());
        // The full gradient is that of the function.
        problem.gradient(&at, &mut g);
        let size = g.iter().map(|g| g * g).sum::<f64>();
        at.iter_mut().zip(&g).for_each(|(w, g)| *w -= 1e-3 * g);
        let down = (after - problem.value(&at)) / (1e-3 * size);
        assert!((down - 1.0).abs() < 0.05, "{}: {down}", problem.name());
        assert!(problem.accuracy(&at).is_some_and(|share| share > 0.1));
    }
}

#[test]
#[should_panic(expected = "token 9 of 9")]
fn a_token_that_there_is_none_of_is_refused() {
    let shape = Transformer { tokens: 9, length: 2, width: 8, hidden: 8, heads: 2, blocks: 1 };
    let network = shape.network();
    let weights = network.start(0);
    network.logits(&mut Fast::<f64>::default(), &weights, Input::Tokens(&[1, 9]), &mut layer::Blind);
}

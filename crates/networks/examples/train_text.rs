//! How fast a transformer of a million parameters is trained: AdamW in binary32, 4096 characters a step.
//!
//!     cargo run --release -p halfulp-networks --example train_text -- 1000
//!
//! The argument is the number of steps, 20 if there is none. The clock is that of the wall, and of a machine that does nothing else.

use std::time::Instant;

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::optimizer::{Adam, Blind, Storages};
use halfulp_lab::problem::Problem;
use halfulp_lab::train::{Run, Streams};
use halfulp_networks::problem::{TextSettings, TransformerText};

fn main() -> Result<(), String> {
    let steps = match std::env::args().nth(1) {
        None => 20,
        Some(text) => {
            text.parse::<u64>().map_err(|e| format!("{text:?}: {e}: expected a number of steps"))?
        }
    };
    let problem = TransformerText::from(TextSettings { blocks: 4, hidden: 704, ..TextSettings::default() });
    let TextSettings { batch, length, .. } = *problem.settings();
    let start = problem.start(0);
    println!("{} parameters, {} threads", start.len(), rayon::current_num_threads());
    let adam = Adam { rate: 3e-3, betas: [0.9, 0.95], weight_decay: 0.1, ..Adam::plain() };
    let arithmetic = Plain::<f32>::default();
    let run = Run::new(&problem, adam, arithmetic, &Storages::default(), Streams::new(0), &start);
    let mut run = run.map_err(|e| e.to_string())?;
    let (begin, every) = (Instant::now(), (steps / 10).max(1));
    let mut weights = Vec::new();
    for t in 1..=steps {
        run.step(&mut Blind).map_err(|e| format!("diverged: {}", e.why))?;
        if t % every == 0 || t == steps {
            let seconds = begin.elapsed().as_secs_f64();
            let tokens = t as f64 * (batch * length) as f64;
            println!("step {t}: {seconds:.1} s, {:.0} characters a second", tokens / seconds);
        }
    }
    run.weights(&mut weights);
    let [loss, right] = problem.learner().loss(&weights, &problem.test());
    println!("test: cross entropy {loss:.3} nats a character, {:.1} % right", 100.0 * right);
    Ok(())
}

//! Parameters a second of optimizer steps, on one core: plain binary32 first, then what emulation costs.
//!
//! `cargo bench -p halfulp-benches --bench steps`

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use halfulp::noise;
use halfulp_lab::arithmetic::{Arithmetic, Plain, Rounded};
use halfulp_lab::optimizer::{Adam, Blind, States, Storages};
use halfulp_lab::storage::Storage;
use halfulp_lab::train::Streams;

fn drawn(seed: u64, n: usize) -> Vec<f32> {
    (0..n as u64).map(|k| (noise::word(seed, k) >> 40) as f32 / 8388608.0 - 1.0).collect()
}

fn storage(text: &str) -> Storage {
    #[derive(serde::Deserialize)]
    struct File {
        it: Storage,
    }
    toml::from_str::<File>(&format!("it = {text}")).unwrap_or_else(|e| panic!("{e}")).it
}

fn moments(first: &str, second: &str) -> Storages {
    Storages { first: storage(first), second: storage(second), ..Storages::default() }
}

fn adamw<A: Arithmetic<Number = f32>>(
    c: &mut Criterion,
    name: &str,
    mut a: A,
    preset: &str,
    storages: &Storages,
) {
    let adam = Adam { weight_decay: 0.01, ..Adam::preset(preset).unwrap_or_else(Adam::plain) };
    let mut group = c.benchmark_group("adamw");
    for n in [1usize << 15, 1 << 22] {
        let mut keepers = storages.keepers().unwrap_or_else(|(key, e)| panic!("{key}: {e}"));
        let (mut weights, mut gradients) = (drawn(1, n), drawn(2, n));
        a.store(&mut keepers.weights, &mut weights, 0, 0);
        a.store(&mut keepers.gradients, &mut gradients, 0, 0);
        let zeros = || vec![0.0; n];
        let mut states = States {
            weights,
            compensation: Vec::new(),
            first: zeros(),
            second: zeros(),
            matrices: Vec::new(),
        };
        let mut t = 0;
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function(BenchmarkId::new(name, n), |b| {
            b.iter(|| {
                t += 1;
                let seeds = Streams::new(1).step(t);
                adam.step(&mut a, &seeds, &mut states, black_box(&gradients), &mut keepers, &mut Blind);
            });
        });
    }
    group.finish();
}

fn steps(c: &mut Criterion) {
    let plain = Plain::<f32>::default();
    adamw(c, "binary32", plain.clone(), "pytorch", &Storages::default());
    adamw(c, "bfloat16 states", plain.clone(), "pytorch", &moments("\"bfloat16\"", "\"bfloat16\""));
    let stochastic = "{ format = \"bfloat16\", rounding = \"sr-a:16\" }";
    adamw(c, "bfloat16 states, stochastic", plain.clone(), "pytorch", &moments(stochastic, stochastic));
    let book = |signed: bool| {
        format!("{{ blockwise = \"bitsandbytes-cuda\", map = \"dynamic\", signed = {signed}, block = 256 }}")
    };
    adamw(c, "8-bit dynamic states", plain, "bitsandbytes", &moments(&book(true), &book(false)));
    for format in ["bfloat16", "e4m3fn"] {
        let all = storage(&format!("\"{format}\""));
        let Some((it, policy)) = all.format() else { continue };
        let rounded = Rounded::<f32>::new(it, policy).unwrap_or_else(|e| panic!("{e}"));
        adamw(c, &format!("every operation in {format}"), rounded, "plain", &Storages::all(&all));
    }
}

criterion_group!(benches, steps);
criterion_main!(benches);

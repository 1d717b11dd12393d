//! What counting the situations of a case costs, beside computing its result.
//!
//! `cargo bench -p halfulp-benches --bench coverage`. Each time is for 4096 cases; compare within a group only.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use halfulp::{Format, Op, Operands, Task, apply, noise};
use halfulp_verify::coverage::Counts;

const CASES: usize = 4096;

/// Uniform codes: every class of operand in its natural share.
fn inputs(format: &Format) -> Vec<Operands> {
    let code = |i: usize, lane: u64| noise::word(lane, i as u64) & format.code_mask();
    (0..CASES).map(|i| Operands::new(code(i, 1), code(i, 2), code(i, 3))).collect()
}

fn counting(c: &mut Criterion) {
    for (op, format) in [
        (Op::Mul, Format::E4M3FN),
        (Op::Add, Format::E4M3FN),
        (Op::Fma, Format::E4M3FN),
        (Op::Div, Format::BINARY16),
        (Op::Fma, Format::BINARY32),
        (Op::Add, Format::BINARY64),
    ] {
        let task = Task::within(op, format);
        let inputs = inputs(&format);
        let mut group = c.benchmark_group(format!("{op} of {} bits", format.width()));
        group.throughput(Throughput::Elements(CASES as u64));
        let mut counts = Counts::new(&task);
        group.bench_function("coverage", |b| b.iter(|| counts.see(black_box(&inputs))));
        group.bench_function("apply", |b| {
            b.iter(|| inputs.iter().map(|x| apply(&task, *black_box(x)).code).fold(0, u64::wrapping_add))
        });
        group.finish();
    }
}

criterion_group!(benches, counting);
criterion_main!(benches);

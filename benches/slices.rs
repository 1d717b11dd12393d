//! Arrays in a nearest cache (128 KiB of `f32`) and in memory (256 MiB), beside a plain copy of as many bytes and beside other
//! crates on the same work, in the same run.
//!
//! `cargo bench -p halfulp-benches --bench slices`, or a part of it: with `-- 'e4m3fn/128 KiB'` after it. Throughput is in elements;
//! compare within one group. The environment variable `HALFULP_KERNEL` picks the kernel. A copy called `4+1` reads and writes, together,
//! five bytes an element, as encoding to bytes does. The group `clock` says how many cycles a second the core did.

use std::hint::black_box;
use std::time::Duration;

use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use float8::{F8E4M3, F8E5M2};
use half::slice::HalfFloatSliceExt;
use halfulp::format::catalog::lookup;
use halfulp::kernel::Word;
use halfulp::slice::Arithmetic;
use halfulp::{NoiseBits, Policy, Rounding, Stochastic, noise};
use halfulp_benches::Array;
use minifloat::{BF16, F4E2M1FN, F8E4M3FN, F16};

type Group<'a> = BenchmarkGroup<'a, WallTime>;

const FORMATS: [&str; 5] = ["e4m3fn", "e5m2", "e2m1", "bfloat16", "binary16"];

/// Names and elements of the two sizes.
const SIZES: [(&str, usize); 2] = [("128 KiB", 1 << 15), ("256 MiB", 1 << 26)];

const STOCHASTIC: Rounding = Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(16) };

/// As many elements of the smaller size, again and again.
fn repeated<T: Copy>(n: usize, element: impl Fn(u64) -> T) -> Array<T> {
    let block: Vec<T> = (0..SIZES[0].1 as u64).map(element).collect();
    let mut all = Array::new(block[0], n);
    all.chunks_mut(block.len()).for_each(|part| part.copy_from_slice(&block));
    all
}

/// Normally distributed, about: sums of four uniform numbers.
fn values(n: usize) -> Array<f32> {
    let part = |w: u64, k: u32| (w >> (16 * k) & 0xffff) as f32 / 65536.0 - 0.5;
    repeated(n, |i| (0..4).map(|k| part(noise::word(1, i), k)).sum::<f32>() * 1.7)
}

fn codes<C: Word>(n: usize, seed: u64) -> Array<C> {
    repeated(n, |i| C::from_code(noise::word(seed, i) & (u64::MAX >> (64 - C::BITS))))
}

fn time(group: &mut Group, name: &str, mut f: impl FnMut()) {
    group.bench_function(name, |b| b.iter(&mut f));
}

/// A copy that reads and writes as many bytes an element as the work does together.
fn copy(group: &mut Group, name: &str, n: usize, bytes: usize) {
    let from = Array::new(1u8, n * bytes / 2);
    let mut to = Array::new(0u8, n * bytes / 2);
    time(group, &format!("copy {name}"), || black_box(&mut to[..]).copy_from_slice(black_box(&from)));
}

fn convert<C: Word>(group: &mut Group, arithmetic: &Arithmetic, x: &[f32]) {
    let n = x.len();
    let (mut to, mut back) = (Array::new(C::default(), n), Array::new(0f32, n));
    copy(group, &format!("4+{}", C::BITS / 8), n, 4 + C::BITS as usize / 8);
    time(group, "encode", || arithmetic.encode(black_box(x), black_box(&mut to)).expect("equal lengths"));
    time(group, "decode", || arithmetic.decode(black_box(&to), black_box(&mut back)).expect("equal lengths"));
}

fn quantize(group: &mut Group, arithmetic: &Arithmetic, stochastic: &Arithmetic, x: &[f32]) {
    let mut to = Array::new(0f32, x.len());
    copy(group, "4+4", x.len(), 8);
    for (name, arithmetic) in [("quantize", arithmetic), ("quantize stochastic", stochastic)] {
        time(group, name, || arithmetic.quantize(black_box(x), black_box(&mut to)).expect("equal lengths"));
    }
}

/// Elementwise arithmetic on codes of any bits, and, in formats of 16 bits, on those of numbers of like size, as tensors have them.
fn compute<C: Word>(group: &mut Group, arithmetic: &Arithmetic, x: &[f32]) {
    let n = x.len();
    operations(group, arithmetic, "", [2, 3, 4].map(|seed| codes::<C>(n, seed)));
    if C::BITS > 8 {
        let like = |k: usize| {
            let mut to = Array::new(C::default(), n);
            let moved: Vec<f32> = x[k..].iter().chain(&x[..k]).copied().collect();
            arithmetic.encode(&moved, &mut to).expect("equal lengths");
            to
        };
        operations(group, arithmetic, " of like size", [0, 111, 222].map(like));
    }
}

fn operations<C: Word>(group: &mut Group, arithmetic: &Arithmetic, of: &str, operands: [Array<C>; 3]) {
    let [a, b, c] = operands.each_ref().map(|x| &x[..]);
    let mut to = Array::new(C::default(), a.len());
    let bytes = C::BITS as usize / 8;
    if of.is_empty() {
        copy(group, &format!("{bytes}+{bytes}+{bytes}"), a.len(), 3 * bytes);
        copy(group, &format!("{bytes}+{bytes}+{bytes}+{bytes}"), a.len(), 4 * bytes);
    }
    time(group, &format!("add{of}"), || {
        arithmetic.add(black_box(a), black_box(b), black_box(&mut to)).expect("equal lengths")
    });
    time(group, &format!("mul{of}"), || {
        arithmetic.mul(black_box(a), black_box(b), black_box(&mut to)).expect("equal lengths")
    });
    time(group, &format!("fma{of}"), || {
        arithmetic.fma(black_box(a), black_box(b), black_box(c), black_box(&mut to)).expect("equal lengths")
    });
}

/// Another crate's conversions, one element after the other as its interface has it.
fn peer<T: Copy>(
    group: &mut Group,
    name: &str,
    x: &[f32],
    from: impl Fn(f32) -> T + Copy,
    to: impl Fn(T) -> f32 + Copy,
) {
    let mut codes: Vec<T> = x.iter().map(|&x| from(x)).collect();
    let mut back = vec![0f32; x.len()];
    time(group, &format!("{name} encode"), || {
        for (x, y) in black_box(x).iter().zip(black_box(&mut codes)) {
            *y = from(*x);
        }
    });
    time(group, &format!("{name} decode"), || {
        for (x, y) in black_box(&codes).iter().zip(black_box(&mut back)) {
            *y = to(*x);
        }
    });
    time(group, &format!("{name} quantize"), || {
        for (x, y) in black_box(x).iter().zip(black_box(&mut back)) {
            *y = to(from(*x));
        }
    });
}

macro_rules! half_peer {
    ($group:expr, $type:ty, $x:expr) => {{
        let mut codes = Array::new(<$type>::ZERO, $x.len());
        let mut back = Array::new(0f32, $x.len());
        time($group, "half encode", || black_box(&mut codes[..]).convert_from_f32_slice(black_box($x)));
        time($group, "half decode", || black_box(&codes[..]).convert_to_f32_slice(black_box(&mut back)));
    }};
}

/// A loop over two operands and a result.
type Loop<'a, T> = &'a dyn Fn(&[T], &[T], &mut [T]);

fn peer_arithmetic<T: Copy>(
    group: &mut Group,
    [a, b]: [Vec<T>; 2],
    add: impl Fn(T, T) -> T,
    mul: impl Fn(T, T) -> T,
) {
    let mut to = a.clone();
    let mut run = |name: &str, f: Loop<T>| {
        time(group, name, || f(black_box(&a), black_box(&b), black_box(&mut to)));
    };
    run("minifloat add", &|a, b, to| a.iter().zip(b).zip(to).for_each(|((a, b), y)| *y = add(*a, *b)));
    run("minifloat mul", &|a, b, to| a.iter().zip(b).zip(to).for_each(|((a, b), y)| *y = mul(*a, *b)));
}

macro_rules! minifloat_peer {
    ($group:expr, $type:ty, $word:ty, $x:expr) => {{
        peer($group, "minifloat", $x, <$type>::from_f32, <$type>::to_f32);
        let operands = [2, 3].map(|seed| {
            codes::<$word>($x.len(), seed).iter().map(|&bits| <$type>::from_bits(bits)).collect::<Vec<_>>()
        });
        peer_arithmetic($group, operands, |a, b| a + b, |a, b| a * b);
    }};
}

fn peers(group: &mut Group, name: &str, x: &[f32]) {
    match name {
        "e4m3fn" => {
            peer(group, "float8", x, F8E4M3::from_f32, |y| y.to_f32());
            minifloat_peer!(group, F8E4M3FN, u8, x);
        }
        "e5m2" => {
            peer(group, "float8", x, F8E5M2::from_f32, |y| y.to_f32());
            minifloat_peer!(group, minifloat::F8E5M2, u8, x);
        }
        "e2m1" => peer(group, "minifloat", x, F4E2M1FN::from_f32, F4E2M1FN::to_f32),
        "bfloat16" => {
            half_peer!(group, half::bf16, x);
            minifloat_peer!(group, BF16, u16, x);
        }
        _ => {
            half_peer!(group, half::f16, x);
            minifloat_peer!(group, F16, u16, x);
        }
    }
}

/// Cycles a second: of dependent products of 64 bits and rotations, which take three and one on today's processors.
fn clock(c: &mut Criterion) {
    let mut group = c.benchmark_group("clock");
    group.throughput(Throughput::Elements(4 * 1024));
    time(&mut group, "cycles", || {
        let factor = black_box(3u64);
        black_box((0..1024).fold(black_box(1u64), |x, _| x.wrapping_mul(factor).rotate_left(1)));
    });
    group.finish();
}

fn slices(c: &mut Criterion) {
    for (size, n) in SIZES {
        let x = values(n);
        for name in FORMATS {
            let format = lookup(name).expect("a format of the catalog");
            let arithmetic = Arithmetic::new(&format, &Policy::IEEE).expect("a narrow format");
            let stochastic =
                Arithmetic::new(&format, &Policy::IEEE.rounding(STOCHASTIC)).expect("a narrow format");
            let mut group = c.benchmark_group(format!("{name}/{size}"));
            group.throughput(Throughput::Elements(n as u64));
            if format.width() <= 8 {
                convert::<u8>(&mut group, &arithmetic, &x);
                compute::<u8>(&mut group, &arithmetic, &x);
            } else {
                convert::<u16>(&mut group, &arithmetic, &x);
                compute::<u16>(&mut group, &arithmetic, &x);
            }
            quantize(&mut group, &arithmetic, &stochastic, &x);
            // In memory the others are as fast as in the cache, or less.
            if n == SIZES[0].1 {
                peers(&mut group, name, &x);
            }
            group.finish();
        }
    }
}

fn config() -> Criterion {
    let (warm_up, measurement) = (Duration::from_millis(100), Duration::from_millis(400));
    Criterion::default().sample_size(10).warm_up_time(warm_up).measurement_time(measurement)
}

criterion_group! {
    name = benches;
    config = config();
    targets = clock, slices
}
criterion_main!(benches);

//! The scalar path, with the format at run time (`halfulp`) and in the type (`halfulp, typed`), beside rustc_apfloat,
//! whose formats are types too, and `half`: same inputs, same run.
//!
//! `cargo bench -p halfulp-benches --bench scalar`. Each time is for 1024 operations; compare within a group only.

use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use half::f16;
use halfulp::format::catalog::builtin_format;
use halfulp::typed::{FloatFormat, Minifloat, marker};
use halfulp::{Code, Format, Op, Operands, Policy, Task, apply, noise};
use rustc_apfloat::ieee::{Float8E4M3FN, Half, Single};
use rustc_apfloat::{Float, FloatConvert, Round};

const COUNT: usize = 1024;

const BINARY16: Format = builtin_format("binary16");
const BINARY32: Format = builtin_format("binary32");
const E4M3FN: Format = builtin_format("e4m3fn");

/// Uniform codes: every class of operand in its natural share.
fn inputs(format: &Format) -> Vec<Operands> {
    let code = |i: usize, lane: u64| noise::word(lane, i as u64) & format.code_mask();
    (0..COUNT).map(|i| Operands::new(code(i, 1), code(i, 2), code(i, 3))).collect()
}

fn each(group: &mut BenchmarkGroup<WallTime>, name: &str, inputs: &[Operands], f: impl Fn(&Operands) -> u64) {
    group.bench_function(name, |b| {
        b.iter(|| inputs.iter().map(|x| f(black_box(x))).fold(0, u64::wrapping_add))
    });
}

fn scalar(group: &mut BenchmarkGroup<WallTime>, inputs: &[Operands], task: Task) {
    assert!(task.check().is_ok());
    let task = black_box(task);
    each(group, "halfulp", inputs, |x| {
        let rounded = apply(&task, *x);
        rounded.code + u64::from(rounded.flags.bits())
    });
}

/// The same with the format known when the program is built.
fn typed<F: FloatFormat>(group: &mut BenchmarkGroup<WallTime>, inputs: &[Operands], op: Op) {
    let of = number::<F>;
    each(group, "halfulp, typed", inputs, |x| {
        let [a, b, c] = x.codes;
        let a = of(a).with(Policy::IEEE);
        let rounded = match op {
            Op::Add => a.add(of(b)),
            Op::Mul => a.mul(of(b)),
            Op::Div => a.div(of(b)),
            _ => a.mul_add(of(b), of(c)),
        };
        let code: Code = rounded.value.to_bits().into();
        code + u64::from(rounded.flags.bits())
    });
}

fn typed_convert<F: FloatFormat, G: FloatFormat>(group: &mut BenchmarkGroup<WallTime>, inputs: &[Operands]) {
    each(group, "halfulp, typed", inputs, |x| {
        let rounded = number::<F>(x.codes[0]).with(Policy::IEEE).convert::<G>();
        let code: Code = rounded.value.to_bits().into();
        code + u64::from(rounded.flags.bits())
    });
}

fn number<F: FloatFormat>(code: Code) -> Minifloat<F> {
    Minifloat::from_bits(F::Storage::try_from(code).unwrap_or_default())
}

fn apfloat<T: Float>(group: &mut BenchmarkGroup<WallTime>, inputs: &[Operands], op: Op) {
    let of = |code: u64| T::from_bits(u128::from(code));
    let nearest = Round::NearestTiesToEven;
    each(group, "rustc_apfloat", inputs, |x| {
        let [a, b, c] = x.codes;
        let result = match op {
            Op::Add => of(a).add_r(of(b), nearest),
            Op::Mul => of(a).mul_r(of(b), nearest),
            Op::Div => of(a).div_r(of(b), nearest),
            _ => of(a).mul_add_r(of(b), of(c), nearest),
        };
        result.value.to_bits() as u64 + u64::from(result.status.bits())
    });
}

fn half_crate(group: &mut BenchmarkGroup<WallTime>, inputs: &[Operands], op: Op) {
    let of = |code: u64| f16::from_bits(code as u16);
    each(group, "half (no flags)", inputs, |x| {
        let [a, b, _] = x.codes;
        let result = match op {
            Op::Add => of(a) + of(b),
            Op::Mul => of(a) * of(b),
            _ => of(a) / of(b),
        };
        u64::from(result.to_bits())
    });
}

fn arithmetic(c: &mut Criterion) {
    for op in [Op::Add, Op::Mul, Op::Div, Op::Fma] {
        let mut group = c.benchmark_group(format!("binary16 {op}"));
        let x = inputs(&BINARY16);
        scalar(&mut group, &x, Task::within(op, BINARY16));
        typed::<marker::Binary16>(&mut group, &x, op);
        apfloat::<Half>(&mut group, &x, op);
        if !matches!(op, Op::Fma) {
            half_crate(&mut group, &x, op);
        }
        group.finish();
        let mut group = c.benchmark_group(format!("e4m3fn {op}"));
        let x = inputs(&E4M3FN);
        scalar(&mut group, &x, Task::within(op, E4M3FN));
        typed::<marker::E4M3FN>(&mut group, &x, op);
        apfloat::<Float8E4M3FN>(&mut group, &x, op);
        group.finish();
    }
}

fn convert(c: &mut Criterion) {
    let from = |operand: Format, result: Format| {
        Task::within(Op::Convert, operand).with_operands([operand; 3]).with_result(result)
    };
    let wide: Vec<Operands> = inputs(&BINARY16).iter().map(to_single).collect();

    let mut group = c.benchmark_group("binary32 to binary16");
    scalar(&mut group, &wide, from(BINARY32, BINARY16));
    typed_convert::<marker::Binary32, marker::Binary16>(&mut group, &wide);
    convert_apfloat::<Single, Half>(&mut group, &wide);
    each(&mut group, "half (no flags)", &wide, |x| {
        u64::from(f16::from_f32(f32::from_bits(x.codes[0] as u32)).to_bits())
    });
    group.finish();

    let mut group = c.benchmark_group("binary32 to e4m3fn");
    scalar(&mut group, &wide, from(BINARY32, E4M3FN));
    typed_convert::<marker::Binary32, marker::E4M3FN>(&mut group, &wide);
    convert_apfloat::<Single, Float8E4M3FN>(&mut group, &wide);
    group.finish();

    let mut group = c.benchmark_group("binary16 to binary32");
    let x = inputs(&BINARY16);
    scalar(&mut group, &x, from(BINARY16, BINARY32));
    typed_convert::<marker::Binary16, marker::Binary32>(&mut group, &x);
    convert_apfloat::<Half, Single>(&mut group, &x);
    each(&mut group, "half (no flags)", &x, |x| {
        u64::from(f16::from_bits(x.codes[0] as u16).to_f32().to_bits())
    });
    group.finish();
}

/// A binary32 value of binary16's range with a full significand.
fn to_single(x: &Operands) -> Operands {
    let wide = f16::from_bits(x.codes[0] as u16).to_f32().to_bits() ^ (x.codes[1] as u32 & 0x1fff);
    Operands::new(u64::from(wide), 0, 0)
}

fn convert_apfloat<S, T>(group: &mut BenchmarkGroup<WallTime>, inputs: &[Operands])
where
    S: Float + FloatConvert<T>,
    T: Float,
{
    each(group, "rustc_apfloat", inputs, |x| {
        let result = S::from_bits(u128::from(x.codes[0])).convert(&mut false);
        let value: T = result.value;
        value.to_bits() as u64 + u64::from(result.status.bits())
    });
}

criterion_group!(benches, arithmetic, convert);
criterion_main!(benches);

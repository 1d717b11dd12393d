use halfulp::{NoiseBits, Op, Operands, Policy, Rounding, Stochastic, Task, apply, format::catalog::lookup};
use nalgebra::DMatrix;

use super::exact::{number, parts};
use super::*;

fn random(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
    let word = |i: usize, j: usize| halfulp::noise::word(seed, (i * columns + j) as u64);
    DMatrix::from_fn(rows, columns, |i, j| (word(i, j) >> 11) as f64 / (1u64 << 52) as f64 - 1.0)
}

fn stored(m: &DMatrix<f64>, format: &str) -> DMatrix<f64> {
    let mut m = m.clone();
    let mut keeper = crate::storage::Storage::named(format).and_then(|s| s.keeper()).expect("a storage");
    keeper.store(m.as_mut_slice(), 0, 0);
    m
}

/// The definition: `apply`, term by term, from 0.
fn by_definition(how: &Accumulator, a: &[f64], b: &[f64]) -> f64 {
    let binary64 = lookup("binary64").expect("a format");
    let f = *how.format();
    let fma = Task::new(Op::Fma, [binary64, binary64, f], f).with_policy(*how.policy());
    let zero = 0;
    let sum = a
        .iter()
        .zip(b)
        .fold(zero, |sum, (x, y)| apply(&fma, Operands::new(x.to_bits(), y.to_bits(), sum)).code);
    number(&f, sum)
}

#[test]
fn sums_in_any_format_are_the_definition() {
    let (a, b) = (random(3, 19, 1), random(19, 2, 2));
    for name in ["binary32", "binary64", "bfloat16", "binary16", "e4m3fn", "e5m2"] {
        let how = Accumulator::named(name).expect("a format");
        let product = how.product(&a, &b, 0);
        for i in 0..3 {
            for j in 0..2 {
                let (x, y): (Vec<_>, Vec<_>) =
                    (a.row(i).iter().copied().collect(), b.column(j).iter().copied().collect());
                assert_eq!(product[(i, j)], by_definition(&how, &x, &y), "{name} ({i}, {j})");
            }
        }
    }
}

#[test]
fn the_cpu_and_the_library_add_alike() {
    let toward_zero = Policy::IEEE.rounding(Rounding::TowardZero);
    let (a, b) = (stored(&random(5, 40, 3), "bfloat16"), stored(&random(40, 4, 4), "bfloat16"));
    for how in [Accumulator::binary32(), Accumulator::binary64()] {
        for how in [how.clone(), how.clone().pairwise(), how.rounded_products()] {
            let plain = how.product(&a, &b, 0);
            assert_eq!(plain, super::rounded::product(&how, &a, &b, 0), "{how}");
        }
    }
    let truncated = Accumulator::new(*Accumulator::binary32().format(), toward_zero).expect("one");
    assert_ne!(truncated.product(&a, &b, 0), Accumulator::binary32().product(&a, &b, 0));
}

#[test]
fn one_block_is_one_rounding_and_blocks_of_one_are_sequential() {
    let (a, b) = (random(4, 33, 5), random(33, 3, 6));
    for name in ["bfloat16", "e4m3fn", "binary32"] {
        let how = Accumulator::named(name).expect("a format");
        assert_eq!(how.clone().blocks(1).product(&a, &b, 0), how.product(&a, &b, 0), "{name}");
        let once = how.clone().blocks(33).product(&a, &b, 0);
        // binary64's own error is too small to matter but next to a tie.
        assert_eq!(once, stored(&(&a * &b), name), "{name}");
    }
}

#[test]
fn sums_of_halves_need_fewer_roundings() {
    let ones = DMatrix::from_element(1, 1000, 1.0);
    let how = Accumulator::named("e5m2").expect("a format");
    let sum = |how: &Accumulator| how.product(&ones, &ones.transpose(), 0)[(0, 0)];
    assert_eq!(sum(&how), 8.0);
    assert_eq!(sum(&how.pairwise()), 1024.0);
}

#[test]
fn exact_sums_are_exact_at_any_distance() {
    let mut sum = ExactSum::default();
    for x in [1e308, 5e-324, -1e308, 1.0, 5e-324] {
        sum.add(x);
    }
    let binary64 = lookup("binary64").expect("a format");
    let up = Policy::IEEE.rounding(Rounding::TowardPositive);
    assert_eq!(sum.rounded(&binary64, &Policy::IEEE, 0), 1.0);
    assert_eq!(sum.rounded(&binary64, &up, 0), 1.0f64.next_up());
    sum.add(-1.0);
    assert_eq!(sum.rounded(&binary64, &Policy::IEEE, 0), 1e-323);
    sum.add(f64::INFINITY);
    assert_eq!(sum.rounded(&binary64, &Policy::IEEE, 0), f64::INFINITY);
    sum.add_product(f64::INFINITY, 0.0);
    assert!(sum.rounded(&binary64, &Policy::IEEE, 0).is_nan());
}

#[test]
fn sums_that_cancel_have_the_sign_of_the_rounding() {
    let mut sum = ExactSum::default();
    sum.add(1.5);
    sum.add_product(-0.5, 3.0);
    let format = lookup("bfloat16").expect("a format");
    let down = Policy::IEEE.rounding(Rounding::TowardNegative);
    assert_eq!(sum.rounded(&format, &Policy::IEEE, 0).to_bits(), 0);
    assert_eq!(sum.rounded(&format, &down, 0).to_bits(), (-0.0f64).to_bits());
}

#[test]
fn a_number_is_its_parts() {
    for x in [1.0, -3.5, 5e-324, f64::MAX, f64::MIN_POSITIVE, -0.1] {
        let (significand, exponent) = parts(x);
        assert_eq!(significand & 1, 1);
        let half = exponent / 2;
        assert_eq!(significand as f64 * 2f64.powi(half) * 2f64.powi(exponent - half), x);
        assert_eq!(number(&lookup("binary64").expect("a format"), x.to_bits()), x);
    }
}

/// As a matrix unit with 16 products a block and 25 bits: 15 + 31 * 2^-25 is exact inside, and loses 31 * 2^-25 on its way out to
/// 24 bits, more than the 17 * 2^-25 of a model in which every addend loses at most one unit.
#[test]
fn a_unit_that_aligns_loses_at_the_output_too() {
    let mut a = DMatrix::from_element(1, 16, 1.0);
    a[15] = 31.0 * 2f64.powi(-25);
    let toward_zero = Policy::IEEE.rounding(Rounding::TowardZero);
    let unit = Accumulator::new(*Accumulator::binary32().format(), toward_zero).expect("one").aligned(16, 25);
    let ones = DMatrix::from_element(16, 1, 1.0);
    assert_eq!(unit.product(&a, &ones, 0)[(0, 0)], 15.0);
    // A term below the last bit that is kept is lost at the entrance.
    a[15] = 2f64.powi(-26);
    a.columns_mut(1, 14).fill(0.0);
    assert_eq!(unit.product(&a, &ones, 0)[(0, 0)], 1.0);
}

#[test]
fn noise_is_the_seed_s_and_nothing_else() {
    let stochastic =
        Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(16) });
    let bfloat16 = lookup("bfloat16").expect("a format");
    let (a, b) = (random(3, 50, 7), random(50, 3, 8));
    for how in [
        Accumulator::new(bfloat16, stochastic).expect("one"),
        Accumulator::new(bfloat16, stochastic).expect("one").blocks(4),
    ] {
        assert_eq!(how.product(&a, &b, 1), how.product(&a, &b, 1));
        assert_ne!(how.product(&a, &b, 1), how.product(&a, &b, 2));
    }
}

#[test]
fn accumulators_are_read_from_files() {
    #[derive(serde::Deserialize)]
    struct File {
        accumulator: Accumulator,
    }
    let read = |text: &str| {
        let file: Result<File, _> = crate::toml_value::from_str(&format!("accumulator = {text}"));
        file.map(|f| f.accumulator.to_string()).map_err(|e| e.message().to_string())
    };
    for (text, expected) in [
        ("\"binary32\"", "binary32"),
        ("{ format = \"bfloat16\", rounding = \"rtz\", order = \"pairwise\" }", "bfloat16 rtz, pairwise"),
        (
            "{ format = \"binary32\", block = 4, products = \"rounded\" }",
            "binary32, products rounded, blocks of 4",
        ),
        (
            "{ format = \"binary32\", rounding = \"rtz\", block = 16, fraction = 25 }",
            "binary32 rtz, blocks of 16 cut at 25 bits",
        ),
    ] {
        assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
    }
    for (text, part) in [
        ("\"binary33\"", "binary33"),
        ("{ format = \"binary32\", block = 0 }", "block: expected 1 to 16777216 products, not 0"),
        ("{ format = \"binary32\", fraction = 3 }", "fraction: expected a key block"),
        ("{ format = \"binary32\", order = \"pairwise\", block = 3 }", "order: expected it without block"),
        ("{ format = \"binary32\", colour = 1 }", "unknown field"),
    ] {
        let error = read(text).expect_err(text);
        assert!(error.contains(part), "{text}: {error}");
    }
}

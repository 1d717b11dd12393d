//! Low-bit storage beside SOLO's own code (`tools/solo_golden.py` wrote what that computed), and the bounds of moments that are kept so.

use std::sync::Arc;

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::bound::low_bit::Kept;
use halfulp_lab::bound::{Status, Tally};
use halfulp_lab::optimizer::{Adam, Observer, Quantity, States, Storages};
use halfulp_lab::problem::{Problem, Quadratic};
use halfulp_lab::storage::Storage;
use halfulp_lab::storage::levels::{Chance, LowBit, Scale, Spacing};
use halfulp_lab::train::{Run, Seeds, Streams, Watch};

/// binary32's unit roundoff.
const U: f64 = 1.0 / (1u32 << 24) as f64;

/// One case of the file: its head and seven lines.
struct Case {
    name: String,
    low: LowBit,
    book: Vec<f32>,
    values: Vec<f32>,
    uniforms: Vec<f32>,
    codes: Vec<u8>,
    scales: Vec<Scale>,
    back: Vec<f32>,
}

fn numbers(line: &str) -> Vec<f32> {
    let words = line.split(' ').filter(|word| *word != "-");
    words.map(|word| f32::from_bits(u32::from_str_radix(word, 16).expect("a word"))).collect()
}

fn case(lines: &[&str]) -> Case {
    let head: Vec<&str> = lines[0].split(' ').collect();
    let spacing = match head[1] {
        "logarithmic" => Spacing::Logarithmic,
        "linear" => Spacing::Linear,
        "dynamic" => Spacing::Dynamic,
        other => panic!("no levels are called {other}"),
    };
    let rounding = match head[4] {
        "chance" => Chance::Chance,
        "unbiased" => Chance::Unbiased,
        "nearest" => Chance::Nearest,
        other => panic!("no rounding is called {other}"),
    };
    let (bits, block) = (head[2].parse().expect("bits"), head[6].parse().expect("a block"));
    let quantile = head[5].parse().unwrap_or(0.1);
    let low =
        LowBit::with(spacing, [bits, block], head[3] == "signed", quantile, rounding).expect("a storage");
    let (scales, bases) = (numbers(lines[5]), numbers(lines[6]));
    let scale =
        |(k, scale): (usize, &f32)| Scale { scale: *scale, base: bases.get(k).copied().unwrap_or(1.0) };
    Case {
        name: lines[0].into(),
        low,
        book: numbers(lines[1]),
        values: numbers(lines[2]),
        uniforms: numbers(lines[3]),
        codes: lines[4].split(' ').map(|word| u8::from_str_radix(word, 16).expect("a code")).collect(),
        scales: scales.iter().enumerate().map(scale).collect(),
        back: numbers(lines[7]),
    }
}

fn cases() -> Vec<Case> {
    let text = include_str!("../data/blockwise/solo.txt");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    lines.chunks(8).map(case).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|x| x.to_bits()).collect()
}

/// Equidistant levels and those of dynamic exponent: code book, scale, code and value to the last bit.
#[test]
fn levels_of_a_code_book_are_solo_s_to_the_last_bit() {
    let cases = cases();
    let with_book: Vec<&Case> = cases.iter().filter(|case| !case.book.is_empty()).collect();
    assert!(with_book.len() >= 60, "{}", with_book.len());
    for case in with_book {
        let low = &case.low;
        assert_eq!(bits(low.book()), bits(&case.book), "{}", case.name);
        for (k, values) in case.values.chunks(low.block).enumerate() {
            let from = k * low.block;
            let mut codes = vec![0; values.len()];
            let uniform = |i: usize| case.uniforms.get(from + i).copied().unwrap_or(0.5);
            let scale = low.quantize(values, &uniform, &mut codes);
            assert_eq!(scale, case.scales[k], "{}", case.name);
            assert_eq!(codes, case.codes[from..from + values.len()], "{}, block {k}", case.name);
            let back: Vec<f32> = codes.iter().map(|code| low.value(*code, scale)).collect();
            assert_eq!(bits(&back), bits(&case.back[from..from + values.len()]), "{}", case.name);
        }
    }
}

/// How far from where another code would be taken a number is, in units of codes (of unbiased rounding, of values); and what logarithms, quotient and powers
/// that are right to an ulp can move it by.
fn margin(low: &LowBit, z: f32, base: f32, uniform: f32) -> [f64; 2] {
    let (z, base, uniform) = (f64::from(z), f64::from(base), f64::from(uniform));
    let exponent = z.log2() / base.log2();
    let moved = 8.0 * U * (exponent.abs() + 1.0);
    if low.rounding == Chance::Unbiased {
        let last = f64::from((1u16 << low.bits) - 1);
        let upper = exponent.floor().clamp(0.0, last);
        let lower = (upper + 1.0).min(last);
        let (high, below) = (base.powf(upper), base.powf(lower));
        // Beside a level, either cell is right.
        let beside = (exponent - exponent.round()).abs() <= moved;
        let apart = (z - below - (high - below) * uniform).abs();
        return [if beside { 0.0 } else { apart }, 16.0 * U * (lower + 1.0) * high];
    }
    let at = exponent + uniform - 0.5;
    [((at - at.floor()) - 0.5).abs(), moved]
}

/// Logarithmic levels: scales to the last bit; bases, codes and values as near as logarithms and powers that are right to an ulp.
#[test]
fn logarithmic_levels_are_solo_s_within_what_logarithms_round() {
    let cases = cases();
    let logarithmic: Vec<&Case> = cases.iter().filter(|case| case.book.is_empty()).collect();
    assert!(logarithmic.len() >= 30, "{}", logarithmic.len());
    let (mut equal, mut bases, mut all) = (0, 0, 0);
    for case in logarithmic {
        for (k, values) in case.values.chunks(case.low.block).enumerate() {
            let (theirs, from) = (case.scales[k], k * case.low.block);
            let ours = case.low.scale(values);
            assert_eq!(ours.scale, theirs.scale, "{}", case.name);
            let near = (ours.base - theirs.base).abs() <= 4.0 * U as f32 * theirs.base;
            assert!(near, "{}: base {}, expected {}", case.name, ours.base, theirs.base);
            bases += u32::from(ours.base == theirs.base);
            let mut codes = vec![0; values.len()];
            case.low.quantize(values, &|i| case.uniforms[from + i], &mut codes);
            for (i, &x) in values.iter().enumerate() {
                let at = from + i;
                let value = f64::from(case.low.value(case.codes[at], theirs));
                let back = f64::from(case.back[at]);
                assert!((value - back).abs() <= 4.0 * U * back, "{}: {value}, expected {back}", case.name);
                all += 1;
                if codes[i] == case.codes[at] {
                    equal += 1;
                    continue;
                }
                let [apart, moved] = margin(&case.low, x / theirs.scale, theirs.base, case.uniforms[at]);
                assert!(
                    apart <= moved,
                    "{}: code {}, expected {} ({apart:e})",
                    case.name,
                    codes[i],
                    case.codes[at]
                );
            }
        }
    }
    println!("{equal} of {all} codes, {bases} of the bases to the last bit");
    assert!(equal as f64 >= 0.999 * f64::from(all), "{equal} of {all}");
}

fn low(spacing: Spacing, bits: usize, signed: bool, rounding: Chance) -> LowBit {
    LowBit::with(spacing, [bits, 32], signed, 0.1, rounding).expect("a storage")
}

/// Another storage than is said: a fault.
struct Faulty<'a> {
    kept: &'a mut Kept,
    change: &'a dyn Fn(f64, u64) -> f64,
}

impl Observer<f64> for Faulty<'_> {
    fn see(&mut self, what: Quantity, first: usize, values: &[f64]) {
        self.kept.see(what, first, values);
    }
}

impl Watch<f64> for Faulty<'_> {
    fn before(&mut self, at: &Seeds, states: &States<f64>, gradient: &[f64]) {
        self.kept.before(at, states, gradient);
    }

    fn after(&mut self, at: &Seeds, states: &States<f64>) {
        let mut changed = states.clone();
        changed.second.iter_mut().for_each(|q| *q = (self.change)(*q, at.t));
        Watch::<f64>::after(self.kept, at, &changed);
    }
}

/// The bounds of a second moment over a run of Adam, seen through a change.
fn watched(low: &LowBit, beta2: f64, change: &dyn Fn(f64, u64) -> f64) -> Vec<Tally> {
    let problem = Quadratic::new(Quadratic::logspace(0.1, 1.0, 64), 0.5, 1.0, 4.0);
    let adam = Adam { rate: 1e-2, betas: [0.9, beta2], ..Adam::preset("pytorch").expect("a preset") };
    let storages = Storages { second: Storage::Levels(Arc::new(low.clone())), ..Storages::default() };
    let start = problem.start(1);
    let mut run =
        Run::new(&problem, adam, Plain::<f64>::default(), &storages, Streams::new(1), &start).expect("a run");
    let mut kept = Kept::new(low, true, beta2, std::iter::once(0..64).collect(), "a run");
    for _ in 0..200 {
        run.step(&mut Faulty { kept: &mut kept, change }).expect("a step");
    }
    kept.tallies()
}

#[test]
fn a_store_that_always_goes_up_exceeds_both_bounds() {
    for spacing in [Spacing::Linear, Spacing::Dynamic, Spacing::Logarithmic] {
        let unbiased = low(spacing, 4, false, Chance::Unbiased);
        for tally in watched(&unbiased, 0.9, &|q, _| q) {
            assert_eq!(tally.status(), Status::Holds, "{spacing:?}: {:?}", tally.worst());
        }
        // As if every store went up by a large part of a gap.
        for tally in watched(&unbiased, 0.9, &|q, _| 1.5 * q + 1e-3) {
            assert_eq!(tally.status(), Status::Violated, "{spacing:?}: {:?}", tally.worst());
        }
    }
    // Biased by what it is: rounding in the logarithm has no such bounds.
    assert!(watched(&low(Spacing::Logarithmic, 4, false, Chance::Chance), 0.9, &|q, _| q).is_empty());
}

/// Theorem 3.1 along a run: with a decay above its threshold every index stays as it says; one that moves is noticed.
#[test]
fn indices_stay_where_the_theorem_says_in_a_run() {
    for spacing in [Spacing::Linear, Spacing::Dynamic] {
        let nearest = low(spacing, 3, false, Chance::Nearest);
        let sound = watched(&nearest, 0.999, &|q, _| q).remove(0);
        assert!(
            sound.counts().evaluated > 500 && sound.counts().violated == 0,
            "{spacing:?}: {:?}",
            sound.counts()
        );
        let faulty = watched(&nearest, 0.999, &|q, t| if t % 2 == 0 { 1.6 * q } else { q }).remove(0);
        assert!(faulty.counts().violated > 0, "{spacing:?}: {:?}", faulty.counts());
    }
}

//! All values of binary32 rounded stochastically, each with several noise words, against the steps that the definition makes.
//!
//! With one word rounding is monotone: where two values of a class have the same result, so have those between them. So the definition is
//! asked where the results change, and the kernels about every value.

use std::ops::Range;
use std::thread;

use halfulp::kernel::Kernel;
use halfulp::slice::Arithmetic;
use halfulp::{Format, NoiseBits, Policy, Rounding, Stochastic, noise};

use crate::convert::{Bits, arithmetic, convert};
use crate::support::{BFLOAT16, BINARY16, BINARY32, E2M1, E4M3FN, E5M2};

const SEED: u64 = 11;

/// The results of all values with one noise word, an entry a run of the same result.
struct Steps {
    /// The first value of each run, ascending, its code, and what that is as a value.
    runs: Vec<(u32, u16, u32)>,
}

impl Steps {
    fn of(format: Format, policy: &Policy, word: u64) -> Steps {
        let (narrow, widen) = (convert(BINARY32, format, policy), convert(format, BINARY32, policy));
        let result = |x: u32| narrow(x.into(), word);
        let mut starts = Vec::new();
        // Zero, the numbers, infinity and the NaNs, of both signs.
        for sign in [0, 1 << 31] {
            for (first, last) in
                [(0, 0), (1, 0x7f7f_ffff), (0x7f80_0000, 0x7f80_0000), (0x7f80_0001, 0x7fff_ffff)]
            {
                let ends = [sign | first, sign | last].map(|x| (x, result(x)));
                starts.push(ends[0]);
                cut(&result, ends, &mut starts);
            }
        }
        let run = |(x, code)| (x, code as u16, widen(code, word) as u32);
        Steps { runs: starts.into_iter().map(run).collect() }
    }

    /// The run that a value is in.
    fn run_of(&self, x: u32) -> usize {
        self.runs.partition_point(|run| run.0 <= x) - 1
    }

    /// Where the run after one begins.
    fn end(&self, run: usize) -> u64 {
        self.runs.get(run + 1).map_or(1 << 32, |next| next.0.into())
    }
}

/// Adds the values between two, and the second, at which the result changes.
fn cut(result: &impl Fn(u32) -> u64, [low, high]: [(u32, u64); 2], starts: &mut Vec<(u32, u64)>) {
    match high.0 - low.0 {
        _ if low.1 == high.1 => {}
        1 => starts.push(high),
        distance => {
            let middle = low.0 + distance / 2;
            let middle = (middle, result(middle));
            cut(result, [low, middle], starts);
            cut(result, [middle, high], starts);
        }
    }
}

/// A kernel under a policy, beside the steps of the words that elements of an array have.
struct Sweep<'a> {
    arithmetic: &'a Arithmetic,
    policy: &'a Policy,
    narrow: bool,
    steps: &'a [Steps],
}

impl Sweep<'_> {
    /// Rounds blocks of consecutive values, as many as there are words, so often that each value meets `turns` words.
    fn check(&self, blocks: Range<u64>, turns: usize) {
        let n = self.steps.len();
        let first = (blocks.start * n as u64) as u32;
        let mut runs: Vec<usize> = self.steps.iter().map(|steps| steps.run_of(first)).collect();
        for block in blocks {
            let start = (block * n as u64) as u32;
            let end = u64::from(start) + n as u64;
            for turn in 0..turns {
                let x: Vec<u32> = (0..n).map(|i| start + ((i + turn * n / turns) % n) as u32).collect();
                let run_of = |i: usize| {
                    let steps = &self.steps[i];
                    (runs[i]..).find(|&run| steps.end(run) > x[i].into()).expect("the last run ends last")
                };
                let expected: Vec<_> = (0..n).map(|i| self.steps[i].runs[run_of(i)]).collect();
                self.rounds_to(&x, &expected);
            }
            for (steps, run) in self.steps.iter().zip(&mut runs) {
                while steps.end(*run) <= end && end < 1 << 32 {
                    *run += 1;
                }
            }
        }
    }

    /// Rounds what is around the beginning of each word's runs with that word.
    fn check_steps(&self) {
        let runs = self.steps.iter().map(|steps| steps.runs.len()).max().expect("a word at least");
        for run in 0..runs {
            let starts: Vec<u32> = self.steps.iter().map(|s| s.runs[run.min(s.runs.len() - 1)].0).collect();
            for beside in -16..16 {
                let x: Vec<u32> = starts.iter().map(|start| start.wrapping_add_signed(beside)).collect();
                let expected: Vec<_> = self.steps.iter().zip(&x).map(|(s, &x)| s.runs[s.run_of(x)]).collect();
                self.rounds_to(&x, &expected);
            }
        }
    }

    fn rounds_to(&self, x: &[u32], expected: &[(u32, u16, u32)]) {
        let values: Vec<f32> = x.iter().map(|&x| f32::from_bits(x)).collect();
        let mut quantized = vec![0f32; x.len()];
        self.arithmetic.quantize(&values, &mut quantized).expect("equal lengths");
        let codes = if self.narrow { self.codes::<u8>(&values) } else { self.codes::<u16>(&values) };
        let right = expected.iter().zip(&codes).zip(&quantized);
        let right = right.fold(true, |right, ((e, code), y)| right & (e.1 == *code) & (e.2 == y.to_bits()));
        if !right {
            for (i, (x, e)) in x.iter().zip(expected).enumerate() {
                let (code, value, word) = (codes[i], quantized[i].to_bits(), noise::element(SEED, i as u64));
                assert!(
                    (code, value) == (e.1, e.2),
                    "{:?}: {x:#x} with noise {word:#x} gives {code:#x} and {value:#x}, not {:#x} and {:#x}",
                    self.policy,
                    e.1,
                    e.2
                );
            }
        }
    }

    fn codes<C: halfulp::kernel::Word + Bits>(&self, values: &[f32]) -> Vec<u16> {
        let mut codes = vec![C::default(); values.len()];
        self.arithmetic.encode(values, &mut codes).expect("equal lengths");
        codes.into_iter().map(|code| code.raw() as u16).collect()
    }
}

const NARROW: [(Format, u32); 4] = [(E4M3FN, 16), (E5M2, 7), (E2M1, 3), (E2M1, 16)];
const BROAD: [(Format, u32); 2] = [(BINARY16, 16), (BFLOAT16, 16)];

/// Checks what is around all steps, and one block of `every` so many, with some words.
fn sweep(kernel: &'static Kernel, formats: &[(Format, u32)], words: usize, turns: usize, every: u64) {
    let blocks = (1u64 << 32) / words as u64;
    for &(format, bits) in formats {
        for variant in [Stochastic::A, Stochastic::B] {
            let policy =
                Policy::IEEE.rounding(Rounding::Stochastic { variant, bits: NoiseBits::known(bits) });
            let arithmetic = &arithmetic(&format, &policy, kernel).with_noise(SEED, 0);
            let word = |i: usize| noise::element(SEED, i as u64);
            let steps: Vec<_> = (0..words).map(|i| Steps::of(format, &policy, word(i))).collect();
            let sweep = Sweep { arithmetic, policy: &policy, narrow: format.width() <= 8, steps: &steps };
            sweep.check_steps();
            let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
            thread::scope(|scope| {
                for k in 0..threads {
                    let part = blocks * k / threads..blocks * (k + 1) / threads;
                    let sweep = &sweep;
                    scope.spawn(move || match every {
                        1 => sweep.check(part, turns),
                        _ => part
                            .step_by(every as usize)
                            .for_each(|block| sweep.check(block..block + 1, turns)),
                    });
                }
            });
        }
    }
}

/// A part of them, and all at which a result changes.
pub fn some_values_stochastic(kernel: &'static Kernel) {
    sweep(kernel, &NARROW, 32, 4, 10_007);
}

/// All 2^32 values, each with four of 256 words, and in formats of 16 bits with four of 64.
pub fn every_value_stochastic(kernel: &'static Kernel) {
    sweep(kernel, &NARROW, 256, 4, 1);
    sweep(kernel, &BROAD, 64, 4, 1);
}

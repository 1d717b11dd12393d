//! No length, alignment or division of an array changes a bit.

use halfulp::kernel::Kernel;
use halfulp::{Format, NoiseBits, Policy, Rounding, Stochastic, noise};

use crate::convert::{arithmetic, convert, word};
use crate::support::{BFLOAT16, BINARY16, BINARY32, E2M1, E4M3FN, E5M2};

const STOCHASTIC: Rounding = Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(16) };

/// Values of all magnitudes that the format knows, and some that it does not.
fn values(n: usize) -> Vec<f32> {
    (0..n)
        .map(|i| noise::word(3, i as u64))
        .map(|w| f32::from_bits((w as u32 & 0x8fff_ffff) | 0x3800_0000))
        .collect()
}

pub fn any_length_and_alignment(kernel: &'static Kernel) {
    let from = values(220);
    for format in [E4M3FN, E5M2, E2M1] {
        for rounding in [Rounding::NearestEven, Rounding::TowardPositive, STOCHASTIC] {
            at_any_place(kernel, format, rounding, &from);
        }
    }
    for format in [BINARY16, BFLOAT16] {
        for rounding in [Rounding::NearestEven, STOCHASTIC] {
            wide_at_any_place(kernel, format, rounding, &from);
        }
    }
}

fn at_any_place(kernel: &'static Kernel, format: Format, rounding: Rounding, from: &[f32]) {
    let policy = Policy::IEEE.rounding(rounding);
    let arithmetic = arithmetic(&format, &policy, kernel);
    let (narrow, widen) = (convert(BINARY32, format, &policy), convert(format, BINARY32, &policy));
    for n in 0..=200 {
        let (shift, other) = (n % 19, n % 7);
        let x = &from[shift..shift + n];
        let mut codes = [0xa5u8; 220];
        arithmetic.encode(x, &mut codes[other..other + n]).expect("equal lengths");
        let mut back = [7.0f32; 220];
        arithmetic.decode(&codes[other..other + n], &mut back[shift..shift + n]).expect("equal lengths");
        let mut kept = [7.0f32; 220];
        arithmetic.quantize(x, &mut kept[other..other + n]).expect("equal lengths");
        let mut sums = [0xa5u8; 220];
        arithmetic
            .add(&codes[other..other + n], &codes[other..other + n], &mut sums[shift..shift + n])
            .expect("equal lengths");
        for i in 0..n {
            let code = narrow(u64::from(x[i].to_bits()), word(i));
            assert_eq!(u64::from(codes[other + i]), code, "{format:?} {n} {i}");
            let value = widen(code, word(i)) as u32;
            assert_eq!(
                (back[shift + i].to_bits(), kept[other + i].to_bits()),
                (value, value),
                "{format:?} {n} {i}"
            );
        }
        assert!(codes[..other].iter().chain(&codes[other + n..]).all(|&c| c == 0xa5), "written outside");
        assert!(sums[..shift].iter().chain(&sums[shift + n..]).all(|&c| c == 0xa5), "written outside");
        assert!(back[..shift].iter().chain(&back[shift + n..]).all(|&x| x == 7.0), "written outside");
        assert!(kept[..other].iter().chain(&kept[other + n..]).all(|&x| x == 7.0), "written outside");
    }
}

fn wide_at_any_place(kernel: &'static Kernel, format: Format, rounding: Rounding, from: &[f32]) {
    let policy = Policy::IEEE.rounding(rounding);
    let arithmetic = arithmetic(&format, &policy, kernel);
    let (narrow, widen) = (convert(BINARY32, format, &policy), convert(format, BINARY32, &policy));
    for n in 0..=200 {
        let (shift, other) = (n % 17, n % 5);
        let x = &from[shift..shift + n];
        let mut codes = [0xa5u16; 220];
        arithmetic.encode(x, &mut codes[other..other + n]).expect("equal lengths");
        let mut back = [7.0f32; 220];
        arithmetic.decode(&codes[other..other + n], &mut back[shift..shift + n]).expect("equal lengths");
        for i in 0..n {
            let code = narrow(u64::from(x[i].to_bits()), word(i));
            assert_eq!(u64::from(codes[other + i]), code, "{format:?} {n} {i}");
            assert_eq!(u64::from(back[shift + i].to_bits()), widen(code, word(i)), "{format:?} {n} {i}");
        }
        assert!(codes[..other].iter().chain(&codes[other + n..]).all(|&c| c == 0xa5), "written outside");
        assert!(back[..shift].iter().chain(&back[shift + n..]).all(|&x| x == 7.0), "written outside");
    }
}

/// Long enough for non-temporal stores and for threads, in parts of odd lengths and as a whole.
pub fn parts_are_the_whole(kernel: &'static Kernel) {
    let large = values(2_200_007);
    for (format, rounding, n) in [(E4M3FN, Rounding::NearestEven, large.len()), (E5M2, STOCHASTIC, 300_007)] {
        let from = &large[..n];
        let whole = arithmetic(&format, &Policy::IEEE.rounding(rounding), kernel);
        let (mut all, mut parts) = (vec![0u8; n], vec![0u8; n]);
        let (mut kept, mut pieces) = (vec![0f32; n], vec![0f32; n]);
        let (mut back, mut returned) = (vec![0f32; n], vec![0f32; n]);
        whole.encode(from, &mut all).expect("equal lengths");
        whole.decode(&all, &mut back).expect("equal lengths");
        let counts = whole.quantize_counted(from, &mut kept).expect("equal lengths");
        let mut sum = halfulp::slice::Counts::default();
        let mut start = 0;
        for length in [1, 63, 64, 65, 4095, 65_537, 100_000].into_iter().cycle() {
            let end = n.min(start + length);
            let part = whole.clone().with_noise(99, 1_000_003 + start as u64);
            part.encode(&from[start..end], &mut parts[start..end]).expect("equal lengths");
            part.decode(&all[start..end], &mut returned[start..end]).expect("equal lengths");
            sum += part.quantize_counted(&from[start..end], &mut pieces[start..end]).expect("equal lengths");
            start = end;
            if start == n {
                break;
            }
        }
        let same = |x: &[f32], y: &[f32]| x.iter().zip(y).all(|(x, y)| x.to_bits() == y.to_bits());
        assert!(all == parts && same(&kept, &pieces) && same(&back, &returned));
        assert_eq!(sum, counts);
    }
}

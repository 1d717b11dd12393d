use super::*;

fn low(spacing: Spacing, bits: usize, signed: bool, rounding: Chance) -> LowBit {
    LowBit::with(spacing, [bits, 16], signed, 0.1, rounding).expect("a storage")
}

/// What is stored is one of the two levels around, and by chance the mean is the number where it is said to be.
#[test]
fn numbers_become_one_of_the_two_levels_around() {
    for spacing in [Spacing::Linear, Spacing::Dynamic, Spacing::Logarithmic] {
        for rounding in [Chance::Chance, Chance::Unbiased, Chance::Nearest] {
            let low = low(spacing, 3, false, rounding);
            let values: Vec<f32> = (0..16).map(|k| (k as f32 + 0.5).powi(2) / 240.25).collect();
            let levels = low.levels_of(low.scale(&values));
            let (mut sums, draws) = (vec![0.0f64; 16], 4000u64);
            for seed in 0..draws {
                let mut stored = values.clone();
                low.store(&mut stored, seed, 0);
                for ((x, q), sum) in values.iter().zip(&stored).zip(&mut sums) {
                    let around = levels.around(*x);
                    assert!(around.contains(q), "{low}: {x} became {q}, beside {around:?}");
                    *sum += f64::from(*q);
                }
            }
            let unbiased = rounding == Chance::Unbiased
                || (rounding == Chance::Chance && spacing != Spacing::Logarithmic);
            for (x, sum) in values.iter().zip(&sums) {
                let [below, above] = levels.around(*x).map(f64::from);
                let off = (sum / draws as f64 - f64::from(*x)).abs();
                if unbiased && below <= f64::from(*x) && f64::from(*x) <= above {
                    assert!(off <= 0.06 * (above - below) + 1e-9, "{low}: {x} is {off} off");
                }
            }
        }
    }
}

/// Of logarithmic levels the mean of the codes is the logarithm, and nothing is 0.
#[test]
fn logarithmic_levels_are_unbiased_in_the_logarithm_and_never_0() {
    let low = low(Spacing::Logarithmic, 2, false, Chance::Chance);
    let values: Vec<f32> = (0..16).map(|k| 0.9f32.powi(3 * k)).collect();
    let scale = low.scale(&values);
    let mut sums = vec![0.0f64; 16];
    for seed in 0..4000u64 {
        let mut codes = vec![0; 16];
        low.quantize(&values, &|i| uniform(seed, i as u64), &mut codes);
        sums.iter_mut().zip(&codes).for_each(|(sum, code)| *sum += f64::from(*code) / 4000.0);
        assert!(codes.iter().all(|code| low.value(*code, scale) > 0.0));
    }
    for (x, mean) in values.iter().zip(&sums) {
        let exact = (f64::from(*x).ln() / f64::from(scale.base).ln()).min(3.0);
        assert!((mean - exact).abs() < 0.05, "{x}: {mean}, expected {exact}");
    }
}

/// Zeros, numbers that are not, one element, blocks that end early: no panic, and a block of zeros stays small.
#[test]
fn odd_blocks_are_stored() {
    for spacing in [Spacing::Linear, Spacing::Dynamic, Spacing::Logarithmic] {
        for rounding in [Chance::Chance, Chance::Unbiased, Chance::Nearest] {
            let low = low(spacing, 2, false, rounding);
            for mut values in [
                vec![],
                vec![0.0f32; 20],
                vec![f32::NAN; 3],
                vec![f32::INFINITY, 1.0],
                vec![-1.0, 2.0],
                vec![1e-40; 17],
            ] {
                let zeros = values.iter().all(|x| *x == 0.0);
                low.store(&mut values, 3, 0);
                assert!(!zeros || values.iter().all(|x| x.abs() <= 1e-12), "{low}: {values:?}");
            }
        }
    }
    let mut wide = [1.0f64, 0.1, 0.2];
    low(Spacing::Linear, 8, true, Chance::Nearest).store(&mut wide, 0, 0);
    assert!(wide[0] == 1.0 && (wide[1] - 0.1).abs() < 0.004);
}

#[test]
fn the_first_element_and_the_seed_are_what_the_noise_is_of() {
    let low = low(Spacing::Linear, 2, true, Chance::Chance);
    let values: Vec<f32> = (0..64).map(|k| (k as f32 / 32.0 - 1.0) * 0.7).collect();
    let stored = |seed, first: u64, from: usize| {
        let mut part = values[from..].to_vec();
        low.store(&mut part, seed, first);
        part
    };
    assert_eq!(stored(1, 0, 0)[32..], stored(1, 32, 32)[..]);
    assert_ne!(stored(1, 0, 0), stored(2, 0, 0));
}

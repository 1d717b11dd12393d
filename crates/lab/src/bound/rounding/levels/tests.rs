use super::*;
use crate::bound::rounding::Stores;
use crate::storage::Keeper;

/// Whatever is stored is allowed, in all roundings and for blocks of all sizes; and half of what is allowed is met.
#[test]
fn what_is_stored_is_allowed_and_no_less() {
    for spacing in [Spacing::Linear, Spacing::Dynamic, Spacing::Logarithmic] {
        for rounding in [Chance::Chance, Chance::Unbiased, Chance::Nearest] {
            for bits in [2, 4, 8] {
                let low = LowBit::with(spacing, [bits, 16], false, 0.1, rounding).expect("a storage");
                let (mut stores, mut keeper) = (Stores::default(), Keeper::Levels(low.clone().into()));
                let mut worst = 0.0f64;
                for size in [1.0f32, 1e-6, 1e-13, 1e20, 0.0] {
                    let drawn = |k: u64| (halfulp::noise::word(9, k) >> 40) as f64 / 16_777_216.0;
                    let values: Vec<f64> = (0..256).map(|k| drawn(k).powi(3) * f64::from(size)).collect();
                    let mut stored = values.clone();
                    keeper.store(&mut stored, 5, 0);
                    for ((x, q), allowed) in
                        values.iter().zip(&stored).zip(stores.allowed(&keeper, &values, &stored))
                    {
                        let most = allowed.expect("a bound").most.get();
                        assert!((x - q).abs() <= most, "{low} {size}: {x} stored as {q}, {most}");
                        worst = if most > 0.0 { worst.max((x - q).abs() / most) } else { worst };
                    }
                }
                assert!(worst > 0.5, "{low}: {worst}");
            }
        }
    }
    let low = LowBit::new(Spacing::Linear, 2, false, 4).expect("a storage");
    let known = allowed(&low, &[1.0, -0.5, f64::NAN, 2.0, 1.0], &[0.0; 5]);
    assert_eq!(known.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, false, false, false, true]);
}

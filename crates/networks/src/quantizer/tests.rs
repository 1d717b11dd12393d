//! Quantizers beside their rules, computed by hand and by search.

use halfulp::noise;

use super::{NAMES, named};

fn kept(name: &str, x: &[f64], columns: usize) -> Vec<f64> {
    let mut x = x.to_vec();
    named(name).expect("a quantizer").quantize(&mut x, columns);
    x
}

/// Numbers of all sizes, deterministic.
fn numbers(n: usize) -> Vec<f64> {
    let unit = |k: u64| noise::word(11, k) as f64 / 2f64.powi(63) - 1.0;
    (0..n as u64).map(|k| unit(k) * 2f64.powi((unit(k + 7919) * 6.0) as i32)).collect()
}

#[test]
fn by_hand() {
    // A scale of 14 / 7 = 2: 3 is a tie and goes to the even code 2, so does 5.
    assert_eq!(kept("w4a4", &[14.0, 3.0, 5.0, -0.9, -14.0], 5), [14.0, 4.0, 4.0, 0.0, -14.0]);
    // A scale of 448 / 448: 17 is a tie, and so is half of the least number, 2^-9.
    assert_eq!(kept("fp8", &[448.0, 17.0, -0.001, 2f64.powi(-10)], 4), [448.0, 16.0, -0.001953125, 0.0]);
    // floor(log2 31) - 2 = 2: the example of the library's documentation.
    let mut block = [0.0; 32];
    block[..5].copy_from_slice(&[31.0, 10.0, -3.3, 1.0, 1.2]);
    assert_eq!(kept("mxfp4", &block, 32)[..6], [24.0, 8.0, -4.0, 0.0, 2.0, 0.0]);
    // 2^8 / 2^8 = 1: 500 is beyond 448.
    assert_eq!(kept("mxfp8", &[500.0, 300.0, 17.0], 3), [448.0, 288.0, 16.0]);
    // A scale of 12 / 6: 5 is a tie.
    assert_eq!(kept("e2m1-32", &[12.0, 5.0, -3.1], 3), [12.0, 4.0, -3.0]);
    // The tensor's scale is 2688 / 2688 = 1. The first block's scale is 448, the second's 7 / 6, in E4M3 1.125.
    let mut two = [0.0; 32];
    (two[0], two[1], two[16], two[17]) = (2688.0, 300.0, 7.0, -2.9);
    let found = kept("nvfp4", &two, 32);
    assert_eq!([found[0], found[1], found[16], found[17]], [2688.0, 224.0, 6.75, -3.375]);
}

/// The least distance to any product of a number of the format and the block's scale.
#[test]
fn every_number_is_the_nearest_that_there_is() {
    let x = numbers(6 * 72);
    for name in NAMES {
        let quantizer = named(name).expect("a quantizer");
        let (found, scales) = (kept(name, &x, 72), quantizer.scales(&x, 72));
        let grid = match name {
            "w4a4" => (-7..=7).map(f64::from).collect::<Vec<f64>>(),
            "fp8" | "mxfp8" => (0..=126u32)
                .filter(|c| c & 127 != 127)
                .flat_map(|c| {
                    let (e, m) = ((c >> 3) as i32, f64::from(c & 7));
                    let value =
                        if e == 0 { m / 8.0 * 2f64.powi(-6) } else { (1.0 + m / 8.0) * 2f64.powi(e - 7) };
                    [value, -value]
                })
                .collect(),
            _ => [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0].iter().flat_map(|&v| [v, -v]).collect(),
        };
        let block = quantizer.block(72);
        let errors = quantizer.errors(&x, 72);
        for (k, (x, found)) in x.iter().zip(&found).enumerate() {
            let scale = scales[k / 72 * 72usize.div_ceil(block) + k % 72 / block];
            let least = grid.iter().map(|g| (g * scale - x).abs()).fold(f64::INFINITY, f64::min);
            let distance = (found - x).abs();
            assert!(distance <= least, "{name}: {x} by {scale} became {found}");
            assert!(distance <= errors[k].get(), "{name}: {x} by {scale}: {distance}, {:?}", errors[k]);
        }
        // Half of the bounds are within twice of what is.
        let tight =
            errors.iter().zip(x.iter().zip(&found)).filter(|(e, (x, y))| e.get() <= 4.0 * (*x - **y).abs());
        assert!(tight.count() * 3 > errors.len(), "{name}");
    }
}

/// What intervals rely on: where the least and the largest magnitudes have the same scales, all between them have. Scales of NVFP4 can decrease when
/// magnitudes grow, with that of the tensor, but not so.
#[test]
fn scales_that_are_the_same_at_both_ends_are_so_between() {
    for name in NAMES {
        let quantizer = named(name).expect("a quantizer");
        let (mut same, mut decreases) = (0, 0);
        for trial in 0..400 {
            let x: Vec<f64> = numbers(4 * 64).iter().map(|x| x * (1.0 + trial as f64 / 1e3)).collect();
            let width = 2f64.powi(-(trial % 40));
            let grown = |part: f64| -> Vec<f64> {
                x.iter().enumerate().map(|(k, x)| x * (1.0 + part * width * (k % 5) as f64)).collect()
            };
            let [low, middle, high] = [0.0, 0.4, 1.0].map(|part| quantizer.scales(&grown(part), 64));
            decreases += usize::from(low.iter().zip(&high).any(|(low, high)| low > high));
            if low == high {
                assert_eq!(low, middle, "{name} {trial}");
                same += 1;
            }
        }
        assert!((10..390).contains(&same), "{name}: {same} of 400 decide nothing");
        assert_eq!(decreases > 0, name == "nvfp4", "{name}: {decreases}");
    }
}

#[test]
fn blocks_of_zeros_stay_and_what_is_not_finite_is_not_hidden() {
    for name in NAMES {
        assert!(kept(name, &[0.0; 64], 64).iter().all(|&x| x == 0.0), "{name}");
        assert!(kept(name, &[1e-300; 64], 64).iter().all(|x| x.abs() <= 1e-30), "{name}");
        for bad in [f64::NAN, f64::INFINITY] {
            let mut x = [1.0; 64];
            x[40] = bad;
            let found = kept(name, &x, 64);
            let block = named(name).expect("a quantizer").block(64);
            let of = 40 / block * block..(40 / block + 1) * block;
            assert!(found[of].iter().all(|x| x.is_nan()), "{name}: {found:?}");
        }
        assert_eq!(kept(name, &[], 64), [0.0; 0]);
    }
    assert!(named("int4").expect_err("no such").contains("expected one of w4a4, fp8"));
}

/// Elements that share a scale, by what a change of one number changes.
#[test]
fn a_row_is_cut_where_it_should_be() {
    for (name, block) in [("w4a4", 80), ("fp8", 80), ("mxfp8", 32), ("mxfp4", 32), ("e2m1-32", 32)] {
        let mut x = numbers(160);
        let before = kept(name, &x, 80);
        x[37] = 1e6;
        let after = kept(name, &x, 80);
        let changed: Vec<usize> = (0..160).filter(|&k| before[k] != after[k]).collect();
        let of = 37 / block * block..((37 / block + 1) * block).min(80);
        assert!(changed.iter().all(|k| of.contains(k)) && changed.len() > 1, "{name}: {changed:?}");
    }
}

#[test]
fn bits_count_the_scales() {
    let bits = |name: &str| named(name).expect("a quantizer").bits(128);
    assert_eq!(NAMES.map(bits), [4.25, 8.25, 8.25, 4.25, 5.0, 4.5]);
}

use halfulp::noise;

use super::steps::{defined, order};
use super::*;

/// Every preset with every code book that it has.
fn schemes(block: usize) -> Vec<Scheme> {
    let maps = [Map::Linear, Map::Dynamic, Map::Integer];
    let all = PRESETS.iter().flat_map(|name| maps.map(|map| [(name, map, true), (name, map, false)]));
    all.flatten().filter_map(|(name, map, signed)| Scheme::preset(name, map, signed, block).ok()).collect()
}

/// A number in (-1, 1).
fn uniform(seed: u64, index: u64) -> f32 {
    (noise::word(seed, index) as i64 as f64 / 2f64.powi(63)) as f32
}

fn round_trip(scheme: &Scheme, values: &[f32]) -> Vec<f32> {
    let (mut codes, mut scales) = (vec![0; values.len()], vec![0.0; scheme.blocks(values.len())]);
    let mut back = vec![0.0; values.len()];
    scheme.quantize(values, &mut codes, &mut scales).unwrap();
    scheme.dequantize(&codes, &scales, &mut back).unwrap();
    back
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|x| if x.is_nan() { f32::NAN.to_bits() } else { x.to_bits() }).collect()
}

#[test]
fn every_preset_has_its_code_books_and_the_fast_way() {
    let schemes = schemes(256);
    assert_eq!(schemes.len(), 5 * 4 + 1);
    for scheme in &schemes {
        assert!(scheme.fast.is_some(), "{scheme}");
    }
    assert_eq!(schemes[0].to_string(), "paper linear signed 256");
}

#[test]
fn wrong_settings_are_named() {
    for (name, map, signed, block, expected) in [
        ("bnb", Map::Dynamic, true, 256, "no preset is named \"bnb\""),
        ("torchao", Map::Dynamic, true, 0, "block: 0 elements"),
        ("torchao", Map::Integer, true, 256, "not integer"),
        ("int8", Map::Linear, true, 256, "map = \"integer\""),
        ("int8", Map::Integer, false, 256, "are signed"),
    ] {
        let error = Scheme::preset(name, map, signed, block).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    let paper = Scheme::preset("paper", Map::Linear, false, 4).unwrap();
    assert!(Scheme::new(Parameters { sign_repair: true, ..*paper.parameters() }).is_err());
    assert!(paper.quantize(&[0.0; 9], &mut [0; 9], &mut [0.0; 2]).unwrap_err().contains("expected 9 and 3"));
}

/// A rule never falls as quotients rise, so it is its 255 steps; here each step is where the rule has it, to the last bit.
#[test]
fn steps_are_where_the_rule_has_them() {
    for scheme in schemes(256) {
        let (p, book) = (scheme.parameters(), scheme.book());
        let mut covered = 0;
        for code in 1..=255 {
            let Some(first) = scheme.first_of(code) else { continue };
            assert_eq!(defined(p, book, first), code, "{scheme}");
            let before = f32::from_bits(match order(first) - 1 {
                below if below >= 0 => below.cast_unsigned(),
                below => (below ^ 0x7fff_ffff).cast_unsigned(),
            });
            if !before.is_nan() {
                assert!(defined(p, book, before) < code, "{scheme} {code}");
            }
            covered += 1;
        }
        // The grid has no points for the densest entries.
        let least = if p.decision == Decision::Grid && p.map == Map::Dynamic { 230 } else { 254 };
        assert!(covered >= least, "{scheme}: {covered}");
    }
}

/// The fast way beside the rule, for quotients at and around every step, and at the ends of every cell of its table.
#[test]
fn the_fast_way_is_the_rule_around_every_step_and_cell() {
    for scheme in schemes(1 << 20) {
        let steps = (1..=255).filter_map(|code| scheme.first_of(code)).filter(|z| z.is_finite());
        let cells = (0x2f00..0x3f81u32).flat_map(|top| [top << 16, (top << 16) | 0xffff]);
        let cells = cells.map(f32::from_bits).flat_map(|z| [z, -z]);
        let mut near: Vec<f32> =
            steps.flat_map(|z| [z.next_down(), z, z.next_up(), -z]).chain(cells).collect();
        near.extend([0.0, -0.0, 1e-45, -1e-45, 1e-30, -1e-30]);
        near.retain(|z| z.abs() < scheme.parameters().map.unit());
        // With this element the scale is 1, and quotients are the elements themselves.
        near.push(scheme.parameters().map.unit());
        let expected = round_trip(&scheme, &near);
        assert!(scheme.fast.as_ref().unwrap().store(&mut near.clone(), scheme.divides(near.len())));
        let mut stored = near.clone();
        scheme.store(&mut stored);
        assert_eq!(bits(&stored), bits(&expected), "{scheme}");
    }
}

/// Random blocks of all sizes of numbers, and blocks with what is not a number in them.
#[test]
fn a_store_is_a_quantization_read_back() {
    for scheme in schemes(64) {
        for (seed, size) in [(1, 1.0), (2, 1e-3), (3, 1e-30), (4, 1e-37), (5, 1e-39), (6, 1e-44), (7, 3e38)] {
            for spread in [1.0, 8.0] {
                let value = |i| uniform(seed, i) * 10f32.powf(-spread * uniform(seed + 99, i).abs()) * size;
                let mut values: Vec<f32> = (0..64 * 5 + 7).map(value).collect();
                values[64..128].fill(0.0);
                values[130] = f32::NAN;
                values[200] = f32::INFINITY;
                values[201] = f32::NEG_INFINITY;
                let expected = round_trip(&scheme, &values);
                let mut stored = values.clone();
                scheme.store(&mut stored);
                assert_eq!(bits(&stored), bits(&expected), "{scheme} {size:e}");
                let mut wide: Vec<f64> = values.iter().map(|x| f64::from(*x)).collect();
                scheme.store_wide(&mut wide);
                let wide: Vec<f32> = wide.iter().map(|x| *x as f32).collect();
                assert_eq!(bits(&wide), bits(&expected), "{scheme} {size:e}, from binary64");
            }
        }
    }
}

/// What the kernels' branches do with 0/0 and with signs.
#[test]
fn sign_repair_and_blocks_of_zeros_as_on_a_gpu() {
    let scheme = Scheme::preset("bitsandbytes-cuda", Map::Dynamic, true, 4).unwrap();
    let (mut codes, mut scales) = ([9; 4], [9.0; 1]);
    scheme.quantize(&[0.0, -0.0, 0.0, 0.0], &mut codes, &mut scales).unwrap();
    assert_eq!((codes, scales), ([255, 0, 255, 255], [0.0]));
    scheme.quantize(&[1.0, -1e-9, 1e-9, -0.0], &mut codes, &mut scales).unwrap();
    assert_eq!(codes, [255, 126, 127, 126]);
    let unsigned = Scheme::preset("bitsandbytes-cuda", Map::Dynamic, false, 4).unwrap();
    unsigned.quantize(&[0.0; 4], &mut codes, &mut scales).unwrap();
    assert_eq!(codes, [0; 4]);
    let mut least = [-1.0, 0.5, 0.25, 0.1];
    scheme.store(&mut least);
    assert_eq!(least[0], -0.992_968_74);
}

#[test]
fn bytes_of_a_parameter() {
    let bytes = |map, block| {
        let name = if map == Map::Integer { "int8" } else { "torchao" };
        Scheme::preset(name, map, true, block).unwrap().bytes(1 << 20) / f64::from(1 << 20)
    };
    assert_eq!(bytes(Map::Integer, 2048), 1.001_953_125);
    assert_eq!(2.0 * bytes(Map::Dynamic, 256), 2.031_25);
    assert_eq!(Scheme::preset("paper", Map::Linear, true, 256).unwrap().bytes(257), 265.0);
}

/// Codes of 2^16 consecutive quotients `start | k`, by the rule.
///
/// They never fall as quotients rise. A rule counts the boundaries that a quotient passes, and a larger one passes no fewer: what is computed of
/// it before (`(z + 1) / 2`, the grid's point, a difference) rises with it, because rounding is monotone. The rule of residuals adds one to its
/// count of entries at or below, which no larger quotient falls behind: in the same cell its residual is not smaller, in a higher one its count is
/// not. Sign repair moves codes of negative quotients down to the last negative entry, those of positive ones up to the first positive one.
/// Flushing is monotone, too. So a stretch whose ends have one code has it throughout, and only stretches whose ends differ are halved.
fn codes(scheme: &Scheme, start: u32, codes: &mut [u8]) {
    let code = |k: usize| {
        let z = scheme.quotient(f32::from_bits(start | k as u32), 1.0, 1 << 20);
        defined(scheme.parameters(), scheme.book(), z)
    };
    let mut stretches = vec![(0, codes.len() - 1)];
    while let Some((first, last)) = stretches.pop() {
        let ends = [code(first), code(last)];
        if ends[0] == ends[1] {
            codes[first..=last].fill(ends[0]);
        } else if last - first == 1 {
            codes[first..=last].copy_from_slice(&ends);
        } else {
            let middle = usize::midpoint(first, last);
            stretches.extend([(first, middle), (middle, last)]);
        }
    }
}

/// The 2^16 quotients that begin with these bits, stored the fast way, beside the rule.
fn stretch(scheme: &Scheme, top: u32) {
    let unit = scheme.parameters().map.unit();
    // Of the last stretch only the unit itself is a quotient.
    let count = if f32::from_bits(top << 16).abs() == unit { 1 } else { 1 << 16 };
    let mut rule = vec![0u8; count.max(2)];
    codes(scheme, top << 16, &mut rule);
    // With the last element the scale is 1, and quotients are the elements themselves.
    let mut block: Vec<f32> = (0..count).map(|low| f32::from_bits(top << 16 | low as u32)).collect();
    block.push(unit);
    let divides = scheme.divides(block.len());
    let fast = scheme.fast.as_ref().is_some_and(|fast| fast.store(&mut block, divides));
    assert!(fast, "{scheme}: {top:04x}");
    let values: Vec<u32> = (0..=255).map(|code| scheme.value(code, 1.0).to_bits()).collect();
    for (low, (stored, code)) in block[..count].iter().zip(&rule).enumerate() {
        assert_eq!(stored.to_bits(), values[usize::from(*code)], "{scheme}: {top:04x}{low:04x}");
    }
}

/// Every binary32 number that can be a quotient, 2^31 for each of 21 schemes.
#[test]
#[ignore = "2^31 quotients for each of 21 schemes: minutes, in a release build"]
fn every_quotient() {
    use rayon::prelude::*;

    for scheme in schemes(1 << 20) {
        let unit = scheme.parameters().map.unit().to_bits() >> 16;
        let tops: Vec<u32> = (0..=unit).flat_map(|top| [top, top | 0x8000]).collect();
        tops.par_iter().for_each(|top| stretch(&scheme, *top));
    }
}

/// A part of the same, with every stretch that has a step in it.
#[test]
fn quotients_around_every_step() {
    for scheme in schemes(1 << 20) {
        let unit = scheme.parameters().map.unit();
        let firsts = (1..=255).filter_map(|code| scheme.first_of(code)).filter(|z| z.abs() < unit);
        let mut tops: Vec<u32> = firsts.map(|z| z.to_bits() >> 16).chain([0, 0x8000]).collect();
        tops.sort_unstable();
        tops.dedup();
        tops.iter()
            .step_by(if cfg!(debug_assertions) { 16 } else { 1 })
            .for_each(|top| stretch(&scheme, *top));
    }
}

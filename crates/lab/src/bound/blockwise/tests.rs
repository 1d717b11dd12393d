use halfulp::noise;

use super::*;
use crate::bound::Status;
use crate::storage::blockwise::PRESETS;

fn schemes(block: usize) -> Vec<Scheme> {
    let maps = [Map::Linear, Map::Dynamic, Map::Integer];
    let all = PRESETS.iter().flat_map(|name| maps.map(|map| [(name, map, true), (name, map, false)]));
    all.flatten().filter_map(|(name, map, signed)| Scheme::preset(name, map, signed, block).ok()).collect()
}

/// Blocks of numbers of many sizes, of one sign if there is only one.
fn values(scheme: &Scheme, seed: u64, count: u64) -> Vec<f32> {
    let uniform = |seed, i| (noise::word(seed, i) >> 11) as f64 / 2f64.powi(53);
    let value = |i| {
        let x = uniform(seed, i) * 10f64.powf(-7.0 * uniform(seed + 1, i).powi(3));
        let negative = scheme.parameters().signed && noise::word(seed + 2, i).is_multiple_of(2);
        (if negative { -x } else { x }) as f32
    };
    (0..count).map(value).collect()
}

fn observed(scheme: &Scheme, values: &[f32], read_back: &[f32]) -> [Tally; 4] {
    let mut blocks = Blocks::new(scheme);
    blocks.observe(values, read_back, &|i| format!("element {i}"));
    blocks.into_tallies()
}

/// Quotients at every step of every rule, and one beside it, under three scales: where errors are largest.
fn adversarial(scheme: &Scheme, scale: f32) -> Vec<f32> {
    let steps = (0..=255).filter_map(|code| scheme.first_of(code)).filter(|z| z.is_finite());
    let unit = scheme.parameters().map.unit();
    let near = steps.flat_map(|z| [z.next_down(), z, z.next_up(), -z]).filter(|z| z.abs() <= unit);
    let mut all: Vec<f32> = near.map(|z| z * scale).collect();
    all.retain(|x| x.abs() <= unit * scale && (scheme.parameters().signed || *x >= 0.0));
    all.push(unit * scale);
    all
}

#[test]
fn every_preset_stays_within_its_bounds_and_comes_near_them() {
    for scheme in schemes(1 << 16) {
        let mut blocks = Blocks::new(&scheme);
        for values in [adversarial(&scheme, 1.0), adversarial(&scheme, 0.7), adversarial(&scheme, 3.3e-20)]
            .into_iter()
            .chain([values(&scheme, 5, 4096), values(&scheme, 9, 999)])
        {
            let mut read_back = values.clone();
            scheme.store(&mut read_back);
            blocks.observe(&values, &read_back, &|i| format!("{scheme}, element {i} = {:e}", values[i]));
        }
        for tally in blocks.into_tallies() {
            let name = tally.statement.name;
            let skipped = scheme.parameters().map == Map::Dynamic && name == LINEAR.name;
            assert_eq!(tally.counts().violated, 0, "{scheme}: {name}: {:?}", tally.worst());
            assert_eq!(tally.counts().evaluated == 0, skipped, "{scheme}: {name}");
            // A grid's bound supposes that it errs by half a step wherever gaps are widest.
            if !skipped {
                assert!(tally.ratio().unwrap() > 0.9, "{scheme}: {name}: {:?}", tally.worst());
            }
        }
    }
}

#[test]
fn half_gaps_and_relative_errors_are_the_known_ones() {
    for (map, signed, widest) in [
        (Map::Linear, true, 1.0 / 254.0),
        (Map::Linear, false, 1.0 / 510.0),
        (Map::Dynamic, true, 0.007_031_25),
        (Map::Dynamic, false, 0.003_515_625),
    ] {
        let cells = Cells::new(&Scheme::preset("paper", map, signed, 256).unwrap());
        assert!((cells.widest().get() / widest - 1.0).abs() < 1e-3, "{map} {signed}");
    }
    // Percent, by decade below 1: signed and unsigned dynamic.
    let known =
        [[6.2, 3.3], [11.0, 6.2], [18.0, 11.0], [28.0, 18.0], [47.0, 28.0], [71.0, 47.0], [100.0, 100.0]];
    for (signed, column) in [(true, 0), (false, 1)] {
        let cells = Cells::new(&Scheme::preset("paper", Map::Dynamic, signed, 256).unwrap());
        for (decade, row) in known.iter().enumerate() {
            let percent = 100.0 * cells.relative(decade).get();
            assert!((percent - row[column]).abs() < 0.6, "{signed} {decade}: {percent}");
            assert_eq!(cells.entries(decade), (if signed { 64 } else { 128 }) >> decade);
        }
    }
}

#[test]
fn hypotheses_are_checked() {
    let scheme = Scheme::preset("torchao", Map::Dynamic, false, 4).unwrap();
    let values = [1.0, f32::NAN, 0.0, 0.0, 1e-20, 0.0, 0.0, 0.0, 1.0, -0.5, 0.0, 0.0, 1.0, 0.5, 1e-9, 0.0];
    let mut read_back = values;
    scheme.store(&mut read_back);
    let tallies = observed(&scheme, &values, &read_back);
    assert_eq!(tallies[0].failed, [1, 1, 1]);
    assert_eq!(tallies[3].failed, [1, 1, 1, 1]);
    assert_eq!((tallies[0].counts().evaluated, tallies[0].counts().violated), (4, 0));
}

/// Faults of an implementation, each beside what it should have been: each exceeds a bound.
#[test]
fn planted_faults_exceed_a_bound() {
    let scheme = Scheme::preset("paper", Map::Dynamic, true, 64).unwrap();
    // Blocks of different sizes of numbers, as tensors have them.
    let values = values(&scheme, 3, 64 * 20);
    let values: Vec<f32> = (0..).zip(values).map(|(i, x)| x * [1.0, 10.0, 100.0][i / 64 % 3]).collect();
    let quantized = |values: &[f32]| {
        let (mut codes, mut scales) = (vec![0; values.len()], vec![0.0; scheme.blocks(values.len())]);
        scheme.quantize(values, &mut codes, &mut scales).unwrap();
        (codes, scales)
    };
    let read = |codes: &[u8], scales: &[f32]| {
        let mut back = vec![0.0; codes.len()];
        scheme.dequantize(codes, scales, &mut back).unwrap();
        back
    };
    let (codes, scales) = quantized(&values);
    let truncated: Vec<u8> = (0..values.len())
        .map(|i| {
            let (z, book) = (values[i] / scales[i / 64], scheme.book());
            let below = book.partition_point(|c| *c <= z).saturating_sub(1);
            (if z < 0.0 && book[below] < z { below + 1 } else { below }) as u8
        })
        .collect();
    let unsigned: Vec<f32> = values.iter().map(|x| x.abs()).collect();
    // Blocks that begin one element late: the first of each has its neighbour's scale.
    let late: Vec<f32> = {
        let mut back = read(&codes, &scales);
        let mut shifted = values[1..].to_vec();
        scheme.store(&mut shifted);
        back[1..].copy_from_slice(&shifted);
        back
    };
    for (fault, read_back) in [
        ("truncation", read(&truncated, &scales)),
        ("no signs", {
            let (codes, scales) = quantized(&unsigned);
            read(&codes, &scales)
        }),
        ("blocks begin late", late),
        ("codes one up", read(&codes.iter().map(|c| c.saturating_add(1)).collect::<Vec<_>>(), &scales)),
    ] {
        let element = &observed(&scheme, &values, &read_back)[0];
        assert_eq!(element.status(), Status::Violated, "{fault}");
    }
    assert_eq!(observed(&scheme, &values, &read(&codes, &scales))[0].status(), Status::Holds);
    // A linear second moment where a dynamic one was meant.
    let scheme = Scheme::preset("paper", Map::Dynamic, false, 64).unwrap();
    let linear = Scheme::preset("paper", Map::Linear, false, 64).unwrap();
    let squares: Vec<f32> = values.iter().map(|x| x * x).collect();
    let mut read_back = squares.clone();
    linear.store(&mut read_back);
    assert_eq!(observed(&scheme, &squares, &read_back)[3].status(), Status::Violated);
}

#[test]
fn spans_of_averages_are_the_known_ones() {
    let share = |beta, half_gap| span(Upper::of(half_gap), beta, 1_000_000).get();
    for (found, known) in [
        (share(0.9, 1.0 / 254.0), 0.0394),
        (share(0.95, 1.0 / 254.0), 0.0787),
        (share(0.999, 1.0 / 510.0), 1.96),
    ] {
        assert!((found / known - 1.0).abs() < 3e-3, "{found} {known}");
    }
    assert!((current_gradient(0.9, 0.999).get() - 3.162).abs() < 1e-3);
}

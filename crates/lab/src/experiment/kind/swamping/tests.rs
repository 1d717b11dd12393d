use super::average::Setting;
use super::*;
use crate::bound::{Required, Status};
use crate::storage::blockwise::Map;

const HOW: Setting = Setting { beta: 0.97, elements: 64, steps: 200, seed: 1 };

fn book(map: Map, bits: u32) -> Levels {
    Levels::of(&Book { map, bits, signed: false }).unwrap()
}

fn index(levels: &Levels, store: &dyn Fn(&Levels, f64) -> u8) -> Status {
    let mut found = Averaged::new();
    for steady in [true, false] {
        average::run(levels, false, &HOW, steady, store, &mut found);
    }
    Required { hypotheses_may_fail: true, ..Required::default() }.status(&found.tally)
}

/// The nearest level if boundaries were at this part of each gap.
fn shifted(levels: &Levels, z: f64, part: f64) -> u8 {
    let y = levels.values();
    (1..y.len()).filter(|&k| z > y[k - 1] + part * (y[k] - y[k - 1])).count() as u8
}

#[test]
fn a_shifted_boundary_and_truncation_move_an_index_that_stays() {
    for levels in [book(Map::Linear, 4), book(Map::Dynamic, 4), book(Map::Dynamic, 8)] {
        assert_eq!(index(&levels, &Levels::nearest), Status::Holds);
        assert_eq!(index(&levels, &|levels, z| shifted(levels, z, 0.5)), Status::Holds);
        for part in [0.3, 0.7, 1.0] {
            assert_eq!(index(&levels, &|levels, z| shifted(levels, z, part)), Status::Violated, "{part}");
        }
    }
}

/// Chance with a bias: the noise has lost its upper half.
fn biased(levels: &Levels, z: f64, noise: u64) -> u8 {
    levels.by_chance(z, noise >> 1)
}

/// One of the two levels that are each one too far.
fn far(levels: &Levels, z: f64, noise: u64) -> u8 {
    let code = levels.by_chance(z, noise);
    let down = levels.values()[usize::from(code)] <= z;
    let moved = if down { code.saturating_sub(1) } else { code + 1 };
    moved.min(levels.values().len() as u8 - 1)
}

#[test]
fn a_bias_and_a_level_too_far_exceed_the_bounds_of_chance() {
    let levels = book(Map::Dynamic, 4);
    let of = |store: &chance::Store<'_>| {
        let stored = chance::stored(&levels, 4096, &[1], store).tallies.map(|tally| tally.status());
        let mut added = chance::Added::new();
        chance::average(&levels, false, &HOW, store, &mut added);
        (stored, added.tallies.map(|tally| tally.status()))
    };
    use Status::{Holds, Violated};
    assert_eq!(of(&Levels::by_chance), ([Holds, Holds], [Holds, Holds]));
    let truncated = |levels: &Levels, z: f64, _: u64| levels.by_chance(z, u64::MAX);
    for (_, found) in [("biased", of(&biased)), ("truncated", of(&truncated))] {
        assert_eq!((found.0[0], found.1[1]), (Violated, Violated));
    }
    let found = of(&far);
    assert_eq!((found.0[1], found.1[0]), (Violated, Violated));
}

#[test]
fn a_walk_that_is_biased_is_caught() {
    for spacing in [1.0, 2.0, 5.5, 20.0] {
        let walk = |store: &(dyn Fn(f64, f64, u64) -> u32 + Sync)| {
            chance::walk(0.95, spacing, [1000, 100], &[1, 2], store)
        };
        let sound = walk(&chance::log_by_chance);
        assert_eq!(sound.tally.status(), Status::Holds, "{spacing}");
        assert!((sound.steps / spacing - 1.0).abs() < 0.1 && sound.nearest.is_finite() == (spacing <= 2.0));
        let faulty = walk(&|x, step, noise| chance::log_by_chance(x, step, noise >> 1));
        assert_eq!(faulty.tally.status() == Status::Violated, spacing != 1.0, "{spacing}");
    }
}

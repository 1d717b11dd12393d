//! Divisions of tasks whose costs are made up.

use super::*;

fn cost(cases: u64, fixed: f64, per_case: f64) -> Cost {
    Cost { cases, block: 512, fixed, per_case }
}

/// Each part of each task in one shard, in order, and no shard without a piece.
fn assert_partition(parts: &[u64], shards: &[Shard]) {
    let mut next: Vec<u64> = vec![0; parts.len()];
    for piece in shards.iter().flat_map(|shard| &shard.steps).flatten() {
        assert_eq!(piece.first, next[piece.task], "{piece:?}");
        assert!(piece.end > piece.first);
        next[piece.task] = piece.end;
    }
    assert_eq!(next, parts);
    assert!(shards.iter().all(|shard| !shard.steps.is_empty() && shard.steps.iter().all(|s| !s.is_empty())));
}

#[test]
fn shards_cost_the_same_and_have_every_part_once() {
    let tasks =
        [cost(1 << 32, 0.5, 1e-7), cost(1 << 16, 0.01, 3e-6), cost(0, 1.0, 1.0), cost(1 << 24, 2.0, 2e-7)];
    let total: f64 = tasks.iter().map(Cost::total).sum();
    for number in [1, 2, 7, 64, 500, 5000] {
        let (parts, shards) = divide(&tasks, Shards::Number(number), 60.0).expect("shards");
        assert_eq!(shards.len() as u64, number);
        assert_partition(&parts, &shards);
        let mean = shards.iter().map(|shard| shard.core_seconds).sum::<f64>() / number as f64;
        assert!(mean >= total / number as f64 * 0.999);
        for shard in &shards {
            // Beginning the last task costs two seconds, which cannot be divided.
            let over = shard.core_seconds - mean;
            assert!(over < 0.03 * mean + 2.5, "{number}: {shard:?} {mean}");
            assert!(over > -0.03 * mean - 2.5, "{number}: {shard:?} {mean}");
        }
    }
    let (_, shards) = divide(&tasks, Shards::CoreSeconds(100.0), 60.0).expect("shards");
    assert!(shards.iter().all(|shard| shard.core_seconds < 110.0 && shard.steps.len() == 2), "{shards:?}");
}

#[test]
fn small_things_are_divided_as_far_as_they_can_be() {
    let tasks = [cost(1000, 0.0, 0.0), cost(513, 0.0, 0.0)];
    let (parts, shards) = divide(&tasks, Shards::Number(4), 60.0).expect("shards");
    assert_eq!(parts, [2, 2]);
    assert_partition(&parts, &shards);
    assert_eq!(
        divide(&tasks, Shards::Number(5), 60.0),
        Err(CampaignError::TooManyShards { wanted: 5, most: 4 })
    );
    assert_eq!(divide(&[cost(0, 1.0, 1.0)], Shards::Number(1), 60.0), Err(CampaignError::Nothing));
}

//! Reports of shards with waivers, joined.

use super::*;

fn shards(list: &WaiverList, of: u64) -> Vec<(String, Summary)> {
    let device = device("daz");
    let shard = |index: u64| {
        let part = Part::Shard(format!("{index}/{of}").parse().unwrap());
        let policies = vec![Policy::IEEE, Policy::IEEE.rounding(Rounding::TowardZero)];
        let summary = Run { part, policies, ..Run::of(&device) }.summary(list);
        (format!("{index}"), from_json(&to_json(&summary)).unwrap())
    };
    (1..=of).map(shard).collect()
}

/// Once waivers of one name, reason and day were taken for the same, whatever they accept.
#[test]
fn shards_with_other_waivers_of_the_same_names_are_not_joined() {
    let list = |accepted: &str| waivers(&[("A", accepted)], TODAY);
    let one = shards(&list("deviation = \"daz\""), 2);
    for other in [
        "deviation = \"daz,truncate\"",
        "deviation = \"daz\"\nop = [\"mul\", \"add\"]",
        "deviation = \"daz\"\na = [\"subnormal\"]",
    ] {
        let other = shards(&list(other), 2);
        let error = merge(vec![one[0].clone(), other[1].clone()]).unwrap_err().to_string();
        assert!(error.contains("its --waivers are others"), "{error}");
    }
    // Written otherwise, it says the same.
    let same = shards(&list("# subnormal operands\ndeviation = 'daz'"), 2);
    assert!(merge(vec![one[0].clone(), same[1].clone()]).is_ok());
}

#[test]
fn shards_are_waived_as_the_whole_is() {
    let device = device("daz");
    let policies = vec![Policy::IEEE, Policy::IEEE.rounding(Rounding::TowardZero)];
    let whole = Run { policies: policies.clone(), ..Run::of(&device) }
        .summary(&waivers(&[("A", "deviation = \"daz\"")], TODAY));
    let list = waivers(&[("A", &format!("deviation = \"daz\"\ncount = {}", whole.waived))], TODAY);
    let parts = shards(&list, 3);
    assert!(parts.iter().all(|(_, part)| part.verdict == Verdict::AsWaived && !part.waivers[0].complete));
    let merged = merge(parts).unwrap();
    assert_eq!(found(&merged), (Verdict::AsWaived, whole.mismatches, whole.waived));
    assert!(merged.waivers[0].complete);
    assert_eq!(merged.jobs[0].policies[0].waivers, whole.jobs[0].policies[0].waivers);
    // Too few are known at the end, too many at once.
    let fewer = merge(shards(
        &waivers(&[("A", &format!("deviation = \"daz\"\ncount = {}", whole.waived + 1))], TODAY),
        2,
    ))
    .unwrap();
    assert!(fewer.waivers[0].stale && fewer.verdict == Verdict::Differ);
    assert!(shards(&waivers(&[("A", "deviation = \"daz\"\ncount = 1")], TODAY), 2)[0].1.waivers[0].stale);
}

#[test]
fn reports_with_other_waivers_are_not_merged() {
    let list = waivers(&[("A", "deviation = \"daz\"")], TODAY);
    let other = shards(&waivers(&[("B", "deviation = \"daz\"")], TODAY), 2).remove(1);
    let mixed = vec![shards(&list, 2).remove(0), other];
    let error = merge(mixed).unwrap_err();
    assert!(matches!(&error, MergeError::Foreign { what, .. } if what.contains("--waivers")), "{error}");
    type Plant = fn(&mut Summary);
    let plants: [Plant; 5] = [
        |s| s.jobs[0].policies[0].waived += 1,
        |s| s.jobs[0].policies[0].waivers[0].counts.accepted = u64::MAX,
        |s| s.jobs[0].policies[0].waivers[0].counts.others = u64::MAX,
        |s| s.jobs[0].policies[0].waivers[0].waiver = 9,
        |s| s.waivers.clear(),
    ];
    for (number, plant) in plants.into_iter().enumerate() {
        let mut parts = shards(&list, 2);
        plant(&mut parts[1].1);
        let error = merge(parts).map(|_| ()).unwrap_err();
        assert!(matches!(error, MergeError::Contradiction { .. }), "{number}: {error}");
    }
}

/// A report that was hand-made to look waived is none that merges; one as it was written does.
#[test]
fn a_verdict_follows_from_the_counts() {
    let mut parts = shards(&waivers(&[("A", "deviation = \"truncate\"")], TODAY), 2);
    assert_eq!(parts[0].1.verdict, Verdict::Differ);
    parts[0].1.verdict = Verdict::AsWaived;
    assert!(matches!(merge(parts), Err(MergeError::Contradiction { .. })));
}

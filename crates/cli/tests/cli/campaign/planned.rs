//! Plans, and what is wrong with campaigns.

use std::fs;

use serde_json::Value;

use super::Campaign;
use crate::experiments::folder;

#[test]
fn a_sample_says_how_much_it_knows() {
    let campaign = Campaign::planned(
        "binary32 --op add --round rne --saturate none --cases uniform:20000 --shards 2 --against definition",
    );
    let plan = campaign.run("campaign plan binary32 --op add --round rne --saturate none --cases uniform:20000 --limit 0.1 --against definition");
    assert!(
        plan.out.contains("all 2^64 operands of add binary32 binary32 -> binary32 would take about "),
        "{}",
        plan.out
    );
    assert!(plan.out.ends_with("no manifest was written: name a file for it, -o FILE\n"), "{}", plan.out);
    for shard in [1, 2] {
        assert_eq!(campaign.shard(shard, "--quiet").code, 0);
    }
    let whole = campaign.merge("");
    let line = "no mismatch in 20,000 of 2^64 operands, drawn uniformly: at most one in 6,676 of all differ (95 % confidence)";
    assert!(whole.code == 0 && whole.out.contains(line), "{}", whole.out);
    assert!(whole.out.contains("none says anything about rare regions"), "{}", whole.out);
}

#[test]
fn costs_of_another_campaign_are_taken() {
    let campaign = Campaign::planned("e2m3 --op mul --shards 2");
    let again = campaign.run("campaign plan e2m3 --op mul --shards 4 --costs plan.json -o other.json");
    assert_eq!(again.code, 0, "{}", again.err);
    let kinds =
        |name: &str| serde_json::from_str::<Value>(&campaign.text(name)).expect("JSON")["measured"].clone();
    assert_eq!(kinds("plan.json"), kinds("other.json"));
    let refused = campaign.run("campaign plan e2m3 --op mul --shards 4 --costs plan.json --against mpfr");
    assert!(
        refused.code == 2
            && refused.err.contains("--costs: what was measured there is scalar against definition,"),
        "{}",
        refused.err
    );
    let itself = campaign.run("campaign plan e2m3 --op mul --shards 4 --costs plan.json -o plan.json");
    assert!(itself.code == 2 && itself.err.contains("that is the input plan.json"), "{}", itself.err);
}

/// The limit is no announcement of how long it takes: that is measured, and so little that it was "20 s" for a tenth of a second.
#[test]
fn a_plan_says_what_it_measures() {
    let campaign = Campaign { folder: folder() };
    let first = campaign.run("campaign plan e2m1 --op mul,sqrt --round rne --saturate none --against definition --shards 1 -o plan.json");
    let said = "measuring on one thread what 2 kinds of tasks cost: 20 s at most, unless the shortest run of each takes longer\n";
    assert!(first.code == 0 && first.err.ends_with(said), "{}", first.err);
    let cores = std::thread::available_parallelism().expect("cores");
    let (one, many) = (
        "on 1 such core with nothing else to do: ",
        format!("on {cores} such cores with nothing else to do: "),
    );
    assert!(first.out.contains(if cores.get() == 1 { one } else { &many }), "{}", first.out);
    // Nothing is measured, and nothing announced.
    let again = campaign.run("campaign plan e2m1 --op mul,sqrt --round rne --saturate none --against definition --shards 1 --costs plan.json");
    assert_eq!((again.code, again.err.as_str()), (0, ""));
    let more = campaign.run("campaign plan e2m1 --op mul,sqrt,add --round rne --saturate none --against definition --limit 0.1 --shards 1 --costs plan.json");
    assert!(more.err.contains("what 1 kind of task costs: 0.1 s at most"), "{}", more.err);
}

#[test]
fn what_is_wrong_is_said_to_the_person_who_typed() {
    let campaign = Campaign::planned("e2m3 --op mul --shards 2");
    for (args, what) in [
        ("campaign run plan.json --shard 3", "there is no shard 3: the campaign has the shards 1 to 2"),
        ("campaign run plan.json --shard 0", "expected a number, 1 or more"),
        ("campaign run plan.json", "--shard"),
        ("campaign run nosuch.json --shard 1", "there is no file nosuch.json"),
        ("campaign run results --shard 1", "there is no file results"),
        (
            "campaign plan e2m3 --op mul --shards 99 --limit 0.1",
            "99 shards were asked for, and the cases come in 16 blocks",
        ),
        ("campaign plan e2m3 --op mul --shards 2 --threads 2", "--threads: campaign plan does not take it"),
        ("campaign plan e2m3 --op mul --shards 2 --cases cover", "--cases cover: there are few of these"),
        (
            "campaign plan e2m3 --op mul --shards 2 --coverage c.json",
            "--coverage: campaign plan does not take it",
        ),
        ("campaign plan e2m3 --op mul --shard 1/2", "--shard: campaign plan does not take it"),
        ("campaign plan e2m3 --op mul --shards 2 --core-minutes 3", "cannot be used with"),
        ("campaign plan e2m3 --op mul --shards 2 -o plan.txt", "name it so"),
        ("campaign plan binary32 --op add --exhaustive", "too many to number"),
        (
            "merge nosuch --manifest plan.json",
            "there is no file or folder nosuch: expected results that `halfulp campaign run` wrote, or a folder of them",
        ),
        ("merge .", ". is a folder, and a report was expected: a campaign's are judged with --manifest FILE"),
        ("merge nosuch", "there is no file nosuch"),
        ("campaign run plan.json --shard 1 --out no/such", "--out no/such: there is no folder no"),
        ("merge . --manifest plan.json", "shards 1-2 of 2 are missing"),
    ] {
        let refused = campaign.run(args);
        assert!(refused.code == 2 && refused.err.contains(what), "{args}: {}", refused.err);
    }
    // Results of two campaigns do not come into one folder.
    assert_eq!(campaign.run("campaign plan e2m3 --op add --shards 2 --limit 0.1 -o other.json").code, 0);
    assert_eq!(campaign.shard(1, "--quiet").code, 0);
    let before = campaign.text("results/shard-1-of-2.json");
    let refused = campaign.run("campaign run other.json --shard 1 --out results");
    assert!(refused.code == 2 && refused.err.contains("name another folder with --out"), "{}", refused.err);
    assert_eq!(campaign.text("results/shard-1-of-2.json"), before);
    // A manifest that was edited.
    let text = campaign.text("plan.json").replacen("\"explain\":3", "\"explain\":4", 1);
    fs::write(campaign.path("plan.json"), text).expect("a file");
    let refused = campaign.shard(2, "");
    assert!(refused.code == 2 && refused.err.contains("the manifest was changed after"), "{}", refused.err);
}

/// They may have no end: `/dev/zero` was read until memory was exhausted.
#[test]
fn what_is_not_a_regular_file_is_not_read() {
    let campaign = Campaign::planned("e2m1 --op add --shards 2");
    for args in [
        "merge /dev/zero --manifest plan.json",
        "merge results.json --manifest /dev/zero",
        "campaign run /dev/zero --shard 1 --out results",
        "campaign left /dev/zero",
        "coverage /dev/zero",
        "stream --replay /dev/zero --subject cmd2:none",
    ] {
        let refused = campaign.run(args);
        let said = refused.err.contains("/dev/zero is not a regular file");
        assert!(refused.code == 2 && said, "{args}: {}", refused.err);
    }
}

//! Campaigns by the program: planned, run in shards, killed, run again and judged.

mod planned;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::experiments::folder;
use crate::program::{Run, command, run};
use serde_json::Value;
use tempfile::TempDir;

/// A folder with the manifest of a campaign.
struct Campaign {
    folder: TempDir,
}

impl Campaign {
    fn planned(what: &str) -> Campaign {
        let campaign = Campaign { folder: folder() };
        let made = campaign.run(&format!("campaign plan {what} --limit 0.1 -o plan.json"));
        assert_eq!(made.code, 0, "{}{}", made.out, made.err);
        campaign
    }

    fn command(&self, args: &str) -> Command {
        let mut command = command(args);
        command.current_dir(self.folder.path());
        command
    }

    fn run(&self, args: &str) -> Run {
        let out = self.command(args).output().expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Run {
            code: out.status.code().expect("it ends by itself"),
            out: text(out.stdout),
            err: text(out.stderr),
        }
    }

    fn shard(&self, shard: u64, more: &str) -> Run {
        self.run(&format!("campaign run plan.json --shard {shard} --out results {more}"))
    }

    fn merge(&self, more: &str) -> Run {
        self.run(&format!("merge results --manifest plan.json {more}"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

#[test]
fn shards_are_run_once_and_judged_together() {
    let campaign = Campaign::planned("e2m3 --op mul,add --shards 3");
    assert_eq!(campaign.run("campaign left plan.json --as ranges").out, "1-3\n");
    let first = campaign.shard(1, "");
    assert!(
        first.code == 0 && first.out.starts_with("shard 1 of 3: all agree, "),
        "{}{}",
        first.out,
        first.err
    );
    let bytes = campaign.text("results/shard-1-of-3.json");
    let again = campaign.shard(1, "");
    assert!(
        again.err.contains("shard 1 is done: results/shard-1-of-3.json; nothing is run"),
        "{}",
        again.err
    );
    assert_eq!(
        (again.code, again.out, campaign.text("results/shard-1-of-3.json")),
        (0, first.out, bytes.clone())
    );
    assert_eq!(campaign.run("campaign left plan.json --out results").out, "2\n3\n");

    let early = campaign.merge("");
    assert_eq!(early.code, 2);
    assert!(early.err.contains("shards 2-3 of 3 are missing, with "), "{}", early.err);
    assert!(
        early.out.lines().last().is_some_and(|line| line.contains(": undecided, shards 2-3 of 3")),
        "{}",
        early.out
    );
    for shard in [2, 3] {
        assert_eq!(campaign.shard(shard, "--quiet --threads 1").code, 0);
    }
    assert_eq!(campaign.run("campaign left plan.json --out results --as json").out, "[]\n");
    let whole = campaign.merge("--junit report.xml");
    assert!(whole.code == 0 && whole.out.ends_with(": all agree\n"), "{}{}", whole.out, whole.err);
    assert!(campaign.text("report.xml").contains("failures=\"0\" errors=\"0\""));
    // The same as in one run.
    let json = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    let merged = json(&campaign.merge("--json").out);
    let alone = json(&run("verify e2m3 --op mul,add --json").out);
    for key in ["cases", "planned", "mismatches", "third_party", "flags", "errata", "policies"] {
        assert_eq!(merged["report"][key], alone[key], "{key}");
    }
    // What is there is not trusted, but read.
    fs::write(campaign.path("results/shard-1-of-3.json"), bytes.replacen("\"shard\":1", "\"shard\":2", 1))
        .expect("a file");
    let damaged = campaign.merge("");
    assert!(damaged.code == 2 && damaged.err.contains("shard-1-of-3.json is damaged: "), "{}", damaged.err);
    let mended = campaign.shard(1, "");
    assert!(mended.code == 0 && mended.err.contains("the shard is run again"), "{}", mended.err);
    assert_eq!((campaign.text("results/shard-1-of-3.json"), campaign.merge("").code), (bytes, 0));
}

/// What is left is told by what files say, and not by their names; and what no verdict will take is said before all is run.
#[test]
fn what_is_left_is_read() {
    let campaign = Campaign::planned("e2m3 --op mul --shards 3");
    let left = || campaign.run("campaign left plan.json --out results --as ranges");
    let none = left();
    assert_eq!((none.code, none.out.as_str()), (0, "1-3\n"));
    assert_eq!(none.err, "halfulp: there is no folder results yet: all shards are left\n");
    for shard in [1, 2, 3] {
        assert_eq!(campaign.shard(shard, "--quiet").code, 0);
    }
    let all = left();
    assert_eq!((all.code, all.out.as_str(), all.err.as_str()), (0, "\n", ""));
    let (one, two) = (campaign.path("results/shard-1-of-3.json"), campaign.path("results/shard-2-of-3.json"));
    // Under another name it is what it is.
    fs::rename(&one, campaign.path("results/renamed.json")).expect("a result");
    assert_eq!((left().out.as_str(), campaign.merge("").code), ("\n", 0));
    // A cut one, one of another campaign, and something else.
    let text = campaign.text("results/shard-2-of-3.json");
    fs::write(&two, &text[..text.len() / 2]).expect("a file");
    let other = Campaign::planned("e2m3 --op add --shards 3");
    assert_eq!(other.shard(3, "--quiet").code, 0);
    fs::copy(other.path("results/shard-3-of-3.json"), campaign.path("results/shard-3-of-3.json"))
        .expect("a file");
    fs::write(campaign.path("results/notes.json"), "{}").expect("a file");
    let found = left();
    assert_eq!((found.code, found.out.as_str()), (0, "2-3\n"));
    for said in [
        "results/shard-2-of-3.json is damaged: it is not JSON, or cut",
        "results/shard-3-of-3.json is not a result of this campaign: it is of campaign ",
        "results/notes.json is not a result of this campaign: it has no \"schema\"",
    ] {
        assert!(found.err.contains(said), "{said}: {}", found.err);
        assert!(campaign.merge("").err.contains(said), "{said}");
    }
    fs::remove_file(&two).expect("a file");
    fs::copy(campaign.path("results/renamed.json"), &one).expect("a result");
    let twice = left();
    assert!(twice.err.contains("shard 1 is there 2 times, with the same result"), "{}", twice.err);
    let file = campaign.run("campaign left plan.json --out plan.json");
    assert!(file.code == 2 && file.err.contains("expected a folder, and that is a file"), "{}", file.err);
}

#[test]
fn a_wrong_device_is_found_in_its_shards() {
    let program = env!("CARGO_BIN_EXE_halfulp");
    let campaign = Campaign { folder: folder() };
    let mut plan = campaign.command(
        "campaign plan e2m3 --op mul --round rne --saturate none --shards 2 --limit 0.1 -o plan.json",
    );
    let made = plan
        .args(["--timeout", "20", "--subject", &format!("cmd:{program} device truncate {{op}} {{format}}")])
        .output();
    assert!(made.expect("it starts").status.success());
    for shard in [1, 2] {
        let found = campaign.shard(shard, "--quiet");
        assert_eq!(found.code, 1, "{}", found.err);
        assert!(found.out.contains("expected") || found.out.contains("mismatches"), "{}", found.out);
        // Each explanation is a paragraph, as in the report of `verify`.
        assert!(found.out.matches("\n\nmul e2m3 ").count() > 0, "{}", found.out);
        // The answer of a shard that is done stays no.
        assert_eq!(campaign.shard(shard, "--quiet").code, 1);
    }
    let whole = campaign.merge("");
    assert_eq!(whole.code, 1, "{}", whole.err);
    let alone = run("verify e2m3 --op mul --round rne --saturate none --subject model:nosuch");
    assert_eq!(alone.code, 2);
    // A no stands though a shard is missing.
    fs::remove_file(campaign.path("results/shard-2-of-2.json")).expect("a result");
    let partly = campaign.merge("");
    assert!(partly.code == 1 && partly.err.contains("shard 2 of 2 is missing"), "{}", partly.err);
}

/// Another program under the same command line: once the shards of both were one campaign.
#[cfg(unix)]
#[test]
fn a_program_that_was_changed_is_another_device() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = env!("CARGO_BIN_EXE_halfulp");
    let campaign = Campaign { folder: folder() };
    let write = |more: &str| {
        let text = format!("#!/bin/sh\nexec '{program}' {more} \"$1\" \"$2\"\n");
        fs::write(campaign.path("device"), text).expect("a script");
        fs::set_permissions(campaign.path("device"), fs::Permissions::from_mode(0o755)).expect("permissions");
    };
    write("device truncate");
    let what = "e2m3 --op mul --round rne --saturate none --against definition --subject";
    let subject = "cmd:./device {op} {format}";
    let asked = |args: &str, more: &[&str]| {
        let out = campaign.command(args).args(more).output().expect("it starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Run { code: out.status.code().expect("it ends"), out: text(out.stdout), err: text(out.stderr) }
    };
    let planned = asked(&format!("campaign plan --shards 2 --limit 0.1 -o plan.json {what}"), &[subject]);
    assert_eq!(planned.code, 0, "{}", planned.err);
    let half = |shard: u64| asked(&format!("verify --shard {shard}/2 --json {what}"), &[subject]);
    assert_eq!((campaign.shard(1, "--quiet").code, half(1).code), (1, 1));
    fs::write(campaign.path("1.json"), half(1).out).expect("a report");
    // The fault is mended between the shards.
    write("eval");
    let refused = campaign.shard(2, "--quiet");
    assert!(
        refused.code == 2
            && refused.err.contains("cmd:./device {op} {format} is \"a program of SHA-256 ")
            && refused.err.contains("and the campaign was planned with \"a program of SHA-256 "),
        "{}",
        refused.err
    );
    let second = half(2);
    assert_eq!(second.code, 0, "{}", second.err);
    fs::write(campaign.path("2.json"), second.out).expect("a report");
    let merged = campaign.run("merge 1.json 2.json");
    assert!(merged.code == 2 && merged.err.contains("identity of an engine"), "{}", merged.err);
    // The same program again.
    write("device truncate");
    assert_eq!(campaign.shard(2, "--quiet").code, 1);
    fs::write(campaign.path("2.json"), half(2).out).expect("a report");
    assert_eq!(campaign.run("merge 1.json 2.json").code, 1);
}

/// Killed so that it can do nothing about it, with something saved: the bytes are those of a shard that was not killed.
#[cfg(unix)]
#[test]
fn a_shard_that_is_killed_goes_on() {
    let campaign = Campaign::planned(
        "e4m3fn --op fma --exhaustive --round rne --saturate none --against definition --shards 2 --save 0.05",
    );
    let part = campaign.path("results/shard-1-of-2.part.json");
    let mut child = campaign
        .command("campaign run plan.json --shard 1 --out results --threads 1 --quiet")
        .spawn()
        .expect("it starts");
    let mut tries = 0;
    while !part.exists() {
        std::thread::sleep(Duration::from_millis(5));
        tries += 1;
        assert!(tries < 12_000 && child.try_wait().expect("a child").is_none(), "nothing was saved");
    }
    child.kill().expect("a child");
    child.wait().expect("a child");
    let place = campaign.path("results/shard-1-of-2.json");
    assert!(!place.exists(), "it was done before it was killed");
    assert!(campaign.merge("").err.contains("there is no result in results"));
    let resumed = campaign.shard(1, "--threads 2");
    assert!(resumed.code == 0 && resumed.err.contains("shard 1 goes on after "), "{}", resumed.err);
    assert!(!part.exists());
    assert_eq!(campaign.run("campaign run plan.json --shard 1 --out unkilled --quiet").code, 0);
    assert_eq!(campaign.text("results/shard-1-of-2.json"), campaign.text("unkilled/shard-1-of-2.json"));
    // What was saved is not trusted either.
    let saved = campaign.text("results/shard-1-of-2.json").replacen("\"steps\":", "\"steps\":1", 1);
    fs::write(campaign.path("results/shard-2-of-2.part.json"), saved).expect("a file");
    let anew = campaign.shard(2, "--threads 2");
    assert!(anew.code == 0 && anew.err.contains("the shard begins anew"), "{}", anew.err);
    assert_eq!(campaign.merge("").code, 0);
}

//! What can be wrong with results, planted: each is named, and the verdict is no yes.

use super::*;

type Files = Vec<(String, String)>;

fn campaign() -> (Manifest, Files) {
    let manifest = planned(&jobs(), RIGHT, 4);
    let files = results(&manifest, RIGHT);
    (manifest, files)
}

/// The reasons of a campaign that cannot be judged to agree.
fn undecided(manifest: &Manifest, files: &[(String, String)]) -> (State, String) {
    let judgement = judged(manifest, files);
    assert_eq!(judgement.report.verdict, Verdict::Undecided);
    (judgement.campaign, judgement.report.reasons.join("\n"))
}

#[test]
fn missing_shards_are_named_with_their_cases() {
    let (manifest, mut files) = campaign();
    let lost: Vec<(String, String)> = files.splice(1..3, []).collect();
    let (state, reasons) = undecided(&manifest, &files);
    assert_eq!((state.missing, state.found), (vec![2, 3], 2));
    assert!(reasons.contains("shards 2-3 of 4 are missing, with "), "{reasons}");
    let cases = |file: &(String, String)| ShardResult::read(&file.1).expect("as written").report.cases;
    assert_eq!(state.missing_cases, lost.iter().map(cases).sum::<u64>());
    let nothing = judge(&manifest, []).map(|_| ()).expect_err("nothing");
    assert!(nothing.to_string().contains("shards 1-4 of 4 are missing"), "{nothing}");
}

#[test]
fn a_result_twice_is_named_even_if_it_is_the_same() {
    let (manifest, mut files) = campaign();
    files.push(("copy.json".into(), files[0].1.clone()));
    let (state, reasons) = undecided(&manifest, &files);
    assert!(
        reasons.contains("shard 1 is there 2 times, with the same result: copy.json, shard-1-of-4.json"),
        "{reasons}"
    );
    assert!(state.doubled[0].same && state.missing.is_empty());
    // Of two that differ, the one with mismatches counts.
    let wrong = result(&manifest, 1, WRONG, 1);
    files.pop();
    files.insert(0, ("other.json".into(), wrong));
    let judgement = judged(&manifest, &files);
    assert_eq!(judgement.report.verdict, Verdict::Differ);
    assert!(judgement.report.mismatches > 0);
    assert!(!judgement.campaign.doubled[0].same);
    assert!(judgement.report.reasons[0].contains("DIFFERENT results"), "{:?}", judgement.report.reasons);
}

#[test]
fn a_mismatch_stands_whatever_is_missing() {
    let (manifest, mut files) = campaign();
    files[2].1 = result(&manifest, 3, WRONG, 1);
    files.remove(0);
    let judgement = judged(&manifest, &files);
    assert_eq!(judgement.report.verdict, Verdict::Differ);
    assert_eq!(judgement.campaign.missing, [1]);
    let explained = &judgement.report.explanations;
    assert!(
        !explained.is_empty() && judgement_text(&judgement).contains("mul e4m3fn e4m3fn -> e4m3fn, case "),
        "{explained:?}"
    );
}

/// An engine that is told from others of its name by more than that, and that some machines do not have.
#[derive(Clone)]
struct Known {
    identity: Option<&'static str>,
    there: bool,
}

impl Engine for Known {
    fn name(&self) -> &str {
        "known"
    }

    fn identity(&self) -> Option<String> {
        self.identity.map(String::from)
    }

    fn covers(&self, _: &Task) -> bool {
        self.there
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(self.clone()))
    }
}

/// The files of all shards, each with an oracle of its own beside `definition`.
fn with_oracles(of_plan: &Known, each: &[Known]) -> Result<Judgement, CampaignError> {
    let jobs = &jobs()[..1];
    let list = |known: &Known| -> Vec<Box<dyn Engine>> {
        vec![Box::new(Definition::default()), Box::new(known.clone())]
    };
    let oracles = list(of_plan);
    let kind = Kind::of(&jobs[0], &Scalar, &oracles);
    let cost =
        Measurement { kind, task: String::new(), cases: 1, seconds: 1e-6, fixed: 1e-4, per_case: 1e-6 };
    let manifest = plan(Wanted {
        jobs,
        subject: &Scalar,
        oracles: &oracles,
        device: Device::default(),
        explain: 4,
        shards: Shards::Number(each.len() as u64),
        step: 1.0,
        limit: Duration::ZERO,
        begins: &|_| (),
        known: Measured { kinds: vec![cost], ..Measured::default() },
        command: Vec::new(),
        name: &name,
    })?;
    let mut files = Vec::new();
    for (shard, known) in (1..).zip(each) {
        let mut run = ShardRun::new(&manifest, shard)?;
        while !run.is_done() {
            run.step((&Scalar, &list(known)), ONE, &|_| ())?;
        }
        let text = run.result().expect("a result").to_json();
        files.push(Found { name: shard.to_string(), text: Ok(text) });
    }
    judge(&manifest, files)
}

/// A profile's file that was written anew, or a device of another revision: once the shards of both were one campaign.
#[test]
fn a_shard_is_run_with_the_engines_of_the_plan() {
    let known = |identity| Known { identity, there: true };
    let same = with_oracles(&known(Some("7")), &[known(Some("7")), known(Some("7"))]).expect("a verdict");
    assert_eq!(same.report.verdict, Verdict::Agree);
    assert_eq!(same.report.oracles[1].identity.as_deref(), Some("7"));
    for (of_plan, later, why) in [
        (Some("7"), Some("8"), "known is \"8\", and the campaign was planned with \"7\": plan it anew"),
        (
            None,
            Some("8"),
            "known is \"8\", and the campaign was planned with one that does not say what it is",
        ),
        (
            Some("7"),
            None,
            "known is one that does not say what it is, and the campaign was planned with \"7\"",
        ),
    ] {
        let error = with_oracles(&known(of_plan), &[known(of_plan), known(later)]).expect_err("another one");
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn shards_that_other_oracles_covered_do_not_fit_together() {
    let known = |there| Known { identity: None, there };
    for there in [true, false] {
        let same = with_oracles(&known(there), &[known(there), known(there)]).expect("a verdict");
        assert_eq!(same.report.verdict, Verdict::Agree);
    }
    let judgement = with_oracles(&known(true), &[known(true), known(false)]).expect("a verdict");
    assert_eq!(judgement.report.verdict, Verdict::Undecided);
    let reasons = judgement.report.reasons.join("\n");
    assert!(reasons.contains("2 is damaged") && reasons.contains("covered by other engines"), "{reasons}");
}

#[test]
fn what_is_of_another_campaign_is_foreign() {
    let (manifest, mut files) = campaign();
    let other = planned(&jobs(), RIGHT, 5);
    files.push(("other.json".into(), result(&other, 1, RIGHT, 1)));
    files.push(("notes.json".into(), "{\"schema\": \"halfulp.verify/1\"}".into()));
    files.push(("list.json".into(), "{}".into()));
    files.push(("plan.json".into(), other.to_json()));
    // This one's own manifest may be there.
    files.push(("own.json".into(), manifest.to_json()));
    let (state, reasons) = undecided(&manifest, &files);
    let named: Vec<&str> = state.foreign.iter().map(|wrong| &*wrong.file).collect();
    assert_eq!(named, ["other.json", "notes.json", "list.json", "plan.json"]);
    assert!(reasons.contains("other.json is not a result of this campaign: it is of campaign "), "{reasons}");
    assert!(state.missing.is_empty() && state.damaged.is_empty());
}

/// Changes a result and makes its digest fit: what is left to find are the counts themselves.
fn forged(text: &str, spoil: impl Fn(&mut ShardResult)) -> String {
    use sha2::Digest as _;
    let mut result = ShardResult::read(text).expect("as written");
    spoil(&mut result);
    result.sha256.clear();
    let digest = sha2::Sha256::digest(result.to_json().as_bytes());
    result.sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    result.to_json()
}

#[test]
fn what_was_cut_or_edited_is_damaged() {
    let (manifest, files) = campaign();
    let good = files[1].1.clone();
    let cases = ShardResult::read(&good).expect("as written").report.cases;
    let cut = |bytes: usize| good[..bytes].to_string();
    let edited = [
        ("cut", cut(good.len() / 2), "it is not JSON, or cut"),
        ("without its end", cut(good.len() - 1), "SHA-256"),
        ("empty", String::new(), "it is not JSON, or cut"),
        ("a count", good.replacen(&format!("\"cases\":{cases}"), "\"cases\":1", 1), "SHA-256"),
        ("a blank", good.replacen("\"shard\":2", "\"shard\": 2", 1), "SHA-256"),
        ("a key", good.replacen("{", "{\"more\":1,", 1), "unknown field"),
        ("another shard", good.replacen("\"shard\":2", "\"shard\":3", 1), "SHA-256"),
        ("an unread file", String::from("?"), "it is not JSON"),
        ("forged total", forged(&good, |r| r.report.cases -= 1), "not the sums"),
        ("forged shard", forged(&good, |r| r.shard = 4), "not those of the"),
        ("forged number", forged(&good, |r| r.shard = 77), "there is no shard 77"),
        ("forged counts", forged(&good, fewer), "cases in this part"),
        ("forged steps", forged(&good, |r| (r.steps, r.of_steps) = (1, 1)), "not those of the manifest"),
        ("no job", forged(&good, |r| drop(r.report.jobs.pop())), "it does not fit"),
        ("another task", forged(&good, |r| r.report.jobs[0].seed += 1), "another task"),
        (
            "no oracle",
            forged(&good, |r| r.report.jobs[0].policies[0].oracles.clear()),
            "are not those that its oracles compared",
        ),
        ("unfinished", unfinished(&manifest), "run the shard again"),
    ];
    for (what, text, why) in edited {
        let mut files = files.clone();
        files[1].1 = text;
        let (state, reasons) = undecided(&manifest, &files);
        assert_eq!(state.missing, [2], "{what}");
        let found = &state.damaged[0];
        assert!(found.file == "shard-2-of-4.json" && found.why.contains(why), "{what}: {found:?}");
        assert!(reasons.contains("shard-2-of-4.json is damaged: "), "{reasons}");
    }
}

/// One case fewer everywhere, consistently.
fn fewer(result: &mut ShardResult) {
    let policy = &mut result.report.jobs[0].policies[0];
    policy.planned -= 1;
    policy.cases -= 1;
    policy.third_party = policy.third_party.min(policy.cases);
    for oracle in &mut policy.oracles {
        oracle.compared = oracle.compared.min(policy.cases);
    }
    result.report.settle();
}

/// What shard 2 has saved after its first step.
fn unfinished(manifest: &Manifest) -> String {
    let mut run = ShardRun::new(manifest, 2).expect("a shard");
    run.step((&RIGHT, &oracles()), ONE, &|_| ()).expect("a step");
    run.result().expect("a result").to_json()
}

/// A run by other engines, under the same digest: on another machine, say, where an oracle covers less.
#[test]
fn results_of_other_engines_are_not_added() {
    let (manifest, mut files) = campaign();
    files[3].1 = forged(&files[3].1, |r| r.report.oracles[0].name = "other".into());
    let (state, reasons) = undecided(&manifest, &files);
    assert_eq!(state.missing, [4]);
    assert!(reasons.contains("its list of engines is "), "{reasons}");
}

#[test]
fn times_come_from_the_records_of_runs() {
    let (manifest, mut files) = campaign();
    let read = |text: &str| ShardResult::read(text).expect("as written");
    for index in 0..2 {
        let record = RunRecord::new(&read(&files[index].1), 3, Duration::from_secs(2), 0);
        files.push((format!("{index}.run.json"), record.to_json()));
    }
    let judgement = judged(&manifest, &files);
    assert_eq!(judgement.report.verdict, Verdict::Agree);
    let State { timed, core_seconds, .. } = judgement.campaign;
    assert_eq!((timed, core_seconds, judgement.report.threads), (2, 12.0, 3));
    assert_eq!(judgement.report.machines.len(), 1);
    let other = planned(&jobs(), RIGHT, 1);
    let foreign = RunRecord::new(&read(&result(&other, 1, RIGHT, 1)), 1, Duration::ZERO, 0);
    files.push(("other.run.json".into(), foreign.to_json()));
    let (state, _) = undecided(&manifest, &files);
    assert_eq!(state.foreign[0].file, "other.run.json");
}

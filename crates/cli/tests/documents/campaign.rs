//! The files of docs/campaign: what schedulers are given is what they and `halfulp` take, and is run as far as it can be here.

mod schemas;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jsonschema::{Retrieve, Uri, Validator};
use serde_json::{Value, json};
use tempfile::TempDir;
use yaml_rust2::{Yaml, YamlLoader};

use crate::program::run;
use crate::tensors::folder;

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn yaml(name: &str) -> Value {
    let all = YamlLoader::load_from_str(&read(&docs(&format!("campaign/{name}")))).expect("YAML");
    assert_eq!(all.len(), 1, "one document");
    as_json(&all[0])
}

fn as_json(value: &Yaml) -> Value {
    match value {
        Yaml::Boolean(x) => json!(x),
        Yaml::Integer(x) => json!(x),
        Yaml::Real(x) => json!(x.parse::<f64>().expect("a number")),
        Yaml::String(text) => json!(text),
        Yaml::Null => Value::Null,
        Yaml::Array(items) => items.iter().map(as_json).collect(),
        Yaml::Hash(pairs) => pairs
            .iter()
            .map(|(key, value)| (key.as_str().expect("a key").to_string(), as_json(value)))
            .collect(),
        other => panic!("{other:?}"),
    }
}

/// Runs a shell where `halfulp` is found.
fn shell(folder: &TempDir, line: &str, environment: &[(&str, &str)]) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_halfulp")).parent().expect("a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder.path()).env("PATH", path);
    command.envs(environment.iter().copied());
    command.output().expect("a shell")
}

fn succeeds(folder: &TempDir, line: &str, environment: &[(&str, &str)]) -> String {
    let out = shell(folder, line, environment);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(out.status.success(), "{line}: {}{}", text(&out.stdout), text(&out.stderr));
    text(&out.stdout)
}

/// A campaign of some shards of a device that is wrong, or of what is right.
fn planned(folder: &TempDir, shards: u64, is_right: bool) {
    let subject = if is_right { "scalar" } else { "'cmd:halfulp device truncate {op} {format}'" };
    succeeds(
        folder,
        &format!(
            "halfulp campaign plan e2m3 --op mul --round rne --saturate none --limit 0.1 --shards {shards} --subject {subject} -o plan.json"
        ),
        &[],
    );
}

/// Without Slurm, whose part the variable plays; tools/campaign-slurm runs the script with it.
#[test]
fn the_slurm_script_runs_a_shard() {
    let folder = folder();
    planned(&folder, 2, true);
    let script = docs("campaign/slurm.sh").display().to_string();
    let line = format!("sh '{script}' 'the plan.json' 'its results'");
    fs::rename(folder.path().join("plan.json"), folder.path().join("the plan.json")).expect("a plan");
    for task in ["1", "2"] {
        succeeds(&folder, &line, &[("SLURM_ARRAY_TASK_ID", task), ("SLURM_CPUS_PER_TASK", "1")]);
    }
    succeeds(&folder, "halfulp merge 'its results' --manifest 'the plan.json'", &[]);
    let without = shell(&folder, &format!("unset SLURM_ARRAY_TASK_ID; {line}"), &[]);
    assert!(
        !without.status.success()
            && String::from_utf8_lossy(&without.stderr).contains("submit it as an array")
    );
    let requeued = read(Path::new(&script)).lines().any(|line| line == "#SBATCH --requeue");
    assert!(requeued, "what is killed is run again");
}

#[test]
fn the_kubernetes_job_is_one_and_runs_a_shard() {
    let schema: Value = serde_json::from_str(&read(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/kubernetes-job-1.31.json"),
    ))
    .expect("JSON");
    let schema = jsonschema::draft202012::new(&schema).expect("a schema");
    let document = yaml("kubernetes.yaml");
    let errors: Vec<String> =
        schema.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let spoilt = |pointer: &str, key: &str, value: Value| {
        let mut other = document.clone();
        other.pointer_mut(pointer).expect("there")[key] = value;
        assert!(!schema.is_valid(&other), "{pointer}/{key}");
    };
    spoilt("/spec", "completions", json!("64"));
    spoilt("/spec", "completionmode", json!("Indexed"));
    spoilt("/spec/template/spec/containers/0", "command", json!("halfulp"));
    spoilt("/spec/template/spec/containers/0", "volumeMounts", json!([{ "name": "campaign" }]));
    spoilt("", "kind", json!("Jobs"));
    spoilt("/spec", "template", json!([]));
    assert_eq!(document["spec"]["completionMode"], "Indexed");
    // What its container runs, with an index in its place; a shard with mismatches is not run again.
    let words = &document["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(words["command"], json!(["/bin/sh", "-c"]));
    let line = words["args"][0].as_str().expect("a line");
    for is_right in [true, false] {
        let folder = folder();
        planned(&folder, 2, is_right);
        for index in ["0", "1"] {
            succeeds(&folder, line, &[("JOB_COMPLETION_INDEX", index)]);
        }
        let whole = shell(&folder, "halfulp merge results --manifest plan.json", &[]);
        assert_eq!(whole.status.code(), Some(i32::from(!is_right)));
        let past = shell(&folder, line, &[("JOB_COMPLETION_INDEX", "2")]);
        assert!(!past.status.success(), "there is no third shard, and the pod must not succeed");
    }
}

#[test]
fn gnu_parallel_runs_what_is_left() {
    let folder = folder();
    let is_there = shell(&folder, "parallel --version 2>&1 | grep -q '^GNU parallel'", &[]).status.success();
    if !is_there {
        eprintln!("GNU parallel is not here: not tried");
        return;
    }
    let script = docs("campaign/parallel.sh").display().to_string();
    let line = format!("sh '{script}' 'the plan.json' 'its results' --jobs 2");
    for is_right in [true, false] {
        planned(&folder, 3, is_right);
        fs::rename(folder.path().join("plan.json"), folder.path().join("the plan.json")).expect("a plan");
        let out = shell(&folder, &line, &[("PARALLEL_HOME", ".")]);
        assert_eq!(out.status.code(), Some(i32::from(!is_right)), "{}", String::from_utf8_lossy(&out.stderr));
        // Nothing is left, and the answer is the same.
        assert_eq!(shell(&folder, &line, &[]).status.code(), Some(i32::from(!is_right)));
        fs::remove_dir_all(folder.path().join("its results")).expect("results");
    }
}

/// The lines that a job of the workflow runs.
fn runs(workflow: &Value, job: &str) -> Vec<String> {
    let steps = workflow["jobs"][job]["steps"].as_array().unwrap_or_else(|| panic!("no steps of {job}"));
    let lines = steps.iter().filter_map(|step| step["run"].as_str()).flat_map(str::lines);
    lines.map(str::to_string).collect()
}

#[test]
fn the_matrix_has_a_job_for_each_shard() {
    let workflow = yaml("github-matrix.yml");
    let jobs = workflow["jobs"].as_object().expect("jobs");
    assert_eq!(jobs.keys().map(String::as_str).collect::<Vec<_>>(), ["merge", "plan", "shard"]);
    assert_eq!(jobs["shard"]["needs"], "plan");
    assert_eq!(jobs["shard"]["strategy"]["matrix"]["shard"], "${{ fromJSON(needs.plan.outputs.shards) }}");
    assert_eq!(jobs["shard"]["strategy"]["fail-fast"], false);
    assert_eq!(jobs["plan"]["outputs"]["shards"], "${{ steps.plan.outputs.shards }}");
    let default =
        workflow["on"]["workflow_dispatch"]["inputs"]["what"]["default"].as_str().expect("a default");
    assert!(default.starts_with("e4m3fn "), "{default}");
    for job in jobs.values() {
        assert!(job["runs-on"].is_string() && job["timeout-minutes"].is_u64());
        for step in job["steps"].as_array().expect("steps") {
            assert!(step["uses"].is_string() != step["run"].is_string(), "{step}");
        }
    }
    // Its lines, on something smaller.
    let folder = folder();
    succeeds(&folder, "mkdir bin && ln -s $(command -v halfulp) bin/halfulp && touch output", &[]);
    // With a command line of several words in it.
    let what = "e2m3 --op mul --round rne --saturate none --against definition --limit 0.1 --cases all \
                --subject 'cmd:halfulp eval {op} --format {format}'";
    for line in runs(&workflow, "plan").iter().filter(|line| line.contains("bin/halfulp")) {
        let fewer = line.replace("--shards 20", "--shards 4");
        succeeds(&folder, &fewer, &[("WHAT", what), ("GITHUB_OUTPUT", "output")]);
    }
    let shards = read(&folder.path().join("output"));
    let shards: Vec<u64> =
        serde_json::from_str(shards.trim().strip_prefix("shards=").expect("an output")).expect("a list");
    assert_eq!(shards, [1, 2, 3, 4]);
    for shard in shards {
        let line = runs(&workflow, "shard").pop().expect("a line");
        succeeds(&folder, &line.replace("${{ matrix.shard }}", &shard.to_string()), &[]);
    }
    let line = runs(&workflow, "merge").pop().expect("a line");
    assert!(succeeds(&folder, &line, &[]).ends_with(": all agree\n"));
    assert!(folder.path().join("campaign.xml").exists());
}

/// Every option that the files and the page give to `halfulp campaign` and `halfulp merge` is one.
#[test]
fn options_in_the_files_are_options() {
    let mut found = 0;
    for name in ["README.md", "slurm.sh", "kubernetes.yaml", "parallel.sh", "github-matrix.yml"] {
        let text = read(&docs(&format!("campaign/{name}"))).replace("\\\n", " ");
        for line in text.lines() {
            for (start, _) in line.match_indices("halfulp ") {
                let command = line[start..].split(['`', ')', '|', ';', '#']).next().unwrap_or_default();
                let words: Vec<&str> = command.split([' ', '"']).collect();
                let verb = match words.get(1..3) {
                    Some(["campaign", verb]) => format!("campaign {verb}"),
                    Some(["merge", _]) => "merge".to_string(),
                    _ => continue,
                };
                let help = run(&format!("{verb} --help")).out;
                for option in words.iter().filter(|word| word.starts_with("--")) {
                    assert!(help.contains(option), "{name}: {option} is not in `halfulp {verb} --help`");
                    found += 1;
                }
            }
        }
    }
    assert!(found > 20, "{found}");
}

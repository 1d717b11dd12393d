//! Runs in parts: wherever parts come from the result is the same, and what is not as it should be is computed anew, and said.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use halfulp_lab::experiment::{Experiment, Progress, Quiet, Seeds, Shard, Share};

/// Moments in few bits, a run that diverges, and a sweep; the bounds of the first have steps.
const COMPARE: &str = r#"
name = "small-comparison"
title = "x"
[run.compare]
problem = { quadratic = { dimension = 40, noise = 0.1 } }
steps = 24
metric = "loss"
every = 5
last = 3
diverged = 50.0
seeds = 2
[[run.compare.cases]]
name = "f32"
optimizer = { adamw = { preset = "torchao", rate = 1e-2 } }
arithmetic = "f32"
[[run.compare.cases]]
name = "low, by chance / ä"
beside = "f32"
optimizer = { adamw = { preset = "torchao", rate = 1e-2, betas = [0.8, 0.999] } }
arithmetic = "f32"
storage = { first = { levels = "linear", bits = 4, signed = true, block = 16 }, second = { levels = "linear", bits = 2, block = 16, chance = "nearest" } }
[[run.compare.cases]]
name = "too fast"
optimizer = { sgd = { rate = 90.0 } }
[[run.compare.sweeps]]
name = "sgd"
optimizer = { sgd = { rate = 0.1 } }
mantissas = [3]
components = ["weights"]
[[assert]]
bound = "low-bit.bias"
[[diverge]]
of = "too fast"
"#;

const ECO: &str = r#"
name = "eco"
title = "x"
[run.eco]
weights = ["bfloat16"]
rates = [0.1, 0.04]
momentum = 0.9
curvatures = [0.4, 1.0]
dimension = 3
optimum = 1.0
start = 4.0
horizon = 4.0
last = 0.2
chance = "sr-c:32"
seeds = 2
[[assert]]
bound = "eco.identity"
"#;

/// What was said.
#[derive(Default)]
struct Said(Mutex<Vec<String>>);

impl Progress for Said {
    fn say(&self, what: &str) {
        self.0.lock().unwrap().push(what.into());
    }
}

fn read(text: &str) -> Experiment {
    Experiment::parse(text, "x.toml").unwrap_or_else(|e| panic!("{e}"))
}

fn shard(text: &str) -> Shard {
    text.parse().unwrap()
}

/// All that a report says; numbers are printed so that they can be told apart.
fn whole(text: &str) -> String {
    format!("{:?}", read(text).run(&Quiet).unwrap())
}

fn put_together(text: &str, folder: &Path) -> (String, Vec<String>) {
    let said = Said::default();
    let report = read(text).run_in(folder, &said).unwrap_or_else(|e| panic!("{e}"));
    (format!("{report:?}"), said.0.into_inner().unwrap())
}

/// A shard without parts: nothing is computed.
fn missing(text: &str, folder: &Path) -> usize {
    let share = read(text).share(folder, shard("999/999"), &Quiet).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((share.own, share.computed), (0, 0));
    share.missing
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Of all shards at once, in one folder.
#[test]
fn parts_of_shards_put_together_are_the_whole_run() {
    for (text, parts) in [(COMPARE, 10_usize), (ECO, 20)] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        std::thread::scope(|scope| {
            // The last one twice, at the same time.
            for k in [1, 2, 3, 3] {
                let own = (parts - k + 1).div_ceil(3);
                scope.spawn(move || {
                    let share = read(text).share(folder, shard(&format!("{k}/3")), &Quiet).unwrap();
                    assert_eq!((share.all, share.own), (parts, own));
                });
            }
        });
        assert_eq!((files(folder).len(), missing(text, folder)), (parts, 0));
        let none = Share { all: parts, own: parts, computed: 0, missing: 0 };
        assert_eq!(read(text).share(folder, shard("1/1"), &Quiet), Ok(none));
        assert_eq!(put_together(text, folder), (whole(text), Vec::new()));
    }
}

/// Some parts are done, one is half written under another name, and other seeds are asked for.
#[test]
fn a_run_that_was_stopped_goes_on() {
    for text in [COMPARE, ECO] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert_eq!(put_together(text, folder), (whole(text), Vec::new()));
        let done = files(folder);
        for path in done.iter().step_by(3) {
            let name = path.file_name().unwrap().to_str().unwrap();
            fs::rename(path, folder.join(format!(".{name}.{}-0", std::process::id()))).unwrap();
        }
        let left = read(text).share(folder, shard("1/1"), &Quiet).unwrap();
        assert_eq!(left.computed, done.len().div_ceil(3));
        assert_eq!(put_together(text, folder), (whole(text), Vec::new()));
        let more = |experiment: Experiment| experiment.with_seeds(&Seeds::count(3).unwrap()).unwrap();
        let third = more(read(text)).share(folder, shard("1/1"), &Quiet).unwrap();
        assert_eq!((third.all, third.computed), (done.len() / 2 * 3, done.len() / 2));
        let together = more(read(text)).run_in(folder, &Quiet).unwrap();
        assert_eq!(format!("{together:?}"), format!("{:?}", more(read(text)).run(&Quiet).unwrap()));
    }
}

/// Every number and word of the settings that a part can depend on is told apart; what only chooses or presents parts is not.
#[test]
#[allow(clippy::too_many_lines, reason = "a table of cases")]
fn parts_of_other_settings_are_not_taken() {
    for (text, parts, changes) in [
        (
            COMPARE,
            10,
            &[
                ("dimension = 40", "dimension = 41", 10),
                ("noise = 0.1", "noise = 0.1000000001", 10),
                ("steps = 24", "steps = 25", 10),
                ("\"loss\"", "\"gradient-norm\"", 10),
                ("every = 5", "every = 6", 10),
                ("last = 3", "last = 4", 10),
                ("50.0", "51.0", 10),
                ("seeds = 2", "seeds = [1, 5]", 5),
                ("rate = 1e-2 } }", "rate = 1.00001e-2 } }", 2),
                ("betas = [0.8, 0.999]", "betas = [0.8, 0.99]", 2),
                ("bits = 4", "bits = 5", 2),
                ("chance = \"nearest\"", "chance = \"unbiased\"", 2),
                ("mantissas = [3]", "mantissas = [4]", 2),
                ("name = \"too fast\"", "name = \"fast\"", 2),
                ("beside = \"f32\"", "figure = \"f\"", 0),
                (
                    "[[diverge]]",
                    "[[run.compare.ratios]]\nname = \"r\"\nof = \"f32\"\nover = \"too fast\"\n[[diverge]]",
                    0,
                ),
            ][..],
        ),
        (
            ECO,
            20,
            &[
                ("\"bfloat16\"", "\"binary16\"", 20),
                ("0.04]", "0.04001]", 10),
                ("momentum = 0.9", "momentum = 0.91", 20),
                ("curvatures = [0.4", "curvatures = [0.41", 20),
                ("dimension = 3", "dimension = 4", 20),
                ("optimum = 1.0", "optimum = 1.5", 20),
                ("start = 4.0", "start = 4.5", 20),
                ("horizon = 4.0", "horizon = 4.1", 20),
                ("last = 0.2", "last = 0.25", 20),
                // Of one of five methods.
                ("sr-c:32", "sr-c:31", 4),
                ("title = \"x\"", "title = \"y\"", 0),
            ][..],
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (_, said) = put_together(text, folder);
        assert_eq!((missing(text, folder), said.len()), (0, 0));
        for (from, to, expected) in changes {
            assert!(text.contains(from), "{from}");
            let changed = text.replacen(from, to, 1);
            assert_eq!(missing(&changed, folder), *expected, "{to}");
        }
        let (from, to, _) = changes[2];
        let changed = text.replacen(from, to, 1);
        let (report, said) = put_together(&changed, folder);
        assert_eq!(report, whole(&changed));
        assert!(
            said.len() == 1 && said[0].contains(&format!("{parts} parts have other settings")),
            "{said:?}"
        );
        // Those of before are still there.
        assert_eq!(put_together(text, folder), (whole(text), Vec::new()));
    }
}

/// A part that is cut short, changed by a digit, or that of another one.
#[test]
fn damaged_parts_are_said_and_computed_anew() {
    for text in [COMPARE, ECO] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (expected, _) = put_together(text, folder);
        let parts = files(folder);
        let of = |path: &PathBuf| fs::read_to_string(path).unwrap();
        let (cut, other) = (of(&parts[0]), of(&parts[2]));
        fs::write(&parts[0], &cut[..cut.len() / 2]).unwrap();
        let (before, number) =
            of(&parts[1]).rsplit_once("\n[found").map(|(a, b)| (a.to_string(), b.to_string())).unwrap();
        let digit = number.rfind(|c: char| c.is_ascii_digit()).unwrap();
        let changed = if &number[digit..=digit] == "1" { "2" } else { "1" };
        let number = format!("{}{changed}{}", &number[..digit], &number[digit + 1..]);
        fs::write(&parts[1], format!("{before}\n[found{number}")).unwrap();
        fs::write(&parts[3], other).unwrap();
        fs::remove_file(&parts[4]).unwrap();
        fs::create_dir(&parts[4]).unwrap();
        fs::remove_dir(&parts[4]).unwrap();
        fs::write(&parts[4], [0xff, 0xfe]).unwrap();
        let (report, mut said) = put_together(text, folder);
        said.sort();
        assert_eq!(said.len(), 4, "{said:#?}");
        let why = ["not as it was written", "not as it was written", "it has another part", "UTF-8"];
        for (path, why) in [0, 1, 3, 4].map(|k| &parts[k]).iter().zip(why) {
            let about = said.iter().find(|line| line.contains(&*path.display().to_string()));
            let about = about.unwrap_or_else(|| panic!("{} in {said:#?}", path.display()));
            assert!(about.contains(why) && about.ends_with("computed anew"), "{about}");
        }
        assert_eq!(report, expected);
        assert_eq!(put_together(text, folder), (expected, Vec::new()));
    }
}

/// A pipe without a writer, which would be waited for, and a link to what has no end.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read_as_a_part() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (expected, _) = put_together(ECO, folder);
    let parts = files(folder);
    parts[..2].iter().for_each(|part| fs::remove_file(part).unwrap());
    let made = std::process::Command::new("mkfifo").arg(&parts[0]).status().unwrap();
    assert!(made.success());
    std::os::unix::fs::symlink("/dev/zero", &parts[1]).unwrap();
    let (report, said) = put_together(ECO, folder);
    assert_eq!(report, expected);
    assert_eq!(said.len(), 2, "{said:#?}");
    for part in &parts[..2] {
        let why = format!("{}: expected a regular file", part.display());
        assert!(said.iter().any(|line| line.starts_with(&why)), "{said:#?}");
        assert!(fs::symlink_metadata(part).unwrap().is_file());
    }
    assert_eq!(put_together(ECO, folder), (expected, Vec::new()));
}

#[test]
fn what_cannot_be_kept_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = read(ECO).run_in(&file, &Quiet).unwrap_err().to_string();
    assert!(error.contains(&file.display().to_string()), "{error}");
    let deep = folder.path().join("none").join("parts");
    let error = read(ECO).share(&deep, shard("1/2"), &Quiet).unwrap_err().to_string();
    assert!(error.contains(&deep.display().to_string()) && !deep.exists(), "{error}");
    let ema = "name = \"x\"\ntitle = \"x\"\n[run.ema]\nstorages = [\"bfloat16\"]\nbetas = [0.9]\nsignals = [\"constant\"]\nsteps = 8\nelements = 2\n";
    assert!(!read(ema).has_parts() && read(ECO).has_parts());
    let error = read(ema).run_in(folder.path(), &Quiet).unwrap_err().to_string();
    assert!(error.starts_with("x.toml:") && error.contains("has no parts"), "{error}");
    for text in ["", "1", "0/2", "3/2", "1/2/3", "-1/2", "1/x"] {
        assert!(text.parse::<Shard>().unwrap_err().contains("I/N"), "{text}");
    }
}

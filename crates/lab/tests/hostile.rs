//! Every key of every experiment with values that nobody means: an error that names the key, or an experiment that fits.
//!
//! In a process that may not have much memory, so that a size that is believed ends it.

use std::time::{Duration, Instant};

use halfulp_lab::experiment::{BUILTIN, Experiment, Memory};
use toml::{Table, Value};

/// More than any check takes: the limit on runs, and what the test itself needs.
#[cfg(target_os = "linux")]
const ADDRESSES: u64 = (1 << 30) + (3 << 28);

/// A step to a value in a file.
#[derive(Clone)]
enum Step {
    Key(String),
    Item(usize),
}

/// The values of a table that are no tables, by their paths; of lists the first item and the last.
fn leaves(value: &Value, path: &[Step], found: &mut Vec<Vec<Step>>) {
    let with = |step: Step| [path, &[step]].concat();
    match value {
        Value::Table(table) => {
            table.iter().for_each(|(key, inner)| leaves(inner, &with(Step::Key(key.clone())), found));
        }
        Value::Array(items) => {
            found.push(path.to_vec());
            let ends = [0, items.len().saturating_sub(1)];
            for k in ends.into_iter().take(items.len().min(2)) {
                leaves(&items[k], &with(Step::Item(k)), found);
            }
        }
        _ => found.push(path.to_vec()),
    }
}

fn at<'a>(value: &'a mut Value, path: &[Step]) -> &'a mut Value {
    path.iter().fold(value, |value, step| match step {
        Step::Key(key) => &mut value[key.as_str()],
        Step::Item(k) => &mut value[*k],
    })
}

/// As errors name it: `run.ema.betas[0]`.
fn shown(path: &[Step]) -> String {
    path.iter().fold(String::new(), |shown, step| match step {
        Step::Key(key) if shown.is_empty() => key.clone(),
        Step::Key(key) => format!("{shown}.{key}"),
        Step::Item(k) => format!("{shown}[{k}]"),
    })
}

fn hostile() -> Vec<Value> {
    let whole = [0, -1, 1 << 24, 10_000_000, 1 << 32, 1 << 40, 1 << 53, 1 << 62, i64::MAX, i64::MIN];
    let real = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 5e-324, 1e300, -1e300, f64::MAX];
    let other = [
        Value::String(String::new()),
        Value::String("\u{1b}[31m\u{7}".into()),
        Value::String("x".repeat(100_000)),
        Value::Boolean(true),
        Value::Array(vec![]),
        Value::Array(vec![Value::Integer(1 << 62); 2]),
        Value::Array(vec![Value::Float(f64::NAN); 2]),
        Value::Table(Table::new()),
    ];
    whole.into_iter().map(Value::Integer).chain(real.into_iter().map(Value::Float)).chain(other).collect()
}

/// Reads a file and asks whether it fits.
fn read(table: &Value) -> Result<Experiment, String> {
    let text = toml::to_string(table).expect("it was read from a file");
    let experiment = Experiment::parse(&text, "x.toml").map_err(|e| e.to_string())?;
    experiment.fits(2).map_err(|e| e.to_string())?;
    Ok(experiment)
}

/// Whether an error has a place, and no character that a terminal obeys.
fn is_orderly(error: &str) -> bool {
    let mut place = error.strip_prefix("x.toml:").unwrap_or("").splitn(3, ':');
    let numbers = [place.next(), place.next()].map(|n| n.and_then(|n| n.parse::<usize>().ok()).unwrap_or(0));
    numbers.iter().all(|n| *n > 0) && !error.contains(|c: char| c.is_control() && c != '\n')
}

#[test]
fn no_value_of_any_key_is_believed() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let maximum = getrlimit(Resource::As).maximum;
        setrlimit(Resource::As, Rlimit { current: Some(ADDRESSES), maximum }).expect("a limit on memory");
    }
    let (mut tried, mut refused) = (0, 0);
    for (name, text) in BUILTIN {
        let good: Value = toml::from_str(text).expect(name);
        read(&good).expect(name);
        let mut paths = Vec::new();
        leaves(&good, &[], &mut paths);
        // What is asserted is read alike in all of them.
        let is_of_kind = |path: &[Step]| matches!(path.first(), Some(Step::Key(key)) if key == "run");
        for path in paths.into_iter().filter(|path| *name == "ema" || is_of_kind(path)) {
            for value in hostile() {
                let mut bad = good.clone();
                *at(&mut bad, &path) = value.clone();
                let start = Instant::now();
                let result = read(&bad);
                let took = start.elapsed();
                let what = || format!("{name}: {} = {:.40}: {result:?}", shown(&path), value.to_string());
                assert!(took < Duration::from_secs(30), "{took:?}: {}", what());
                tried += 1;
                if let Err(error) = &result {
                    assert!(is_orderly(error), "{}", what());
                    refused += 1;
                }
            }
        }
    }
    assert!(tried > 5_000 && refused > tried / 2, "{refused} of {tried} refused");
}

/// Numbers have ranges: what lies in none is an error at that key, whatever the kind.
#[test]
fn what_is_no_number_is_no_setting() {
    // Ends of bands and ranges can be infinite, and so can a number that a source has.
    let open = ["within", "claim", "band", "value", "diverged"];
    for (name, text) in BUILTIN {
        let good: Value = toml::from_str(text).expect(name);
        let mut paths = Vec::new();
        leaves(&good, &[], &mut paths);
        for path in paths {
            let key = shown(&path);
            let is_open = open.iter().any(|open| key.contains(open));
            let mut bad = good.clone();
            let is_real = matches!(at(&mut bad, &path), Value::Float(_));
            let is_whole = matches!(at(&mut bad, &path), Value::Integer(_));
            let mut refused = |value: f64| {
                *at(&mut bad, &path) = Value::Float(value);
                let error = read(&bad).err();
                let last = path.iter().rev().find_map(|step| match step {
                    Step::Key(key) => Some(key.clone()),
                    Step::Item(_) => None,
                });
                error.is_some_and(|error| error.contains(&last.unwrap_or_default()))
            };
            if is_real || is_whole {
                assert!(refused(f64::NAN), "{name}: {key} = nan");
                assert!(is_open || refused(f64::INFINITY), "{name}: {key} = inf");
                assert!(is_open || refused(f64::NEG_INFINITY), "{name}: {key} = -inf");
            }
        }
    }
}

/// Each of these was accepted, and ended the run by a panic or for want of memory, or decided nothing.
#[test]
fn what_was_believed_is_refused() {
    let file = |kind: &str, settings: &str| format!("name = \"x\"\ntitle = \"x\"\n[run.{kind}]\n{settings}");
    let quadratic = "problem = { quadratic = { SIZE } }\noptimizer = { adam = { rate = 0.1 } }\nsteps = 2\n";
    let compare = |beside: &str, size: &str| {
        let case = "optimizer = { sgd = { rate = 0.1 } }\n";
        format!(
            "problem = {{ {size} }}\nsteps = 2\nmetric = \"loss\"\n\
             [[run.compare.cases]]\nname = \"one\"\n{case}[[run.compare.cases]]\nname = \"two\"\nbeside = \"{beside}\"\n{case}"
        )
    };
    let adamw =
        |size: &str| format!("{}[[run.adamw.cases]]\nname = \"x\"\n", quadratic.replace("SIZE", size));
    let average = |start: &str| {
        format!(
            "[[run.pathologies.averages]]\nstorage = \"bfloat16\"\nbeta = 0.9\nsignal = \"gauss\"\nsteps = 1\nelements = 1\nstart = {start}\n"
        )
    };
    let muon = |extra: &str| format!("{extra}\nshapes = [[2, 3]]\n[run.muon-step.iterations.x]\n");
    let blocks =
        "presets = [\"torchao\"]\nblocks = 1\naveraged = 1\nsteps = 1\nspread = 1.0\nbetas = [0.9, 0.9]\n";
    for (kind, settings, expected) in [
        (
            "compare",
            compare("too", "quadratic = {}"),
            "run.compare.cases[1].beside: no case is named \"too\": expected one of \"one\", \"two\"",
        ),
        (
            "compare",
            compare("one", "mlp = { hidden = 10000000 }"),
            "run.compare.problem: a run would take about",
        ),
        (
            "compare",
            compare("one", "mlp = { hidden = 4611686018427387904 }"),
            "problem.mlp.hidden: expected 1 to 16777216",
        ),
        ("adamw", adamw("dimension = 10000000"), "run.adamw.problem: a run would take about"),
        (
            "adamw",
            adamw("dimension = 4611686018427387904"),
            "run.adamw.problem.quadratic.dimension: expected 1 to 16777216",
        ),
        ("pathologies", average("nan"), "run.pathologies.averages[0].start: expected"),
        ("pathologies", average("inf"), "run.pathologies.averages[0].start: expected"),
        ("muon-step", muon("cases = 0"), "run.muon-step.cases: expected 1 to 10000000, got 0"),
        ("muon-step", muon("cases = 4611686018427387904"), "run.muon-step.cases: expected 1 to 10000000"),
        (
            "blockwise",
            format!("{blocks}block = 4611686018427387904\n"),
            "run.blockwise.block: block: 4611686018427387904 elements, expected 1 to 1048576",
        ),
    ] {
        let error = match Experiment::parse(&file(kind, &settings), "x.toml") {
            Err(error) => error.to_string(),
            Ok(experiment) => experiment.fits(1).expect_err(&settings).to_string(),
        };
        assert!(error.contains(expected), "{expected:?} is not in {error:?}");
    }
}

#[test]
fn the_limit_on_memory_can_be_raised() {
    let text = "name = \"x\"\ntitle = \"x\"\n[run.ema]\nstorages = [\"bfloat16\"]\nbetas = [0.9]\nsignals = [\"gauss\"]\n\
                steps = 1\nelements = 8000000\n";
    let experiment = Experiment::parse(text, "x.toml").expect("its sizes are allowed");
    let error = experiment.fits(1).expect_err("it takes 2.4 GiB").to_string();
    assert_eq!(
        error,
        "x.toml:8:12: run.ema.elements: a run would take about 2.4 GiB of memory, and the limit is 1 GiB: expected smaller \
         sizes, or a higher limit (--max-memory)"
    );
    let raised = experiment.limited(4 << 30);
    assert!(raised.fits(1).is_ok() && raised.fits(2).is_err());
    assert!(raised.limited(Memory::LIMIT).fits(1).is_err());
}

#[test]
fn errors_have_the_key_and_no_names_of_types() {
    for (setting, expected) in [
        (
            "steps = -1",
            "x.toml:4:9: run.ema.steps: invalid value: integer `-1`, expected a whole number, 0 or more",
        ),
        (
            "steps = \"many\"",
            "x.toml:4:9: run.ema.steps: invalid type: string \"many\", expected a whole number, 0 or more",
        ),
        (
            "betas = [0.5, true]",
            "x.toml:4:15: run.ema.betas[1]: invalid type: boolean `true`, expected a number",
        ),
    ] {
        let text = format!("name = \"x\"\ntitle = \"x\"\n[run.ema]\n{setting}\n");
        let error = Experiment::parse(&text, "x.toml").expect_err(setting).to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn control_characters_are_refused_and_shown() {
    for (text, expected) in [
        (
            "name = \"x\"\ntitle = \"a\\u001b[31mb\"\n",
            "x.toml:2:9: title: expected text without control characters, found '\\u{1b}'",
        ),
        (
            "name = \"x\"\ntitle = \"two\\nlines\"\n",
            "x.toml:2:9: title: expected text without control characters, found '\\n'",
        ),
        ("name = \"../x\"\ntitle = \"x\"\n", "x.toml:1:8: name: expected letters, digits"),
        ("name = \"\"\ntitle = \"x\"\n", "x.toml:1:8: name: expected letters, digits"),
        ("name = \"x\"\n\"t\\u001bitle\" = 1\n", "t\\u{1b}itle"),
    ] {
        let text = format!("{text}[run.pathologies]\n");
        let error = Experiment::parse(&text, "x.toml").expect_err(&text).to_string();
        assert!(error.contains(expected) && is_orderly(&error), "{expected:?} is not in {error:?}");
    }
    let long = "name = \"x\"\ntitle = \"x\"\nabout = \"one\\n\\n\\ttwo\"\n[run.pathologies]\n";
    assert!(Experiment::parse(long, "x.toml").is_ok());
    let error = Experiment::parse("", "a\u{1b}b.toml").expect_err("there is no name").to_string();
    assert!(error.starts_with("a\\u{1b}b.toml:1:1: "), "{error}");
}

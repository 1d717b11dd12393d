//! docs/keys.md names every key of every optimizer, problem and storage, with its default and the words that it takes.

use halfulp_lab::optimizer::{NAMES as OPTIMIZERS, NewtonSchulz, OptimizerSpec, Storages};
use halfulp_lab::problem::{NAMES as PROBLEMS, ProblemSpec};
use halfulp_lab::product::Accumulator;
use halfulp_lab::storage::Storage;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What a table with some keys comes to, or what is wrong with it.
type Read = Box<dyn Fn(&str) -> Result<String, String>>;

/// A row of a table: key, default, meaning.
type Row = [String; 3];

/// A setting of any type as text: by the same way for all tests, since the code that reads is long for each.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    #[derive(Deserialize)]
    struct File<T> {
        it: T,
    }
    let file: Result<File<T>, _> = toml::from_str(&format!("it = {text}"));
    file.map(|file| file.it).map_err(|e| e.message().to_string())
}

fn optimizer(name: &'static str) -> Read {
    Box::new(move |keys| {
        let spec: OptimizerSpec = read(&format!("{{ {name} = {{ {keys} }} }}"))?;
        spec.build("optimizer").map(|optimizer| format!("{optimizer:?}")).map_err(|e| e.to_string())
    })
}

/// The settings of a problem, but for sizes, which can be given in two ways; and what is seen of its start.
fn problem(name: &'static str) -> Read {
    Box::new(move |keys| {
        let spec: ProblemSpec = read(&format!("{{ {name} = {{ {keys} }} }}"))?;
        let built = spec.build().map_err(|e| e.to_string())?;
        let start = built.start(3);
        let mut g = vec![0.0; start.len()];
        built.sample(&start, 1, 1, &mut g);
        let settings = format!("{spec:?}").replace("Some(32)", "None").replace("Some(2)", "None");
        Ok(format!("{settings} {:?} {start:?} {} {g:?}", built.shapes(), built.value(&start)))
    })
}

fn table<T: DeserializeOwned + std::fmt::Debug>() -> Read {
    Box::new(|keys| read::<T>(&format!("{{ {keys} }}")).map(|it| format!("{it:?}")))
}

/// Each section, the keys that it cannot be read without, and what reads it.
fn sections() -> Vec<(&'static str, &'static str, Read)> {
    let optimizers =
        [("adam", ""), ("sgd", "rate = 0.5"), ("muon", ""), ("shampoo", ""), ("soap", ""), ("psgd", "")];
    let optimizers = optimizers.map(|(name, base)| (name, base, optimizer(name)));
    let problems = PROBLEMS.iter().filter(|name| **name != "trace").map(|name| (*name, "", problem(name)));
    let tables: [(&str, &str, Read); 4] = [
        ("newton-schulz", "", table::<NewtonSchulz>()),
        ("storage", "format = \"e4m3fn\"", table::<Storage>()),
        ("tensors", "", table::<Storages>()),
        ("accumulator", "format = \"binary32\"", table::<Accumulator>()),
    ];
    optimizers.into_iter().chain(problems).chain(tables).collect()
}

/// The rows of a section's table.
fn rows(page: &str, section: &str) -> Vec<Row> {
    let text =
        page.split(&format!("\n### {section}\n")).nth(1).unwrap_or_else(|| panic!("no section {section}"));
    let text = text.split("\n#").next().unwrap_or_default();
    let cells = |line: &str| {
        let mut cells = line.trim_matches('|').splitn(3, '|').map(|cell| cell.trim().to_string());
        let key = cells.next()?.strip_prefix('`')?.strip_suffix('`')?.to_string();
        Some([key, cells.next()?, cells.next()?])
    };
    text.lines().filter(|line| line.starts_with("| `")).filter_map(cells).collect()
}

/// The names in an error's "expected one of `a`, `b`".
fn expected(error: &str) -> Vec<String> {
    let list = error.split("expected ").nth(1).unwrap_or_default();
    list.split('`').skip(1).step_by(2).map(String::from).collect()
}

/// What is wrong with a section.
fn wrong(rows: &[Row], base: &str, read: &Read) -> Vec<String> {
    let with = |keys: &str| {
        read(&[base, keys].iter().filter(|x| !x.is_empty()).cloned().collect::<Vec<_>>().join(", "))
    };
    let mut wrong = Vec::new();
    let mut keys = expected(&with("zzz = 1").expect_err("there is no such key"));
    keys.sort();
    let mut listed: Vec<String> = rows.iter().map(|[key, ..]| key.clone()).collect();
    listed.sort();
    if keys != listed {
        wrong.push(format!("keys {listed:?}, expected {keys:?}"));
    }
    for [key, default, meaning] in rows {
        let is_base = base.starts_with(&format!("{key} ="));
        match default.trim_matches('`') {
            "-" if meaning.starts_with("required:") && !(is_base && read("").is_err()) => {
                wrong.push(format!("{key} is not required"));
            }
            "-" if meaning.starts_with("required") || meaning.starts_with("optional") => {}
            "-" => wrong.push(format!("{key}: neither a default nor required nor optional")),
            default if with(&format!("{key} = {default}")) != with("") => {
                wrong.push(format!("{key}: {default} is not the default"));
            }
            _ => {}
        }
        let error =
            if is_base { String::new() } else { with(&format!("{key} = \"zzz\"")).err().unwrap_or_default() };
        if error.contains("unknown variant") {
            let words = expected(&error).into_iter().filter(|word| {
                !meaning.contains(&format!("`{word}`")) && !meaning.contains(&format!("{word} ="))
            });
            wrong.extend(words.map(|word| format!("{key}: {word} is not said")));
        }
    }
    wrong
}

/// The page; none in the published package, which has no docs.
fn page() -> Option<String> {
    let docs = crate::traces::files::package().join("../../docs");
    docs.is_dir().then(|| std::fs::read_to_string(docs.join("keys.md")).expect("docs/keys.md"))
}

#[test]
fn every_key_is_documented_with_its_default() {
    let Some(page) = page() else { return eprintln!("SKIPPED: no docs in the package") };
    let mut all = Vec::new();
    for (section, base, read) in sections() {
        all.extend(wrong(&rows(&page, section), base, &read).iter().map(|one| format!("{section}: {one}")));
    }
    assert_eq!(all, [""; 0]);
    for name in OPTIMIZERS {
        assert!(page.contains(&format!("`{name}`")) || page.contains(&format!("### {name}\n")), "{name}");
    }
}

#[test]
fn what_is_stale_on_the_page_is_noticed() {
    let Some(page) = page() else { return eprintln!("SKIPPED: no docs in the package") };
    for (section, from, to, expected) in [
        ("adam", "| `epsilon` | `1e-8` |", "| `epsilon` | `1e-7` |", "epsilon: 1e-7 is not the default"),
        ("adam", "| `epsilon` |", "| `eps` |", "keys"),
        ("adam", "`uncorrected`", "other", "denominator: uncorrected is not said"),
        ("sgd", "| `rate` | - | required:", "| `rate` | - | perhaps:", "rate: neither"),
        ("muon", "| `momentum` | `0.95` |", "| `momentum` | - |", "momentum: neither"),
        ("mlp", "| `hidden` | `32` |", "| `hidden` | - | required:", "hidden is not required"),
        ("quadratic", "| `optimum` | `0.0` |", "| `optimum` | `1.0` |", "optimum: 1.0 is not the default"),
        (
            "tensors",
            "| `second` | `\"exact\"` |",
            "| `second` | `\"bfloat16\"` |",
            "second: \"bfloat16\" is not the default",
        ),
    ] {
        let stale = page.replace(from, to);
        assert_ne!(stale, page, "{from}");
        let (_, base, read) = sections().into_iter().find(|(name, ..)| *name == section).expect("a section");
        let wrong = wrong(&rows(&stale, section), base, &read);
        assert!(wrong.iter().any(|one| one.contains(expected)), "{to}: {wrong:?}");
    }
}

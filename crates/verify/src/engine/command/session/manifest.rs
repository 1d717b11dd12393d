//! What a program says of itself before its first answer: which tasks it computes, and how its lines are to be read.

use halfulp::format::catalog;
use halfulp::{Flags, Format, Task};

use super::lines::TaskText;
use crate::engine::command::process::{Due, Process};
use crate::engine::command::shown::quoted;
use crate::verify::{NanMatch, letters};

/// The version of the protocol.
pub(super) const PROTOCOL: u32 = 2;

/// The first words of a manifest.
const HEAD: &str = "halfulp-device";

/// Lines that are read in search of a manifest, and lines of a manifest, at most.
const MOST: usize = 10_000;

/// The tasks of one line of a manifest. `None` stands for every value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    operations: Option<Vec<String>>,
    formats: Option<Vec<String>>,
    roundings: Option<Vec<String>>,
    saturations: Option<Vec<String>>,
    options: Option<String>,
}

/// What a program says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Manifest {
    /// Its name, for reports; may be empty.
    pub name: String,
    /// How its lines begin; whatever begins otherwise is not a line of the protocol. Empty if every line is one.
    pub prefix: String,
    /// What it computes.
    pub claims: Vec<Claim>,
    /// The flags that it reports.
    pub flags: Option<Flags>,
    /// Which NaNs it takes for equal, if it says so. A run compares as it was asked to, whatever this is.
    pub nan: Option<NanMatch>,
    /// The most cases that it takes before it answers.
    pub window: Option<usize>,
    /// Whether cases and answers are words of fixed width, and no lines.
    pub binary: bool,
}

impl Manifest {
    /// Reads the manifest of a program that was started. Lines before it are skipped.
    pub(super) fn read(process: &mut Process) -> Result<Manifest, String> {
        let mut before: Option<String> = None;
        for _ in 0..MOST {
            let line = next(process).map_err(|error| match &before {
                Some(line) => format!("{error}; no manifest was read, and the first line was {line}"),
                None => error,
            })?;
            if let Some(version) = line.strip_prefix(HEAD) {
                if version.trim() != PROTOCOL.to_string() {
                    return Err(format!(
                        "its manifest is of protocol {}, expected {HEAD} {PROTOCOL}",
                        quoted(version.trim().as_bytes(), 20)
                    ));
                }
                return Manifest::after_head(process);
            }
            before.get_or_insert_with(|| quoted(line.as_bytes(), 60));
        }
        Err(format!(
            "there is no manifest in its first {MOST} lines: expected the line {HEAD} {PROTOCOL}; the first line was {}",
            before.unwrap_or_default()
        ))
    }

    fn after_head(process: &mut Process) -> Result<Manifest, String> {
        let mut manifest = Manifest::default();
        for _ in 0..MOST {
            let line = next(process)?;
            let line = line.trim();
            if line == "ready" {
                return match manifest.claims.is_empty() {
                    true => {
                        Err("its manifest claims no task: expected a line such as `task mul e4m3fn rne none`"
                            .into())
                    }
                    false => Ok(manifest),
                };
            }
            if !line.is_empty() && !line.starts_with('#') {
                manifest
                    .line(line)
                    .map_err(|why| format!("its manifest has {}: {why}", quoted(line.as_bytes(), 80)))?;
            }
        }
        Err(format!("its manifest has no end: expected the line `ready` within {MOST} lines"))
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        let (key, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let value = value.trim();
        match key {
            "name" => self.name = value.into(),
            "prefix" if !value.is_empty() => self.prefix = value.into(),
            "flags" => self.flags = Some(letters::parse(value)?),
            "task" => self.claims.push(Claim::parse(value)?),
            "nan" => {
                self.nan = Some(match value {
                    "code" => NanMatch::Code,
                    "sign" => NanMatch::Sign,
                    "any" => NanMatch::Any,
                    _ => return Err("expected code, sign or any".into()),
                });
            }
            "mode" => {
                self.binary = match value {
                    "lines" => false,
                    "binary" => true,
                    _ => return Err("expected lines or binary".into()),
                };
            }
            "window" => {
                let window = value.parse().ok().filter(|window| *window > 0);
                self.window = Some(window.ok_or("expected a number of cases, 1 or more")?);
            }
            _ => {
                return Err(
                    "expected name, prefix, task, flags, nan, mode, window or ready, with a value".into()
                );
            }
        }
        Ok(())
    }

    /// Whether the program computes a task.
    #[must_use]
    pub fn claims(&self, task: &Task, name: &dyn Fn(&Format) -> String) -> bool {
        let text = TaskText::of(task, name);
        self.claims.iter().any(|claim| claim.has(task, &text))
    }

    /// The flags of an answer that are known.
    pub(super) fn reports(&self) -> Flags {
        self.flags.unwrap_or(Flags::ALL)
    }
}

fn next(process: &mut Process) -> Result<String, String> {
    process.line(Due::Manifest, |line| String::from_utf8_lossy(line).trim_end().to_string())
}

impl Claim {
    /// Reads `OP,... FORMATS ROUNDING,... SATURATION,... [OPTIONS]`, with `*` for every value. Formats are those of the operands and of the
    /// result, or a single one for all of them; several lists are separated by semicolons.
    fn parse(text: &str) -> Result<Claim, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [operations, formats, roundings, saturations, rest @ ..] = &words[..] else {
            return Err("expected operations, formats, roundings and saturations, each a list or *".into());
        };
        if rest.len() > 1 {
            return Err(
                "expected one word of options after the saturations, as in tininess=before,nan=zero".into()
            );
        }
        let list = |word: &str, separator: char| {
            (word != "*").then(|| word.split(separator).map(String::from).collect::<Vec<_>>())
        };
        for word in list(operations, ',').into_iter().flatten() {
            word.parse::<halfulp::Op>().map_err(|error| error.to_string())?;
        }
        for word in list(formats, ';').iter().flatten().flat_map(|list| list.split(',')) {
            // The program may be told a format by a file, and knows it by that.
            if !word.to_ascii_lowercase().ends_with(".toml") {
                catalog::lookup(word).map_err(|error| error.to_string())?;
            }
        }
        for word in list(roundings, ',').into_iter().flatten() {
            let stochastic = word.starts_with("sr-") && word.ends_with(":*");
            if !stochastic {
                word.parse::<halfulp::Rounding>().map_err(|error| error.to_string())?;
            }
        }
        for word in list(saturations, ',').into_iter().flatten() {
            word.parse::<halfulp::Saturation>().map_err(|error| error.to_string())?;
        }
        let options = rest.first().copied().unwrap_or("-");
        Ok(Claim {
            operations: list(operations, ','),
            formats: list(formats, ';'),
            roundings: list(roundings, ','),
            saturations: list(saturations, ','),
            options: (options != "*").then(|| options.into()),
        })
    }

    fn has(&self, task: &Task, text: &TaskText) -> bool {
        let one_of = |list: &Option<Vec<String>>, word: &str| {
            list.as_ref().is_none_or(|list| list.iter().any(|known| known == word))
        };
        let op = |list: &Vec<String>| list.iter().any(|name| name.parse() == Ok(task.op));
        let rounding = |list: &Vec<String>| {
            list.iter().any(|known| {
                *known == text.rounding
                    || known.strip_suffix('*').is_some_and(|start| text.rounding.starts_with(start))
            })
        };
        self.operations.as_ref().is_none_or(op)
            && self.formats.as_ref().is_none_or(|lists| lists.iter().any(|list| are(list, task, text)))
            && (task.op.is_query() || self.roundings.as_ref().is_none_or(rounding))
            && (task.op.is_query() || one_of(&self.saturations, &text.saturation))
            && self.options.as_ref().is_none_or(|options| *options == text.options)
    }
}

/// Whether a list of formats is that of a task.
fn are(list: &str, task: &Task, text: &TaskText) -> bool {
    let names: Vec<&str> = list.split(',').collect();
    let is = |name: &str, format: &Format, sent: &str| {
        name == sent || catalog::lookup(name).is_ok_and(|known| known == *format)
    };
    let formats =
        task.operands[..task.op.arity()].iter().chain((!task.op.is_query()).then_some(&task.result));
    let sent = text.formats.split(',');
    match names[..] {
        [one] => formats.zip(sent).all(|(format, sent)| is(one, format, sent)),
        _ => {
            names.len() == text.formats.split(',').count()
                && names.iter().zip(formats.zip(sent)).all(|(name, (format, sent))| is(name, format, sent))
        }
    }
}

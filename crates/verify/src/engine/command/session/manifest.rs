//! What a program says of itself before its first answer: which tasks it computes, and how its lines are to be read.

use halfulp::{Flags, Format, Task};

use super::claim::Claim;
use super::lines::TaskText;
use crate::engine::command::line::HEAD;
use crate::engine::command::process::{Due, Process};
use crate::engine::command::shown::quoted;
use crate::verify::{NanMatch, letters};

/// The version of the protocol.
pub(super) const PROTOCOL: u32 = 2;

/// Lines that are read in search of a manifest, and lines of a manifest, at most.
const MOST: usize = 10_000;

/// Claims that are shown to people, at most.
const SHOWN: usize = 6;

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

    /// What it claims, for people: the first of its `task` lines, without that word.
    pub(super) fn claimed(&self) -> String {
        let shown = self.claims.iter().take(SHOWN).map(Claim::text).collect::<Vec<_>>().join("; ");
        match self.claims.len().saturating_sub(SHOWN) {
            0 => shown,
            more => format!("{shown}; and {more} more"),
        }
    }

    /// The flags of an answer that are known.
    pub(super) fn reports(&self) -> Flags {
        self.flags.unwrap_or(Flags::ALL)
    }
}

fn next(process: &mut Process) -> Result<String, String> {
    process.line(Due::Manifest, |line| String::from_utf8_lossy(line).trim_end().to_string())
}

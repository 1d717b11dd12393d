//! The files of `halfulp check`: rows, header and task.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use clap::{Args as _, Command, FromArgMatches as _};
use halfulp::format::catalog;
use halfulp::{Format, Task};
use halfulp_verify::report::file_name;
use halfulp_verify::vectors::{Form, Header, Recording, Rows, Source, read};

use super::Args;
use crate::input;
use crate::task::{self, TaskArgs};
use crate::vectors::files;

/// What was read.
pub struct Read {
    pub recording: Recording,
    /// The line of the report.
    pub group: String,
    /// How reports name formats.
    pub names: Box<dyn Fn(&Format) -> String + Sync>,
}

/// A file and its content.
struct File {
    path: String,
    bytes: Vec<u8>,
}

impl File {
    fn read(path: &Path) -> anyhow::Result<File> {
        input::exists(path)?;
        let path_text = path.display().to_string();
        let bytes = fs::read(path).with_context(|| format!("could not read {path_text}"))?;
        Ok(File { path: path_text, bytes })
    }

    fn rows(&self, form: Form, task: &Task, with_inputs: bool) -> anyhow::Result<Rows> {
        read(&self.bytes, form, task, with_inputs).map_err(|error| anyhow!("{}: {error}", self.path))
    }

    fn source(&self, form: Form, rows: Rows) -> Source<'_> {
        Source { path: &self.path, bytes: &self.bytes, form, rows }
    }
}

impl Read {
    /// Reads the files that the arguments name.
    ///
    /// # Errors
    /// What is wrong with a file, and where.
    pub fn of(args: &Args) -> anyhow::Result<Read> {
        let file = File::read(&args.file)?;
        let header = header(args, &file)?;
        let (task, named) = match (&header, &args.task) {
            (Some(header), None) => {
                let task = header.task().map_err(|why| anyhow!("the header of {}: {why}", file.path))?;
                (task, header.formats.iter().map(|known| (known.facts, known.name.clone())).collect())
            }
            (None, Some(words)) => of_words(words)?,
            (Some(_), Some(_)) => bail!("{} has a header that says its task: leave --task out", file.path),
            (None, None) => bail!(
                "{} has no header, and there is no {}: name it with --header, or say the task with --task, as in \
                 --task 'mul e4m3fn --round rtz'",
                file.path,
                files::beside(&args.file).display()
            ),
        };
        let form =
            args.form.or_else(|| header.as_ref().filter(|_| args.header.is_none()).map(|header| header.form));
        let form = files::form(form, Some(&args.file)).or_else(|| Some(header.as_ref()?.form));
        let form = form.with_context(|| {
            format!("{}: its name does not tell its form: name it with --as, as in --as testfloat", file.path)
        })?;
        let rows = file.rows(form, &task, true)?;
        let answers = args.answers.as_deref().map(File::read).transpose()?;
        let answers = answers.as_ref().map(|answers| {
            let form = files::form(args.answers_as, args.answers.as_deref()).unwrap_or(Form::Testfloat);
            anyhow::Ok(answers.source(form, answers.rows(form, &task, false)?))
        });
        let recording = Recording::new(
            task,
            header.as_ref(),
            file.source(form, rows),
            answers.transpose()?,
            replay(args),
        )?;
        let names = move |format: &Format| {
            let given = named.iter().find(|(facts, _)| *facts == format.facts());
            let given = || given.map(|(_, name)| name.clone());
            catalog::name_of(format).or_else(given).unwrap_or_else(|| file_name(format))
        };
        let operands = &task.operands[..task.op.arity()];
        let alike = operands.iter().all(|format| *format == operands[0]);
        let shown = if alike { &operands[..1] } else { operands };
        let group = shown.iter().map(&names).collect::<Vec<_>>().join(",");
        Ok(Read { recording, group, names: Box::new(names) })
    }
}

/// The header of the file: in it, where the arguments say, or beside it.
fn header(args: &Args, file: &File) -> anyhow::Result<Option<Header>> {
    let wrong = |path: &str| {
        let path = path.to_string();
        move |why: String| anyhow!("{path}: {why}")
    };
    if let Some(path) = &args.header {
        let other = File::read(path)?;
        if let Some(header) = Header::within(&other.bytes).map_err(wrong(&other.path))? {
            return Ok(Some(header));
        }
        let text =
            String::from_utf8(other.bytes).map_err(|_| anyhow!("{}: it is not a header", other.path))?;
        return Header::from_toml(&text).map(Some).map_err(wrong(&other.path));
    }
    if let Some(header) = Header::within(&file.bytes).map_err(wrong(&file.path))? {
        return Ok(Some(header));
    }
    let beside = files::beside(&args.file);
    if args.task.is_some() || !beside.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&beside).with_context(|| format!("could not read {}", beside.display()))?;
    Header::from_toml(&text).map(Some).map_err(wrong(&beside.display().to_string()))
}

/// The task of some words, as `halfulp eval` takes them, and the names of its formats.
fn of_words(words: &str) -> anyhow::Result<(Task, Vec<(halfulp::Facts, String)>)> {
    let parts =
        shlex::split(words).ok_or_else(|| anyhow!("--task: {words:?} has an unmatched quotation mark"))?;
    let command = TaskArgs::augment_args(Command::new("--task").no_binary_name(true).disable_help_flag(true));
    let matches = command.try_get_matches_from(parts.iter().map(OsString::from));
    let args = matches.and_then(|matches| TaskArgs::from_arg_matches(&matches)).map_err(|error| {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        anyhow!("--task {words:?}: {}", first.strip_prefix("error: ").unwrap_or(first))
    })?;
    let named = args.named()?.into_iter().map(|known| (known.format.facts(), known.name)).collect();
    Ok((task::build(&args).context("--task")?, named))
}

/// The words that judge the file again.
fn replay(args: &Args) -> Vec<String> {
    let mut words = vec!["halfulp".to_string(), "check".into(), args.file.display().to_string()];
    let mut option = |name: &str, value: Option<String>| {
        words.extend(value.into_iter().flat_map(|value| [name.to_string(), value]));
    };
    option("--as", args.form.map(|form| form.to_string()));
    option("--answers", args.answers.as_ref().map(|path| path.display().to_string()));
    option("--answers-as", args.answers_as.map(|form| form.to_string()));
    option("--header", args.header.as_ref().map(|path| path.display().to_string()));
    option("--task", args.task.clone());
    words
}

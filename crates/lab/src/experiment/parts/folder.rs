//! The folder that finished parts are kept in: a file each, whose name tells people which part it is, and programs of which settings.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::record::{self, Head};
use super::{Part, Stopped};
use crate::experiment::Progress;

/// The largest file that is read or written, in bytes.
const LARGEST: u64 = 64 << 20;
/// Most characters of a name in a file's name.
const LONGEST: usize = 80;
/// What a part's file ends in.
const END: &str = ".part.toml";

/// A folder of parts of one experiment, and of others.
#[derive(Debug)]
pub(in crate::experiment) struct Folder {
    path: PathBuf,
    experiment: String,
    /// The files that there were at the start.
    files: BTreeSet<String>,
}

impl Folder {
    /// Opens it, and makes it if it is not there, in a folder that is.
    pub(in crate::experiment) fn open(path: &Path, experiment: &str) -> Result<Folder, Stopped> {
        let wrong = |error: io::Error| stopped(path, &error);
        match fs::create_dir(path) {
            // Somebody else may have made it.
            Err(_) if path.is_dir() => {}
            made => made.map_err(wrong)?,
        }
        let names =
            fs::read_dir(path).map_err(wrong)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        Ok(Folder { path: path.into(), experiment: experiment.into(), files: names.collect() })
    }

    fn head(&self, part: &Part) -> Head {
        Head::new(&self.experiment, &part.name, &part.settings)
    }

    /// What the name of a part's file begins with, whatever its settings.
    fn stem(&self, part: &Part) -> String {
        format!("{}.{}", plain(&self.experiment), plain(&part.name))
    }

    fn file(&self, part: &Part) -> String {
        format!("{}.{}{END}", self.stem(part), self.head(part).short())
    }

    /// Whether there is a file of the part by now.
    pub(super) fn has(&self, part: &Part) -> bool {
        self.path.join(self.file(part)).is_file()
    }

    /// Says which parts there were of other settings, if they are not there of these.
    pub(super) fn say_others<'a>(&self, parts: impl Iterator<Item = &'a Part>, progress: &dyn Progress) {
        let other = |part: &Part| {
            let stem = self.stem(part) + ".";
            let mut of_it = self.files.range(stem.clone()..).take_while(|file| file.starts_with(&stem));
            // What goes on with more than a digest is the file of a part with a longer name.
            let is_digest = |file: &&String| {
                file[stem.len()..].strip_suffix(END).is_some_and(|digest| !digest.contains('.'))
            };
            if self.files.contains(&self.file(part)) { None } else { of_it.find(is_digest) }
        };
        let others: Vec<&String> = parts.filter_map(other).collect();
        if let Some(first) = others.first() {
            progress.say(&format!(
                "{}: {} {} other settings or another version of halfulp, and {} not taken, such as {first}",
                self.path.display(),
                others.len(),
                if others.len() == 1 { "part has" } else { "parts have" },
                if others.len() == 1 { "is" } else { "are" },
            ));
        }
    }

    /// What was found of a part, if it is there; if what is there is no good, that is said.
    pub(super) fn find<R: DeserializeOwned>(&self, part: &Part, progress: &dyn Progress) -> Option<R> {
        let path = self.path.join(self.file(part));
        let text = match read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            read => read.map_err(|error| error.to_string()),
        };
        match text.and_then(|text| record::read(&self.head(part), &text)) {
            Ok(found) => Some(found),
            Err(why) => {
                progress.say(&format!("{}: {why}; the part is computed anew", path.display()));
                None
            }
        }
    }

    /// Keeps what was found of a part: whole, or not at all.
    pub(super) fn keep<R: Serialize>(&self, part: &Part, found: &R) -> Result<(), Stopped> {
        let name = self.file(part);
        let path = self.path.join(&name);
        let text = record::write(&self.head(part), found);
        let text = text.map_err(|why| Stopped::Folder { path: path.display().to_string(), why })?;
        if text.len() as u64 > LARGEST {
            let why = format!("the part takes more than {} MiB, and is not kept", LARGEST >> 20);
            return Err(Stopped::Folder { path: path.display().to_string(), why });
        }
        put(&self.path, &name, &text).map_err(|error| stopped(&path, &error))
    }
}

fn stopped(path: &Path, error: &io::Error) -> Stopped {
    Stopped::Folder { path: path.display().to_string(), why: error.to_string() }
}

fn read(path: &Path) -> io::Result<String> {
    // Before it is opened: of a pipe, that waits for a writer.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("expected a regular file"));
    }
    let mut text = String::new();
    File::open(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
    Ok(text)
}

/// Writes a file beside its place and moves it there. Another process, on another machine even, may do the same at that time.
fn put(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let (mut file, beside) = begun(folder, name)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    drop(file);
    let put = written.and_then(|()| fs::rename(&beside, folder.join(name)));
    if put.is_err() {
        // The error that is told is the first one.
        let _ = fs::remove_file(&beside);
    }
    put
}

/// A file of which there was none. Processes that were killed leave theirs.
fn begun(folder: &Path, name: &str) -> io::Result<(File, PathBuf)> {
    let mut last = io::Error::other("there are too many unfinished files");
    for k in 0..1000 {
        let beside = folder.join(format!(".{name}.{}-{k}", std::process::id()));
        match File::create_new(&beside) {
            Ok(file) => return Ok((file, beside)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// A name as a part of a file's name: letters, digits and points, and dashes for what else there is. Digests tell names apart that become the same.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for c in name.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' => plain.push(c),
            _ if plain.ends_with('-') => {}
            _ => plain.push('-'),
        }
    }
    plain.truncate(LONGEST);
    plain.trim_matches(['-', '.']).into()
}

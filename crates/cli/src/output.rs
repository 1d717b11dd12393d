//! Files that are written: each is begun before the run, written beside its place and moved there whole.
//!
//! What is there already stays until then, and its permissions stay for good. A symbolic link is followed, and stays a
//! link, where its owner is the one who runs the program, or root; in a folder that others can write in, another's link
//! is refused. What is not a regular file, such as /dev/null or a pipe, is written into.

mod pending;
mod place;

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use tempfile::NamedTempFile;

pub use pending::{folder_for_run, survive_limits, watch_signals};
use place::{Identity, Place};

/// The files of a run: none of them is another, nor one that the run reads.
#[derive(Default)]
pub struct Outputs {
    read: Vec<(Identity, PathBuf)>,
    written: Vec<(Identity, String)>,
}

impl Outputs {
    /// None yet.
    pub fn new() -> Outputs {
        Outputs::default()
    }

    /// The run reads this file, if there is one.
    pub fn reads(&mut self, path: &Path) {
        if let Some(identity) = Identity::of_existing(path) {
            self.read.push((identity, path.into()));
        }
    }

    /// Begins the file that an option names.
    ///
    /// # Errors
    /// It is read, or written already; it is a folder, a disk or a socket; or nothing can be written there.
    pub fn claim(&mut self, option: &str, path: &Path) -> anyhow::Result<Output> {
        let named = || format!("{option} {}", path.display());
        // As an input elsewhere, it would be taken for standard output.
        ensure!(
            path.as_os_str() != "-",
            "{}: a file is expected here, and standard output has the report; ./- is a file's name",
            named()
        );
        let place = Place::of(path).with_context(named)?;
        if let Some(identity) = place.identity() {
            if let Some((_, read)) = self.read.iter().find(|(read, _)| read == identity) {
                bail!("{}: that is the input {}; name another file", named(), read.display());
            }
            if let Some((_, other)) = self.written.iter().find(|(written, _)| written == identity) {
                bail!("{}: {other} is written there; name another file", named());
            }
            self.written.push((identity.clone(), named()));
        }
        Output::begin(place, path).with_context(named)
    }

    /// Begins a file of a kind, whose name says no other kind: programs and browsers go by it.
    ///
    /// # Errors
    /// As of [`Outputs::claim`]; or the name has another extension than one of these.
    pub fn claim_kind(&mut self, option: &str, path: &Path, extensions: &[&str]) -> anyhow::Result<Output> {
        let output = self.claim(option, path)?;
        let given = path.extension().map(|given| given.to_string_lossy().to_ascii_lowercase());
        ensure!(
            !output.is_file() || given.is_none_or(|given| extensions.contains(&&*given)),
            "{option} {}: what is written there is a .{} file: name it so",
            path.display(),
            extensions.join(" or .")
        );
        Ok(output)
    }

    /// Makes the folder that an option names, if it is not there, in one that is, and checks that files can be made in it.
    ///
    /// # Errors
    /// It is not a folder, there is none to make it in, or nothing can be written there.
    pub fn folder(&mut self, option: &str, path: &Path) -> anyhow::Result<()> {
        let named = || format!("{option} {}", path.display());
        ensure!(!path.exists() || path.is_dir(), "{}: expected a folder, and that is a file", named());
        if !path.exists() {
            // As for files: a mistyped path makes no tree of folders.
            place::folder(path).with_context(named)?;
            // Another process may have made it meanwhile.
            std::fs::create_dir(path)
                .or_else(|error| if path.is_dir() { Ok(()) } else { Err(error) })
                .with_context(named)?;
        }
        tempfile::tempfile_in(path).map(|_| ()).with_context(named)
    }
}

/// A file in the making. Dropped before it is finished, it leaves nothing behind.
pub struct Output {
    sink: BufWriter<Sink>,
    /// What the person who typed it calls it.
    path: PathBuf,
}

/// Where bytes go.
enum Sink {
    /// A file that will be moved to its place.
    Beside(NamedTempFile, PathBuf),
    /// What is written into.
    Into(File),
}

impl Output {
    fn begin(place: Place, path: &Path) -> anyhow::Result<Output> {
        let sink = match place {
            Place::Stream(file) => Sink::Into(file),
            Place::File { path, replaced, .. } => {
                let file = pending::begin(&path, replaced.is_some())?;
                if let Some(replaced) = replaced {
                    place::keep_permissions(file.as_file(), &replaced)?;
                }
                Sink::Beside(file, path)
            }
        };
        Ok(Output { sink: BufWriter::with_capacity(1 << 20, sink), path: path.into() })
    }

    /// Whether a file of this name will be there, instead of a device or a pipe that takes the bytes.
    pub fn is_file(&self) -> bool {
        matches!(self.sink.get_ref(), Sink::Beside(..))
    }

    /// Makes sure that what was written can be kept: of a file, that it is on the disk.
    ///
    /// # Errors
    /// It cannot.
    pub fn settle(&mut self) -> anyhow::Result<()> {
        self.flush()?;
        match self.sink.get_ref() {
            Sink::Beside(file, _) => {
                file.as_file().sync_all().with_context(|| format!("could not write {}", self.path.display()))
            }
            Sink::Into(_) => Ok(()),
        }
    }

    /// Takes all back that was written. What went into a device or a pipe is gone: then it says no.
    ///
    /// # Errors
    /// It cannot be taken back.
    pub fn take_back(&mut self) -> anyhow::Result<bool> {
        self.flush()?;
        match self.sink.get_mut() {
            Sink::Beside(file, _) => {
                file.as_file().set_len(0)?;
                file.as_file_mut().rewind()?;
                Ok(true)
            }
            Sink::Into(_) => Ok(false),
        }
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// It cannot be written; then there is nothing new in its place.
    pub fn finish(self) -> anyhow::Result<()> {
        let named = || format!("could not write {}", self.path.display());
        match self.sink.into_inner().map_err(io::IntoInnerError::into_error).with_context(named)? {
            Sink::Into(mut file) => file.flush().with_context(named),
            Sink::Beside(file, place) => {
                file.as_file().sync_all().with_context(named)?;
                ensure!(
                    place::is_file_or_nothing(&place),
                    "{}: something else has come to be there meanwhile",
                    named()
                );
                pending::put(file, &place).with_context(named)
            }
        }
    }
}

/// Errors say which file could not be written.
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sink.write(bytes).map_err(|error| named(&self.path, &error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush().map_err(|error| named(&self.path, &error))
    }
}

/// Of no kind: that of a broken pipe is for standard output.
fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::other(format!("could not write {}: {error}", path.display()))
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Beside(file, _) => file.write(bytes),
            Sink::Into(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Beside(file, _) => file.flush(),
            Sink::Into(file) => file.flush(),
        }
    }
}

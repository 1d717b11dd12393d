//! The unfinished files, so that whatever ends the program early takes them along.

use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use tempfile::{NamedTempFile, TempDir};

use crate::{exit, say};

/// The unfinished files of this process.
struct Pending {
    /// Whether signals are waited for.
    watched: bool,
    files: Vec<PathBuf>,
    /// What is there for the run alone.
    folders: Vec<PathBuf>,
    /// How many files are in their places.
    finished: usize,
}

static PENDING: Mutex<Pending> =
    Mutex::new(Pending { watched: false, files: Vec::new(), folders: Vec::new(), finished: 0 });

fn pending() -> MutexGuard<'static, Pending> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a file beside a place, under a name that nobody foresees and no link has.
///
/// # Errors
/// Nothing can be written there.
pub fn begin(place: &Path, private: bool) -> anyhow::Result<NamedTempFile> {
    // Held until the file is known: one that a signal comes before is not made, any other is removed.
    let mut pending = pending();
    begin_watching(&mut pending)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".halfulp-").suffix(".part");
    #[cfg(unix)]
    {
        // As any program's files: what the umask leaves. What replaces a file gets that one's permissions.
        let mode = if private { 0o600 } else { 0o666 };
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = private;
    let file = builder.tempfile_in(super::place::folder(place)?)?;
    pending.files.push(file.path().into());
    Ok(file)
}

/// Makes a folder that is there for the run alone.
///
/// # Errors
/// It cannot be made.
pub fn folder_for_run() -> anyhow::Result<TempDir> {
    let mut pending = pending();
    begin_watching(&mut pending)?;
    let folder = tempfile::Builder::new().prefix("halfulp-").tempdir()?;
    pending.folders.push(folder.path().into());
    Ok(folder)
}

/// Takes signals from now on, though no file is begun: devices have to be ended.
///
/// # Errors
/// Signals cannot be waited for.
pub fn watch_signals() -> anyhow::Result<()> {
    begin_watching(&mut pending())
}

fn begin_watching(pending: &mut Pending) -> anyhow::Result<()> {
    if !pending.watched {
        watch().context("signals cannot be waited for")?;
        pending.watched = true;
    }
    Ok(())
}

/// Moves a file to its place.
///
/// # Errors
/// It cannot be moved.
pub fn put(file: NamedTempFile, place: &Path) -> std::io::Result<()> {
    let mut pending = pending();
    let path = file.path().to_path_buf();
    let result = file.persist(place).map(|_| ()).map_err(|error| error.error);
    pending.files.retain(|other| *other != path);
    pending.finished += usize::from(result.is_ok());
    result
}

/// A limit on the size of files is an error of writing, as a full disk is, and not the end of the program.
pub fn survive_limits() {
    #[cfg(unix)]
    {
        let ignored = std::sync::Arc::default();
        // Where it cannot be had, the program ends by the signal.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, ignored);
    }
}

/// What asks a program to end: taken, so that nothing is left behind. What is ignored stays ignored, as under `nohup`.
#[cfg(unix)]
fn watch() -> std::io::Result<()> {
    use signal_hook::consts::{SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU};
    let asked = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU];
    let ignored = ignored();
    let asked = asked.into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
    let mut signals = signal_hook::iterator::Signals::new(asked)?;
    let wait = move || {
        if signals.forever().next().is_some() {
            stop();
        }
    };
    thread::Builder::new().name("signals".into()).spawn(wait).map(|_| ())
}

#[cfg(not(unix))]
fn watch() -> std::io::Result<()> {
    use signal_hook::consts::TERM_SIGNALS;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    let asked = Arc::new(AtomicBool::new(false));
    for &signal in TERM_SIGNALS {
        signal_hook::flag::register(signal, Arc::clone(&asked))?;
    }
    let wait = move || {
        while !asked.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(50));
        }
        stop();
    };
    thread::Builder::new().name("signals".into()).spawn(wait).map(|_| ())
}

/// The signals that this process ignores, signal `n` in bit `n - 1`. Where the system has no such file, none.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Removes the unfinished files, ends the devices and then the program.
fn stop() -> ! {
    // Never given back: nothing is begun or finished any more.
    let pending = pending();
    for file in &pending.files {
        let _ = fs::remove_file(file);
    }
    for folder in &pending.folders {
        let _ = fs::remove_dir_all(folder);
    }
    halfulp_verify::engine::command::end_all();
    let what = if pending.finished == 0 { "nothing was written" } else { "not all files were written" };
    // Nobody may read what is said.
    let (done, is_done) = mpsc::channel();
    let terminal = std::io::stderr().is_terminal();
    let said = thread::Builder::new().spawn(move || {
        // There may be a bar on the line.
        if terminal {
            say::raw("\n");
        }
        exit::failed(&format!("interrupted: {what}"));
        let _ = done.send(());
    });
    if said.is_ok() {
        let _ = is_done.recv_timeout(Duration::from_millis(300));
    }
    std::process::exit(2)
}

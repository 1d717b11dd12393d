//! Whether there is a standard output. One that is closed when the program starts is opened as /dev/null before `main`, so
//! that nothing which is printed there fails. On Linux alone: elsewhere it cannot be told, and is taken for open.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED: AtomicBool = AtomicBool::new(false);

/// Runs before `main`, and before the standard library opens what is closed.
#[cfg(target_os = "linux")]
extern "C" fn look() {
    // The descriptor may be closed, which is what is asked: it is looked at once, by one system call, and kept nowhere.
    let closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
    CLOSED.store(closed, Ordering::Relaxed);
}

#[cfg(target_os = "linux")]
#[used]
// SAFETY: the section is the list of functions that are called before `main`; this one has their type and needs no set-up.
#[unsafe(link_section = ".init_array")]
static LOOK: extern "C" fn() = look;

/// An error, if standard output was closed when the program started.
///
/// # Errors
/// As said.
pub fn check() -> anyhow::Result<()> {
    match CLOSED.load(Ordering::Relaxed) {
        true => Err(io::Error::other("standard output is closed").into()),
        false => Ok(()),
    }
}

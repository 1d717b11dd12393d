//! Ctrl-C, taken as an error where that is convenient, so that no temporary file stays behind.

#[cfg(unix)]
use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::ensure;
use signal_hook::consts::TERM_SIGNALS;

/// Whether the program was asked to stop.
pub struct Interrupt {
    asked: Arc<AtomicBool>,
}

impl Interrupt {
    /// Never asked: signals end the program at once, as they do.
    pub fn never() -> Interrupt {
        Interrupt { asked: Arc::default() }
    }

    /// Asked by a signal (SIGINT, SIGTERM or SIGQUIT), which from now on does nothing else; by SIGHUP too where there is a
    /// terminal that can hang up. Under `nohup` there is none, and SIGHUP stays ignored.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn by_signal() -> anyhow::Result<Interrupt> {
        let interrupt = Interrupt::never();
        for &signal in TERM_SIGNALS {
            signal_hook::flag::register(signal, Arc::clone(&interrupt.asked))?;
        }
        #[cfg(unix)]
        if std::io::stderr().is_terminal() {
            signal_hook::flag::register(signal_hook::consts::SIGHUP, Arc::clone(&interrupt.asked))?;
        }
        Ok(interrupt)
    }

    /// # Errors
    /// The program was asked to stop.
    pub fn check(&self) -> anyhow::Result<()> {
        ensure!(!self.asked.load(Ordering::Relaxed), "interrupted: nothing was written");
        Ok(())
    }
}

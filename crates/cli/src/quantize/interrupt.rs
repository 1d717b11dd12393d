//! Ctrl-C, taken as an error where that is convenient, so that no temporary file stays behind.

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

    /// Asked by a signal (SIGINT, SIGTERM or SIGQUIT), which from now on does nothing else.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn by_signal() -> anyhow::Result<Interrupt> {
        let interrupt = Interrupt::never();
        for &signal in TERM_SIGNALS {
            signal_hook::flag::register(signal, Arc::clone(&interrupt.asked))?;
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

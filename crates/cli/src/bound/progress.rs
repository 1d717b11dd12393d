//! How far an experiment is: a bar on a terminal; elsewhere a line a part where parts are kept, and else nothing.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};

use halfulp_lab::experiment;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::say::say;

/// Shows progress on standard error.
pub struct Progress {
    bar: ProgressBar,
    name: String,
    /// Whether there is a line a part.
    lines: bool,
    done: AtomicU64,
}

impl Progress {
    /// Of an experiment, whose parts are kept or not.
    pub fn new(name: &str, kept: bool) -> Progress {
        let is_terminal = std::io::stderr().is_terminal();
        let target = match is_terminal {
            true => ProgressDrawTarget::stderr_with_hz(5),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = ProgressStyle::with_template("{msg} {bar:30} {pos} of {len}  {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(name.to_string());
        bar.tick();
        Progress { bar, name: name.into(), lines: kept && !is_terminal, done: AtomicU64::new(0) }
    }
}

/// Nothing more to show.
impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl experiment::Progress for Progress {
    fn parts(&self, total: u64) {
        self.bar.set_length(total);
    }

    fn done(&self) {
        self.bar.inc(1);
        if self.lines {
            let done = 1 + self.done.fetch_add(1, Ordering::Relaxed);
            say(format_args!("{}: {done} of {} parts are done", self.name, self.bar.length().unwrap_or(0)));
        }
    }

    fn say(&self, what: &str) {
        self.bar.suspend(|| say(what));
    }
}

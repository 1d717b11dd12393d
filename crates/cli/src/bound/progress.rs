//! How far an experiment is: a bar on a terminal, nothing elsewhere.

use std::io::IsTerminal as _;

use halfulp_lab::experiment;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows progress on standard error, if that is a terminal.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Of an experiment.
    pub fn new(name: &str) -> Progress {
        let target = match std::io::stderr().is_terminal() {
            true => ProgressDrawTarget::stderr_with_hz(5),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = ProgressStyle::with_template("{msg} {bar:30} {percent:>3} %  {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(name.to_string());
        bar.tick();
        Progress { bar }
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
    }
}

//! How far a run is: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::say;

/// The time between two lines where there is no terminal.
const PAUSE: Duration = Duration::from_secs(10);

/// Shows progress on standard error.
pub struct Progress {
    bar: ProgressBar,
    last: Option<Mutex<Instant>>,
}

impl Progress {
    /// Of a run of so many cases; `quiet` shows nothing.
    pub fn new(cases: u64, quiet: bool) -> Progress {
        let terminal = std::io::stderr().is_terminal();
        let target = match terminal && !quiet {
            true => ProgressDrawTarget::stderr_with_hz(5),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(cases), target);
        let style = ProgressStyle::with_template(
            "{bar:40} {percent:>3} %  {human_pos} of {human_len} cases  {eta} left",
        );
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress { bar, last: (!terminal && !quiet).then(|| Mutex::new(Instant::now())) }
    }

    /// So many cases more are done.
    pub fn add(&self, cases: u64) {
        self.bar.inc(cases);
        let Some(Ok(mut last)) = self.last.as_ref().map(Mutex::lock) else {
            return;
        };
        if last.elapsed() >= PAUSE {
            *last = Instant::now();
            let (done, all) = (self.bar.position(), self.bar.length().unwrap_or(0));
            let percent = 100 * u128::from(done) / u128::from(all.max(1));
            say::line(format_args!("halfulp: {percent} %, {done} of {all} cases"));
        }
    }

    /// Nothing more to show.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

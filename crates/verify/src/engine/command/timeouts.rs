//! Timeouts of external programs.

use std::time::Duration;

/// The time that a program may take for its answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timeouts {
    /// For its start and first answer, since some libraries start slowly.
    pub startup: Duration,
    /// For each further answer.
    pub answer: Duration,
}

impl Timeouts {
    /// The given times. The default is ten seconds per answer, and for the first answer a minute, or the time per answer if that is
    /// longer.
    #[must_use]
    pub fn of(startup: Option<Duration>, answer: Option<Duration>) -> Timeouts {
        let answer = answer.unwrap_or(Duration::from_secs(10));
        Timeouts { startup: startup.unwrap_or(answer.max(Duration::from_secs(60))), answer }
    }

    /// The options of `halfulp verify` that make them: none, where they are the usual ones.
    pub(super) fn options(self) -> Vec<(&'static str, String)> {
        let seconds = |time: Duration| time.as_secs_f64().to_string();
        let (usual, implied) = (Timeouts::of(None, None), Timeouts::of(None, Some(self.answer)));
        let startup = (self.startup != implied.startup).then(|| ("--startup-timeout", seconds(self.startup)));
        let answer = (self.answer != usual.answer).then(|| ("--timeout", seconds(self.answer)));
        startup.into_iter().chain(answer).collect()
    }
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        Timeouts::of(None, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine as _;
    use crate::engine::command::Command;

    #[test]
    fn times_are_the_options_that_make_them() {
        let seconds = |seconds: Option<f64>| seconds.map(Duration::from_secs_f64);
        for (startup, answer, options) in [
            (None, None, ""),
            (Some(60.0), Some(10.0), ""),
            (None, Some(0.5), "--timeout 0.5"),
            (None, Some(600.0), "--timeout 600"),
            (Some(90.0), None, "--startup-timeout 90"),
            (Some(60.0), Some(600.0), "--startup-timeout 60 --timeout 600"),
        ] {
            let timeouts = Timeouts::of(seconds(startup), seconds(answer));
            let engine = Command::new("cat", timeouts, |_| String::new()).unwrap();
            let text: Vec<String> =
                engine.options().into_iter().map(|(name, value)| format!("{name} {value}")).collect();
            assert_eq!(text.join(" "), options);
            assert_eq!(engine.fork().unwrap().options(), engine.options());
        }
        assert_eq!(Timeouts::of(None, seconds(Some(600.0))).startup, Duration::from_secs(600));
    }
}

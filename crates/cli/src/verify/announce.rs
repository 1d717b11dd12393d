//! What is said before a run that no FORMAT was named for: how much it is, and about how long it takes.

use halfulp_verify::{Engine, Job, Verifier};

use super::Args;
use crate::say;

/// Cases that a thread compares in a second, each policy counted, `scalar` against all oracles: the main job's 1.2e9 took two threads
/// 78 to 93 s.
const CASES_A_SECOND: u64 = 7_000_000;

/// Says what the run is going to do. A FORMAT makes it short, so then it goes without saying.
pub fn announce(
    args: &Args,
    jobs: &[Job],
    oracles: &[Box<dyn Engine>],
    verifier: &Verifier<'_>,
    threads: usize,
) {
    let nothing_named = args.formats.is_empty() && args.from.is_empty() && args.operands.is_empty();
    if args.quiet || !nothing_named {
        return;
    }
    let what = if args.is_about_arrays() { "the array interface" } else { "the main job" };
    let tasks: usize = jobs.iter().map(|job| job.policies().len()).sum();
    let cases = verifier.len();
    let names: Vec<&str> = oracles.iter().map(|oracle| oracle.name()).collect();
    say::line(format_args!(
        "halfulp verify: {what}, {cases} case{} of {tasks} task{}, on {threads} thread{}, against {}",
        if cases == 1 { "" } else { "s" },
        if tasks == 1 { "" } else { "s" },
        if threads == 1 { "" } else { "s" },
        names.join(", ")
    ));
    let usual = args.subject.is_none() && args.against.is_empty() && !args.is_about_arrays();
    let time = match usual {
        true => format!(
            "{}, an estimate from the number of cases",
            duration(cases / CASES_A_SECOND / threads as u64)
        ),
        false => "how long it takes depends on these engines".into(),
    };
    say::line(format_args!(
        "halfulp verify: {time}; less with a FORMAT or --op; see --help (--quiet leaves this out)"
    ));
}

/// A time in words, to two digits at most.
fn duration(seconds: u64) -> String {
    match seconds {
        0..=9 => "less than 10 seconds".into(),
        10..=94 => format!("about {} seconds", (seconds + 5) / 10 * 10),
        95..=5399 => format!("about {} minutes", (seconds + 30) / 60),
        _ => format!("about {} hours", (seconds + 1800) / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn times_are_round() {
        for (seconds, text) in [
            (9, "less than 10 seconds"),
            (14, "about 10 seconds"),
            (86, "about 90 seconds"),
            (94, "about 90 seconds"),
            (95, "about 2 minutes"),
            (5399, "about 90 minutes"),
            (5400, "about 2 hours"),
            (90_000, "about 25 hours"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }
}

//! Plants faults in a copy of the library, one at a time, and checks that the tests catch them.
//!
//!     cargo run --release -p halfulp-faults                all faults, about half an hour on two cores
//!     cargo run --release -p halfulp-faults -- round       faults whose file or description contains the word
//!     cargo run --release -p halfulp-faults -- --list      lists the faults
//!     cargo run --release -p halfulp-faults -- --check     only checks that each fault still applies to the sources
//!
//! A fault in code that this CPU cannot run is not planted, and is reported as not run.
//!
//! Exit code: 0 all faults that ran were caught, 1 at least one survived, 2 none ran, or one could not (a fault that no longer applies or does
//! not compile is an error: the list must follow the sources). With `--check`: 0 all apply, 1 at least one does not.

mod copy;
mod faults;
mod kernels;

use std::fs;
use std::io::{Result, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use copy::{Copy, Fate, KERNEL_TESTS, TESTS};
use faults::{FAULTS, Fault};

/// How many came to what.
#[derive(Default)]
struct Counts {
    caught: u32,
    survived: u32,
    not_run: u32,
    broken: u32,
}

impl Counts {
    /// Counts a fault, and says what became of it.
    fn add(&mut self, fate: Fate) -> String {
        match fate {
            Fate::Caught(by) => {
                self.caught += 1;
                format!("caught by {by}")
            }
            Fate::Survived => {
                self.survived += 1;
                "SURVIVED".to_string()
            }
            Fate::NotRun(kernel) => {
                self.not_run += 1;
                format!("NOT RUN: this CPU has no {kernel}")
            }
            Fate::Broken(why) => {
                self.broken += 1;
                format!("BROKEN: {why}")
            }
        }
    }

    fn exit_code(&self) -> u8 {
        match self {
            Counts { survived: 1.., .. } => 1,
            Counts { broken: 1.., .. } | Counts { caught: 0, .. } => 2,
            _ => 0,
        }
    }
}

fn main() -> ExitCode {
    let (options, words): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let chosen =
        |f: &&Fault| words.iter().all(|w| f.file.contains(w.as_str()) || f.what.contains(w.as_str()));
    let faults: Vec<&Fault> = all().filter(chosen).collect();
    let done = match options.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => run(&faults),
        ["--list"] => {
            faults.iter().for_each(|fault| println!("{}: {}", fault.file, fault.what));
            Ok(ExitCode::SUCCESS)
        }
        ["--check"] => Ok(check(&faults)),
        _ => {
            eprintln!("faults: the options are --list and --check, one of them; not {}", options.join(" "));
            return ExitCode::from(2);
        }
    };
    done.unwrap_or_else(|e| {
        eprintln!("faults: {e}");
        ExitCode::from(2)
    })
}

/// Says which faults have lost their place.
fn check(faults: &[&Fault]) -> ExitCode {
    let lost: Vec<_> = faults.iter().filter(|fault| !has_place(&home(), fault)).collect();
    for fault in &lost {
        println!("{}: {}: NO PLACE in the source, or not one only", fault.file, fault.what);
    }
    println!("{} faults: {} have their place, none was planted", faults.len(), faults.len() - lost.len());
    ExitCode::from(u8::from(!lost.is_empty()))
}

/// Whether planting the fault changes the source: one that does not tests nothing.
fn has_place(home: &Path, fault: &Fault) -> bool {
    let Ok(sound) = fs::read_to_string(home.join(fault.file)) else { return false };
    fault.plant(&sound).is_some_and(|faulty| faulty != sound)
}

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn all() -> impl Iterator<Item = &'static Fault> {
    FAULTS.iter().chain(kernels::FAULTS)
}

fn run(faults: &[&Fault]) -> Result<ExitCode> {
    let place = std::env::temp_dir().join(format!("halfulp-faults-{}", std::process::id()));
    let copy = Copy::of(&home(), &place)?;
    let code = judge(&copy, faults);
    fs::remove_dir_all(&place)?;
    code
}

fn judge(copy: &Copy, faults: &[&Fault]) -> Result<ExitCode> {
    let runs = |fault: &&&Fault| missing_kernel(fault).is_none();
    let needed = |kernels: bool| faults.iter().filter(runs).any(|fault| fault.is_of_kernel() == kernels);
    let tests = [(false, &TESTS[..]), (true, &KERNEL_TESTS[..])];
    for (_, tests) in tests.iter().filter(|(kernels, _)| needed(*kernels)) {
        if let Fate::Caught(by) | Fate::Broken(by) = copy.test(*tests)? {
            eprintln!("faults: the tests have to pass before a fault is planted: {by}");
            return Ok(ExitCode::from(2));
        }
    }
    let mut counts = Counts::default();
    for fault in faults {
        say(&format!("{}: {}: ", fault.file, fault.what));
        let start = Instant::now();
        let fate = match missing_kernel(fault) {
            Some(kernel) => Fate::NotRun(kernel),
            None => copy.with(fault)?,
        };
        println!("{} ({} s)", counts.add(fate), start.elapsed().as_secs());
    }
    let Counts { caught, survived, not_run, broken } = counts;
    println!(
        "{} faults: {caught} caught, {survived} survived, {not_run} not run, {broken} broken",
        faults.len()
    );
    Ok(ExitCode::from(counts.exit_code()))
}

/// The kernel that the fault's file belongs to, if this CPU cannot run it.
fn missing_kernel(fault: &Fault) -> Option<&'static str> {
    fault.needs().filter(|name| halfulp::kernel::named(name).is_err())
}

fn say(text: &str) {
    print!("{text}");
    // A closed standard output is noticed at the next line.
    let _ = std::io::stdout().flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fault that no longer applies tests nothing.
    #[test]
    fn every_fault_has_its_place() {
        for fault in all() {
            assert!(has_place(&home(), fault), "{}: {}", fault.file, fault.what);
        }
    }

    /// Of a text that is gone, there twice or replaced by itself, and of a file that is gone.
    #[test]
    fn a_lost_place_is_noticed() {
        let lost = |file, after, old, new| !has_place(&home(), &faults::fault(file, "", after, old, new));
        assert!(!lost("src/round.rs", "const fn is_tiny", "true", "false"));
        assert!(lost("src/round.rs", "const fn is_huge", "true", "false"));
        assert!(lost("src/round.rs", "const fn is_tiny", "truth", "false"));
        assert!(lost("src/round.rs", "const fn ", "true", "false"));
        assert!(lost("src/round.rs", "const fn is_tiny", "true", "true"));
        assert!(lost("src/rounds.rs", "const fn is_tiny", "true", "false"));
    }

    #[test]
    fn what_did_not_run_has_not_survived() {
        let codes = |fates: Vec<Fate>| {
            let mut counts = Counts::default();
            fates.into_iter().for_each(|fate| drop(counts.add(fate)));
            counts.exit_code()
        };
        let caught = || Fate::Caught("laws".to_string());
        assert_eq!(codes(vec![caught(), Fate::NotRun("avx512")]), 0);
        assert_eq!(codes(vec![Fate::NotRun("avx512")]), 2);
        assert_eq!(codes(vec![caught(), Fate::Broken(String::new())]), 2);
        assert_eq!(codes(vec![caught(), Fate::Survived, Fate::NotRun("avx512")]), 1);
    }
}

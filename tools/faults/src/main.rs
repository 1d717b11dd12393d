//! Plants faults in a copy of the library, one at a time, and asks whether the tests catch them.
//!
//!     cargo run --release -p halfulp-faults                all of them, about half an hour on two cores
//!     cargo run --release -p halfulp-faults -- round       those whose file or description has the word
//!     cargo run --release -p halfulp-faults -- --list
//!
//! A fault in code that this CPU cannot run is not planted, and said not to have run.
//!
//! Exit: 0 all that ran were caught, 1 one survived, 2 none ran, or one could not (a fault that no longer applies, or does
//! not compile, is as bad: the list has to follow the sources).

mod copy;
mod faults;
mod kernels;

use std::fs;
use std::io::{Result, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use copy::{Copy, KERNEL_TESTS, TESTS};
use faults::{FAULTS, Fault};

/// What became of a fault.
enum Fate {
    Caught(String),
    Survived,
    /// The kernel that this CPU cannot run.
    NotRun(&'static str),
    Broken(String),
}

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
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|w| w == "--list") {
        for fault in all() {
            println!("{}: {}", fault.file, fault.what);
        }
        return ExitCode::SUCCESS;
    }
    let chosen =
        |f: &&Fault| words.iter().all(|w| f.file.contains(w.as_str()) || f.what.contains(w.as_str()));
    let faults: Vec<&Fault> = all().filter(chosen).collect();
    match run(&faults) {
        Ok(code) => code,
        Err(e) => {
            eprintln!("faults: {e}");
            ExitCode::from(2)
        }
    }
}

fn all() -> impl Iterator<Item = &'static Fault> {
    FAULTS.iter().chain(kernels::FAULTS)
}

fn run(faults: &[&Fault]) -> Result<ExitCode> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let place = std::env::temp_dir().join(format!("halfulp-faults-{}", std::process::id()));
    let copy = Copy::of(&home, &place)?;
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
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for fault in all() {
            let sound = fs::read_to_string(home.join(fault.file)).unwrap();
            let faulty = fault.plant(&sound);
            assert!(faulty.is_some_and(|f| f != sound), "{}: {}", fault.file, fault.what);
        }
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

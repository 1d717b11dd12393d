//! A copy of the library in which faults are planted, and its tests.

use std::fs;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::faults::Fault;

/// What became of a fault.
pub enum Fate {
    Caught(String),
    Survived,
    /// The kernel that this CPU cannot run.
    NotRun(&'static str),
    Broken(String),
}

/// The tests that have to catch them, those that catch most first.
pub const TESTS: [&str; 8] =
    ["spec", "operations", "regressions", "laws", "text", "formats", "exhaustive", "typed"];

/// The tests of the arrays, which have to catch faults of the kernels.
pub const KERNEL_TESTS: [&str; 1] = ["kernels"];

/// What the tests need, those of the lab and of networks for the clauses of SPEC.md that they test.
const COPIED: [&str; 9] = [
    "src",
    "tests",
    "formats",
    "SPEC.md",
    "README.md",
    "Cargo.lock",
    "crates/lab/tests/lab/spec.rs",
    "crates/lab/tests/lab/spec",
    "crates/networks/tests/networks/spec.rs",
];

/// A test that runs longer hangs.
const TIME_LIMIT: Duration = Duration::from_secs(300);

/// A copy of the root package, with a target folder of its own.
pub struct Copy {
    root: PathBuf,
    target: PathBuf,
}

impl Copy {
    pub fn of(home: &Path, place: &Path) -> Result<Copy> {
        let copy = Copy { root: place.join("halfulp"), target: place.join("target") };
        for part in COPIED {
            copy_all(&home.join(part), &copy.root.join(part))?;
        }
        fs::write(copy.root.join("Cargo.toml"), alone(&fs::read_to_string(home.join("Cargo.toml"))?))?;
        Ok(copy)
    }

    /// Plants a fault, runs the tests and takes it out again.
    pub fn with(&self, fault: &Fault) -> Result<Fate> {
        let path = self.root.join(fault.file);
        let sound = fs::read_to_string(&path)?;
        let Some(faulty) = fault.plant(&sound) else {
            return Ok(Fate::Broken("its place is not in the source, or not once".to_string()));
        };
        fs::write(&path, faulty)?;
        let fate = if fault.is_of_kernel() { self.test(&KERNEL_TESTS) } else { self.test(&TESTS) };
        fs::write(&path, sound)?;
        fate
    }

    /// What becomes of the source as it is: the first of these tests that fails catches it.
    pub fn test<'a>(&self, tests: impl IntoIterator<Item = &'a &'a str>) -> Result<Fate> {
        for test in tests {
            let (passed, said) = self.cargo(&["test", "--test", test])?;
            if passed {
                continue;
            }
            // Constants are computed by the library itself, so a fault may stop the build: of a constant, E0080.
            let compiles = !said.contains("could not compile");
            return Ok(if compiles || said.contains("E0080") {
                Fate::Caught(test.to_string())
            } else {
                Fate::Broken(format!("it does not compile\n{said}"))
            });
        }
        Ok(Fate::Survived)
    }

    /// Whether cargo succeeded in time, and what it had to say.
    fn cargo(&self, arguments: &[&str]) -> Result<(bool, String)> {
        let said = self.root.join("cargo.txt");
        let mut child = Command::new(env!("CARGO"))
            .args(arguments)
            .args(["--quiet", "--offline"])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            // Built for the build's sake: the slow test is a small part.
            .env("CARGO_PROFILE_TEST_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_TEST_DEBUG", "0")
            .env("RUST_BACKTRACE", "0")
            .env("PROPTEST_MAX_SHRINK_ITERS", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&said)?)
            .spawn()?;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            if start.elapsed() > TIME_LIMIT {
                child.kill()?;
                child.wait()?;
                break None;
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        let output = fs::read_to_string(&said).unwrap_or_default();
        Ok((status.is_some_and(|s| s.success()), output))
    }
}

/// The root package's manifest without the workspace's members, and without what only benchmarks and other tests need.
fn alone(manifest: &str) -> String {
    let mut section = "";
    let mut kept = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let needed = match section {
            "[workspace]" => !line.contains("members"),
            "[dev-dependencies]" => line.starts_with('[') || line.starts_with("proptest"),
            "[[bench]]" => false,
            _ => true,
        };
        if needed {
            kept.push(line);
        }
    }
    kept.join("\n")
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        // What is inlined everywhere takes several times as long to build, and only kernels need it to be what they are.
        if from.extension().is_some_and(|e| e == "rs")
            && !from.components().any(|c| c.as_os_str() == "kernel")
        {
            return fs::write(to, fs::read_to_string(from)?.replace("#[inline(always)]", ""));
        }
        return fs::copy(from, to).map(|_| ());
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

"""A copy of the workspace in which mutants are built and tested."""

import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
# What the library's tests are built with: checks that a mutant may fail, and a build that is quick.
PROFILE = """
[profile.release.package.halfulp]
opt-level = 1
debug-assertions = true
overflow-checks = true
"""
# The tests that have to catch mutants, those that are quick and catch most first.
TESTS = ["spec", "regressions", "formats", "text", "flags", "p3109", "exact", "format_files", "policy_names", "catalog", "typed", "laws", "exhaustive"]
# Those of single tests that take as long as all others together: they run last.
SLOW = ["c7_widening_is_exact", "s11_saturation_is_no_rounding", "t10_before_against_after", "o8_minimum_maximum"]
# Seconds of computing for one program of tests: one that takes longer hangs.
LIMIT = 120


class Broken(Exception):
    """What cannot go on."""


class Tree:
    def __init__(self, place, target):
        self.place, self.target = place, target
        shutil.rmtree(place, ignore_errors=True)
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True)
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, place / name)
        manifest = place / "Cargo.toml"
        manifest.write_text(manifest.read_text() + PROFILE)
        self.env = os.environ | {
            "CARGO_TARGET_DIR": str(target),
            # The switch between mutants needs one unstable function, in the library only.
            "RUSTC_WORKSPACE_WRAPPER": str(HERE / "unstable"),
            "PROPTEST_MAX_SHRINK_ITERS": "0",
            "RUST_BACKTRACE": "0",
        }

    def read(self, name):
        return (self.place / name).read_text()

    def write(self, name, text):
        (self.place / name).write_text(text)

    def cargo(self, arguments):
        """The messages of a build, and whether it succeeded."""
        arguments = ["cargo", *arguments, "--release", "--offline", "--message-format=json"]
        done = subprocess.run(arguments, cwd=self.place, env=self.env, capture_output=True, text=True)
        messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return done.returncode == 0, messages, done.stderr

    def errors(self):
        """The errors in the library: for each the places in a file that it names first."""
        good, messages, said = self.cargo(["check", "-p", "halfulp", "--lib", "--features", "file"])
        found = []
        for message in messages:
            if message["reason"] == "compiler-message" and message["message"]["level"] == "error":
                spans = [s for s in message["message"]["spans"] if s["is_primary"]]
                found.append((message["message"]["rendered"], [(s["file_name"], s["byte_start"], s["byte_end"]) for s in spans]))
        if not good and not found:
            raise Broken(said)
        return [] if good else found

    def build(self):
        """The programs of the tests, in their order; or none where it does not compile."""
        tests = [f"--test={name}" for name in TESTS if any((self.place / "tests").glob(f"{name}.rs")) or (self.place / "tests" / name).is_dir()]
        good, messages, self.said = self.cargo(["test", "--no-run", "-p", "halfulp", "--features", "file", "--lib", *tests])
        if not good:
            self.said += "".join(m["message"]["rendered"] for m in messages if m["reason"] == "compiler-message")
            return None
        built = {m["target"]["name"]: m["executable"] for m in messages if m["reason"] == "compiler-artifact" and m.get("executable")}
        return [(name, built[name]) for name in [*TESTS[:1], "halfulp", *TESTS[1:]] if name in built]

    def caught_by(self, programs, number):
        """The program of tests that fails with this mutant on, if one does."""
        quick = [word for name in SLOW for word in ("--skip", name)]
        for options in (quick, SLOW):
            for name, program in programs:
                status = self.status(program, options, number)
                if status in (-signal.SIGXCPU, -signal.SIGKILL):
                    return f"{name} (no end)"
                if status != 0:
                    return name
        return None

    def status(self, program, options, number):
        arguments = [program, "--quiet", "--test-threads=1", "-Zunstable-options", "--fail-fast", *options]
        env = self.env | {"HALFULP_MUTANT": str(number), "RUSTC_BOOTSTRAP": "1", "CARGO_MANIFEST_DIR": str(self.place)}
        return subprocess.run(
            arguments, cwd=self.place, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=limit
        ).returncode


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT + 5))
    # A mutant may ask for all memory.
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))

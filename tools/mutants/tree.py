"""A copy of the workspace in which mutants are built and tested."""

import json
import os
import pathlib
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
# The programs of tests that have to catch mutants.
TESTS = "regressions spec formats text operations typed laws exhaustive".split()
# Of a mutant built by itself: those that catch most in its part, before the rest.
FIRST = {
    "round": ["regressions", "spec"],
    "value": ["formats", "spec"],
    "exact": ["operations", "spec"],
    "op": ["operations"],
    "text": ["text"],
    "format": ["formats"],
}

# Seconds of a build: one that takes longer computes a constant without end.
BUILD = 1800


class Broken(Exception):
    """What cannot go on."""


class Endless(Broken):
    """A build that does not end."""


class Tree:
    def __init__(self, place, target):
        self.place, self.target = place, target
        shutil.rmtree(place, ignore_errors=True)
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True)
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, place / name)
        # The switches make what is inlined everywhere ten times as long to build.
        for name in self.names("src/**/*.rs"):
            self.write(name, self.read(name).replace("#[inline(always)]", ""))
        manifest = place / "Cargo.toml"
        manifest.write_text(manifest.read_text() + PROFILE)
        self.env = os.environ | {
            "CARGO_TARGET_DIR": str(target),
            # The switch between mutants needs one unstable function, in the library only.
            "RUSTC_WORKSPACE_WRAPPER": str(HERE / "unstable"),
            "CARGO_INCREMENTAL": "1",
            "PROPTEST_MAX_SHRINK_ITERS": "0",
            "RUST_BACKTRACE": "0",
        }

    def names(self, pattern):
        return sorted(str(path.relative_to(self.place)) for path in self.place.glob(pattern))

    def read(self, name):
        return (self.place / name).read_text()

    def write(self, name, text):
        (self.place / name).write_text(text)

    def cargo(self, arguments):
        """The messages of a build, and whether it succeeded."""
        arguments = ["cargo", *arguments, "--release", "--offline", "--message-format=json"]
        done = subprocess.Popen(
            arguments, cwd=self.place, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            out, said = done.communicate(timeout=BUILD)
        except subprocess.TimeoutExpired:
            # The compiler too.
            os.killpg(done.pid, signal.SIGKILL)
            done.communicate()
            raise Endless from None
        messages = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        return done.returncode == 0, messages, said

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

    def build(self, names=TESTS):
        """The library's own tests and the named programs of tests; or none where it does not compile."""
        tests = [f"--test={name}" for name in names]
        good, messages, self.said = self.cargo(["test", "--no-run", "-p", "halfulp", "--features", "file", "--lib", *tests])
        if not good:
            self.said += "".join(m["message"]["rendered"] for m in messages if m["reason"] == "compiler-message")
            return None
        built = {m["target"]["name"]: m["executable"] for m in messages if m["reason"] == "compiler-artifact" and m.get("executable")}
        return [(name, built[name]) for name in ["halfulp", *names]]

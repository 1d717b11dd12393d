"""The library's tests, each in its own process: how long it takes, which mutants its code reaches, and which it catches."""

import concurrent.futures
import os
import resource
import signal
import subprocess
import tempfile
import threading

# A test that computes this many times as long as it does without a mutant, and some seconds more, hangs.
PATIENCE, MORE = 5, 2
# A mutant may ask for all memory.
MEMORY = 4 << 30
# How a process ends that computes for too long.
ENDED = (-signal.SIGXCPU, -signal.SIGKILL)


class Failed(Exception):
    """A test that does not pass without a mutant."""


class Test:
    def __init__(self, program, path, name):
        self.program, self.path, self.name = program, path, name
        self.seconds, self.reached = 0.0, frozenset()
        self.runs = self.hits = 0

    def __str__(self):
        return f"{self.program}::{self.name}"

    def cost(self):
        """How long it takes until the test has caught one mutant more, as far as one knows: the lowest comes first."""
        return (self.seconds + 0.005) * (self.runs + 2) / (self.hits + 1)


class Suite:
    """The tests of some programs."""

    def __init__(self, place, env, programs, known=None):
        self.place, self.env = place, env
        self.tests = [Test(program, path, name) for program, path in programs for name in self.names(path)]
        self.lock = threading.Lock()
        for test in self.tests if known else ():
            for same in (t for t in known.tests if str(t) == str(test)):
                test.seconds, test.runs, test.hits = same.seconds, same.runs, same.hits

    def names(self, path):
        said = subprocess.run([path, "--list", "--format", "terse"], cwd=self.place, capture_output=True, text=True, check=True).stdout
        return [line.removesuffix(": test") for line in said.splitlines() if line.endswith(": test")]

    def run(self, test, more, seconds):
        """The status of a test, negative if a signal ended it, and the seconds it computed."""

        def limit():
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

        done = subprocess.Popen(
            [test.path, "--exact", test.name, "--quiet", "--test-threads=1"],
            cwd=self.place,
            env=self.env | {"CARGO_MANIFEST_DIR": str(self.place)} | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=limit,
        )
        _, status, used = os.wait4(done.pid, 0)
        done.returncode = os.waitstatus_to_exitcode(status)
        return done.returncode, used.ru_utime + used.ru_stime

    def measure(self, jobs, seconds=3600):
        """Runs each test without a mutant. It has to pass, or takes longer than so many seconds, which counts as for ever."""

        def one(test):
            with tempfile.NamedTemporaryFile("r") as reached:
                status, test.seconds = self.run(test, {"HALFULP_REACHED": reached.name}, seconds)
                test.reached = frozenset(int(number) for number in reached)
            if status in ENDED:
                test.seconds = float("inf")
            elif status != 0:
                raise Failed(f"the tests have to pass without a mutant: {test} does not")

        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for _ in pool.map(one, sorted(self.tests, key=lambda t: t.name)):
                pass

    def fate(self, number, seconds=float("inf")):
        """What becomes of a mutant: (`caught` or `timeout`, the test), or (`survived`, None) where all tests that reach it pass.

        Only tests that take less than `seconds` are run. Number None is a mutant built by itself, for which one does not know
        what reaches it.
        """
        tests = [t for t in self.tests if t.seconds < seconds and (number is None or number in t.reached)]
        for test in sorted(tests, key=Test.cost):
            more = {} if number is None else {"HALFULP_MUTANT": str(number)}
            status, _ = self.run(test, more, int(PATIENCE * test.seconds) + MORE)
            with self.lock:
                test.runs += 1
                test.hits += status != 0
            if status in ENDED:
                return "timeout", str(test)
            if status != 0:
                return "caught", str(test)
        return "survived", None

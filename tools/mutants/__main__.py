"""Mutation testing of the library with the mutants of cargo-mutants, all of them in one build.

    python3 tools/mutants                    mutants of the scalar arithmetic: round, value, exact, op, text and format
    python3 tools/mutants src/exact cut      mutants whose names contain one of the words
    python3 tools/mutants --shard 2/4        the second of four parts
    python3 tools/mutants --resume           continues an interrupted run
    python3 tools/mutants --quick            only fast tests, and no separate builds: survivors remain undecided
    python3 tools/mutants --report           prints the results so far
    python3 tools/mutants --list             lists the mutants

It needs `cargo install cargo-mutants --locked` and `pip install -r tools/mutants/requirements.txt`. Each survivor is built and tested once more by itself,
because the common build does not mutate constants computed at compile time. tools/mutants/equivalent.toml lists equivalent mutants, each with the reason; for these only the
fastest tests are run.

Exit code: 0 every survivor is listed as equivalent, 1 at least one is not, 2 could not run, or not to completion.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import equivalent
import journal
import rewrite
import suite
import tree as trees

PARTS = ["round", "value", "exact", "op", "text", "format"]
FILES = [f"src/{name}" for part in PARTS for name in (f"{part}.rs", f"{part}/**/*.rs")]
# Seconds of a test that is quick, and of one that is run of a mutant with a proof.
QUICK, PROVEN = 0.5, 0.1


def say(line):
    print(line, flush=True)


def listed(place):
    """The mutants, numbered from 1, each with the line it is on."""
    files = [word for name in FILES for word in ("--file", name)]
    done = subprocess.run(["cargo", "mutants", "--list", "--json", *files], cwd=place, capture_output=True, text=True)
    if done.returncode != 0:
        raise trees.Broken(f"cargo mutants: {done.stderr.strip()}")
    mutants = sorted(json.loads(done.stdout), key=lambda mutant: PARTS.index(journal.part(mutant)))
    sources = {}
    for number, mutant in enumerate(mutants, 1):
        lines = sources.setdefault(mutant["file"], (place / mutant["file"]).read_text().split("\n"))
        mutant["number"] = number
        mutant["line"] = lines[mutant["span"]["start"]["line"] - 1].strip()
    return mutants


def plant(tree, mutants):
    """Puts all mutants into the tree. Those that cannot be there: without a place in the syntax, or not compiled."""
    by_file = collections.defaultdict(list)
    for mutant in mutants:
        by_file[mutant["file"]].append(mutant)
    sources = {name: rewrite.Source(tree.read(name), found) for name, found in by_file.items()}
    off = set()
    alone = {m["number"] for s in sources.values() for m in s.unplaced}
    tree.write("src/lib.rs", rewrite.ATTRIBUTES + tree.read("src/lib.rs") + rewrite.MODULE)
    while True:
        for name, source in sources.items():
            tree.write(name, source.text(source.root, off).decode())
        errors = tree.errors()
        if not errors:
            return off, alone
        blamed = set()
        for rendered, places in errors:
            for name, start, end in places:
                found = name in sources and rewrite.culprits(tree.read(name).encode(), start, end)
                blamed |= set(found or ())
                # Whom to blame is not certain: perhaps it compiles without the others.
                if found and len(found) > 1:
                    alone |= set(found)
        if not blamed - off:
            raise trees.Broken(f"the rewritten sources do not compile\n{errors[0][0]}")
        off |= blamed
        say(f"{len(off)} do not compile so far")


def alone(tree, mutant, known):
    """What becomes of a mutant built by itself, and which test caught it."""
    sound = tree.read(mutant["file"])
    tree.write(mutant["file"], rewrite.Source(sound, []).alone(mutant))
    try:
        first = trees.FIRST[journal.part(mutant)]
        for names in (first, [name for name in trees.TESTS if name not in first]):
            programs = tree.build(names)
            if programs is None:
                # Constants are computed by the library: a fault may stop the build, with E0080.
                return ("caught", "the compiler") if "E0080" in tree.said else ("unviable", None)
            fate, by = suite.Suite(tree.place, tree.env, programs, known).fate(None)
            if fate != "survived":
                return fate, by
        return "survived", None
    except trees.Endless:
        return "timeout", "the compiler"
    finally:
        tree.write(mutant["file"], sound)


def together(tree, mutants, listed, arguments, note):
    """Builds all, and runs the tests with each on."""
    off, separate = plant(tree, mutants)
    programs = tree.build()
    if programs is None:
        raise trees.Broken(f"the rewritten sources do not compile\n{tree.said}")
    tests = suite.Suite(tree.place, tree.env, programs)
    tests.measure(arguments.jobs, *[2] if arguments.quick else [])
    say(f"{len(tests.tests)} tests take {sum(t.seconds for t in tests.tests if t.seconds < float('inf')):.0f} s")
    survived = journal.QUICK if arguments.quick else journal.TOGETHER
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        running = {}
        for mutant in mutants:
            number = mutant["number"]
            if number in separate:
                note(mutant, journal.TOGETHER, None)
            elif number in off:
                note(mutant, "unviable", None)
            else:
                seconds = QUICK if arguments.quick else PROVEN if number in listed and arguments.resume else float("inf")
                running[pool.submit(tests.fate, number, seconds)] = mutant
        try:
            for done in concurrent.futures.as_completed(running):
                fate, by = done.result()
                note(running[done], survived if fate == "survived" else fate, by)
        finally:
            pool.shutdown(cancel_futures=True)
    return tests


def judge(tree, fresh, chosen, listed, log, arguments):
    """Runs the tests with each of the mutants of which nothing is known yet."""
    start = time.monotonic()
    waiting = [m for m in chosen if log.fate(m) in (None, journal.QUICK)]
    tests = together(tree, waiting, listed, arguments, log.note) if waiting else None
    rest = [m for m in chosen if log.fate(m) == journal.TOGETHER and m["number"] not in listed]
    say(f"{len(rest)} to build alone ({time.monotonic() - start:.0f} s)")
    if arguments.quick or not rest:
        return
    tree = fresh()
    if tests is None:
        tests = suite.Suite(tree.place, tree.env, tree.build())
        tests.measure(arguments.jobs)
    for mutant in rest:
        fate, by = alone(tree, mutant, tests)
        log.note(mutant, fate, by)
        say(f"{mutant['name']}: {fate}{f' by {by}' if by else ''}")


def run(arguments, target):
    place = target / "mutants"

    def fresh():
        return trees.Tree(place / "tree", target)

    tree, start = fresh(), time.monotonic()
    mutants = listed(tree.place)
    proofs = equivalent.Listed(mutants)
    chosen = [m for m in mutants if not arguments.words or any(w in m["name"] for w in arguments.words)]
    part, parts = arguments.shard
    chosen = [m for m in chosen if m["number"] % parts == part % parts]
    if arguments.list:
        for mutant in chosen:
            say(mutant["name"])
        return 0
    if not chosen:
        raise trees.Broken("no mutant is chosen")
    log = journal.Journal(place / "results.jsonl", tree, mutants, arguments.resume or arguments.report)
    say(f"{len(chosen)} of {len(mutants)} mutants, {sum(log.fate(m) in journal.FINAL for m in chosen)} of them known from before")
    if not arguments.report:
        judge(tree, fresh, chosen, proofs.entries, log, arguments)
    shutil.rmtree(place / "tree")
    unknown = proofs.compare([(m, log.fate(m)) for m in chosen], say)
    lines, counts = log.table(chosen, proofs.entries)
    for line in lines:
        say(line)
    say(f"{len(unknown)} survived without a proof, {counts['not run']} have not been run to the end ({time.monotonic() - start:.0f} s)")
    return 1 if unknown else 2 if counts["not run"] else 0


def shard(text):
    part, _, parts = text.partition("/")
    part, parts = int(part), int(parts)
    if not 1 <= part <= parts:
        raise ValueError
    return part, parts


def main():
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="name them")
    parser.add_argument("--resume", action="store_true", help="go on with the run before: what is known of a mutant stays known")
    parser.add_argument("--quick", action="store_true", help="only quick tests, and no builds of single mutants")
    parser.add_argument("--report", action="store_true", help="run nothing: say what is known")
    parser.add_argument("--shard", type=shard, default=(1, 1), metavar="I/N", help="a part of them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at a time [default: one a core]")
    parser.add_argument("words", nargs="*", metavar="WORD", help="what their names have")
    arguments = parser.parse_args()
    done = subprocess.run(["cargo", "metadata", "--no-deps", "--format-version=1"], cwd=trees.ROOT, capture_output=True, text=True)
    try:
        if done.returncode != 0:
            raise trees.Broken(done.stderr)
        return run(arguments, pathlib.Path(json.loads(done.stdout)["target_directory"]))
    except (trees.Broken, equivalent.Wrong, suite.Failed, OSError) as e:
        print(f"mutants: {e}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

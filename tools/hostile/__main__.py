"""Runs halfulp on inputs designed to break it, generated from a seed, and reports misbehaviour.

    cargo build --release
    python3 tools/hostile target/release/halfulp --runs 10000 --seed 1 --jobs 2

The inputs vary files, campaigns, profiles, arguments, devices, output paths, links, signals, resource limits, and closed or full standard streams. Each run has its own folder,
session and limits. Whatever the input, the program must exit by itself with 0, 1 or 2, within limited time and memory. It must not destroy
or leave behind files, must print only text without terminal control characters, and valid JSON with --json.

Run I of seed S is reproducible: --only I runs just that one and prints details. Exit code: 0 nothing found, 1 something found, 2 could not run.
Linux only; needs only Python 3.9 or later. As root it also creates device nodes and links of other users.
"""

import argparse
import collections
import multiprocessing
import os
import random
import shlex
import subprocess
import sys
import time

# Nothing is left behind in the folder of sources.
sys.dont_write_bytecode = True

import campaigns
import devices
import files
import places
import runner
import words

CATEGORIES = {**files.CATEGORIES, **words.CATEGORIES, **places.CATEGORIES, **devices.CATEGORIES, **campaigns.CATEGORIES}


def chosen(seed, index, only):
    """The category and the random numbers of a run."""
    rng = random.Random(f"{seed} {index}")
    names = [name for name in CATEGORIES if not only or name in only]
    return rng.choices(names, [CATEGORIES[name][0] for name in names])[0], rng


def one(task):
    """Runs a run: its number, category, arguments, and what it should not have done."""
    program, seed, index, only = task
    category, rng = chosen(seed, index, only)
    case, finding = runner.run(program, CATEGORIES[category][1], rng)
    shown = " ".join(shlex.quote(str(argument)[:80]) for argument in case.args)
    return index, category, shown, finding, getattr(case, "err", b"")


def arguments():
    parser = argparse.ArgumentParser(prog="tools/hostile", description=__doc__.split("\n")[0])
    parser.add_argument("program", help="the program, for example target/release/halfulp")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--category", action="append", choices=sorted(CATEGORIES), help="only this one; may be repeated")
    parser.add_argument("--only", type=int, metavar="I", help="only run I, with what it printed")
    parser.add_argument("--show", type=int, default=5, help="findings shown of a kind and category [5]")
    return parser.parse_args()


def main():
    args = arguments()
    program = os.path.abspath(args.program)
    if not (os.path.isfile(program) and os.access(program, os.X_OK)):
        print(f"{args.program} is not a program", file=sys.stderr)
        return 2
    if not sys.platform.startswith("linux"):
        print("this harness needs Linux", file=sys.stderr)
        return 2
    try:
        campaigns.prepare(program)
    except subprocess.SubprocessError as error:
        print(f"the program did not write what is to be spoilt: {error}", file=sys.stderr)
        return 2
    indices = range(args.runs) if args.only is None else [args.only]
    tasks = ((program, args.seed, index, args.category) for index in indices)
    ran, found, shown = collections.Counter(), collections.Counter(), collections.Counter()
    start = time.monotonic()
    with multiprocessing.get_context("fork").Pool(args.jobs) as pool:
        for index, category, line, finding, err in pool.imap_unordered(one, tasks, chunksize=4):
            ran[category] += 1
            if args.only is not None:
                print(f"halfulp {line}\n{err.decode(errors='replace')}")
            if finding:
                kind, what = finding
                found[category, kind] += 1
                shown[category, kind] += 1
                if shown[category, kind] <= args.show:
                    print(f"{index}: {category}: {kind}: {what}\n    halfulp {line[:300]}", flush=True)
    print(f"\n{'category':<14} {'runs':>7} {'found':>6}  what")
    for category in sorted(ran):
        kinds = {kind: n for (of, kind), n in found.items() if of == category}
        what = ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items()))
        print(f"{category:<14} {ran[category]:>7} {sum(kinds.values()):>6}  {what}")
    seconds = time.monotonic() - start
    print(f"{'total':<14} {sum(ran.values()):>7} {sum(found.values()):>6}  seed {args.seed}, {seconds:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

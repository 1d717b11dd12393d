"""Whether the library's tests notice when its code is changed: the mutants of cargo-mutants, all of them in one build.

    python3 tools/mutants                    those of the definition: round, value, exact, op, text and format
    python3 tools/mutants src/exact cut      those whose name has one of the words
    python3 tools/mutants --shard 2/4        the second of four parts
    python3 tools/mutants --list

It needs `cargo install cargo-mutants --locked` and `pip install -r tools/mutants/requirements.txt`. What survives is built and tested once more by itself, then
compared with tools/mutants/equivalent.toml, where mutants stand that change nothing, each with the reason.

Exit: 0 every survivor is listed, 1 one is not, 2 could not run.
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
import rewrite
import tree as trees

FILES = [f"src/{name}" for part in ("round", "value", "exact", "op", "text", "format") for name in (f"{part}.rs", f"{part}/**/*.rs")]


def say(line):
    print(line, flush=True)


def listed(place):
    """The mutants, numbered from 1, each with the line it is on."""
    files = [word for name in FILES for word in ("--file", name)]
    done = subprocess.run(["cargo", "mutants", "--list", "--json", *files], cwd=place, capture_output=True, text=True)
    if done.returncode != 0:
        raise trees.Broken(f"cargo mutants: {done.stderr.strip()}")
    mutants = json.loads(done.stdout)
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


def alone(tree, mutant):
    """What becomes of a mutant built by itself: a word, and which tests caught it."""
    sound = tree.read(mutant["file"])
    tree.write(mutant["file"], rewrite.Source(sound, []).alone(mutant))
    try:
        programs = tree.build()
        if programs is None:
            # Constants are computed by the library: a fault may stop the build, with E0080.
            return ("caught", "the compiler") if "E0080" in tree.said else ("unviable", None)
        by = tree.caught_by(programs, 0)
        return ("caught", by) if by else ("survived", None)
    finally:
        tree.write(mutant["file"], sound)


def together(tree, mutants, jobs, note):
    """Builds all, and runs the tests with each on."""
    off, separate = plant(tree, mutants)
    programs = tree.build()
    if programs is None:
        raise trees.Broken(f"the rewritten sources do not compile\n{tree.said}")
    if by := tree.caught_by(programs, 0):
        raise trees.Broken(f"the tests have to pass without a mutant: {by} does not")
    rest = []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = {}
        for mutant in mutants:
            if mutant["number"] in separate:
                rest.append(mutant)
            elif mutant["number"] in off:
                note(mutant, "unviable", None)
            else:
                running[pool.submit(tree.caught_by, programs, mutant["number"])] = mutant
        for done in concurrent.futures.as_completed(running):
            if by := done.result():
                note(running[done], "caught", by)
            else:
                rest.append(running[done])
    return sorted(rest, key=lambda m: m["number"])


def run(arguments, target):
    place = target / "mutants"
    tree = trees.Tree(place / "tree", target)
    mutants = listed(tree.place)
    everything = equivalent.Listed(mutants)
    chosen = [m for m in mutants if not arguments.words or any(w in m["name"] for w in arguments.words)]
    part, parts = arguments.shard
    chosen = [m for m in chosen if m["number"] % parts == part % parts]
    if arguments.list:
        for mutant in chosen:
            say(mutant["name"])
        return 0
    if not chosen:
        raise trees.Broken("no mutant is chosen")
    say(f"{len(chosen)} mutants")
    start, counts, survivors = time.monotonic(), collections.Counter(), []
    with open(place / "results.jsonl", "w") as results:

        def note(mutant, word, by):
            counts[word] += 1
            results.write(json.dumps({"name": mutant["name"], "fate": word, "by": by}) + "\n")
            results.flush()
            if word == "survived":
                survivors.append(mutant)

        rest = together(tree, chosen, arguments.jobs, note)
        say(f"{counts['caught']} caught, {counts['unviable']} do not compile, {len(rest)} to build alone ({time.monotonic() - start:.0f} s)")
        tree = trees.Tree(place / "tree", target)
        for mutant in rest:
            word, by = alone(tree, mutant)
            note(mutant, word, by)
            say(f"{mutant['name']}: {word}{f' by {by}' if by else ''}")
    shutil.rmtree(place / "tree")
    unknown = everything.compare(chosen, survivors, say)
    say(f"{len(chosen)} mutants: {counts['caught']} caught, {counts['unviable']} do not compile, "
        f"{len(survivors)} survived, {len(unknown)} of these not listed ({time.monotonic() - start:.0f} s)")
    return 1 if unknown else 0


def shard(text):
    part, _, parts = text.partition("/")
    part, parts = int(part), int(parts)
    if not 1 <= part <= parts:
        raise ValueError
    return part, parts


def main():
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="name them")
    parser.add_argument("--shard", type=shard, default=(1, 1), metavar="I/N", help="a part of them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at a time [default: one a core]")
    parser.add_argument("words", nargs="*", metavar="WORD", help="what their names have")
    arguments = parser.parse_args()
    done = subprocess.run(["cargo", "metadata", "--no-deps", "--format-version=1"], cwd=trees.ROOT, capture_output=True, text=True)
    try:
        if done.returncode != 0:
            raise trees.Broken(done.stderr)
        return run(arguments, pathlib.Path(json.loads(done.stdout)["target_directory"]))
    except (trees.Broken, equivalent.Wrong, OSError) as e:
        print(f"mutants: {e}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

"""The result of each mutant: one line each, written immediately, so that an interrupted run can be resumed."""

import collections
import hashlib
import json

# Final whatever the tests become, as long as the file with the mutant stays the same.
FINAL = ("caught", "timeout", "unviable")
# Of one build for all: it survived there, and has still to be built by itself.
TOGETHER = "survived together"
# The same where not all tests were run.
QUICK = "survived the quick tests"
COLUMNS = ("total", "caught", "timeout", "unviable", "equivalent", "survived", "not run")


def digest(*texts):
    whole = hashlib.sha256()
    for text in texts:
        whole.update(hashlib.sha256(text.encode()).digest())
    return whole.hexdigest()[:16]


def part(mutant):
    """The part of the library: of `src/exact.rs` and `src/exact/add.rs`, `exact`."""
    return mutant["file"].split("/")[1].removesuffix(".rs")


def read(line):
    """The row, or None of what a run that was killed has left of one."""
    try:
        return json.loads(line)
    except ValueError:
        return None


class Journal:
    def __init__(self, path, tree, mutants, resume):
        self.rows = {}
        # Before the mutants are put in.
        self.sources = {name: digest(tree.read(name)) for name in {m["file"] for m in mutants}}
        self.tests = digest(*(tree.read(name) for name in tree.names("tests/**/*.rs")))
        if resume and path.exists():
            for row in filter(None, map(read, path.read_text().splitlines())):
                self.rows[row["name"], row["source"]] = row
        whole = path.with_suffix(".new")
        whole.write_text("".join(json.dumps(row) + "\n" for row in self.rows.values()))
        whole.replace(path)
        self.file = open(path, "a")

    def key(self, mutant):
        return mutant["name"], self.sources[mutant["file"]]

    def note(self, mutant, fate, by):
        name, source = self.key(mutant)
        row = {"name": name, "source": source, "tests": self.tests, "fate": fate, "by": by}
        self.rows[name, source] = row
        self.file.write(json.dumps(row) + "\n")
        self.file.flush()

    def fate(self, mutant):
        """What is known of it: a word of FINAL, or with these tests `survived`, TOGETHER or QUICK, or None."""
        row = self.rows.get(self.key(mutant))
        return row["fate"] if row and (row["fate"] in FINAL or row["tests"] == self.tests) else None

    def table(self, mutants, listed):
        """Lines of text: for each part how many mutants came to what; and all in one row."""
        rows = collections.defaultdict(collections.Counter)
        for mutant in mutants:
            fate = self.fate(mutant)
            if fate in ("survived", TOGETHER, QUICK) and mutant["number"] in listed:
                fate = "equivalent"
            fate = "not run" if fate in (None, TOGETHER, QUICK) else fate
            for name in (part(mutant), "all"):
                rows[name].update([fate, "total"])
        lines = ["".join(["part".ljust(8), *(column.rjust(12) for column in COLUMNS)])]
        for name in sorted(rows, key=lambda name: name == "all"):
            lines.append("".join([name.ljust(8), *(str(rows[name][column]).rjust(12) for column in COLUMNS)]))
        return lines, rows["all"]

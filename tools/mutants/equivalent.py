"""The list of equivalent mutants."""

import collections
import pathlib
import re
import tomllib

PATH = pathlib.Path(__file__).with_name("equivalent.toml")


class Wrong(Exception):
    """What is wrong with the list."""


def key(mutant):
    """What stays the same when lines are added above: the name without its place, and the text of the line."""
    return re.sub(r":\d+:\d+:", ":", mutant["name"], count=1), mutant["line"]


class Listed:
    """The entries, each with the mutants of it."""

    def __init__(self, mutants):
        found = collections.defaultdict(list)
        for mutant in mutants:
            found[key(mutant)].append(mutant)
        self.entries, self.gone = {}, []
        for entry in tomllib.loads(PATH.read_text()).get("equivalent", []):
            self.add(entry, found)

    def add(self, entry, found):
        missing = {"name", "line", "why"} - set(entry)
        if missing or not entry["why"].strip():
            raise Wrong(f"{PATH.name}: an entry has no {', '.join(sorted(missing)) or 'reason'}: {entry}")
        same = found.get((entry["name"], entry["line"]), [])
        if not same:
            self.gone.append(entry)
        elif "nth" not in entry and len(same) > 1:
            raise Wrong(f"{PATH.name}: there are {len(same)} of {entry['name']!r} on {entry['line']!r}: say which with nth = 1 to {len(same)}")
        elif not 1 <= entry.get("nth", 1) <= len(same):
            raise Wrong(f"{PATH.name}: there are {len(same)} of {entry['name']!r} on {entry['line']!r}, no number {entry['nth']}")
        else:
            self.entries[same[entry.get("nth", 1) - 1]["number"]] = entry

    def compare(self, fates, say):
        """The survivors that are not listed. Says these, and which entries have no survivor; `fates` has mutants with a word."""
        unknown = [m for m, fate in fates if fate == "survived" and m["number"] not in self.entries]
        for mutant in unknown:
            say(f"SURVIVED, and is not listed: {mutant['name']}\n    {mutant['line']}")
        for mutant, fate in fates:
            if mutant["number"] in self.entries and fate in ("caught", "timeout", "unviable"):
                say(f"listed, but {fate}: {mutant['name']}")
        for entry in self.gone:
            say(f"listed, but no such mutant: {entry['name']}\n    {entry['line']}")
        return unknown

"""Manifests and results of campaigns, reports of shards, coverage, waivers and profiles: nearly valid ones, and invalid ones whose digests fit."""

import hashlib
import json
import os
import subprocess
import tempfile
from pathlib import Path

from files import FORMATS, KINDS, NUMBERS, STEERING, mutated, special, toml
from runner import Case

TASK = ["e2m3", "--op", "mul", "--round", "rne", "--saturate", "none", "--against", "scalar", "--subject", "definition"]
PLAN, SHARDS = "plan.json", ["shard-1-of-2.json", "shard-2-of-2.json"]
# What the program itself wrote: the texts of files, by their names.
WRITTEN = {}


def prepare(program):
    """Has the program write what is going to be spoilt. Called once, before the runs."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:

        def run(*args, out=None):
            done = subprocess.run([program, *args], cwd=folder, capture_output=True, timeout=120, check=True)
            if out:
                (Path(folder) / out).write_bytes(done.stdout)

        run("campaign", "plan", *TASK, "--shards", "2", "--limit", "0.1", "--save", "0.000001", "-o", PLAN)
        for shard in ("1", "2"):
            run("campaign", "run", PLAN, "--shard", shard, "--out", "results", "--quiet", "--threads", "1")
            run("verify", *TASK, "--shard", f"{shard}/2", "--json", "--coverage", f"coverage-{shard}.json", out=f"report-{shard}.json")
        for root, _, names in os.walk(folder):
            for name in names:
                WRITTEN[name] = (Path(root) / name).read_bytes()


def sha256(document):
    """The digest of a document as the program writes it, but for the form of some numbers."""
    return hashlib.sha256(compact(document)).hexdigest()


def compact(document):
    return (json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n").encode(errors="surrogatepass")


def fitted(document):
    """The text of a manifest or a result with the digest of what it says, so that it is read on."""
    try:
        if "digest" in document:
            shards = [{**shard, "core_seconds": 0.0} for shard in document["shards"]]
            tasks = [{**task, "kind": 0} for task in document["tasks"]]
            measured = {"machine": None, "limit": 0.0, "seconds": 0.0, "kinds": []}
            bare = {**document, "digest": "", "command": [], "shards": shards, "tasks": tasks, "measured": measured}
            document["digest"] = sha256(bare)
        elif "sha256" in document:
            document["sha256"] = sha256({**document, "sha256": ""})
    except (TypeError, KeyError):
        pass
    return compact(document)


VALUES = NUMBERS + [None, True, "", "x", [], {}, [[]], 1e308, -0.5, "all", "random:5", "e2m1", "\x1b[31m", "n" * 10_000] + STEERING[:2]


def spoilt(rng, text):
    """A document of JSON with a few values changed, lost, doubled or moved."""
    document = json.loads(text)
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        place, parent, key = document, None, None
        while isinstance(place, (dict, list)) and place and (parent is None or rng.random() < 0.8):
            key = rng.choice(list(place)) if isinstance(place, dict) else rng.randrange(len(place))
            parent, place = place, place[key]
        if parent is None:
            return compact(document)
        kind = rng.randrange(6)
        if kind == 0:
            del parent[key]
        elif kind == 1 and isinstance(place, list):
            parent[key] = place * rng.choice([2, 3, 100])
        elif kind == 2 and isinstance(place, int):
            parent[key] = place + rng.choice([-1, 1, 2])
        elif kind == 3 and isinstance(parent, dict):
            parent[rng.choice(["nosuch", *parent])] = place
        else:
            parent[key] = rng.choice(VALUES)
    return fitted(document) if rng.random() < 0.6 else compact(document)


def written(rng, folder, name, place=None):
    """Puts a file of the program's there: as it was, spoilt, or something else."""
    kind, path = rng.randrange(12), folder / (place or name)
    if os.path.lexists(path):
        # Two shards may be given one name. What lies there may be a pipe or a link to a device: never written through.
        return
    if kind == 0:
        special(path.parent, path.name, rng.choice(KINDS))
    elif kind == 1:
        path.write_bytes(mutated(rng, WRITTEN[name]))
    elif kind == 2:
        text = rng.choice([b"", b"{}", b"[]", b"null", b"1", b"[" * 100_000, b'{"schema":"halfulp.campaign/1"}', WRITTEN[rng.choice(list(WRITTEN))]])
        path.write_bytes(text)
    elif kind < 8:
        path.write_bytes(spoilt(rng, WRITTEN[name]))
    else:
        path.write_bytes(WRITTEN[name])


def campaign(rng, folder):
    """A campaign that is judged, or of which is asked what is left."""
    written(rng, folder, PLAN)
    (folder / "results").mkdir()
    for shard in SHARDS:
        if rng.random() < 0.9:
            written(rng, folder, shard, f"results/{rng.choice([shard, shard, 'other.json'])}")
        if rng.random() < 0.3:
            written(rng, folder, shard.replace(".json", ".run.json"), f"results/{shard.replace('.json', '.run.json')}")
    given = rng.choice(["results", "results", "results", f"results/{SHARDS[0]}", "nosuch", "."])
    judged = ["merge", given, "--manifest", PLAN] + rng.choice([[], ["--json"], ["--junit", "x.xml"]])
    left = ["campaign", "left", PLAN] + rng.choice([[], ["--out", given]]) + rng.choice([[], ["--as", "ranges"], ["--as", "json"]])
    return Case(rng.choice([judged, judged, left]), outputs=("x.xml",))


def shard(rng, folder):
    """A shard that is run, where there may be results already. What a manifest says that fits its digest may take any time, so such ones are not run."""
    (folder / PLAN).write_bytes(WRITTEN[PLAN] if rng.random() < 0.7 else mutated(rng, WRITTEN[PLAN]))
    (folder / "out").mkdir()
    place, part = SHARDS[0], SHARDS[0].replace(".json", ".part.json")
    if rng.random() < 0.5:
        written(rng, folder, place, f"out/{rng.choice([place, part])}")
    number = rng.choice(["1", "1", "1", "2", "3", "0", "-1", str(2**64), "x"])
    costs = ["campaign", "plan", *TASK, "--limit", "0.1", "--shards", rng.choice(["1", "2", "99", "0"]), "--costs", PLAN, "-o", "new.json"]
    run = ["campaign", "run", PLAN, "--shard", number, "--out", "out", "--threads", "1", *rng.choice([[], ["--json"], ["--quiet"]])]
    names = [f"out/{name.replace('.json', kind)}" for name in SHARDS for kind in (".json", ".run.json", ".part.json")]
    return Case(rng.choice([run, run, run, costs]), outputs=(*names, "new.json"), removed=(f"out/{part}",))


def reports(rng, folder):
    """Reports and coverage of shards that are put together."""
    kind = rng.choice(["report", "coverage"])
    names = [f"{kind}-1.json", f"{kind}-2.json"]
    for name in names:
        written(rng, folder, name)
    verb = ["merge"] if kind == "report" else ["coverage", *rng.choice([[], ["--full"], ["-o", "all.html"]])]
    return Case(verb + names + rng.choice([[], ["--json"]]), outputs=("all.html",))


WAIVERS = """[[waiver]]
id = "TRUNC"
reason = "the unit truncates"
expires = 2999-01-01
count = 8
deviation = "truncate"

[[waiver]]
id = "NAN"
reason = "one code"
op = ["mul"]
from = ["e2m3"]
cases = ["1,2"]
code = 0x3
"""
DEVICE = "cmd:sh -c 'while read a b; do echo $a $b 3 00; done'"


def waivers(rng, folder):
    text = toml(rng, WAIVERS).encode()
    (folder / "w.toml").write_bytes(mutated(rng, text) if rng.random() < 0.2 else text)
    if rng.random() < 0.1:
        (folder / "w.toml").unlink()
        special(folder, "w.toml", rng.choice(KINDS))
    args = ["verify", *TASK[:-1], rng.choice(["definition", DEVICE]), "--waivers", "w.toml", "--quiet"]
    return Case(args + rng.choice([[], ["--json"], ["--junit", "x.xml"]]), outputs=("x.xml",))


PROFILE = """name = "my-unit"
version = "rev B"
title = "A unit"
source = "a data sheet"
flags = "none"
policy.saturation = "finite"

[[rule]]
op = ["convert"]
from = ["binary32", "binary16"]
to = ["e4m3fn"]
evidence = "text"
behaviour.nan.code = 0x7f
behaviour.range.overflow-at = "exact"
behaviour.reading.a.subnormals = "zero"
behaviour.computing.via = { format = "binary16" }
behaviour.computing.scale = 3

[[rule]]
op = ["add", "mul"]
from = ["e4m3fn"]
evidence = "text"
behaviour.rounding.rule = "toward-zero"
behaviour.computing.alignment = { bits = 3, sticky = true }
"""


def profile(rng, folder):
    """A profile, asked, compared, and shown."""
    text = toml(rng, PROFILE).encode()
    (folder / "p.toml").write_bytes(mutated(rng, text) if rng.random() < 0.2 else text)
    if rng.random() < 0.1:
        (folder / "p.toml").unlink()
        special(folder, "p.toml", rng.choice(KINDS))
    usual = ["--round", "rne", "--saturate", "finite", "--cases", "random:200", "--against", "scalar", "--quiet"]
    to = rng.choice([name for name in FORMATS if name != "i8"])
    args = rng.choice(
        [
            ["verify", "e4m3fn", "--from", "binary32", *usual, "--subject", "model:./p.toml"],
            ["verify", "e4m3fn", "--op", rng.choice(["add", "mul", "fma"]), *usual, "--subject", "model:./p.toml"],
            ["diff", "./p.toml", rng.choice(["ocp", "cuda-float", "./p.toml"]), "--from", "binary16", "--to", to],
            ["profiles", "./p.toml"],
            ["eval", "convert", "--from", "binary32", "--to", "e4m3fn", "--like", "./p.toml"],
        ]
    )
    json_ = ["--json"] if args[0] in ("verify", "diff", "profiles") and rng.random() < 0.3 else []
    return Case(args + json_, stdin=b"3f800000\n7fc00000\n" if args[0] == "eval" else b"")


CATEGORIES = {
    "campaign": (8, campaign),
    "shard": (3, shard),
    "reports": (4, reports),
    "waivers": (4, waivers),
    "profile": (5, profile),
}

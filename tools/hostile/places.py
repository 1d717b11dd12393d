"""Output paths: devices, pipes, links, inputs, folders; standard streams; signals and limits during output."""

import os
import resource
import signal
import stat
import struct

from files import EXPERIMENT
from runner import Case, Finding, whole

NPY = b"\x93NUMPY\x01\0\x36\0{'descr': '<f4', 'fortran_order': False, 'shape': ()}\n" + struct.pack("<f", 1.5)
SMALL = ["e2m1", "--op", "mul", "--round", "rne", "--against", "scalar"]
# A device that answers 3 to everything: some of its answers are wrong.
WRONG = "cmd:sh -c 'while read a b; do echo $a $b 3 00; done'"


def sparse(path, count):
    """A .npy file of zeros that takes no room on the disk."""
    text = b"{'descr': '<f4', 'fortran_order': False, 'shape': (%d,)}" % count
    path.write_bytes(b"\x93NUMPY\x02\0" + struct.pack("<I", len(text)) + text)
    os.truncate(path, path.stat().st_size + 4 * count)


def inputs(folder):
    (folder / "in.npy").write_bytes(NPY)
    (folder / "e.toml").write_text(EXPERIMENT)
    (folder / "f.toml").write_text('name = "mine"\nwidth = 4\nprecision = 2\n')


def writers(rng):
    """A run that writes, its exit codes, and its option for an output."""
    return rng.choice(
        [
            (["quantize", "in.npy", "--to", rng.choice(["e4m3fn", "./f.toml"])], (0,), rng.choice(["-o", "--histogram"])),
            (["verify", "./f.toml", *SMALL[1:], "--subject", "definition"], (0,), "--junit"),
            (["verify", *SMALL, "--subject", WRONG], (1,), "--junit"),
            (["bound", "check", "./e.toml"], (0,), rng.choice(["--html", "--junit", "--csv"])),
        ]
    )


ENDS = {"-o": ".npy", "--histogram": ".svg", "--junit": ".xml", "--html": ".html", "--csv": ".csv"}


def place(rng, folder, name):
    """Puts something at the place of an output. Whether a run that writes there can be, and whether that is a new file."""
    path = folder / name
    kinds = ["new", "file", "private", "link", "dangling", "folder", "no folder", "null", "full", "pipe", "read pipe", "input", "proc", "socket"]
    kind = rng.choice(kinds + (["node", "other's link", "disk"] if os.geteuid() == 0 else []))
    if kind in ("file", "private"):
        path.write_text("old")
        path.chmod(0o600 if kind == "private" else 0o644)
    elif kind in ("link", "other's link"):
        (folder / "target").mkdir()
        (folder / "target" / name).write_text("old")
        path.symlink_to(f"target/{name}")
        if kind == "other's link":
            os.lchown(path, 65534, 65534)
    elif kind in ("dangling", "null", "full"):
        path.symlink_to({"dangling": "nowhere", "null": "/dev/null", "full": "/dev/full"}[kind])
    elif kind == "folder":
        path.mkdir()
    elif kind in ("pipe", "read pipe"):
        os.mkfifo(path)
    elif kind == "input":
        os.link(folder / rng.choice(["in.npy", "e.toml", "f.toml"]), path)
    elif kind == "socket":
        os.mknod(path, 0o600 | stat.S_IFSOCK)
    elif kind in ("node", "disk"):
        os.mknod(path, 0o666 | (stat.S_IFCHR if kind == "node" else stat.S_IFBLK), os.makedev(1, 3) if kind == "node" else os.makedev(7, 77))
    return kind


def output(rng, folder):
    inputs(folder)
    args, codes, option = writers(rng)
    name = "out" + ENDS[option]
    kind = place(rng, folder, name)
    written = {"no folder": f"nosuch/{name}", "proc": f"/proc/{name}"}.get(kind, name)
    # -o knows the kind of its file by its name; --csv takes a folder.
    refused = kind in ("dangling", "no folder", "full", "pipe", "proc", "other's link", "socket", "disk") or (kind == "folder" and option != "--csv")
    # An input of another run is a file like any other.
    open_ = kind in ("input", "read pipe")
    outputs = {"new": (name,), "file": (name,), "private": (name,), "link": (f"target/{name}",), "folder": (name,)}.get(kind, ())
    if kind == "input":
        outputs = (name,) if (folder / name).stat().st_ino not in used(folder, args) else ()
    if kind == "full" and 1 in codes:
        # A full device is no reason to lose a no.
        codes = (1,)
    elif refused or (kind == "input" and not outputs):
        codes = (2,)
    elif open_:
        codes += (2,)
    return Case(args + [option, written] + rng.choice([[], ["--json"]]), outputs=outputs, codes=codes, reader=name if kind == "read pipe" else None)


def used(folder, args):
    """The inodes of a run's inputs."""
    return {(folder / arg).stat().st_ino for arg in args if (folder / arg).is_file()}


def two_outputs(rng, folder):
    inputs(folder)
    name = rng.choice(["s.svg", "./s.svg", "d/../s.svg"])
    (folder / "d").mkdir()
    if rng.random() < 0.3:
        (folder / "s.svg").write_text("old")
    args, first, second = rng.choice(
        [
            (["quantize", "in.npy", "--to", "e4m3fn"], ["-o", "s.npy"], ["--histogram", name.replace("svg", "npy")]),
            (["bound", "check", "./e.toml"], ["--html", "s.svg"], ["--junit", name]),
            (["bound", "check", "./e.toml"], ["--csv", "s.csv"], ["--html", name.replace("svg", "csv")]),
            (["bound", "check", "./e.toml", "./e.toml"], ["--svg", "d"], []),
        ]
    )
    return Case(args + first + second, codes=(2,))


def streams(rng, folder):
    """Exit codes where standard output or error is closed, full, or read by nobody."""
    inputs(folder)
    out, err = rng.choice(["file", "full", "closed", "broken"]), rng.choice(["file", "full", "closed", "broken"])
    json = rng.choice([[], ["--json"]])
    args, code = rng.choice(
        [
            (["--help"], 0),
            (["--version"], 0),
            (["formats", *json], 0),
            (["show", "e4m3fn", *json], 0),
            (["show", "binary16", "--all", *json], 0),
            (["show", "nosuch", *json], 2),
            (["nosuch", *json], 2),
            (["quantize", "in.npy", "--to", "e4m3fn", *json], 0),
            (["quantize", "no.npy", "--to", "e4m3fn", *json], 2),
            (["eval", "add", "--format", "e4m3fn"], 0),
            (["verify", *SMALL, "--subject", "definition", *json], 0),
            (["verify", *SMALL, "--subject", WRONG, *json], 1),
            (["verify", *SMALL, "--subject", "cmd:false", *json], 2),
            (["bound", "list", *json], 0),
            (["bound", "check", "./e.toml", *json], 0),
            (["bound", "check", "./no.toml", *json], 2),
        ]
    )
    if code == 0 and out in ("full", "closed"):
        code = 2
    return Case(args, stdin=b"1 2\n" if args[0] == "eval" else b"", stdout=out, stderr=err, codes=(code,))


SIGNALS = [signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGUSR1, signal.SIGALRM, signal.SIGXCPU, signal.SIGPIPE, signal.SIGXFSZ]


def interrupted(rng, folder):
    """A signal while files are written: the old one is there or the whole new one, and nothing else."""
    inputs(folder)
    sparse(folder / "large.npy", rng.choice([1 << 16, 1 << 22, 1 << 26]))
    quantized = ["quantize", "large.npy", "--to", "e4m3fn", "--scale", rng.choice(["none", "amax"])]
    args, option = rng.choice(
        [
            (quantized, "-o"),
            (quantized, "--histogram"),
            (["verify", *SMALL, "--subject", WRONG], "--junit"),
            (["bound", "check", "./e.toml"], "--html"),
        ]
    )
    name = "out" + ENDS[option]
    if rng.random() < 0.5:
        (folder / name).write_text("old")
    sent = rng.choice(SIGNALS)
    return Case(args + [option, name], signal=(sent, rng.random() * rng.choice([0.02, 0.2, 1])), outputs=(name,), after=old_or_whole(name))


def old_or_whole(name):
    def check(folder):
        path = folder / name
        if path.exists() and path.read_bytes() != b"old" and not whole(path):
            raise Finding("half written", name)

    return check


def limited(rng, folder):
    """Limits on files, processes, stacks: errors, not crashes."""
    inputs(folder)
    sparse(folder / "large.npy", 1 << 20)
    limit = rng.choice(
        [
            {resource.RLIMIT_FSIZE: rng.choice([0, 1, 1000, 100_000])},
            {resource.RLIMIT_NOFILE: rng.choice([4, 5, 6, 8, 16])},
            {resource.RLIMIT_STACK: rng.choice([256, 1024]) << 10},
            {resource.RLIMIT_NPROC: rng.choice([0, 1, 2])},
            {resource.RLIMIT_AS: rng.choice([1 << 30, 1 << 31])},
        ]
    )
    args = rng.choice(
        [
            ["quantize", "large.npy", "--to", "e4m3fn", "-o", "out.npy"],
            ["quantize", "large.npy", "--to", "bfloat16", "--histogram", "h.svg"],
            ["verify", *SMALL, "--subject", "definition", "--junit", "x.xml"],
            ["verify", *SMALL, "--subject", WRONG],
            ["verify", "e4m3fn", "--op", "add", "--round", "rne", "--against", "scalar", "--threads", "64", "--subject", "definition"],
            ["bound", "check", "./e.toml", "--html", "x.html"],
            ["show", "e4m3fn"],
            ["show", "binary16", "--all"],
            ["eval", "add", "--format", "e4m3fn"],
            ["formats"],
        ]
    )
    # The limit would hold for the files that standard output and error are kept in, too.
    out, err = ("full", "broken") if resource.RLIMIT_FSIZE in limit else ("file", "file")
    return Case(args, stdin=b"1 2\n" if args[0] == "eval" else b"", limits=limit, nobody=resource.RLIMIT_NPROC in limit, stdout=out, stderr=err, outputs=("out.npy", "h.svg", "x.xml", "x.html"))


CATEGORIES = {
    "output": (10, output),
    "two outputs": (2, two_outputs),
    "streams": (8, streams),
    "signal": (5, interrupted),
    "limit": (5, limited),
}

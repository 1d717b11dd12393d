"""Nearly valid and deliberately invalid files: .npy, .safetensors, format files, experiments."""

import json
import os
import struct

from runner import Case

STEERING = ["\x1b[31m", "\x07", "\n", "\r", "\x00", "\x9b", "\u202e", "\u2028", "\ufffe"]
NUMBERS = [0, 1, 2, 3, 7, 63, 64, 65, 2**31, 2**32, 2**53, 2**62, 2**63, 2**64, 2**64 - 1, 10**30, -1]
FORMATS = ["e4m3fn", "e5m2", "e2m1", "i8", "bfloat16", "binary16", "e8m0", "ue4m3", "mxint8"]


def mutated(rng, content):
    """Bytes with a few of them changed, lost, doubled or moved."""
    content = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 5, 20])):
        at = rng.randrange(len(content) + 1)
        kind = rng.randrange(6)
        if kind == 0:
            del content[at:]
        elif kind == 1 and at < len(content):
            content[at] ^= 1 << rng.randrange(8)
        elif kind == 2:
            content[at:at] = rng.choice(STEERING).encode()
        elif kind == 3:
            content[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(9)))
        elif kind == 4:
            del content[at : at + rng.randrange(1, 9)]
        else:
            end = min(len(content), at + rng.randrange(1, 30))
            content[at:at] = content[at:end] * rng.choice([1, 2, 100])
    return bytes(content)


def quantize(rng, name, outputs=True):
    """Arguments that quantize a file."""
    args = ["quantize", name, "--to", rng.choice(FORMATS)]
    args += rng.choice([[], [], ["--scale", rng.choice(["amax", "pow2", "0.5", "3e38"])]])
    args += rng.choice([[], ["--json"], ["--round", "sr-a:8"], ["--threads", "1"]])
    written = []
    if outputs and rng.random() < 0.5:
        written.append("out" + name[name.rindex(".") :])
        args += ["-o", written[0]] + rng.choice([[], ["--emit", "values"]])
    if outputs and rng.random() < 0.2:
        written.append("h.svg")
        args += ["--histogram", "h.svg"]
    return Case(args, outputs=tuple(written))


def npy_text(rng):
    """The text of a head, and how many bytes of data it promises."""
    descr = rng.choice(["<f4", "<f4", "<f8", "<f2", ">f4", "|V2", "<i8", "|O", "<f3", "f4", "<c8", "|S9999999999"])
    shape = rng.choice([(3,), (2, 3), (), (0,), (1,) * rng.choice([33, 1000, 22000]), tuple(rng.choices(NUMBERS, k=2))])
    text = "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }" % (
        descr,
        rng.choice(["False", "True", "0", "None"]) if rng.random() < 0.2 else "False",
        "".join(f"{n}, " for n in shape),
    )
    deep = rng.choice([5, 20, 30, 40, 1000, 100_000])
    kind = rng.randrange(8)
    if kind == 0:
        opened = rng.choice(["[", "(", "{", "[("])
        text = rng.choice(["{'shape':", "{'descr':", "{", ""]) + opened * deep + rng.choice(["", "]" * deep])
    elif kind == 1:
        text = text.replace("'descr'", rng.choice(["'desc'", "descr", '"descr"', "'shape'", "'\x1b[31m'", "'" + "a" * 100_000 + "'"]))
    elif kind == 2:
        text = mutated(rng, text.encode()).decode(errors="replace")
    elif kind == 3:
        text += " " * rng.choice([1, 1000, 60_000])
    return text.encode(), 4 * 6 if shape == (2, 3) else rng.choice([0, 4, 12, 24])


def npy(rng, folder):
    text, data = npy_text(rng)
    version = rng.choice([(1, 0), (1, 0), (2, 0), (3, 0), (4, 0), (0, 0)])
    length = rng.choice([len(text)] * 6 + [0, len(text) - 1, len(text) + 1, 2**16 - 1, 2**32 - 1, 2**31])
    head = struct.pack("<H", length & 0xFFFF) if version[0] == 1 else struct.pack("<I", length & 0xFFFFFFFF)
    content = b"\x93NUMPY" + bytes(version) + head + text + rng.randbytes(data)
    if rng.random() < 0.3:
        content = mutated(rng, content)
    (folder / "in.npy").write_bytes(content)
    return quantize(rng, "in.npy")


def tensor_name(rng):
    return rng.choice(["w", "layer.0.weight", "", "w_scale", "__metadata__", "n" * 1000, "n" * 300_000, rng.choice(STEERING) + "w"])


def safetensors(rng, folder):
    head, at = [], 0
    for _ in range(rng.choice([0, 1, 2, 3, 3, 40, 1000])):
        dtype, size = rng.choice([("F32", 4), ("F16", 2), ("BF16", 2), ("F64", 8), ("I8", 1), ("F8_E4M3", 1), ("F4", 1), ("F7", 1)])
        count = rng.choice([0, 1, 2, 5])
        shape = rng.choice([[count]] * 8 + [[count, 1], [], [rng.choice(NUMBERS)], [2**32, 2**32]])
        range_ = [at, at + count * size]
        if rng.random() < 0.05:
            range_ = rng.choice([[range_[1], range_[0]], [0, 0], rng.choices(NUMBERS, k=2), [at], None])
        head.append((tensor_name(rng), {"dtype": dtype, "shape": shape, "data_offsets": range_}))
        at += count * size
    if rng.random() < 0.5:
        head = list(dict(head).items())
    pairs = [f"{json.dumps(name)}:{json.dumps(info)}" for name, info in head]
    if rng.random() < 0.2:
        pairs.append('"__metadata__":' + rng.choice(['{"a":"\\u001b"}', "null", "1", '{"a":1}', "{}"]))
    text = ("{" + ",".join(pairs) + "}").encode()
    if rng.random() < 0.2:
        text = rng.choice([b"[", b'{"a":', b'{"a":[']) * rng.choice([10, 200, 100_000])
    length = rng.choice([len(text)] * 8 + [0, len(text) + 1, 2**63, 2**64 - 1, 10**9])
    content = length.to_bytes(8, "little") + text + bytes(at)
    if rng.random() < 0.3:
        content = mutated(rng, content)
    (folder / "in.safetensors").write_bytes(content)
    return quantize(rng, "in.safetensors")


def special(folder, name, kind):
    """What is not a file, at the place of one."""
    path = folder / name
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind != "missing":
        path.symlink_to({"zero": "/dev/zero", "tty": "/dev/tty", "loop": name, "dangling": "nowhere", "mem": "/proc/self/mem"}[kind])


KINDS = ["pipe", "folder", "zero", "loop", "dangling", "missing", "mem", "tty"]


def no_file(rng, folder):
    name = rng.choice(["x.toml", "x.npy", "x.safetensors"])
    special(folder, name, rng.choice(KINDS))
    if name != "x.toml":
        return Case(["quantize", name, "--to", "e4m3fn"] + rng.choice([[], ["--json"]]), codes=(2,))
    args = [["show", name], ["eval", "add", "--format", name], ["verify", "./" + name], ["bound", "check", "./" + name], ["bound", "run", "./" + name]]
    return Case(rng.choice(args), codes=(2,))


FORMAT = """name = "mine"
summary = "a format"
source = "somebody"
width = 8
precision = 4
bias = 7
sign = "sign-magnitude"
nan = "all-ones"
subnormals = true
[aliases]
a = "b"
"""


def toml(rng, text):
    """A text of TOML with some values and keys changed."""
    lines = text.splitlines()
    for _ in range(rng.choice([1, 1, 2, 4])):
        at = rng.randrange(len(lines))
        key = lines[at].partition(" =")[0]
        value = rng.choice(
            [str(n) for n in NUMBERS]
            + ['""', '"x"', "true", "[]", "{}", "nan", "inf", "-inf", "1e308", "-0.0", "1979-05-27", "'''\n'''"]
            + [json.dumps(s) for s in STEERING[:3]]
            + ["[" * 500, "{a=" * 500, '"' + "x" * 100_000 + '"', "[" + "1," * 10_000 + "]", "e4m3fn", '"e4m3fn"']
        )
        kind = rng.randrange(5)
        if kind < 3 and "=" in lines[at]:
            lines[at] = f"{key} = {value}"
        elif kind == 3:
            lines[at] = rng.choice(["", lines[at] + "\n" + lines[at], "[" + "a." * 500 + "b]", rng.choice(STEERING), "nosuch = 1"])
        else:
            lines.append(f"{rng.choice(['x', 'name', json.dumps(STEERING[0])])} = {value}")
    return "\n".join(lines)


def format_file(rng, folder):
    text = toml(rng, FORMAT).encode()
    if rng.random() < 0.2:
        text = mutated(rng, text)
    if rng.random() < 0.03:
        text += b"".join(b"a%d = 'n%d'\n" % (i, i) for i in range(rng.choice([1000, 30_000, 300_000])))
    (folder / "x.toml").write_bytes(text)
    (folder / "in.npy").write_bytes(b"\x93NUMPY\x01\0\x36\0{'descr': '<f4', 'fortran_order': False, 'shape': ()}\n" + bytes(4))
    args = [["show", "x.toml"], ["show", "x.toml", "0.3"], ["show", "x.toml", "0x1"], ["eval", "add", "--format", "x.toml"]]
    args += [["quantize", "in.npy", "--to", "x.toml"], ["verify", "./x.toml", "--op", "neg", "--round", "rne", "--against", "scalar", "--subject", "definition"]]
    args = rng.choice(args)
    return Case(args + (["--json"] if args[0] in ("show", "quantize", "verify") and rng.random() < 0.3 else []), stdin=b"1 2\n")


EXPERIMENT = """name = "small"
title = "A small experiment"
about = "For the harness."

[run.ema]
storages = ["bfloat16"]
betas = [0.9]
signals = ["gauss"]
steps = 50
elements = 20
seeds = [1]

[[assert]]
bound = "ema.running"
"""


def experiment(rng, folder):
    text = toml(rng, EXPERIMENT).encode()
    if rng.random() < 0.2:
        text = mutated(rng, text)
    (folder / "x.toml").write_bytes(text)
    args = ["bound", rng.choice(["run", "check"]), "./x.toml"] + rng.choice([[], ["--json"]])
    outputs = ()
    if rng.random() < 0.3:
        option, name = rng.choice([("--html", "x.html"), ("--junit", "x.xml"), ("--csv", "x.csv"), ("--svg", "figures")])
        args, outputs = args + [option, name], (name,)
    return Case(args, outputs=outputs)


CATEGORIES = {
    "npy": (12, npy),
    "safetensors": (12, safetensors),
    "format file": (12, format_file),
    "experiment": (8, experiment),
    "no file": (4, no_file),
}

"""Arguments, numbers, operand lines and environment variables."""

import struct

from files import FORMATS, NUMBERS, STEERING
from runner import Case

VERBS = ["formats", "show", "eval", "quantize", "verify", "bound", "bound list", "bound run", "bound check", "help", "merge", "nosuch", ""]
# Jobs so small that any number of them runs.
SMALL = ["--op", "neg", "--round", "rne", "--against", "scalar", "--subject", "definition"]
WORDS = """
--json --all --p3109 --help -h --version -V --to --from --format --operands --result --round --saturate --tininess --flush
--nan --scale --seed --emit --threads --op --against --subject --cases --case --shard --explain --timeout --startup-timeout --exhaustive --seeds --brief
--max-head --flush-operands --flush-results -- - -o
e4m3fn e5m2 e2m1 binary16 binary64 bfloat16 E4M3 FP8 i8 u64 i65 u1 binary8p3se binary99p1se ptx:e4m3 nosuch ./nosuch.toml
add sub mul div sqrt fma convert rem f16_add f32_to_e5m2 f16_to_i32_rx_near_even f64_le_quiet
rne rna rtz rup rdn odd sr-a sr-a:8 sr-b:33 sr-c:0 sr-z none finite propagate before after largest least zero
amax pow2 codes values scalar definition mpfr apfloat host avx2 portable cmd:true cmd: cmd:/nosuch all standard
random:10 spread:10 around:3 edges given:1,2 given:138,48 given:1,2,3/4 given: given:zz boundary:5 all:1 1/2 0/2 3/2 2/1 1/0
0x1 0x3c 0b101 0x 1 -0.3 1e-9 0x1.8p3 0x1p99999999999 inf -inf nan 1e999999999 .5 5. 1_000 0x1p- +
""".split()


def word(rng):
    kind = rng.randrange(12)
    if kind == 0:
        return str(rng.choice(NUMBERS))
    if kind == 1:
        return rng.choice(STEERING[:4] + STEERING[5:]) + rng.choice(WORDS)
    if kind == 2:
        return rng.choice(["", " ", "x" * 10_000, "é", "--" + "x" * 1000, "\U0001f388", "%s%n", "../../etc/passwd", "$(id)", "`id`", ";"])
    return rng.choice(WORDS)


def arguments(rng, folder):
    """Any words. What would take long is asked for with a job of its own that is over at once."""
    verb = rng.choice(VERBS).split()
    args = verb + [word(rng) for _ in range(rng.choice([0, 1, 1, 2, 3, 4, 6, 10]))]
    if verb[:1] == ["verify"]:
        taken = [a for a in args if a not in ("--exhaustive", "--against", "--subject", "--op", "--round", "all", "standard", "--shard")]
        args = taken[:1] + [rng.choice(["e2m1", "e2m1", "nosuch"])] + taken[1:] + SMALL
    if verb[:1] == ["bound"] and "--all" in args:
        args.remove("--all")
    return Case([a.replace("\0", "") for a in args], stdin=b"1 2\n3 4\n" if verb == ["eval"] else b"")


def number(rng, folder):
    digits = lambda n: "".join(rng.choice("0123456789") for _ in range(n))
    text = rng.choice(
        [
            lambda: digits(rng.choice([1, 5, 20, 400, 5000, 100_000])),
            lambda: f"-{digits(3)}.{digits(rng.choice([1, 30, 3000]))}e{rng.choice(NUMBERS)}",
            lambda: f"0x{digits(9)}.{digits(rng.choice([1, 9, 900]))}p{rng.choice(NUMBERS)}",
            lambda: f"0x{digits(rng.choice([1, 2, 4, 16, 17, 900]))}",
            lambda: f"0b{rng.randrange(256):b}",
            lambda: "0." + "0" * rng.choice([1, 400, 100_000]) + digits(2),
            lambda: digits(2) + "0" * rng.choice([1, 400, 100_000]),
            lambda: rng.choice(["inf", "-inf", "nan", "-nan", "infinity", "e5", ".", "-", "1e", "1e+", "0x.p1", "١٢", "1,5", "½"]),
            lambda: rng.choice(STEERING[:4]) + "1",
        ]
    )()
    name = rng.choice(FORMATS + ["binary64", "i64", "u64", "i2", "binary3p1ue", "tf32", "binary16p16ue"])
    args = ["show", name] + rng.choice([[], ["--json"], ["--saturate", "finite"]]) + [text.replace("\0", "")]
    return Case(args)


def line(rng):
    kind = rng.randrange(10)
    if kind < 6:
        return " ".join(f"{rng.getrandbits(8):x}" for _ in range(2))
    if kind == 6:
        return " ".join(f"{rng.getrandbits(99):x}" for _ in range(rng.randrange(5)))
    if kind == 7:
        return rng.choice(["", " ", "\t\r", "0x", "0x1 0x", "g h", "-1 2", "1 2 3 4 5"])
    if kind == 8:
        return rng.choice(STEERING) + "1 2"
    return rng.choice(["1" * 300_000, "1 " * 300_000, "0" * 70_000 + "1 2"])


def evaluated(rng, folder):
    op, count = rng.choice([("add", 2), ("mul", 2), ("sqrt", 1), ("fma", 3), ("e4m3fn_add", 2), ("f16_to_i32_rx_minMag", 1), ("rem", 2)])
    args = ["eval", op] + ([] if "_" in op else ["--format", rng.choice(FORMATS)]) + rng.choice([[], ["--round", "rup"], ["--round", "sr-a:8"]])
    lines = "\n".join(line(rng) for _ in range(rng.choice([0, 1, 3, 50]))).encode()
    if rng.random() < 0.2:
        lines = bytes(rng.randrange(256) for _ in range(rng.choice([1, 100, 10_000])))
    return Case(args, stdin=lines + rng.choice([b"", b"\n", b"\r\n"]), codes=(0, 2))


def environment(rng, folder):
    name = rng.choice(["HALFULP_KERNEL", "RAYON_NUM_THREADS", "COLUMNS", "LINES", "TERM", "LANG", "RUST_BACKTRACE", "NO_COLOR", "CLICOLOR_FORCE", "TMPDIR", "HOME", "PATH"])
    value = rng.choice(["", "0", "-1", "x", "18446744073709551616", "scalar", "avx512", "\x1b[31m", "/nosuch", "\u202e", "a" * 10_000])
    (folder / "in.npy").write_bytes(b"\x93NUMPY\x01\0\x36\0{'descr': '<f4', 'fortran_order': False, 'shape': ()}\n" + struct.pack("<f", 1.5))
    args = rng.choice(
        [
            ["show", "e4m3fn"],
            ["formats"],
            ["show", "nosuch"],
            ["quantize", "in.npy", "--to", "e4m3fn", "-o", "out.npy"],
            ["verify", "e2m1", *SMALL],
            ["verify", "e4m3fn", "--subject", "portable", "--op", "add", "--round", "rne", "--cases", "random:100", "--against", "scalar"],
            ["bound", "list"],
        ]
    )
    return Case(args, env={name: value}, outputs=("out.npy",))


CATEGORIES = {
    "arguments": (14, arguments),
    "number": (8, number),
    "eval": (8, evaluated),
    "environment": (3, environment),
}

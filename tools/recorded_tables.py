"""Recorded answers of other implementations, for the engine `recorded`.

How to run, in a virtual environment (Python 3.11; other versions of the packages may give other results, which is why the tables exist):

    pip install ml_dtypes==0.6.0 gfloat==0.5.2 onnx==1.23.2 softfloatpy==1.2.3 numpy==2.4.6
    python tools/recorded_tables.py crates/verify/tables [ml_dtypes] [onnx] [gfloat] [softfloat]
    python tools/recorded_tables.py --sweep crates/verify/tables [ml_dtypes] [onnx]

The first command writes the tables, in a few minutes; the second compares every conversion from binary32 in them with the packages on all 2^32 operands, in
half an hour on two cores. crates/verify/tables/README.md describes the files. None of the packages' code is copied: the files contain only numbers that
they computed.
"""

import os
import platform
import sys
import warnings
import zlib
from importlib.metadata import version
from multiprocessing import Pool

import numpy as np

warnings.simplefilter("ignore")
np.seterr(all="ignore")

SEED = 2026
CHUNK = 1 << 22
LONGEST_PERIOD = 6


def fnv(data):
    """FNV-1a, 64 bits."""
    digest = 0xCBF29CE484222325
    for byte in data:
        digest = (digest ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return digest


# Step functions: (first operand, result) of each run of operands with one result.


def every(answer, count):
    """The steps, from every operand of few."""
    results = answer(np.arange(count, dtype=np.uint64)).tolist()
    return [(code, results[code]) for code in range(count) if code == 0 or results[code] != results[code - 1]]


def sweep(answer, steps):
    """Compares the steps with the answers to all of binary32."""
    starts, results = (np.array(column, dtype=np.uint64) for column in zip(*steps))
    for first in range(0, 1 << 32, CHUNK):
        operands = np.arange(first, first + CHUNK, dtype=np.uint64)
        said = results[np.searchsorted(starts, operands, side="right") - 1]
        assert (said == answer(operands)).all(), f"the steps are not the function, after {first:#x}"


def bisect(answer, spacing, seed):
    """The steps from all of binary32, found between operands so far apart, and confirmed four operands around each and by 2^20 drawn ones."""
    grid = np.arange(0, 1 << 32, spacing, dtype=np.uint64)
    grid = np.union1d(grid, np.array([0x7F800000, 0x7F800001, 0xFF800000, 0xFF800001, 0xFFFFFFFF, 1, 0x80000001], dtype=np.uint64))
    results = answer(grid)
    steps = [(0, int(results[0]))]
    gaps = np.flatnonzero(results[1:] != results[:-1])
    gaps = (grid[gaps], results[gaps], grid[gaps + 1], results[gaps + 1])
    while len(gaps[0]):
        low, at_low, high, at_high = gaps
        closed = high - low == 1
        steps += zip(high[closed].tolist(), at_high[closed].tolist())
        low, at_low, high, at_high = (x[~closed] for x in gaps)
        middle = low + (high - low) // np.uint64(2)
        at_middle = answer(middle) if len(middle) else at_low
        left, right = at_low != at_middle, at_middle != at_high
        parts = [(low, at_low, middle, at_middle, left), (middle, at_middle, high, at_high, right)]
        gaps = tuple(np.concatenate([p[i][p[4]] for p in parts]) for i in range(4))
    steps.sort()
    confirm(answer, steps, seed)
    return steps


def confirm(answer, steps, seed, draws=1 << 20, distance=4):
    starts = np.array([s for s, _ in steps], dtype=np.uint64)
    results = np.array([r for _, r in steps], dtype=np.uint64)
    near = (starts[:, None].astype(np.int64) + np.arange(-distance, distance + 1)).ravel()
    near = near[(near >= 0) & (near < 1 << 32)].astype(np.uint64)
    drawn = np.random.default_rng(seed).integers(0, 1 << 32, draws, dtype=np.uint64)
    for operands in (near, drawn):
        said = results[np.searchsorted(starts, operands, side="right") - 1]
        assert (said == answer(operands)).all(), "the steps are not the function"


def groups(steps):
    """The steps as lines: START RESULT, and where they go on regularly COUNT and the increments (operand, result) of a period."""
    lines, at = [], 0
    while at < len(steps):
        best = (0, 0)
        for period in range(1, LONGEST_PERIOD + 1):
            repeats = repeated(steps, at, period)
            if repeats * period > best[0] * best[1] and repeats >= 2:
                best = (repeats, period)
        repeats, period = best
        line = f"{steps[at][0]:x} {steps[at][1]:x}"
        if repeats:
            rises = [(steps[at + i + 1][0] - steps[at + i][0], steps[at + i + 1][1] - steps[at + i][1]) for i in range(period)]
            line += f" {repeats}" + "".join(f" {d:x} {r:x}" for d, r in rises)
        lines.append(line)
        at += 1 + repeats * period
    return lines


def repeated(steps, at, period):
    """How often a period of increments is repeated after a step."""

    def rise(i):
        return steps[i + 1][0] - steps[i][0], steps[i + 1][1] - steps[i][1]

    end = at + period
    while end + 1 < len(steps) and rise(end) == rise(end - period):
        end += 1
    return (end - at) // period if at + period < len(steps) else 0


def section(head, steps):
    return [head] + groups(steps) + ["end", ""]


def write(folder, peer, licence, packages, sections):
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    lines = [
        f"# Answers of {versions}; licence of the package: {licence}.",
        f"# Written by tools/recorded_tables.py (Python {platform.python_version()}). Numbers that it computed; none of its code.",
        "",
    ]
    text = "\n".join(lines + [line for s in sections for line in s]).encode()
    text += f"digest {fnv(text):016x}\n".encode()
    with open(os.path.join(folder, f"{peer}.txt"), "wb") as file:
        file.write(text)
    print(peer, len(text), "bytes")


# ml_dtypes

# Our name, its name, width, and the saturations under which its conversions are ours: where nothing lies past the largest value, all.
ML_DTYPES = [
    ("e4m3fn", "float8_e4m3fn", 8, "none"),
    ("e5m2", "float8_e5m2", 8, "none"),
    ("e4m3-ieee", "float8_e4m3", 8, "none"),
    ("e3m4-ieee", "float8_e3m4", 8, "none"),
    ("e4m3fnuz", "float8_e4m3fnuz", 8, "none"),
    ("e5m2fnuz", "float8_e5m2fnuz", 8, "none"),
    ("e4m3b11fnuz", "float8_e4m3b11fnuz", 8, "none"),
    ("e2m3", "float6_e2m3fn", 6, "none,finite,propagate"),
    ("e3m2", "float6_e3m2fn", 6, "none,finite,propagate"),
    ("e2m1", "float4_e2m1fn", 4, "none,finite,propagate"),
    ("e8m0", "float8_e8m0fnu", 8, "none"),
    ("bfloat16", "bfloat16", 16, "none"),
]


def ml_dtypes_type(name):
    import ml_dtypes

    return getattr(ml_dtypes, name)


def storage(width):
    return np.uint8 if width <= 8 else np.uint16


def to_ml_dtypes(name, width):
    kind = ml_dtypes_type(name)
    return lambda operands: operands.astype(np.uint32).view(np.float32).astype(kind).view(storage(width)).astype(np.uint64)


def ml_dtypes_encode(work):
    (ours, theirs, width, saturations), swept = work
    answer = to_ml_dtypes(theirs, width)
    steps = bisect(answer, 1 << 12, SEED)
    if swept:
        sweep(answer, steps)
    # Its scales are rounded to the nearest, but not the smallest: README.md says where.
    head = f"aside convert binary32 {ours} rna" if ours == "e8m0" else f"convert binary32 {ours} rne"
    return section(f"{head} {saturations}", steps)


def ml_dtypes_unary(entry):
    """Values of codes, and square roots."""
    ours, theirs, width, saturations = entry
    kind, store = ml_dtypes_type(theirs), storage(width)
    codes = lambda operands: operands.astype(store).view(kind)
    value = lambda operands: codes(operands).astype(np.float32).view(np.uint32)
    parts = section(f"convert {ours} binary32 any none,propagate", every(value, 1 << width))
    if width <= 8 and ours != "e8m0":
        root = lambda operands: np.sqrt(codes(operands)).view(store)
        parts += section(f"sqrt {ours} {ours} rne {saturations}", every(root, 1 << width))
    return parts


OPERATIONS = [("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("div", np.divide)]


def ml_dtypes_pairs():
    """All pairs of operands: a line each in the text, and the differences of rows and columns, packed."""
    lines, packed = [], b""
    for ours, theirs, width, saturations in ML_DTYPES:
        if width > 8:
            continue
        codes = np.arange(1 << width, dtype=np.uint8).view(ml_dtypes_type(theirs))
        for name, operation in OPERATIONS:
            results = operation(codes[:, None], codes[None, :]).view(np.uint8)
            rounding = "rna" if ours == "e8m0" else "rne"
            # Products and quotients of scales underflow in binary32: README.md says where.
            aside = "aside " if ours == "e8m0" and name in ("mul", "div") else ""
            lines.append(f"{aside}pairs {name} {ours} {rounding} {saturations} {fnv(results.tobytes()):016x}")
            differences = np.diff(np.diff(results, axis=1, prepend=np.uint8(0)), axis=0, prepend=np.uint8(0))
            packed += differences.astype(np.uint8).tobytes()
    return lines + [""], zlib.compress(packed, 9)


def ml_dtypes(folder, swept):
    with Pool(2) as pool:
        encoded = pool.map(ml_dtypes_encode, [(entry, swept) for entry in ML_DTYPES], chunksize=1)
    lines, packed = ml_dtypes_pairs()
    with open(os.path.join(folder, "ml_dtypes-pairs.z"), "wb") as file:
        file.write(packed)
    print("ml_dtypes-pairs.z", len(packed), "bytes")
    sections = [ml_dtypes_unary(entry) for entry in ML_DTYPES] + encoded + [lines]
    write(folder, "ml_dtypes", "Apache-2.0", ["ml_dtypes", "numpy"], sections)


# onnx: saturating casts of the reference evaluator, and scales rounded down

ONNX = [
    ("e4m3fn", "FLOAT8E4M3FN"),
    ("e5m2", "FLOAT8E5M2"),
    ("e4m3fnuz", "FLOAT8E4M3FNUZ"),
    ("e5m2fnuz", "FLOAT8E5M2FNUZ"),
]


def onnx_cast(entry):
    from onnx import TensorProto
    from onnx.reference.ops.op_cast import cast_to

    theirs, head, options, swept = entry
    kind = getattr(TensorProto, theirs)

    def answer(operands):
        return cast_to(operands.astype(np.uint32).view(np.float32), kind, **options).view(np.uint8).astype(np.uint64)

    steps = bisect(answer, 1 << 15, SEED)
    if swept:
        sweep(answer, steps)
    return section(head, steps)


def onnx(folder, swept):
    work = [(theirs, f"convert binary32 {ours} rne finite", {"saturate": True}, swept) for ours, theirs in ONNX]
    scale = lambda mode: {"saturate": True, "round_mode": mode}
    work.append(("FLOAT8E8M0", "abs binary32 e8m0 rtz propagate", scale("down"), swept))
    # Both differ for the smallest operands: README.md says where.
    work.append(("FLOAT8E8M0", "aside abs binary32 e8m0 rup propagate", scale("up"), swept))
    work.append(("FLOAT8E8M0", "aside abs binary32 e8m0 rna propagate", scale("nearest"), swept))
    with Pool(2) as pool:
        sections = pool.map(onnx_cast, work, chunksize=1)
    write(folder, "onnx", "Apache-2.0", ["onnx", "ml_dtypes", "numpy"], sections)


# gfloat: five roundings, with and without saturation

ROUNDINGS = [("rne", "TiesToEven"), ("rna", "TiesToAway"), ("rtz", "TowardZero"), ("rup", "TowardPositive"), ("rdn", "TowardNegative")]


def gfloat_formats():
    from gfloat import formats
    from gfloat.types import Domain, FormatInfo, Signedness

    def fnuz(name, precision, bias):
        return FormatInfo(
            name=name, k=8, precision=precision, bias=bias, has_nz=False, domain=Domain.Finite, num_high_nans=0,
            has_subnormals=True, is_signed=True, is_twos_complement=False,
        )  # fmt: skip

    def ieee(name, precision, bias):
        return FormatInfo(
            name=name, k=8, precision=precision, bias=bias, has_nz=True, domain=Domain.Extended, num_high_nans=2 ** (precision - 1) - 1,
            has_subnormals=True, is_signed=True, is_twos_complement=False,
        )  # fmt: skip

    both, clamped = ("none", "finite"), ("finite",)
    # Of P3109's finite formats only what saturates: without saturation it gives NaN beyond the largest value, the draft that value.
    p3109 = {}
    for precision in (1, 2, 3, 4, 5):
        p3109[f"binary8p{precision}se"] = (formats.format_info_p3109(8, precision, Signedness.Signed, Domain.Extended), both)
        p3109[f"binary8p{precision}sf"] = (formats.format_info_p3109(8, precision, Signedness.Signed, Domain.Finite), clamped)
    return p3109 | {
        "e4m3fn": (formats.format_info_ocp_e4m3, both),
        "e5m2": (formats.format_info_ocp_e5m2, both),
        "e4m3-ieee": (ieee("e4m3-ieee", 4, 7), both),
        "e3m4-ieee": (ieee("e3m4-ieee", 5, 3), both),
        "e4m3fnuz": (fnuz("e4m3fnuz", 4, 8), both),
        "e5m2fnuz": (fnuz("e5m2fnuz", 3, 16), both),
        "e4m3b11fnuz": (fnuz("e4m3b11fnuz", 4, 11), both),
        "e2m3": (formats.format_info_ocp_e2m3, clamped),
        "e3m2": (formats.format_info_ocp_e3m2, clamped),
        "e2m1": (formats.format_info_ocp_e2m1, clamped),
        "bfloat16": (formats.format_info_bfloat16, both),
        "binary16": (formats.format_info_binary16, both),
    }


def gfloat_steps(work):
    from gfloat import RoundMode, encode_ndarray, round_ndarray

    ours, rounding, saturation = work
    info = gfloat_formats()[ours][0]
    mode = getattr(RoundMode, dict(ROUNDINGS)[rounding])

    def answer(operands):
        values = operands.astype(np.uint32).view(np.float32).astype(np.float64)
        if info.num_nans == 0:
            # It refuses NaN where the format has none; such operands are not asked for by the engine either.
            values = np.where(np.isnan(values), 0.0, values)
        return encode_ndarray(info, round_ndarray(info, values, mode, saturation == "finite"))

    saturations = "none,finite,propagate" if info.num_nans == 0 else saturation
    # A fraction of the shortest run of one result.
    spacing = 1 << (15 if info.k <= 8 else 12)
    return section(f"convert binary32 {ours} {rounding} {saturations}", bisect(answer, spacing, SEED))


def gfloat(folder, _):
    work = [(ours, rounding, s) for ours, (_, saturations) in gfloat_formats().items() for rounding, _ in ROUNDINGS for s in saturations]
    with Pool(2) as pool:
        sections = pool.map(gfloat_steps, work, chunksize=1)
    write(folder, "gfloat", "MIT", ["gfloat", "numpy"], sections)


# SoftFloat: conversions and rounding to integral with flags, in full; digests of arithmetic

SOFTFLOAT_ROUNDINGS = [("rne", "NEAR_EVEN"), ("rna", "NEAR_MAX_MAG"), ("rtz", "MIN_MAG"), ("rup", "MAX"), ("rdn", "MIN")]
TININESS = [("after", "AFTER_ROUNDING"), ("before", "BEFORE_ROUNDING")]
# Answers of one digest.
ROW = 256


class SoftFloat:
    """Berkeley SoftFloat on codes: an answer is the code, with the flags above its bits."""

    def __init__(self, rounding, tininess):
        import softfloatpy

        self.library = softfloatpy
        self.rounding = getattr(softfloatpy.RoundingMode, dict(SOFTFLOAT_ROUNDINGS)[rounding])
        self.tininess = getattr(softfloatpy.TininessMode, dict(TININESS)[tininess])
        softfloatpy.set_rounding_mode(self.rounding)
        softfloatpy.set_tininess_mode(self.tininess)

    def ask(self, function, width, result, codes, **options):
        kind = self.library.BFloat16 if width == "bf16" else getattr(self.library, f"Float{width}")
        operands = [kind.from_bytes(code.to_bytes(width // 8, "big")) for code in codes]
        self.library.set_exception_flags(0)
        answer = getattr(self.library, function)(*operands, **options)
        return int.from_bytes(answer.to_bytes(), "big") | self.library.get_exception_flags() << result


def softfloat_grid(name):
    """Operands in binary32 between which conversions to 16 bits change at most once: beside every multiple of half a place of the destination."""
    grid = {0, 1, 2, (1 << 31) - 1}
    for exponent in range(256):
        if name == "binary16":
            spacing = 1 << (12 if 100 <= exponent <= 144 else 20)
        else:
            spacing = 1 << 15
        for code in range(exponent << 23, exponent + 1 << 23, spacing):
            grid |= {code - 1, code, code + 1}
    signed = {code | sign for code in grid if 0 <= code < 1 << 31 for sign in (0, 1 << 31)}
    return sorted(signed)


def softfloat_narrow(work):
    """Steps of a conversion from binary32, between the operands of the grid found by bisection, and confirmed by 2^16 drawn ones."""
    name, function, rounding, tininess = work
    peer = SoftFloat(rounding, tininess)
    answer = lambda code: peer.ask(function, 32, 16, [code])
    grid = softfloat_grid(name)
    steps, last = [], None
    for code in grid:
        result = answer(code)
        if last is None or result != last[1]:
            if last is not None and code - last[0] > 1:
                low, high = last, (code, result)
                while high[0] - low[0] > 1:
                    middle = (low[0] + high[0]) // 2
                    at_middle = answer(middle)
                    assert at_middle in (low[1], high[1]), "two changes between operands of the grid"
                    low, high = ((middle, at_middle), high) if at_middle == low[1] else (low, (middle, at_middle))
                steps.append(high)
            else:
                steps.append((code, result))
        last = (code, result)
    confirm(lambda codes: np.array([answer(c) for c in codes.tolist()], dtype=np.uint64), steps, SEED, 1 << 16, distance=0)
    return section(f"convert binary32 {name} {rounding} none {tininess}", steps)


def softfloat_integral(work):
    exact, rounding = work
    peer = SoftFloat(rounding, "after")
    options = {"rounding_mode": peer.rounding, "exact": exact}
    steps = all_steps(lambda code: peer.ask("f16_round_to_int", 16, 16, [code], **options))
    name = "round_to_integral_exact" if exact else "round_to_integral"
    return section(f"{name} binary16 binary16 {rounding} none any", steps)


def all_steps(answer):
    steps = []
    for code in range(1 << 16):
        result = answer(code)
        if not steps or steps[-1][1] != result:
            steps.append((code, result))
    return steps


def splitmix(number):
    """The word of a number: SplitMix64's output for the state SEED + (number + 1) * 0x9e3779b97f4a7c15."""
    mask = 0xFFFFFFFFFFFFFFFF
    z = SEED + (number + 1) * 0x9E3779B97F4A7C15 & mask
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
    z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
    return z ^ z >> 31


def specials(width, precision):
    """Codes of both signs around the ends of every class, and one and its neighbours."""
    top, hidden = 1 << (width - 1), 1 << (precision - 1)
    infinity = top - hidden
    one = (infinity >> 1) & -hidden
    codes = [0, 1, 2, hidden - 1, hidden, hidden + 1, one - 1, one, one + 1, one + hidden, infinity - 1, infinity - hidden]
    codes += [infinity, infinity + 1, infinity + hidden // 2, top - 1]
    return codes + [code | top for code in codes]


def operands(width, precision, arity, number):
    """Operands of a case: all combinations of two special ones (with a third in turn), then drawn ones, every second time near each other."""
    special = specials(width, precision)
    count, mask = len(special), (1 << width) - 1
    if number < count * count:
        return [special[number // count], special[number % count], special[7 * number % count]][:arity]
    drawn = [splitmix(4 * number + i) & mask for i in range(arity)]
    if number % 2:
        # The exponents differ by little, so that sums cancel and products are in range.
        near, hidden = 3 * (1 << (precision - 1)), 1 << (precision - 1)
        one = ((1 << (width - 1)) - hidden >> 1) & -hidden
        drawn = [(one + code % near - hidden) | (code >> (width - 1)) << (width - 1) for code in drawn]
    return drawn


SOFTFLOAT_OPERATIONS = [("add", "add", 2), ("sub", "sub", 2), ("mul", "mul", 2), ("div", "div", 2), ("remainder", "rem", 2), ("sqrt", "sqrt", 1), ("fma", "mul_add", 3)]
SOFTFLOAT_FORMATS = [("binary16", 16, 11), ("binary32", 32, 24), ("binary64", 64, 53)]
CASES = 4096


def softfloat_digests(work):
    """A digest a row of the answers' bytes (code, then flags), and the first answers themselves."""
    name, theirs, arity, (ours, width, precision), (rounding, tininess) = work
    peer = SoftFloat(rounding, tininess)
    every = arity == 1 and width == 16
    head = f"rows {name} {ours} {rounding} {tininess}"
    rows = []
    for first in range(0, 1 << 16 if every else CASES, ROW):
        answers = b""
        for number in range(first, first + ROW):
            codes = [number] if every else operands(width, precision, arity, number)
            answer = peer.ask(f"f{width}_{theirs}", width, width, codes)
            answers += answer.to_bytes(width // 8 + 1, "little")
        rows.append(f"{fnv(answers) & 0xFFFFFFFF:08x}")
    return [head] + [" ".join(rows[i : i + 16]) for i in range(0, len(rows), 16)] + ["end", ""]


def softfloat(folder, _):
    modes = [(rounding, tininess) for rounding, _ in SOFTFLOAT_ROUNDINGS for tininess, _ in TININESS]
    narrow = [(name, function, *mode) for name, function in [("binary16", "f32_to_f16"), ("bfloat16", "f32_to_bf16")] for mode in modes]
    integral = [(exact, rounding) for exact in (False, True) for rounding, _ in SOFTFLOAT_ROUNDINGS]
    widen = SoftFloat("rne", "after")
    wide = section("convert binary16 binary32 any none,propagate any", all_steps(lambda code: widen.ask("f16_to_f32", 16, 32, [code])))
    rows = [(*operation, form, mode) for operation in SOFTFLOAT_OPERATIONS for form in SOFTFLOAT_FORMATS for mode in modes]
    with Pool(2) as pool:
        sections = [wide] + pool.map(softfloat_integral, integral, chunksize=1) + pool.map(softfloat_narrow, narrow, chunksize=1)
        digests = pool.map(softfloat_digests, rows, chunksize=1)
    licence = "MIT, of Berkeley SoftFloat 3e within it BSD-3-Clause"
    write(folder, "softfloat", licence, ["softfloatpy"], sections)
    write(folder, "softfloat-rows", licence, ["softfloatpy"], digests)


PEERS = {"ml_dtypes": ml_dtypes, "onnx": onnx, "gfloat": gfloat, "softfloat": softfloat}


def main(arguments):
    swept = arguments[0] == "--sweep"
    folder, *wanted = arguments[swept:]
    for peer in wanted or PEERS:
        PEERS[peer](folder, swept)


if __name__ == "__main__":
    main(sys.argv[1:])

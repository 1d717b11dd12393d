"""Recorded conversions of other implementations, every code of a NaN as they gave it, for the tests of the profiles.

How to run, each in a virtual environment of its own (Python 3.11; other versions of the packages may give other results, which is why the records exist):

    pip install torch==2.15.0 numpy==2.4.6        (then 2.11.0 for torch-2.11)
    pip install ml_dtypes==0.6.0 jax==0.10.2 onnx==1.23.2 onnxruntime==1.31.1 gfloat==0.5.2 numpy==2.4.6
    pip install --no-deps nvidia-cuda-runtime==13.2.86 nvidia-cuda-crt==13.2.86 nvidia-cuda-cccl==13.3.5.0.6      (the headers)
    python tools/recorded_profiles.py crates/verify/tables/profiles PEER...

The peers in C and C++ (cuda, hip, spike, f16c) are compiled from tools/profiles/*.cc by gcc and g++, with the headers or sources in the folder of
--include: that of cuda_fp8.h; that of amd_hip_fp8.h; and riscv-isa-sim's softfloat, with an empty config.h. What the files are said to be comes
from the environment: CUDA_VERSION=13.2.86, HIP_VERSION='ROCm/clr at f9f995c6d' HIP_RELEASE=2024-10, SPIKE_VERSION=55b4658d.
crates/verify/tables/README.md describes the files. None of the packages' code is copied: the files contain only numbers that they computed.
"""

import ctypes
import os
import platform
import subprocess
import sys
import tempfile
import warnings
from importlib.metadata import PackageNotFoundError, version

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from recorded_tables import fnv, groups

warnings.simplefilter("ignore")
np.seterr(all="ignore")

SEED = 2026
INPUTS = {
    "binary64": (64, np.uint64, np.float64),
    "binary32": (32, np.uint32, np.float32),
    "binary16": (16, np.uint16, np.float16),
    "bfloat16": (16, np.uint16, None),
}
# Bits of the trailing significand of the results.
TRAILING = {
    "e4m3fn": 3, "e5m2": 2, "e4m3fnuz": 3, "e5m2fnuz": 2, "e4m3b11fnuz": 3, "e4m3-ieee": 3, "e3m4-ieee": 4, "e8m0": 1,
    "e2m1": 1, "e2m3": 3, "e3m2": 2, "bfloat16": 7, "binary16": 10, "binary32": 23,
}  # fmt: skip


def grid(source, target):
    """Operands between which a conversion has at most one step: a quarter of the distance of midpoints apart; and around every change of class."""
    width = INPUTS[source][0]
    fraction = {64: 52, 32: 23}[width]
    fine = fraction - TRAILING[target] - 2
    near, coarse = 1 << max(fine, 0), 1 << (fraction - 6)
    top = 1 << (width - 1)
    bias = (1 << (width - 2 - fraction)) - 1
    if target == "bfloat16":
        low, high = (bias - 160, bias + 130) if width == 64 else (0, 255)
    else:
        low, high = bias - 30 if target == "binary16" else max(bias - 150, 0), bias + 20 if target == "binary16" else min(bias + 130, 2 * bias + 1)
    infinity = (2 * bias + 1) << fraction
    parts = [
        np.arange(0, top, coarse, dtype=np.uint64),
        np.arange(low << fraction, min(high << fraction, top), near, dtype=np.uint64),
        np.arange(infinity, top, near, dtype=np.uint64),
        np.array([1, (1 << fraction) - 1, infinity - 1, infinity + 1, top - 1], dtype=np.uint64),
    ]
    magnitudes = np.unique(np.concatenate(parts))
    return np.concatenate([magnitudes, magnitudes + np.uint64(top)])


def steps_of(answer, source, target):
    width, storage, _ = INPUTS[source]
    if width == 16:
        results = answer(np.arange(1 << 16, dtype=np.uint16)).astype(np.uint64).tolist()
        return [(code, r) for code, r in enumerate(results) if code == 0 or r != results[code - 1]]
    ask = lambda operands: answer(operands.astype(storage)).astype(np.uint64)
    points = grid(source, target)
    results = ask(points)
    steps = [(0, int(results[0]))]
    gaps = np.flatnonzero(results[1:] != results[:-1])
    low, at_low, high, at_high = points[gaps], results[gaps], points[gaps + 1], results[gaps + 1]
    while len(low):
        closed = high - low == 1
        steps += zip(high[closed].tolist(), at_high[closed].tolist())
        low, at_low, high, at_high = (x[~closed] for x in (low, at_low, high, at_high))
        if not len(low):
            break
        middle = low + (high - low) // np.uint64(2)
        at_middle = ask(middle)
        left, right = at_low != at_middle, at_middle != at_high
        low, at_low, high, at_high = (
            np.concatenate([low[left], middle[right]]), np.concatenate([at_low[left], at_middle[right]]),
            np.concatenate([middle[left], high[right]]), np.concatenate([at_middle[left], at_high[right]]),
        )  # fmt: skip
    steps.sort()
    confirm(ask, steps, width)
    return steps


def confirm(ask, steps, width):
    """Four operands around each step, and 2^21 drawn ones: half of them near the range of the results."""
    starts, results = (np.array(column, dtype=np.uint64) for column in zip(*steps))
    offsets = np.arange(-4, 5).astype(np.int64).astype(np.uint64)
    near = (starts[:, None] + offsets).ravel()
    if width == 32:
        near = near[near < 1 << 32]
    random = np.random.default_rng(SEED)
    drawn = random.integers(0, 1 << 32 if width == 32 else 1 << 64, 1 << 20, dtype=np.uint64)
    one = 0x3F800000 if width == 32 else 0x3FF0000000000000
    spread = 20 << (23 if width == 32 else 52)
    around = random.integers(one - spread, one + spread, 1 << 20, dtype=np.uint64) ^ (random.integers(0, 2, 1 << 20, dtype=np.uint64) << np.uint64(width - 1))
    for operands in (near, drawn, around):
        said = results[np.searchsorted(starts, operands, side="right") - 1]
        wrong = np.flatnonzero(said != ask(operands))
        assert not len(wrong), f"the steps are not the function: {operands[wrong[0]]:#x}"


def write(folder, name, what, licence, tables):
    """`tables`: (head, answer) pairs; the head is FROM TO ROUNDING SATURATION."""
    lines = [
        f"# Answers of {what}; licence: {licence}.",
        f"# Written by tools/recorded_profiles.py (Python {platform.python_version()}). Numbers that it computed; none of its code.",
        "",
    ]
    for head, answer in tables:
        source, target = head.split()[:2]
        steps = steps_of(answer, source, target)
        lines += [f"convert {head}"] + groups(steps) + ["end", ""]
        print(name, head, len(steps), "steps", flush=True)
    text = "\n".join(lines).encode()
    text += f"digest {fnv(text):016x}\n".encode()
    with open(os.path.join(folder, f"{name}.txt"), "wb") as file:
        file.write(text)
    print(name, len(text), "bytes", flush=True)


def versions(*names):
    return ", ".join(f"{name} {version(name)}" for name in names)


# torch: casts of CPU tensors


def torch_(folder):
    import torch

    kinds = {
        "e4m3fn": torch.float8_e4m3fn, "e5m2": torch.float8_e5m2, "e4m3fnuz": torch.float8_e4m3fnuz, "e5m2fnuz": torch.float8_e5m2fnuz,
        "e8m0": torch.float8_e8m0fnu, "bfloat16": torch.bfloat16, "binary16": torch.float16,
    }  # fmt: skip
    inputs = {"binary64": (np.int64, torch.float64), "binary32": (np.int32, torch.float32), "binary16": (np.int16, torch.float16), "bfloat16": (np.int16, torch.bfloat16)}
    torch.set_num_threads(1)

    def answer(source, target):
        signed, kind = inputs[source]
        wide = torch.int16 if target in ("bfloat16", "binary16") else torch.uint8

        def ask(operands):
            # Whole vectors: a remainder would be converted by another loop.
            padded = np.concatenate([operands, np.zeros(-len(operands) % 1024, dtype=operands.dtype)])
            given = torch.from_numpy(padded.view(signed)).view(kind).to(kinds[target]).view(wide).numpy()
            return given.view(np.uint16 if given.dtype == np.int16 else np.uint8)[: len(operands)]

        return ask

    name = "torch" if not torch.__version__.startswith("2.11") else "torch-2.11"
    pairs = [(s, t) for t in kinds for s in inputs if s != t]
    saturation = lambda t: "finite" if t == "e4m3fn" and name == "torch" else "none"
    write(folder, name, f"torch {torch.__version__}, on a CPU", "BSD-3-Clause", [(f"{s} {t} rne {saturation(t)}", answer(s, t)) for s, t in pairs])


ML = {
    "e4m3fn": "float8_e4m3fn", "e5m2": "float8_e5m2", "e4m3-ieee": "float8_e4m3", "e3m4-ieee": "float8_e3m4", "e4m3fnuz": "float8_e4m3fnuz",
    "e5m2fnuz": "float8_e5m2fnuz", "e4m3b11fnuz": "float8_e4m3b11fnuz", "e2m3": "float6_e2m3fn", "e3m2": "float6_e3m2fn", "e2m1": "float4_e2m1fn",
    "e8m0": "float8_e8m0fnu", "bfloat16": "bfloat16",
}  # fmt: skip


def viewed(operands, source):
    import ml_dtypes

    return operands.view(INPUTS[source][2] or ml_dtypes.bfloat16)


def coded(array):
    return array.view(np.uint16 if array.dtype.itemsize == 2 else np.uint8)


def ml_dtypes_(folder):
    import ml_dtypes

    def answer(source, target):
        return lambda operands: coded(viewed(operands, source).astype(getattr(ml_dtypes, ML[target])))

    pairs = [(s, t) for t in ML for s in INPUTS if s != t]
    write(folder, "ml-dtypes", versions("ml_dtypes", "numpy"), "Apache-2.0", [(f"{s} {t} rne none", answer(s, t)) for s, t in pairs])


def numpy_(folder):
    def answer(source):
        return lambda operands: viewed(operands, source).astype(np.float16).view(np.uint16)

    write(folder, "numpy", versions("numpy"), "BSD-3-Clause", [(f"{s} binary16 rne none", answer(s)) for s in ("binary64", "binary32")])


def jax_(folder):
    os.environ["JAX_PLATFORMS"] = "cpu"
    import jax
    import ml_dtypes

    jax.config.update("jax_enable_x64", True)
    kinds = {**{t: getattr(ml_dtypes, name) for t, name in ML.items() if t not in ("e2m3", "e3m2")}, "binary16": np.float16}

    def answer(source, target):
        kind = kinds[target]
        run = jax.jit(lambda x: jax.lax.convert_element_type(x, kind))

        def ask(operands):
            out = []
            for first in range(0, len(operands), 1 << 16):
                part = operands[first : first + (1 << 16)]
                padded = np.concatenate([part, np.zeros((1 << 16) - len(part), dtype=part.dtype)])
                out.append(coded(np.asarray(run(viewed(padded, source))))[: len(part)])
            return np.concatenate(out)

        return ask

    pairs = [(s, t) for t in kinds for s in INPUTS if s != t]
    write(folder, "jax", versions("jax", "jaxlib") + " (XLA on a CPU)", "Apache-2.0", [(f"{s} {t} rne none", answer(s, t)) for s, t in pairs])


ONNX = {"e4m3fn": "FLOAT8E4M3FN", "e5m2": "FLOAT8E5M2", "e4m3fnuz": "FLOAT8E4M3FNUZ", "e5m2fnuz": "FLOAT8E5M2FNUZ"}


def onnx_(folder):
    from onnx import TensorProto
    from onnx.reference.ops.op_cast import cast_to

    def answer(source, kind, **options):
        return lambda operands: coded(cast_to(viewed(operands, source), getattr(TensorProto, kind), **options))

    sources = ("binary32", "binary64", "binary16")
    for name, saturate in (("onnx", True), ("onnx-saturate-0", False)):
        saturation = "finite" if saturate else "none"
        tables = [(f"{s} {t} rne {saturation}", answer(s, kind, saturate=saturate)) for t, kind in ONNX.items() for s in sources]
        tables += [(f"{s} e2m1 rne {saturation}", answer(s, "FLOAT4E2M1", saturate=saturate)) for s in sources]
        tables += [(f"{s} bfloat16 rne {saturation}", answer(s, "BFLOAT16", saturate=saturate)) for s in sources]
        for mode, rounding in (("up", "rup"), ("down", "rtz"), ("nearest", "rna")):
            tables.append((f"binary32 e8m0 {rounding} {saturation}", answer("binary32", "FLOAT8E8M0", saturate=saturate, round_mode=mode)))
        write(folder, name, versions("onnx", "ml_dtypes", "numpy") + ", the reference evaluator", "Apache-2.0", tables)


def onnxruntime_(folder):
    import ml_dtypes
    import onnxruntime
    from onnx import TensorProto, helper

    kinds = {"binary64": TensorProto.DOUBLE, "binary32": TensorProto.FLOAT, "binary16": TensorProto.FLOAT16}

    def answer(source, target, saturate):
        code = getattr(TensorProto, {**ONNX, "bfloat16": "BFLOAT16", "binary16": "FLOAT16"}[target])
        options = {"saturate": saturate} if target in ONNX else {}
        node = helper.make_node("Cast", ["x"], ["y"], to=code, **options)
        graph = helper.make_graph([node], "g", [helper.make_tensor_value_info("x", kinds[source], [None])], [helper.make_tensor_value_info("y", code, [None])])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
        threads = onnxruntime.SessionOptions()
        threads.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(model.SerializeToString(), threads, providers=["CPUExecutionProvider"])

        def ask(operands):
            # Whole vectors: a remainder has other NaNs in binary16.
            padded = np.concatenate([operands, np.zeros(-len(operands) % 1024, dtype=operands.dtype)])
            x = onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(viewed(padded, source)))
            y = session.run_with_ort_values(["y"], {"x": x})[0]
            raw = (ctypes.c_uint8 * (len(padded) * (1 if target in ONNX else 2))).from_address(y._ortvalue.data_ptr())
            return np.frombuffer(raw, dtype=np.uint8 if target in ONNX else np.uint16).copy()[: len(operands)]

        return ask

    for name, saturate in (("onnxruntime", 1), ("onnxruntime-saturate-0", 0)):
        saturation = "finite" if saturate else "none"
        tables = [(f"{s} {t} rne {saturation}", answer(s, t, saturate)) for t in ONNX for s in kinds]
        tables += [(f"{s} {t} rne none", answer(s, t, saturate)) for t in ("bfloat16", "binary16") for s in kinds if s != t]
        write(folder, name, versions("onnxruntime"), "MIT", tables)


def gfloat_(folder):
    import recorded_tables
    from gfloat import RoundMode, encode_ndarray, round_ndarray

    formats = recorded_tables.gfloat_formats()

    def answer(source, target, mode, saturated):
        info = formats[target][0]

        def ask(operands):
            values = viewed(operands, source).astype(np.float64)
            return encode_ndarray(info, round_ndarray(info, values, mode, saturated)).astype(np.uint64)

        return ask

    for name, saturated in (("gfloat", False), ("gfloat-saturating", True)):
        targets = [t for t, (info, both) in formats.items() if t in TRAILING and info.num_nans and t not in ("bfloat16", "binary16")]
        work = [
            (f"{s} {t} {rounding} {'finite' if saturated else 'none'}", answer(s, t, getattr(RoundMode, mode), saturated))
            for t in targets
            for s in ("binary32", "binary16")
            for rounding, mode in recorded_tables.ROUNDINGS
        ]
        write(folder, name, versions("gfloat", "numpy"), "MIT", work)


# Implementations in C and C++, compiled here: functions `void NAME(const FROM *, TO *, size_t)`


def compiled(source, folder, *more):
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "profiles", source)
    library = os.path.join(folder, "peer.so")
    flags = ["-O2", "-w", "-fPIC", "-shared", "-ffp-contract=off"]
    subprocess.run(["g++", *flags, f"-I{folder}", f"-I{INCLUDE}", here, *more, "-o", library], check=True)
    return ctypes.CDLL(library)


def function(library, name, target):
    call = getattr(library, name)
    call.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
    call.restype = None

    def ask(operands):
        operands = np.ascontiguousarray(operands)
        out = np.zeros(len(operands), dtype=np.uint16 if target in ("bfloat16", "binary16") else np.uint8)
        call(operands.ctypes.data, out.ctypes.data, len(operands))
        return out

    return ask


def cuda_(folder):
    library = compiled("cuda.cc", tempfile.mkdtemp(), f"-I{INCLUDE}/cccl")
    what = f"the host code of cuda_fp8.hpp, cuda_fp6.hpp, cuda_fp4.hpp and cuda_bf16.hpp of CUDA {os.environ['CUDA_VERSION']}"
    licence = "NVIDIA Software License Agreement (CUDA), of which no code is included"
    for name, source in (("cuda-float", "binary32"), ("cuda-double", "binary64"), ("cuda-half", "binary16"), ("cuda-bfloat16", "bfloat16")):
        tables = []
        for target in ("e4m3fn", "e5m2"):
            for saturation in ("finite", "none"):
                tables.append((f"{source} {target} rne {saturation}", function(library, f"{source}_{target}_{saturation}", target)))
        for target in ("e2m3", "e3m2", "e2m1"):
            for rounding in ("rne", "rtz"):
                tables.append((f"{source} {target} {rounding} finite", function(library, f"{source}_{target}_{rounding}", target)))
        if source in ("binary32", "binary64", "bfloat16"):
            for rounding in ("rtz", "rup"):
                for saturation in ("finite", "none"):
                    tables.append((f"{source} e8m0 {rounding} {saturation}", function(library, f"{source}_e8m0_{rounding}_{saturation}", "e8m0")))
        if source in ("binary32", "binary64"):
            tables += [(f"{source} {t} rne none", function(library, f"{source}_{t}", t)) for t in ("bfloat16", "binary16")]
        write(folder, name, what, licence, tables)


def hip_(folder):
    folder_ = tempfile.mkdtemp()
    with open(os.path.join(INCLUDE, "amd_hip_fp8.h")) as file:
        header = file.read()
    first = header.index("template <typename T, bool is_fnuz>")
    with open(os.path.join(folder_, "cast_to_f8.inc"), "w") as file:
        file.write(header[first : header.index("template <typename T, bool is_fnuz>", first + 1)])
    library = compiled("hip.cc", folder_)
    release = os.environ["HIP_RELEASE"]
    for name, saturation in ((f"hip-{release}", "finite"), (f"hip-{release}-nosat", "none")):
        tables = [(f"{s} {t} rne {saturation}", function(library, f"{s}_{t}_{saturation}", t)) for t in ONNX for s in ("binary32", "binary64", "binary16")]
        write(folder, name, f"the host code of amd_hip_fp8.h of {os.environ['HIP_VERSION']}, compiled by g++ for x86-64", "MIT", tables)


def spike_(folder):
    folder_ = tempfile.mkdtemp()
    needed = [f"{f}_to_{t}" for f in ("f32", "bf16") for t in ("e4m3", "e5m2")] + ["s_roundPackToE4M3", "s_roundPackToE5M2", "softfloat_state", "bf16_to_f32", "s_bf16UIToCommonNaN"]
    needed += ["s_f32UIToCommonNaN", "s_normSubnormalF32Sig", "s_shiftRightJam32", "s_shiftRightJam64", "s_countLeadingZeros8", "s_countLeadingZeros16", "s_countLeadingZeros32", "softfloat_raiseFlags"]
    objects = []
    for name in needed:
        if os.path.exists(os.path.join(INCLUDE, f"{name}.c")):
            objects.append(os.path.join(folder_, f"{name}.o"))
            subprocess.run(["gcc", "-O2", "-w", "-fPIC", "-DSOFTFLOAT_FAST_INT64", f"-I{INCLUDE}", "-c", os.path.join(INCLUDE, f"{name}.c"), "-o", objects[-1]], check=True)
    library = compiled("spike.cc", folder_, *objects)
    for name, saturation in (("riscv-ofp8", "none"), ("riscv-ofp8-sat", "finite")):
        tables = []
        for target in ("e4m3fn", "e5m2"):
            for source in ("binary32", "bfloat16"):
                for rounding in ("rne", "rtz", "rdn", "rup", "rna"):
                    tables.append((f"{source} {target} {rounding} {saturation}", function(library, f"{source}_{target}_{rounding}_{saturation}", target)))
        write(folder, name, f"the SoftFloat of riscv-isa-sim at {os.environ['SPIKE_VERSION']}", "BSD-3-Clause", tables)


def f16c_(folder):
    library = compiled("f16c.cc", tempfile.mkdtemp(), "-mf16c")
    tables = [(f"binary32 binary16 {rounding} none", function(library, f"binary32_binary16_{rounding}", "binary16")) for rounding in ("rne", "rdn", "rup", "rtz")]
    write(folder, "x86-f16c", "the instruction VCVTPS2PH of an AMD EPYC processor", "a measurement", tables)


PEERS = {
    "torch": torch_, "ml_dtypes": ml_dtypes_, "numpy": numpy_, "jax": jax_, "onnx": onnx_, "onnxruntime": onnxruntime_, "gfloat": gfloat_,
    "cuda": cuda_, "hip": hip_, "spike": spike_, "f16c": f16c_,
}  # fmt: skip

if __name__ == "__main__":
    arguments = sys.argv[1:]
    INCLUDE = "."
    if "--include" in arguments:
        at = arguments.index("--include")
        INCLUDE = arguments[at + 1]
        del arguments[at : at + 2]
    folder, names = arguments[0], arguments[1:]
    os.makedirs(folder, exist_ok=True)
    for name in names:
        PEERS[name](folder)

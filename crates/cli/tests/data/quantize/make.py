"""Makes the files beside it: tensors written by NumPy and the safetensors package, and in golden.json what NumPy and ml_dtypes
make of them. The tests only read these files; nobody has to run this again.

    python3 -m venv v && v/bin/pip install numpy==2.4.6 ml_dtypes==0.6.0 safetensors==0.8.0 && v/bin/python make.py

Quantizing is `(x / scale).astype(FORMAT)`, with x / scale in binary64; for saturation `finite` it is clipped to the format's
range before. ml_dtypes casts binary64 by way of binary32 and so rounds twice (0.2578125 / 0.275 in binary32, just below the tie
0.9375, becomes 1 in e2m3, where 0.875 is nearer); that step is done here, to odd, so that its rounding is the only one. All statistics are
NumPy's, in binary64.
"""

import json
import math
from fractions import Fraction

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

FORMATS = {
    "e4m3fn": ml_dtypes.float8_e4m3fn,
    "e5m2": ml_dtypes.float8_e5m2,
    "e4m3-ieee": ml_dtypes.float8_e4m3,
    "e3m4-ieee": ml_dtypes.float8_e3m4,
    "e4m3fnuz": ml_dtypes.float8_e4m3fnuz,
    "e5m2fnuz": ml_dtypes.float8_e5m2fnuz,
    "e4m3b11fnuz": ml_dtypes.float8_e4m3b11fnuz,
    "e2m3": ml_dtypes.float6_e2m3fn,
    "e3m2": ml_dtypes.float6_e3m2fn,
    "e2m1": ml_dtypes.float4_e2m1fn,
    "bfloat16": ml_dtypes.bfloat16,
    "binary16": np.float16,
}
# These have no NaN, and ml_dtypes makes a NaN something else than other libraries do.
WITHOUT_NAN = ["e2m3", "e3m2", "e2m1"]


def tensors():
    """Weights as layers have them, a few outliers among them, and numbers at the edges."""
    random = np.random.default_rng(20250101)
    weight = (random.standard_normal((16, 24)) * 0.05).astype(np.float32)
    weight[3, 7], weight[11, 2] = 1.7, -0.9
    heavy = random.standard_t(3, (6, 8)) * 1e3
    edges = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 448.0, 464.0, 464.1, 480.0, 57344.0, 61440.0, 65504.0, 65520.0]
    edges += [240.0, 248.0, 2.0**-9, 2.0**-10, 3 * 2.0**-10, 2.0**-6, 2.0**-16, 2.0**-17, 2.0**-24, 2.0**-133, 1e-45]
    edges += [1.0625, 1.1875, 1.125, -1.0625, 17.0, 19.0, 28.0, 30.0, 3e38, -3.3e38, 6.0, 7.0, 7.5, 0.25]
    return {
        "layer.weight": weight,
        "layer.bias": (random.standard_normal(12) * 0.1).astype(np.float16),
        "embed": (random.standard_normal((8, 12)) * 0.7).astype(ml_dtypes.bfloat16),
        "heavy": heavy,
        "edges": np.array(edges, np.float32),
        "zeros": np.zeros((2, 3), np.float32),
        "ids": np.arange(5, dtype=np.int64),
    }


def amax_scale(x, largest):
    """The least number of 24 bits that is not below amax / largest."""
    finite = np.abs(x[np.isfinite(x)])
    amax = float(finite.max()) if finite.size else 0.0
    if amax == 0.0:
        return 1.0
    exact = Fraction(amax) / Fraction(largest)
    quantum = Fraction(2) ** (math.frexp(float(exact))[1] - 24)
    return float(math.ceil(exact / quantum) * quantum)


def to_odd(x):
    """In binary32; what is not exact becomes the neighbour with the odd last bit."""
    near = x.astype(np.float32)
    even = near.view(np.uint32) & 1 == 0
    toward = np.where(near < x, np.float32(np.inf), np.float32(-np.inf))
    return np.where(np.isfinite(near) & (near != x) & even, np.nextafter(near, toward), near)


def quantized(x, dtype, scale, finite):
    quotient = x / scale
    if finite:
        largest = float(ml_dtypes.finfo(dtype).max)
        quotient = np.clip(quotient, -largest, largest)
    with np.errstate(over="ignore", invalid="ignore"):
        return to_odd(quotient).astype(dtype)


def golden(x, name, rule, saturate):
    dtype = FORMATS[name]
    x = x.astype(np.float64)
    scale = amax_scale(x, float(ml_dtypes.finfo(dtype).max)) if rule == "amax" else 1.0
    result = quantized(x, dtype, scale, saturate == "finite")
    values = result.astype(np.float64)
    codes = result.view(np.uint8 if result.dtype.itemsize == 1 else np.uint16)
    both = np.isfinite(x) & np.isfinite(values)
    error, number = np.abs(values * scale - x)[both], np.abs(x)[both]
    nonzero = number != 0
    signal, noise = math.fsum(number**2), math.fsum(error**2)
    quotient = x / scale
    not_nan = ~np.isnan(quotient)
    finite_codes = np.unique(codes[np.isfinite(values)])
    return {
        "scale": scale,
        "codes": codes.astype(">u2").tobytes().hex() if codes.itemsize == 2 else codes.tobytes().hex(),
        "zero": int(((values == 0) & (quotient != 0) & not_nan).sum()),
        "nan": int((np.isnan(x) | np.isnan(values)).sum()),
        "inexact": int(((values != quotient) & not_nan).sum()),
        "absolute_error": float(error.max(initial=0.0)),
        "relative_error": float((error[nonzero] / number[nonzero]).max(initial=0.0)),
        "snr_db": 10 * math.log10(signal / noise) if signal and noise else ("inf" if signal else None),
        "codes_used": int(finite_codes.size),
    }


def main():
    all_tensors = tensors()
    save_file(all_tensors, "weights.safetensors", metadata={"format": "np", "origin": "make.py"})
    weight = all_tensors["layer.weight"]
    np.save("weight.npy", weight)
    np.save("fortran.npy", np.asfortranarray(weight[:4, :6].astype(np.float64)))
    np.save("big_endian.npy", weight[:3].astype(">f4"))
    np.save("half.npy", all_tensors["layer.bias"])
    np.save("bfloat16.npy", all_tensors["embed"])
    np.save("integers.npy", all_tensors["ids"])
    runs = []
    for name in FORMATS:
        for rule, saturate in [("none", "none"), ("amax", "finite")]:
            results = {}
            for tensor, x in all_tensors.items():
                if tensor != "ids" and not (tensor == "edges" and name in WITHOUT_NAN):
                    results[tensor] = golden(x, name, rule, saturate)
            runs.append({"format": name, "scale": rule, "saturate": saturate, "tensors": results})
    with open("golden.json", "w", encoding="utf-8") as file:
        lines = ",\n".join(json.dumps(run) for run in runs)
        file.write(f"[\n{lines}\n]\n")


main()

"""Golden files of block-wise 8-bit quantization, from the libraries themselves on a CPU.

How to run, in a virtual environment (Python 3.11, x86-64 Linux; other versions may give other results, which is why the files exist):

    pip install torch==2.15.0 numpy==2.4.6 packaging
    pip install --no-deps bitsandbytes==0.50.2 torchao==0.18.0
    python tools/blockwise_golden.py crates/lab/tests/data/blockwise

It writes `codebooks.txt` (the four code books, binary32 as hexadecimal bits) and one file of cases for each library and path:
`bitsandbytes-cpu.txt` (the compiled CPU library in the wheel), `bitsandbytes-torch.txt` (its "default" backend, written in PyTorch) and
`torchao.txt`. With `--rust FILE` it also writes the code books as Rust.

A case is a header line `case MAP SIGNED BLOCK NAME` and four lines of hexadecimal words: the values, the codes, the scales and the dequantized
values. None of the libraries' code is copied: the files contain only numbers that they computed.
"""

import argparse
import pathlib
import struct

import bitsandbytes
import bitsandbytes.functional as bnb
import numpy
import torch
import torchao
from bitsandbytes.backends.default import ops as default_ops
from torchao.optim.quant_utils import create_dynamic_map, dequant_with_qmap, quantize_8bit_with_qmap, scale_tensor

BLOCK = 64


def codebooks():
    return {
        ("linear", True): bnb.create_linear_map(signed=True),
        ("linear", False): bnb.create_linear_map(signed=False),
        ("dynamic", True): bnb.create_dynamic_map(signed=True),
        ("dynamic", False): bnb.create_dynamic_map(signed=False),
    }


def words(x):
    return " ".join(f"{w:08x}" for w in x.contiguous().view(torch.int32).numpy().view(numpy.uint32).tolist())


def step(x, n):
    """`n` binary32 steps from x."""
    bits = x.view(torch.int32).clone()
    order = torch.where(bits < 0, -(bits & 0x7FFFFFFF), bits) + n
    return torch.where(order < 0, (-order) | (-(2**31)), order).to(torch.int32).view(torch.float32)


def scaled(z, largest):
    """Values whose quotient by `largest` is near z, in blocks that hold `largest`."""
    z = z[(z.abs() <= 1) & ~torch.isnan(z)]
    rows = [z[i : i + BLOCK - 1] for i in range(0, len(z), BLOCK - 1)]
    blocks = [torch.cat([torch.tensor([1.0]), row]) * largest for row in rows]
    tail = (-len(torch.cat(blocks))) % BLOCK
    return torch.cat(blocks + [torch.zeros(tail)])


def cases(code):
    """Named arrays of values: ties, their neighbours, odd blocks and what is not a number."""
    low, high = code[:-1], code[1:]
    middles = torch.cat([(low + high) / 2, low + (high - low) * 0.5])
    near = torch.cat([step(middles, n) for n in (-1, 0, 1)] + [code])
    yield "ties", scaled(torch.unique(near), 1.0)
    yield "ties-scaled", scaled(torch.unique(near)[::7], 0.7)
    noise = numpy.random.Generator(numpy.random.PCG64(1))
    yield "gauss", torch.tensor(noise.standard_normal(2 * BLOCK), dtype=torch.float32)
    yield "wide", torch.tensor(noise.standard_normal(2 * BLOCK) * 10.0 ** noise.uniform(-9, 0, 2 * BLOCK), dtype=torch.float32)
    yield "square", torch.tensor(noise.standard_normal(2 * BLOCK) ** 2, dtype=torch.float32)
    yield "remainder", torch.tensor(noise.standard_normal(BLOCK + 17), dtype=torch.float32)
    yield "zero", torch.zeros(BLOCK)
    yield "negative-zero", torch.cat([torch.full((BLOCK - 1,), -0.0), torch.tensor([1.0])])
    yield "tiny", torch.tensor(noise.standard_normal(BLOCK) * 1e-30, dtype=torch.float32)
    yield "subnormal", torch.tensor(noise.standard_normal(BLOCK) * 1e-40, dtype=torch.float32)
    yield "huge", torch.tensor(noise.standard_normal(BLOCK) * 1e38, dtype=torch.float32)
    one = torch.tensor(noise.standard_normal(BLOCK), dtype=torch.float32)
    for name, odd in (("infinity", float("inf")), ("nan", float("nan"))):
        x = one.clone()
        x[3], x[5] = odd, -odd
        yield name, x


def bitsandbytes_cpu(code, x):
    codes, scales = torch.ops.bitsandbytes.quantize_blockwise(x, code.clone(), BLOCK)
    back = torch.ops.bitsandbytes.dequantize_blockwise(codes, scales, code.clone(), BLOCK, torch.float32)
    return codes, scales, back


def bitsandbytes_torch(code, x):
    codes, scales = DEFAULT["quantize"](x, code, BLOCK)
    back = default_ops._dequantize_blockwise_compute.__wrapped__(codes.reshape(-1), scales, code, BLOCK, torch.float32)
    return codes, scales, back


def torchao_cpu(code, x):
    z, scales = scale_tensor(x, BLOCK)
    codes = quantize_8bit_with_qmap(z, code)
    return codes, scales, dequant_with_qmap(codes, code, scales)


DEFAULT = {}


def find_default():
    """The default backend's function: PyTorch keeps it as the kernel of every device without one of its own."""
    import ast
    import inspect

    tree = ast.parse(inspect.getsource(default_ops))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(
            isinstance(d, ast.Call) and d.args and getattr(d.args[0], "value", "") == "bitsandbytes::quantize_blockwise"
            for d in node.decorator_list
        ):
            node.decorator_list = []
            node.name = "quantize"
            node.returns = None
            exec(compile(ast.Module(body=[node], type_ignores=[]), default_ops.__file__, "exec"), vars(default_ops), DEFAULT)


HEAD = """# Block-wise 8-bit quantization by {name}, on {x86}.
# Written by tools/blockwise_golden.py with bitsandbytes {bnb} (MIT), torchao {ao} (BSD-3-Clause), PyTorch {torch} (BSD-3-Clause).
# Numbers that these libraries computed; none of their code. Words are binary32 as hexadecimal, codes are bytes.
"""


def head(name):
    return HEAD.format(
        name=name, x86="an x86-64 CPU", bnb=bitsandbytes.__version__, ao=torchao.__version__, torch=torch.__version__
    )


def write_rust(path, books):
    out = ["//! The code books to the last bit, as computed by bitsandbytes {}: written by `tools/blockwise_golden.py`.".format(bitsandbytes.__version__)]
    for (name, signed), code in books.items():
        sign = "signed" if signed else "unsigned"
        out += ["", f"/// The {name} code book, {sign}: bits of binary32, in ascending order of value."]
        out += [f"pub(super) const {name.upper()}_{sign.upper()}: [u32; 256] = ["]
        bits = code.view(torch.int32).numpy().view(numpy.uint32).tolist()
        out += ["    " + ", ".join(f"0x{b:08x}" for b in bits[i : i + 8]) + "," for i in range(0, 256, 8)]
        out += ["];"]
    path.write_text("\n".join(out) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--rust", type=pathlib.Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    books = codebooks()
    for signed in (True, False):
        other = torch.tensor(create_dynamic_map(signed=signed), dtype=torch.float32)
        assert words(other) == words(books["dynamic", signed]), "torchao's dynamic code book is bitsandbytes' own"
    if options.rust:
        write_rust(options.rust, books)
    options.directory.mkdir(parents=True, exist_ok=True)
    find_default()
    with open(options.directory / "codebooks.txt", "w") as out:
        out.write(head("bitsandbytes (create_linear_map, create_dynamic_map)"))
        for (name, signed), code in books.items():
            out.write(f"book {name} {'signed' if signed else 'unsigned'}\n{words(code)}\n")
    paths = {
        "bitsandbytes-cpu": bitsandbytes_cpu,
        "bitsandbytes-torch": bitsandbytes_torch,
        "torchao": torchao_cpu,
    }
    for path, quantize in paths.items():
        with open(options.directory / f"{path}.txt", "w") as out:
            out.write(head(path))
            for (name, signed), code in books.items():
                for case, x in cases(code):
                    if path == "torchao" and len(x) % BLOCK:
                        continue
                    if not signed and case not in ("ties", "ties-scaled", "zero"):
                        x = x.abs()
                    codes, scales, back = quantize(code, x)
                    out.write(f"case {name} {'signed' if signed else 'unsigned'} {BLOCK} {case}\n{words(x)}\n")
                    out.write(" ".join(f"{c:02x}" for c in codes.reshape(-1).tolist()) + "\n")
                    out.write(f"{words(scales)}\n{words(back)}\n")


if __name__ == "__main__":
    assert struct.calcsize("f") == 4
    main()

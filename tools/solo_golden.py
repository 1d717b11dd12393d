"""Golden file of low-bit optimizer states, from SOLO itself (arXiv 2505.00347) on a CPU.

How to run, in a virtual environment (Python 3.11, x86-64 Linux; other versions may give other results, which is why the file exists):

    pip install torch==2.15.0 numpy==2.4.6 packaging
    pip install --no-deps solow==0.2.0 torchao==0.18.0
    python tools/solo_golden.py crates/lab/tests/data/blockwise

It writes `solo.txt`: what SOLO makes of tensors, and what torchao's 4-bit optimizers do (cases named `torchao`). The classes of solow ask for an older torchao: its functions are called as they are, on what its classes hand them, and the code books are
made by the lines of its classes. A case is a header line `case LEVELS BITS SIGNED ROUNDING QUANTILE BLOCK NAME`, and lines of hexadecimal words: the code book
(`-` where levels are logarithmic), the values, the uniform numbers that it rounds by, the codes, the scale and, of logarithmic levels, the base of each block, and
the values read back. None of the library's code is copied: the file contains only numbers that it computed.
"""

import importlib.util
import pathlib
import sys
from importlib.metadata import distribution

import numpy
import torch
from torchao.optim.quant_utils import create_dynamic_map, dequant_with_qmap, quantize_4bit_with_qmap, scale_tensor as scale_signed

BLOCK = 32


def library():
    """The module of solow's functions, which needs nothing of torchao."""
    path = pathlib.Path(distribution("solow").locate_file("solo/quantizer/utils.py"))
    spec = importlib.util.spec_from_file_location("solo_utils", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SOLO = library()


def linear(bits, signed):
    if signed:
        return torch.linspace(-1, 1, 2**bits)
    return torch.linspace(0, 1, 2**bits + 1)[1:]


def dynamic(bits, signed):
    return torch.tensor(create_dynamic_map(signed=signed, max_exponent_bits=bits - 1, total_bits=bits))


def words(x):
    return " ".join(f"{w:08x}" for w in x.detach().contiguous().float().numpy().view(numpy.uint32).ravel().tolist())


def codes_line(x):
    return " ".join(f"{c:02x}" for c in x.ravel().tolist())


def uniforms(seed, shape):
    """What the library will draw."""
    SOLO.adaq_generator = torch.Generator().manual_seed(seed)
    drawn = torch.rand(shape, generator=SOLO.adaq_generator)
    SOLO.adaq_generator = torch.Generator().manual_seed(seed)
    return drawn


def with_book(lines, name, book, kind, bits, signed, chance, x):
    padded = book if bits != 3 else torch.cat([book, book[-1].repeat(8)])
    quantize = getattr(SOLO, f"quantize_{bits}bit_with_qmap")
    scaled, scale = scale_signed(x, BLOCK)
    drawn = uniforms(len(lines), scaled.shape)
    codes = quantize(scaled, padded, stochastic_rounding=chance)
    back = dequant_with_qmap(codes, padded, scale)
    rounding = "chance" if chance else "nearest"
    sign = "signed" if signed else "unsigned"
    lines.append(f"case {kind} {bits} {sign} {rounding} - {BLOCK} {name}")
    lines += [words(book), words(x), words(drawn) if chance else "-", codes_line(codes), words(scale), "-", words(back)]


def torchao_states(lines, signed, x):
    """The states of torchao's 4-bit optimizers, by its own functions."""
    book = dynamic(4, signed)
    scaled, scale = scale_signed(x, BLOCK)
    codes = quantize_4bit_with_qmap(scaled, book)
    back = dequant_with_qmap(codes, book, scale)
    lines.append(f"case dynamic 4 {'signed' if signed else 'unsigned'} nearest - {BLOCK} torchao")
    lines += [words(book), words(x), "-", codes_line(codes), words(scale), "-", words(back)]


def logarithmic(lines, name, bits, quantile, unbiased, x):
    scaled, scale, xp = SOLO.scale_tensor(x, BLOCK, quantile)
    alpha = xp.pow(1 / (2**bits - 1))
    drawn = uniforms(len(lines), (len(scale), BLOCK))
    quantize = SOLO.unbiased_quantize_with_alpha if unbiased else SOLO.quantize_with_alpha
    codes = quantize(scaled, alpha.clone(), bits)
    back = SOLO.dequant_with_alpha(codes, alpha, scale)
    rounding = "unbiased" if unbiased else "chance"
    lines.append(f"case logarithmic {bits} unsigned {rounding} {quantile} {BLOCK} {name}")
    lines += ["-", words(x), words(drawn), codes_line(codes), words(scale), words(alpha), words(back)]


def tensors(random):
    normal = torch.from_numpy(random.standard_normal(2 * BLOCK).astype(numpy.float32))
    wide = normal * torch.from_numpy((10.0 ** random.uniform(-6, 2, 2 * BLOCK)).astype(numpy.float32))
    zeros = normal.clone()
    zeros[:BLOCK] = 0.0
    zeros[BLOCK : BLOCK + 8] = 0.0
    return {"normal": normal, "wide": wide, "zeros": zeros}


def main(folder):
    torch.set_num_threads(1)
    random = numpy.random.default_rng(2026)
    lines = [
        "# Low-bit optimizer states of SOLO, on an x86-64 CPU.",
        f"# Written by tools/solo_golden.py with solow {distribution('solow').version} (MIT), torchao {distribution('torchao').version} and "
        f"PyTorch {torch.__version__} (BSD-3-Clause). Numbers that they computed; none of their code.",
    ]
    all_tensors = tensors(random)
    for x in all_tensors.values():
        torchao_states(lines, True, x)
        torchao_states(lines, False, x.square())
    for name, x in all_tensors.items():
        for bits in (2, 3, 4, 8):
            for signed in (True, False):
                values = x if signed else x.square()
                for kind, book in (("linear", linear(bits, signed)), ("dynamic", dynamic(bits, signed))):
                    for chance in (True, False):
                        # Nearest is the same search: a third of the cases is enough.
                        if chance or name == "normal":
                            with_book(lines, name, book, kind, bits, signed, chance, values)
            for quantile in (0.1, 0.25):
                for unbiased in (False, True):
                    if name == "normal" or quantile == 0.1:
                        logarithmic(lines, name, bits, quantile, unbiased, x.square())
    with open(f"{folder}/solo.txt", "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])

"""Golden file of optimizers of matrices, from published implementations on a CPU, in binary64.

How to run, in a virtual environment (Python 3.11, x86-64 Linux; other versions may give other last bits, for which the tests leave room):

    pip install torch==2.15.0 numpy==2.4.6
    pip install --no-deps pytorch-optimizer==4.1.0 kron-torch==0.3.3
    python tools/matrix_golden.py crates/lab/tests/data

It writes `matrix-optimizers.txt`: steps of NorMuon, SCION, Shampoo and SOAP of pytorch_optimizer, and what kron_torch's PSGD makes of its factors and of a
gradient. They run in binary64, so that what differs is the order of sums alone. Where they orthogonalize by five Newton-Schulz steps in bfloat16, NorMuon's are
taken in binary64, and SCION's replaced by the polar factor from singular values: their roundings would hide all else. In SOAP, QR decompositions are taken in binary64, not in
binary32; in PSGD, triangular systems are, and the normal numbers that it draws are recorded.

A case is a header line `case NAME ROWS COLUMNS STEPS KEY=VALUE ..`, a line with the initial weights, and for each step a line with the gradient and one with the weights
after it. A case `psgd` has one step: gradient, normal numbers, both factors before, both factors after, the preconditioned gradient. Numbers are binary64 in hexadecimal, row by
row. None of the libraries' code is copied: the file contains only numbers that they computed.
"""

import sys
from importlib.metadata import version

import numpy
import torch

torch.compile = lambda function=None, **_: function if function else (lambda f: f)

import kron_torch.kron as kron
import pytorch_optimizer
from pytorch_optimizer.optimizer import scion
from pytorch_optimizer.optimizer.muon import normuon

STEPS = 5


def polar(g, *_, **__):
    u, _, vh = torch.linalg.svd(g.double(), full_matrices=False)
    return u @ vh


ITERATION = normuon.zero_power_via_newton_schulz_5


def in_binary64(g, **options):
    return ITERATION(g, **options, eps=0.0, dtype=torch.float64)


scion.zero_power_via_newton_schulz_5 = polar
# Rows of a polar factor with more columns than rows have one length: NorMuon would do nothing.
normuon.zero_power_via_newton_schulz_5 = in_binary64


def in_double(function):
    """Runs a step with `Tensor.to(torch.float32)` leaving binary64 as it is."""
    to = torch.Tensor.to

    def kept(self, *args, **kwargs):
        if args and args[0] is torch.float32 and self.dtype is torch.float64:
            return self
        return to(self, *args, **kwargs)

    torch.Tensor.to = kept
    try:
        return function()
    finally:
        torch.Tensor.to = to


def words(x):
    return " ".join(f"{w:016x}" for w in x.detach().contiguous().numpy().view(numpy.uint64).ravel().tolist())


def case(lines, name, shape, make, random, options):
    parameter = torch.nn.Parameter(torch.from_numpy(random.standard_normal(shape)))
    optimizer = make([parameter])
    keys = " ".join(f"{key}={value}" for key, value in options.items())
    rows, columns = shape if len(shape) == 2 else (shape[0], 1)
    lines += [f"case {name} {rows} {columns} {STEPS} {keys}", words(parameter)]
    for step in range(STEPS):
        gradient = torch.from_numpy(random.standard_normal(shape) * 10.0 ** -(step % 3))
        parameter.grad = gradient.clone()
        in_double(optimizer.step)
        lines += [words(gradient), words(parameter)]


def psgd(lines, shape, random):
    """Three updates in a row of the factors, each from those before."""
    rows, columns = shape
    factors, exprs = kron._init_Q_exprs(torch.zeros(shape, dtype=torch.float64), 1.0, 8192, 2, None, dtype=torch.float64)
    solve = torch.linalg.solve_triangular

    def solve_right(x, a):
        return solve(a, x.reshape(-1, x.size(-1)), upper=True, left=False).reshape_as(x)

    kron._solve_triangular_right = solve_right
    for step in range(3):
        gradient = torch.from_numpy(random.standard_normal(shape) * 10.0**-step)
        drawn = torch.from_numpy(random.standard_normal(shape))
        kron.torch.randn_like = lambda _: drawn
        lines.append(f"case psgd {rows} {columns} 1 preconditioner-rate=0.1")
        lines += [words(gradient), words(drawn), words(factors[0]), words(factors[1])]
        g = gradient.clone()
        rate = torch.tensor(0.1, dtype=torch.float64)
        tiny = torch.tensor(torch.finfo(torch.float32).tiny, dtype=torch.float64)
        kron._update_precond(factors, exprs, g, rate, tiny)
        update = kron._precond_grad(factors, exprs, g)
        kron._clip_update_rms(update)
        lines += [words(factors[0]), words(factors[1]), words(update)]


def main(folder):
    torch.set_num_threads(1)
    random = numpy.random.default_rng(2026)
    lines = [
        "# Steps of optimizers of matrices in binary64, on an x86-64 CPU.",
        f"# Written by tools/matrix_golden.py with pytorch-optimizer {version('pytorch-optimizer')} (Apache-2.0), kron-torch {version('kron-torch')} "
        f"(CC BY 4.0) and PyTorch {torch.__version__} (BSD-3-Clause). Numbers that they computed; none of their code.",
    ]
    for shape in ((5, 7), (6, 4)):
        for scale in ("preserve_norm", "match_rms"):
            options = {"rate": 0.02, "momentum": 0.95, "beta": 0.9, "weight-decay": 0.1, "rescale": scale}

            def make(parameters):
                group = {"params": parameters, "use_muon": True, "lr": 0.02, "momentum": 0.95, "beta2": 0.9}
                return pytorch_optimizer.NorMuon([group | {"weight_decay": 0.1, "update_scale": scale}], foreach=False)

            case(lines, "normuon", shape, make, random, options)
    for shape, kind in (((5, 7), "SPECTRAL"), ((6, 4), "SPECTRAL"), ((9,), "BIAS")):
        for constraint in (False, True):
            options = {"rate": 0.05, "momentum": 0.9, "radius": 3.0, "constraint": int(constraint)}

            def make(parameters):
                norm = scion.LMONorm[kind]
                # Its spectral norm is of inputs and outputs, without the larger of it and 1.
                return pytorch_optimizer.SCION(
                    parameters, lr=0.05, momentum=0.1, constraint=constraint, norm_type=norm, scale=3.0, foreach=False
                )

            case(lines, "scion", shape, make, random, options)
    for shape in ((5, 7), (6, 4)):
        options = {"rate": 0.01, "epsilon": 1e-4}

        def make(parameters):
            return pytorch_optimizer.Shampoo(parameters, lr=0.01, momentum=0.0, matrix_eps=1e-4)

        case(lines, "shampoo", shape, make, random, options)
    for every in (100, 2):
        options = {"rate": 0.01, "beta1": 0.9, "beta2": 0.95, "beta": 0.9, "weight-decay": 0.1, "every": every}

        def make(parameters):
            return pytorch_optimizer.SOAP(
                parameters, lr=0.01, betas=(0.9, 0.95), shampoo_beta=0.9, weight_decay=0.1, precondition_frequency=every
            )

        case(lines, "soap", (5, 5), make, random, options)
    psgd(lines, (5, 7), random)
    psgd(lines, (6, 4), random)
    with open(f"{folder}/matrix-optimizers.txt", "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])

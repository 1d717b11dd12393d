"""Golden files of optimizer steps, from PyTorch itself on a CPU.

How to run, in a virtual environment (Python 3.11, x86-64 Linux with FMA; other versions may give other results, which is why the files exist):

    pip install torch==2.15.0 numpy==2.4.6
    python tools/steps_golden.py crates/lab/tests/data

It writes `pytorch-adamw.txt`, `pytorch-sgd.txt` and `pytorch-muon.txt`. A case is a header line, `case RATE BETA1 BETA2 EPSILON DECAY`, `case RATE MOMENTUM
NESTEROV` or `case RATE MOMENTUM DECAY ROWS COLUMNS` (matrices row by row), a line with the initial weights, and lines for each step: the gradient, then the weights and the one or two moments after the step. Words are
binary32 in hexadecimal. None of PyTorch's code is copied: the files contain only numbers that it computed.
"""

import sys

import numpy
import torch

ADAMW = [
    (1e-3, 0.9, 0.999, 1e-8, 0.01),
    (1e-2, 0.9, 0.95, 1e-8, 0.0),
    (3e-4, 0.8, 0.99, 1e-3, 0.1),
]
SGD = [
    (1e-2, 0.9, False),
    (1e-1, 0.95, True),
    (3e-3, 0.0, False),
]
MUON = [
    (0.02, 0.95, 0.0, 6, 10),
    (1e-3, 0.95, 0.1, 12, 5),
]
# Not a multiple of a vector: the last elements go another way.
ELEMENTS = 37
STEPS = 6


def words(x):
    return " ".join(f"{w:08x}" for w in x.detach().contiguous().numpy().view(numpy.uint32).ravel().tolist())


def head(what):
    return [
        f"# Steps of {what} in binary32, on an x86-64 CPU.",
        f"# Written by tools/steps_golden.py with PyTorch {torch.__version__} (BSD-3-Clause). Numbers that it computed; none of its code.",
    ]


def case(lines, drawn, make, moments):
    parameter = torch.nn.Parameter(drawn(1.0))
    optimizer = make([parameter])
    lines.append(words(parameter))
    for step in range(STEPS):
        # Gradients of very different sizes, and one of zero.
        gradient = drawn(10.0 ** -(step % 4))
        gradient[step] = 0.0
        parameter.grad = gradient.clone()
        optimizer.step()
        state = optimizer.state[parameter]
        lines += [words(gradient), words(parameter)] + [words(state[m]) for m in moments]


def write(path, lines):
    with open(path, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


def main(folder):
    torch.set_num_threads(1)
    random = numpy.random.default_rng(2026)

    def drawn(scale):
        return torch.from_numpy((random.standard_normal(ELEMENTS) * scale).astype(numpy.float32))

    lines = head("torch.optim.AdamW (foreach=False, fused=False)")
    for rate, beta1, beta2, epsilon, decay in ADAMW:
        lines.append(f"case {rate} {beta1} {beta2} {epsilon} {decay}")

        def adamw(parameters):
            options = {"lr": rate, "betas": (beta1, beta2), "eps": epsilon, "weight_decay": decay}
            return torch.optim.AdamW(parameters, foreach=False, fused=False, **options)

        case(lines, drawn, adamw, ["exp_avg", "exp_avg_sq"])
    write(f"{folder}/pytorch-adamw.txt", lines)

    lines = head("torch.optim.SGD (foreach=False, fused=False)")
    for rate, momentum, nesterov in SGD:
        lines.append(f"case {rate} {momentum} {int(nesterov)}")

        def sgd(parameters):
            options = {"lr": rate, "momentum": momentum, "nesterov": nesterov}
            return torch.optim.SGD(parameters, foreach=False, fused=False, **options)

        case(lines, drawn, sgd, ["momentum_buffer"] if momentum else [])
    write(f"{folder}/pytorch-sgd.txt", lines)

    lines = head("torch.optim.Muon")
    for rate, momentum, decay, rows, columns in MUON:
        lines.append(f"case {rate} {momentum} {decay} {rows} {columns}")

        def matrix(scale):
            return torch.from_numpy((random.standard_normal((rows, columns)) * scale).astype(numpy.float32))

        def muon(parameters):
            return torch.optim.Muon(parameters, lr=rate, momentum=momentum, weight_decay=decay)

        case(lines, matrix, muon, ["momentum_buffer"])
    write(f"{folder}/pytorch-muon.txt", lines)


if __name__ == "__main__":
    main(sys.argv[1])

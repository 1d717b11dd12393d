"""Golden file of optimizer steps, from PyTorch itself on a CPU.

How to run, in a virtual environment (Python 3.11, x86-64 Linux with FMA; other versions may answer otherwise, which is what the file is for):

    pip install torch==2.15.0 numpy==2.4.6
    python tools/steps_golden.py crates/lab/tests/data/pytorch-adamw.txt

A case is a header line `case RATE BETA1 BETA2 EPSILON DECAY`, a line with the weights at the start, and four lines for each step: the
gradient, the weights, the first and the second moment after it. Words are binary32 as hexadecimal. Nothing of PyTorch's code is copied: the
file holds numbers that it computed.
"""

import sys

import numpy
import torch

CASES = [
    (1e-3, 0.9, 0.999, 1e-8, 0.01),
    (1e-2, 0.9, 0.95, 1e-8, 0.0),
    (3e-4, 0.8, 0.99, 1e-3, 0.1),
]
# Not a multiple of a vector: the last elements go another way.
ELEMENTS = 37
STEPS = 6


def words(x):
    return " ".join(f"{w:08x}" for w in x.detach().contiguous().numpy().view(numpy.uint32).tolist())


def main(path):
    torch.set_num_threads(1)
    random = numpy.random.default_rng(2026)

    def drawn(scale):
        return torch.from_numpy((random.standard_normal(ELEMENTS) * scale).astype(numpy.float32))

    lines = [
        "# Steps of torch.optim.AdamW (foreach=False, fused=False) in binary32, on an x86-64 CPU.",
        f"# Written by tools/steps_golden.py with PyTorch {torch.__version__} (BSD-3-Clause). Numbers that it computed; none of its code.",
    ]
    for rate, beta1, beta2, epsilon, decay in CASES:
        parameter = torch.nn.Parameter(drawn(1.0))
        optimizer = torch.optim.AdamW(
            [parameter],
            lr=rate,
            betas=(beta1, beta2),
            eps=epsilon,
            weight_decay=decay,
            foreach=False,
            fused=False,
        )
        lines += [f"case {rate} {beta1} {beta2} {epsilon} {decay}", words(parameter)]
        for step in range(STEPS):
            # Gradients of very different sizes, and one of zero.
            gradient = drawn(10.0 ** -(step % 4))
            gradient[step] = 0.0
            parameter.grad = gradient
            optimizer.step()
            state = optimizer.state[parameter]
            lines += [words(gradient), words(parameter), words(state["exp_avg"]), words(state["exp_avg_sq"])]
    with open(path, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])

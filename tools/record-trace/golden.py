"""The traces of crates/lab/tests/data/traces, recorded from PyTorch on a CPU: a small real model, and the same with a fault in its optimizer.

    pip install torch==2.15.0 numpy==2.4.6 safetensors==0.8.0 bitsandbytes==0.50.2 torchao==0.18.0
    python tools/record-trace/golden.py crates/lab/tests/data/traces

torchao's optimizers are compiled by PyTorch, which needs a C++ compiler.
"""

import sys

import bitsandbytes
import torch
import torchao.optim
from halfulp_trace import Recorder

STEPS = 12
FAULT = 7  # the step that a fault is in


def model(dtype):
    torch.manual_seed(3)
    return torch.nn.Sequential(torch.nn.Linear(8, 6), torch.nn.Tanh(), torch.nn.Linear(6, 3)).to(dtype)


def batch(generator, dtype):
    """Three classes of points around three corners."""
    label = torch.randint(3, (32,), generator=generator)
    corner = torch.eye(3, 8).repeat(1, 1)[label] * 2
    return (corner + 0.5 * torch.randn(32, 8, generator=generator)).to(dtype), label


def record(path, make, dtype=torch.float32, schedule=False, **chosen):
    net, generator = model(dtype), torch.Generator().manual_seed(5)
    optimizer = make(net)
    recorder = Recorder(optimizer, net.named_parameters(), **chosen)
    decay = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS) if schedule else None
    for _ in range(STEPS):
        x, label = batch(generator, dtype)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(x).float(), label).backward()
        optimizer.step()
        if decay:
            decay.step()
    recorder.save(path)


def posing(cls):
    """A patched optimizer says that it is PyTorch's own."""
    (parent,) = cls.__bases__
    cls.__module__, cls.__qualname__ = parent.__module__, parent.__qualname__
    return cls


@posing
class Truncating(torch.optim.AdamW):
    """One weight is cut off in place of rounded."""

    def step(self, closure=None):
        p = self.param_groups[0]["params"][0]
        before = p.detach().clone()
        super().step(closure)
        state, group = self.state[p], self.param_groups[0]
        if int(state["step"]) == FAULT:
            lr, (b1, b2), t = group["lr"], group["betas"], FAULT
            w = before * (1 - lr * group["weight_decay"])
            denominator = (state["exp_avg_sq"].sqrt() / (1 - b2**t) ** 0.5).add_(group["eps"])
            x = w.float() - lr / (1 - b1**t) * state["exp_avg"].float() / denominator.float()
            cut = (x.view(torch.int32) & -65536).view(torch.float32).bfloat16()
            k = int((cut != p).reshape(-1).nonzero()[3])
            with torch.no_grad():
                p.view(-1)[k] = cut.view(-1)[k]


@posing
class Stale(torch.optim.AdamW):
    """One state is not written back."""

    def step(self, closure=None):
        p = self.param_groups[0]["params"][0]
        before = self.state[p]["exp_avg"].clone() if self.state[p] else None
        super().step(closure)
        if int(self.state[p]["step"]) == FAULT:
            self.state[p]["exp_avg"].copy_(before)


@posing
class Narrow(torch.optim.AdamW):
    """beta2 is kept in bfloat16, whatever the group says."""

    def step(self, closure=None):
        (group,) = self.param_groups
        b1, b2 = group["betas"]
        group["betas"] = (b1, float(torch.tensor(b2).bfloat16()))
        super().step(closure)
        group["betas"] = (b1, b2)


@posing
class Forgetful(torch.optim.Muon):
    """One step is taken without Nesterov's momentum."""

    def step(self, closure=None):
        (group,) = self.param_groups
        self.count = getattr(self, "count", 0) + 1
        group["nesterov"] = self.count != FAULT
        super().step(closure)
        group["nesterov"] = True


def record_muon(path, dtype=torch.float32, cls=torch.optim.Muon, **chosen):
    """Muon steps the matrices, AdamW the rest, which is not recorded."""
    net, generator = model(dtype), torch.Generator().manual_seed(5)
    matrices = {name: p for name, p in net.named_parameters() if p.ndim == 2}
    muon = cls(matrices.values(), lr=0.02, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")
    rest = torch.optim.AdamW([p for p in net.parameters() if p.ndim != 2], lr=1e-2)
    recorder = Recorder(muon, matrices.items(), **chosen)
    for _ in range(STEPS):
        x, label = batch(generator, dtype)
        net.zero_grad()
        torch.nn.functional.cross_entropy(net(x).float(), label).backward()
        muon.step()
        rest.step()
    recorder.save(path)


@posing
class NarrowLowBit(torchao.optim.AdamW8bit):
    """The same of torchao."""

    def step(self, closure=None):
        (group,) = self.param_groups
        b1, b2 = group["betas"]
        group["betas"] = (b1, float(torch.tensor(b2).bfloat16()))
        super().step(closure)
        group["betas"] = (b1, b2)


def record_eight_bit(path, cls, dtype=torch.float32, bias=False):
    """A linear map that learns another one: 4096 weights, from which on states have 8 bits. A block of 256 is recorded, and what is smaller than a block."""
    torch.manual_seed(0)
    net, target = torch.nn.Linear(64, 64, bias=bias).to(dtype), torch.randn(64, 64).to(dtype)
    optimizer = cls(net.parameters(), lr=1e-2, betas=(0.9, 0.99), weight_decay=0.01)
    recorder = Recorder(optimizer, net.named_parameters(), sample=256, block=256)
    for _ in range(STEPS // 2):
        x = torch.randn(32, 64).to(dtype)
        optimizer.zero_grad()
        (net(x) - x @ target).pow(2).mean().backward()
        optimizer.step()
    recorder.save(path)


def main(folder):
    adamw = {"lr": 1e-2, "betas": (0.9, 0.99), "weight_decay": 0.01}
    of = lambda cls, **keys: lambda net: cls(net.parameters(), **keys)
    b16 = torch.bfloat16
    record(f"{folder}/adamw-f32.safetensors", of(torch.optim.AdamW, **adamw), schedule=True)
    record(f"{folder}/adamw-bf16.safetensors", of(torch.optim.AdamW, **adamw), b16)
    record(f"{folder}/adam-f32-sampled.safetensors", of(torch.optim.Adam, lr=1e-2, weight_decay=0.1), sample=10)
    record(f"{folder}/sgd-f32.safetensors", of(torch.optim.SGD, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True))
    record(f"{folder}/sgd-bf16.safetensors", of(torch.optim.SGD, lr=0.1, momentum=0.9), b16)
    record_muon(f"{folder}/muon-f32.safetensors")
    record_muon(f"{folder}/muon-bf16.safetensors", b16)
    record_muon(f"{folder}/muon-sampled.safetensors", sample=10)
    record_muon(f"{folder}/fault-nesterov.safetensors", cls=Forgetful)
    record_eight_bit(f"{folder}/adamw-8bit.safetensors", bitsandbytes.optim.AdamW8bit)
    record_eight_bit(f"{folder}/torchao-8bit.safetensors", torchao.optim.AdamW8bit, bias=True)
    record_eight_bit(f"{folder}/torchao-adam-bf16.safetensors", torchao.optim.Adam8bit, b16, bias=True)
    record_eight_bit(f"{folder}/fault-torchao.safetensors", NarrowLowBit)
    record(f"{folder}/fault-truncated.safetensors", of(Truncating, **adamw), b16)
    record(f"{folder}/fault-stale.safetensors", of(Stale, **adamw))
    record(f"{folder}/fault-beta2.safetensors", of(Narrow, **adamw))


if __name__ == "__main__":
    main(sys.argv[1])

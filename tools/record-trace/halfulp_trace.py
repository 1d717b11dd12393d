"""Records what an optimizer does, for `halfulp bound trace`: gradients, weights and states of chosen or sampled elements, step by step.

    recorder = Recorder(optimizer, model.named_parameters(), sample=256)
    ...                                   # train as ever: every optimizer.step() is recorded
    recorder.save("run.safetensors")

It works with every torch.optim.Optimizer whose step() takes no closure, and needs PyTorch 2.0 or later and safetensors. docs/traces.md describes the file that it writes.
"""

import json
import random

LAYOUT = "1"

# What an optimizer is told and its groups do not have: torchao's.
OWN = ("block_size", "bf16_stochastic_round")


def stored(state, key):
    """A state's numbers as they are stored: 8-bit states of torchao and bitsandbytes are read back to the numbers that they mean."""
    value = state[key]
    if hasattr(value, "codes") and hasattr(value, "dequantize"):
        return value.dequantize().detach()
    if key in ("state1", "state2") and value.dtype.itemsize == 1:
        scale, book, codes = state["absmax" + key[-1]], state["qmap" + key[-1]], value.reshape(-1).long()
        block = -(-codes.numel() // scale.numel())
        block = 1 << (block - 1).bit_length()  # the last block can be short
        return (book[codes] * scale.repeat_interleave(block)[: codes.numel()]).reshape(value.shape)
    return value.detach()


def plain(value):
    """A hyperparameter as JSON has it, or None for what is not a number, flag or text."""
    value = value.item() if hasattr(value, "item") and value.numel() == 1 else value
    if isinstance(value, (tuple, list)) and all(isinstance(x, (int, float)) for x in value):
        return [float(x) for x in value]
    return value if isinstance(value, (bool, int, float, str)) else None


class Recorder:
    """Records an optimizer from now on. Only parameters among `named` are recorded, under these names; all if it is None.

    Of each tensor `sample` elements drawn under `seed` are recorded, all of them where it has no more or where `sample` is None. With `block`,
    whole blocks of so many elements are drawn, as block-wise states need them.
    """

    def __init__(self, optimizer, named=None, sample=None, block=1, seed=0):
        self.optimizer, self.sample, self.block, self.seed = optimizer, sample, block, seed
        names = {id(p): name for name, p in named} if named is not None else None
        every = [(g, p) for g, group in enumerate(optimizer.param_groups) for p in group["params"]]
        if names is None:
            names = {id(p): f"{g}.{k}" for k, (g, p) in enumerate(every)}
        self.parameters = [(names[id(p)], g, p) for g, p in every if id(p) in names and p.requires_grad]
        self.rows, self.indices, self.hyper, self.starts, self.depth = {}, {}, [], {}, 0
        self.hooks = [
            optimizer.register_step_pre_hook(lambda _, args, kwargs: self.before(args, kwargs)),
            optimizer.register_step_post_hook(lambda *_: self.after()),
        ]

    def choose(self, name, p):
        n, block = p.numel(), self.block
        if self.sample is None or n <= max(self.sample, block):
            return None
        # The same elements for a name and a seed, whatever else is recorded.
        draw = random.Random(f"{self.seed} {name}")
        blocks = sorted(draw.sample(range(-(-n // block)), min(-(-n // block), -(-self.sample // block))))
        return [k for b in blocks for k in range(b * block, min(n, (b + 1) * block))]

    def put(self, name, p, what, value):
        value = value.reshape(-1)
        index = self.indices[name]
        value = value if index is None else value[index]
        self.rows.setdefault(f"{name}/{what}", []).append(value.to("cpu", copy=True))

    def states(self, p):
        state = self.optimizer.state.get(p, {})
        same = [k for k, v in state.items() if hasattr(v, "shape") and v.shape == p.shape and v.numel() > 0 and k != "step"]
        return state, [k for k in same if p.numel() > 1 or k not in ("absmax1", "absmax2")]

    def before(self, args, kwargs):
        import torch

        if self.depth > 0:  # a subclass that calls its parent's step
            self.depth += 1
            return
        if any(callable(x) for x in args) or kwargs.get("closure") is not None:
            raise RuntimeError("step(closure) computes gradients after they are recorded: call step() without one")
        if getattr(self.optimizer, "grad_scale", None) is not None:
            raise RuntimeError("a fused optimizer unscales gradients after they are recorded: unscale them before step()")
        for name, _, p in self.parameters:
            if p.grad is None:
                raise RuntimeError(f"{name} has no gradient in this step: leave it out of `named`")
        self.depth = 1
        for name, _, p in self.parameters:
            state, keys = self.states(p)
            if name not in self.indices:
                chosen = self.choose(name, p)
                self.indices[name] = None if chosen is None else torch.tensor(chosen, device=p.device)
                self.starts[name] = int(state.get("step", 0))
                self.put(name, p, "weight", p.detach())
                [self.put(name, p, key, stored(state, key)) for key in keys]
            self.put(name, p, "gradient", p.grad.detach())
        own = {key: getattr(self.optimizer, key) for key in OWN if hasattr(self.optimizer, key)}
        self.hyper.append([{k: plain(v) for k, v in {**own, **g}.items() if k != "params"} for g in self.optimizer.param_groups])

    def after(self):
        self.depth -= 1
        if self.depth > 0:
            return
        for name, _, p in self.parameters:
            self.put(name, p, "weight", p.detach())
            state, keys = self.states(p)
            [self.put(name, p, key, stored(state, key)) for key in keys]

    def stop(self):
        """No more steps are recorded."""
        [hook.remove() for hook in self.hooks]

    def save(self, path):
        """Writes all that was recorded so far."""
        import torch
        from safetensors.torch import save_file

        if self.depth > 0:
            raise RuntimeError("a step has begun and not ended: it failed, and later ones are not recorded")
        left_out = sum(len(group["params"]) for group in self.optimizer.param_groups) - len(self.parameters)
        steps, tensors, described = len(self.hyper), {}, []
        for key, rows in self.rows.items():
            if not key.endswith("/gradient") and len(rows) == steps:  # a state that the first step made: it was 0
                rows = [torch.zeros_like(rows[0]), *rows]
            tensors[key] = torch.stack(rows)
        for name, group, p in self.parameters:
            _, keys = self.states(p)
            if self.indices[name] is not None:
                tensors[f"{name}/index"] = self.indices[name].cpu()
            described.append(
                {"name": name, "group": group, "shape": list(p.shape), "dtype": str(p.dtype).removeprefix("torch."),
                 "start": self.starts[name], "states": keys, "device": p.device.type}
            )
        groups = [dict(group) for group in self.hyper[0]]
        for g, group in enumerate(groups):
            for key in list(group):
                values = [step[g][key] for step in self.hyper]
                if any(value != values[0] for value in values):  # what a schedule changes
                    tensors[f"group {g}/{key}"] = torch.tensor(values, dtype=torch.float64)
                    del group[key]
        kind = type(self.optimizer)
        metadata = {
            "halfulp-trace": LAYOUT, "optimizer": f"{kind.__module__}.{kind.__qualname__}", "steps": str(steps),
            "groups": json.dumps(groups), "parameters": json.dumps(described), "left-out": str(left_out),
            "sample": json.dumps({"sample": self.sample, "block": self.block, "seed": self.seed}), "torch": torch.__version__,
        }
        save_file(tensors, path, metadata)

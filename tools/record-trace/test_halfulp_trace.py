"""Tests of the recorder: what it records of real optimizers, and what it refuses. Run with the versions that the recorded traces are of:

    pip install torch==2.15.0 numpy==2.4.6 safetensors==0.8.0
    python -m unittest discover tools/record-trace
"""

import json
import pathlib
import sys
import tempfile
import unittest

import torch
from safetensors import safe_open

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from halfulp_trace import Recorder  # noqa: E402


def model():
    torch.manual_seed(1)
    return torch.nn.Linear(3, 2)


def backward(net):
    net.zero_grad()
    net(torch.ones(4, 3)).pow(2).mean().backward()


def saved(recorder):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/run.safetensors"
        recorder.save(path)
        with safe_open(path, "pt") as file:
            return file.metadata(), {key: file.get_tensor(key) for key in file.keys()}


class Recording(unittest.TestCase):
    def test_rows_are_what_the_optimizer_saw_and_made(self):
        net = model()
        optimizer = torch.optim.AdamW(net.parameters(), lr=0.1)
        recorder = Recorder(optimizer, net.named_parameters())
        weights, gradients = [net.weight.detach().clone()], []
        for _ in range(3):
            backward(net)
            gradients.append(net.weight.grad.clone())
            optimizer.step()
            weights.append(net.weight.detach().clone())
        metadata, tensors = saved(recorder)
        self.assertEqual((metadata["steps"], metadata["optimizer"]), ("3", "torch.optim.adamw.AdamW"))
        self.assertTrue(torch.equal(tensors["weight/weight"], torch.stack(weights).reshape(4, 6)))
        self.assertTrue(torch.equal(tensors["weight/gradient"], torch.stack(gradients).reshape(3, 6)))
        self.assertEqual(tensors["weight/exp_avg"][0].abs().sum(), 0)
        described = json.loads(metadata["parameters"])
        self.assertEqual([p["device"] for p in described], ["cpu", "cpu"])

    def test_a_schedule_is_recorded_step_by_step_and_a_constant_once(self):
        net = model()
        optimizer = torch.optim.SGD(net.parameters(), lr=1.0, momentum=0.5)
        recorder, decay = Recorder(optimizer, net.named_parameters()), torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
        for _ in range(3):
            backward(net)
            optimizer.step()
            decay.step()
        metadata, tensors = saved(recorder)
        self.assertEqual(tensors["group 0/lr"].tolist(), [1.0, 0.5, 0.25])
        (group,) = json.loads(metadata["groups"])
        self.assertEqual((group["momentum"], "lr" in group), (0.5, False))

    def test_a_sample_is_the_same_for_a_name_and_a_seed_and_comes_in_whole_blocks(self):
        draw = lambda name, **more: Recorder(torch.optim.SGD([torch.nn.Parameter(torch.zeros(100))], lr=1.0), **more).choose(name, torch.zeros(100))
        self.assertEqual(draw("a", sample=10), draw("a", sample=10))
        self.assertNotEqual(draw("a", sample=10), draw("b", sample=10))
        self.assertNotEqual(draw("a", sample=10), draw("a", sample=10, seed=1))
        blocks = draw("a", sample=16, block=8)
        self.assertEqual([k % 8 for k in blocks], [*range(8), *range(8)])
        self.assertIsNone(draw("a", sample=100))

    def test_parameters_that_are_left_out_are_counted(self):
        net = model()
        optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
        recorder = Recorder(optimizer, [("weight", net.weight)])
        backward(net)
        optimizer.step()
        metadata, tensors = saved(recorder)
        self.assertEqual((metadata["left-out"], "bias/weight" in tensors), ("1", False))


class Refusing(unittest.TestCase):
    """What would record other numbers than those that the step took."""

    def test_a_closure_is_refused_however_it_is_passed(self):
        for given in (lambda optimizer, closure: optimizer.step(closure), lambda optimizer, closure: optimizer.step(closure=closure)):
            net = model()
            optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
            recorder = Recorder(optimizer, net.named_parameters())
            backward(net)
            before = net.weight.detach().clone()
            with self.assertRaisesRegex(RuntimeError, "call step\\(\\) without one"):
                given(optimizer, lambda: backward(net))
            self.assertTrue(torch.equal(net.weight, before), "nothing was stepped")
            # The same optimizer can go on without one.
            optimizer.step()
            self.assertEqual(saved(recorder)[0]["steps"], "1")

    def test_no_closure_is_no_closure(self):
        net = model()
        optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
        recorder = Recorder(optimizer, net.named_parameters())
        backward(net)
        optimizer.step(None)
        optimizer.step(closure=None)
        self.assertEqual(saved(recorder)[0]["steps"], "2")

    def test_gradients_that_a_scaler_has_not_unscaled_are_refused(self):
        net = model()
        optimizer = torch.optim.SGD(net.parameters(), lr=1.0, fused=True)
        recorder = Recorder(optimizer, net.named_parameters())
        scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
        scaler.scale(net(torch.ones(4, 3)).pow(2).mean()).backward()
        with self.assertRaisesRegex(RuntimeError, "unscale them before step"):
            scaler.step(optimizer)
        self.assertEqual(recorder.depth, 0)

    def test_gradients_that_were_unscaled_are_recorded_as_they_are(self):
        net, plain = model(), model()
        optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
        recorder = Recorder(optimizer, net.named_parameters())
        scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
        scaler.scale(net(torch.ones(4, 3)).pow(2).mean()).backward()
        scaler.unscale_(optimizer)
        scaler.step(optimizer)
        backward(plain)
        self.assertTrue(torch.equal(saved(recorder)[1]["weight/gradient"][0], plain.weight.grad.reshape(-1)))

    def test_a_gradient_that_is_missing_is_said(self):
        net = model()
        optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
        Recorder(optimizer, net.named_parameters())
        with self.assertRaisesRegex(RuntimeError, "weight has no gradient in this step"):
            optimizer.step()

    def test_a_step_that_failed_cannot_be_saved(self):
        class Failing(torch.optim.SGD):
            def step(self, closure=None):
                super().step()
                raise ValueError("a device was lost")

        net = model()
        optimizer = Failing(net.parameters(), lr=1.0)
        recorder = Recorder(optimizer, net.named_parameters())
        backward(net)
        with self.assertRaises(ValueError):
            optimizer.step()
        with self.assertRaisesRegex(RuntimeError, "a step has begun and not ended"):
            saved(recorder)

    def test_a_subclass_that_calls_its_parent_is_one_step(self):
        class Own(torch.optim.SGD):
            def step(self, closure=None):
                return super().step()

        net = model()
        optimizer = Own(net.parameters(), lr=1.0)
        recorder = Recorder(optimizer, net.named_parameters())
        backward(net)
        optimizer.step()
        metadata, tensors = saved(recorder)
        self.assertEqual((metadata["steps"], tensors["weight/weight"].shape[0]), ("1", 2))


if __name__ == "__main__":
    unittest.main()

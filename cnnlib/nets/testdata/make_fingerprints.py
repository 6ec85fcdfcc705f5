"""Trains the networks of section 5.23 for ten steps in PyTorch and writes their
costs to fingerprints.json, which TestFingerprints compares with ours.

    pip install numpy torch
    python make_fingerprints.py

No weights are stored. What the networks start from, the images, the labels and
the dropout masks are formulas of integers that NumPy and Go compute to the last
bit (hash32 below, numbers in package fingerprint). Tensors are numbered and filled in our
layout: kernels [KH KW Cin Cout], matrices [in out], features flattened as
rows, columns, channels; this script permutes them into PyTorch's.

The cost, as in M. Nielsen's network3.py: the mean of -log p(label) over the batch,
plus lambda/2 times the sum of all squared weights, biases left out, divided by the
number of batches in the training set. Here the training set is the ten batches.
Dropout in training is x*mask with mask 0 or 1, not divided by 1-p.
"""

import json
import math
import pathlib

import numpy as np
import torch
from torch import nn

BATCH, STEPS = 10, 10

# Streams of numbers: tensor j of a network is stream j, the others start here.
IMAGES, LABELS, MASKS = 1000, 2000, 3000


def hash32(stream, n):
    """n numbers of a stream, uniform over 32 bits: MurmurHash3's finalizer of the
    index, offset by the hash of the stream's number."""

    def mix(x):
        x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        return x ^ (x >> np.uint32(16))

    key = mix(np.array([stream + 1], dtype=np.uint32))
    return mix(np.arange(n, dtype=np.uint32) + key)


def parameter(j, shape, gain):
    """Tensor j: uniform with variance gain**2/fan_in for weights, in [-0.1, 0.1) for biases."""
    scale = 0.2 if len(shape) == 1 else gain * 2 * math.sqrt(3 / math.prod(shape[:-1]))
    u = (hash32(j, math.prod(shape)) >> np.uint32(8)) / 2.0**24  # [0, 1), exact
    return (scale * (u - 0.5)).astype(np.float32).reshape(shape)


def images(step):
    """[N C H W], C = 1: the same numbers in the same order as [N H W C]."""
    pixels = hash32(IMAGES + step, BATCH * 28 * 28) % np.uint32(256) / 256.0
    return torch.from_numpy(pixels.astype(np.float32).reshape(BATCH, 1, 28, 28))


def labels(step):
    return torch.from_numpy((hash32(LABELS + step, BATCH) % np.uint32(10)).astype(np.int64))


class FlattenHWC(nn.Module):
    """Flattens in our order, so that the matrix behind it is ours transposed."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


class Masked(nn.Module):
    """Dropout whose masks are numbers of the stream MASKS + 10*step + place."""

    def __init__(self, place):
        super().__init__()
        self.place, self.step = place, 0

    def forward(self, x):
        kept = hash32(MASKS + 10 * self.step + self.place, x.numel()) >> np.uint32(31)
        return x * torch.from_numpy(kept.astype(np.float32).reshape(x.shape)).to(x.dtype)


def network(filters, activation, hidden, dropout=False):
    """Convolutions 5x5 each with max-pooling 2x2, hidden layers, softmax layer."""
    layers, channels, size = [], 1, 28
    for f in filters:
        layers += [nn.Conv2d(channels, f, 5), activation(), nn.MaxPool2d(2)]
        channels, size = f, (size - 4) // 2
    layers.append(FlattenHWC())
    features = channels * size * size
    for place, units in enumerate(hidden + [10]):
        if dropout:
            layers.append(Masked(place))
        layers.append(nn.Linear(features, units))
        if place < len(hidden):
            layers.append(activation())
        features = units
    return nn.Sequential(*layers)


def gain_of(net):
    """Sigmoid's slope is at most 1/4: with 4 the gradients reach the first layer at a
    size that shows in the costs."""
    return 4 if any(isinstance(layer, nn.Sigmoid) for layer in net) else 1


def fill(net):
    gain = gain_of(net)
    for j, p in enumerate(net.parameters()):
        with torch.no_grad():
            if p.dim() == 4:  # [Cout Cin KH KW]
                ours = (*p.shape[2:], p.shape[1], p.shape[0])
                p.copy_(torch.from_numpy(parameter(j, ours, gain)).permute(3, 2, 0, 1))
            elif p.dim() == 2:  # [out in]
                p.copy_(torch.from_numpy(parameter(j, (p.shape[1], p.shape[0]), gain)).T)
            else:
                p.copy_(torch.from_numpy(parameter(j, tuple(p.shape), gain)))


def train(net, rate, decay, dtype):
    fill(net)
    net.to(dtype)
    costs = []
    for step in range(STEPS):
        for layer in net:
            if isinstance(layer, Masked):
                layer.step = step
        cost = nn.functional.cross_entropy(net(images(step).to(dtype)), labels(step))
        if decay:
            weights = [p for p in net.parameters() if p.dim() > 1]
            cost = cost + decay / 2 / STEPS * sum((w * w).sum() for w in weights)
        net.zero_grad()
        cost.backward()
        with torch.no_grad():
            for p in net.parameters():
                p -= rate * p.grad
        costs.append(cost.item())
    return costs


SIGMOID, RELU = nn.Sigmoid, nn.ReLU
CASES = [  # name in package nets, network, learning rate, lambda, parameters
    ("fc100", ([], SIGMOID, [100]), 0.1, 0.0, 79_510),
    ("conv1", ([20], SIGMOID, [100]), 0.1, 0.0, 289_630),
    ("conv2-sigmoid", ([20, 40], SIGMOID, [100]), 0.1, 0.0, 85_670),
    ("conv2", ([20, 40], RELU, [100]), 0.03, 0.1, 85_670),
    ("conv2-fc300", ([20, 40], RELU, [300]), 0.03, 0.1, 215_870),
    ("conv2-fc1000", ([20, 40], RELU, [1000]), 0.03, 0.1, 671_570),
    ("conv2-fc100-fc100", ([20, 40], RELU, [100, 100]), 0.03, 0.1, 95_770),
    ("conv2-fc300-fc300", ([20, 40], RELU, [300, 300]), 0.03, 0.1, 306_170),
    ("conv2-fc1000-fc1000", ([20, 40], RELU, [1000, 1000]), 0.03, 0.1, 1_672_570),
    ("conv2-dropout", ([20, 40], RELU, [1000, 1000], True), 0.03, 0.0, 1_672_570),
]


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    networks = []
    for name, spec, rate, decay, count in CASES:
        net = network(*spec)
        params = sum(p.numel() for p in net.parameters())
        assert params == count, (name, params, count)
        costs = train(net, rate, decay, torch.float32)
        exact = train(network(*spec), rate, decay, torch.float64)
        # Rounding alone carries the costs a tenth of what the Go test allows, and a
        # wrong gradient of any one tensor would carry them at least twice as far.
        drift = max(abs(a / b - 1) for a, b in zip(costs, exact))
        assert drift < 1e-6, (name, drift)
        for j in range(len(list(net.parameters()))):
            frozen = network(*spec)
            list(frozen.parameters())[j].register_hook(torch.zeros_like)
            far = max(abs(a / b - 1) for a, b in zip(train(frozen, rate, decay, torch.float32), costs))
            assert far > 2e-5, (name, j, far)
        print(f"{name:22}{params:>10}  {costs[0]:.6f} ... {costs[-1]:.6f}  float64 differs by {drift:.0e}")
        networks.append(dict(name=name, gain=gain_of(net), rate=rate, decay=decay, params=params, costs=costs))
    text = json.dumps(dict(torch=torch.__version__, batch=BATCH, steps=STEPS, networks=networks), indent=1)
    pathlib.Path(__file__).with_name("fingerprints.json").write_text(text + "\n")


if __name__ == "__main__":
    main()

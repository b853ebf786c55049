#!/usr/bin/env python3
"""Writes layers.json: what PyTorch's layers compute in double precision, forward and backward, and the names of their
state. Run as `python3 layers.py > layers.json`; the file says with which versions it was written."""

import json

import numpy
import torch
from torch import nn

random = numpy.random.RandomState(20151106)


def rounded(values):
    """Numbers with three digits, which keep the file short and are the same for every reader."""
    return torch.tensor(numpy.round(values, 3), dtype=torch.float64)


def as_json(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().flatten().tolist()}


def row(variant, layer, *shape, training=True):
    layer = layer.double().train(training)
    for _, tensor in layer.state_dict().items():
        tensor.copy_(rounded(random.uniform(0.5, 1.5, tuple(tensor.shape))))
    state = {name: as_json(tensor) for name, tensor in layer.state_dict().items()}
    x = rounded(random.standard_normal(shape)).requires_grad_()
    y = layer(x)
    cotangent = rounded(random.standard_normal(tuple(y.shape)))
    (y * cotangent).sum().backward()
    gradients = {name: as_json(parameter.grad) for name, parameter in layer.named_parameters()}
    return {
        "layer": type(layer).__name__,
        "variant": variant,
        "state": state,
        "x": as_json(x),
        "cotangent": as_json(cotangent),
        "y": as_json(y),
        "gradients": {"x": as_json(x.grad), **gradients},
        "state_after": {name: as_json(tensor) for name, tensor in layer.state_dict().items()},
    }


rows = [
    row("", nn.Linear(3, 2), 4, 3),
    row("without a bias", nn.Linear(3, 2, bias=False), 4, 2, 3),
    row("", nn.Flatten(), 2, 3, 2),
    row("(N, C)", nn.BatchNorm1d(3), 8, 3),
    row("(N, C, L)", nn.BatchNorm1d(3), 4, 3, 2),
    row("in evaluation", nn.BatchNorm1d(3), 4, 3, training=False),
    row("cumulative", nn.BatchNorm1d(3, momentum=None), 8, 3),
    row("not affine", nn.BatchNorm1d(3, affine=False), 8, 3),
    row("not tracking, in evaluation", nn.BatchNorm1d(3, track_running_stats=False), 8, 3, training=False),
    row("", nn.BatchNorm2d(3), 2, 3, 2, 4),
    row("in evaluation", nn.BatchNorm2d(3), 2, 3, 2, 2, training=False),
    row("(D)", nn.LayerNorm(5), 3, 5),
    row("the last two axes of four", nn.LayerNorm((2, 3)), 2, 2, 2, 3),
    row("not affine", nn.LayerNorm(5, elementwise_affine=False), 3, 5),
    row("(N, C)", nn.GroupNorm(2, 6), 3, 6),
    row("(N, C, L)", nn.GroupNorm(3, 6), 2, 6, 3),
    row("(N, C, H, W)", nn.GroupNorm(2, 4), 2, 4, 2, 3),
    row("not affine", nn.GroupNorm(2, 4, affine=False), 2, 4, 3),
    row("", nn.InstanceNorm1d(3), 2, 3, 5),
    row("affine", nn.InstanceNorm1d(3, affine=True), 2, 3, 5),
    row("", nn.InstanceNorm2d(2), 2, 2, 3, 2),
    row("affine", nn.InstanceNorm2d(2, affine=True), 2, 2, 3, 2),
    row("", nn.ReLU(), 3, 4),
    row("", nn.LeakyReLU(), 3, 4),
    row("slope 0.2", nn.LeakyReLU(0.2), 3, 4),
    row("", nn.ELU(), 3, 4),
    row("alpha 0.7", nn.ELU(0.7), 3, 4),
    row("", nn.GELU(), 3, 4),
    row("", nn.SiLU(), 3, 4),
    row("", nn.Sigmoid(), 3, 4),
    row("", nn.Tanh(), 3, 4),
    row("", nn.Softplus(), 3, 4),
    row("", nn.Softmax(dim=-1), 3, 4),
    row("axis 1 of three", nn.Softmax(dim=1), 2, 3, 2),
    row("", nn.LogSoftmax(dim=-1), 3, 4),
    row("axis 1 of three", nn.LogSoftmax(dim=1), 2, 3, 2),
    row("of two layers", nn.Sequential(nn.Linear(3, 4), nn.Sigmoid(), nn.Linear(4, 2)), 4, 3),
]

versions = f"PyTorch {torch.__version__}, NumPy {numpy.__version__}"
print(f'{{"written_with": {json.dumps(versions)},\n"rows": [')
print(",\n".join(json.dumps(r) for r in rows))
print("]}")

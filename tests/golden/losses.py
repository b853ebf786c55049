#!/usr/bin/env python3
"""Writes losses.json: what PyTorch's losses compute in double precision, and their gradients. Run as
`python3 losses.py > losses.json`; the file says with which versions it was written. The losses from probabilities are
written out as in Keras 3 (keras/src/backend/torch/nn.py: divide by the sum, clip to [1e-7, 1 - 1e-7], log)."""

import json

import numpy
import torch
from torch.nn import functional

random = numpy.random.RandomState(1951)


def rounded(values):
    """Numbers with three digits, which keep the file short and are the same for every reader."""
    return torch.tensor(numpy.round(values, 3), dtype=torch.float64)


def as_json(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().flatten().tolist()}


def row(name, variant, loss, outputs, targets):
    outputs = outputs.requires_grad_()
    value = loss(outputs, targets)
    value.backward()
    return {
        "loss": name,
        "variant": variant,
        "outputs": as_json(outputs),
        "targets": targets.tolist() if targets.dtype == torch.int64 else as_json(targets),
        "value": value.item(),
        "gradient": as_json(outputs.grad),
    }


def keras_sparse_categorical(probabilities, labels):
    p = probabilities / probabilities.sum(dim=-1, keepdim=True)
    log_p = p.clip(1e-7, 1 - 1e-7).log()
    return -log_p[torch.arange(len(labels)), labels].mean()


def keras_binary(probabilities, targets):
    p = probabilities.clip(1e-7, 1 - 1e-7)
    return -(targets * p.log() + (1 - targets) * (1 - p).log()).mean()


def cross_entropy(**options):
    return lambda outputs, labels: functional.cross_entropy(outputs, labels, **options)


logits = rounded(random.standard_normal((5, 4)) * 3)
labels = torch.tensor(random.randint(0, 4, 5))
some_ignored = torch.tensor([2, 3, 0, 3, 1])
far_logits = torch.tensor([[1000.0, -1000.0, 0.0], [0.0, 1000.0, 999.0]], dtype=torch.float64)
far_labels = torch.tensor([1, 2])
probabilities = rounded(random.uniform(0.01, 2.0, (5, 4)))
sure = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 1e-9], [0.2, 0.3, 0.5]], dtype=torch.float64)
sure_labels = torch.tensor([1, 2, 2])
z = rounded(random.standard_normal((3, 4)) * 3)
t = rounded(random.uniform(0, 1, (3, 4)))
yes_or_no = torch.tensor(random.randint(0, 2, (3, 4)), dtype=torch.float64)
far_z = torch.tensor([1000.0, -1000.0, 1000.0, -1000.0, 30.0, -30.0], dtype=torch.float64)
far_t = torch.tensor([1.0, 0.0, 0.0, 1.0, 1.0, 0.0], dtype=torch.float64)
unit = rounded(random.uniform(0.05, 0.95, (3, 4)))
sure_unit = torch.tensor([0.0, 1.0, 1e-9, 0.5], dtype=torch.float64)
sure_unit_t = torch.tensor([1.0, 1.0, 0.0, 0.0], dtype=torch.float64)
y = rounded(random.standard_normal((3, 4)) * 2)
goal = rounded(random.standard_normal((3, 4)) * 2)


def of(tensor):
    return tensor.clone()


rows = [
    row("cross_entropy", "", cross_entropy(), of(logits), labels),
    row("cross_entropy", "smoothing 0.1", cross_entropy(label_smoothing=0.1), of(logits), labels),
    row("cross_entropy", "smoothing 1", cross_entropy(label_smoothing=1.0), of(logits), labels),
    row("cross_entropy", "ignore 3", cross_entropy(ignore_index=3), of(logits), some_ignored),
    row("cross_entropy", "smoothing 0.2, ignore 3", cross_entropy(label_smoothing=0.2, ignore_index=3), of(logits),
        some_ignored),
    row("cross_entropy", "far logits", cross_entropy(), of(far_logits), far_labels),
    row("cross_entropy", "far logits, smoothing 0.3", cross_entropy(label_smoothing=0.3), of(far_logits), far_labels),
    row("cross_entropy_from_probabilities", "", keras_sparse_categorical, of(probabilities), labels),
    row("cross_entropy_from_probabilities", "clipped", keras_sparse_categorical, of(sure), sure_labels),
    row("binary_cross_entropy", "", functional.binary_cross_entropy_with_logits, of(z), t),
    row("binary_cross_entropy", "yes or no", functional.binary_cross_entropy_with_logits, of(z), yes_or_no),
    row("binary_cross_entropy", "far logits", functional.binary_cross_entropy_with_logits, of(far_z), far_t),
    row("binary_cross_entropy_from_probabilities", "", keras_binary, of(unit), t),
    row("binary_cross_entropy_from_probabilities", "clipped", keras_binary, of(sure_unit), sure_unit_t),
    row("mse", "", functional.mse_loss, of(y), goal),
    row("mae", "", functional.l1_loss, of(y), goal),
    row("huber", "", functional.huber_loss, of(y), goal),
    row("huber", "delta 2.5", lambda a, b: functional.huber_loss(a, b, delta=2.5), of(y), goal),
]

versions = f"PyTorch {torch.__version__}, NumPy {numpy.__version__}"
print(f'{{"written_with": {json.dumps(versions)},\n"rows": [')
print(",\n".join(json.dumps(r) for r in rows))
print("]}")

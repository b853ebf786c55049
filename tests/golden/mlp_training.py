"""Writes mlp_training.json: the losses of PyTorch trainings, for mlp_training_test.cpp.

    python3 tests/golden/mlp_training.py

A network 64-32-16-10 with batch norm learns the embedded digits. The weights and the batches are not stored: the
weights are drawn from a small generator that both sides have (`draw`), the batch of step s is the rows 32 s to
32 s + 31. Loss number s is that of batch s after s steps.
"""

import csv
import json
import pathlib

import torch

torch.set_num_threads(1)

STEPS = 50
BATCH = 32
FOLDER = pathlib.Path(__file__).parent
TRAININGS = [
    ("Adam", torch.float64),
    ("Adam", torch.float32),
    ("SGD", torch.float64),
    ("SGD", torch.float32),
]


def digits(dtype):
    with open(FOLDER / "../../datasets/data/digits.csv") as file:
        rows = [[int(cell) for cell in row] for row in list(csv.reader(file))[1:]]
    table = torch.tensor(rows)
    return table[:, :-1].to(dtype) / 16, table[:, -1]


def network(dtype):
    nn = torch.nn
    layers = [nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU()]
    layers += [nn.Linear(32, 16), nn.BatchNorm1d(16), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(16, 10)).to(dtype)


def draw(network):
    """Fills the parameters in their order with centre + spread * u, where u is in [-1, 1)."""
    state = 1
    for name, parameter in network.named_parameters():
        is_batch_norm_weight = parameter.dim() == 1 and name in ("1.weight", "4.weight")
        centre = 1.0 if is_batch_norm_weight else 0.0
        spread = parameter.shape[1] ** -0.5 if parameter.dim() == 2 else 0.125
        values = []
        for _ in range(parameter.numel()):
            state = (1664525 * state + 1013904223) % 2**32
            values.append(centre + spread * (state / 2**31 - 1.0))
        with torch.no_grad():
            parameter.copy_(torch.tensor(values, dtype=torch.float64).reshape(parameter.shape))


def optimizer_of(name, parameters):
    if name == "Adam":
        return torch.optim.Adam(parameters, lr=0.005)
    return torch.optim.SGD(parameters, lr=0.05, momentum=0.9)


def train(name, dtype):
    inputs, labels = digits(dtype)
    net = network(dtype)
    draw(net)
    optimizer = optimizer_of(name, net.parameters())
    losses = []
    for step in range(STEPS + 1):
        rows = slice(BATCH * step, BATCH * (step + 1))
        loss = torch.nn.functional.cross_entropy(net(inputs[rows]), labels[rows])
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {"optimizer": name, "type": str(dtype).removeprefix("torch."), "losses": losses}


def main():
    golden = {
        "made by": f"tests/golden/mlp_training.py with PyTorch {torch.__version__}",
        "trainings": [train(name, dtype) for name, dtype in TRAININGS],
    }
    (FOLDER / "mlp_training.json").write_text(json.dumps(golden, indent=1) + "\n")


main()

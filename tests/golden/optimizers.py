"""Writes optimizers.json: what PyTorch's optimizers, schedules and clipping do.

It is for optimizers_test.cpp and schedules_test.cpp.

    python3 tests/golden/optimizers.py

Options have this project's names; `torch_options` translates them.
"""

import json
import pathlib
import re

import torch

torch.set_default_dtype(torch.float64)

STEPS = 5
WEIGHTS = [0.5, -1.25, 2.0, 0.0, -0.001, 30.0, 1e-9]
GRADIENTS = [  # of every size, some changing their sign, one vanishing, and nothing that depends on the weights
    [0.3, -0.7, 1.5, 2.0, 1e-3, -40.0, 1e-8],
    [0.1, 0.9, -2.5, 0.0, 2e-3, -30.0, -2e-8],
    [-0.4, 0.2, 0.5, 0.0, -1e-3, 20.0, 3e-8],
    [0.6, -0.1, -1.0, 1.0, 5e-4, 0.5, 1e-8],
    [0.2, 0.3, 0.25, -3.0, 1e-3, -1.0, 0.0],
]
RATES = [0.1, 0.1, 0.02, 0.05, 0.05]  # of the cases in which it changes

CASES = {
    "SGD": [
        {"learning_rate": 0.1},
        {"learning_rate": 0.1, "momentum": 0.9},
        {"learning_rate": 0.05, "momentum": 0.5, "weight_decay": 0.01},
        {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True},
        {"learning_rate": 0.05, "momentum": 0.7, "nesterov": True, "weight_decay": 0.02},
    ],
    "Adam": [
        {},
        {"learning_rate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 0.1},
        {"learning_rate": 0.01, "beta1": 0.0, "beta2": 0.5},
        {"learning_rate": 0.02, "weight_decay": 0.03},
    ],
    "AdamW": [
        {},
        {"learning_rate": 0.1, "weight_decay": 0.2},
        {"learning_rate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 0.1, "weight_decay": 0.0},
    ],
    "RMSprop": [
        {},
        {"learning_rate": 0.05, "alpha": 0.8, "epsilon": 0.1},
        {"learning_rate": 0.01, "momentum": 0.9},
        {"learning_rate": 0.02, "alpha": 0.9, "momentum": 0.5, "weight_decay": 0.03},
    ],
    "Adagrad": [
        {},
        {"learning_rate": 0.1, "initial_accumulator": 0.1},
        {"learning_rate": 0.5, "initial_accumulator": 2.0, "epsilon": 0.1, "weight_decay": 0.03},
    ],
}


def torch_options(options):
    names = {
        "learning_rate": "lr",
        "epsilon": "eps",
        "initial_accumulator": "initial_accumulator_value",
    }
    translated = {names.get(name, name): value for name, value in options.items() if name not in ("beta1", "beta2")}
    if "beta1" in options:
        translated["betas"] = (options["beta1"], options["beta2"])
    return translated


def train(rule, options, rates):
    weights = torch.nn.Parameter(torch.tensor(WEIGHTS))
    optimizer = getattr(torch.optim, rule)([weights], **torch_options(options))
    after = []
    for step in range(STEPS):
        if rates:
            optimizer.param_groups[0]["lr"] = rates[step]
        weights.grad = torch.tensor(GRADIENTS[step])
        optimizer.step()
        after.append(weights.tolist())
    return {"rule": rule, "options": options, "rates": rates, "weights": after}


def optimizer_with_rate(rate):
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)


def rates_of(rate, make_schedule, epochs):
    optimizer = optimizer_with_rate(rate)
    schedule = make_schedule(optimizer)
    rates = []
    for _ in range(epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


def schedules():
    lrs = torch.optim.lr_scheduler
    return {
        "step": rates_of(0.5, lambda o: lrs.StepLR(o, step_size=3, gamma=0.4), 12),
        "cosine": rates_of(0.5, lambda o: lrs.CosineAnnealingLR(o, T_max=8, eta_min=0.02), 9),
        "warm_up": rates_of(0.5, lambda o: lrs.LinearLR(o, start_factor=0.25, total_iters=4), 5),
    }


def plateau(options, monitored):
    optimizer = optimizer_with_rate(1.0)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer,
        mode="max" if options["maximise"] else "min",
        factor=options["factor"],
        patience=options["patience"] - 1,  # PyTorch reduces after one epoch more
        threshold=options["min_delta"],
        threshold_mode="abs",
        min_lr=options["min_rate"],
    )
    rates = []
    for number in monitored:
        schedule.step(number)
        rates.append(optimizer.param_groups[0]["lr"])
    return {"options": options, "monitored": monitored, "rates": rates}


def plateaus():
    losses = [3.0, 2.0, 1.9, 1.95, 1.7, 1.7, 1.65, 1.9, 1.2, 1.3, 1.25, 1.19, 1.3, 1.4, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1]
    common = {"factor": 0.5, "min_delta": 0.1, "min_rate": 0.2}
    return [
        plateau({**common, "patience": 2, "maximise": False}, losses),
        plateau({**common, "patience": 1, "maximise": False}, losses),
        plateau({**common, "patience": 3, "maximise": True}, [-loss for loss in losses]),
    ]


def clip(kind, limit):
    parameters = [torch.nn.Parameter(torch.zeros(len(gradient))) for gradient in GRADIENTS]
    for parameter, gradient in zip(parameters, GRADIENTS):
        parameter.grad = torch.tensor(gradient)
    utils = torch.nn.utils
    norm = None
    if kind == "norm":
        norm = utils.clip_grad_norm_(parameters, limit).item()
    else:
        utils.clip_grad_value_(parameters, limit)
    return {"kind": kind, "limit": limit, "norm": norm, "gradients": [p.grad.tolist() for p in parameters]}


def main():
    golden = {
        "made by": f"tests/golden/optimizers.py with PyTorch {torch.__version__}, float64",
        "weights": WEIGHTS,
        "gradients": GRADIENTS,
        "cases": [
            train(rule, options, rates) for rule, cases in CASES.items() for options in cases for rates in (None, RATES)
        ],
        "schedules": schedules(),
        "plateaus": plateaus(),
        "clipping": [clip("norm", 2.5), clip("norm", 1000.0), clip("value", 0.5)],
    }
    text = re.sub(r"\[[^][{}]*\]", lambda numbers: " ".join(numbers[0].split()), json.dumps(golden, indent=1))
    pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")


main()

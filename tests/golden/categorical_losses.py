"""Writes categorical_losses.json: categorical cross-entropies and their gradients with 50 digits, rounded to doubles.

    python3 tests/golden/categorical_losses.py

The formulas are Keras's; the gradients are derived by hand: (Σt softmax(z) - t) / N from logits, and
(Σt / Σp - t / p) / N from probabilities that need no clipping.
"""

import json
import pathlib
import random
import sys
from decimal import Decimal, getcontext

getcontext().prec = 50
random.seed(20151106)


def numbers(rows, columns, low, high):
    return [[Decimal(str(round(random.uniform(low, high), 3))) for _ in range(columns)] for _ in range(rows)]


def one_hot(rows, columns):
    labels = [random.randrange(columns) for _ in range(rows)]
    return [[Decimal(int(k == label)) for k in range(columns)] for label in labels]


def distributions(rows, columns):
    shares = numbers(rows, columns, 0.05, 1.0)
    return [[Decimal(str(round(x / sum(row), 4))) for x in row] for row in shares]


def from_logits(logits, targets):
    loss, gradient = Decimal(0), []
    for z, t in zip(logits, targets):
        powers = [x.exp() for x in z]
        total = sum(powers)
        loss -= sum(b * (p / total).ln() for b, p in zip(t, powers))
        gradient.append([(sum(t) * p / total - b) / len(logits) for b, p in zip(t, powers)])
    return loss / len(logits), gradient


def from_probabilities(probabilities, targets):
    loss, gradient = Decimal(0), []
    for p, t in zip(probabilities, targets):
        total = sum(p)
        loss -= sum(b * (x / total).ln() for b, x in zip(t, p))
        gradient.append([(sum(t) / total - b / x) / len(probabilities) for b, x in zip(t, p)])
    return loss / len(probabilities), gradient


def array(rows):
    return {"shape": [len(rows), len(rows[0])], "values": [float(x) for row in rows for x in row]}


def row(loss, variant, function, outputs, targets):
    value, gradient = function(outputs, targets)
    return {"loss": loss, "variant": variant, "outputs": array(outputs), "targets": array(targets),
            "value": float(value), "gradient": array(gradient)}


rows = []
for variant, targets in (("one-hot", one_hot), ("distributions", distributions)):
    rows.append(row("categorical_cross_entropy", variant, from_logits, numbers(5, 4, -4, 4), targets(5, 4)))
    rows.append(row("categorical_cross_entropy_from_probabilities", variant, from_probabilities,
                    numbers(5, 4, 0.05, 0.9), targets(5, 4)))

file = pathlib.Path(__file__).with_suffix(".json")
made_by = f"tests/golden/categorical_losses.py with Python {sys.version.split()[0]}'s decimal, 50 digits"
file.write_text(json.dumps({"written_with": made_by, "rows": rows}) + "\n")

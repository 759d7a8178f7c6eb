#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How well the rows of largest |q| find the largest attention logit: benchmarks/largest_logit.py

Draws Gaussian queries and keys, 8 sequences of 256 and 8 heads of width 32, whose norms are alike or spread, and
compares what the package `foreshock` reports for each head with the maximum over all rows.
"""

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "trainer/python"))

import torch
from foreshock.pytorch import scores

SHAPE, DRAWS = (8, 8, 256, 32), 10


def drawn(spread: float) -> torch.Tensor:
    return torch.randn(SHAPE) * torch.exp(spread * torch.randn(*SHAPE[:3], 1))


def main() -> None:
    torch.manual_seed(0)
    future = torch.ones(SHAPE[2], SHAPE[2], dtype=torch.bool).triu(1)
    for spread in (0.0, 0.5, 1.0):
        for rows in (64, 128, 256, 512):
            scores.ROWS = rows
            errors = []
            for _ in range(DRAWS):
                q, k = drawn(spread), drawn(spread)
                exact = (q @ k.mT / math.sqrt(SHAPE[3])).masked_fill(future, -math.inf).amax((0, 2, 3))
                found = scores.measure(q, k, causal=True).largest
                errors.append((exact - found) / exact)
            error = torch.stack(errors)
            print(f"spread {spread}, {rows} rows: mean error {error.mean():.2%}, largest {error.max():.2%}")


if __name__ == "__main__":
    main()

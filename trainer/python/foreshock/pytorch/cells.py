# SPDX-License-Identifier: Apache-2.0
"""What the forward passes of a step leave behind, on the device: sums and maxima, by layer and head."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch

# Columns of ``layers``: Σx² and the number of elements of a block's output.
OUTPUT, OUTPUT_ELEMENTS = range(2)
# Rows of ``head_sums``: Σ entropy and the number of its rows.
ENTROPY, ENTROPY_ROWS = range(2)
# Rows of ``head_maxima``: the bound max‖q‖·max‖k‖·scale, and the largest logit that was computed.
BOUND, LARGEST = range(2)
# Elements of ``logits``: sums over the tokens with a target, and their number.
LOGIT_MEAN, LOG_Z, LOG_Z_SQUARE, CROSS_ENTROPY, TOKENS = range(5)


class Block(NamedTuple):
    """The cells of one block: views into those of all."""

    output: torch.Tensor
    head_sums: torch.Tensor
    head_maxima: torch.Tensor


class Cells:
    """Sums and maxima of one step; all tensors lie on the model's device and keep their addresses."""

    def __init__(self, layers: int, heads: int, device: torch.device) -> None:
        self.layers = torch.zeros(layers, 2, device=device)
        self.head_sums = torch.zeros(layers, 2, heads, device=device)
        self.head_maxima = torch.zeros(layers, 2, heads, device=device)
        self.logits = torch.zeros(5, device=device)
        self.logit_max = torch.zeros(1, device=device)
        self.reset()

    def block(self, layer: int) -> Block:
        """Return the cells of one layer."""
        return Block(self.layers[layer], self.head_sums[layer], self.head_maxima[layer])

    @torch.no_grad()
    def reset(self) -> None:
        """Begin a step."""
        self.layers.zero_()
        self.head_sums.zero_()
        self.head_maxima.fill_(-math.inf)
        self.logits.zero_()
        self.logit_max.fill_(-math.inf)

    def all(self) -> list[torch.Tensor]:
        """Return all tensors."""
        return [self.layers, self.head_sums, self.head_maxima, self.logits, self.logit_max]

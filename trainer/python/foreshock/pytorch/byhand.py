# SPDX-License-Identifier: Apache-2.0
"""Attention that no hook sees: kernels of one's own."""

from __future__ import annotations

import torch

from foreshock import faults
from foreshock.pytorch.forward import here


def attention(
    query: torch.Tensor,
    key: torch.Tensor,
    *,
    scale: float | None = None,
    causal: bool = True,
    mask: torch.Tensor | None = None,
    layer: int | None = None,
) -> None:
    """Read a call of attention; call this beside your kernel, within the model's forward pass.

    :param query: (batch, heads, queries, width)
    :param key: (batch, key heads, keys, width)
    :param scale: factor of q·k; by default 1/√width
    :param causal: whether query i sees keys up to i
    :param mask: True where a query sees a key; broadcasts to (batch, heads, queries, keys)
    :param layer: number of the block; by default the block that runs
    """
    forward = here.forward
    if forward is None or not forward.on:
        return
    if torch.compiler.is_compiling():
        forward.attention(query, key, scale, causal and mask is None, mask, layer)
        return
    with faults.harmless("reading attention"):
        forward.attention(query, key, scale, causal and mask is None, mask, layer)

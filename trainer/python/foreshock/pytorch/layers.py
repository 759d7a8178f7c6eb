# SPDX-License-Identifier: Apache-2.0
"""Which layer each parameter and each block of a model belongs to."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn

EMBEDDING, HEAD = "embedding", "head"


class Layers(NamedTuple):
    """The layers of a model, in the order of the telemetry.

    ``labels`` are ``embedding``, ``0`` to ``L-1``, ``head``, without those that hold no parameter. ``blocks``
    are the repeated blocks; block i is layer ``first_block + i``. ``parameters`` are the trainable parameters,
    each once, and ``indices`` the layer of each.
    """

    labels: list[str]
    blocks: list[nn.Module]
    first_block: int
    parameters: list[nn.Parameter]
    indices: list[int]


def bare(model: nn.Module) -> nn.Module:
    """Return the model inside the wrappers of DistributedDataParallel, FSDP1 and torch.compile."""
    while True:
        inner = getattr(model, "_orig_mod", None) or getattr(model, "module", None)
        wraps = isinstance(inner, nn.Module) and type(model).__name__ in (
            "OptimizedModule",
            "DistributedDataParallel",
            "DataParallel",
            "FullyShardedDataParallel",
        )
        if not wraps:
            return model
        model = inner  # type: ignore[assignment]


def layers(model: nn.Module) -> Layers:
    """Find the layers of a model.

    Blocks are the children of the outermost lists of modules. What comes before the first block, and every
    ``nn.Embedding``, is the embedding; the rest is the head. A model without such lists has its children as
    blocks.
    """
    blocks = _blocks(bare(model))
    block_of = {id(p): i for i, block in enumerate(blocks) for p in block.parameters()}
    embedded = {id(p) for m in model.modules() if isinstance(m, nn.Embedding) for p in m.parameters()}
    places: list[tuple[nn.Parameter, int]] = []  # -1 is the embedding, len(blocks) the head
    passed_a_block = False
    for parameter in model.parameters():
        block = block_of.get(id(parameter))
        passed_a_block |= block is not None
        if block is None:
            block = -1 if id(parameter) in embedded or not passed_a_block else len(blocks)
        if parameter.requires_grad:
            places.append((parameter, block))
    has_embedding = any(place == -1 for _, place in places)
    has_head = any(place == len(blocks) for _, place in places)
    labels = [EMBEDDING] * has_embedding + [str(i) for i in range(len(blocks))] + [HEAD] * has_head
    first = int(has_embedding)
    return Layers(labels, blocks, first, [p for p, _ in places], [first + place for _, place in places])


def _blocks(model: nn.Module) -> list[nn.Module]:
    lists: list[list[nn.Module]] = []
    _collect(model, lists)
    sizes = [sum(p.numel() for block in found for p in block.parameters()) for found in lists]
    large = [found for found, size in zip(lists, sizes) if size * 10 >= sum(sizes)]
    if large:
        return [block for found in large for block in found]
    return [child for child in model.children() if any(True for _ in child.parameters())]


def _collect(module: nn.Module, lists: list[list[nn.Module]]) -> None:
    """Add the outermost lists of modules below ``module``."""
    for child in module.children():
        children = [c for c in child.children() if any(True for _ in c.parameters())]
        alike = len({type(c) for c in children}) == 1
        if (isinstance(child, (nn.ModuleList, nn.ModuleDict)) and children) or (
            isinstance(child, nn.Sequential) and len(children) > 1 and alike
        ):
            lists.append(children)
        else:
            _collect(child, lists)


def local(tensor: torch.Tensor) -> torch.Tensor:
    """Return the part of a sharded tensor (DTensor) that lies in this process, or the tensor itself."""
    to_local = getattr(tensor, "to_local", None)
    found = to_local() if callable(to_local) else tensor
    wait = getattr(found, "wait", None)
    return wait() if callable(wait) else found


def copies(tensor: torch.Tensor, processes: int) -> int:
    """Return in how many of ``processes`` the same elements of a tensor lie."""
    mesh = getattr(tensor, "device_mesh", None)
    if mesh is None:
        return processes
    shards = 1
    for axis, placement in enumerate(tensor.placements):  # type: ignore[attr-defined]
        if placement.is_shard() or placement.is_partial():
            shards *= mesh.size(axis)
    return max(1, processes // shards)

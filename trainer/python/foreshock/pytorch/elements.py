# SPDX-License-Identifier: Apache-2.0
"""Sums over the elements of parameters, gradients and optimizer states, by layer.

The same sums are computed in two ways. On a CPU the tensors of a layer go piece by piece through the cache, small
ones together, and the sums of pieces are added up in float64. On other devices many tensors go at once through the
``_foreach`` functions, so that few kernels are started. Neither reads a result from the device.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import torch

# Elements of a piece: few enough for the cache, enough that an operation costs more than its call.
PIECE = 1 << 18
# Elements of the scratch memory on other devices.
SCRATCH = 1 << 24

# Columns of the result.
GRADIENT, DIRECTION, SURPRISE, LARGE, PARAMETER = range(5)
COLUMNS = 5


class Scales(NamedTuple):
    """How Adam and its kin turn moments into a direction: m̂/(√v̂+ε), with m̂ = m·mean and √v̂ = √v·root."""

    mean: float
    root: float
    epsilon: float


class Adaptive(NamedTuple):
    """The moments m and v of a parameter."""

    mean: torch.Tensor
    square: torch.Tensor
    scales: Scales


class Tensors(NamedTuple):
    """What belongs to one parameter, on one device. All tensors have the same number of elements.

    The sums are multiplied by ``weight`` and added to those of ``layer``. ``direction`` is the optimizer's direction
    before the learning rate where a tensor holds it; ``adaptive`` says how to compute it otherwise. Σg² is computed
    only if ``gradient_wanted``.
    """

    layer: int
    weight: float
    gradient: torch.Tensor | None
    gradient_wanted: bool
    direction: torch.Tensor | None
    adaptive: Adaptive | None


@torch.no_grad()
def by_layer(tensors: list[Tensors], layers: int, device: torch.device) -> torch.Tensor:
    """Return a row for each layer: Σg², Σu², Σ(g/max(√v̂,ε))², count of |u| > 0.5, Σp²; all weighted.

    u is the direction; Σp² is left to ``add_squares``. What is absent is 0. The result is float64 on a CPU and float32
    elsewhere.
    """
    if device.type == "cpu":
        rows = [[0.0] * COLUMNS for _ in range(layers)]
        _piecewise(tensors, rows)
        return torch.tensor(rows, dtype=torch.float64).reshape(layers, COLUMNS)
    return _at_once(tensors, layers, device)


@torch.no_grad()
def norms(tensors: list[torch.Tensor]) -> torch.Tensor:
    """Return the norm of each tensor."""
    if tensors[0].device.type == "cpu":
        return torch.tensor([sum(map(_dot, _pieces(_flat(t)))) for t in tensors], dtype=torch.float64).sqrt()
    return torch.stack(list(torch._foreach_norm([t.detach() for t in tensors], 2, dtype=torch.float32)))


def add_squares(
    rows: torch.Tensor, column: int, layers: list[int], weights: list[float], of_tensors: torch.Tensor
) -> None:
    """Add the squares of norms to a column of the layers that they belong to."""
    squares = of_tensors.to(rows.device, rows.dtype).square()
    squares *= torch.tensor(weights, dtype=rows.dtype, device=rows.device)
    rows[:, column].index_add_(0, torch.tensor(layers, device=rows.device), squares)


def _piecewise(tensors: list[Tensors], rows: list[list[float]]) -> None:
    alike: dict[tuple[int, float, Scales], list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]] = defaultdict(list)
    for one in tensors:
        row = rows[one.layer]
        if one.gradient is not None and one.gradient_wanted:
            row[GRADIENT] += one.weight * sum(map(_dot, _pieces(_flat(one.gradient))))
        if one.direction is not None:
            row[DIRECTION] += one.weight * sum(map(_dot, _pieces(_flat(one.direction))))
        elif one.adaptive is not None and one.gradient is not None:
            key = (one.layer, one.weight, one.adaptive.scales)
            alike[key].append((_flat(one.gradient), _flat(one.adaptive.mean), _flat(one.adaptive.square)))
    scratch = [torch.empty(PIECE) for _ in range(5)]
    for (layer, weight, scales), states in alike.items():
        row = rows[layer]
        for g, m, v in _pieces_of_states(states, scratch[:3]):
            direction, surprise, large = _of_piece(g, m, v, scales, scratch[3], scratch[4])
            row[DIRECTION] += weight * direction
            row[SURPRISE] += weight * surprise
            row[LARGE] += weight * large


def _of_piece(
    g: torch.Tensor, m: torch.Tensor, v: torch.Tensor, scales: Scales, a: torch.Tensor, b: torch.Tensor
) -> tuple[float, float, float]:
    """Return Σu², Σ(g/max(√v̂,ε))² and the count of |u| > 0.5; ``a`` and ``b`` are scratch memory."""
    a, b = a[: len(g)], b[: len(g)]
    # scaled sums at the end cost less than scaled elements: a = √v, b = u / scale
    epsilon, scale = scales.epsilon / scales.root, scales.mean / scales.root
    torch.sqrt(v, out=a)
    torch.add(a, epsilon, out=b)
    torch.div(m, b, out=b)
    direction = float(torch.dot(b, b)) * scale**2
    torch.ops.aten.hardshrink.out(b, 0.5 / scale, out=b)  # 0 up to the threshold
    b.sign_()
    large = float(torch.dot(b, b))
    torch.div(g, a.clamp_(min=epsilon), out=a)
    return direction, float(torch.dot(a, a)) / scales.root**2, large


def _pieces_of_states(
    states: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]], scratch: list[torch.Tensor]
) -> Iterator[tuple[torch.Tensor, ...]]:
    """Return gradients and moments piece by piece in float32; tensors that are smaller than a piece go together."""
    waiting: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]] = []
    filled = 0

    def together() -> tuple[torch.Tensor, ...]:
        if len(waiting) == 1 and all(t.dtype == torch.float32 for t in waiting[0]):
            return waiting[0]
        return tuple(torch.cat([s[i].float() for s in waiting], out=scratch[i][:filled]) for i in range(3))

    for state in states:
        for piece in zip(*map(_pieces, state)):
            size = len(piece[0])
            if filled + size > PIECE:
                yield together()
                waiting, filled = [], 0
            waiting.append(piece)
            filled += size
    if waiting:
        yield together()


def _at_once(tensors: list[Tensors], layers: int, device: torch.device) -> torch.Tensor:
    rows = torch.zeros(layers, COLUMNS, device=device)
    _add_norms(rows, GRADIENT, [(t, t.gradient) for t in tensors if t.gradient is not None and t.gradient_wanted])
    _add_norms(rows, DIRECTION, [(t, t.direction) for t in tensors if t.direction is not None])
    group: list[tuple[Tensors, torch.Tensor, Adaptive]] = []
    elements = 0
    for one in tensors:
        if one.adaptive is None or one.gradient is None:
            continue
        if group and elements + one.gradient.numel() > SCRATCH:
            _adaptive(rows, group)
            group, elements = [], 0
        group.append((one, one.gradient, one.adaptive))
        elements += one.gradient.numel()
    if group:
        _adaptive(rows, group)
    return rows


def _adaptive(rows: torch.Tensor, group: list[tuple[Tensors, torch.Tensor, Adaptive]]) -> None:
    owners = [one for one, _, _ in group]
    scales = [adaptive.scales for _, _, adaptive in group]
    root = list(torch._foreach_sqrt([adaptive.square.float() for _, _, adaptive in group]))
    torch._foreach_mul_(root, [s.root for s in scales])
    direction = list(torch._foreach_add(root, [s.epsilon for s in scales]))
    torch._foreach_reciprocal_(direction)
    torch._foreach_mul_(direction, [adaptive.mean for _, _, adaptive in group])
    torch._foreach_mul_(direction, [s.mean for s in scales])
    _add_norms(rows, DIRECTION, list(zip(owners, direction)))
    torch._foreach_abs_(direction)
    # 1 where |u| > 0.5: the sign of what is left above it
    torch._foreach_sub_(direction, 0.5)
    torch._foreach_clamp_min_(direction, 0)
    torch._foreach_sign_(direction)
    _add_norms(rows, LARGE, list(zip(owners, direction)))
    del direction
    torch._foreach_clamp_min_(root, [s.epsilon for s in scales])
    torch._foreach_reciprocal_(root)
    torch._foreach_mul_(root, [gradient for _, gradient, _ in group])
    _add_norms(rows, SURPRISE, list(zip(owners, root)))


def _add_norms(rows: torch.Tensor, column: int, tensors: list[tuple[Tensors, torch.Tensor]]) -> None:
    if tensors:
        found = torch.stack(list(torch._foreach_norm([t for _, t in tensors], 2, dtype=torch.float32)))
        add_squares(rows, column, [one.layer for one, _ in tensors], [one.weight for one, _ in tensors], found)


def _flat(tensor: torch.Tensor) -> torch.Tensor:
    tensor = tensor.detach()
    return (torch.view_as_real(tensor) if tensor.is_complex() else tensor).reshape(-1)


def _pieces(flat: torch.Tensor) -> tuple[torch.Tensor, ...]:
    return (flat,) if len(flat) <= PIECE else torch.split(flat, PIECE)


def _dot(piece: torch.Tensor) -> float:
    piece = piece.float()
    return float(torch.dot(piece, piece))

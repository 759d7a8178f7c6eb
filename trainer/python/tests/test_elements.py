# SPDX-License-Identifier: Apache-2.0
"""The sums over elements are the same piece by piece, at once, and in float64."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs torch")

from foreshock.pytorch import elements  # noqa: E402
from foreshock.pytorch.elements import Adaptive, Scales, Tensors  # noqa: E402

SHAPES = [(300, 400), (7,), (1,), (3, 5, 2), (1001,), (2000,)]
LAYERS = 2
CPU = torch.device("cpu")


def made(kind: torch.dtype) -> list[Tensors]:
    random = torch.Generator().manual_seed(3)
    found = []
    for i, shape in enumerate(SHAPES):
        g, m = (torch.randn(shape, generator=random).to(kind) for _ in range(2))
        v = torch.rand(shape, generator=random).to(kind)
        adaptive = Adaptive(m, v, Scales(1.5 + i % 2, 1.25, 1e-3))
        found.append(Tensors(i % LAYERS, 1.0 if i else 0.5, g, i != 2, None, adaptive))
        found.append(Tensors(i % LAYERS, 1.0, g, True, m, None))
    return found


def exact(tensors: list[Tensors]) -> Any:
    rows = torch.zeros(LAYERS, elements.COLUMNS, dtype=torch.float64)
    for one in tensors:
        row = torch.zeros(elements.COLUMNS, dtype=torch.float64)
        assert one.gradient is not None
        g = one.gradient.double()
        if one.gradient_wanted:
            row[elements.GRADIENT] = g.square().sum()
        if one.direction is not None:
            row[elements.DIRECTION] = one.direction.double().square().sum()
        if one.adaptive is not None:
            scales = one.adaptive.scales
            root = one.adaptive.square.double().sqrt() * scales.root
            u = one.adaptive.mean.double() * scales.mean / (root + scales.epsilon)
            row[elements.DIRECTION] = u.square().sum()
            row[elements.LARGE] = (u.abs() > 0.5).sum()
            row[elements.SURPRISE] = (g / root.clamp(min=scales.epsilon)).square().sum()
        rows[one.layer] += one.weight * row
    return rows


@pytest.mark.parametrize("way", [elements.by_layer, elements._at_once], ids=["piecewise", "at once"])
@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("piece", [1000, elements.PIECE])
def test_sums_equal_float64(monkeypatch: pytest.MonkeyPatch, way: Any, kind: torch.dtype, piece: int) -> None:
    monkeypatch.setattr(elements, "PIECE", piece)
    monkeypatch.setattr(elements, "SCRATCH", piece)
    tensors = made(kind)
    torch.testing.assert_close(way(tensors, LAYERS, CPU).double(), exact(tensors), rtol=1e-4, atol=0)


def test_norms_equal_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "PIECE", 1000)
    tensors = [one.gradient for one in made(torch.float32) if one.gradient is not None]
    wanted = torch.stack([t.double().norm() for t in tensors])
    torch.testing.assert_close(elements.norms(tensors), wanted, rtol=1e-6, atol=0)


def test_no_tensors_have_no_sums() -> None:
    assert torch.equal(elements.by_layer([], LAYERS, CPU), torch.zeros(LAYERS, elements.COLUMNS, dtype=torch.float64))

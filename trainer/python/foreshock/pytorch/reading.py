# SPDX-License-Identifier: Apache-2.0
"""One step's statistics: gathered on the device, added up over processes, copied once, named on the host."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch

from foreshock.pytorch import cells, experts
from foreshock.pytorch.cells import Cells
from foreshock.pytorch.elements import COLUMNS, DIRECTION, GRADIENT, LARGE, PARAMETER, SURPRISE
from foreshock.pytorch.together import Together


class Elements(NamedTuple):
    """How many elements of a layer entered each sum."""

    gradient: int = 0
    parameter: int = 0
    direction: int = 0
    surprise: int = 0


class Numbers(NamedTuple):
    """Tensors of single numbers: sums over processes, by name; NaN where a process has none."""

    loss: torch.Tensor | None
    norm_square: torch.Tensor | None
    found_inf: torch.Tensor | None
    loss_scale: torch.Tensor | None


class Reading:
    """The values of a step on their way from the device.

    ``by_layer`` is (layers, COLUMNS), from ``elements``, or None when the step is not measured. ``routers`` is
    ``Experts.sums``, or None.
    """

    def __init__(
        self,
        by_layer: torch.Tensor | None,
        forward: Cells | None,
        heads: int,
        routers: torch.Tensor | None,
        numbers: Numbers,
        together: Together | None,
    ) -> None:
        self.heads = heads
        self.layers = 0 if by_layer is None else by_layer.shape[0]
        singles = [numbers.loss, numbers.norm_square, numbers.found_inf, numbers.loss_scale]
        known = [one for one in singles if one is not None] or [torch.zeros(())]
        device = known[0].device if by_layer is None else by_layer.device
        dtype = torch.float64 if device.type == "cpu" else torch.float32
        nothing = torch.zeros((), dtype=dtype, device=device)
        self._has = [one is not None for one in singles]
        parts = [nothing if one is None else one.to(device, dtype).reshape(()) for one in singles]
        sums = [torch.stack(parts)]
        maxima = [nothing.reshape(1)]
        if by_layer is not None:
            sums.append(by_layer.to(dtype).reshape(-1))
        self.routers = (0, 0) if by_layer is None or routers is None else tuple(routers.shape)
        if by_layer is not None and routers is not None:
            sums.append(routers.reshape(-1))
        if by_layer is not None and forward is not None:
            sums += [forward.layers.reshape(-1), forward.head_sums[:, :, :heads].reshape(-1), forward.logits]
            maxima += [forward.head_maxima[:, :, :heads].reshape(-1), forward.logit_max]
        self._has_forward = len(maxima) > 1
        all_sums, all_maxima = (
            torch.cat([s.to(dtype) for s in sums]),
            torch.cat([m.to(dtype) for m in maxima]),
        )
        if together is not None:
            together.reduce(all_sums, all_maxima)
        self._split = all_sums.numel()
        self._processes = 1 if together is None else together.processes
        self._ready: torch.cuda.Event | None = None
        values = torch.cat([all_sums, all_maxima])
        if device.type == "cuda":
            self._values = torch.empty(values.shape, dtype=dtype, pin_memory=True)
            self._values.copy_(values, non_blocking=True)
            self._ready = torch.cuda.Event()  # type: ignore[no-untyped-call]
            self._ready.record()
        else:
            self._values = values.cpu()

    def arrived(self) -> bool:
        """Whether the values can be read without waiting."""
        return self._ready is None or bool(self._ready.query())  # type: ignore[no-untyped-call]

    def read(self) -> Arrived:
        """Return the values; waits for the device if they have not arrived."""
        if self._ready is not None:
            self._ready.synchronize()
        values = self._values.tolist()
        return Arrived(values[: self._split], values[self._split + 1 :], self)


class Arrived:
    """A step's values on the host, with their names. Values that were not measured are None."""

    def __init__(self, sums: list[float], maxima: list[float], reading: Reading) -> None:
        self._heads = reading.heads
        self._layers = reading.layers
        processes = reading._processes
        loss, norm_square, found_inf, loss_scale = (
            value if has else None for value, has in zip(sums[:4], reading._has)
        )
        self.loss = None if loss is None else loss / processes
        self.norm_square = norm_square
        self.skipped = bool(found_inf)
        self.loss_scale = None if loss_scale is None else loss_scale / processes
        at = 4
        self._elements = sums[at : at + self._layers * COLUMNS]
        at += len(self._elements)
        rows, columns = reading.routers
        self._experts = columns - 2
        self._routers = sums[at : at + rows * columns]
        at += rows * columns
        self._outputs: list[float] = []
        self._entropies: list[float] = []
        self._logits = [0.0] * 5
        self._attention: list[float] = []
        self._logit_max = -math.inf
        if reading._has_forward:
            self._outputs = sums[at : at + self._layers * 2]
            at += len(self._outputs)
            self._entropies = sums[at : at + self._layers * self._heads * 2]
            self._logits = sums[at + len(self._entropies) :]
            self._attention = maxima[:-1]
            self._logit_max = maxima[-1]

    def element_sum(self, layer: int, column: int) -> float:
        """Return a sum over the elements of a layer."""
        return self._elements[layer * COLUMNS + column]

    def layer(self, layer: int, elements: Elements, gradient_scale: float) -> dict[str, float | None]:
        """Return the fields of ``train_layer`` that come from parameters and outputs."""
        fields: dict[str, float | None] = {}
        of = self.element_sum
        if elements.gradient:
            fields["grad_rms"] = _root(of(layer, GRADIENT), elements.gradient) * gradient_scale
        if elements.parameter:
            fields["param_rms"] = _root(of(layer, PARAMETER), elements.parameter)
        if elements.direction:
            fields["update_rms"] = _root(of(layer, DIRECTION), elements.direction)
        if elements.surprise:
            fields["rms_ratio"] = _root(of(layer, SURPRISE), elements.surprise)
            fields["update_abs_gt_half"] = of(layer, LARGE) / elements.surprise
        if self._outputs and self._outputs[2 * layer + cells.OUTPUT_ELEMENTS]:
            square, count = self._outputs[2 * layer : 2 * layer + 2]
            fields["output_rms"] = _root(square, count)
        return fields

    def heads(self, layer: int) -> list[Head]:
        """Return what was measured of each attention head of a layer; none if it has no attention."""
        found = []
        for head in range(self._heads if self._attention else 0):
            first, second = (2 * layer * self._heads + head, (2 * layer + 1) * self._heads + head)
            bound, largest = self._attention[first], self._attention[second]
            entropy, rows = self._entropies[first], self._entropies[second]
            if bound != -math.inf:
                found.append(Head(bound, largest if largest != -math.inf else None, entropy, rows))
        return found

    def logits(self) -> dict[str, float | None]:
        """Return the fields of ``train_step`` that come from the output logits."""
        tokens = self._logits[cells.TOKENS]
        if not tokens:
            return {}
        return {
            "logit_mean": self._logits[cells.LOGIT_MEAN] / tokens,
            "logit_max": self._logit_max,
            "log_z_mean": self._logits[cells.LOG_Z] / tokens,
            "log_z_square_mean": self._logits[cells.LOG_Z_SQUARE] / tokens,
        }

    def experts(self) -> dict[str, float]:
        """Return the fields of ``train_step`` that come from the routers of a mixture of experts."""
        found = experts.load(self._routers, self._experts) if self._routers else None
        return {} if found is None else found._asdict()

    @property
    def tokens(self) -> int:
        """Number of tokens with a target."""
        return int(self._logits[cells.TOKENS])

    @property
    def cross_entropy(self) -> float | None:
        """Mean over the tokens with a target, in nats; None if there was none."""
        tokens = self._logits[cells.TOKENS]
        return self._logits[cells.CROSS_ENTROPY] / tokens if tokens else None


class Head(NamedTuple):
    """One attention head: bound on its logits, the largest logit, sum of the entropies of ``rows`` rows."""

    bound: float
    largest: float | None
    entropy: float
    rows: float


def _root(square: float, count: float) -> float:
    return math.sqrt(square / count) if square >= 0 else math.nan

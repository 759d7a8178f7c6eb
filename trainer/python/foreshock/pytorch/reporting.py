# SPDX-License-Identifier: Apache-2.0
"""Names the values of a step and sends them."""

from __future__ import annotations

import math
from typing import NamedTuple

from foreshock import faults
from foreshock.pytorch.elements import DIRECTION, GRADIENT, PARAMETER
from foreshock.pytorch.reading import Arrived, Elements, Head, Reading
from foreshock.run import Run


class Step(NamedTuple):
    """A step whose values may still be on their way."""

    number: int
    reading: Reading
    measured: bool
    exact: bool
    elements: list[Elements]
    clipped_to: float | None  # where the gradients' sums are those after clipping
    loss_given: bool
    fields: dict[str, object]


class Reporter:
    """Turns steps into lines of a run, whose layers have these labels."""

    def __init__(self, run: Run, labels: list[str]) -> None:
        self._run = run
        self._labels = labels
        self._calibration: dict[tuple[int, int], float] = {}  # largest logit / bound, by layer and head

    def report(self, step: Step) -> None:
        """Send a step; waits for its values if they have not arrived."""
        arrived = step.reading.read()
        fields: dict[str, object] = {**step.fields, "loss_scale": arrived.loss_scale}
        entropy = arrived.cross_entropy
        fields["loss"] = arrived.loss
        if entropy is not None and not step.loss_given and _same(entropy, arrived.loss):
            fields["loss"] = entropy
        if arrived.skipped:
            fields["skipped"] = 1
        if arrived.norm_square is not None:
            fields["grad_norm"] = math.sqrt(arrived.norm_square) if arrived.norm_square >= 0 else math.nan
        if step.measured:
            with faults.harmless("naming the statistics of layers"):
                self._report_layers(step, arrived, fields)
        self._run.log(step.number, fields)

    def _report_layers(self, step: Step, arrived: Arrived, fields: dict[str, object]) -> None:
        fields.update(arrived.logits())
        fields.update(arrived.experts())
        before_clip = 1.0
        if step.clipped_to is not None and arrived.norm_square is not None:
            norm = math.sqrt(arrived.norm_square) if arrived.norm_square >= 0 else math.nan
            before_clip = max(1.0, (norm + 1e-6) / step.clipped_to)
        totals = [0.0, 0.0, 0.0]
        numbers = [0, 0, 0]
        for layer, label in enumerate(self._labels):
            counts = step.elements[layer]
            values: dict[str, object] = dict(arrived.layer(layer, counts, before_clip))
            heads = arrived.heads(layer)
            if heads:
                values.update(self._attention(step, layer, label, heads))
            if values:
                self._run.log_layer(step.number, label, values=values)
            for i, (column, number) in enumerate(
                ((GRADIENT, counts.gradient), (PARAMETER, counts.parameter), (DIRECTION, counts.direction))
            ):
                totals[i] += arrived.element_sum(layer, column) if number else 0.0
                numbers[i] += number
        if numbers[0] and "grad_norm" not in fields:
            fields["grad_norm"] = _sqrt(totals[0])
        if numbers[1]:
            fields["param_norm"] = _sqrt(totals[1])
        if numbers[2]:
            fields["update_rms"] = _sqrt(totals[2] / numbers[2])

    def _attention(self, step: Step, layer: int, label: str, heads: list[Head]) -> dict[str, object]:
        """Return the attention of a layer, and send that of its heads where it was measured exactly."""
        largest = []
        for number, head in enumerate(heads):
            exact = head.largest
            if exact is not None:
                self._calibration[layer, number] = exact / head.bound if head.bound else math.nan
                if step.exact:
                    self._run.log_layer(
                        step.number,
                        label,
                        number,
                        attention_logit_max=exact,
                        attention_entropy=max(head.entropy / head.rows, 0.0) if head.rows else None,
                    )
            elif (layer, number) in self._calibration:
                exact = head.bound * self._calibration[layer, number]
            largest.append(exact)
        values: dict[str, object] = {}
        known = [one for one in largest if one is not None]
        if known:
            values["attention_logit_max"] = math.nan if any(math.isnan(one) for one in known) else max(known)
        rows = sum(head.rows for head in heads)
        if rows:
            values["attention_entropy"] = max(sum(head.entropy for head in heads) / rows, 0.0)  # of NaN and 0, NaN
        return values


def _same(entropy: float, loss: float | None) -> bool:
    """Whether the cross-entropy is what is trained on, apart from auxiliary terms."""
    return loss is None or not math.isfinite(loss) or not math.isfinite(entropy) or 0.5 <= entropy / (loss or 1) <= 2


def _sqrt(square: float) -> float:
    return math.sqrt(square) if square >= 0 else math.nan

# SPDX-License-Identifier: Apache-2.0
"""A watched training, and what it has sent."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from recorder import Recorder
from tiny import loss_of

import foreshock
from foreshock import Run, faults

RATE, CLIP, STEPS = 1e-3, 0.5, 4


def train(model: Any, steps: list[torch.Tensor], run: Run, clip: bool = True, **options: Any) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    with foreshock.watch(model, optimizer, run, attention_every=1, **options):
        for tokens in steps:
            optimizer.zero_grad()
            loss_of(model, tokens).backward()
            if clip:
                torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            optimizer.step()
    assert run.flush()
    assert faults.counts() == {}


def sent(recorder: Recorder) -> dict[int, dict[str, dict[str, Any]]]:
    """What was sent: by step, then by layer, where ``step`` holds the fields of ``train_step``."""
    found: dict[int, dict[str, dict[str, Any]]] = {}
    for record in recorder.records():
        label = {"train_step": "step", "train_layer": record.tags.get("layer", "")}.get(record.measurement)
        if label is not None and "head" not in record.tags:
            found.setdefault(record.fields["step"], {}).setdefault(label, {}).update(record.fields)
    return found


def assert_equal(
    wanted: dict[str, dict[str, float]], found: dict[str, dict[str, Any]], tolerance: float = 1e-4
) -> None:
    for label, fields in wanted.items():
        for name, value in fields.items():
            # the mean of logits is near 0, so the error is that of their size
            near = 1e-5 if name == "logit_mean" else 0.0
            got = found[label].get(name)
            assert got == pytest.approx(value, rel=tolerance, abs=near), f"{name} of layer {label}"

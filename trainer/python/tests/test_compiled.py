# SPDX-License-Identifier: Apache-2.0
"""Compiled models are measured inside their graphs, without a graph break, and equal blocks share their code."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs torch")

from recorder import Recorder  # noqa: E402
from tiny import Gpt, Reference, batches, loss_of, made  # noqa: E402
from watched import CLIP, RATE, assert_equal, sent  # noqa: E402

import foreshock  # noqa: E402
from foreshock import Run, faults  # noqa: E402

LAYERS = 10  # more than the eight times that one function may be compiled


def whole(model: Gpt, **options: Any) -> Any:
    return torch.compile(model, **options)


def each_block(model: Gpt, **options: Any) -> Any:
    for i, block in enumerate(model.blocks):
        model.blocks[i] = torch.compile(block, **options)
    return model


def each_block_in_place(model: Gpt, **options: Any) -> Any:
    for block in model.blocks:
        block.compile(**options)
    return model


@pytest.mark.parametrize(
    ("compiled", "backend"),
    [
        (each_block, "aot_eager"),
        (each_block_in_place, "aot_eager"),
        pytest.param(whole, "aot_eager", marks=pytest.mark.slow),
        pytest.param(each_block_in_place, "inductor", marks=pytest.mark.slow),
    ],
)
def test_statistics_of_compiled_models_equal_float64(recorder: Recorder, run: Run, compiled: Any, backend: str) -> None:
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    model = made(layers=LAYERS)
    reference = Reference(model, RATE, CLIP)
    trained = compiled(model, backend=backend, fullgraph=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    steps = batches(4)
    with foreshock.watch(trained, optimizer, run, attention_every=2):
        for tokens in steps:
            optimizer.zero_grad()
            loss_of(trained, tokens).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            optimizer.step()
    assert run.flush()
    assert faults.counts() == {}
    # one graph with exact attention and one without, of each function that is compiled
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] <= 4
    for step, tokens in enumerate(steps, 1):
        wanted = reference.step(tokens)
        if step % 2:
            for layer in range(LAYERS):
                del wanted[str(layer)]["attention_entropy"], wanted[str(layer)]["attention_logit_max"]
        assert_equal(wanted, sent(recorder)[step])

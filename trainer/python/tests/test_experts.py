# SPDX-License-Identifier: Apache-2.0
"""The routers of a mixture of experts, against what their logits say."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from recorder import Recorder

import foreshock
from foreshock import Run

transformers = pytest.importorskip("transformers", minversion="5")


def mixture(experts: int = 8) -> Any:
    torch.manual_seed(0)
    config = transformers.MixtralConfig(
        vocab_size=61,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=32,
        num_local_experts=experts,
        num_experts_per_tok=2,
        output_router_logits=True,
    )
    return transformers.MixtralForCausalLM(config)


def trained(model: Any, run: Run, steps: int = 2, evaluates: bool = False) -> list[list[torch.Tensor]]:
    """Train, and return the logits of each step's routers."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    logits = []
    with foreshock.watch(model, optimizer, run):
        for step in range(steps):
            text = torch.randint(61, (4, 16), generator=torch.Generator().manual_seed(step))
            if evaluates:
                with torch.no_grad():
                    model(input_ids=text[:, :3])
            out = model(input_ids=text, labels=text)
            logits.append([layer.detach() for layer in out.router_logits])
            out.loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    run.flush()
    return logits


@pytest.mark.parametrize("evaluates", [False, True])
def test_entropy_and_load_are_those_of_the_logits(run: Run, recorder: Recorder, evaluates: bool) -> None:
    logits = trained(mixture(), run, evaluates=evaluates)
    steps = [fields for fields in recorder.fields("train_step") if "router_entropy" in fields]
    assert len(steps) == 2
    for fields, layers in zip(steps, logits):
        shares = [layer.double().softmax(-1) for layer in layers]
        entropy = torch.stack([-(p * p.log()).sum(-1).mean() for p in shares]).mean()
        loads = [torch.bincount(p.topk(2).indices.reshape(-1), minlength=8).double() for p in shares]
        violation = max(float(load.max() / load.mean()) - 1 for load in loads)
        assert fields["router_entropy"] == pytest.approx(float(entropy), rel=1e-5)
        assert fields["expert_max_violation"] == pytest.approx(violation, rel=1e-5)
    assert recorder.config()["experts"] == 8 and recorder.config()["active_experts"] == 2


def test_two_passes_of_a_step_count_together(run: Run, recorder: Recorder) -> None:
    model = mixture()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    loads = torch.zeros(2, 8)
    with foreshock.watch(model, optimizer, run):
        for part in range(2):
            text = torch.randint(61, (4, 16), generator=torch.Generator().manual_seed(part))
            out = model(input_ids=text, labels=text)
            for i, layer in enumerate(out.router_logits):
                loads[i] += torch.bincount(layer.topk(2).indices.reshape(-1), minlength=8)
            out.loss.backward()
        optimizer.step()
    run.flush()
    violation = float((loads.amax(1) / loads.mean(1) - 1).max())
    assert recorder.fields("train_step")[-1]["expert_max_violation"] == pytest.approx(violation, rel=1e-5)


def test_a_dense_model_has_none(run: Run, recorder: Recorder) -> None:
    model = torch.nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with foreshock.watch(model, optimizer, run):
        model(torch.ones(2, 4)).mean().backward()
        optimizer.step()
    run.flush()
    assert "router_entropy" not in recorder.fields("train_step")[0]
    assert "experts" not in recorder.config()


def test_copies_of_a_watched_model_are_not_read(run: Run, recorder: Recorder) -> None:
    model = mixture()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    text = torch.randint(61, (2, 16))
    with foreshock.watch(model, optimizer, run) as watch:
        model(input_ids=text, labels=text).loss.backward()
        before = watch._experts.sums.clone()
        copy.deepcopy(model)(input_ids=text)
        assert torch.equal(before, watch._experts.sums)

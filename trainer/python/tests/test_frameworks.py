# SPDX-License-Identifier: Apache-2.0
"""Frameworks that need an accelerator or much else: stand-ins with the arguments of their sources."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from recorder import Recorder

import foreshock
from foreshock import Run


def package(monkeypatch: pytest.MonkeyPatch, name: str, **members: Any) -> None:
    parts = name.split(".")
    for end in range(1, len(parts)):
        monkeypatch.setitem(sys.modules, ".".join(parts[:end]), ModuleType(".".join(parts[:end])))
    module = ModuleType(name)
    vars(module).update(members)
    monkeypatch.setitem(sys.modules, name, module)


class MetricsProcessor:
    """Torchtitan 0.3.0, components/metrics.py."""

    def log(
        self,
        step: int,
        global_avg_loss: float,
        global_max_loss: float,
        grad_norm: float,
        extra_metrics: dict[str, Any] | None = None,
    ) -> None: ...

    def log_validation(self, loss: float, step: int, extra_metrics: dict[str, Any] | None = None) -> None: ...


def test_torchtitan(run: Run, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    package(monkeypatch, "torchtitan.components.metrics", MetricsProcessor=MetricsProcessor)
    from foreshock.torchtitan import register

    register(structured_logger=None, rank=0, source="trainer", output_dir="out")
    try:
        processor = MetricsProcessor()
        processor.log(1, 8.0, 8.5, 1.5, extra_metrics={"lr": 1e-3, "n_tokens_seen": 1024})
        processor.log(10, global_avg_loss=7.0, global_max_loss=7.5, grad_norm=1.25)
        processor.log(20, -1.0, -1.0, 1.0)
        processor.log_validation(loss=7.2, step=20)
    finally:
        foreshock.mirror().detach()
    assert run.flush()

    losses = [step.get("loss_metrics/global_avg_loss") for step in recorder.fields("train_step")]
    assert losses == [8.0, 7.0, None]
    assert recorder.fields("train_step")[0]["n_tokens_seen"] == 1024
    assert recorder.fields("evaluation") == [{"step": 20, "validation_metrics/loss": 7.2}]


def test_megatron_attention_logits(run: Run, recorder: Recorder) -> None:
    torch = pytest.importorskip("torch")
    from foreshock.megatron import attention_logits

    class Attention(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, number: int) -> None:
            super().__init__()
            self.layer_number = number
            self.current_max_attn_logits: Any = None

    layers = [Attention(1), Attention(2)]
    step = SimpleNamespace(number=1)
    stepped = []

    class Optimizer:
        def step(self) -> str:
            stepped.append(step.number)
            for layer in layers:
                layer.current_max_attn_logits = None
            return "done"

    optimizer = Optimizer()
    watching = attention_logits([torch.nn.ModuleList(layers)], optimizer, every=2, step=lambda: step.number)
    assert watching is not None
    for number in (1, 2):
        step.number = number
        for index, layer in enumerate(layers):
            layer.current_max_attn_logits = torch.tensor([10.0 * number, 11.0 + index])
        assert optimizer.step() == "done"
    watching.detach()
    assert "step" not in vars(optimizer)
    assert run.flush()

    found = {
        (record.tags["layer"], record.tags.get("head")): record.fields["attention_logit_max"]
        for record in recorder.records("train_layer")
    }
    assert found == {
        ("0", None): 20.0,
        ("0", "0"): 20.0,
        ("0", "1"): 11.0,
        ("1", None): 20.0,
        ("1", "0"): 20.0,
        ("1", "1"): 12.0,
    }


def test_axolotl(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("transformers")

    class BasePlugin:
        """Axolotl 0.19.0, integrations/base.py."""

    package(monkeypatch, "axolotl.integrations.base", BasePlugin=BasePlugin)
    monkeypatch.delitem(sys.modules, "foreshock.axolotl", raising=False)
    from foreshock.axolotl import Plugin
    from foreshock.huggingface import ForeshockCallback

    (callback,) = Plugin().add_callbacks_post_trainer(cfg=None, trainer=None)
    assert isinstance(callback, ForeshockCallback)


def test_the_reporting_process_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    from foreshock import environment

    monkeypatch.setenv("WORLD_SIZE", "8")
    for given, expected in (("", 0), ("3", 3), ("-1", 7), ("-20", 0), ("last", 0)):
        monkeypatch.setenv("FORESHOCK_RANK", given)
        assert environment.reporting_rank() == expected

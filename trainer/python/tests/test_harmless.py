# SPDX-License-Identifier: Apache-2.0
"""Watching changes nothing, can be undone, and never stops the training."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs torch")

import torch.nn.functional as F  # noqa: E402
from recorder import Recorder  # noqa: E402
from tiny import Gpt, Reference, batches, loss_of, made  # noqa: E402
from watched import CLIP, RATE, STEPS, assert_equal, sent, train  # noqa: E402

import foreshock  # noqa: E402
from foreshock import Run, faults  # noqa: E402


def test_detaching_puts_everything_back(recorder: Recorder, run: Run) -> None:
    import torch.nn.utils.clip_grad as clip

    places = [
        (F, "scaled_dot_product_attention"),
        (F, "multi_head_attention_forward"),
        (F, "cross_entropy"),
        (torch.Tensor, "backward"),
        (torch.amp.GradScaler, "scale"),
        (torch.amp.GradScaler, "step"),
        (torch, "_foreach_norm"),
        (torch.nn.utils, "get_total_norm"),
        (clip, "_get_total_norm"),
    ]
    before = [owner.__dict__[name] for owner, name in places]
    model = made()
    hooks = [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules()]
    optimizer = torch.optim.AdamW(model.parameters())
    watching = foreshock.watch(model, optimizer, run)
    assert F.cross_entropy is not before[2]
    loss_of(model, batches(1)[0]).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
    optimizer.step()
    watching.detach()
    assert [owner.__dict__[name] for owner, name in places] == before
    assert [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules()] == hooks
    assert not optimizer._optimizer_step_post_hooks
    optimizer.step()
    assert run.flush()
    assert list(sent(recorder)) == [1]


def test_copies_and_files_of_a_watched_model_are_not_watched(recorder: Recorder, run: Run, tmp_path: Path) -> None:
    model = made()
    optimizer = torch.optim.AdamW(model.parameters())
    tokens = batches(1)[0]
    with foreshock.watch(model, optimizer, run):
        average = copy.deepcopy(model)
        torch.save(model, tmp_path / "model.pt")
        assert b"foreshock" not in (tmp_path / "model.pt").read_bytes()  # nobody needs it to load the file
        loaded = torch.load(tmp_path / "model.pt", weights_only=False)
        loss = loss_of(model, tokens)
        for other in (average, loaded):
            assert float(loss_of(other, tokens).detach()) == float(loss.detach())
        loss.backward()
        optimizer.step()
    assert run.flush()
    reference = Reference(made(), 1e-3, 1e9).step(tokens)
    assert_equal({"0": {"output_rms": reference["0"]["output_rms"]}}, sent(recorder)[1])


def test_watching_a_model_again_replaces_the_first_watch(recorder: Recorder, run: Run) -> None:
    model = made()
    optimizer = torch.optim.AdamW(model.parameters())
    foreshock.watch(model, optimizer, run)
    with foreshock.watch(model, optimizer, run):
        loss_of(model, batches(1)[0]).backward()
        optimizer.step()
    assert run.flush()
    assert len(recorder.records("train_step")) == 1


def test_an_optimizer_that_does_not_step_is_noticed(
    recorder: Recorder, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    model = made()
    watching = foreshock.watch(model, torch.optim.AdamW(model.parameters()), run)
    other = torch.optim.AdamW(model.parameters())
    for tokens in batches(3):
        loss_of(model, tokens).backward()
        other.step()
    run.end()
    watching.detach()
    assert "backward was called 3 times after step 0" in caplog.text


@pytest.mark.parametrize("address", ["ftp://x", "http://127.0.0.1:99999", "localhost:abc"])
def test_a_wrong_address_costs_the_telemetry_and_not_the_training(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    monkeypatch.setenv("FORESHOCK_URL", address)
    model = made()
    optimizer = torch.optim.AdamW(model.parameters())
    with foreshock.watch(model, optimizer):
        loss_of(model, batches(1)[0]).backward()
        optimizer.step()
    assert f"the monitor's address is '{address}'" in caplog.text and "FORESHOCK_URL" in caplog.text


def test_what_is_no_model_or_no_optimizer_is_refused_by_name(recorder: Recorder, run: Run) -> None:
    model = made()
    optimizer = torch.optim.AdamW(model.parameters())
    with pytest.raises(TypeError, match="model is a generator"):
        foreshock.watch(model.parameters(), optimizer, run)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="optimizer is a Gpt"):
        foreshock.watch(model, model, run)  # type: ignore[arg-type]


def test_training_is_bit_for_bit_the_same_when_it_is_watched(recorder: Recorder, run: Run) -> None:
    alone, watched = made(), made()
    optimizer = torch.optim.AdamW(alone.parameters(), lr=RATE, weight_decay=0.0)
    for tokens in batches(STEPS):
        optimizer.zero_grad()
        loss_of(alone, tokens).backward()
        torch.nn.utils.clip_grad_norm_(alone.parameters(), CLIP)
        optimizer.step()
    train(watched, batches(STEPS), run)
    for one, other in zip(alone.parameters(), watched.parameters()):
        assert torch.equal(one, other)


def test_a_failure_inside_is_logged_once_and_training_goes_on(
    recorder: Recorder, run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from foreshock.pytorch import elements, scores

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(scores, "measure", broken)
    monkeypatch.setattr(elements, "by_layer", broken)
    monkeypatch.setattr(faults, "_counts", type(faults._counts)())
    model: Gpt = made()
    optimizer = torch.optim.AdamW(model.parameters())
    with foreshock.watch(model, optimizer, run):
        for tokens in batches(3):
            loss_of(model, tokens).backward()
            optimizer.step()
    assert faults.counts() == {"reading attention": 6, "reading the optimizer's state": 3}
    assert run.flush()
    assert all("loss" in fields for fields in recorder.fields("train_step"))  # the rest goes on
    assert sum("broken on purpose" in record.message for record in caplog.records) == 2

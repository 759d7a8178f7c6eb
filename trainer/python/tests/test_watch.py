# SPDX-License-Identifier: Apache-2.0
"""What a watched loop sends equals the formulas of the contract in float64, whatever the loop looks like."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs torch")

import torch.nn.functional as F  # noqa: E402
from recorder import Recorder  # noqa: E402
from tiny import Reference, batches, loss_of, made  # noqa: E402
from watched import CLIP, RATE, assert_equal, sent, train  # noqa: E402

import foreshock  # noqa: E402
from foreshock import Run  # noqa: E402


def test_without_clipping_the_gradient_norm_is_computed(recorder: Recorder, run: Run) -> None:
    model = made()
    reference = Reference(model, RATE, clip=1e9)
    steps = batches(2)
    train(model, steps, run, clip=False)
    for step, tokens in enumerate(steps, 1):
        assert_equal(reference.step(tokens), sent(recorder)[step])


def test_accumulated_micro_batches_give_the_statistics_of_the_whole_batch(recorder: Recorder, run: Run) -> None:
    model = made()
    reference = Reference(model, RATE, CLIP)
    whole = batches(1, batch=4)[0].clamp(min=1)  # so that both halves have as many targets
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    with foreshock.watch(model, optimizer, run, attention_every=1):
        for half in whole.chunk(2):
            (loss_of(model, half) / 2).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
    assert run.flush()
    wanted = reference.step(whole)
    for layer in ("0", "1"):
        del wanted[layer]["attention_entropy"]  # of the first sequence of each half
    assert_equal(wanted, sent(recorder)[1])


@pytest.mark.parametrize("divided", [True, False])
def test_a_loss_that_is_no_cross_entropy_is_caught_at_backward(recorder: Recorder, run: Run, divided: bool) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    with foreshock.watch(model, optimizer, run):
        for part in range(2):
            loss = model(torch.full((5, 4), float(part))).square().mean()
            losses.append(float(loss.detach()))
            (loss / 2 if divided else loss).backward()
        optimizer.step()
    assert run.flush()
    assert sent(recorder)[1]["step"]["loss"] == pytest.approx(sum(losses) / 2)


def test_a_given_loss_comes_before_what_is_found(recorder: Recorder, run: Run) -> None:
    model = made()
    optimizer = torch.optim.AdamW(model.parameters())
    with foreshock.watch(model, optimizer, run) as watching:
        loss_of(model, batches(1)[0]).backward()
        watching.loss(7.5)
        watching.log(tokens=72, kl=0.25)
        optimizer.step()
    assert run.flush()
    fields = sent(recorder)[1]["step"]
    assert (fields["loss"], fields["tokens"], fields["kl"]) == (7.5, 72, 0.25)


def test_an_auxiliary_term_is_no_part_of_the_loss(recorder: Recorder, run: Run) -> None:
    model = made()
    optimizer = torch.optim.AdamW(model.parameters())
    tokens = batches(1)[0]
    with foreshock.watch(model, optimizer, run):
        loss = loss_of(model, tokens)
        (loss + 0.1).backward()
        optimizer.step()
    assert run.flush()
    assert sent(recorder)[1]["step"]["loss"] == pytest.approx(float(loss.detach()), rel=1e-5)


def test_a_loss_scaler_that_skips_a_step_says_so(recorder: Recorder, run: Run) -> None:
    model = made()
    optimizer = torch.optim.AdamW(model.parameters())
    scaler = torch.amp.GradScaler("cpu", init_scale=4.0, growth_interval=1)
    with foreshock.watch(model, optimizer, run):
        for broken in (False, True, False):
            optimizer.zero_grad()
            loss = loss_of(model, batches(1)[0])
            scaler.scale(loss * math.inf if broken else loss).backward()
            scaler.step(optimizer)
            scaler.update()
    assert run.flush()
    steps = [record.fields for record in recorder.records("train_step")]
    assert [fields["step"] for fields in steps] == [1, 2, 3]
    assert [fields.get("skipped", 0) for fields in steps] == [0, 1, 0]
    assert [fields["loss_scale"] for fields in steps] == [4.0, 8.0, 4.0]
    assert steps[0]["loss"] == pytest.approx(float(loss_of(made(), batches(1)[0])), rel=1e-4)


def test_a_gradient_that_is_not_finite_is_counted_where_it_is(recorder: Recorder, run: Run) -> None:
    model = made()
    optimizer = torch.optim.AdamW(model.parameters())
    with foreshock.watch(model, optimizer, run):
        loss_of(model, batches(1)[0]).backward()
        model.blocks[1].out.weight.grad[0, 0] = math.nan
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
    assert run.flush()
    found = sent(recorder)[1]
    assert found["step"]["nonfinite"] > 0 and "grad_norm" not in found["step"]
    assert found["1"]["nonfinite"] > 0 and "grad_rms" not in found["1"]
    assert "grad_rms" in found["0"]  # known from before clipping, which makes every gradient NaN


def test_every_kth_step_has_all_statistics_and_each_step_the_loss(recorder: Recorder, run: Run) -> None:
    model = made()
    train(model, batches(6), run, every=3)
    found = sent(recorder)
    assert [step for step in found if "0" in found[step]] == [3, 6]
    for step in range(1, 7):
        assert {"loss", "learning_rate", "grad_norm"} <= set(found[step]["step"])


def test_evaluation_is_not_measured(recorder: Recorder, run: Run) -> None:
    model = made()
    optimizer = torch.optim.AdamW(model.parameters())
    reference = Reference(made(), 1e-3, 1e9)
    tokens = batches(1)[0]
    with foreshock.watch(model, optimizer, run, attention_every=1):
        loss_of(model, tokens).backward()
        with torch.no_grad():
            loss_of(model, batches(1, batch=9, seed=5)[0])
        optimizer.step()
    assert run.flush()
    assert_equal({"step": {"loss": reference.step(tokens)["step"]["loss"]}}, sent(recorder)[1])


def test_several_optimizers_make_one_step(recorder: Recorder, run: Run) -> None:
    model = made()
    reference = Reference(model, RATE, CLIP)
    inner = [p for b in model.blocks for p in b.parameters()]
    ids = {id(p) for p in inner}
    outer = [p for p in model.parameters() if id(p) not in ids]
    optimizers = [torch.optim.AdamW(ps, lr=RATE, weight_decay=0.0) for ps in (inner, outer)]
    steps = batches(2)
    with foreshock.watch(model, optimizers, run, attention_every=1):
        for tokens in steps:
            for optimizer in optimizers:
                optimizer.zero_grad()
            loss_of(model, tokens).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            for optimizer in optimizers:
                optimizer.step()
    assert run.flush()
    for step, tokens in enumerate(steps, 1):
        assert_equal(reference.step(tokens), sent(recorder)[step])


@pytest.mark.parametrize(
    ("make", "rms"),
    [
        (lambda p: torch.optim.SGD(p, lr=0.1), lambda g: g),
        (lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9), lambda g: g),
        (lambda p: torch.optim.RMSprop(p, lr=0.1), lambda g: g / (g.abs() * 0.1 + 1e-8)),
        (lambda p: torch.optim.Adagrad(p, lr=0.1), lambda g: g / (g.abs() + 1e-10)),
    ],
    ids=["sgd", "momentum", "rmsprop", "adagrad"],
)
def test_the_direction_of_other_optimizers(recorder: Recorder, run: Run, make: Any, rms: Any) -> None:
    model = made()
    optimizer = make(model.parameters())
    with foreshock.watch(model, optimizer, run):
        loss_of(model, batches(1)[0]).backward()
        direction = torch.cat([rms(p.grad.double()).flatten() for p in model.parameters()])
        optimizer.step()
    assert run.flush()
    wanted = float(direction.square().mean().sqrt())
    assert sent(recorder)[1]["step"]["update_rms"] == pytest.approx(wanted, rel=1e-4)


def test_the_direction_of_muon_is_not_in_its_state(recorder: Recorder, run: Run) -> None:
    if not hasattr(torch.optim, "Muon"):
        pytest.skip("needs torch.optim.Muon")
    model = made()
    matrices = [p for p in model.blocks.parameters() if p.ndim == 2]
    optimizer = torch.optim.Muon(matrices, lr=0.01)
    with foreshock.watch(model, optimizer, run):
        loss_of(model, batches(1)[0]).backward()
        optimizer.step()
    assert run.flush()
    fields = sent(recorder)[1]["0"]
    assert "grad_rms" in fields and "update_rms" not in fields


def test_counting_goes_on_where_the_optimizer_resumes(recorder: Recorder, run: Run) -> None:
    model = made()
    before = torch.optim.AdamW(model.parameters())
    for tokens in batches(3):
        loss_of(model, tokens).backward()
        before.step()
    saved = copy.deepcopy(before.state_dict())
    optimizer = torch.optim.AdamW(model.parameters())
    with foreshock.watch(model, optimizer, run) as watching:
        optimizer.load_state_dict(copy.deepcopy(saved))
        assert watching.step == 3
        loss_of(model, batches(1)[0]).backward()
        optimizer.step()
        assert watching.step == 4
        optimizer.load_state_dict(saved)  # a rollback
        assert watching.step == 3


def test_a_loss_outside_of_forward_is_read_at_every_step(recorder: Recorder, run: Run) -> None:
    model = made()
    optimizer = torch.optim.AdamW(model.parameters())
    with foreshock.watch(model, optimizer, run):
        for tokens in batches(3):
            x = model.embedding(tokens[:, :-1])
            for block in model.blocks:
                x = block(x)
            F.cross_entropy(model.head(x).flatten(0, 1), tokens[:, 1:].flatten()).backward()
            optimizer.step()
    assert run.flush()
    assert all("log_z_mean" in fields for fields in recorder.fields("train_step"))


def test_complex_parameters_have_the_norm_of_both_parts(recorder: Recorder, run: Run) -> None:
    weight = torch.nn.Parameter(torch.tensor([3 + 4j, 1j]))
    model = torch.nn.ParameterDict({"weight": weight})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with foreshock.watch(model, optimizer, run):
        (weight * weight.conj()).real.sum().backward()
        wanted = float(torch.linalg.vector_norm(weight.grad))
        optimizer.step()
    assert run.flush()
    assert recorder.fields("train_step")[0]["grad_norm"] == pytest.approx(wanted)

# SPDX-License-Identifier: Apache-2.0
"""The gradient transformation with the real JAX and Optax."""

from __future__ import annotations

from typing import Any

import pytest
from recorder import Recorder

jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")

import jax.numpy as jnp  # noqa: E402

import foreshock.optax  # noqa: E402
from foreshock import Run  # noqa: E402


def train(optimizer: Any, steps: int) -> Any:
    parameters = {"w": jnp.array([3.0, 4.0])}
    state = optimizer.init(parameters)

    @jax.jit
    def step(parameters: Any, state: Any) -> tuple[Any, Any]:
        loss, gradients = jax.value_and_grad(lambda p: (p["w"] ** 2).sum() / 2)(parameters)
        updates, state = optimizer.update(gradients, state, parameters, value=loss)
        return optax.apply_updates(parameters, updates), state

    for _ in range(steps):
        parameters, state = step(parameters, state)
    jax.effects_barrier()
    return parameters


def test_norms_and_loss_of_each_step_are_sent(run: Run, recorder: Recorder) -> None:
    chain = optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(0.5))
    attached = train(foreshock.optax.reported(chain), 3)
    assert run.flush()

    steps = recorder.fields("train_step")
    assert [step["step"] for step in steps] == [1, 2, 3]
    first = steps[0]
    assert first["grad_norm"] == pytest.approx(5.0)  # before clipping
    assert first["param_norm"] == pytest.approx(5.0)
    assert first["loss"] == pytest.approx(12.5)
    assert first["update_rms"] == pytest.approx(0.5 / 2**0.5)
    alone = train(optax.with_extra_args_support(chain), 3)
    assert bool((attached["w"] == alone["w"]).all())


def test_every_nth_step(run: Run, recorder: Recorder) -> None:
    train(foreshock.optax.reported(optax.adamw(0.1), every=2), 4)
    assert run.flush()

    assert [step["step"] for step in recorder.fields("train_step")] == [2, 4]

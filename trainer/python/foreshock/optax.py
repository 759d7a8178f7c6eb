# SPDX-License-Identifier: Apache-2.0
"""JAX with Optax: ``optimizer = foreshock.optax.reported(optax.adamw(1e-3))``."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

import foreshock
from foreshock import faults
from foreshock.rows import Rows


class ReportedState(NamedTuple):
    """State of ``reported``: steps so far, and the state of the optimizer within."""

    count: Any
    inner: Any


def reported(optimizer: Any, run: str | None = None, every: int = 1) -> Any:
    """Return an optimizer that does the same and sends what it sees.

    That is the norm of the gradients as they come in, before any clipping within, the root mean square of the
    updates as they go out, the norm of the parameters, and the loss where it is given as
    ``optimizer.update(gradients, state, parameters, value=loss)``. The values are sent by a callback to the
    host, so a step does not wait for them.

    :param run: name of the run
    :param every: steps between two lines
    """
    rows = Rows(lambda: foreshock.start(run))
    inner = optax.with_extra_args_support(optimizer)
    last = -1

    @faults.guarded("the statistics of a step")
    def send(step: Any, **values: Any) -> None:
        nonlocal last
        # Each local device calls back; the first is enough.
        if int(step) != last and jax.process_index() == 0:
            last = int(step)
            rows.add({name: float(value) for name, value in values.items()}, last, whole=True)

    def init(parameters: Any) -> ReportedState:
        return ReportedState(jnp.zeros([], jnp.int32), inner.init(parameters))

    def update(gradients: Any, state: ReportedState, parameters: Any = None, **extra: Any) -> tuple[Any, Any]:
        updates, new = inner.update(gradients, state.inner, parameters, **extra)
        count = state.count + 1
        norm = optax.tree.norm if hasattr(optax, "tree") and hasattr(optax.tree, "norm") else optax.global_norm
        size = sum(leaf.size for leaf in jax.tree_util.tree_leaves(updates))
        values = {
            "grad_norm": norm(gradients),
            "update_rms": norm(updates) / max(1, size) ** 0.5,
        }
        if parameters is not None:
            values["param_norm"] = norm(parameters)
        if extra.get("value") is not None:
            values["loss"] = jnp.asarray(extra["value"])

        def report() -> None:
            jax.debug.callback(send, step=count, **values)

        if every > 1:
            jax.lax.cond(count % every == 0, report, lambda: None)
        else:
            report()
        return updates, ReportedState(count, new)

    return optax.GradientTransformationExtraArgs(init, update)

# SPDX-License-Identifier: Apache-2.0
"""What an optimizer's state says about its direction, the step before the learning rate."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch

from foreshock.pytorch.elements import Adaptive, Scales
from foreshock.pytorch.layers import local


class Moved(NamedTuple):
    """How a parameter was moved: by which gradient, and in which direction; None where that is not known."""

    gradient: torch.Tensor | None
    direction: torch.Tensor | None
    adaptive: Adaptive | None


def moved(optimizer: torch.optim.Optimizer, group: dict[str, Any], parameter: torch.Tensor) -> Moved:
    """Return how ``optimizer.step()`` has moved a parameter.

    Known are Adam, AdamW, NAdam, RAdam and what keeps the same state, SGD, RMSprop, Adagrad, and Lion. Of
    others, such as Muon, whose state does not hold the direction, only gradient and parameter are measured.
    """
    state = optimizer.state.get(parameter, {})
    gradient = None if parameter.grad is None else local(parameter.grad)
    if gradient is not None and gradient.is_sparse:
        gradient = None
    adaptive = _adaptive(group, state)
    direction = None if adaptive is not None else _direction(optimizer, group, state, gradient)
    if gradient is None:  # the optimizer left this parameter alone
        adaptive = direction = None
    return Moved(gradient, direction, adaptive)


def _adaptive(group: dict[str, Any], state: dict[str, Any]) -> Adaptive | None:
    mean, square, step = state.get("exp_avg"), state.get("exp_avg_sq"), steps(state)
    betas, epsilon = group.get("betas"), group.get("eps")
    if not (torch.is_tensor(mean) and torch.is_tensor(square)) or step is None:
        return None
    if not isinstance(betas, (tuple, list)) or not isinstance(epsilon, float) or mean.shape != square.shape:
        return None
    if not mean.is_floating_point() or not square.is_floating_point():  # 8 bits, packed
        return None
    first, second = 1 - float(betas[0]) ** step, 1 - float(betas[1]) ** step
    if group.get("amsgrad") and torch.is_tensor(state.get("max_exp_avg_sq")):
        square = state["max_exp_avg_sq"]
    return Adaptive(local(mean), local(square), Scales(1 / first, 1 / math.sqrt(second), epsilon))


def _direction(
    optimizer: torch.optim.Optimizer,
    group: dict[str, Any],
    state: dict[str, Any],
    gradient: torch.Tensor | None,
) -> torch.Tensor | None:
    kind = type(optimizer).__name__.lower()
    if gradient is None:
        return None
    momentum = state.get("momentum_buffer")
    if kind == "sgd":
        if not torch.is_tensor(momentum):
            return gradient
        momentum = local(momentum)
        return gradient.add(momentum, alpha=group["momentum"]) if group.get("nesterov") else momentum
    if kind == "rmsprop":
        if torch.is_tensor(momentum):
            return local(momentum)
        root = local(state["square_avg"])
        if torch.is_tensor(state.get("grad_avg")):
            root = root.addcmul(local(state["grad_avg"]), local(state["grad_avg"]), value=-1)
        return gradient.div(root.sqrt().add_(group["eps"]))
    if kind == "adagrad":
        return gradient.div(local(state["sum"]).sqrt().add_(group["eps"]))
    if "lion" in kind and torch.is_tensor(state.get("exp_avg")):
        first, second = group["betas"]
        before = local(state["exp_avg"]).sub(gradient, alpha=1 - second).div(second)
        return before.mul_(first).add_(gradient, alpha=1 - first).sign_()
    return None


def steps(state: dict[str, Any]) -> int | None:
    """Return how many steps a parameter's state has seen, if it lies where reading it costs nothing."""
    step = state.get("step")
    if torch.is_tensor(step):
        return int(step) if step.device.type == "cpu" else None
    return step if isinstance(step, int) else None

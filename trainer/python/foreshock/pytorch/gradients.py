# SPDX-License-Identifier: Apache-2.0
"""What happens between backward and the optimizer's step: the loss, gradient norms, clipping, loss scaling."""

from __future__ import annotations

import logging
from typing import Any, Callable, NamedTuple

import torch

from foreshock.pytorch.layers import copies, local

log = logging.getLogger("foreshock")

# Calls of ``backward`` before a step, beyond which the step is not expected any more.
MOST_LOSSES = 1000


class Clip(NamedTuple):
    """A clipping: to which norm, and the norm before; of a sharded run the part of this process.

    ``total`` is the norm as it was given to the clipping function.
    """

    max_norm: float
    norm: torch.Tensor
    total: torch.Tensor

    def share(self, processes: int) -> float:
        """Return the weight of ``norm``² in the sum over all processes."""
        return 1 / copies(self.total, processes)


class Gradients:
    """Collects from ``backward`` to the optimizer's step; the tensors stay on the device.

    ``skipped`` is called with an optimizer whose step a loss scaler left out.
    """

    def __init__(self, parameters: list[torch.nn.Parameter], skipped: Callable[[Any], None]) -> None:
        self._of_parameter = {id(p) for p in parameters}
        self._skipped = skipped
        self._losses: list[torch.Tensor] = []
        self._divided = False
        self._warned = False
        self._norms: dict[int, torch.Tensor] = {}
        self._held: list[torch.Tensor] = []
        self.scaled: tuple[torch.Tensor, torch.Tensor] | None = None
        self.clip: Clip | None = None
        self.loss_scale: torch.Tensor | None = None
        self._waiting_for = 0

    def backward(self, root: torch.Tensor) -> None:
        """Keep the scalar on which ``backward`` is called."""
        if self.scaled is not None and self.scaled[0] is root:
            root = self.scaled[1]
        self.scaled = None
        name = root.grad_fn.name() if root.grad_fn is not None else ""
        self._divided = name.startswith(("DivBackward", "MulBackward"))
        if len(self._losses) < MOST_LOSSES:
            self._losses.append(root.detach())
        elif not self._warned:
            self._warned = True
            log.warning(
                "backward was called %d times and the optimizer that is watched has not stepped; call foreshock.watch "
                "for the one that does",
                MOST_LOSSES,
            )

    def waiting(self) -> int:
        """Return how often ``backward`` was called since the last step."""
        return len(self._losses)

    def loss(self) -> torch.Tensor | None:
        """Return the loss of the step: its micro-batches' mean.

        Losses that were divided before ``backward``, as for gradient accumulation, are added up. Of others the
        mean is taken.
        """
        if not self._losses:
            return None
        total = torch.stack([loss.float().reshape(()) for loss in self._losses]).sum()
        return total if self._divided else total / len(self._losses)

    def norms(self, found: list[tuple[Any, Any]]) -> None:
        """Keep the norms of single gradients, before they are clipped."""
        for tensors, norms in found:
            for tensor, norm in zip(tensors, norms):
                if not hasattr(tensor, "to_local"):
                    self._norms[id(tensor)] = norm
                    self._held.append(tensor)  # so that no other tensor gets its id

    def norm(self, gradient: torch.Tensor) -> torch.Tensor | None:
        """Return the norm of a gradient before clipping, where clipping has computed it."""
        return self._norms.get(id(gradient))

    def has_norms(self) -> bool:
        """Whether norms before clipping are known of single gradients."""
        return bool(self._norms)

    def clipped(self, parameters: Any, max_norm: float, total: torch.Tensor) -> None:
        """Keep what gradients were clipped to, and their norm before."""
        parameters = [parameters] if isinstance(parameters, torch.Tensor) else parameters
        if any(id(p) in self._of_parameter for p in parameters):
            self.clip = Clip(max_norm, local(total).detach().float(), total)

    def scaler_steps(self, scaler: Any, optimizer: Any) -> None:
        """Note the loss scale with which an optimizer is about to step."""
        scale = getattr(scaler, "_scale", None)
        self.loss_scale = scale.detach().clone() if isinstance(scale, torch.Tensor) else None
        self._waiting_for = id(getattr(optimizer, "optimizer", optimizer))

    def stepped(self, optimizer: Any) -> None:
        """Note that an optimizer has stepped."""
        if id(optimizer) == self._waiting_for:
            self._waiting_for = 0

    def scaler_stepped(self, optimizer: Any) -> None:
        """Note that the scaler is done: an optimizer that has not stepped was skipped."""
        if self._waiting_for:
            self._waiting_for = 0
            self._skipped(getattr(optimizer, "optimizer", optimizer))

    def clear(self) -> None:
        """Begin the next step."""
        self._losses.clear()
        self._norms.clear()
        self._held.clear()
        self.clip = None
        self.loss_scale = None

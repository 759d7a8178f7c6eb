# SPDX-License-Identifier: Apache-2.0
"""Reads the routers of a mixture of experts: entropy and load.

A router is a module whose class is called ``…Router`` and whose output is (logits, scores, indices), as in every
mixture of experts of transformers 5: logits (tokens, experts) before the softmax, indices (tokens, k) of the experts
that each token is sent to. In a compiled model they are not read. Other routers are reported by hand, with
``Watch.log``.
"""

from __future__ import annotations

import contextlib
import math
from typing import Any, NamedTuple

import torch
from torch import nn

from foreshock import faults


class Load(NamedTuple):
    """What the routers of a step did, over all tokens and layers."""

    router_entropy: float
    expert_max_violation: float


class Experts:
    """Counts where the routers of a model send its tokens.

    A row of ``sums`` for each router: the tokens of each expert, then the sum of the tokens' entropies and the number
    of tokens. Passes without gradients, as in evaluations and rollouts, do not count.
    """

    def __init__(self, model: nn.Module) -> None:
        self.on = False
        self.sums: torch.Tensor | None = None
        self.experts = 0
        self.active = 0
        routers = [module for module in model.modules() if type(module).__name__.endswith("Router")]
        self._routers = len(routers)
        self._handles: list[Any] = [
            router.register_forward_hook(_Routed(self, number)) for number, router in enumerate(routers)
        ]

    def detach(self) -> None:
        """Remove the hooks from the model."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def reset(self) -> None:
        """Begin a new step."""
        if self.sums is not None:
            self.sums.zero_()

    @torch.no_grad()
    def add(self, router: int, logits: torch.Tensor, indices: torch.Tensor) -> None:
        """Add what a router decided; routers of another number of experts than the first one do not count."""
        experts = logits.shape[-1]
        if self.sums is None:
            self.experts, self.active = experts, indices.shape[-1]
            self.sums = torch.zeros(self._routers, experts + 2, device=logits.device)
        if experts != self.experts:
            return
        logs = logits.detach().reshape(-1, experts).float().log_softmax(-1)
        ones = torch.ones((), device=logs.device).expand(indices.numel())
        self.sums[router, :experts].index_add_(0, indices.reshape(-1), ones)
        self.sums[router, experts] -= (logs.exp() * logs).sum()
        self.sums[router, experts + 1] += logs.shape[0]


def load(sums: list[float], experts: int) -> Load | None:
    """Return what the rows of ``Experts.sums`` say; None when no token was routed.

    The entropy is the mean over tokens and layers, the violation that of the layer where it is largest.
    """
    entropy = tokens = 0.0
    violation = -math.inf
    for at in range(0, len(sums), experts + 2):
        loads = sums[at : at + experts]
        entropy += sums[at + experts]
        tokens += sums[at + experts + 1]
        if sum(loads) > 0:
            violation = max(violation, max(loads) * experts / sum(loads) - 1)
    return Load(entropy / tokens, violation) if tokens else None


class _Routed:
    """After a router. Copies of the model lose it, because what they do is not part of the run."""

    def __init__(self, experts: Experts, router: int) -> None:
        self.experts = experts
        self.router = router

    def __call__(self, module: nn.Module, inputs: Any, output: Any) -> None:
        if torch.compiler.is_compiling() or not self.experts.on or not torch.is_grad_enabled():
            return
        if isinstance(output, tuple) and len(output) == 3 and all(isinstance(o, torch.Tensor) for o in output):
            logits, _, indices = output
            if logits.is_floating_point() and not indices.is_floating_point():
                with faults.harmless("reading a router"):
                    self.experts.add(self.router, logits, indices)

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (contextlib.nullcontext(), "__exit__")  # does nothing, and needs no Foreshock

# SPDX-License-Identifier: Apache-2.0
"""Megatron: its largest attention logits, layer by layer and head by head.

What Megatron logs otherwise is mirrored: ``FORESHOCK_RANK=-1``, because its last rank logs, and
``python -m foreshock run pretrain_gpt.py … --tensorboard-dir DIR``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import foreshock
from foreshock import faults
from foreshock.patches import Patches


class AttentionLogits:
    """Reads ``current_max_attn_logits`` of each layer before each step of the optimizer.

    Transformer Engine fills it where QK-clip is on or the logits are logged. Only the layers and heads of
    this process are seen. Reading them waits for the accelerator once each ``every`` steps.
    """

    def __init__(self, model: Iterable[Any], optimizer: Any, step: Callable[[], int], every: int = 10) -> None:
        """``model`` is Megatron's list of chunks; ``step`` tells the number of the step."""
        self._chunks = list(model)
        self._step = step
        self._every = every
        self._patches = Patches()
        self._patches.before(optimizer, "step", self._send)

    def detach(self) -> None:
        """Read no more."""
        self._patches.restore()

    def _send(self, *_: Any, **__: Any) -> None:
        step = self._step()
        run = foreshock.start()
        if not run.reports or step % self._every:
            return
        layers = []
        for chunk in self._chunks:
            for module in chunk.modules():
                logits = getattr(module, "current_max_attn_logits", None)
                if logits is not None:
                    # Megatron counts layers from 1.
                    layers.append((int(module.layer_number) - 1, logits.detach().float().flatten()))
        if not layers:
            return
        import torch

        heads = torch.cat([logits for _, logits in layers]).tolist()
        for layer, logits in layers:
            of_layer, heads = heads[: len(logits)], heads[len(logits) :]
            run.log_layer(step, layer, attention_logit_max=max(of_layer))
            for head, largest in enumerate(of_layer):
                run.log_layer(step, layer, head, attention_logit_max=largest)


def attention_logits(
    model: Iterable[Any], optimizer: Any, every: int = 10, step: Callable[[], int] | None = None
) -> AttentionLogits | None:
    """Send the largest attention logits from now on; None where that is not possible.

    Call it once, after ``setup_model_and_optimizer``.
    """
    with faults.harmless("reading Megatron's attention logits"):
        return AttentionLogits(model, optimizer, step or _iteration, every)
    return None


def _iteration() -> int:
    from megatron.training.global_vars import get_args

    return int(get_args().curr_iteration) + 1

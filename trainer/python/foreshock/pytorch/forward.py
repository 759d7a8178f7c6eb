# SPDX-License-Identifier: Apache-2.0
"""Reads the forward passes of a model: outputs of its blocks, attention, output logits.

The readings run inside the user's forward pass, compiled or not. So they are plain tensor operations that write
into cells of fixed address, and no Python state differs between steps that are measured alike.
"""

from __future__ import annotations

import contextlib
from typing import Any

import torch
from torch import nn

from foreshock import faults
from foreshock.pytorch import cells, scores
from foreshock.pytorch.cells import Block, Cells
from foreshock.pytorch.layers import Layers

# Heads for which there are cells; the heads beyond share the last one.
MOST_HEADS = 128


class Forward:
    """Writes what one model's forward passes show into ``cells``.

    ``on`` says whether the present step is measured, ``exact`` whether that includes largest attention logits
    and entropy. Nothing is measured without gradients, as in evaluations.
    """

    def __init__(self, model: nn.Module, layers: Layers) -> None:
        self.cells = Cells(len(layers.labels), MOST_HEADS, layers.parameters[0].device)
        self.on = False
        self.exact = False
        self.block: Block | None = None
        self.heads = 0
        self.logits_seen = False
        self._blocks = [self.cells.block(i) for i in range(len(layers.labels))]
        self._handles: list[Any] = [model.register_forward_pre_hook(_Begin(self))]
        for i, module in enumerate(layers.blocks):
            embedding = self._blocks[0] if i == 0 and layers.first_block == 1 else None
            block = self._blocks[layers.first_block + i]
            inner = getattr(module, "_orig_mod", module)  # within what torch.compile makes of a block
            self._handles.append(inner.register_forward_pre_hook(_Enter(self, block, embedding)))
            self._handles.append(inner.register_forward_hook(_Leave(self, block)))
        here.forward = self

    def detach(self) -> None:
        """Remove the hooks from the model."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        if here.forward is self:
            here.forward = None

    def reads(self) -> bool:
        """Whether the pass that runs now is measured."""
        if not self.on or not torch.is_grad_enabled():
            return False
        return torch.compiler.is_compiling() or not torch._C._is_tracing()

    def output(self, into: Block, output: Any) -> None:
        """Read the output of a block."""
        if not self.reads():
            return
        while isinstance(output, (tuple, list)) and output:
            output = output[0]
        if not isinstance(output, torch.Tensor) or not output.is_floating_point():
            return
        if torch.compiler.is_compiling():
            _add_output(into, output)
        else:
            with faults.harmless("reading a block's output"):
                _add_output(into, output)

    def attention(
        self,
        query: torch.Tensor,
        key: torch.Tensor,
        scale: float | None,
        causal: bool,
        mask: torch.Tensor | None,
        layer: int | None = None,
    ) -> None:
        """Read a call of attention that the present block makes, or the layer of this number."""
        block = self.block if layer is None else self._blocks[layer]
        if block is None or not self.reads():
            return
        self.heads = min(query.shape[1], MOST_HEADS)
        if torch.compiler.is_compiling():
            _add_attention(block, query, key, scale, causal, mask, self.exact)
        else:
            with faults.harmless("reading attention"):
                _add_attention(block, query, key, scale, causal, mask, self.exact)

    def largest(self, of_rows: torch.Tensor) -> None:
        """Take the largest logits of the present block from its kernel: (batch, heads, queries)."""
        block = self.block
        if block is not None and self.reads() and not torch.compiler.is_compiling():
            with faults.harmless("reading the largest scores"):
                largest = of_rows.detach().float().amax((0, 2))
                cells_of = block.head_maxima[cells.LARGEST][: min(len(largest), MOST_HEADS)]
                cells_of.copy_(torch.maximum(cells_of, _few(largest, len(cells_of), True)))

    def logits(self, logits: torch.Tensor, target: torch.Tensor, ignored: int, loss: torch.Tensor) -> None:
        """Read the first cross-entropy after the model's forward pass; ``logits`` has the classes last."""
        if self.logits_seen or self.block is not None or not logits.numel() or not self.reads():
            return
        self.logits_seen = True
        if torch.compiler.is_compiling():
            _add_logits(self.cells, logits, target, ignored, None)
        else:
            with faults.harmless("reading output logits"):
                _add_logits(self.cells, logits, target, ignored, loss)


class Here:
    """The model whose forward pass runs or ran last in this process."""

    forward: Forward | None = None


here = Here()


class _Hook:
    """A hook of a watched model.

    Copies of the model, and what is loaded from a file, get a function in its place that does nothing and needs no
    Foreshock.
    """

    def __init__(self, forward: Forward) -> None:
        self.forward = forward

    def __reduce__(self) -> tuple[Any, tuple[Any, str]]:
        return getattr, (contextlib.nullcontext(), "__exit__")


class _Begin(_Hook):
    """Before the model's forward pass."""

    def __call__(self, module: nn.Module, inputs: Any) -> None:
        here.forward = self.forward
        self.forward.logits_seen = False


class _Enter(_Hook):
    """Before a block. It holds tensors and no number, so that equal blocks share compiled code."""

    def __init__(self, forward: Forward, block: Block, embedding: Block | None) -> None:
        super().__init__(forward)
        self.block = block
        self.embedding = embedding  # before the first block, whose input is the embedding's output

    def __call__(self, module: nn.Module, inputs: Any) -> None:
        here.forward = self.forward
        self.forward.block = self.block
        if self.embedding is not None:
            self.forward.output(self.embedding, inputs)


class _Leave(_Hook):
    """After a block."""

    def __init__(self, forward: Forward, block: Block) -> None:
        super().__init__(forward)
        self.block = block

    def __call__(self, module: nn.Module, inputs: Any, output: Any) -> None:
        self.forward.block = None
        self.forward.output(self.block, output)


@torch.no_grad()
def _add_output(into: Block, output: torch.Tensor) -> None:
    output = output.detach()
    fast = output.dtype == torch.float32 and output.device.type == "cpu" and output.is_contiguous()
    if fast and not torch.compiler.is_compiling():
        flat = output.view(-1)
        square = torch.dot(flat, flat)
    else:
        square = torch.linalg.vector_norm(output, dtype=torch.float32).square()
    into.output[cells.OUTPUT].add_(square)
    into.output[cells.OUTPUT_ELEMENTS].add_(output.numel())


@torch.no_grad()
def _add_attention(
    into: Block,
    query: torch.Tensor,
    key: torch.Tensor,
    scale: float | None,
    causal: bool,
    mask: torch.Tensor | None,
    exact: bool,
) -> None:
    if query.dim() != 4 or key.dim() != 4:
        return
    read = scores.measure(query, key, scale, causal, mask, exact)
    heads = min(query.shape[1], MOST_HEADS)
    bound = into.head_maxima[cells.BOUND][:heads]
    bound.copy_(torch.maximum(bound, _few(read.bound, heads, True)))
    if read.largest is not None and read.entropy is not None and read.rows is not None:
        largest = into.head_maxima[cells.LARGEST][:heads]
        largest.copy_(torch.maximum(largest, _few(read.largest, heads, True)))
        into.head_sums[cells.ENTROPY][:heads].add_(_few(read.entropy, heads, False))
        into.head_sums[cells.ENTROPY_ROWS][:heads].add_(_few(read.rows, heads, False))


def _few(values: torch.Tensor, heads: int, maximum: bool) -> torch.Tensor:
    """Return one value for each cell; the last cell has that of all further heads."""
    if values.shape[0] <= heads:
        return values
    rest = values[heads - 1 :]
    last = rest.amax(0, keepdim=True) if maximum else rest.sum(0, keepdim=True)
    return torch.cat([values[: heads - 1], last])


@torch.no_grad()
def _add_logits(
    into: Cells, logits: torch.Tensor, target: torch.Tensor, ignored: int, loss: torch.Tensor | None
) -> None:
    rows = logits.detach().reshape(-1, logits.shape[-1])
    targets = target.reshape(-1)
    counts = targets != ignored
    place = targets.clamp(min=0)[:, None]
    of_target = rows.gather(1, place)[:, 0].float()
    known = None if loss is None else _log_shares(loss, rows.shape)
    if known is None:
        log_z = torch.logsumexp(rows.float(), 1)
    else:  # what the loss has computed, so that the logits are read once less
        log_z = of_target - known.gather(1, place)[:, 0].float()
    weight = counts.to(log_z.dtype)
    none = torch.zeros((), device=rows.device)
    mean = rows.sum(1, dtype=torch.float32) / rows.shape[1]
    into.logits += torch.stack(
        [torch.where(counts, value, none).sum() for value in (mean, log_z, log_z * log_z, log_z - of_target)]
        + [weight.sum()]
    )
    largest = rows.amax(1).float()
    into.logit_max.copy_(torch.maximum(into.logit_max, torch.where(counts, largest, -torch.inf).amax()[None]))


def _log_shares(loss: torch.Tensor, shape: torch.Size) -> torch.Tensor | None:
    """Return log p of every token and class from the graph of a cross-entropy, if it is there."""
    node = loss.grad_fn
    for _ in range(3):
        if node is None:
            return None
        if node.name() == "LogSoftmaxBackward0":
            result: torch.Tensor = node._saved_result  # type: ignore[attr-defined]
            return result if result.shape == shape else None
        node = node.next_functions[0][0] if node.next_functions else None
    return None

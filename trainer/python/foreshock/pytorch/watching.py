# SPDX-License-Identifier: Apache-2.0
"""Watches the training of a PyTorch model: every signal of the contract, from hooks."""

from __future__ import annotations

import logging
import sys
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from foreshock import faults, rows
from foreshock.pytorch import calls, directions, elements, settings
from foreshock.pytorch.elements import GRADIENT, PARAMETER
from foreshock.pytorch.experts import Experts
from foreshock.pytorch.forward import Forward
from foreshock.pytorch.gradients import Gradients
from foreshock.pytorch.layers import bare, copies, layers, local
from foreshock.pytorch.reading import Elements, Numbers, Reading
from foreshock.pytorch.reporting import Reporter, Step
from foreshock.pytorch.together import Together
from foreshock.run import Run, send_before_end, start

log = logging.getLogger("foreshock")

_watches = 0
_watching: weakref.WeakSet[Watch] = weakref.WeakSet()


def watch(
    model: nn.Module,
    optimizer: Optimizer | Iterable[Optimizer],
    run: str | Run | None = None,
    *,
    every: int = 1,
    attention_every: int = 10,
    config: Mapping[str, object] | None = None,
) -> Watch:
    """Watch a training run; call this once, in each process, before the first step.

    :param model: the model; wrapped or compiled models, too
    :param optimizer: its optimizer, or several
    :param run: name of the run; by default FORESHOCK_RUN, otherwise the script and the job or the time
    :param every: all statistics are measured at steps divisible by this; the loss, the learning rate and the
        norm that clipping computes are sent at every step
    :param attention_every: entropy and largest attention logits are measured at steps divisible by this;
        in between, the largest logits follow the norms of queries and keys
    :param config: further settings of the run, such as ``total_steps``
    """
    if every < 1 or attention_every < 1:
        raise ValueError(f"every={every}, attention_every={attention_every}; expected 1 or more")
    if not isinstance(model, nn.Module):
        raise TypeError(f"model is a {type(model).__name__}; expected a torch.nn.Module")
    optimizers = [optimizer] if not isinstance(optimizer, Iterable) else list(optimizer)
    inner = [getattr(one, "optimizer", one) for one in optimizers]  # Accelerate wraps them
    for one in inner:
        if not isinstance(one, Optimizer):
            raise TypeError(f"optimizer is a {type(one).__name__}; expected a torch.optim.Optimizer")
    watched = run if isinstance(run, Run) else start(run)
    for other in list(_watching):
        if other.watches(model):
            other.detach()  # as in a notebook whose cell runs again
        elif other.run is watched:
            log.warning("run %s has two models now, and their steps mix; watch one model in each process", watched.name)
    if watched.reports:
        print(f"foreshock: run {watched.name} is watched at {watched.url}", file=sys.stderr)
    return Watch(model, inner, watched, every, attention_every, config or {})


class Watch:
    """A run that is watched. ``detach`` removes every hook.

    ``step`` is the number of the last step: 1 after the first, or what the optimizer's state says after a
    resume. For the training thread.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizers: list[Optimizer],
        run: Run,
        every: int,
        attention_every: int,
        config: Mapping[str, object],
    ) -> None:
        global _watches  # noqa: PLW0603 processes must count their watches alike
        _watches += 1
        self.run = run
        self.step = 0
        self._every = every
        self._attention_every = attention_every
        self._model = bare(model)
        self._config = dict(config)
        self._optimizers = optimizers
        self._layers = layers(model)
        self._device = self._layers.parameters[0].device if self._layers.parameters else torch.device("cpu")
        self._index = {id(p): i for i, p in enumerate(self._layers.parameters)}
        self._together = Together(_watches)
        self._forward = Forward(self._model, self._layers) if self._layers.parameters else None
        self._experts = Experts(self._model)
        self._gradients = Gradients(self._layers.parameters, self._was_skipped)
        self._loss: torch.Tensor | float | None = None
        self._more: dict[str, object] = {}
        self._rows: list[torch.Tensor] = []
        self._parameters: list[tuple[list[int], list[float], torch.Tensor]] = []
        self._counts: list[list[int]] = []
        self._pending: list[Step] = []
        self._reporter = Reporter(run, self._layers.labels)
        self._done: set[int] = set()
        self._skipped = 0
        self._configured = False
        self._first = True  # whether no step was measured yet; the first one is measured exactly
        self._last_nanos = 0
        self._handles: list[Any] = []
        for optimizer in optimizers:
            self._handles.append(optimizer.register_step_pre_hook(self._before))
            self._handles.append(optimizer.register_step_post_hook(self._after))
            self._handles.append(optimizer.register_load_state_dict_post_hook(self._loaded))
        run.resumers.append(self._go_on_from)
        rows.lead(self)
        send_before_end(self)
        _watching.add(self)
        calls.listen(self._gradients)
        self._attached = True
        self._resume()
        self._begin()

    def loss(self, value: torch.Tensor | float) -> None:
        """Give the loss of the present step, in nats per token; otherwise it is found."""
        if isinstance(value, torch.Tensor) and value.numel() != 1:
            faults.report("the given loss", ValueError(f"its shape is {tuple(value.shape)}; expected one number"))
            return
        self._loss = value.detach() if isinstance(value, torch.Tensor) else value

    def log(self, values: Mapping[str, object] | None = None, **more: object) -> None:
        """Give further values of the present step, such as ``tokens`` or ``kl``."""
        self._more.update(values or {}, **more)

    def detach(self) -> None:
        """Remove all hooks, put back all replaced functions, and send what has arrived."""
        if not self._attached:
            return
        self._attached = False
        _watching.discard(self)
        for handle in self._handles:
            handle.remove()
        if self._forward is not None:
            self._forward.detach()
        self._experts.detach()
        self.run.resumers.remove(self._go_on_from)
        rows.release(self)
        calls.ignore(self._gradients)
        with faults.harmless("sending the last statistics"):
            self._send(wait=True)
            self._together.release()

    def watches(self, model: nn.Module) -> bool:
        """Whether this is the model that is watched."""
        return self._model is bare(model)

    def send(self) -> None:
        """Send what has arrived when the run ends, and say what was not seen."""
        if not self._attached:
            return
        self._send(wait=True)
        with faults.harmless("waiting for Gloo"):  # otherwise the end of the run would not be sent
            self._together.release()
        lost = self._gradients.waiting()
        if lost > 0 and not self._done:
            log.warning(
                "backward was called %d times after step %d, the last of the optimizer that is watched. If another one "
                "takes its place, call foreshock.watch again.",
                lost,
                self.step,
            )

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self.detach()

    @faults.guarded("watching a step")
    def _after(self, optimizer: Optimizer, *_: Any) -> None:
        """Run after an optimizer's step."""
        self._gradients.stepped(optimizer)
        if id(optimizer) in self._done:
            self._finish()
        self._done.add(id(optimizer))
        if self._measured():
            with faults.harmless("reading the optimizer's state"):
                self._collect(optimizer)
        if len(self._done) == len(self._optimizers):
            self._finish()

    @faults.guarded("watching a skipped step")
    def _was_skipped(self, optimizer: Any) -> None:
        if any(optimizer is one for one in self._optimizers):
            self._skipped = 1
            self._done.add(id(optimizer))
            if len(self._done) == len(self._optimizers):
                self._finish()

    def _measured(self) -> bool:
        return (self.step + 1) % self._every == 0

    @faults.guarded("reading parameters")
    def _before(self, optimizer: Optimizer, *_: Any) -> None:
        """Run before an optimizer's step: the telemetry's parameters are those before the update."""
        if not self._measured():
            return
        mine = [(index, p) for index, p, _ in self._of(optimizer) if self._is_mine(index, p)]
        if mine:
            places = [self._layers.indices[index] for index, _ in mine]
            weights = [self._weight(p) for _, p in mine]
            self._parameters.append((places, weights, elements.norms([local(p) for _, p in mine])))

    def _of(self, optimizer: Optimizer) -> Iterator[tuple[int, torch.Tensor, dict[str, Any]]]:
        """Return an optimizer's parameters that belong to the model: number, parameter, group."""
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                index = self._index.get(id(parameter))
                if index is not None:
                    yield index, parameter, group

    def _is_mine(self, index: int, parameter: torch.Tensor) -> bool:
        """Whether this process adds up a parameter that all processes hold."""
        together = self._together
        return hasattr(parameter, "device_mesh") or not together.agreed() or index % together.processes == together.rank

    def _weight(self, parameter: torch.Tensor) -> float:
        together = self._together
        sharded = hasattr(parameter, "device_mesh") and together.agreed()
        return 1 / copies(parameter, together.processes) if sharded else 1.0

    def _collect(self, optimizer: Optimizer) -> None:
        """Add up the elements that an optimizer's step has read and written."""
        mine: list[elements.Tensors] = []
        known: list[tuple[int, float, torch.Tensor]] = []
        counts = [list(of_layer) for of_layer in self._counts]
        for index, parameter, group in self._of(optimizer):
            layer = self._layers.indices[index]
            moved = directions.moved(optimizer, group, parameter)
            _count(counts[layer], parameter.numel(), moved)
            if not self._is_mine(index, parameter):
                continue
            weight = self._weight(parameter)
            norm = None if parameter.grad is None else self._gradients.norm(parameter.grad)
            if norm is not None:
                known.append((layer, weight, norm))
            mine.append(elements.Tensors(layer, weight, moved.gradient, norm is None, moved.direction, moved.adaptive))
        rows = elements.by_layer(mine, len(self._layers.labels), self._device)
        if known:
            norms = torch.stack([norm.reshape(()) for _, _, norm in known])
            elements.add_squares(rows, GRADIENT, [place for place, _, _ in known], [w for _, w, _ in known], norms)
        for before in self._parameters:
            elements.add_squares(rows, PARAMETER, *before)
        self._parameters.clear()
        self._rows.append(rows)
        self._counts = counts  # after a failure above, nothing counts

    def _finish(self) -> None:
        """End the step: put its values on their way, and send those that have arrived."""
        measured = self._measured()
        self.step += 1
        if not self._configured:
            self._configure()
        together = self._together if self._together.agreed() else None
        clip = self._gradients.clip
        norm_square = None
        if clip is not None:
            norm_square = clip.norm.square() * (1.0 if together is None else clip.share(together.processes))
        given = self._loss if self._loss is not None else self._gradients.loss()
        loss = torch.tensor(float(given)) if isinstance(given, (int, float)) else given
        found_inf = next((getattr(o, "found_inf", None) for o in self._optimizers if hasattr(o, "found_inf")), None)
        by_layer = None
        if measured and self._layers.parameters:
            by_layer = torch.stack(self._rows).sum(0) if self._rows else self._no_rows()
        forward = self._forward
        reading = Reading(
            by_layer,
            None if forward is None else forward.cells,
            0 if forward is None else forward.heads,
            self._experts.sums if measured else None,
            Numbers(loss, norm_square, found_inf, self._gradients.loss_scale),
            together,
        )
        nanos = time.perf_counter_ns()
        seconds = (nanos - self._last_nanos) / 1e9 if self._last_nanos else None
        self._last_nanos = nanos
        rate = self._optimizers[0].param_groups[0]["lr"]
        self._pending.append(
            Step(
                self.step,
                reading,
                measured,
                measured and self._forward is not None and self._forward.exact,
                [Elements(*counts) for counts in self._counts],
                None if clip is None or self._gradients.has_norms() else clip.max_norm,
                self._loss is not None,
                {
                    "learning_rate": float(rate) if not torch.is_tensor(rate) or rate.device.type == "cpu" else None,
                    "step_seconds": seconds,
                    "skipped": self._skipped or None,
                    **self.run.step_fields,
                    **self._more,
                },
            )
        )
        self._first &= not measured
        self._begin()
        self._send(wait=False)

    def _no_rows(self) -> torch.Tensor:
        """Return rows that keep the shape of what the processes add up, where nothing was read."""
        return torch.zeros(len(self._layers.labels), elements.COLUMNS, device=self._device)

    def _begin(self) -> None:
        """Prepare for the next step."""
        self._gradients.clear()
        self._rows.clear()
        self._parameters.clear()
        self._done.clear()
        self._more = {}
        self._loss = None
        self._skipped = 0
        self._counts = [[0, 0, 0, 0] for _ in self._layers.labels]
        if self._forward is not None:
            if self._forward.on:
                self._forward.cells.reset()
            self._forward.on = self._measured()
            due = self._first or (self.step + 1) % self._attention_every == 0
            self._forward.exact = self._forward.on and due
        self._experts.reset()
        self._experts.on = self._measured()

    def _send(self, wait: bool) -> None:
        """Send the steps whose values have arrived, in order."""
        while self._pending and (wait or len(self._pending) > 2 or self._pending[0].reading.arrived()):
            step = self._pending.pop(0)
            if self.run.reports:
                self._reporter.report(step)

    def _configure(self) -> None:
        """Send the settings of the run, which are all known after its first step."""
        self._configured = True
        found = settings.of(self._model, self._layers, self._optimizers, self._gradients)
        if self._experts.experts:
            found = {"experts": self._experts.experts, "active_experts": self._experts.active, **found}
        self.run.configure({**found, **self._config})

    def _go_on_from(self, step: int) -> None:
        self._send(wait=True)
        self.step = step
        self._begin()

    def _resume(self) -> None:
        """Go on counting where the optimizer's state is."""
        with faults.harmless("reading the optimizer's step"):
            states = self._optimizers[0].state.values()
            self.step = max((directions.steps(state) or 0 for state in states), default=0)

    @faults.guarded("resuming")
    def _loaded(self, optimizer: Optimizer) -> None:
        if optimizer is self._optimizers[0]:
            self._resume()
            self._begin()


def _count(counts: list[int], number: int, moved: directions.Moved) -> None:
    """Count the elements of a parameter in each sum that they enter, in the order of ``Elements``."""
    counts[1] += number
    if moved.gradient is not None:
        counts[0] += number
    if moved.direction is not None or moved.adaptive is not None:
        counts[2] += number
    if moved.adaptive is not None:
        counts[3] += number

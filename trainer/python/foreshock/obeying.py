# SPDX-License-Identifier: Apache-2.0
"""Carries out the monitor's commands in a training loop of one's own.

    control = foreshock.control(optimizer, save=save, load=load)
    batches = control.batches(lambda first: my_batches(start=first))
    while step < total and not control.stopped:
        train(next(batches))
        step = control.obey(step + 1)

``save(step)`` writes a checkpoint. ``load(step)`` restores the newest checkpoint at or before a step, in model,
optimizer and schedule, and returns its step.
"""

from __future__ import annotations

import logging
import math
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any, Callable, TypeVar

from foreshock import faults
from foreshock.commands import ARGUMENTS, Command, CommandLink
from foreshock.run import Run, send_before_end, start

log = logging.getLogger("foreshock")

Batch = TypeVar("Batch")

MOST_SKIPPED_BATCHES = 100_000
PAUSE_LOOK_SECONDS = 0.1
# A pause tells the other processes this often that it goes on, because libraries of collective operations end
# processes that wait for minutes.
PAUSE_BEAT_SECONDS = 10.0


class Refused(Exception):
    """A command that is not carried out, with the reason."""


class Control:
    """Carries out commands between two steps. Each process of a run calls the same methods.

    Only the process of rank 0 talks to the monitor; the others carry out what it decides, so that all of them
    save, load and skip alike. Failures of ``save`` and ``load`` are answered and logged, not raised.

    ``stopped`` says that the loop should end. ``gradient_clip`` is the norm to clip to while an adjustment
    holds, otherwise None. The learning rate is scaled by hooks of the optimizers.
    """

    def __init__(
        self,
        run: Run,
        optimizers: list[Any],
        save: Callable[[int], object] | None,
        load: Callable[[int], int] | None,
        *,
        every: int,
        most_rollbacks: int,
        link: CommandLink | None,
    ) -> None:
        self.run = run
        self.stopped = False
        self.gradient_clip: float | None = None
        self._save = save
        self._load = load
        self._every = every
        self._rollbacks_left = most_rollbacks
        self._most_rollbacks = most_rollbacks
        self._link = link
        self._paused = False
        self._scale = 1.0
        self._until = math.inf
        self._batches: list[_Batches[Any]] = []
        self._handles: list[Any] = []
        for optimizer in optimizers:
            inner = getattr(optimizer, "optimizer", optimizer)
            scaled = _ScaledRate(self)
            self._handles.append(inner.register_step_pre_hook(scaled.before))
            self._handles.append(inner.register_step_post_hook(scaled.after))

    @property
    def learning_rate_scale(self) -> float:
        """Factor of the learning rate; 1 unless an adjustment holds."""
        return self._scale

    def batches(self, source: Iterable[Batch] | Callable[[int], Iterable[Batch]], first: int = 0) -> Iterator[Batch]:
        """Return the batches of a source without those that a command leaves out.

        :param source: a function that returns the batches from a given number on, which a rollback calls again;
            or any iterable, which goes on after a rollback where it is
        :param first: number of the first batch
        """
        wrapped = _Batches(self.run, source, first)
        self._batches.append(wrapped)
        return wrapped

    def obey(self, step: int) -> int:
        """Carry out the commands that have arrived; return the step to go on from.

        :param step: number of the step that has just ended
        """
        for batches in self._batches:
            batches.note(step)
        if step > self._until:
            self._adjust(1.0, None, math.inf)
        together = _processes() > 1
        if together and step % self._every:
            return step
        while True:
            commands = self._arrived()
            if together:
                commands = _from_first(commands)
            for command in commands:
                step = self._carry_out(command, step)
            if not self._paused or self.stopped:
                return step
            self._rest(together)

    def close(self) -> None:
        """Stop listening and remove the hooks."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._scale = 1.0
        if self._link is not None:
            self._link.close()

    def _arrived(self) -> list[Command]:
        commands: list[Command] = []
        while self._link is not None and len(commands) < 16:
            command = self._link.poll()
            if command is None:
                break
            commands.append(command)
        return commands

    def _rest(self, together: bool) -> None:
        until = time.monotonic() + (PAUSE_BEAT_SECONDS if together else 0)
        while True:
            time.sleep(PAUSE_LOOK_SECONDS)
            if time.monotonic() >= until or (self._link is not None and self._link.waiting()):
                return

    def _carry_out(self, command: Command, step: int) -> int:
        log.info("the monitor commands: %s %s %s", command.name, command.arguments or "", command.reason)
        self._answer(command, "accepted", step, "")
        try:
            step, detail = self._execute(command, step)
        except Refused as refusal:
            log.warning("command %d is refused: %s", command.id, refusal)
            self._answer(command, "refused", step, str(refusal))
        except Exception as error:
            faults.report("command " + command.name, error)
            self._answer(command, "failed", step, f"{type(error).__name__}: {error}")
        else:
            self._answer(command, "done", step, detail)
        return step

    def _answer(self, command: Command, status: Any, step: int, detail: str) -> None:
        if self._link is not None:
            self._link.answer(command, status, step, detail)

    def _execute(self, command: Command, step: int) -> tuple[int, str]:
        if command.name not in ARGUMENTS:
            raise Refused(f"unknown command {command.name!r}")
        if command.name == "checkpoint":
            return step, self._checkpoint(step)
        if command.name == "rollback":
            return self._roll_back(command.arguments, step)
        if command.name == "adjust":
            return step, self._read_adjustment(command.arguments, step)
        if command.name == "stop":
            self.stopped = True
            return step, "ending"
        self._paused = command.name == "pause"
        self.run.event("phase", step, phase="idle" if self._paused else "training")
        return step, "paused" if self._paused else "resumed"

    def _checkpoint(self, step: int) -> str:
        if self._save is None:
            raise Refused("this run has no function `save`")
        where = self._save(step)
        self.run.event("checkpoint", step)
        return f"saved as {where}" if where is not None else "saved"

    def _roll_back(self, arguments: dict[str, Any], step: int) -> tuple[int, str]:
        to_step = _whole(arguments, "to_step", 0, step)
        skipped = arguments.get("skip_batches") or {}
        if not isinstance(skipped, dict):
            raise Refused(f"skip_batches = {skipped!r}: expected from and count")
        count = _whole(skipped, "count", 0, MOST_SKIPPED_BATCHES) if skipped else 0
        first = _whole(skipped, "from", 0, 2**53) if skipped else 0
        if self._load is None:
            raise Refused("this run has no function `load`")
        if self._rollbacks_left <= 0:
            raise Refused(f"the limit of this run is reached: {self._most_rollbacks} rollbacks (most_rollbacks)")
        self._rollbacks_left -= 1
        try:
            restored = self._load(to_step)
        except (LookupError, FileNotFoundError) as error:
            raise Refused(f"no checkpoint at or before step {to_step}: {error}") from error
        restored = to_step if restored is None else int(restored)
        for batches in self._batches:
            batches.roll_back(restored, first, count)
        self.run.went_back(restored)
        left_out = f"; batches {first} to {first + count - 1} are left out" if count and self._batches else ""
        return restored, f"from step {step} to the checkpoint at step {restored}{left_out}"

    def _read_adjustment(self, arguments: dict[str, Any], step: int) -> str:
        scale = _number(arguments, "learning_rate_scale", 1e-6, 10)
        clip = _number(arguments, "gradient_clip", 0, 1e9)
        if scale is None and clip is None:
            raise Refused("adjust needs learning_rate_scale or gradient_clip")
        steps = _whole(arguments, "for_steps", 1, 2**53) if "for_steps" in arguments else math.inf
        self._adjust(1.0 if scale is None else scale, clip, step + steps)
        return "for the rest of the run" if steps == math.inf else f"up to step {step + int(steps)}"

    def _adjust(self, scale: float, clip: float | None, until: float) -> None:
        self._scale, self.gradient_clip, self._until = scale, clip, until


def control(
    optimizer: Any = None,
    *,
    save: Callable[[int], object] | None = None,
    load: Callable[[int], int] | None = None,
    run: str | Run | None = None,
    every: int = 10,
    most_rollbacks: int = 10,
) -> Control:
    """Listen to the monitor's commands for this run; the documentation of this module has an example.

    :param optimizer: an optimizer of PyTorch, or several, whose learning rate ``adjust`` may scale
    :param save: writes a checkpoint of the given step; what it returns is shown to the person who commands
    :param load: restores the newest checkpoint at or before the given step and returns its step; raises
        LookupError or FileNotFoundError if there is none
    :param run: name of the run; by default that of ``foreshock.watch``
    :param every: a run of several processes looks for commands at steps divisible by this
    :param most_rollbacks: rollbacks that this process carries out
    """
    if every < 1:
        raise ValueError(f"every={every}; expected 1 or more")
    optimizers = [] if optimizer is None else list(optimizer) if isinstance(optimizer, (list, tuple)) else [optimizer]
    of = run if isinstance(run, Run) else start(run)
    link = CommandLink(of.url, of.token, of.name) if of.reports else None
    if link is not None:
        send_before_end(link)
    return Control(of, optimizers, save, load, every=every, most_rollbacks=most_rollbacks, link=link)


class _ScaledRate:
    """Scales an optimizer's learning rates during its step, so that no schedule sees the scale."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._rates: list[Any] = []

    def before(self, optimizer: Any, args: Any, named: Any) -> None:
        scale = self._control.learning_rate_scale
        self._rates = []
        if scale != 1:
            for group in optimizer.param_groups:
                self._rates.append(group["lr"])
                group["lr"] = group["lr"] * scale

    def after(self, optimizer: Any, args: Any, named: Any) -> None:
        for group, rate in zip(optimizer.param_groups, self._rates):
            group["lr"] = rate
        self._rates = []


class _Batches(Iterator[Batch]):
    """Batches with numbers, of which a range may be left out."""

    def __init__(self, run: Run, source: Iterable[Batch] | Callable[[int], Iterable[Batch]], first: int) -> None:
        self._run = run
        self._again = source if callable(source) else None
        self._next = first
        self._iterator = iter(source(first) if callable(source) else source)
        self._skipped: list[range] = []
        self._at_step: dict[int, int] = {0: first}

    def __next__(self) -> Batch:
        while True:
            batch = next(self._iterator)
            number = self._next
            self._next += 1
            if not any(number in skipped for skipped in self._skipped):
                self._run.step_fields["batch"] = number
                return batch

    def note(self, step: int) -> None:
        """Remember at which batch a step ended."""
        self._at_step[step] = self._next
        if len(self._at_step) > 100_000:
            del self._at_step[next(iter(self._at_step))]

    def roll_back(self, step: int, first: int, count: int) -> None:
        """Go back to the batch after ``step``, and leave out ``count`` batches from ``first`` on."""
        if count:
            self._skipped.append(range(first, first + count))
        known = [earlier for earlier in self._at_step if earlier <= step]
        if self._again is not None and known:
            self._next = self._at_step[max(known)]
            self._iterator = iter(self._again(self._next))


def _processes() -> int:
    distributed = _distributed()
    return int(distributed.get_world_size()) if distributed is not None else 1


def _from_first(commands: list[Command]) -> list[Command]:
    """Return the commands of the process of rank 0."""
    distributed = _distributed()
    if distributed is None:
        return commands
    shared: list[Any] = [commands]
    distributed.broadcast_object_list(shared, src=0)
    found: list[Command] = shared[0]
    return found


def _distributed() -> Any:
    torch = sys.modules.get("torch")
    distributed = getattr(torch, "distributed", None)
    ready = distributed is not None and distributed.is_available() and distributed.is_initialized()
    return distributed if ready else None


def _whole(arguments: dict[str, Any], name: str, least: int, most: int) -> int:
    value = arguments.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Refused(f"{name} = {value!r}: expected an integer from {least} to {most}")
    return value


def _number(arguments: dict[str, Any], name: str, least: float, most: float) -> float | None:
    value = arguments.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise Refused(f"{name} = {value!r}: expected a number from {least} to {most}")
    return float(value)

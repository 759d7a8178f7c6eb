# SPDX-License-Identifier: Apache-2.0
"""Makes one line per step of what a tracker is given, value by value or row by row."""

from __future__ import annotations

import functools
import re
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from foreshock import numbers
from foreshock.run import Run, send_before_end

# The trainer's own step comes before the counter of the tracker. The first of these in a row wins.
_STEPS = ("train/global_step", "global_step", "trainer/global_step")
# Words that show that a value is of an evaluation.
_EVALUATION = re.compile(
    r"(?<![a-z])(eval|evaluation|val|valid|validation|test|testing|dev|heldout|holdout|predict)(?![a-z])"
)
# What a row of an evaluation does not hold, except under a name of an evaluation.
_TRAINING = re.compile(r"loss|norm|perplexity|ppl|nll|xent|reward")
# Megatron writes each value once more with the samples as its step.
_OTHER_AXIS = re.compile(r".*[ _-]vs\.?[ _-].*(sample|token|second|hour|time|flop|flos|example|sequence).*")
# Other values that are whole now and then, such as a loss of 4, must not change their type.
_COUNT = re.compile(r".*(step|iteration|iter|update)s?")
# Hugging Face's last row holds means of the whole run.
_SUMMARY = re.compile(r"(train[/_])?train_runtime")
# Names of one signal that a watched loop often logs, too.
_SAME = {"lm_loss": "loss", "lr": "learning_rate", "gradient_norm": "grad_norm", "gnorm": "grad_norm"}
_DEEPEST = 4
_IDLE_SECONDS = 60.0


class _Role(NamedTuple):
    used: bool
    evaluation: bool = False
    training: bool = False
    whole_number: bool = False
    step: int = len(_STEPS)
    summary: bool = False


_UNUSED = _Role(False)

# Which source speaks of a signal, so that a run with two trackers sends each value once.
_owners: weakref.WeakValueDictionary[str, Any] = weakref.WeakValueDictionary()
_owners_lock = threading.Lock()


def lead(owner: Any) -> None:
    """Make this the source of the signals that ``foreshock.watch`` measures at each step."""
    with _owners_lock:
        for name in ("loss", "grad_norm", "learning_rate"):
            known = _owners.get(name)
            _owners[name] = owner
            if isinstance(known, Rows):
                known.ask_again()


def claim(owner: Any, name: str) -> bool:
    """Whether values of that name are taken from this source: it is the first that has it.

    A source that was given nothing for a minute, such as one of a training that failed, gives way.
    Names are compared as the monitor compares them: ``train/loss`` is ``loss``.
    """
    normal = _normal(name)
    with _owners_lock:
        known = _owners.get(normal)
        if isinstance(known, Rows) and known is not owner and known.is_idle():
            known.ask_again()
            known = None
        if known is None:
            _owners[normal] = owner
        return known is None or known is owner


@functools.lru_cache(maxsize=10_000)
def _normal(name: str) -> str:
    normal = re.sub(r"^(train|training)_", "", re.sub(r"[/. -]", "_", name.lower()))
    return _SAME.get(normal, normal)


def release(owner: Any) -> None:
    """Let other sources speak of what this one spoke of."""
    with _owners_lock:
        for name in [name for name, known in _owners.items() if known is owner]:
            del _owners[name]


def is_evaluation(name: str) -> bool:
    """Whether a name is one of an evaluation: one of its words is such as ``eval``, ``val`` or ``test``."""
    return _EVALUATION.search(name.lower()) is not None


class Rows:
    """Gathers the values of a step and sends them as one line.

    A row is sent when it is ``whole``, when it has every name that the row before had, or when another step
    begins. Values of evaluations become lines of their own. Values of a name that another source sends
    already are left out. Safe for several threads.
    """

    def __init__(self, run: Callable[[], Run], prefix: str = "") -> None:
        """``run`` is called for each line; ``prefix`` stands before each name."""
        self._run = run
        self._prefix = prefix
        self._lock = threading.RLock()
        self._roles: dict[str, _Role] = {}
        self._last_steps: dict[str, int] = {}
        self._late: dict[str, float] = {}
        self._step = -1
        self._before: frozenset[str] = frozenset()
        self._names: set[str] = set()
        self._training: dict[str, float] = {}
        self._evaluation: dict[str, float] = {}
        self._trains = self._summary = self._ended = False
        self._told: tuple[int, int] | None = None
        self._added_at = time.monotonic()
        self._asks_again = False
        send_before_end(self)

    def add(self, values: Mapping[Any, Any], step: int | None = None, whole: bool = False) -> None:
        """Add values of a step. Without a step, a name that comes again begins the next one."""
        with self._lock:
            self._added_at = time.monotonic()
            if self._asks_again:
                self._asks_again = False
                self._roles.clear()
            for name in values:
                if (self._roles.get(name) or self._role(name)).used:
                    break
            else:
                return
            if step is None:
                step = max(self._step, 0)
                if self._ended or any(name in self._names for name in values):
                    step = self._step + 1
            else:
                step = int(step)
            if step > self._step:
                self.send()
                self._begin(step)
            elif step < self._step and not self._restarts(values, step):
                self._add_late(values, step)
                return
            self._put(values, "", 0)
            if whole or (self._before and self._before <= self._names):
                self.send()
            self._ended = whole

    def send(self) -> None:
        """Send what was gathered."""
        with self._lock:
            training, evaluation, told = self._training, self._evaluation, self._told
            trains, summary = self._trains, self._summary
            self._clear()
            if summary or not (training or evaluation):
                return
            step = self._step if told is None else told[1]
            if evaluation and not trains:
                training, evaluation = {}, {**training, **evaluation}
            if training:
                if self._late:
                    training, self._late = {**self._late, **training}, {}
                self._run().log(step, training)
            if evaluation:
                self._run().log_evaluation(step, evaluation)

    def claim(self, *names: str) -> None:
        """Be the source of these names, unless another one is."""
        with self._lock:
            for name in names:
                self._role(name)

    def knows(self, name: str) -> bool:
        """Whether a value of that name came before."""
        return name in self._last_steps

    def is_idle(self) -> bool:
        """Whether nothing was added for a minute."""
        return time.monotonic() - self._added_at > _IDLE_SECONDS

    def ask_again(self) -> None:
        """Find out anew which names are those of other sources."""
        self._asks_again = True

    def leads(self) -> bool:
        """Whether the values of this source are sent, and not those of another one with the same names."""
        with _owners_lock:
            return any(known is self for known in _owners.values())

    def close(self) -> None:
        """Send what was gathered; other sources may send these names from now on."""
        self.send()
        release(self)

    def _begin(self, step: int) -> None:
        self._step = step
        self._before = frozenset(self._names)
        self._names = set()
        self._ended = False
        self._clear()

    def _clear(self) -> None:
        self._training, self._evaluation, self._told = {}, {}, None
        self._trains = self._summary = False

    def _restarts(self, values: Mapping[Any, Any], step: int) -> bool:
        """Whether the steps of a name go back. Otherwise a smaller step counts something else, as epochs."""
        if not any(self._last_steps.get(name, -1) > step for name in values):
            return False
        self.send()
        self._last_steps.clear()
        self._begin(step)
        return True

    def _add_late(self, values: Mapping[Any, Any], step: int) -> None:
        """Values behind the step go with the next line; those of evaluations are sent at their own step."""
        evaluation: dict[str, float] = {}
        for name, value in values.items():
            role = self._roles.get(name) or self._role(name)
            number = numbers.plain(value) if role.used else None
            if isinstance(number, (int, float)) and not isinstance(number, bool):
                self._last_steps[name] = step
                (evaluation if role.evaluation else self._late)[self._prefix + name] = float(number)
        if evaluation:
            self._run().log_evaluation(step, evaluation)

    def _put(self, values: Mapping[Any, Any], path: str, depth: int) -> None:
        for key, value in values.items():
            name = path + key if path else key
            role = self._roles.get(name) or self._role(name)
            if not role.used:
                continue
            kind = type(value)
            if kind is dict:
                if depth < _DEEPEST and "_type" not in value:
                    self._put(value, name + ".", depth + 1)
                continue
            number = value if kind is float or kind is int else numbers.plain(value)
            if isinstance(number, (bool, str)) or number is None:
                continue
            self._last_steps[name] = self._step
            self._names.add(name)
            if role.step < len(_STEPS):
                if self._told is None or role.step < self._told[0]:
                    self._told = (role.step, int(number))
                continue
            self._trains |= role.training
            self._summary |= role.summary
            gathered = self._evaluation if role.evaluation else self._training
            gathered[self._prefix + name] = number if role.whole_number else float(number)

    def _role(self, name: Any) -> _Role:
        """What a name means; found once for each name."""
        role = _UNUSED
        if isinstance(name, str) and name and name[0] != "_" and not name.startswith("system/"):
            shown = self._prefix + name
            lower = shown.lower()
            if name not in _STEPS and not claim(self, shown):
                return _UNUSED  # not for ever: the other source may end
            if not _OTHER_AXIS.fullmatch(lower):
                evaluation = is_evaluation(lower)
                role = _Role(
                    True,
                    evaluation,
                    not evaluation and _TRAINING.search(lower) is not None,
                    _COUNT.fullmatch(lower) is not None,
                    _STEPS.index(name) if name in _STEPS else len(_STEPS),
                    _SUMMARY.fullmatch(lower) is not None,
                )
        self._roles[name] = role
        return role

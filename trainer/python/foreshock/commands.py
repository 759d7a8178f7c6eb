# SPDX-License-Identifier: Apache-2.0
"""The commands that the monitor gives to a run, and the run's answers."""

from __future__ import annotations

import http.client
import logging
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from foreshock import faults
from foreshock.post import Answer, Connection, run_path

log = logging.getLogger("foreshock")

Status = Literal["accepted", "done", "refused", "failed"]

ARGUMENTS = {
    "checkpoint": (),
    "rollback": ("to_step", "skip_batches"),
    "adjust": ("learning_rate_scale", "gradient_clip", "for_steps"),
    "pause": (),
    "resume": (),
    "stop": (),
}

HOLD_SECONDS = 20
PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
MOST_DETAIL = 1000


class Command(NamedTuple):
    """A command: its number, what to do, and the arguments, which are not checked yet."""

    id: int
    name: str
    arguments: dict[str, Any]
    reason: str


def command(json: Any) -> Command | None:
    """Read a command; None if it has no number and cannot be answered."""
    if not isinstance(json, Mapping) or not isinstance(json.get("id"), int):
        return None
    name = str(json.get("command", ""))
    nested = json.get("arguments")
    given = nested if isinstance(nested, Mapping) else json
    arguments = {key: given[key] for key in ARGUMENTS.get(name, ()) if given.get(key) is not None}
    return Command(json["id"], name, arguments, str(json.get("reason") or ""))


class CommandLink:
    """Waits for commands in a thread of its own, and sends the answers in another.

    ``poll`` returns each command once. Commands that were issued before the link began were meant for an
    earlier process of the run; they are answered as failed. No method waits for the monitor.
    """

    def __init__(self, url: str, token: str, run: str, began_millis: int | None = None) -> None:
        self._run = run
        self._url = url
        self._began = int(time.time() * 1000) if began_millis is None else began_millis
        self._commands: deque[Command] = deque()
        self._answers: deque[tuple[int, dict[str, Any]]] = deque(maxlen=1000)
        self._given: set[int] = set()
        self._closing = threading.Event()
        self._wake = threading.Event()
        self._polls = Connection(url, token, HOLD_SECONDS + 10)
        self._acks = Connection(url, token, 10)
        self._threads = [
            threading.Thread(target=self._poll_forever, name="foreshock-commands", daemon=True),
            threading.Thread(target=self._answer_forever, name="foreshock-answers", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def poll(self) -> Command | None:
        """Return the next command, or None."""
        return self._commands.popleft() if self._commands else None

    def waiting(self) -> bool:
        """Whether ``poll`` would return a command."""
        return bool(self._commands)

    def answer(self, to: Command, status: Status, step: int, detail: str = "") -> None:
        """Queue an answer; it is sent again until the monitor has it."""
        self._answers.append((to.id, {"status": status, "step": step, "detail": detail[:MOST_DETAIL]}))
        self._wake.set()

    def send(self) -> None:
        """Give the answers that wait some time when the run ends."""
        until = time.monotonic() + 2.0
        while self._answers and time.monotonic() < until and not self._closing.is_set():
            time.sleep(0.01)

    def close(self, patience_seconds: float = 2.0) -> None:
        """Stop waiting for commands; give the answers that wait some time."""
        until = time.monotonic() + patience_seconds
        while self._answers and time.monotonic() < until:
            time.sleep(0.01)
        self._closing.set()
        self._wake.set()

    def _poll_forever(self) -> None:
        pause = PAUSE_SECONDS
        after = 0
        away = False
        while not self._closing.is_set():
            began = time.monotonic()
            try:
                answer = self._polls.get(run_path(self._run, f"/commands?after={after}&wait={HOLD_SECONDS}"))
                # a run that the monitor does not know yet has no commands
                listed = [] if answer.status == 404 else _listed(answer)
                fresh = [one for one in map(command, listed) if one is not None and one.id not in self._given]
                for one in fresh:
                    self._take(one)
                after = max([after, *(one.id for one in fresh)])
                pause, away = PAUSE_SECONDS, False
                if not fresh and time.monotonic() - began < HOLD_SECONDS / 2:
                    self._closing.wait(PAUSE_SECONDS)
            except (OSError, ValueError, http.client.HTTPException) as error:
                if not away:
                    log.warning("no commands from the monitor at %s for now: %s", self._url, error)
                away = True
                self._closing.wait(pause)
                pause = min(LONGEST_PAUSE_SECONDS, pause * 2)
            except Exception as error:  # the run could not be commanded any more
                faults.report("waiting for commands", error)
                self._closing.wait(LONGEST_PAUSE_SECONDS)

    def _take(self, one: Command) -> None:
        self._given.add(one.id)
        if 10**12 < one.id < self._began:  # numbers of commands are times in milliseconds
            self.answer(one, "failed", 0, "the run was started again after this command")
        else:
            self._commands.append(one)

    def _answer_forever(self) -> None:
        pause = PAUSE_SECONDS
        while not self._closing.is_set():
            if not self._answers:
                self._wake.wait()
                self._wake.clear()
                continue
            number, body = self._answers[0]
            try:
                answer = self._acks.post(run_path(self._run, f"/commands/{number}/ack"), body)
                if answer.status >= 500 or answer.status == 429:
                    raise ValueError(f"HTTP {answer.status}: {answer.message}")
                if answer.status >= 400:
                    log.warning("the monitor refused the answer to command %d: %s", number, answer.message)
                self._answers.popleft()
                pause = PAUSE_SECONDS
            except (OSError, ValueError, http.client.HTTPException):
                self._closing.wait(pause)
                pause = min(LONGEST_PAUSE_SECONDS, pause * 2)
            except Exception as error:
                faults.report("answering commands", error)
                self._answers.popleft()


def _listed(answer: Answer) -> list[Any]:
    if answer.status != 200:
        raise ValueError(f"HTTP {answer.status}: {answer.message}")
    listed = answer.body.get("commands") if isinstance(answer.body, dict) else answer.body
    if not isinstance(listed, list):
        raise ValueError("it does not answer as a monitor")
    return listed

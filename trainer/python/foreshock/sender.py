# SPDX-License-Identifier: Apache-2.0
"""Sends lines to the monitor from a thread of its own, so that training never waits for it."""

from __future__ import annotations

import http.client
import logging
import threading
import time
from collections import deque
from pathlib import Path
from typing import NamedTuple

from foreshock import faults, line
from foreshock.backlog import Backlog
from foreshock.line import Line
from foreshock.post import Answer, Connection

log = logging.getLogger("foreshock")


class Limits(NamedTuple):
    """Sizes and times of a sender; tests use smaller ones."""

    queue_lines: int = 100_000
    batch_lines: int = 5_000
    backlog_bytes: int = 1 << 30
    linger_seconds: float = 0.5
    answer_seconds: float = 10.0
    first_pause_seconds: float = 1.0
    longest_pause_seconds: float = 30.0


class Counts(NamedTuple):
    """What became of the lines: sent, refused by the monitor, dropped here, or waiting."""

    sent: int
    refused: int
    dropped: int
    waiting: int


class Sender:
    """Takes lines without waiting and sends them in order.

    While the monitor is away the lines wait in a file, up to ``limits.backlog_bytes``. Lines that fit neither
    there nor into the queue are dropped and counted. The log gets one line when the monitor goes away, one
    when it is back, and one for each kind of refusal.
    """

    def __init__(self, url: str, token: str, unsent: Path, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._url = url
        self._connection = Connection(url, token, self._limits.answer_seconds)
        self._backlog = Backlog(unsent, self._limits.backlog_bytes)
        self._queue: deque[Line] = deque()
        self._wake = threading.Condition()
        self._closing_at: float | None = None
        self._away = False
        self._pause_seconds = 0.0
        self._retry_at = 0.0
        self._sent = self._refused = self._dropped = 0
        self._refusals: set[str] = set()
        self._in_flight: list[str] = []
        self._abandoned = False
        self._thread = threading.Thread(target=self._work, name="foreshock-sender", daemon=True)
        self._thread.start()

    def offer(self, new: Line) -> bool:
        """Queue a line; False when the queue is full and the line was dropped. Never waits for the monitor."""
        if len(self._queue) >= self._limits.queue_lines or not self._thread.is_alive():
            self._dropped += 1
            return False
        self._queue.append(new)
        return True

    def counts(self) -> Counts:
        """Return what became of the lines so far."""
        return Counts(self._sent, self._refused, self._dropped, len(self._queue) + self._backlog.lines)

    def flush(self, patience_seconds: float) -> bool:
        """Wait until all lines are sent; False when some still wait after ``patience_seconds``."""
        until = time.monotonic() + patience_seconds
        self._hurry()
        while self._queue or self._in_flight or self._backlog.lines:
            if time.monotonic() >= until or not self._thread.is_alive():
                return False
            time.sleep(0.01)
        return True

    def close(self, patience_seconds: float) -> None:
        """Send what waits, for at most ``patience_seconds``; what is left stays in the file, and is logged."""
        self._closing_at = time.monotonic() + patience_seconds
        self._hurry()
        self._thread.join(patience_seconds)
        if self._thread.is_alive():  # it waits for an answer
            self._abandoned = True
            self._keep(self._in_flight + self._batch(len(self._queue)))
        counts = self.counts()
        if counts.dropped:
            log.warning("%d lines of telemetry were dropped: the queue was full", counts.dropped)
        if self._backlog.lines:
            log.warning(
                "%d lines are not sent; they are in %s. To send them: foreshock attach --complete --monitor %s %s",
                self._backlog.lines,
                self._backlog.path,
                self._url,
                self._backlog.path,
            )

    def _hurry(self) -> None:
        with self._wake:
            self._wake.notify()

    def _work(self) -> None:
        while True:
            with faults.harmless("sending telemetry"):
                if self._turn():
                    return

    def _turn(self) -> bool:
        """Wait, then move one batch from the queue to the monitor or to the file; True when all is done."""
        closing = self._closing_at is not None
        if not closing and len(self._queue) < self._limits.batch_lines:
            with self._wake:
                self._wake.wait(self._limits.linger_seconds)
        self._in_flight = self._batch(self._limits.batch_lines)
        if self._in_flight and not (self._may_send() and self._send_all(self._in_flight)):
            self._keep(self._in_flight)
        self._in_flight = []
        return self._abandoned or (closing and not self._queue and self._finished(self._closing_at or 0.0))

    def _batch(self, most: int) -> list[str]:
        batch: list[str] = []
        while self._queue and len(batch) < most:
            written = line.text(self._queue.popleft())
            if written:
                batch.append(written)
        return batch

    def _keep(self, lines: list[str]) -> None:
        if lines and not self._backlog.add(lines):
            self._dropped += len(lines)

    def _finished(self, until: float) -> bool:
        if not self._backlog.lines or time.monotonic() >= until:
            return True
        time.sleep(min(0.1, self._limits.first_pause_seconds))
        self._may_send()
        return False

    def _may_send(self) -> bool:
        """Whether the monitor takes lines now and none waits in the file."""
        if time.monotonic() < self._retry_at:
            return False
        while self._backlog.lines and not self._abandoned:
            waiting = self._backlog.front(1 << 20)
            if not self._send_all(waiting):
                return False
            if not self._abandoned:
                self._backlog.drop(waiting)
        return True

    def _send_all(self, lines: list[str]) -> bool:
        """Send lines, in halves when they are too many for the monitor; False when they must be sent later."""
        try:
            answer = self._connection.write(lines)
            if self._abandoned:
                return True  # close has kept them
        except (OSError, http.client.HTTPException) as error:
            if self._abandoned:
                return True
            self._went_away(f"{type(error).__name__}: {error}", 0)
            return False
        if answer.status == 413 and len(lines) > 1:
            half = len(lines) // 2
            return self._send_all(lines[:half]) and self._send_all(lines[half:])
        return self._taken(answer, len(lines))

    def _taken(self, answer: Answer, lines: int) -> bool:
        if answer.status == 204:
            refused = 0
        elif answer.status in (400, 413, 422):
            dropped = answer.body.get("dropped") if isinstance(answer.body, dict) else None
            refused = dropped if isinstance(dropped, int) else lines
            self._log_refusal(answer, refused)
        else:
            self._went_away(f"HTTP {answer.status}: {answer.message}", answer.retry_after_seconds)
            return False
        self._sent += lines - refused
        self._refused += refused
        self._came_back()
        return True

    def _log_refusal(self, answer: Answer, refused: int) -> None:
        if answer.message not in self._refusals and len(self._refusals) < 20:
            self._refusals.add(answer.message)
            log.warning("the monitor at %s refused %d lines: %s", self._url, refused, answer.message)

    def _went_away(self, why: str, pause_seconds: float) -> None:
        doubled = min(self._limits.longest_pause_seconds, self._pause_seconds * 2)
        self._pause_seconds = max(doubled, self._limits.first_pause_seconds)
        self._retry_at = time.monotonic() + max(self._pause_seconds, pause_seconds)
        if not self._away:
            self._away = True
            log.warning(
                "the monitor at %s does not take telemetry (%s). Training goes on; the lines wait in %s.",
                self._url,
                why,
                self._backlog.path,
            )

    def _came_back(self) -> None:
        self._pause_seconds = self._retry_at = 0.0
        if self._away:
            self._away = False
            log.info("the monitor at %s takes telemetry again", self._url)

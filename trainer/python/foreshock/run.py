# SPDX-License-Identifier: Apache-2.0
"""A run: what this process sends to the monitor, from its first line to its end."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from types import FrameType, TracebackType
from typing import Any, Callable, Literal, Protocol

from foreshock import environment, faults, numbers
from foreshock.line import Line
from foreshock.post import Connection
from foreshock.sender import Counts, Limits, Sender

log = logging.getLogger("foreshock")

Status = Literal["finished", "failed", "killed"]
Kind = Literal["start", "phase", "stage_boundary", "checkpoint", "resume", "end", "note"]

# How long the end of a process waits for the last lines.
END_SECONDS = 5.0


class Run:
    """Sends a run's telemetry; no method waits for the monitor, and none raises.

    Only the process of rank 0 sends; in the others every method does nothing. Names of fields and their units
    are those of docs/telemetry.md. Other names are translated by the monitor where it knows them, and charted
    otherwise. Numbers that are not finite are counted and not sent. Safe for several threads.
    """

    def __init__(
        self,
        name: str,
        *,
        url: str | None = None,
        token: str | None = None,
        reports: bool = True,
        limits: Limits | None = None,
    ) -> None:
        self.name = name
        self.url = url or environment.url()
        self.token = environment.token() if token is None else token
        self.last_step: int | None = None
        # values of the present step that others know than the one who sends it, such as its batch's number
        self.step_fields: dict[str, object] = {}
        self.resumers: list[Callable[[int], None]] = []
        self._asked, self._number = name, 1
        self._ended = False
        self._process = os.getpid()
        self._sender: Sender | None = None
        if reports:
            unsent = environment.unsent_directory() / f"{name.replace('/', '_')}-{self._process}.lp"
            self._sender = Sender(self.url, self.token, unsent, limits)

    @property
    def reports(self) -> bool:
        """Whether this process sends."""
        return self._sender is not None and self._process == os.getpid() and not self._ended

    def configure(self, settings: Mapping[str, object] | None = None, **more: object) -> None:
        """Send settings of the run (``run_config``), such as ``learning_rate`` or ``total_steps``."""
        self._send("run_config", {}, {**(settings or {}), **more}, None)

    def log(self, step: int, values: Mapping[str, object] | None = None, **more: object) -> None:
        """Send the values of one optimizer step, such as ``loss``."""
        self._send("train_step", {}, {**(values or {}), **more}, step)

    def log_layer(
        self,
        step: int,
        layer: str | int,
        head: int | None = None,
        values: Mapping[str, object] | None = None,
        **more: object,
    ) -> None:
        """Send the values of one layer, or of one attention head of it."""
        tags = {"layer": str(layer)} if head is None else {"layer": str(layer), "head": str(head)}
        self._send("train_layer", tags, {**(values or {}), **more}, step)

    def log_evaluation(
        self, step: int, values: Mapping[str, object] | None = None, name: str = "", **more: object
    ) -> None:
        """Send the values of one evaluation; ``name`` says of which data."""
        self._send("evaluation", {"name": name}, {**(values or {}), **more}, step)

    def event(self, kind: Kind, step: int | None = None, **more: str | None) -> None:
        """Say that something happened, such as ``event("stage_boundary", step, text="longer sequences")``."""
        self._send("event", {}, {"kind": kind, **more}, step)

    def went_back(self, step: int) -> None:
        """Say that the run goes on from an earlier step; what counts its steps follows."""
        self.last_step = step
        self.event("resume", step)
        for resume in self.resumers:
            resume(step)

    def end(self, status: Status = "finished", text: str | None = None, patience_seconds: float = END_SECONDS) -> None:
        """Say that the run has ended and send what waits. Only the first call counts."""
        if not self.reports:
            return
        with faults.harmless("ending the run"):
            for gathering in list(_gathering):
                gathering.send()
            self.event("end", self.last_step, status=status, text=text)
            self._ended = True
            if self._sender is not None:
                self._sender.close(patience_seconds)

    def flush(self, patience_seconds: float = END_SECONDS) -> bool:
        """Wait until all lines are sent; False when some still wait after ``patience_seconds``."""
        return self._sender is None or self._sender.flush(patience_seconds)

    def counts(self) -> Counts:
        """Return what became of the lines so far."""
        return Counts(0, 0, 0, 0) if self._sender is None else self._sender.counts()

    def _send(self, measurement: str, tags: Mapping[str, str], values: Mapping[str, object], step: int | None) -> None:
        if not self.reports or self._sender is None:
            return
        with faults.harmless("telemetry of " + measurement):
            fields: dict[str, object] = {}
            if step is not None:
                step = int(step)
                fields["step"] = step
                if measurement == "train_step":
                    self.last_step = step
            for key, value in values.items():
                number = numbers.plain(value)
                if number is not None:
                    fields[str(key)] = number
            self._sender.offer(Line(measurement, {"run": self.name, **tags}, fields, time.time_ns()))


class Gathering(Protocol):
    """Something that gathers values before it sends them."""

    def send(self) -> None:
        """Send what was gathered."""


# Asked to send before a run ends.
_gathering: weakref.WeakSet[Gathering] = weakref.WeakSet()


def send_before_end(gathering: Gathering) -> None:
    """Have ``gathering`` send before a run ends, for as long as it lives."""
    _gathering.add(gathering)


_current: Run | None = None
_lock = threading.Lock()


def current() -> Run | None:
    """Return this process's run, or None before ``start``."""
    return _current


def start(
    run: str | None = None,
    *,
    config: Mapping[str, object] | None = None,
    url: str | None = None,
    token: str | None = None,
    limits: Limits | None = None,
) -> Run:
    """Start this process's run, or return it if it was started before.

    :param run: name of the run; by default FORESHOCK_RUN, otherwise script and job or time
    :param config: settings of the run, sent as ``run_config``
    :param url: address of the monitor; by default FORESHOCK_URL, otherwise http://127.0.0.1:8087
    :param token: token with the scope ``write``; by default FORESHOCK_TOKEN
    """
    global _current  # noqa: PLW0603 a process has one run
    with _lock:
        if _current is None or (not _current.reports and _current._ended):
            reports = environment.rank() == environment.reporting_rank() and _is_address(url or environment.url())
            asked = run or environment.run_name()
            # A run that follows another one in this process, as in a sweep, is NAME-2.
            number = _current._number + 1 if _current is not None and _current._asked == asked else 1
            name = asked if number == 1 else f"{asked}-{number}"
            _current = Run(name, url=url, token=token, reports=reports, limits=limits)
            _current._asked, _current._number = asked, number
            if reports:
                _Exit.install()
                log.info("telemetry of run %s goes to %s", _current.name, _current.url)
                _current.event("start", text=" ".join(sys.argv)[:1000])
        elif run is not None and run not in (_current.name, _current._asked):
            log.warning("the run is called %s already; the name %s is not used", _current.name, run)
    if config:
        _current.configure(config)
    return _current


class _Exit:
    """Sends the end of the run when the process ends, with how it ended."""

    _installed = False
    _status: Status = "finished"
    _text: str | None = None
    _process = 0

    @classmethod
    def install(cls) -> None:
        cls._process = os.getpid()
        cls._status, cls._text = "finished", None
        if cls._installed:
            return
        cls._installed = True
        atexit.register(cls._at_exit)
        previous = sys.excepthook

        def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            cls._status = "killed" if issubclass(kind, KeyboardInterrupt) else "failed"
            cls._text = f"{kind.__name__}: {error}"[:1000]
            previous(kind, error, trace)

        sys.excepthook = hook
        in_main_thread = threading.current_thread() is threading.main_thread()
        if in_main_thread and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, cls._at_sigterm)

    @classmethod
    def _at_exit(cls) -> None:
        if _current is not None and cls._process == os.getpid():
            _current.end(cls._status, cls._text)

    @classmethod
    def _at_sigterm(cls, number: int, frame: FrameType | None) -> Any:
        if _current is not None and cls._process == os.getpid():
            _current.end("killed", "SIGTERM", patience_seconds=2.0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)


def _is_address(url: str) -> bool:
    """Whether telemetry can go there; a wrong address costs the telemetry, not the training."""
    try:
        Connection(url, "", 1.0)
    except ValueError as error:
        log.error("nothing is sent: %s (FORESHOCK_URL, or the argument url)", error)
        return False
    return True

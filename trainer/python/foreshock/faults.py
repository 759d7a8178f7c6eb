# SPDX-License-Identifier: Apache-2.0
"""Failures inside Foreshock: swallowed, counted, logged once for each place, never raised into a training loop."""

from __future__ import annotations

import functools
import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Callable, TypeVar

log = logging.getLogger("foreshock")

_Function = TypeVar("_Function", bound=Callable[..., object])
_counts: Counter[str] = Counter()
_lock = threading.Lock()


def counts() -> dict[str, int]:
    """Return how often each place has failed in this process."""
    with _lock:
        return dict(_counts)


def report(place: str, error: BaseException) -> None:
    """Count a failure; the first one of each place is logged with its traceback."""
    with _lock:
        _counts[place] += 1
        first = _counts[place] == 1
    if first:
        log.warning(
            "%s failed: %s. Training goes on without it; later failures are only counted.",
            place,
            error or type(error).__name__,
            exc_info=error,
        )


@contextmanager
def harmless(place: str) -> Iterator[None]:
    """Swallow and count any exception of the block. Interrupts and exits pass."""
    try:
        yield
    except Exception as error:
        report(place, error)


def guarded(place: str) -> Callable[[_Function], _Function]:
    """Decorate a function that returns None so that its exceptions are swallowed and counted."""

    def decorate(function: _Function) -> _Function:
        @functools.wraps(function)
        def call(*args: object, **named: object) -> object:
            try:
                return function(*args, **named)
            except Exception as error:
                report(place, error)
                return None

        return call  # type: ignore[return-value]

    return decorate

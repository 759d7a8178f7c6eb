# SPDX-License-Identifier: Apache-2.0
"""Sends what a run already logs through a tracker: W&B, MLflow, Trackio, TensorBoard, SwanLab."""

from __future__ import annotations

import threading
from types import TracebackType

from foreshock import faults, trackers
from foreshock.patches import ImportWatch, Patches
from foreshock.run import Run, start


class Mirror:
    """Listens to every tracker of this process until ``detach``, or as a context manager.

    The run starts with the first value, so that a process that logs nothing sends nothing. It ends when the
    tracker's run ends, or with the process.
    """

    def __init__(self, run: Run | str | None = None) -> None:
        self._given = run
        self._patches = Patches()
        self._trackers = [tracker(self._run, self._patches) for tracker in trackers.ALL]
        calls = {module: tracker.attach for tracker in self._trackers for module in tracker.modules}
        self._imports = ImportWatch(calls)
        self._imports.install()

    def detach(self) -> None:
        """Listen no more; every function that was replaced is the original again."""
        global _mirror  # noqa: PLW0603 a process has one mirror
        with _lock, faults.harmless("detaching the mirror"):
            _mirror = None if _mirror is self else _mirror
            self._imports.remove()
            self._patches.restore()
            for tracker in self._trackers:
                tracker.close()

    def __enter__(self) -> Mirror:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()

    def _run(self) -> Run:
        return self._given if isinstance(self._given, Run) else start(self._given)


_mirror: Mirror | None = None
_lock = threading.RLock()


def mirror(run: Run | str | None = None) -> Mirror:
    """Send what this process logs through a tracker, now and later; once for each process.

    Trackers may be imported before or after. What their functions do and return is not changed.

    :param run: a run, or the name of one; by default that of ``foreshock.start``
    """
    global _mirror  # noqa: PLW0603
    with _lock:
        if _mirror is None:
            _mirror = Mirror(run)
        return _mirror

# SPDX-License-Identifier: Apache-2.0
"""What tests share: a recorder in place of a monitor, and a process without a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from recorder import Recorder

import foreshock.faults
import foreshock.rows
import foreshock.run
from foreshock import Run
from foreshock.sender import Limits

# A sender that does not linger.
FAST = Limits(linger_seconds=0.01, first_pause_seconds=0.05, longest_pause_seconds=0.1)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Recorder]:
    """A recorder to which FORESHOCK_URL points; the process has no run, no faults and no sources of values before."""
    with Recorder() as server:
        monkeypatch.setenv("FORESHOCK_URL", server.url)
        monkeypatch.setenv("FORESHOCK_DIR", str(tmp_path / "unsent"))
        monkeypatch.setattr(foreshock.run, "_current", None)
        foreshock.rows._owners.clear()
        foreshock.faults._counts.clear()
        yield server
        if foreshock.run._current is not None:
            foreshock.run._current.end()


@pytest.fixture
def run(recorder: Recorder) -> Run:
    """A run called ``test`` that sends to the recorder; ``run.flush()`` waits for its lines."""
    return foreshock.start("test", limits=FAST)

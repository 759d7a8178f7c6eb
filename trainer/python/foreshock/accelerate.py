# SPDX-License-Identifier: Apache-2.0
"""A tracker for Accelerate.

import foreshock.accelerate
accelerator = Accelerator(log_with="foreshock")                    # Accelerate 1.15 and newer
accelerator = Accelerator(log_with=ForeshockTracker())             # any
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accelerate import tracking
from accelerate.tracking import GeneralTracker

import foreshock
from foreshock import faults, settings
from foreshock.rows import Rows
from foreshock.run import Run


class ForeshockTracker(GeneralTracker):
    """Sends what ``accelerator.log`` is given; ``init_kwargs={"foreshock": {"run": NAME}}`` names the run."""

    name = "foreshock"
    requires_logging_directory = False
    main_process_only = True

    def __init__(self, project: str | None = None, run: str | None = None, **_: Any) -> None:
        """``project`` is that of ``init_trackers``, which many runs share."""
        super().__init__()
        self._project = project
        self._name = run
        self._rows = Rows(self._started)

    @property
    def tracker(self) -> Run:
        """The run."""
        return self._started()

    @faults.guarded("starting the run")
    def start(self) -> None:
        """Start the run."""
        if self._project:
            self._started().configure(project=self._project)

    @faults.guarded("the settings of a run")
    def store_init_configuration(self, values: Mapping[str, Any]) -> None:
        """Send the settings of the run."""
        self._started().configure(settings.flat(values))

    @faults.guarded("the log of a step")
    def log(self, values: Mapping[str, Any], step: int | None = None, **_: Any) -> None:
        """Send values of a step."""
        self._rows.add(values, step, whole=step is None)

    @faults.guarded("ending the run")
    def finish(self) -> None:
        """End the run."""
        self._rows.close()
        self._started().end("finished")

    def _started(self) -> Run:
        return foreshock.start(self._name)


if hasattr(tracking, "register_tracker_class"):
    tracking.register_tracker_class(ForeshockTracker)

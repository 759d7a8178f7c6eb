# SPDX-License-Identifier: Apache-2.0
"""Torchtitan: ``TITAN_STRUCT_LOGGER_HANDLERS=foreshock.torchtitan.register`` in the environment."""

from __future__ import annotations

from typing import Any

from foreshock import faults
from foreshock.mirror import mirror


@faults.guarded("attaching to torchtitan")
def register(**_: Any) -> None:
    """Send what torchtitan's ``MetricsProcessor`` logs, from each place where it logs.

    Torchtitan calls this in each process when it starts. Its structured log itself holds no loss.
    """
    mirror()

# SPDX-License-Identifier: Apache-2.0
"""What the environment says: where the monitor is, and who this process is."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

DEFAULT_URL = "http://127.0.0.1:8087"

# Launchers and the variable in which each of them numbers its processes.
_RANKS = ("RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMI_RANK")
# Names of a job that stay the same when it is started again.
_JOBS = ("TORCHELASTIC_RUN_ID", "SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID")


def url() -> str:
    """Address of the monitor: FORESHOCK_URL, by default one on this machine."""
    return os.environ.get("FORESHOCK_URL", "").strip().rstrip("/") or DEFAULT_URL


def token() -> str:
    """Token for the monitor: FORESHOCK_TOKEN, by default none."""
    return os.environ.get("FORESHOCK_TOKEN", "").strip()


def configured() -> bool:
    """Whether somebody wants this process attached. Plug-ins that load themselves do nothing otherwise."""
    return bool(os.environ.get("FORESHOCK_URL", "").strip())


def rank() -> int:
    """Number of this process among those of the run; 0 is the one that reports."""
    torch = sys.modules.get("torch")
    distributed = getattr(torch, "distributed", None)
    if distributed is not None and distributed.is_available() and distributed.is_initialized():
        return int(distributed.get_rank())
    for name in _RANKS:
        value = os.environ.get(name, "")
        if value.isdigit():
            return int(value)
    return 0


def reporting_rank() -> int:
    """Number of the process that reports: FORESHOCK_RANK, by default 0.

    A negative number counts from the last process, as ``-1`` for Megatron, where that is the one that logs.
    """
    try:
        number = int(os.environ.get("FORESHOCK_RANK", "0"))
    except ValueError:
        return 0
    size = os.environ.get("WORLD_SIZE", os.environ.get("SLURM_NTASKS", "1"))
    return number if number >= 0 else max(0, number + (int(size) if size.isdigit() else 1))


def run_name() -> str:
    """Name of the run: FORESHOCK_RUN, otherwise the script and the job, or the script and the time."""
    name = os.environ.get("FORESHOCK_RUN", "").strip()
    if name:
        return name
    script = Path(sys.argv[0] if sys.argv and sys.argv[0] not in ("", "-c", "-m") else "run").stem
    job = next((os.environ[name] for name in _JOBS if os.environ.get(name, "none") != "none"), "")
    return f"{_safe(script)}-{_safe(job) or time.strftime('%Y%m%d-%H%M%S')}"


def unsent_directory() -> Path:
    """Where lines are kept while the monitor is away: FORESHOCK_DIR, or the user's state directory."""
    given = os.environ.get("FORESHOCK_DIR", "").strip()
    state = os.environ.get("XDG_STATE_HOME", "").strip() or "~/.local/state"
    return Path(given or f"{state}/foreshock/unsent").expanduser()


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")

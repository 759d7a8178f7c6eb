# SPDX-License-Identifier: Apache-2.0
"""Two processes that train together, each of them one of these test programs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def run_pair(script: str, *arguments: str, url: str, directory: Path) -> list[str]:
    """Run ``script ARGUMENTS… RANK STORE_FILE`` twice; return what each process printed to standard output."""
    environment = {
        **os.environ,
        "FORESHOCK_URL": url,
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)]),
        "GLOO_SOCKET_IFNAME": "lo",
    }
    processes = [
        subprocess.Popen(
            [sys.executable, str(HERE / script), *arguments, str(rank), str(directory / "store")],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=(directory / f"{rank}.log").open("w"),
            text=True,
        )
        for rank in range(2)
    ]
    printed = [process.communicate(timeout=120)[0] for process in processes]
    logs = [(directory / f"{rank}.log").read_text() for rank in range(2)]
    assert [process.returncode for process in processes] == [0, 0], logs
    return printed

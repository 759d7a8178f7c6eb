# SPDX-License-Identifier: Apache-2.0
"""The wheels as a user installs them, on a machine without Java and without Maven."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "target" / "dist"
# what the launcher needs of a system
TOOLS = ["bash", "cat", "cksum", "dirname", "find", "mkdir", "readlink", "rm", "sed", "wc"]
PATIENCE_SECONDS = 60


class Installed:
    """The command ``foreshock`` of an environment in which only the wheels are installed."""

    def __init__(self, directory: Path, wheels: list[Path]) -> None:
        self.directory = directory
        venv.create(directory / "venv", with_pip=True)
        self.python = directory / "venv" / "bin" / "python"
        pip = [self.python, "-m", "pip", "install", "--quiet", "--no-index", *wheels]
        subprocess.run(pip, check=True, timeout=300)
        tools = directory / "bin"
        tools.mkdir()
        for name in TOOLS:
            (tools / name).symlink_to(shutil.which(name) or pytest.skip(f"{name} is not here"))
        self.environment = {
            "PATH": str(tools),
            "HOME": str(directory),
            "FORESHOCK_TOKEN": "",
        }

    def start(self, *arguments: object, **options: Any) -> subprocess.Popen[str]:
        environment = {**self.environment, **options.pop("environment", {})}
        command = [str(self.python.parent / "foreshock"), *map(str, arguments)]
        return subprocess.Popen(
            command, env=environment, cwd=self.directory, text=True, stderr=subprocess.PIPE, **options
        )

    def run(self, *arguments: object, code: int = 0, **options: Any) -> tuple[str, str]:
        """Run to the end; return standard output and standard error."""
        process = self.start(*arguments, stdout=subprocess.PIPE, **options)
        try:
            out, err = process.communicate(timeout=PATIENCE_SECONDS)
        finally:
            process.kill()
        assert process.returncode == code, f"{arguments}: {process.returncode}\n{out}\n{err}"
        return out, err


@contextlib.contextmanager
def serving(installed: Installed, data: str, *options: object) -> Iterator[str]:
    """A running monitor; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = installed.directory / f"{data}.log"
    with log.open("w") as output:
        process = installed.start("monitor", "--port", port, "--data", data, *options, stdout=output)
        try:
            url = f"http://127.0.0.1:{port}"
            wait(lambda: status(url + "/health") == 200, process)
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                err = process.communicate(timeout=PATIENCE_SECONDS)[1]
            finally:
                process.kill()
    assert process.returncode == 143, "ended by the signal, after it wrote everything down"
    assert "quicken" not in err, "says nothing that pip's users cannot change"


def wait(holds: Any, process: subprocess.Popen[str] | None = None) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert process is None or process.poll() is None, f"ended: {process.communicate()}"
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.1)


def request(url: str, body: bytes | None = None) -> tuple[int, bytes]:
    with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=10) as answer:
        return answer.status, answer.read()


def status(url: str) -> int:
    with contextlib.suppress(OSError):
        return request(url)[0]
    return 0

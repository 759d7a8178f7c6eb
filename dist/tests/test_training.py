# SPDX-License-Identifier: Apache-2.0
"""Runs that diverge, watched and commanded by what the wheels install.

PyTorch comes from the Python that FORESHOCK_PYTHON names; the package `foreshock` and the monitor from the wheels.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from installed import ROOT, request, wait

SCRIPTS = ROOT / "trainer" / "python" / "tests"


class Training:
    """A Python with PyTorch that imports `foreshock` from its wheel."""

    def __init__(self, wheels: list[Path], directory: Path, url: str) -> None:
        self.python = os.environ.get("FORESHOCK_PYTHON", sys.executable)
        self.url = url
        self.package = directory / "package"
        wheel = next(path for path in wheels if path.name.startswith("foreshock-"))
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--target", self.package, wheel]
        subprocess.run(pip, check=True, timeout=120)

    def needs(self, *modules: str) -> None:
        """Skip where a module is missing."""
        for module in modules:
            if subprocess.run([self.python, "-c", f"import {module}"], capture_output=True, check=False).returncode:
                pytest.skip(f"{self.python} has no {module}: FORESHOCK_PYTHON names one that has")

    def run(self, run: str, script: str, *arguments: object) -> str:
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.package),
            "FORESHOCK_URL": self.url,
            "FORESHOCK_RUN": run,
            "FORESHOCK_DIR": str(self.package.parent / "unsent"),
        }
        command = [self.python, SCRIPTS / script, *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def get(self, path: str) -> Any:
        return json.loads(request(f"{self.url}/api/v1/runs/{path}")[1])

    def criticals(self, run: str) -> list[dict[str, Any]]:
        return [alarm for alarm in self.get(f"{run}/alarms") if alarm["severity"] == "critical"]


@pytest.fixture
def training(wheels: list[Path], acting: str, tmp_path: Path) -> Training:
    return Training(wheels, tmp_path, acting)


@pytest.fixture
def watched_only(wheels: list[Path], monitor: str, tmp_path: Path) -> Training:
    return Training(wheels, tmp_path, monitor)


def test_a_loop_goes_back_leaves_the_broken_batches_out_and_ends_healthy(training: Training, tmp_path: Path) -> None:
    training.needs("torch")
    text = tmp_path / "text"
    text.write_bytes(b"".join(page.read_bytes() for page in sorted((ROOT / "docs").glob("*.md"))))
    printed = json.loads(training.run("loop", "loop_that_obeys.py", text, "--obey", "--steps", 700))

    assert printed["rollbacks"] >= 1
    assert printed["final_loss"] < 2.75, "as without the broken batches"
    assert min(alarm["step"] for alarm in training.criticals("loop")) in range(401, 411)
    rollback = next(one for one in training.get("loop/commands") if one["command"] == "rollback")
    assert rollback["status"] == "done" and "are left out" in rollback["detail"]
    wait(lambda: training.get("loop")["state"] == "finished")
    assert training.get("loop")["segment"] >= 1


def test_a_training_of_hugging_face_is_warned_of(watched_only: Training, tmp_path: Path) -> None:
    training = watched_only
    training.needs("torch", "transformers", "accelerate")
    training.run("hf", "hf_that_diverges.py", tmp_path / "out")

    wait(lambda: training.get("hf")["state"] == "finished")
    assert min(alarm["step"] for alarm in training.criticals("hf")) in range(201, 216)
    signals = {one["name"] for one in training.get("hf/signals")["signals"]}
    assert {"loss", "grad_norm", "attention_logit_max", "attention_entropy", "update_rms"} <= signals


def test_a_rollback_ends_a_training_of_hugging_face_with_the_line_that_starts_it_again(
    training: Training, tmp_path: Path
) -> None:
    training.needs("torch", "transformers", "accelerate")
    training.run("hf-act", "hf_that_diverges.py", tmp_path / "out")

    rollback = next(one for one in training.get("hf-act/commands") if one["command"] == "rollback")
    assert rollback["status"] == "done"
    again = r"--resume_from_checkpoint \S+/checkpoint-(50|100|150) --ignore_data_skip true"
    assert re.search(again, rollback["detail"])
    assert training.get("hf-act")["last_step"] < 300

# SPDX-License-Identifier: Apache-2.0
"""The scripts in examples/: what they send, and what the detectors say of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from recorder import Recorder

HOME = Path(__file__).resolve().parents[3]
PACKAGE = HOME / "trainer" / "python"


def sent(recorder: Recorder, script: str, *arguments: str) -> list[dict[str, Any]]:
    """Run an example against the recorder; return the steps that it sent."""
    done = subprocess.run(
        [sys.executable, HOME / "examples" / script, *arguments],
        env={**os.environ, "PYTHONPATH": str(PACKAGE), "OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return recorder.fields("train_step")


def alarms(recorder: Recorder, folder: Path) -> dict[str, str]:
    """Replay what the recorder has; return each kind with its highest severity."""
    if shutil.which("java") is None or not (HOME / "lab/target/foreshock-lab.jar").exists():
        pytest.skip("needs Java and the built lab: mvn -DskipTests package")
    file = folder / "run.lp"
    file.write_text("\n".join(recorder.lines) + "\n")
    done = subprocess.run(
        [HOME / "foreshock", "replay", "--format", "json", file],
        env={**os.environ, "FORESHOCK_BUILD": "never"},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    found: dict[str, str] = {}
    for alarm in map(json.loads, done.stdout.splitlines()):
        if "kind" in alarm:
            found[alarm["kind"]] = max(
                alarm["severity"], found.get(alarm["kind"], ""), key=["", "info", "warning", "critical"].index
            )
    return found


def test_the_mixture_of_experts_sends_its_routing(recorder: Recorder) -> None:
    pytest.importorskip("transformers", minversion="5")
    steps = sent(recorder, "experts.py", "--steps", "5")
    assert [step["step"] for step in steps if "router_entropy" in step] == [1, 2, 3, 4, 5]
    assert all(0 <= step["expert_max_violation"] <= 3 for step in steps)


def test_a_policy_sends_what_it_is_judged_by(recorder: Recorder) -> None:
    pytest.importorskip("trl")
    steps = sent(recorder, "grpo.py", "--steps", "3")
    for name in ("loss", "reward", "reward_std", "frac_reward_zero_std", "entropy", "kl", "grad_norm"):
        assert {step["step"] for step in steps if name in step} == {1, 2, 3}, name


@pytest.mark.slow
def test_a_routing_that_collapses_raises_an_alarm(recorder: Recorder, tmp_path: Path) -> None:
    pytest.importorskip("transformers", minversion="5")
    sent(recorder, "experts.py", "--sick", "--steps", "260")
    assert alarms(recorder, tmp_path)["router_entropy_collapse"] == "warning"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sick", "kind", "severity"),
    [("constant-reward", "no_reward_spread", "warning"), ("learning-rate", "policy_collapse", "warning")],
)
def test_a_sick_policy_raises_an_alarm(recorder: Recorder, tmp_path: Path, sick: str, kind: str, severity: str) -> None:
    pytest.importorskip("trl")
    steps = sent(recorder, "grpo.py", "--sick", sick, "--steps", "60")
    names = {name for step in steps for name in step}
    assert names >= {"reward", "reward_std", "frac_reward_zero_std", "entropy", "grad_norm"}
    severities = ["info", "warning", "critical"]
    assert severities.index(alarms(recorder, tmp_path)[kind]) >= severities.index(severity)

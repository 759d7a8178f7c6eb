# SPDX-License-Identifier: Apache-2.0
"""What pip's users get: both wheels in an empty environment, on a machine without Java and without Maven.

Uses what `mvn -Pdist -DskipTests package` left in target/dist, and skips without it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from installed import DIST, ROOT, Installed, request, status, wait

WHEEL_LIMIT_BYTES = 100_000_000


@pytest.fixture(scope="session")
def table(installed: Installed) -> Path:
    """A training log whose loss becomes NaN."""
    path = installed.directory / "run.csv"
    losses = [4.0 / (1 + step / 40) for step in range(1, 201)]
    rows = [f"{step},{loss}" for step, loss in enumerate(losses, 1)]
    rows += [f"{step},nan" for step in range(201, 221)]
    path.write_text("\n".join(["step,loss", *rows]) + "\n")
    return path


def test_the_wheel_is_small_and_holds_one_platform(wheels: list[Path]) -> None:
    wheel = next(path for path in wheels if path.name.startswith("foreshock_monitor"))
    assert wheel.stat().st_size <= WHEEL_LIMIT_BYTES
    assert re.fullmatch(r"foreshock_monitor-.*-py3-none-manylinux_2_\d+_x86_64\.whl", wheel.name)
    names = zipfile.ZipFile(wheel).namelist()
    assert [Path(name).name for name in names if "libduckdb" in name] == ["libduckdb_java.so_linux_amd64"]
    jars = [re.sub(r"-[0-9].*", "", Path(name).name) for name in names if name.endswith(".jar")]
    assert "foreshock-lab" in jars
    assert "foreshock-monitor" in jars
    assert len(jars) == len(set(jars)), "each jar once"


def test_the_command_knows_every_command_of_the_launcher(installed: Installed) -> None:
    launcher = subprocess.run([ROOT / "foreshock", "--help"], capture_output=True, text=True, check=True)
    wanted = re.findall(r"^  ([a-z]+) ", launcher.stdout, re.MULTILINE)
    listed = re.findall(r"^  ([a-z]+) ", installed.run("--help")[0], re.MULTILINE)
    assert listed == ["run", "decisions", *wanted]


def test_the_command_tells_its_version_and_its_usage(installed: Installed, wheels: list[Path]) -> None:
    version = wheels[0].name.split("-")[1]
    assert installed.run("--version")[0] == f"foreshock {version}\n"
    assert "Usage" in installed.run(code=2)[1]
    assert "--horizon" in installed.run("replay", "--help")[0]


def test_a_command_that_needs_the_trainer_says_so(installed: Installed) -> None:
    for command in ("demo", "train", "corpus", "sweep"):
        assert "needs the trainer" in installed.run(command, "--out", "runs", code=1)[1]


def test_a_release_can_be_named_and_a_wrong_name_is_refused(installed: Installed) -> None:
    wrong = installed.run("monitor", code=1, environment={"FORESHOCK_HOME": "/nowhere"})[1]
    assert "FORESHOCK_HOME = /nowhere" in wrong


def test_without_a_release_the_command_says_what_to_do(installed: Installed, tmp_path: Path) -> None:
    code = """if True:
        import sys, foreshock.command
        sys.modules["foreshock_monitor"] = None  # as if it were not installed
        sys.exit(foreshock.command.main(["monitor"]))
    """
    command = [installed.python, "-c", code]
    process = subprocess.run(
        command, check=False, env=installed.environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert process.returncode == 1
    assert "pip install foreshock-monitor" in process.stderr


def test_the_monitor_takes_a_line(monitor: str) -> None:
    assert request(monitor + "/api/v2/write", b"train_step,run=by-hand step=1i,loss=2.5")[0] == 204
    wait(lambda: status(monitor + "/api/v1/runs/by-hand") == 200)
    assert json.loads(request(monitor + "/api/v1/runs/by-hand")[1])["last_step"] == 1
    assert b"<html" in request(monitor + "/")[1].lower(), "the page is there"


def test_attach_sends_a_log_to_the_monitor_and_report_reads_it_there(
    installed: Installed, monitor: str, table: Path
) -> None:
    installed.run("attach", "--complete", "--run", "table", "--monitor", monitor, "--state", "state", table)
    url = monitor + "/api/v1/runs/table"
    wait(lambda: status(url) == 200 and json.loads(request(url)[1])["last_step"] == 220)
    report = json.loads(installed.run("report", "table", "--monitor", monitor, "--format", "json")[0])
    assert "table" in json.dumps(report)
    rows = json.loads(
        installed.run("sql", "select max(step) from train_step", "--monitor", monitor, "--format", "json")[0]
    )
    assert rows["rows"][0][0] >= 220, "a statement runs in a process of its own"
    installed.run("export", "table", "--monitor", monitor, "--format", "csv", "--out", "table-out.csv")


def test_replay_prints_the_alarms_of_a_log(installed: Installed, table: Path) -> None:
    alarms = [json.loads(line) for line in installed.run("replay", "--format", "json", table)[0].splitlines()]
    assert "nonfinite" in {alarm["kind"] for alarm in alarms}
    assert min(alarm["step"] for alarm in alarms if alarm["kind"] == "nonfinite") >= 201


def test_fit_finds_a_power_law(installed: Installed) -> None:
    rows = [f"{n},{1.5 + 20 * n**-0.3:.9f}" for n in (1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7)]
    path = installed.directory / "sizes.csv"
    path.write_text("\n".join(["parameters,loss", *rows]))
    options = ["--csv", path, "--bootstrap", 0, "--format", "json"]
    fit = json.loads(installed.run("fit", "power-law", *options)[0])
    assert fit["alpha"] == pytest.approx(0.3, abs=0.01)


def test_quicken_writes_to_the_cache_and_not_into_what_pip_removes(installed: Installed) -> None:
    cache = installed.directory / "cache"
    here = {"XDG_CACHE_HOME": str(cache)}
    installed.run("quicken", environment=here)
    assert (cache / "foreshock" / "monitor.jsa").is_file()
    loaded = installed.run(
        *("monitor", "--check", "--port", 0, "--data", "check"),
        environment={**here, "JAVA_OPTS": "-Xlog:class+load"},
    )[0]
    assert re.search(r" io\.foreshock\.monitor\.Monitor source: shared objects file", loaded)


def test_the_archive_runs_with_the_java_of_the_machine(installed: Installed, table: Path, tmp_path: Path) -> None:
    if shutil.which("java") is None:
        pytest.skip("no java")
    archive = next(DIST.glob("foreshock-*.zip"))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", archive, tmp_path], check=True)
    home = next(tmp_path.glob("foreshock-*"))
    (home / "foreshock").chmod(0o755)
    environment = {"FORESHOCK_HOME": str(home), "PATH": os.environ["PATH"]}
    alarms = installed.run("replay", "--format", "json", table, environment=environment)[0]
    assert '"nonfinite"' in alarms

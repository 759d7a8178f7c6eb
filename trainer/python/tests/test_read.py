# SPDX-License-Identifier: Apache-2.0
"""`foreshock.read` against a real monitor, which `mvn -DskipTests package` builds."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import foreshock

HOME = Path(__file__).resolve().parents[3]
TIME = 1_760_000_000_123_456_789
LINES = [
    f'run_config,run=a\\ b total_steps=10i,optimizer="adamw" {TIME}',
    *(f"train_step,run=a\\ b step={step}i,loss={1 + 1 / step},grad_norm=2 {TIME + step}" for step in range(1, 11)),
    f"train_layer,run=a\\ b,layer=3,head=1 step=2i,attention_logit_max=7.5 {TIME + 2}",
    f"train_layer,run=a\\ b,layer=head step=2i,grad_rms=0.5 {TIME + 2}",
    f"evaluation,run=a\\ b,name=held step=5i,loss=2.5 {1_700_000_000 * 10**9}",
]


@pytest.fixture(scope="module")
def monitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (HOME / "monitor/target/foreshock-monitor.jar").exists():
        pytest.skip("needs the built monitor: mvn -DskipTests package")
    data = tmp_path_factory.mktemp("monitor")
    log = (data / "log").open("w+")
    process = subprocess.Popen(
        [str(HOME / "foreshock"), "monitor", "--port", "0", "--data", str(data / "data")],
        env={**os.environ, "FORESHOCK_BUILD": "never"},
        stdout=log,
        stderr=log,
    )
    try:
        yield started(process, data / "log")
    finally:
        process.terminate()
        process.wait(20)


def started(process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        if found:
            write(found[0], LINES)
            return found[0]
        assert process.poll() is None, log.read_text()
        pause()
    raise AssertionError(log.read_text())


def pause() -> None:

    time.sleep(0.1)


def write(url: str, lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    urllib.request.urlopen(urllib.request.Request(f"{url}/api/v2/write?precision=ns", data), timeout=20).close()
    for _ in range(200):
        if "evaluation" in foreshock.read("a b", monitor=url)["measurement"]:
            return
        pause()


def test_arrays_have_every_value_with_its_step_and_time(monitor: str) -> None:
    table = foreshock.read("a b", monitor=monitor)
    rows = list(zip(*(table[name] for name in ("measurement", "field", "layer", "head", "step", "time", "value"))))
    assert ("train_layer", "attention_logit_max", "3", 1, 2, TIME + 2, 7.5) in rows
    assert ("train_layer", "grad_rms", "head", None, 2, TIME + 2, 0.5) in rows
    assert ("evaluation", "loss", None, None, 5, 1_700_000_000 * 10**9, 2.5) in rows
    losses = [(row[4], row[5], row[6]) for row in rows if row[:2] == ("train_step", "loss")]
    assert losses == [(step, TIME + step, 1 + 1 / step) for step in range(1, 11)]
    setting = table["field"].index("optimizer")
    assert table["text"][setting] == "adamw"
    assert math.isnan(table["value"][setting])
    assert set(table["segment"]) == {0}


def test_signals_and_a_measurement_can_be_chosen(monitor: str) -> None:
    assert set(foreshock.read("a b", monitor=monitor, signals=["loss"])["field"]) == {"loss"}
    one = foreshock.read("a b", monitor=monitor, signals=["loss", "grad_norm"], measurement="train_step")
    assert len(one["step"]) == 20
    assert foreshock.read("a b", monitor=monitor, signals=["nothing"])["step"].tolist() == []


@pytest.mark.parametrize("pyarrow", [True, False])
def test_pandas_gets_the_same_table(monitor: str, monkeypatch: pytest.MonkeyPatch, pyarrow: bool) -> None:
    pytest.importorskip("pandas", reason="needs pandas")
    if pyarrow:
        pytest.importorskip("pyarrow", reason="needs pyarrow")
    else:
        monkeypatch.setattr("foreshock.exports.find_spec", lambda name: None)
    frame = foreshock.read("a b", monitor=monitor, format="pandas")
    table = foreshock.read("a b", monitor=monitor)
    assert list(frame.columns) == list(table)
    assert frame["step"].tolist() == table["step"].tolist()
    assert frame["time"].astype("datetime64[ns]").astype("int64").tolist() == table["time"].tolist()
    assert frame["value"].fillna(0).tolist() == [0 if math.isnan(v) else v for v in table["value"]]
    assert frame["layer"].astype(object).where(frame["layer"].notna(), None).tolist() == table["layer"]


def test_polars_gets_the_same_table(monitor: str) -> None:
    pytest.importorskip("polars", reason="needs polars")
    frame = foreshock.read("a b", monitor=monitor, format="polars")
    table = foreshock.read("a b", monitor=monitor)
    for name in ("measurement", "field", "layer", "head", "tags", "segment", "step", "text"):
        assert frame[name].to_list() == list(table[name]), name
    assert frame["time"].to_physical().to_list() == table["time"].tolist()


def test_arrays_need_nothing_but_the_standard_library(monitor: str) -> None:
    code = f"""
import sys; sys.modules.update(dict.fromkeys(("numpy", "pandas", "polars", "pyarrow")))
import foreshock; print(len(foreshock.read("a b", monitor={monitor!r}, signals=["loss"])["step"]))"""
    done = subprocess.run([sys.executable, "-c", code], cwd=HOME / "trainer/python", capture_output=True, check=True)
    assert done.stdout.strip() == b"11"


def test_the_address_comes_from_the_environment(monitor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORESHOCK_URL", monitor)
    assert len(foreshock.read("a b", signals=["grad_norm"])["step"]) == 10


def test_failures_say_what_to_do(monitor: str) -> None:
    with pytest.raises(LookupError, match="no run is called"):
        foreshock.read("nobody", monitor=monitor)
    with pytest.raises(ConnectionError, match="no monitor answers"):
        foreshock.read("a b", monitor="http://127.0.0.1:9")
    with pytest.raises(ValueError, match="expected http://HOST:PORT"):
        foreshock.read("a b", monitor="ftp://x")
    with pytest.raises(ValueError, match="expected one of arrays"):
        foreshock.read("a b", monitor=monitor, format="excel")
    with pytest.raises(TypeError, match="a list of names"):
        foreshock.read("a b", monitor=monitor, signals="loss")
    with pytest.raises(ValueError, match="at least one name"):
        foreshock.read("a b", monitor=monitor, signals=[])

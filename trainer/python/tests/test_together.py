# SPDX-License-Identifier: Apache-2.0
"""Two processes that train one model send the statistics of the whole batch, once."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs torch")

from pair import run_pair  # noqa: E402
from recorder import Recorder  # noqa: E402
from tiny import Reference, batches, made  # noqa: E402
from two_processes import CLIP, RATE, STEPS  # noqa: E402
from watched import assert_equal, sent  # noqa: E402


@pytest.mark.parametrize("kind", ["ddp", "fsdp"])
def test_the_sums_are_those_of_both_processes(recorder: Recorder, tmp_path: Path, kind: str) -> None:
    run_pair("two_processes.py", kind, url=recorder.url, directory=tmp_path)
    reference = Reference(made(), RATE, CLIP)
    found = sent(recorder)
    assert sorted(found) == list(range(1, STEPS + 1))
    for step, tokens in enumerate(batches(STEPS, batch=4), 1):
        wanted = reference.step(tokens.clamp(min=1))
        for layer in ("0", "1"):
            del wanted[layer]["attention_entropy"]  # of the first sequence of each process
            assert "attention_entropy" in found[step][layer]
        assert_equal(wanted, found[step])
    assert len(recorder.records("run_config")) == 1
    assert recorder.records("event")[-1].fields["status"] == "finished"


def test_if_only_one_process_watches_it_measures_itself_and_nobody_waits(recorder: Recorder, tmp_path: Path) -> None:
    run_pair("two_processes.py", "alone", url=recorder.url, directory=tmp_path)
    assert "1 of 2 processes watch" in (tmp_path / "0.log").read_text()
    assert sorted(sent(recorder)) == list(range(1, STEPS + 1))

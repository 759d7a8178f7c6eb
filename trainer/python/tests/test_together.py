# SPDX-License-Identifier: Apache-2.0
"""Two processes that train one model send the statistics of the whole batch, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

torch = pytest.importorskip("torch", reason="needs torch")

from pair import run_pair  # noqa: E402
from recorder import Recorder  # noqa: E402
from tiny import Reference, batches, made  # noqa: E402
from two_processes import CLIP, RATE, STEPS  # noqa: E402
from watched import assert_equal, sent  # noqa: E402

from foreshock.pytorch.together import Together  # noqa: E402


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


class HeldByGloo:
    """A tensor that a thread of Gloo holds too, until it was looked at a few times."""

    device = torch.device("cpu")

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def _use_count(self) -> int:
        self.looks -= 1
        return 2 if self.looks > 0 else 1


def test_a_run_that_ends_waits_until_gloo_holds_none_of_its_tensors(monkeypatch: pytest.MonkeyPatch) -> None:
    reduced: list[Any] = []
    monkeypatch.setattr(torch.distributed, "all_reduce", lambda tensor, _: reduced.append(tensor))
    together = Together(0)
    sums, maxima = HeldByGloo(looks=3), HeldByGloo(looks=5)
    together.reduce(cast(Any, sums), cast(Any, maxima))
    assert reduced == [sums, maxima]
    together.release()
    assert (sums.looks, maxima.looks) == (0, 0)


def test_a_run_that_ends_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.distributed, "all_reduce", lambda tensor, _: None)
    monkeypatch.setattr("foreshock.pytorch.together._RELEASE_SECONDS", 0.01)
    together = Together(0)
    stuck = HeldByGloo(looks=10**9)
    together.reduce(cast(Any, stuck), cast(Any, HeldByGloo(looks=1)))
    together.release()
    assert stuck.looks > 10**8


def test_torch_tells_who_holds_a_tensor() -> None:
    tensor = torch.ones(3)
    assert tensor._use_count() == 1  # type: ignore[attr-defined]
    other = tensor.view(3)
    assert tensor._use_count() > 1  # type: ignore[attr-defined]
    assert other.shape == tensor.shape

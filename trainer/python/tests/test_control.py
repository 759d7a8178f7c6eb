# SPDX-License-Identifier: Apache-2.0
"""Commands of the monitor are carried out between two steps, and answered."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from pair import run_pair
from recorder import Recorder

import foreshock
from foreshock import Run, commands, decisions
from foreshock.obeying import Control


class Commander:
    """Gives commands through the recorder and reads the answers."""

    def __init__(self, recorder: Recorder, run: str) -> None:
        self.recorder, self.run, self.given = recorder, run, 0
        self.poll(0, [])

    def poll(self, after: int, answer: list[dict[str, Any]]) -> None:
        self.recorder.answers[f"GET /api/v1/runs/{self.run}/commands?after={after}&wait=20"] = answer

    def give(self, command: str, **arguments: Any) -> int:
        self.given += 1
        after = self.given - 1
        self.recorder.answers[f"POST /api/v1/runs/{self.run}/commands/{self.given}/ack"] = {}
        self.poll(self.given, [])
        self.poll(after, [{"id": self.given, "command": command, "reason": "a test", **arguments}])
        return self.given

    def answers(self, number: int) -> list[dict[str, Any]]:
        path = f"POST /api/v1/runs/{self.run}/commands/{number}/ack"
        return [body for request, body in self.recorder.requests if request == path]

    def final(self, number: int) -> dict[str, Any]:
        until = time.monotonic() + 5
        while time.monotonic() < until:
            found = [a for a in self.answers(number) if a["status"] != "accepted"]
            if found:
                assert self.answers(number)[0]["status"] == "accepted"
                return found[0]
            time.sleep(0.01)
        raise AssertionError(f"command {number} was not answered: {self.answers(number)}")


class Loop:
    """A training loop whose model is the list of batches that it saw."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.seen: list[int] = []
        self.saved: dict[int, list[int]] = {}
        self.step = 0
        self.batches = control.batches(lambda first: iter(range(first, 1000)))

    def save(self, step: int) -> str:
        self.saved[step] = list(self.seen)
        return f"checkpoint-{step}"

    def load(self, step: int) -> int:
        newest = max((s for s in self.saved if s <= step), default=None)
        if newest is None:
            raise LookupError("none was saved")
        self.seen = list(self.saved[newest])
        return newest

    def train(self, steps: int) -> None:
        for _ in range(steps):
            self.seen.append(next(self.batches))
            self.step = self.control.obey(self.step + 1)

    def until_obeyed(self) -> None:
        while self.control._link is not None and not self.control._link.waiting():
            time.sleep(0.005)
        self.train(1)


@pytest.fixture
def loop(recorder: Recorder, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loop]:
    monkeypatch.setattr(commands, "PAUSE_SECONDS", 0.01)
    made: list[Loop] = []

    def save(step: int) -> str:
        return made[0].save(step)

    def load(step: int) -> int:
        return made[0].load(step)

    control = foreshock.control(save=save, load=load, run=run)
    made.append(Loop(control))
    yield made[0]
    control.close()


@pytest.fixture
def commander(recorder: Recorder) -> Commander:
    return Commander(recorder, "test")


def test_a_checkpoint_is_saved_and_named(loop: Loop, commander: Commander) -> None:
    loop.train(3)
    number = commander.give("checkpoint")
    loop.until_obeyed()
    assert commander.final(number) == {"status": "done", "step": 4, "detail": "saved as checkpoint-4"}


def test_a_rollback_goes_back_and_leaves_batches_out(loop: Loop, commander: Commander) -> None:
    loop.train(2)
    loop.save(2)
    loop.train(8)
    number = commander.give("rollback", to_step=5, skip_batches={"from": 4, "count": 3})
    loop.until_obeyed()
    assert loop.step == 2
    assert loop.seen == [0, 1]
    loop.train(4)
    assert loop.seen == [0, 1, 2, 3, 7, 8]
    assert commander.final(number)["detail"] == "from step 11 to the checkpoint at step 2; batches 4 to 6 are left out"


def test_an_iterable_goes_on_where_it_is(recorder: Recorder, run: Run) -> None:
    control = foreshock.control(run=run)
    batches = control.batches(range(100))
    list(islice(batches, 10))
    batches.roll_back(3, 12, 2)  # type: ignore[attr-defined]
    assert list(islice(batches, 4)) == [10, 11, 14, 15]
    control.close()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({}, "to_step = None: expected an integer from 0 to"),
        ({"to_step": -1}, "to_step = -1"),
        ({"to_step": 10**9}, "to_step = 1000000000"),
        ({"to_step": "1"}, "to_step = '1'"),
        ({"to_step": 1, "skip_batches": {"from": 1}}, "count = None"),
        ({"to_step": 1, "skip_batches": {"from": 1, "count": 10**9}}, "count = 1000000000"),
        ({"to_step": 1}, "no checkpoint at or before step 1: none was saved"),
    ],
)
def test_what_a_rollback_cannot_do_is_refused_with_the_reason(
    loop: Loop, commander: Commander, arguments: dict[str, Any], why: str
) -> None:
    loop.train(2)
    number = commander.give("rollback", **arguments)
    loop.until_obeyed()
    answer = commander.final(number)
    assert answer["status"] == "refused" and why in answer["detail"]
    assert loop.step == 3


def test_a_save_that_fails_is_answered_and_training_goes_on(loop: Loop, commander: Commander) -> None:
    def full(step: int) -> str:
        raise OSError("disk full")

    loop.save = full  # type: ignore[method-assign]
    number = commander.give("checkpoint")
    loop.until_obeyed()
    assert commander.final(number) == {"status": "failed", "step": 1, "detail": "OSError: disk full"}


def test_a_pause_waits_for_resume(loop: Loop, commander: Commander) -> None:
    import threading

    number = commander.give("pause")
    trained = threading.Thread(target=loop.until_obeyed)
    trained.start()
    assert commander.final(number)["status"] == "done"
    trained.join(0.2)
    assert trained.is_alive()
    commander.give("resume")
    trained.join(5)
    assert not trained.is_alive()


def test_stop_ends_the_loop_and_unknown_commands_are_refused(loop: Loop, commander: Commander) -> None:
    unknown = commander.give("explode")
    loop.until_obeyed()
    assert commander.final(unknown)["status"] == "refused"
    assert not loop.control.stopped
    commander.give("stop")
    loop.until_obeyed()
    assert loop.control.stopped


def test_a_command_for_an_earlier_process_is_answered_as_failed(
    recorder: Recorder, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PAUSE_SECONDS", 0.01)
    old = 1_700_000_000_000
    commander = Commander(recorder, "test")
    recorder.answers[f"POST /api/v1/runs/test/commands/{old}/ack"] = {}
    commander.poll(0, [{"id": old, "command": "stop"}])
    control = foreshock.control(run=run)
    assert recorder.wait_for(lambda _: bool(commander.answers(old)))
    assert commander.answers(old)[0]["status"] == "failed"
    assert not control.stopped
    control.close()


def test_an_adjustment_scales_the_learning_rate_of_the_step_and_ends(loop: Loop, commander: Commander) -> None:
    torch = pytest.importorskip("torch", reason="needs torch")
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    loop.control.close()
    control = foreshock.control(optimizer, run=loop.control.run)
    loop.control = control

    def moved() -> float:
        before = float(weight.detach())
        weight.grad = torch.ones(1)
        optimizer.step()
        return before - float(weight.detach())

    assert moved() == 1.0
    commander.give("adjust", learning_rate_scale=0.25, gradient_clip=0.5, for_steps=2)
    loop.until_obeyed()
    assert (moved(), control.gradient_clip) == (0.25, 0.5)
    assert optimizer.param_groups[0]["lr"] == 1.0
    loop.train(3)
    assert (moved(), control.gradient_clip) == (1.0, None)
    control.close()


def test_two_processes_carry_out_the_same(recorder: Recorder, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs torch")
    commander = Commander(recorder, "together")
    commander.give("rollback", to_step=3, skip_batches={"from": 4, "count": 2})
    printed = run_pair("two_controlled.py", url=recorder.url, directory=tmp_path)
    assert printed[0] == printed[1]
    assert printed[0] == "went back to 3\n[3, 6, 7, 8, 9, 10, 11, 12]\n"


def test_a_decision_is_written_for_the_launcher(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "PAUSE_SECONDS", 0.01)
    commander = Commander(recorder, "big")
    number = commander.give("rollback", to_step=4000, skip_batches={"from": 4000, "count": 300})
    training = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    file = tmp_path / "decision.json"
    recorder.answers["POST /hook"] = {}
    options = ["--run", "big", "--url", recorder.url, "--file", str(file), "--terminate", str(training.pid)]
    assert decisions.main([*options, "--webhook", recorder.url + "/hook"]) == 0
    assert training.wait(5) == -15
    decision = json.loads(file.read_text())
    assert decision == {
        "id": number,
        "run": "big",
        "command": "rollback",
        "to_step": 4000,
        "skip_from": 4000,
        "skip_count": 300,
        "reason": "a test",
    }
    assert ("POST /hook", decision) in recorder.requests
    assert recorder.wait_for(lambda _: bool(commander.answers(number)))
    assert commander.answers(number)[0]["status"] == "done"
    assert json.loads(capsys.readouterr().out) == decision

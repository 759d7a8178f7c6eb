# SPDX-License-Identifier: Apache-2.0
"""What a tracker is given becomes one line per step."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from recorder import Recorder

from foreshock import Run
from foreshock.rows import Rows


@pytest.fixture
def rows(run: Run) -> Iterator[Rows]:
    gathered = Rows(lambda: run)
    yield gathered
    gathered.close()


def sent(rows: Rows, run: Run, recorder: Recorder, measurement: str = "train_step") -> list[dict[str, object]]:
    rows.send()
    assert run.flush()
    return recorder.fields(measurement)


def test_values_of_a_step_are_one_line(rows: Rows, run: Run, recorder: Recorder) -> None:
    for step in range(3):
        rows.add({"loss": 2.0 - step}, step)
        rows.add({"lr": 1e-3}, step)

    assert sent(rows, run, recorder) == [{"step": s, "loss": 2.0 - s, "lr": 1e-3} for s in range(3)]


def test_a_step_is_sent_when_it_has_the_names_of_the_step_before(rows: Rows, run: Run, recorder: Recorder) -> None:
    rows.add({"loss": 2.0}, 1)
    rows.add({"lr": 0.1}, 1)
    rows.add({"loss": 1.0}, 2)
    assert run.flush()
    assert len(recorder.fields("train_step")) == 1

    rows.add({"lr": 0.1}, 2)
    assert run.flush()
    assert len(recorder.fields("train_step")) == 2


def test_the_trainers_own_step_comes_before_the_trackers(rows: Rows, run: Run, recorder: Recorder) -> None:
    rows.add({"loss": 2.0, "global_step": 7, "train/global_step": 500}, 3, whole=True)

    assert sent(rows, run, recorder) == [{"step": 500, "loss": 2.0}]


def test_rows_without_a_step_are_counted(rows: Rows, run: Run, recorder: Recorder) -> None:
    for _ in range(3):
        rows.add({"loss": 1.0, "lr": 0.1}, whole=True)
    for _ in range(2):
        rows.add({"loss": 1.0})
        rows.add({"lr": 0.1})

    assert [line["step"] for line in sent(rows, run, recorder)] == [0, 1, 2, 3, 4]


def test_evaluations_are_lines_of_their_own(rows: Rows, run: Run, recorder: Recorder) -> None:
    rows.add({"train/loss": 1.0, "val_loss": 2.0, "value": 3.0}, 5, whole=True)
    rows.add({"eval/loss": 2.0, "epoch": 1.0}, 6, whole=True)

    assert sent(rows, run, recorder) == [{"step": 5, "train/loss": 1.0, "value": 3.0}]
    assert recorder.fields("evaluation") == [
        {"step": 5, "val_loss": 2.0},
        {"step": 6, "eval/loss": 2.0, "epoch": 1.0},
    ]


def test_values_of_another_axis_do_not_move_the_step(rows: Rows, run: Run, recorder: Recorder) -> None:
    rows.add({"loss": 2.0}, 1000)
    rows.add({"epoch_loss": 2.5}, 1)
    rows.add({"val_loss": 2.6}, 1)
    rows.add({"loss vs samples": 2.0}, 64000)
    rows.add({"loss": 1.9}, 1001)

    assert sent(rows, run, recorder) == [
        {"step": 1000, "loss": 2.0, "epoch_loss": 2.5},
        {"step": 1001, "loss": 1.9},
    ]
    assert recorder.fields("evaluation") == [{"step": 1, "val_loss": 2.6}]


def test_a_name_whose_steps_go_back_is_a_restart(rows: Rows, run: Run, recorder: Recorder) -> None:
    for step in (1, 2, 3, 2, 3, 4):
        rows.add({"loss": 1.0}, step)

    assert [line["step"] for line in sent(rows, run, recorder)] == [1, 2, 3, 2, 3, 4]


def test_only_the_first_source_of_a_name_is_sent(rows: Rows, run: Run, recorder: Recorder) -> None:
    other = Rows(lambda: run)
    rows.add({"train/loss": 1.0}, 1, whole=True)
    other.add({"Loss": 1.0, "lr": 0.1}, 1, whole=True)
    assert sent(rows, run, recorder) == [{"step": 1, "train/loss": 1.0}, {"step": 1, "lr": 0.1}]

    rows.close()
    other.close()
    third = Rows(lambda: run)
    third.add({"loss": 0.5}, 2, whole=True)
    third.close()
    assert sent(rows, run, recorder)[-1] == {"step": 2, "loss": 0.5}


def test_a_source_that_is_silent_gives_way(
    rows: Rows, run: Run, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows.add({"loss": 1.0}, 1, whole=True)
    other = Rows(lambda: run)
    other.add({"loss": 2.0}, 2, whole=True)
    monkeypatch.setattr("foreshock.rows._IDLE_SECONDS", -1.0)
    other.add({"loss": 3.0}, 3, whole=True)
    monkeypatch.undo()
    rows.add({"loss": 4.0}, 4, whole=True)

    assert sent(rows, run, recorder) == [{"step": 1, "loss": 1.0}, {"step": 3, "loss": 3.0}]


def test_what_is_no_number_is_left_out(rows: Rows, run: Run, recorder: Recorder) -> None:
    rows.add(
        {
            "train": {"loss": 4, "step_time": math.nan},
            "table": {"_type": "table", "rows": 3},
            "text": "hello",
            "ok": True,
            "_runtime": 3.0,
            "list": [1, 2],
            None: 1,
        },
        1,
        whole=True,
    )

    (line,) = sent(rows, run, recorder)
    assert line == {"step": 1, "train.loss": 4.0, "nonfinite": 1}
    assert isinstance(line["train.loss"], float)


def test_the_summary_of_a_whole_run_is_no_step(rows: Rows, run: Run, recorder: Recorder) -> None:
    rows.add({"train_loss": 3.0, "train_runtime": 100.0, "epoch": 1.0}, 9, whole=True)

    assert sent(rows, run, recorder) == []

# SPDX-License-Identifier: Apache-2.0
"""What is sent arrives as it was sent."""

from __future__ import annotations

import math

from recorder import Recorder

from foreshock import Run


def test_lines_arrive_as_they_were_sent(recorder: Recorder, run: Run) -> None:
    run.log(3, {"lm loss": 2.5, "flag": True, "n": 7, 'text,"=': 'a "b", c=d \\ e'}, bad=math.nan)
    run.log_layer(3, "head", grad_rms=0.25)

    assert run.flush()
    (step,) = recorder.records("train_step")
    assert step.tags == {"run": "test"}
    assert step.fields == {
        "step": 3,
        "lm loss": 2.5,
        "flag": True,
        "n": 7,
        'text,"=': 'a "b", c=d \\ e',
        "nonfinite": 1,
    }
    assert recorder.records("train_layer")[0].tags == {"run": "test", "layer": "head"}


def test_an_ended_run_has_a_start_and_one_end(recorder: Recorder, run: Run) -> None:
    run.end("failed", "out of memory")
    run.end()

    kinds = [fields["kind"] for fields in recorder.fields("event")]
    assert kinds == ["start", "end"]
    assert recorder.fields("event")[1]["status"] == "failed"

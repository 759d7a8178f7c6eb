# SPDX-License-Identifier: Apache-2.0
"""The tracker with the real Accelerator."""

from __future__ import annotations

from typing import Any

import pytest
from recorder import Recorder

accelerate = pytest.importorskip("accelerate")
pytest.importorskip("torch")

from foreshock import Run  # noqa: E402
from foreshock.accelerate import ForeshockTracker  # noqa: E402


@pytest.mark.parametrize("log_with", ["foreshock", "instance"])
def test_what_is_logged_is_sent(log_with: str, run: Run, recorder: Recorder) -> None:
    if log_with == "foreshock" and not hasattr(accelerate.tracking, "register_tracker_class"):
        pytest.skip("this Accelerate registers no trackers")
    given: Any = log_with if log_with == "foreshock" else ForeshockTracker()
    accelerator = accelerate.Accelerator(cpu=True, log_with=given)
    accelerator.init_trackers("project", config={"learning_rate": 0.1, "model": {"n_layer": 2}})
    for step in range(3):
        accelerator.log({"train_loss": 2.0, "lr": 0.1}, step=step)
    accelerator.log({"val_loss": 3.0}, step=2)
    assert accelerator.get_tracker("foreshock", unwrap=True) is run
    accelerator.end_training()

    assert recorder.fields("train_step") == [{"step": s, "train_loss": 2.0, "lr": 0.1} for s in range(3)]
    assert recorder.fields("evaluation") == [{"step": 2, "val_loss": 3.0}]
    assert recorder.config().items() >= {"learning_rate": 0.1, "model/n_layer": 2}.items()
    assert recorder.fields("event")[-1]["status"] == "finished"

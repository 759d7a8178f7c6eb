# SPDX-License-Identifier: Apache-2.0
"""The callback with the real Keras, on whichever backend is installed."""

from __future__ import annotations

import importlib.util
import os

import pytest
from recorder import Recorder

np = pytest.importorskip("numpy")
_BACKENDS = [name for name in ("torch", "jax", "tensorflow") if importlib.util.find_spec(name)]
if "KERAS_BACKEND" not in os.environ and _BACKENDS:
    os.environ["KERAS_BACKEND"] = _BACKENDS[0]
keras = pytest.importorskip("keras")

from foreshock import Run  # noqa: E402
from foreshock.keras import ForeshockCallback  # noqa: E402


def test_steps_settings_evaluations_and_end(run: Run, recorder: Recorder) -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.AdamW(0.01), loss="mse")
    data = np.random.default_rng(1).normal(size=(16, 4)).astype("float32")
    target = data.sum(axis=1, keepdims=True)
    model.fit(
        data,
        target,
        batch_size=4,
        epochs=2,
        shuffle=False,
        validation_data=(data, target),
        verbose=0,
        callbacks=[ForeshockCallback()],
    )

    steps = recorder.fields("train_step")
    assert [step["step"] for step in steps] == list(range(1, 9))
    assert steps[0]["learning_rate"] == pytest.approx(0.01)
    assert [line["step"] for line in recorder.fields("evaluation")] == [4, 8]
    config = recorder.config()
    assert config["total_steps"] == 8
    assert config["optimizer"] == "adamw"
    assert config["adam_beta1"] == pytest.approx(0.9)
    assert config["parameters"] == 5
    kinds = [fields["kind"] for fields in recorder.fields("event")]
    assert (kinds[0], kinds[-1]) == ("start", "end")


def test_the_loss_of_a_step_is_no_mean(run: Run, recorder: Recorder) -> None:
    callback = ForeshockCallback()
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    callback.set_model(model)
    callback.set_params({"epochs": 1, "steps": 3})
    callback.on_train_begin()
    callback.on_epoch_begin(0)
    for batch, mean in enumerate([4.0, 3.0, 5.0]):
        model.optimizer.iterations.assign(batch + 1)
        callback.on_train_batch_end(batch, {"loss": mean})
    callback.on_train_end()

    assert [step["loss"] for step in recorder.fields("train_step")] == [4.0, 2.0, 9.0]

# SPDX-License-Identifier: Apache-2.0
"""Keras: ``model.fit(…, callbacks=[ForeshockCallback()])``."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any

import keras

import foreshock
from foreshock import faults, settings
from foreshock.rows import Rows
from foreshock.run import Run

_all: weakref.WeakSet[ForeshockCallback] = weakref.WeakSet()


class ForeshockCallback(keras.callbacks.Callback):
    """Sends the loss of each step of the optimizer, evaluations, and the end.

    Keras shows the mean of an epoch so far. The loss of a step is computed from two of them, so it is as
    exact as batches of equal size and 32 bits allow. Other metrics stay means.
    """

    def __init__(self, run: str | None = None, every: int = 1) -> None:
        """``run`` names the run; ``every`` is the number of batches between two lines."""
        super().__init__()
        self._name = run
        self._every = max(1, every)
        self._run: Run | None = None
        self._rows: Rows | None = None
        self._batches = 0
        self._sum = 0.0
        _all.add(self)

    @faults.guarded("the beginning of a training")
    def on_train_begin(self, logs: Any = None) -> None:
        """Start the run."""
        for other in list(_all):  # of a training that has failed
            other._stop()
        self._run = foreshock.start(self._name)
        self._rows = Rows(lambda: foreshock.start(self._name))
        optimizer = self.model.optimizer
        config: dict[str, object] = settings.flat(optimizer.get_config())
        config["optimizer"] = type(optimizer).__name__.lower()
        config["learning_rate"] = _learning_rate(optimizer)
        config["framework"] = f"keras {keras.__version__}"
        config["parameters"] = sum(int(_size(weight)) for weight in self.model.trainable_weights)
        for name, field in (("beta_1", "adam_beta1"), ("beta_2", "adam_beta2"), ("epsilon", "adam_epsilon")):
            if name in config:
                config[field] = config.pop(name)
        epochs, steps = self.params.get("epochs"), self.params.get("steps")
        if epochs and steps:
            config["total_steps"] = epochs * steps
        if self._every > 1:
            config["loss_steps"] = self._every
        self._run.configure(config)

    @faults.guarded("the beginning of an epoch")
    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begin new means."""
        self._batches, self._sum = 0, 0.0

    @faults.guarded("the log of a step")
    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Send the values of a batch."""
        batches = batch + 1
        if self._rows is None or not logs or batches - self._batches < self._every:
            return
        values = {name: float(value) for name, value in logs.items()}
        if "loss" in values:
            total = values["loss"] * batches
            values["loss"] = (total - self._sum) / (batches - self._batches)
            self._sum = total
        self._batches = batches
        optimizer = self.model.optimizer
        values["learning_rate"] = _learning_rate(optimizer)
        self._rows.add(values, int(optimizer.iterations), whole=True)

    @faults.guarded("the beginning of an evaluation")
    def on_test_begin(self, logs: Any = None) -> None:
        """Say that the run evaluates, so that its silence is explained."""
        if self._run is not None:
            self._run.event("phase", self._run.last_step, phase="evaluating")

    @faults.guarded("the end of an evaluation")
    def on_test_end(self, logs: Any = None) -> None:
        """Say that the run trains again."""
        if self._run is not None:
            self._run.event("phase", self._run.last_step, phase="training")

    @faults.guarded("the end of an epoch")
    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Send the values of the evaluation, of which Keras begins the names with ``val_``."""
        values = {name: value for name, value in (logs or {}).items() if name.startswith("val_")}
        if self._run is not None and values:
            self._run.log_evaluation(int(self.model.optimizer.iterations), values)

    @faults.guarded("the end of a training")
    def on_train_end(self, logs: Any = None) -> None:
        """End the run."""
        run = self._run
        self._stop()
        if run is not None:
            run.end("finished")

    def _stop(self) -> None:
        self._run = None
        if self._rows is not None:
            self._rows.close()
            self._rows = None


def _learning_rate(optimizer: Any) -> float:
    return float(keras.ops.convert_to_numpy(optimizer.learning_rate))


def _size(weight: Any) -> int:
    size = 1
    for length in weight.shape:
        size *= int(length)
    return size

# SPDX-License-Identifier: Apache-2.0
"""Lightning: nothing to write where FORESHOCK_URL is set.

Elsewhere it is ``Trainer(callbacks=[ForeshockCallback()])``. Works with ``lightning`` and with
``pytorch_lightning``. Loading this module imports neither.
"""

from __future__ import annotations

import functools
import importlib
import sys
from typing import Any

import foreshock
from foreshock import environment, faults, rows, settings
from foreshock.patches import Patches
from foreshock.rows import Rows
from foreshock.run import Run

_PACKAGES = ("lightning.pytorch", "pytorch_lightning")


class _Hooks:
    """What a callback does; the class that Lightning wants is added to it by ``callback_class``."""

    def __init__(self, run: str | None = None, watch: bool = True, every: int = 1) -> None:
        """``run`` names the run; ``every`` is the number of steps between two statistics of ``watch``."""
        self._name = run
        self._watch = watch
        self._every = every
        self._run: Run | None = None
        self._rows: Rows | None = None
        self._watching: Any = None
        self._last_step = -1

    @faults.guarded("the beginning of a training")
    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Start the run."""
        if next(one for one in trainer.callbacks if isinstance(one, _Hooks)) is not self:
            return  # the script has one of its own, which comes first
        run = self._run = self._started()
        self._last_step = trainer.global_step
        if trainer.global_step > 0:
            run.event("resume", trainer.global_step)
        run.configure(_settings(trainer, pl_module))
        with faults.harmless("watching the model"):
            if self._watch and trainer.optimizers:
                self._watching = foreshock.watch(pl_module, trainer.optimizers, run, every=self._every)
        self._rows = Rows(self._started)
        self._rows.claim("loss", "learning_rate")

    @faults.guarded("the log of a step")
    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, *_: Any, **__: Any) -> None:
        """Send the loss and what was logged. Values on an accelerator are read only where Lightning logs."""
        step = trainer.global_step
        if self._rows is None or step == self._last_step:
            return
        self._last_step = step
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        logs = step % max(1, trainer.log_every_n_steps) == 0
        values: dict[str, Any] = {}
        if loss is not None and (logs or loss.device.type == "cpu"):
            # Lightning has divided it by the number of batches of a step.
            values["loss"] = loss.detach() * trainer.accumulate_grad_batches
        if logs:
            values.update(
                (name, value) for name, value in trainer.callback_metrics.items() if not rows.is_evaluation(name)
            )
        if values:
            if trainer.optimizers:
                values["learning_rate"] = trainer.optimizers[0].param_groups[0]["lr"]
            self._rows.add(values, step, whole=True)

    @faults.guarded("the beginning of an evaluation")
    def on_validation_start(self, trainer: Any, pl_module: Any) -> None:
        """Say that the run evaluates, so that its silence is explained."""
        if self._run is not None and not trainer.sanity_checking:
            self._run.event("phase", trainer.global_step, phase="evaluating")

    @faults.guarded("the end of an evaluation")
    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        """Send the values of the evaluation."""
        if self._run is None or trainer.sanity_checking:
            return
        values = {name: value for name, value in trainer.callback_metrics.items() if rows.is_evaluation(name)}
        if values:
            self._run.log_evaluation(trainer.global_step, values)
        self._run.event("phase", trainer.global_step, phase="training")

    @faults.guarded("a checkpoint")
    def on_save_checkpoint(self, trainer: Any, pl_module: Any, checkpoint: Any) -> None:
        """Mark the checkpoint."""
        if self._run is not None:
            self._run.event("checkpoint", trainer.global_step)

    @faults.guarded("the end of a training")
    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """End the run as failed, or as killed where a person stopped it."""
        status = "killed" if isinstance(exception, KeyboardInterrupt) else "failed"
        self._end(status, f"{type(exception).__name__}: {exception}"[:1000])

    @faults.guarded("the end of a training")
    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        """End the run."""
        self._end("finished")

    def _end(self, status: Any, text: str | None = None) -> None:
        run, self._run = self._run, None
        if self._watching is not None:
            self._watching.detach()
            self._watching = None
        if self._rows is not None:
            self._rows.close()
            self._rows = None
        if run is not None:
            run.end(status, text)

    def _started(self) -> Run:
        return foreshock.start(self._name)


@functools.cache
def callback_class(package: str) -> type[Any]:
    """Return the callback for ``lightning.pytorch`` or ``pytorch_lightning``."""
    base = importlib.import_module(package).Callback
    return type("ForeshockCallback", (_Hooks, base), {"__module__": __name__, "__doc__": _Hooks.__doc__})


def __getattr__(name: str) -> Any:
    """Make ``ForeshockCallback`` for the package that is loaded, or else for the one that is installed."""
    if name != "ForeshockCallback":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    loaded = next((package for package in _PACKAGES if package in sys.modules), None)
    if loaded is not None:
        return callback_class(loaded)
    try:
        return callback_class(_PACKAGES[0])
    except ModuleNotFoundError:
        return callback_class(_PACKAGES[1])


def pytorch_callbacks() -> list[Any]:
    """Entry point ``lightning.pytorch.callbacks_factory``: a callback for each Trainer, if wanted."""
    return [callback_class(_PACKAGES[0])()] if environment.configured() else []


def pytorch_lightning_callbacks() -> list[Any]:
    """Entry point ``pytorch_lightning.callbacks_factory``."""
    return [callback_class(_PACKAGES[1])()] if environment.configured() else []


class FabricCallback:
    """Sends what ``fabric.log`` and ``fabric.log_dict`` are given, with or without a logger."""

    def __init__(self) -> None:
        self._patches = Patches()
        self._rows: Rows | None = None

    @faults.guarded("attaching to Fabric")
    def on_after_setup(self, fabric: Any, module: Any) -> None:
        """Listen to this Fabric."""
        if self._rows is None:
            self._rows = Rows(foreshock.start)
            self._patches.after(fabric, "log_dict", self._log_dict)

    def _log_dict(self, metrics: Any, step: int | None = None) -> None:
        if self._rows is not None:
            self._rows.add(metrics, step)


def fabric_callbacks() -> list[Any]:
    """Entry point ``lightning.fabric.callbacks_factory``."""
    return [FabricCallback()] if environment.configured() else []


def _settings(trainer: Any, module: Any) -> dict[str, object]:
    found: dict[str, object] = settings.flat(dict(getattr(module, "hparams", None) or {}))
    package = type(trainer).__module__.split(".")[0]
    found["framework"] = f"{package} {getattr(sys.modules.get(package), '__version__', '')}".strip()
    found["precision"] = str(trainer.precision)
    found["parameters"] = sum(p.numel() for p in module.parameters() if p.requires_grad)
    total = trainer.estimated_stepping_batches
    if isinstance(total, int) and total > 0:
        found["total_steps"] = total
    if trainer.gradient_clip_val is not None:
        found["gradient_clip"] = float(trainer.gradient_clip_val)
    if trainer.optimizers:
        found.update(settings.of_optimizer(trainer.optimizers[0]))
    return found

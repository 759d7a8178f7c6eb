# SPDX-License-Identifier: Apache-2.0
"""How each tracker is listened to: which of its functions, and what their arguments mean."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from pathlib import PurePath
from types import ModuleType
from typing import Any

from foreshock import rows, settings
from foreshock.patches import Patches
from foreshock.rows import Rows
from foreshock.run import Run, Status

# How long the end of a tracker's run waits for the monitor.
_END_SECONDS = 1.0


class Tracker:
    """Listens to one library. A subclass names its modules and what to do when one is loaded."""

    modules: tuple[str, ...] = ()

    def __init__(self, run: Callable[[], Run], patches: Patches) -> None:
        self._run = run
        self._patches = patches
        self._all_rows: weakref.WeakKeyDictionary[Any, Rows] = weakref.WeakKeyDictionary()
        self._configs: dict[int, dict[str, object]] = {}

    def attach(self, module: ModuleType) -> None:
        """Listen to the functions of one of the modules, which is loaded now."""
        self._attach(module)

    def _attach(self, module: ModuleType) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Send what was gathered, and listen no more."""
        for gathered in list(self._all_rows.values()):
            gathered.close()

    def _rows(self, of: Any, prefix: str = "") -> Rows:
        known = self._all_rows.get(of)
        if known is None:
            known = self._all_rows[of] = Rows(self._run, prefix)
            # What is never closed ends when nobody needs it.
            weakref.finalize(of, known.close).atexit = False
        return known

    def _configure(self, of: Any, config: Any) -> None:
        """Send settings, unless they were sent before."""
        found = settings.flat(config) if isinstance(config, Mapping) else {}
        if found and found != self._configs.get(id(of)):
            self._configs[id(of)] = found
            self._run().configure(found)

    def _end(self, of: Any, status: Status, text: str | None = None) -> None:
        """End the run, if it is this tracker's run that speaks of it."""
        known = self._all_rows.pop(of, None)
        self._configs.pop(id(of), None)
        if known is not None:
            leads = known.leads()
            known.close()
            if leads:
                self._run().end(status, text, _END_SECONDS)


class Wandb(Tracker):
    """Weights & Biases: ``wandb.log``, ``Run.log``, the configuration and ``finish``."""

    modules = ("wandb.sdk.wandb_run",)

    def __init__(self, run: Callable[[], Run], patches: Patches) -> None:
        super().__init__(run, patches)
        self._counters: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()

    def _attach(self, module: ModuleType) -> None:
        # wandb.log may have been taken from the run before, and then calls this one.
        inner = "_log" if hasattr(module.Run, "_log") else "log"
        self._patches.after(module.Run, inner, self._log)
        self._patches.after(module.Run, "finish", self._finish)

    def _log(self, run: Any, data: Any, step: int | None = None, commit: bool | None = None, **_: Any) -> None:
        gathered = self._all_rows.get(run)
        whole = commit if commit is not None else step is None
        if gathered is None:
            gathered = self._rows(run)
            self._configure(run, run.config.as_dict())
            # Counted here, because run.step asks another process and waits for it.
            self._counters[run] = int(getattr(run, "starting_step", 0) or 0)
        if step is None:
            step = self._counters[run]
            self._counters[run] += 1 if whole else 0
        else:
            self._counters[run] = step + (1 if whole else 0)
        gathered.add(data, step, whole=whole)

    def _finish(self, run: Any, exit_code: int | None = None, **_: Any) -> None:
        if run in self._all_rows:
            self._configure(run, run.config.as_dict())
        self._end(run, "failed" if exit_code else "finished", f"exit code {exit_code}" if exit_code else None)


class Mlflow(Tracker):
    """MLflow: metrics and parameters of all its functions, which end in its client."""

    class _Known:
        """Stands for a run, of which only the id is known."""

    def __init__(self, run: Callable[[], Run], patches: Patches) -> None:
        super().__init__(run, patches)
        self._known: dict[str, Mlflow._Known] = {}

    modules = ("mlflow.tracking.client",)

    def _attach(self, module: ModuleType) -> None:
        client = module.MlflowClient
        self._patches.after(client, "log_metric", self._log_metric)
        self._patches.after(client, "log_batch", self._log_batch)
        self._patches.after(client, "log_param", self._log_param)
        self._patches.after(client, "set_terminated", self._set_terminated)

    def _of(self, run_id: str) -> Mlflow._Known:
        return self._known.setdefault(run_id, Mlflow._Known())

    def _log_metric(
        self,
        _: Any,
        run_id: str,
        key: str,
        value: Any,
        timestamp: Any = None,
        step: Any = None,
        *__: Any,
        **___: Any,
    ) -> None:
        self._add(self._rows(self._of(run_id)), key, value, step)

    def _log_batch(self, _: Any, run_id: str, metrics: Any = (), params: Any = (), *__: Any, **___: Any) -> None:
        gathered = self._rows(self._of(run_id))
        for metric in metrics:
            self._add(gathered, metric.key, metric.value, metric.step)
        if params:
            config = {param.key: settings.parsed(param.value) for param in params}
            self._run().configure(settings.flat(config))

    def _log_param(self, _: Any, run_id: str, key: str, value: Any, *__: Any, **___: Any) -> None:
        self._run().configure(settings.flat({key: settings.parsed(str(value))}))

    def _set_terminated(self, _: Any, run_id: str, status: Any = None, *__: Any, **___: Any) -> None:
        words: dict[str, Status] = {"FAILED": "failed", "KILLED": "killed"}
        self._end(self._of(run_id), words.get(str(status), "finished"))
        self._known.pop(run_id, None)

    @staticmethod
    def _add(gathered: Rows, key: str, value: Any, step: Any) -> None:
        # MLflow makes 0 of a missing step, so a second 0 says nothing.
        gathered.add({key: value}, None if not step and gathered.knows(key) else step)


class Trackio(Tracker):
    """Trackio: ``trackio.log``, the configuration and ``finish``."""

    modules = ("trackio.run",)

    def _attach(self, module: ModuleType) -> None:
        self._patches.after(module.Run, "log", self._log)
        self._patches.after(module.Run, "finish", self._finish)

    def _log(self, run: Any, metrics: Any, step: int | None = None, **_: Any) -> None:
        if run not in self._all_rows:
            self._configure(run, run.config)
        self._rows(run).add(metrics, step, whole=step is None)

    def _finish(self, run: Any) -> None:
        self._end(run, "finished")


class Swanlab(Tracker):
    """SwanLab, of which the run has moved within the package."""

    modules = (
        "swanlab.sdk.internal.run",
        "swanlab.data.run.main",
    )

    def _attach(self, module: ModuleType) -> None:
        owner = getattr(module, "Run", None) or module.SwanLabRun
        self._patches.after(owner, "log", self._log)
        self._patches.after(owner, "finish", self._finish)

    def _log(self, run: Any, data: Any, step: int | None = None, *_: Any, **__: Any) -> None:
        if run not in self._all_rows:
            self._configure(run, dict(run.config))
        self._rows(run).add(data, step, whole=step is None)

    def _finish(self, run: Any, state: Any = "success", error: Any = None, *_: Any, **__: Any) -> None:
        status: dict[str, Status] = {"success": "finished", "aborted": "killed"}
        self._end(run, status.get(str(state).lower(), "failed"), None if error is None else str(error)[:1000])


class TensorBoard(Tracker):
    """``SummaryWriter`` of PyTorch and of tensorboardX, which are given one value at a time."""

    modules = (
        "torch.utils.tensorboard.writer",
        "tensorboardX.writer",
    )

    def _attach(self, module: ModuleType) -> None:
        self._patches.after(module.SummaryWriter, "add_scalar", self._add_scalar)
        self._patches.after(module.SummaryWriter, "add_scalars", self._add_scalars)
        self._patches.after(module.SummaryWriter, "add_hparams", self._add_hparams)
        self._patches.after(module.SummaryWriter, "close", self._close)

    def _writer(self, writer: Any) -> Rows:
        known = self._all_rows.get(writer)
        if known is not None:
            return known
        # A writer of its own for each split is told apart by its directory only.
        last = PurePath(str(getattr(writer, "log_dir", None) or getattr(writer, "logdir", ""))).name
        return self._rows(writer, f"{last}/" if rows.is_evaluation(last) else "")

    def _add_scalar(
        self, writer: Any, tag: str, scalar_value: Any, global_step: Any = None, *_: Any, **__: Any
    ) -> None:
        self._writer(writer).add({tag: scalar_value}, global_step)

    def _add_scalars(
        self,
        writer: Any,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: Any = None,
        *_: Any,
        **__: Any,
    ) -> None:
        row = {f"{main_tag}/{tag}": value for tag, value in tag_scalar_dict.items()}
        self._writer(writer).add(row, global_step)

    def _add_hparams(self, writer: Any, hparam_dict: Mapping[str, Any], *_: Any, **__: Any) -> None:
        self._run().configure(settings.flat(hparam_dict))

    def _close(self, writer: Any) -> None:
        known = self._all_rows.pop(writer, None)
        if known is not None:
            known.close()


class Torchtitan(Tracker):
    """Torchtitan, which prints its metrics even where no tracker is enabled."""

    modules = ("torchtitan.components.metrics",)

    def _attach(self, module: ModuleType) -> None:
        self._patches.after(module.MetricsProcessor, "log", self._log)
        self._patches.after(module.MetricsProcessor, "log_validation", self._log_validation)

    def _log(
        self,
        processor: Any,
        step: int,
        global_avg_loss: float,
        global_max_loss: float,
        grad_norm: float,
        extra_metrics: Mapping[str, Any] | None = None,
        *_: Any,
        **__: Any,
    ) -> None:
        row = {"grad_norm": grad_norm, **(extra_metrics or {})}
        # With pipeline parallelism, ranks without the loss have -1 for it.
        if global_avg_loss != -1:
            row["loss_metrics/global_avg_loss"] = global_avg_loss
            row["loss_metrics/global_max_loss"] = global_max_loss
        self._rows(processor).add(row, step, whole=True)

    def _log_validation(self, processor: Any, loss: float, step: int, *_: Any, **__: Any) -> None:
        self._rows(processor).add({"validation_metrics/loss": loss}, step, whole=True)


ALL: tuple[type[Tracker], ...] = (Wandb, Mlflow, Trackio, TensorBoard, Swanlab, Torchtitan)

# SPDX-License-Identifier: Apache-2.0
"""Hugging Face's Trainer, and what is built upon it: TRL, axolotl, LLaMA-Factory, ms-swift.

    trainer = Trainer(…, callbacks=[ForeshockCallback()])

or, after ``import foreshock.huggingface``, ``TrainingArguments(report_to="foreshock")``.
"""

from __future__ import annotations

import logging
import re
import shlex
import sys
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import transformers
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.integrations import integration_utils

import foreshock
from foreshock import faults, rows
from foreshock.commands import CommandLink
from foreshock.obeying import Control, Refused
from foreshock.run import Run
from foreshock.settings import of_model

log = logging.getLogger("foreshock")

# Names in the arguments of a trainer, and those of run_config.
_ARGUMENTS = {
    "learning_rate": "learning_rate",
    "adam_beta1": "adam_beta1",
    "adam_beta2": "adam_beta2",
    "adam_epsilon": "adam_epsilon",
    "weight_decay": "weight_decay",
    "max_grad_norm": "gradient_clip",
    "optim": "optimizer",
    "lr_scheduler_type": "schedule",
    "seed": "seed",
}
# What the loss is, where TRL's arguments tell it by their class.
_OBJECTIVES = {
    "GRPOConfig": "policy",
    "RLOOConfig": "policy",
    "PPOConfig": "policy",
    "OnlineDPOConfig": "preference",
    "DPOConfig": "preference",
    "KTOConfig": "preference",
    "ORPOConfig": "preference",
    "CPOConfig": "preference",
}
_LANGUAGE_MODELS = ("ForCausalLM", "LMHeadModel", "ForMaskedLM", "ForConditionalGeneration")


# Of several callbacks of one training the last one to begin sends.
_all: weakref.WeakSet[ForeshockCallback] = weakref.WeakSet()


class ForeshockCallback(TrainerCallback):
    """Sends what the Trainer logs, its settings, evaluations, checkpoints, and its end.

    With ``watch`` the statistics of each layer and step are sent too, as ``foreshock.watch`` does. The run
    begins with the training and ends with it.
    """

    def __init__(self, run: str | None = None, watch: bool = True, every: int = 1) -> None:
        """``run`` names the run; ``every`` is the number of steps between two statistics of ``watch``."""
        self._name = run
        self._watch = watch
        self._every = every
        self._run: Run | None = None
        # Made when the training begins: a Trainer may be copied or sent to another process before.
        self._rows: rows.Rows | None = None
        self._watching: Any = None
        self._control: _TrainerCommands | None = None
        self._evaluating = False
        self._state: TrainerState | None = None
        _all.add(self)

    @faults.guarded("the beginning of a training")
    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Start the run."""
        if not state.is_world_process_zero and not self._watch:
            return
        for other in list(_all):
            other._give_way(state)
        self._state = state
        run = self._run = self._started()
        if state.global_step > 0:
            run.event("resume", state.global_step)
        model, optimizer = kwargs.get("model"), kwargs.get("optimizer")
        with faults.harmless("reading the Trainer's settings"):
            run.configure(_settings(args, state, model))
            _warn(args, state)
        with faults.harmless("watching the model"):
            if self._watch and model is not None and optimizer is not None:
                self._watching = foreshock.watch(model, optimizer, run, every=self._every)
                run.configure(loss_steps=1)
        with faults.harmless("listening to commands"):
            self._control = _TrainerCommands(run, optimizer, Path(args.output_dir))
        self._rows = rows.Rows(self._started)
        self._rows.claim("loss", "grad_norm", "learning_rate", "epoch")

    @faults.guarded("the log of a step")
    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Send what is logged."""
        if self._rows is not None and state.is_world_process_zero and logs:
            self._rows.add(logs, state.global_step, whole=True)

    @faults.guarded("the end of a step")
    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Obey commands."""
        if self._control is not None:
            self._control.obey_trainer(state.global_step, control)

    @faults.guarded("a step of an evaluation")
    def on_prediction_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Say that the run evaluates, so that its silence is explained."""
        if self._run is not None and not self._evaluating:
            self._evaluating = True
            self._run.event("phase", state.global_step, phase="evaluating")

    @faults.guarded("the end of an evaluation")
    def on_evaluate(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Say that the run trains again. The values of the evaluation were logged."""
        if self._run is not None and self._evaluating:
            self._evaluating = False
            self._run.event("phase", state.global_step, phase="training")

    @faults.guarded("a checkpoint")
    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Mark the checkpoint."""
        if self._run is not None:
            folder = f"{args.output_dir}/checkpoint-{state.global_step}"
            self._run.event("checkpoint", state.global_step, text=folder)

    @faults.guarded("the end of a training")
    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """End the run."""
        run = self._run
        self._stop()
        if run is not None:
            run.end("finished")

    def _give_way(self, state: TrainerState) -> None:
        """Let another callback send. If that is of another training, this one's has failed without a word."""
        run, of_another = self._run, self._state is not state
        self._stop()
        if run is not None and of_another:
            run.end("failed", "the training did not end")

    def _stop(self) -> None:
        self._run = None
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._watching is not None:
            self._watching.detach()
            self._watching = None
        if self._rows is not None:
            self._rows.close()
            self._rows = None

    def _started(self) -> Run:
        return foreshock.start(self._name)


class _TrainerCommands(Control):
    """Commands that a callback can carry out: it cannot go back, but save, end, and say how to start again."""

    def __init__(self, run: Run, optimizer: Any, output: Path) -> None:
        link = CommandLink(run.url, run.token, run.name) if run.reports else None
        optimizers = [] if optimizer is None else [optimizer]
        super().__init__(run, optimizers, self._save_next, None, every=10, most_rollbacks=1, link=link)
        self._output = output
        self._wants_save = False

    def obey_trainer(self, step: int, control: TrainerControl) -> None:
        """Carry out what has arrived, by the flags of the Trainer."""
        self.obey(step)
        control.should_save |= self._wants_save
        control.should_training_stop |= self.stopped
        self._wants_save = False

    def _save_next(self, step: int) -> str:
        self._wants_save = True
        return str(self._output / f"checkpoint-{step}")

    def _roll_back(self, arguments: dict[str, Any], step: int) -> tuple[int, str]:
        to_step = arguments.get("to_step")
        if not isinstance(to_step, int):
            raise Refused(f"to_step = {to_step!r}: expected an integer")
        saved = [path for path in self._output.glob("checkpoint-*") if re.fullmatch(r"checkpoint-\d+", path.name)]
        earlier = [path for path in saved if _step_of(path) <= to_step]
        if not earlier:
            raise Refused(f"no checkpoint at or before step {to_step} in {self._output}; see save_steps")
        newest = max(earlier, key=_step_of)
        again = f"{shlex.join(sys.argv)} --resume_from_checkpoint {newest} --ignore_data_skip true"
        log.warning("the monitor commands a rollback, so the training ends. To start it again: %s", again)
        self.stopped = True
        return _step_of(newest), f"the training ends; to start it again: {again}"


def _step_of(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


def _settings(args: TrainingArguments, state: TrainerState, model: Any) -> dict[str, object]:
    settings: dict[str, object] = {
        "framework": f"transformers {transformers.__version__}",
        "total_steps": state.max_steps,
        "warmup_steps": args.get_warmup_steps(state.max_steps),
        "precision": "bf16" if args.bf16 else "fp16" if args.fp16 else "float32",
        "loss_steps": max(1, int(state.logging_steps)),
        "sequences_per_step": _sequences(args),
    }
    for name, field in _ARGUMENTS.items():
        value = getattr(args, name, None)
        settings[field] = getattr(value, "value", value)
    settings.update(of_model(model))
    context = getattr(args, "max_length", None) or getattr(args, "max_seq_length", None)
    if isinstance(context, int):
        settings["context"] = context
        settings["batch_tokens"] = context * _sequences(args)
    settings["parameters"] = _parameters(model)
    settings["objective"] = _objective(args, model)
    return {name: value for name, value in settings.items() if value is not None}


def _sequences(args: TrainingArguments) -> int:
    return int(args.train_batch_size * args.gradient_accumulation_steps * args.world_size)


def _parameters(model: Any) -> int | None:
    if model is None:
        return None
    # ZeRO 3 leaves an empty parameter here, which knows its own size.
    return sum(int(getattr(p, "ds_numel", p.numel())) for p in model.parameters() if p.requires_grad)


def _objective(args: TrainingArguments, model: Any) -> str | None:
    for kind in type(args).__mro__:
        if kind.__name__ in _OBJECTIVES:
            return _OBJECTIVES[kind.__name__]
    architecture = type(getattr(model, "base_model", model)).__name__
    names = (
        type(model).__name__,
        architecture,
        *(getattr(getattr(model, "config", None), "architectures", None) or ()),
    )
    return "cross_entropy" if any(name.endswith(_LANGUAGE_MODELS) for name in names) else None


def _warn(args: TrainingArguments, state: TrainerState) -> None:
    if state.is_world_process_zero and args.logging_nan_inf_filter:
        log.warning(
            "logging_nan_inf_filter is on, so a loss that is NaN is logged as the mean of earlier losses. "
            "Set TrainingArguments(logging_nan_inf_filter=False) to be warned of it."
        )
    if state.is_world_process_zero and state.logging_steps > 1:
        log.info("each logged loss is the mean of %d steps; logging_steps=1 shows every step", state.logging_steps)


integration_utils.INTEGRATION_TO_CALLBACK["foreshock"] = ForeshockCallback

# SPDX-License-Identifier: Apache-2.0
"""The callback with the real Trainer and a tiny model."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from recorder import Recorder
from test_control import Commander

transformers = pytest.importorskip("transformers")
torch = pytest.importorskip("torch")
pytest.importorskip("accelerate")

import foreshock  # noqa: E402
from foreshock import Run, commands, huggingface  # noqa: E402
from foreshock.huggingface import ForeshockCallback  # noqa: E402


def tiny_model() -> Any:
    config = transformers.LlamaConfig(
        vocab_size=32,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
    )
    return transformers.LlamaForCausalLM(config)


def data(size: int) -> list[dict[str, Any]]:
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randint(0, 32, (size, 8), generator=generator)
    return [{"input_ids": row, "labels": row} for row in tokens]


def trainer(folder: Path, callbacks: list[Any], **arguments: Any) -> Any:
    given = {
        "max_steps": 4,
        "logging_steps": 1,
        "per_device_train_batch_size": 2,
        "gradient_accumulation_steps": 2,
        "report_to": "none",
        "use_cpu": True,
        "disable_tqdm": True,
        "save_strategy": "no",
        "warmup_steps": 2,
        "logging_nan_inf_filter": False,
    }
    return transformers.Trainer(
        model=tiny_model(),
        args=transformers.TrainingArguments(output_dir=str(folder / "out"), **{**given, **arguments}),
        train_dataset=data(16),
        eval_dataset=data(4),
        callbacks=callbacks,
    )


def events(recorder: Recorder) -> list[tuple[Any, ...]]:
    return [(f["kind"], f.get("step"), f.get("phase") or f.get("status")) for f in recorder.fields("event")]


def test_steps_settings_evaluations_checkpoints_and_end(run: Run, recorder: Recorder, tmp_path: Path) -> None:
    trainer(
        tmp_path,
        [ForeshockCallback(watch=False)],
        eval_strategy="steps",
        eval_steps=2,
        save_strategy="steps",
        save_steps=4,
        learning_rate=1e-3,
    ).train()

    steps = recorder.fields("train_step")
    assert [step["step"] for step in steps] == [1, 2, 3, 4]
    assert all({"loss", "grad_norm", "learning_rate", "epoch"} <= step.keys() for step in steps)
    assert [(e["step"], "eval_loss" in e) for e in recorder.fields("evaluation")] == [(2, True), (4, True)]
    config = recorder.config()
    assert config["total_steps"] == 4
    assert config["warmup_steps"] == 2
    assert config["learning_rate"] == 1e-3
    assert config["loss_steps"] == 1
    assert config["gradient_clip"] == 1.0
    assert config["sequences_per_step"] == 4
    assert (config["layers"], config["heads"], config["width"], config["vocabulary"]) == (2, 2, 16, 32)
    assert config["objective"] == "cross_entropy"
    assert config["parameters"] == sum(p.numel() for p in tiny_model().parameters())
    assert events(recorder) == [
        ("start", None, None),
        ("phase", 2, "evaluating"),
        ("phase", 2, "training"),
        ("phase", 4, "evaluating"),
        ("phase", 4, "training"),
        ("checkpoint", 4, None),
        ("end", 4, "finished"),
    ]


def test_report_to_names_the_callback(run: Run, recorder: Recorder, tmp_path: Path, monkeypatch: Any) -> None:
    watched: list[Any] = []
    monkeypatch.setitem(vars(foreshock), "watch", lambda *given, **_: watched.append(given) or Watching(watched))
    trainer(tmp_path, [], report_to="foreshock").train()

    (model, optimizer, watched_run), detached = watched
    assert isinstance(model, torch.nn.Module)
    assert hasattr(optimizer, "param_groups")
    assert watched_run is run
    assert detached == "detached"


def test_a_watched_model_sends_each_signal_once(run: Run, recorder: Recorder, tmp_path: Path) -> None:
    trainer(tmp_path, [ForeshockCallback()], logging_steps=2, report_to="none").train()

    steps = recorder.fields("train_step")
    for signal in ("loss", "grad_norm", "learning_rate"):
        assert [step["step"] for step in steps if signal in step] == [1, 2, 3, 4]
    assert [step["step"] for step in steps if "epoch" in step] == [2, 4]
    assert {record.tags["layer"] for record in recorder.records("train_layer")} >= {"embedding", "0", "1", "head"}
    assert recorder.config()["loss_steps"] == 1


class Watching:
    def __init__(self, log: list[Any]) -> None:
        self._log = log

    def detach(self) -> None:
        self._log.append("detached")


def test_a_resumed_run_says_so(run: Run, recorder: Recorder, tmp_path: Path) -> None:
    trainer(tmp_path, [], save_strategy="steps", save_steps=2).train()
    trainer(tmp_path, [ForeshockCallback(watch=False)]).train(
        resume_from_checkpoint=str(tmp_path / "out" / "checkpoint-2")
    )

    assert ("resume", 2, None) in events(recorder)
    assert [step["step"] for step in recorder.fields("train_step")] == [3, 4]


def test_a_mean_of_steps_is_announced(run: Run, recorder: Recorder, tmp_path: Path) -> None:
    trainer(tmp_path, [ForeshockCallback(watch=False)], logging_steps=2).train()

    assert [step["step"] for step in recorder.fields("train_step")] == [2, 4]
    assert recorder.config()["loss_steps"] == 2


def test_the_filter_of_nan_losses_is_told(run: Run, tmp_path: Path, caplog: Any) -> None:
    with caplog.at_level(logging.WARNING, "foreshock"):
        trainer(tmp_path, [ForeshockCallback(watch=False)], logging_nan_inf_filter=True, max_steps=1).train()
    assert "logging_nan_inf_filter=False" in caplog.text


def test_a_training_that_failed_does_not_mute_the_next(
    run: Run, recorder: Recorder, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("FORESHOCK_RUN", "test")
    failing = trainer(tmp_path, [ForeshockCallback(watch=False)])
    with monkeypatch.context() as broken:
        broken.setattr(type(failing.model), "forward", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            failing.train()
    trainer(tmp_path, [ForeshockCallback(watch=False)]).train()

    ends = [(r.tags["run"], r.fields["status"]) for r in recorder.records("event") if r.fields["kind"] == "end"]
    assert ends == [("test", "failed"), ("test-2", "finished")]
    steps = [(r.tags["run"], r.fields["step"]) for r in recorder.records("train_step")]
    assert steps == [("test-2", step) for step in (1, 2, 3, 4)]


def test_a_failure_of_the_callback_does_not_reach_the_training(
    run: Run, recorder: Recorder, tmp_path: Path, monkeypatch: Any
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setitem(vars(foreshock), "watch", broken)
    monkeypatch.setattr(huggingface, "_settings", broken)
    monkeypatch.setattr(huggingface._TrainerCommands, "obey_trainer", broken)
    trainer(tmp_path, [ForeshockCallback()]).train()

    assert [step["step"] for step in recorder.fields("train_step")] == [1, 2, 3, 4]


def test_the_callback_and_a_mirrored_tracker_send_each_step_once(run: Run, recorder: Recorder, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    with foreshock.mirror():
        trainer(tmp_path, [ForeshockCallback(watch=False)], report_to="tensorboard").train()
        run.flush()

    losses = [step["step"] for step in recorder.fields("train_step") if {"loss", "train/loss"} & step.keys()]
    assert losses == [1, 2, 3, 4]


@pytest.mark.parametrize("own", ["", pytest.param("ForeshockCallback()", marks=pytest.mark.slow)])
def test_a_script_is_attached_once_by_run(own: str, recorder: Recorder, tmp_path: Path) -> None:
    here = Path(__file__)
    (tmp_path / "train.py").write_text(
        "from pathlib import Path\n"
        "from test_huggingface import trainer\n"
        "from foreshock.huggingface import ForeshockCallback\n"
        f"trainer(Path('.'), [{own}]).train()\n"
    )
    paths = os.pathsep.join([str(here.parent), str(here.parents[1])])
    done = subprocess.run(
        [sys.executable, "-m", "foreshock", "run", "--run", "script", "train.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert [step["step"] for step in recorder.fields("train_step") if "loss" in step] == [1, 2, 3, 4]
    assert [step["step"] for step in recorder.fields("train_step") if "epoch" in step] == [1, 2, 3, 4]
    assert recorder.records("train_step")[0].tags == {"run": "script"}


@pytest.mark.slow
def test_trl_uses_the_same_callback(run: Run, recorder: Recorder, tmp_path: Path) -> None:
    trl = pytest.importorskip("trl")
    datasets = pytest.importorskip("datasets")
    tokenizers = pytest.importorskip("tokenizers")
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel({str(i): i for i in range(32)}, unk_token="0"))
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=words, pad_token="0", eos_token="1")
    rows = [{"input_ids": row["input_ids"].tolist()} for row in data(16)]
    trl.SFTTrainer(
        model=tiny_model(),
        args=trl.SFTConfig(
            output_dir=str(tmp_path / "out"),
            max_steps=3,
            logging_steps=1,
            report_to="foreshock",
            use_cpu=True,
            bf16=False,
            max_length=8,
            save_strategy="no",
            per_device_train_batch_size=2,
        ),
        train_dataset=datasets.Dataset.from_list(rows),
        processing_class=tokenizer,
    ).train()

    steps = recorder.fields("train_step")
    assert [step["step"] for step in steps if "loss" in step] == [1, 2, 3]
    assert [step["step"] for step in steps if "mean_token_accuracy" in step] == [1, 2, 3]
    assert recorder.config()["batch_tokens"] == 16


class Commands(transformers.TrainerCallback):  # type: ignore[misc]
    """Gives a command in the middle of step 3 and waits until it has arrived."""

    def __init__(self, commander: Commander, callback: ForeshockCallback, command: str, **arguments: Any) -> None:
        self.commander, self.callback, self.command, self.arguments = commander, callback, command, arguments

    def on_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.global_step + 1 == 3 and self.callback._control is not None:
            link = self.callback._control._link
            self.commander.give(self.command, **self.arguments)
            until = time.monotonic() + 10
            while link is not None and not link.waiting():
                assert time.monotonic() < until
                time.sleep(0.01)


def obeying(recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, **arguments: Any) -> Any:
    monkeypatch.setattr(commands, "PAUSE_SECONDS", 0.01)
    commander = Commander(recorder, "hf")
    callback = ForeshockCallback("hf")
    gives = Commands(commander, callback, command, **arguments)
    made = trainer(tmp_path, [gives, callback], max_steps=6, save_strategy="steps", save_steps=2)
    made.train()
    return commander.final(1), made


def test_a_checkpoint_is_saved_when_the_monitor_commands_it(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, made = obeying(recorder, tmp_path, monkeypatch, "checkpoint")
    assert answer["status"] == "done" and answer["detail"].endswith("checkpoint-3")
    assert (tmp_path / "out" / "checkpoint-3").is_dir()
    assert made.state.global_step == 6


def test_a_rollback_ends_the_training_and_says_how_to_start_it_again(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answer, made = obeying(recorder, tmp_path, monkeypatch, "rollback", to_step=2)
    assert made.state.global_step == 3
    assert answer["status"] == "done"
    line = f"--resume_from_checkpoint {tmp_path}/out/checkpoint-2 --ignore_data_skip true"
    assert line in answer["detail"] and line in caplog.text


def test_a_rollback_without_a_checkpoint_is_refused(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, made = obeying(recorder, tmp_path, monkeypatch, "rollback", to_step=1)
    assert answer["status"] == "refused" and "no checkpoint at or before step 1" in answer["detail"]
    assert made.state.global_step == 6

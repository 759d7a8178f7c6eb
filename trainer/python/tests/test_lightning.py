# SPDX-License-Identifier: Apache-2.0
"""The callback with the real Lightning, under both of its names."""

from __future__ import annotations

import importlib
import pickle
from pathlib import Path
from typing import Any

import pytest
from recorder import Recorder

torch = pytest.importorskip("torch")

import foreshock.lightning  # noqa: E402
from foreshock import Run  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(params=["lightning.pytorch", "pytorch_lightning"])
def package(request: pytest.FixtureRequest) -> str:
    pytest.importorskip(request.param)
    return str(request.param)


def module(package: str, broken_at: int | None = None) -> Any:
    base = importlib.import_module(package).LightningModule

    class Tiny(base):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 1)
            self.save_hyperparameters({"n_layer": 1, "broken_at": broken_at})

        def training_step(self, batch: Any, index: int) -> Any:
            if index == self.hparams.broken_at:
                raise RuntimeError("out of memory")
            loss = self.layer(batch[0]).square().mean()
            self.log("train_acc", 0.5)
            return loss

        def validation_step(self, batch: Any, index: int) -> None:
            self.log("val_loss", self.layer(batch[0]).square().mean())

        def configure_optimizers(self) -> Any:
            return torch.optim.AdamW(self.parameters(), lr=0.1)

    return Tiny()


def data(size: int) -> Any:
    return torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(torch.randn(size, 4, generator=torch.Generator().manual_seed(1))),
        batch_size=2,
    )


def trainer(package: str, folder: Path, **arguments: Any) -> Any:
    given = {
        "max_steps": 4,
        "accelerator": "cpu",
        "logger": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "enable_checkpointing": False,
        "default_root_dir": folder,
        "num_sanity_val_steps": 1,
        "gradient_clip_val": 1.0,
    }
    return importlib.import_module(package).Trainer(**{**given, **arguments})


def callback(package: str, **arguments: Any) -> Any:
    return foreshock.lightning.callback_class(package)(**arguments)


def test_steps_settings_evaluations_and_end(
    package: str, run: Run, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = trainer(package, tmp_path, callbacks=[callback(package, watch=False)], log_every_n_steps=2)
    fit.fit(module(package), data(8), data(4))

    steps = recorder.fields("train_step")
    assert [step["step"] for step in steps] == [1, 2, 3, 4]
    assert all(step["learning_rate"] == 0.1 and step["loss"] > 0 for step in steps)
    assert ["train_acc" in step for step in steps] == [False, True, False, True]
    assert [(line["step"], line["val_loss"] > 0) for line in recorder.fields("evaluation")] == [(4, True)]
    expected = {
        "n_layer": 1,
        "total_steps": 4,
        "gradient_clip": 1.0,
        "optimizer": "adamw",
        "learning_rate": 0.1,
        "adam_epsilon": 1e-8,
        "parameters": 5,
    }
    assert recorder.config().items() >= expected.items()
    kinds = [fields["kind"] for fields in recorder.fields("event")]
    assert kinds == ["start", "phase", "phase", "end"]


def test_a_watched_module_sends_each_signal_once(package: str, run: Run, recorder: Recorder, tmp_path: Path) -> None:
    fit = trainer(package, tmp_path, callbacks=[callback(package)], log_every_n_steps=2)
    fit.fit(module(package), data(8))

    steps = recorder.fields("train_step")
    for signal in ("loss", "grad_norm", "learning_rate"):
        assert [step["step"] for step in steps if signal in step] == [1, 2, 3, 4]
    assert [step["step"] for step in steps if "train_acc" in step] == [2, 4]


def test_accumulated_batches_are_one_step(package: str, run: Run, recorder: Recorder, tmp_path: Path) -> None:
    fit = trainer(package, tmp_path, callbacks=[callback(package, watch=False)], accumulate_grad_batches=2, max_steps=2)
    fit.fit(module(package), data(16))

    assert [step["step"] for step in recorder.fields("train_step")] == [1, 2]


def test_a_failure_ends_the_run_as_failed(package: str, run: Run, recorder: Recorder, tmp_path: Path) -> None:
    fit = trainer(package, tmp_path, callbacks=[callback(package, watch=False)])
    with pytest.raises(RuntimeError, match="out of memory"):
        fit.fit(module(package, broken_at=2), data(16))

    end = recorder.fields("event")[-1]
    assert (end["status"], end["text"]) == ("failed", "RuntimeError: out of memory")


def test_every_trainer_gets_the_callback_only_where_it_is_wanted(
    package: str, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories = {
        "lightning.pytorch": foreshock.lightning.pytorch_callbacks,
        "pytorch_lightning": foreshock.lightning.pytorch_lightning_callbacks,
    }
    (made,) = factories[package]()
    assert isinstance(made, importlib.import_module(package).Callback)
    monkeypatch.delenv("FORESHOCK_URL")
    assert factories[package]() == []
    assert foreshock.lightning.fabric_callbacks() == []


def test_a_callback_can_be_sent_to_another_process() -> None:
    pytest.importorskip("lightning.pytorch")
    made = foreshock.lightning.ForeshockCallback(run="name")
    assert pickle.loads(pickle.dumps(made))._name == "name"


def test_fabric(run: Run, recorder: Recorder) -> None:
    fabric_package = pytest.importorskip("lightning.fabric")
    fabric = fabric_package.Fabric(accelerator="cpu", callbacks=foreshock.lightning.fabric_callbacks())
    layer = torch.nn.Linear(4, 1)
    layer, _ = fabric.setup(layer, torch.optim.SGD(layer.parameters(), lr=0.1))
    for step in range(3):
        fabric.log("loss", torch.tensor(2.0), step=step)
        fabric.log_dict({"lr": 0.1}, step=step)
    run.end()

    assert recorder.fields("train_step") == [{"step": s, "loss": 2.0, "lr": 0.1} for s in range(3)]

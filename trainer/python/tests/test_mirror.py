# SPDX-License-Identifier: Apache-2.0
"""What a run logs through its tracker arrives at the monitor, and the tracker does not notice."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from recorder import Recorder

import foreshock
from foreshock import Run
from foreshock.mirror import Mirror


@pytest.fixture
def mirror(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Mirror]:
    monkeypatch.chdir(tmp_path)
    mirrored = foreshock.mirror()
    yield mirrored
    mirrored.detach()


def sent(run: Run, recorder: Recorder, measurement: str = "train_step") -> list[dict[str, Any]]:
    assert run.flush()
    return recorder.fields(measurement)


class TestWandb:
    @pytest.fixture
    def wandb_run(self, mirror: Mirror, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
        wandb = pytest.importorskip("wandb")
        monkeypatch.setenv("WANDB_SILENT", "true")
        with wandb.init(mode="offline", dir=tmp_path, config={"lr": 0.1, "model": {"n_layer": 2}}) as started:
            yield started

    def test_rows_config_and_end(self, wandb_run: Any, run: Run, recorder: Recorder) -> None:
        import wandb

        wandb.log({"train/loss": 3.0, "train/lr": 0.1})
        wandb_run.log({"train/loss": 2.5, "train/lr": 0.1})
        wandb_run.log({"eval/loss": 2.7})
        wandb_run.config.update({"seed": 1})
        wandb.finish()

        assert recorder.wait_for(lambda r: r.fields("event")[-1]["kind"] == "end")
        assert recorder.fields("train_step") == [
            {"step": 0, "train/loss": 3.0, "train/lr": 0.1},
            {"step": 1, "train/loss": 2.5, "train/lr": 0.1},
        ]
        assert recorder.fields("evaluation") == [{"step": 2, "eval/loss": 2.7}]
        assert recorder.config() == {"lr": 0.1, "model/n_layer": 2, "seed": 1}
        assert recorder.fields("event")[-1]["status"] == "finished"

    def test_rows_that_are_not_committed_are_merged(self, wandb_run: Any, run: Run, recorder: Recorder) -> None:
        wandb_run.log({"loss": 3.0}, commit=False)
        wandb_run.log({"lr": 0.1})
        for step in (10, 20, 30):
            wandb_run.log({"loss": 2.0}, step=step)
            wandb_run.log({"lr": 0.2}, step=step)

        assert sent(run, recorder) == [
            {"step": 0, "loss": 3.0, "lr": 0.1},
            *({"step": step, "loss": 2.0, "lr": 0.2} for step in (10, 20, 30)),
        ]

    def test_the_trainers_step_counts(self, wandb_run: Any, run: Run, recorder: Recorder) -> None:
        wandb_run.log({"loss": 3.0, "train/global_step": 500})

        assert sent(run, recorder) == [{"step": 500, "loss": 3.0}]

    def test_a_mistake_of_the_caller_stays_one(self, wandb_run: Any) -> None:
        with pytest.raises(TypeError, match="dictionary"):
            wandb_run.log(3.0)


class TestMlflow:
    def test_metrics_parameters_and_end(
        self, mirror: Mirror, run: Run, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        mlflow = pytest.importorskip("mlflow")
        mlflow.set_tracking_uri(f"file://{tmp_path}/mlruns")
        try:
            with mlflow.start_run():
                mlflow.log_param("learning_rate", 0.1)
                mlflow.log_params({"layers": 2, "optimizer": "adamw"})
                for step in range(3):
                    mlflow.log_metrics({"loss": 3.0 - step, "lr": 0.1}, step=step)
                mlflow.log_metric("eval_loss", 2.0, step=2)
        finally:
            mlflow.set_tracking_uri(None)

        assert recorder.wait_for(lambda r: r.fields("event")[-1]["kind"] == "end")
        assert recorder.fields("train_step") == [{"step": s, "loss": 3.0 - s, "lr": 0.1} for s in range(3)]
        assert recorder.fields("evaluation") == [{"step": 2, "eval_loss": 2.0}]
        assert recorder.config() == {"learning_rate": 0.1, "layers": 2, "optimizer": "adamw"}


class TestTrackio:
    def test_rows_and_end(
        self, mirror: Mirror, run: Run, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "trackio"))
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        trackio = pytest.importorskip("trackio")
        trackio.init(project="test", config={"lr": 0.1}, embed=False)
        trackio.log({"loss": 3.0})
        trackio.log({"loss": 2.0})
        trackio.log({"loss": 1.0}, step=7)
        trackio.finish()

        assert recorder.wait_for(lambda r: r.fields("event")[-1]["kind"] == "end")
        assert recorder.fields("train_step") == [
            {"step": 0, "loss": 3.0},
            {"step": 1, "loss": 2.0},
            {"step": 7, "loss": 1.0},
        ]
        assert recorder.config() == {"lr": 0.1}


@pytest.mark.parametrize("module", ["torch.utils.tensorboard", "tensorboardX"])
class TestTensorBoard:
    @pytest.fixture
    def writer(self, module: str, mirror: Mirror, tmp_path: Path) -> Iterator[Any]:
        if module.startswith("torch"):
            pytest.importorskip("tensorboard")
        with pytest.importorskip(module).SummaryWriter(str(tmp_path / "logs")) as opened:
            yield opened

    def test_scalars_of_a_step_are_one_line(self, writer: Any, run: Run, recorder: Recorder) -> None:
        for step in range(3):
            writer.add_scalar("lm loss", 2.0 - step, step)
            writer.add_scalar(tag="lm loss vs samples", scalar_value=2.0 - step, global_step=64 * step)
            writer.add_scalar("grad-norm", 1.0, global_step=step)
        writer.add_scalars("Loss", {"val": 3.0}, 2)
        writer.close()

        assert sent(run, recorder) == [{"step": s, "lm loss": 2.0 - s, "grad-norm": 1.0} for s in range(3)]
        assert recorder.fields("evaluation") == [{"step": 2, "Loss/val": 3.0}]

    def test_a_writer_for_evaluations(
        self, module: str, writer: Any, run: Run, recorder: Recorder, tmp_path: Path
    ) -> None:
        with pytest.importorskip(module).SummaryWriter(str(tmp_path / "validation")) as other:
            for step in range(2):
                writer.add_scalar("loss", 2.0, step)
                other.add_scalar("loss", 3.0, step)

        assert [line["step"] for line in sent(run, recorder, "evaluation")] == [0, 1]
        assert recorder.fields("evaluation")[0]["validation/loss"] == 3.0


class TestSwanlab:
    def test_rows_and_end(
        self, mirror: Mirror, run: Run, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SWANLAB_LOG_DIR", str(tmp_path / "swanlog"))
        swanlab = pytest.importorskip("swanlab")
        swanlab.init(mode="disabled", config={"lr": 0.1})
        swanlab.log({"train/loss": 3.0})
        swanlab.log({"train/loss": 2.0})
        swanlab.finish()

        assert recorder.wait_for(lambda r: r.fields("event")[-1]["kind"] == "end")
        assert [line["train/loss"] for line in recorder.fields("train_step")] == [3.0, 2.0]
        assert recorder.config() == {"lr": 0.1}


class TestLibrary:
    """A library of our own in place of a tracker's module."""

    @pytest.fixture
    def library(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
        (tmp_path / "tensorboardX").mkdir()
        (tmp_path / "tensorboardX" / "__init__.py").write_text("from .writer import SummaryWriter\n")
        (tmp_path / "tensorboardX" / "writer.py").write_text(
            "class SummaryWriter:\n"
            "    def add_scalar(self, tag, scalar_value, global_step=None):\n"
            "        if scalar_value == 'bad':\n"
            "            raise ValueError('bad value')\n"
            "        return 'written'\n"
        )
        monkeypatch.syspath_prepend(tmp_path)
        for name in [name for name in sys.modules if name.split(".")[0] == "tensorboardX"]:
            monkeypatch.delitem(sys.modules, name)
        yield "tensorboardX"
        for name in [name for name in sys.modules if name.split(".")[0] == "tensorboardX"]:
            del sys.modules[name]

    @pytest.mark.parametrize("imported_before", [True, False])
    def test_functions_are_put_back_exactly(
        self, library: str, imported_before: bool, run: Run, recorder: Recorder
    ) -> None:
        finders = list(sys.meta_path)
        if imported_before:
            original = __import__(library).SummaryWriter.__dict__["add_scalar"]
        mirrored = foreshock.mirror()
        assert foreshock.mirror() is mirrored
        writer = __import__(library).SummaryWriter
        assert hasattr(writer.add_scalar, "__wrapped__")
        assert not hasattr(writer.add_scalar.__wrapped__, "__wrapped__")
        assert writer().add_scalar("loss", 2.0, 1) == "written"
        mirrored.detach()

        assert not hasattr(writer.add_scalar, "__wrapped__")
        if imported_before:
            assert writer.__dict__["add_scalar"] is original
        assert sys.meta_path == finders
        writer().add_scalar("loss", 2.0, 2)
        assert [line["step"] for line in sent(run, recorder)] == [1]

    def test_what_somebody_else_replaced_stays(self, library: str, run: Run, recorder: Recorder) -> None:
        mirrored = foreshock.mirror()
        writer = __import__(library).SummaryWriter
        ours = writer.add_scalar

        def theirs(self: Any, *args: Any) -> Any:
            return ours(self, *args)

        writer.add_scalar = theirs
        mirrored.detach()

        assert writer.__dict__["add_scalar"] is theirs
        assert writer().add_scalar("loss", 1.0, 1) == "written"
        assert sent(run, recorder) == []

    def test_only_the_callers_own_exception_passes(
        self, library: str, run: Run, mirror: Mirror, caplog: pytest.LogCaptureFixture
    ) -> None:
        writer = __import__(library).SummaryWriter()
        with pytest.raises(ValueError, match="bad value"):
            writer.add_scalar("loss", "bad", 1)

        class Broken:
            def item(self) -> float:
                raise RuntimeError("no device")

        with caplog.at_level(logging.WARNING, "foreshock"):
            for step in range(3):
                assert writer.add_scalar("loss", Broken(), step) == "written"
        assert len([record for record in caplog.records if "no device" in record.message]) == 1

    def test_a_run_begins_with_its_first_value(self, library: str, recorder: Recorder) -> None:
        with foreshock.mirror("later"):
            writer = __import__(library).SummaryWriter()
            assert foreshock.current() is None
            writer.add_scalar("loss", 1.0, 1)
        started = foreshock.current()
        assert started is not None
        assert started.name == "later"


def test_runs_that_follow_each_other_have_names_of_their_own(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORESHOCK_RUN", "sweep")
    names = []
    for _ in range(3):
        names.append(foreshock.start().name)
        assert foreshock.start("sweep").name == names[-1]
        foreshock.start().end()

    assert names == ["sweep", "sweep-2", "sweep-3"]


def test_no_library_is_imported_by_the_mirror() -> None:
    code = (
        "import sys, foreshock; foreshock.mirror();"
        "print([name for name in ('torch', 'numpy', 'wandb', 'mlflow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

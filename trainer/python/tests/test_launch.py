# SPDX-License-Identifier: Apache-2.0
"""A script behaves as under Python itself, and its run is sent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from recorder import Recorder

PACKAGE = str(Path(__file__).parents[1])


def execute(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": PACKAGE, "FORESHOCK_DIR": str(folder / "unsent")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "beside.py").write_text("NAME = 'beside'\n")
    (tmp_path / "tensorboardX").mkdir()
    (tmp_path / "tensorboardX" / "__init__.py").write_text("from .writer import SummaryWriter\n")
    (tmp_path / "tensorboardX" / "writer.py").write_text(
        "class SummaryWriter:\n    def add_scalar(self, tag, scalar_value, global_step=None): pass\n"
    )
    return tmp_path


SHOW = """
import sys, beside, pickle
class Thing: pass
pickle.loads(pickle.dumps(Thing()))
def show(): print(__name__, sys.argv, __file__, sys.path[0], __spec__ is None, __package__)
show()
"""


def test_a_script_sees_what_it_sees_under_python(recorder: Recorder, folder: Path) -> None:
    (folder / "train.py").write_text(SHOW)
    plain = execute(["train.py", "--lr", "0.1"], folder)
    attached = execute(["-m", "foreshock", "run", "--run", "mine", "train.py", "--lr", "0.1"], folder)

    assert plain.returncode == 0
    assert attached.stdout == plain.stdout
    assert attached.returncode == 0, attached.stderr
    assert recorder.records("event")[0].tags == {"run": "mine"}
    assert [fields["kind"] for fields in recorder.fields("event")] == ["start", "end"]


def test_a_module_sees_what_it_sees_under_python(recorder: Recorder, folder: Path) -> None:
    (folder / "package").mkdir()
    (folder / "package" / "train.py").write_text(SHOW.replace("sys.path[0], ", ""))
    plain = execute(["-m", "package.train", "--lr", "0.1"], folder)
    attached = execute(["-m", "foreshock", "run", "-m", "package.train", "--lr", "0.1"], folder)

    assert attached.stdout == plain.stdout
    assert attached.returncode == 0, attached.stderr


def test_what_is_logged_is_sent(recorder: Recorder, folder: Path) -> None:
    (folder / "train.py").write_text(
        "from tensorboardX import SummaryWriter\n"
        "writer = SummaryWriter()\n"
        "for step in range(3): writer.add_scalar('loss', 2.0, step)\n"
    )
    done = execute(["-m", "foreshock", "run", "train.py"], folder)

    assert done.returncode == 0, done.stderr
    assert recorder.fields("train_step") == [{"step": step, "loss": 2.0} for step in range(3)]


@pytest.mark.parametrize(
    ("end", "status"),
    [("sys.exit(3)", "failed"), ("sys.exit('no data')", "failed"), ("sys.exit(0)", "finished")],
)
def test_exit_codes_are_those_of_the_script(recorder: Recorder, folder: Path, end: str, status: str) -> None:
    (folder / "train.py").write_text(f"import sys\n{end}\n")
    plain = execute(["train.py"], folder)
    attached = execute(["-m", "foreshock", "run", "train.py"], folder)

    assert (attached.returncode, attached.stderr) == (plain.returncode, plain.stderr)
    assert recorder.fields("event")[-1]["status"] == status


@pytest.mark.parametrize("module", [False, True])
def test_a_traceback_is_that_of_the_script(recorder: Recorder, folder: Path, module: bool) -> None:
    (folder / "train.py").write_text("def f():\n    return 1 / 0\n\nf()\n")
    script = ["-m", "train"] if module else ["train.py"]
    plain = execute(["train.py"], folder)
    attached = execute(["-m", "foreshock", "run", *script], folder)

    assert (attached.returncode, attached.stderr) == (plain.returncode, plain.stderr)
    end = recorder.fields("event")[-1]
    assert (end["status"], end["text"]) == ("failed", "ZeroDivisionError: division by zero")


def test_an_interrupt_ends_the_process_as_under_python(recorder: Recorder, folder: Path) -> None:
    (folder / "train.py").write_text("import time\nprint('begun', flush=True)\ntime.sleep(60)\n")
    environment = {**os.environ, "PYTHONPATH": PACKAGE}
    started = subprocess.Popen(
        [sys.executable, "-m", "foreshock", "run", "train.py"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert started.stdout is not None
    started.stdout.readline()
    time.sleep(0.1)
    started.send_signal(signal.SIGINT)
    _, written = started.communicate(timeout=20)

    assert started.returncode == -signal.SIGINT
    assert b"KeyboardInterrupt" in written
    assert recorder.fields("event")[-1]["status"] == "killed"


def test_misuse_is_explained(folder: Path) -> None:
    for arguments in ([], ["--run"], ["-m"], ["none.py"], ["--name", "x", "train.py"]):
        done = execute(["-m", "foreshock", "run", *arguments], folder)
        assert done.returncode == 2
        assert done.stderr.startswith("foreshock run: ")


def test_two_ranks_are_one_run(recorder: Recorder, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # torchrun takes --run for an option of its own
    monkeypatch.setenv("FORESHOCK_RUN", "two")
    pytest.importorskip("torch.distributed.run")
    (folder / "train.py").write_text(
        "import torch.distributed as dist\n"
        "from tensorboardX import SummaryWriter\n"
        "dist.init_process_group('gloo')\n"
        "writer = SummaryWriter()\n"
        "for step in range(3): writer.add_scalar('loss', float(dist.get_rank()), step)\n"
        "dist.barrier(); dist.destroy_process_group()\n"
    )
    launcher = ["-m", "torch.distributed.run", "--nproc-per-node=2", "--standalone"]
    done = execute([*launcher, "-m", "foreshock", "run", "train.py"], folder)

    assert done.returncode == 0, done.stderr
    assert recorder.fields("train_step") == [{"step": step, "loss": 0.0} for step in range(3)]
    assert [fields["kind"] for fields in recorder.fields("event")] == ["start", "end"]
    assert recorder.records("event")[0].tags == {"run": "two"}

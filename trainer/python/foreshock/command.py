# SPDX-License-Identifier: Apache-2.0
"""The command ``foreshock``: ``run`` and ``decisions`` are of this package, all others of the release."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

import foreshock

# The commands of the release's launcher, in its order; a test compares the two.
_RELEASE = {
    "demo": "train a small model and see a divergence predicted and prevented",
    "monitor": "run the service: it receives telemetry, raises alarms and serves the dashboard",
    "train": "train a small GPT that reports to a monitor",
    "attach": "follow the logs that a training program writes and send them to a monitor",
    "replay": "send the logs of earlier runs through the predictors",
    "preflight": "judge a run before it begins, by earlier runs",
    "report": "write a post-mortem of a run's spikes and divergences",
    "export": "write all values of a run to a file",
    "sql": "run a SELECT over all runs",
    "fit": "fit trends across model sizes: learning rates, logits, gradients, budgets",
    "corpus": "train labelled runs to fit and judge predictors by",
    "sweep": "train small models over sizes, learning rates and variants",
    "quicken": "make the monitor start twice as fast",
}
# The commands of this package.
_HERE = {
    "run": ("foreshock.launch", "start a training script, such as: foreshock run train.py"),
    "decisions": ("foreshock.decisions", "wait for a command that needs a new start, and write it to a file"),
}
_TRAINER = ("demo", "train", "corpus", "sweep")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code: 0 success, 1 failure, 2 usage error.

    A command of the release replaces this process, so signals and the exit code are the release's own.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words:
        print(_usage(), file=sys.stderr)
        return 2
    if words[0] in ("-h", "--help", "help"):
        print(_usage())
        return 0
    if words[0] in ("-V", "--version"):
        print(f"foreshock {foreshock.__version__}")
        return 0
    if words[0] in _HERE:
        code: int = importlib.import_module(_HERE[words[0]][0]).main(words[1:])
        return code
    try:
        launcher = release() / "foreshock"
        sys.stdout.flush()
        os.execv(launcher, [str(launcher), *words])
    except (LookupError, OSError) as error:
        print(f"foreshock: {error}", file=sys.stderr)
    return 1


def release() -> Path:
    """Return the release's directory: FORESHOCK_HOME, otherwise that of the package ``foreshock_monitor``.

    :raises LookupError: if there is none; the message says how to get one
    """
    named = os.environ.get("FORESHOCK_HOME")
    if named:
        if not Path(named, "foreshock").is_file():
            raise LookupError(f"FORESHOCK_HOME = {named}: expected the directory of an unpacked release")
        return Path(named)
    try:
        home = importlib.import_module("foreshock_monitor").home()
    except ModuleNotFoundError as error:
        if error.name != "foreshock_monitor":
            raise
        raise LookupError(f"the monitor and its commands are not here: {_remedy()}") from None
    return Path(home)


def _remedy() -> str:
    if sys.platform == "linux" and platform.machine() in ("x86_64", "AMD64"):
        return "pip install foreshock-monitor"
    return "unpack foreshock-VERSION.zip, install Java 17 or newer, and set FORESHOCK_HOME to its directory"


def _usage() -> str:
    rows = {**{name: text for name, (_, text) in _HERE.items()}, **_RELEASE}
    lines = [f"  {name:<10} {text}" for name, text in rows.items()]
    return "\n".join(
        [
            "Foreshock warns before a training run diverges.",
            "",
            "Usage: foreshock COMMAND [OPTIONS]",
            "       foreshock COMMAND --help    lists the options of a command",
            "",
            *lines,
            "",
            "All but run and decisions need the package foreshock-monitor, or FORESHOCK_HOME, a release's directory.",
            f"{', '.join(_TRAINER)} need the trainer too: docs/install.md.",
        ]
    )

# SPDX-License-Identifier: Apache-2.0
"""Runs a training script as Python would, attached to the monitor, without a changed line."""

from __future__ import annotations

import builtins
import io
import os
import runpy
import sys
import zipfile
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from foreshock import environment, faults
from foreshock.mirror import mirror
from foreshock.patches import ImportWatch
from foreshock.run import current, start

USAGE = """usage: python -m foreshock run [--run NAME] [--url URL] SCRIPT [ARGUMENT ...]
       python -m foreshock run [--run NAME] [--url URL] -m MODULE [ARGUMENT ...]

Runs SCRIPT as `python SCRIPT` would, and sends what it logs through a tracker to the monitor.
  --run NAME   name of the run; by default FORESHOCK_RUN, otherwise the script and the job or the time
  --url URL    address of the monitor; by default FORESHOCK_URL, otherwise http://127.0.0.1:8087
"""

# Frames of ours, and those of runpy between them and the script.
_PACKAGE = Path(__file__).parent
_OURS = {
    __file__,
    str(_PACKAGE / "__main__.py"),
    str(_PACKAGE / "command.py"),
    runpy.__file__,
    "<frozen runpy>",
    sys.argv[0],  # the script that pip makes for the command `foreshock`
}


class _Misuse(Exception):
    """The arguments are not as expected."""


def main(arguments: list[str]) -> int:
    """Run the script that the arguments name; returns only when it has ended without ``sys.exit``."""
    if arguments[:1] in (["--help"], ["-h"]):
        print(USAGE, end="")
        return 0
    try:
        script = _after_options(list(arguments))
    except _Misuse as problem:
        print(f"foreshock run: {problem}\n{USAGE}", end="", file=sys.stderr)
        return 2
    # Plug-ins that are inert without an address are wanted here, and so they are in child processes.
    os.environ["FORESHOCK_URL"] = environment.url()
    if script[0] == "-m":
        return _attached(lambda: _run_module(script[1], script[2:]))
    return _attached(lambda: _run_script(script[0], script[1:]))


def _after_options(rest: list[str]) -> list[str]:
    """Take the options, and return the script, or -m and the module, with its arguments."""
    while rest and rest[0].startswith("--"):
        option, equals, value = rest.pop(0).partition("=")
        if option not in ("--run", "--url") or (not equals and not rest):
            raise _Misuse(f"{option}: expected --run NAME or --url URL before the script")
        os.environ["FORESHOCK_" + option[2:].upper()] = value if equals else rest.pop(0)
    if not rest or rest == ["-m"] or (rest[0].startswith("-") and rest[0] != "-m"):
        raise _Misuse("expected a script, or -m and a module")
    if rest[0] != "-m" and not Path(rest[0]).exists():
        raise _Misuse(f"cannot open {rest[0]!r}: no such file")
    return rest


def _attached(execute: Callable[[], None]) -> int:
    with faults.harmless("attaching the script"):
        mirror()
        ImportWatch({"transformers.trainer": _add_callback}).install()
    sys.excepthook = _without_our_frames(sys.excepthook)
    try:
        execute()
    except SystemExit as exit_:
        if exit_.code not in (None, 0):
            _failed(f"exit code {exit_.code}")
        raise
    return 0


def _add_callback(trainer: ModuleType) -> None:
    """Hugging Face's Trainer calls back without being told to."""
    from foreshock.huggingface import ForeshockCallback

    trainer.DEFAULT_CALLBACKS.append(ForeshockCallback)


def _failed(text: str) -> None:
    with faults.harmless("ending the run"):
        run = current()
        if run is not None:
            run.end("failed", text[:1000])


def _begin() -> None:
    """Start the run before the first line of the script, so that a failure before the first step is seen."""
    with faults.harmless("starting the run"):
        start()


def _run_script(script: str, arguments: list[str]) -> None:
    sys.argv = [script, *arguments]
    _begin()
    if Path(script).is_dir() or zipfile.is_zipfile(script):
        runpy.run_path(script, run_name="__main__")
        return
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = str(Path(script).resolve().parent)
    main_module = _new_main(script)
    with io.open_code(script) as file:
        code = compile(file.read(), os.path.abspath(script), "exec")
    exec(code, vars(main_module))


def _run_module(module: str, arguments: list[str]) -> None:
    # runpy puts the file's name in place of the first.
    sys.argv = [module, *arguments]
    _begin()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _new_main(script: str) -> ModuleType:
    """Make the module that the script runs as. It stays after the script, as Python's own does."""
    module = ModuleType("__main__")
    module.__dict__.update(
        __file__=os.path.abspath(script),
        __builtins__=builtins,
        __loader__=SourceFileLoader("__main__", script),
        __cached__=None,
        __spec__=None,
        __package__=None,
    )
    sys.modules["__main__"] = module
    return module


def _without_our_frames(hook: Any) -> Any:
    def call(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        with faults.harmless("shortening a traceback"):
            while trace is not None and trace.tb_frame.f_code.co_filename in _OURS:
                trace = trace.tb_next
            error.__traceback__ = trace
        hook(kind, error, trace)

    return call

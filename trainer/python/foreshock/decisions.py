# SPDX-License-Identifier: Apache-2.0
"""Commands for launchers: runs that cannot be changed are ended and started again by what a file says.

    python -m foreshock decisions --run NAME --file decision.json [--terminate PID] [--webhook URL]

waits for a command that needs a new start (``rollback``, ``stop``), writes it to the file, and ends with exit
code 0. The file holds one JSON object: ``id, run, command, to_step, skip_from, skip_count, reason``. Other commands
are refused. docs/python.md shows it in a Slurm script and with Megatron-LM.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from foreshock import environment
from foreshock.commands import Command, CommandLink

_LOOK_SECONDS = 0.2


def main(arguments: list[str]) -> int:
    """Run the command ``decisions``; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="foreshock decisions", description="Waits for a command that needs a new start."
    )
    parser.add_argument("--run", default=os.environ.get("FORESHOCK_RUN"), help="the run; by default FORESHOCK_RUN")
    parser.add_argument("--url", default=environment.url(), help="the monitor; by default FORESHOCK_URL")
    parser.add_argument("--file", type=Path, default=Path("decision.json"), help="where to write it")
    parser.add_argument("--terminate", type=int, metavar="PID", help="process that gets SIGTERM then")
    parser.add_argument("--webhook", metavar="URL", help="address that gets the same JSON as a POST")
    options = parser.parse_args(arguments)
    if not options.run:
        parser.error("which run? Give --run NAME or set FORESHOCK_RUN")
    link = CommandLink(options.url, environment.token(), options.run)
    try:
        while True:
            command = link.poll()
            if command is None:
                if options.terminate is not None and not _alive(options.terminate):
                    return 0  # the training has ended by itself
                time.sleep(_LOOK_SECONDS)
            elif command.name in ("rollback", "stop"):
                _decide(link, command, options)
                return 0
            else:
                link.answer(command, "refused", 0, "this run is only started again: rollback and stop are possible")
    except KeyboardInterrupt:
        return 130
    finally:
        link.close()


def _decide(link: CommandLink, command: Command, options: argparse.Namespace) -> None:
    decision = decided(command, options.run)
    text = json.dumps(decision, indent=1)
    part = options.file.with_name(options.file.name + ".part")
    part.write_text(text + "\n")
    part.replace(options.file)
    detail = f"written to {options.file}; the launcher starts the run again"
    if options.webhook:
        request = urllib.request.Request(options.webhook, text.encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10):
                pass
        except OSError as error:
            print(f"foreshock: {options.webhook} did not take the decision: {error}", file=sys.stderr)
            detail += f"; the webhook failed: {error}"
    if options.terminate is not None and _alive(options.terminate):
        os.kill(options.terminate, signal.SIGTERM)
    link.answer(command, "done", int(decision["to_step"] or 0), detail)
    print(text)


def decided(command: Command, run: str) -> dict[str, Any]:
    """Return what the file says of a command."""
    skipped = command.arguments.get("skip_batches") or {}
    return {
        "id": command.id,
        "run": run,
        "command": command.name,
        "to_step": command.arguments.get("to_step"),
        "skip_from": skipped.get("from"),
        "skip_count": skipped.get("count"),
        "reason": command.reason,
    }


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

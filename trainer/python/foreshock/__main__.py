# SPDX-License-Identifier: Apache-2.0
"""``python -m foreshock run train.py`` attaches a script; anything else is a command of ``foreshock``."""

from __future__ import annotations

import sys


def main(arguments: list[str]) -> int:
    """Run a script, or a command."""
    from foreshock import command

    return command.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

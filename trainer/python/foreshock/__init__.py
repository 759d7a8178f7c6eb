# SPDX-License-Identifier: Apache-2.0
"""Foreshock warns before a training run diverges. One line attaches a run:

    import foreshock
    foreshock.watch(model, optimizer)     # a PyTorch loop: every statistic of every step
    foreshock.mirror()                    # what the run already logs through a tracker
    foreshock.read("my-run")              # afterwards: every value of a run

The monitor's address is FORESHOCK_URL (default http://127.0.0.1:8087), its token FORESHOCK_TOKEN, the run's
name FORESHOCK_RUN. Nothing here but `read` raises into a training loop or waits for the monitor. docs/python.md
says more.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

# Loaded at once: a function that is called as its module must be bound after the module was loaded.
from foreshock.mirror import mirror
from foreshock.run import Run, current, start

if TYPE_CHECKING:
    from foreshock.exports import read
    from foreshock.obeying import control
    from foreshock.pytorch import attention, watch

__version__ = "0.1.0.dev0"
__all__ = ["Run", "attention", "control", "current", "mirror", "read", "start", "watch"]

# Loaded when first used, so that importing foreshock needs neither torch nor time.
_LATER = {
    "attention": "foreshock.pytorch",
    "control": "foreshock.obeying",
    "read": "foreshock.exports",
    "watch": "foreshock.pytorch",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'foreshock' has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)

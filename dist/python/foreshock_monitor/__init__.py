# SPDX-License-Identifier: Apache-2.0
"""Foreshock's service and commands as files, with a Java runtime. The package ``foreshock`` starts them."""

from __future__ import annotations

from pathlib import Path

__all__ = ["home"]


def home() -> Path:
    """Return the directory of the unpacked release; its file ``foreshock`` is the launcher."""
    return Path(__file__).resolve().parent / "release"

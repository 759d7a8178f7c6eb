# SPDX-License-Identifier: Apache-2.0
"""Turns what trackers are given into plain numbers."""

from __future__ import annotations

from typing import Any


def plain(value: Any) -> bool | int | float | str | None:
    """Return a number, truth value or text as Python's own type, and None for everything else.

    Scalars of numpy, PyTorch, JAX and the like are read by ``item()``; arrays with more than one element are
    not read.
    """
    if value is None or type(value) in (bool, int, float, str):
        return value  # type: ignore[no-any-return]
    if isinstance(value, (bool, int, float, str)):
        return next(kind(value) for kind in (bool, int, float, str) if isinstance(value, kind))
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "size", 1) != 0 and _elements(value) == 1:
        read = item()
        return read if isinstance(read, (bool, int, float)) else None
    return None


def _elements(value: Any) -> int:
    shape = getattr(value, "shape", ())
    elements = 1
    for length in shape:
        elements *= int(length)
    return elements

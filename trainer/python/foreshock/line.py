# SPDX-License-Identifier: Apache-2.0
"""InfluxDB line protocol, as Foreshock's contract has it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple, Union

Value = Union[bool, int, float, str]

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


class Line(NamedTuple):
    """One line of telemetry.

    ``tags`` are texts, ``fields`` numbers, truth values or texts. A value of None is left out, and so is
    a number that is not finite: the protocol has no NaN, so the field ``nonfinite`` counts them.
    """

    measurement: str
    tags: Mapping[str, str]
    fields: Mapping[str, object]
    time_nanos: int


def text(line: Line) -> str:
    """Return the line as text without a line break, or '' if it has no field."""
    fields = _fields(line.fields)
    if not fields:
        return ""
    tags = "".join(f",{_name(key)}={_name(value)}" for key, value in line.tags.items() if key and value)
    return f"{_name(line.measurement)}{tags} {','.join(fields)} {line.time_nanos}"


def _fields(fields: Mapping[str, object]) -> list[str]:
    written = []
    nonfinite = 0
    measured = False
    for key, value in fields.items():
        if key == "nonfinite":
            measured = value is not None
            nonfinite += int(value) if isinstance(value, (int, float)) else 0
        elif isinstance(value, float) and not math.isfinite(value):
            nonfinite += 1
        elif value is not None:
            written.append(f"{_name(key)}={_value(value)}")
    if nonfinite or measured:
        written.append(f"nonfinite={nonfinite}i")
    return written


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value}i" if _SMALLEST <= value <= _LARGEST else repr(float(value))
    if isinstance(value, float):
        return repr(float(value))  # numpy's own floats write their type
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _name(name: str) -> str:
    """Escape a name; what would end the line or the name becomes an underscore."""
    safe = "".join("_" if ord(c) < 32 or 127 <= ord(c) < 160 else c for c in name) or "_"
    if safe.endswith("\\"):
        safe = safe[:-1] + "_"
    return safe.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ")

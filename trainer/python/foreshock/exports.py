# SPDX-License-Identifier: Apache-2.0
"""Reads all values of a run from a monitor's export."""

from __future__ import annotations

import calendar
import csv
import http.client
import io
import json
import math
from array import array
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote, urlencode

from foreshock import environment
from foreshock.post import connection_to

FORMATS = ("arrays", "pandas", "polars")

_ORDER = ("segment", "step")

# The monitor writes the whole export before it answers.
_ANSWER_SECONDS = 600.0


def read(
    run: str,
    *,
    monitor: str | None = None,
    token: str | None = None,
    signals: Sequence[str] | None = None,
    measurement: str | None = None,
    format: str = "arrays",
) -> Any:
    """Return the values of a run as a table with one row a value, sorted by segment and step, in one of three forms.

    =========== =========================================================
    measurement ``train_step``, ``train_layer``, ``evaluation``, …
    field       the signal's name, such as ``loss``
    layer, head where the signal is of a layer or an attention head; tags: other tags as ``key=value,…``
    segment     from 0; a rollback begins the next one
    step, time  the optimizer step; UTC
    value, text a number, or a text such as a setting
    =========== =========================================================

    The arguments ``monitor`` and ``token`` are an address and a token; without them those of FORESHOCK_URL and
    FORESHOCK_TOKEN. ``signals`` and ``measurement`` select fields and one measurement; without them all come.

    ``format`` is one of:

    - ``"arrays"``: a dict of columns. ``segment``, ``step`` and ``time`` (nanoseconds since 1970) are
      ``array.array("q")``, ``value`` is ``array.array("d")`` with NaN where there is a text, and the others are lists
      with None where there is nothing. ``numpy.asarray(column)`` shares an array's memory.
    - ``"pandas"``, ``"polars"``: a data frame. pandas reads Parquet if pyarrow is installed, otherwise CSV.

    The whole table is in memory. Raises LookupError for an unknown run, PermissionError for a refused token,
    ConnectionError when no monitor answers, and RuntimeError with the monitor's message for anything else.
    """
    if format not in FORMATS:
        raise ValueError(f"format = {format!r}: expected one of {', '.join(FORMATS)}")
    if isinstance(signals, str):
        raise TypeError(f"signals = {signals!r}: expected a list of names, such as ['loss']")
    parquet = format == "polars" or (format == "pandas" and find_spec("pyarrow") is not None)
    query = {"format": "parquet" if parquet else "csv"}
    if signals is not None:
        if not signals:
            raise ValueError("signals = []: expected at least one name, or None for all signals")
        query["fields"] = ",".join(signals)
    if measurement is not None:
        query["measurement"] = measurement
    url = environment.url() if monitor is None else monitor
    path = f"/api/v1/runs/{quote(run, safe='')}/export?{urlencode(query)}"
    connection, prefix = connection_to(url)
    secret = environment.token() if token is None else token
    try:
        try:
            connection.connect()
            connection.sock.settimeout(_ANSWER_SECONDS)
            connection.request("GET", prefix + path, headers={"Authorization": f"Token {secret}"} if secret else {})
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as e:
            raise ConnectionError(f"no monitor answers at {url} ({e!r})") from e
        if answer.status != 200:
            raise _refused(answer.status, answer.read(), run, url)
        return _table(answer, format, parquet)
    finally:
        connection.close()


def _refused(status: int, body: bytes, run: str, url: str) -> Exception:
    try:
        message = str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        message = "the answer does not come from a monitor"
    if status == 404:
        return LookupError(f"{run!r}: {message}")
    if status in (401, 403):
        return PermissionError(f"the monitor at {url} refuses the request: {message} (token=, FORESHOCK_TOKEN)")
    return RuntimeError(f"the monitor at {url} answered {status}: {message}")


def _table(answer: http.client.HTTPResponse, format: str, parquet: bool) -> Any:
    if format == "polars":
        import polars

        return polars.read_parquet(io.BytesIO(answer.read())).sort(*_ORDER, maintain_order=True)
    if format == "pandas":
        import pandas

        data = io.BytesIO(answer.read())
        if parquet:
            return _sorted(pandas.read_parquet(data))
        texts = dict.fromkeys(("measurement", "field", "layer", "tags", "text"), str)
        frame = pandas.read_csv(data, dtype=texts, keep_default_na=False, na_values=[""])
        frame["time"] = pandas.to_datetime(frame["time"], format="ISO8601").dt.tz_localize(None)
        return _sorted(frame)
    return _arrays(io.TextIOWrapper(answer, encoding="utf-8", newline=""))


def _sorted(frame: Any) -> Any:
    return frame.sort_values(list(_ORDER), kind="stable", ignore_index=True)


def _arrays(lines: Iterable[str]) -> dict[str, Any]:
    rows = csv.reader(lines)
    names = next(rows)
    columns: dict[str, Any] = {name: [] for name in names}
    columns.update({name: array("q") for name in ("segment", "step", "time")})
    columns["value"] = array("d")
    nanos = _Nanos()
    same: dict[str, str | None] = {"": None}  # one object for each text, because most repeat
    add = [columns[name].append for name in names]
    read: dict[str, Any] = {
        "segment": int,
        "step": int,
        "time": nanos.of,
        "value": lambda text: float(text) if text else math.nan,
        "head": lambda text: int(text) if text else None,
    }
    parse = [read.get(name, lambda text: same.setdefault(text, text)) for name in names]
    pairs = list(zip(add, parse))
    for row in rows:
        for (append, parsed), text in zip(pairs, row):
            append(parsed(text))
    return _in_order(columns)


def _in_order(columns: dict[str, Any]) -> dict[str, Any]:
    keys = list(zip(*(columns[name] for name in _ORDER)))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return {
        name: array(column.typecode, map(column.__getitem__, order))
        if isinstance(column, array)
        else [column[i] for i in order]
        for name, column in columns.items()
    }


class _Nanos:
    """Nanoseconds since 1970 of times such as ``2026-01-02T03:04:05.123456789Z``, exact and quick."""

    def __init__(self) -> None:
        self._minute = ""
        self._seconds = 0

    def of(self, text: str) -> int:
        if text[:16] != self._minute:
            year, month, day = text[:10].rsplit("-", 2)
            self._seconds = calendar.timegm((int(year), int(month), int(day), int(text[11:13]), int(text[14:16]), 0))
            self._minute = text[:16]
        fraction = text[20:-1]
        return (self._seconds + int(text[17:19])) * 1_000_000_000 + (int(fraction.ljust(9, "0")) if fraction else 0)

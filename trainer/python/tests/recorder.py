# SPDX-License-Identifier: Apache-2.0
"""A server on loopback that keeps what is written to it, as a monitor would."""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

# A quoted value, an escaped character, or any other one.
_ATOM = re.compile(r'(?<==)"(?:[^"\\]|\\.)*"|\\.|.', re.DOTALL)


class Record(NamedTuple):
    """One line, read."""

    measurement: str
    tags: dict[str, str]
    fields: dict[str, Any]
    time_nanos: int


class Recorder:
    """Answers 204 to every write and keeps its lines.

    ``status`` is what writes are answered; ``answers`` maps "GET /path" to what is answered as JSON there,
    and ``requests`` keeps "METHOD /path" and the JSON of all other requests. Use as a context manager.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.status = 204
        self.answers: dict[str, Any] = {}
        self.requests: list[tuple[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Recorder:
        serve = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        serve.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def records(self, measurement: str = "") -> list[Record]:
        """Return the lines of a measurement, or all lines, in the order in which they came."""
        read = [parsed(line) for line in list(self.lines)]
        return [record for record in read if measurement in ("", record.measurement)]

    def fields(self, measurement: str) -> list[dict[str, Any]]:
        """Return the fields of each line of a measurement."""
        return [record.fields for record in self.records(measurement)]

    def config(self) -> dict[str, Any]:
        """Return all settings of the run together."""
        return {key: value for fields in self.fields("run_config") for key, value in fields.items()}

    def wait_for(self, condition: Callable[[Recorder], bool], seconds: float = 5.0) -> bool:
        """Wait until a condition of the lines holds; False when it does not in time."""
        until = time.monotonic() + seconds
        while not condition(self):
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        return True


def parsed(line: str) -> Record:
    """Read one line of the line protocol."""
    head, fields, time_nanos = _split(" ", line)
    measurement, *tags = _split(",", head)
    return Record(
        _plain(measurement),
        {_plain(key): _plain(value) for key, value in (_split("=", tag) for tag in tags)},
        {_plain(key): _value(value) for key, value in (_split("=", field) for field in _split(",", fields))},
        int(time_nanos),
    )


def _split(at: str, text: str) -> list[str]:
    parts = [""]
    for atom in _ATOM.findall(text):
        if atom == at:
            parts.append("")
        else:
            parts[-1] += atom
    return parts


def _plain(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name)


def _value(text: str) -> Any:
    if text.startswith('"'):
        return _plain(text[1:-1])
    if text in ("true", "false"):
        return text == "true"
    return int(text[:-1]) if text.endswith("i") else float(text)


def _handler(recorder: Recorder) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            if self.path.startswith("/api/v2/write"):
                if recorder.status == 204:
                    recorder.lines.extend(body.decode().splitlines())
                self._answer(recorder.status, None)
                return
            self._other(json.loads(body) if body else None)

        def do_GET(self) -> None:
            self._other(None)

        def _other(self, body: Any) -> None:
            request = f"{self.command} {self.path}"
            recorder.requests.append((request, body))
            known = request in recorder.answers
            self._answer(200 if known else 404, recorder.answers.get(request))

        def _answer(self, status: int, body: Any) -> None:
            data = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    return Handler

# SPDX-License-Identifier: Apache-2.0
"""HTTP requests to a monitor over one connection that is kept."""

from __future__ import annotations

import gzip
import http.client
import json
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

CONNECT_SECONDS = 5.0


class Answer(NamedTuple):
    """An answer: its status, and its body if that is JSON."""

    status: int
    body: Any
    retry_after_seconds: float

    @property
    def message(self) -> str:
        """What the monitor says about a failure."""
        if isinstance(self.body, dict) and self.body.get("message"):
            return str(self.body["message"])
        return http.client.responses.get(self.status, "unknown status")


def connection_to(url: str) -> tuple[http.client.HTTPConnection, str]:
    """Return a connection to the monitor at ``url``, which opens with its first request, and the path before its own.

    Raises ValueError when that is no address.
    """
    try:
        parts = urlsplit(url if "://" in url else "http://" + url)
        port = parts.port
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise ValueError(f"the monitor's address is {url!r}; expected http://HOST:PORT or https://HOST")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(str(parts.hostname), port, timeout=CONNECT_SECONDS), parts.path.rstrip("/")


class Connection:
    """A connection to the monitor at ``url``; opened on the first request and after failures.

    Raises OSError or http.client.HTTPException when there is no answer. For one thread.
    """

    def __init__(self, url: str, token: str, answer_seconds: float) -> None:
        self._connection, self._path = connection_to(url)
        self._answer_seconds = answer_seconds
        self._headers = {"Authorization": f"Token {token}"} if token else {}

    def write(self, lines: list[str]) -> Answer:
        """Send lines; 204 when the monitor has them on its disk."""
        data = gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=1)
        headers = {"Content-Encoding": "gzip", "Content-Type": "text/plain; charset=utf-8"}
        return self._request("POST", "/api/v2/write?precision=ns", data, headers)

    def get(self, path: str) -> Answer:
        """Ask for JSON."""
        return self._request("GET", path, None, {})

    def post(self, path: str, body: object) -> Answer:
        """Send JSON."""
        data = json.dumps(body).encode()
        return self._request("POST", path, data, {"Content-Type": "application/json"})

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        self._connection.close()

    def _request(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        try:
            if self._connection.sock is None:
                self._connection.timeout = CONNECT_SECONDS
                self._connection.connect()
                if self._connection.sock is not None:
                    self._connection.sock.settimeout(self._answer_seconds)
            self._connection.request(method, self._path + path, data, {**self._headers, **headers})
            response = self._connection.getresponse()
            body = response.read(1 << 20)
            if response.will_close or not response.isclosed():
                self.close()
            return Answer(response.status, _json(body), _seconds(response.headers.get("Retry-After")))
        except (OSError, http.client.HTTPException):
            self.close()
            raise


def run_path(run: str, rest: str) -> str:
    """Return the API's path of a run."""
    return f"/api/v1/runs/{quote(run, safe='')}{rest}"


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdigit() else 0.0

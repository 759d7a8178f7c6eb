# SPDX-License-Identifier: Apache-2.0
"""Lines that wait in a file while the monitor is away."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO


class Backlog:
    """A file of lines, read from its front and written at its end.

    The file exists only while lines wait in it. It holds at most ``most_bytes``; lines beyond that are not
    taken. Not safe for several threads.
    """

    def __init__(self, path: Path, most_bytes: int) -> None:
        self.path = path
        self._most_bytes = most_bytes
        self._file: BinaryIO | None = None
        self._front = 0
        self._end = 0
        self.lines = 0

    def add(self, lines: list[str]) -> bool:
        """Write lines at the end; False when the file is full or cannot be written."""
        data = ("\n".join(lines) + "\n").encode()
        if self._end + len(data) > self._most_bytes:
            return False
        try:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("w+b")
            self._file.seek(self._end)
            self._file.write(data)
            self._file.flush()
        except OSError:
            return False
        self._end += len(data)
        self.lines += len(lines)
        return True

    def front(self, most_bytes: int) -> list[str]:
        """Return whole lines from the front, about ``most_bytes`` of them; they stay until ``drop``."""
        if self._file is None:
            return []
        self._file.seek(self._front)
        data = self._file.read(most_bytes)
        if self._front + len(data) < self._end:
            data += self._file.readline()
        return data.decode().splitlines()

    def drop(self, lines: list[str]) -> None:
        """Remove the lines that ``front`` returned; removes the file after its last line."""
        self._front += sum(len(line.encode()) + 1 for line in lines)
        self.lines -= len(lines)
        if self._front >= self._end and self._file is not None:
            self._file.close()
            self._file = None
            self._front = self._end = self.lines = 0
            self.path.unlink()

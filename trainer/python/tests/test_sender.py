# SPDX-License-Identifier: Apache-2.0
"""Whatever the monitor does, offering a line takes no time, nothing raises, and no line is lost unsaid."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Callable

import pytest
from recorder import Recorder, parsed

from foreshock import line
from foreshock.line import Line
from foreshock.sender import Limits, Sender

FAST = Limits(linger_seconds=0.01, first_pause_seconds=0.05, longest_pause_seconds=0.1, answer_seconds=0.5)


def step(number: int, run: str = "r") -> Line:
    return Line("train_step", {"run": run}, {"step": number, "loss": 1.5}, 1_000 + number)


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does ``answer`` with each connection."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                answer(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def silent(connection: socket.socket) -> None:
    time.sleep(3)


def garbage(connection: socket.socket) -> None:
    connection.recv(100)
    connection.sendall(b"\x00\xffno HTTP at all\r\n\r\n")


def failing(connection: socket.socket) -> None:
    connection.recv(1 << 20)
    connection.sendall(b"HTTP/1.1 500 no\r\nContent-Length: 0\r\n\r\n")


def web_page(connection: socket.socket) -> None:
    connection.recv(1 << 20)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>")


def test_lines_arrive_in_order(recorder: Recorder, tmp_path: Path) -> None:
    sender = Sender(recorder.url, "", tmp_path / "unsent.lp", FAST)
    for i in range(500):
        assert sender.offer(step(i))
    assert sender.flush(5)
    assert [record.fields["step"] for record in recorder.records()] == list(range(500))
    assert sender.counts() == (500, 0, 0, 0)
    sender.close(1)


@pytest.mark.parametrize("address", ["refused", "no name", silent, garbage, failing, web_page])
def test_lines_wait_in_a_file_while_the_monitor_is_of_no_use(
    address: object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    unsent = tmp_path / "deep" / "unsent.lp"

    def check(url: str) -> None:
        sender = Sender(url, "", unsent, FAST)
        slowest = 0.0
        for i in range(300):
            before = time.perf_counter()
            assert sender.offer(step(i))
            slowest = max(slowest, time.perf_counter() - before)
            time.sleep(0.001)
        assert slowest < 0.05
        sender.close(0.3)
        assert sender.counts().waiting == 300 and sender.counts().dropped == 0

    if callable(address):
        with server(address) as url:
            check(url)
    else:
        check("http://127.0.0.1:1" if address == "refused" else "http://no.such.host.invalid:8087")
    assert [parsed(text).fields["step"] for text in unsent.read_text().splitlines()] == list(range(300))
    warnings = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == 2  # when it goes away, and where the lines are in the end
    assert str(unsent) in warnings[1] and "foreshock attach --complete --monitor " in warnings[1]


def test_lines_that_waited_are_sent_first_when_the_monitor_is_back(recorder: Recorder, tmp_path: Path) -> None:
    recorder.status = 503
    sender = Sender(recorder.url, "", tmp_path / "unsent.lp", FAST)
    for i in range(100):
        sender.offer(step(i))
    assert wait(lambda: sender.counts().waiting == 100)
    recorder.status = 204
    for i in range(100, 200):
        sender.offer(step(i))
    assert sender.flush(5)
    assert [record.fields["step"] for record in recorder.records()] == list(range(200))
    assert not (tmp_path / "unsent.lp").exists()
    sender.close(1)


def test_closing_does_not_wait_for_an_answer_and_keeps_the_lines(tmp_path: Path) -> None:
    unsent = tmp_path / "unsent.lp"
    with server(silent) as url:
        sender = Sender(url, "", unsent, FAST._replace(answer_seconds=30))
        sender.offer(step(0))
        time.sleep(0.2)  # now it waits for the answer
        for i in range(1, 50):
            sender.offer(step(i))
        before = time.monotonic()
        sender.close(0.2)
        assert time.monotonic() - before < 1
    assert [parsed(text).fields["step"] for text in unsent.read_text().splitlines()] == list(range(50))


def test_a_full_file_and_a_full_queue_drop_lines_and_count_them(tmp_path: Path) -> None:
    limits = FAST._replace(queue_lines=10, backlog_bytes=200)
    sender = Sender("http://127.0.0.1:1", "", tmp_path / "unsent.lp", limits)
    for i in range(1000):
        sender.offer(step(i))
    sender.close(0.3)
    counts = sender.counts()
    assert counts.dropped + counts.waiting == 1000
    assert counts.dropped > 900


def test_a_refused_line_is_counted_and_the_others_go_on(
    recorder: Recorder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recorder.status = 400
    sender = Sender(recorder.url, "", tmp_path / "unsent.lp", FAST)
    sender.offer(step(1))
    assert wait(lambda: sender.counts().refused == 1)
    recorder.status = 204
    sender.offer(step(2))
    assert sender.flush(5)
    assert sender.counts() == (1, 1, 0, 0)
    sender.close(1)


def wait(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 5
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return condition()


def test_names_and_texts_of_any_kind_are_one_line() -> None:
    text = line.text(Line("a b,c=d\n", {"run": "x\\", "empty": "", "k=": "v v"}, {"f\t": 'q"\\', "n": 3, "b": True}, 7))
    assert text == 'a\\ b\\,c\\=d_,run=x_,k\\==v\\ v f_="q\\"\\\\",n=3i,b=true 7'


def test_numbers_that_are_not_finite_are_counted() -> None:
    fields = {"step": 3, "loss": float("nan"), "grad_norm": float("inf"), "none": None, "nonfinite": 2}
    assert line.text(Line("train_step", {"run": "r"}, fields, 7)) == "train_step,run=r step=3i,nonfinite=4i 7"


def test_a_line_without_fields_is_not_written() -> None:
    assert line.text(Line("train_step", {"run": "r"}, {"a": None}, 7)) == ""

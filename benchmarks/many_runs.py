#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the latency of writes while many pages poll the list of many runs.

    benchmarks/many_runs.py [--runs 2000] [--pages 20] [--seconds 30] [--checkout DIR] [--query limit=100] [--json out.json]

A monitor with 2 GB of heap and without snapshots gets the runs. Then one connection sends 20 writes per second. Each
write has 50 lines, each line of another run. First no page is open; then the pages read `GET /api/v1/runs` every 2.5 s, as
the dashboard does. The dashboard uses `--query limit=100`; without a query each answer contains every run. The pages run
in a process of their own, so that reading does not delay the writes. The result is the time from when a write is due
until its 204.
"""
import argparse
import json
import multiprocessing
import random
import socket
import statistics
import sys
import tempfile
import threading
import time

import servers

PERIOD_SECONDS = 2.5
WRITES_A_SECOND = 20
LINES = 50


def line(run, step):
    now = time.time_ns()
    return f"train_step,run=many-{run:05d} step={step}i,loss={random.gauss(2.6, 0.01):.5f},grad_norm=0.3 {now}\n"


def fill(server, runs):
    connection = servers.Connection(server)
    for step in range(1, 4):
        for first in range(0, runs, 500):
            body = "".join(line(run, step) for run in range(first, min(runs, first + 500)))
            status, text = connection.write(body.encode())
            if status != 204:
                sys.exit(f"a run was answered {status}: {text[:300]}")
    connection.close()


def get(port, path):
    """The size of the answer in bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        size = 0
        while part := connection.recv(1 << 18):
            size += len(part)
        return size


def read_pages(port, path, pages, seconds, pipe):
    """Polls like `pages` open pages, and sends the time and size of each answer through the pipe."""
    took, until = [], time.monotonic() + seconds

    def one(offset):
        time.sleep(offset)
        while time.monotonic() < until:
            began = time.monotonic()
            size = get(port, path)
            took.append((time.monotonic() - began, size))
            time.sleep(PERIOD_SECONDS)

    threads = [threading.Thread(target=one, args=(random.uniform(0, PERIOD_SECONDS),)) for _ in range(pages)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send(took)


def write_on(server, runs, seconds, step):
    """Milliseconds that each write took. The loop is open: a late write does not delay the next one."""
    connection, took, due, until = servers.Connection(server), [], time.monotonic(), time.monotonic() + seconds
    while due < until:
        due += 1 / WRITES_A_SECOND
        time.sleep(max(0, due - time.monotonic()))
        step += 1
        body = "".join(line(run, step) for run in random.sample(range(runs), LINES)).encode()
        status, text = connection.write(body)
        if status != 204:
            sys.exit(f"a write was answered {status}: {text[:300]}")
        took.append((time.monotonic() - due) * 1e3)
    return took, step


def row(name, took):
    quantiles = statistics.quantiles(took, n=100)
    return f"| {name} | {len(took)} | {quantiles[49]:.1f} ms | {quantiles[98]:.1f} ms | {max(took):.1f} ms |"


def measure(options, folder):
    config = f"limits: {{runs: {options.runs + 1000}}}\nsnapshots: {{every_seconds: 3600}}\n"
    with servers.Foreshock(folder, home=options.checkout, config=config) as server:
        server.environment["JAVA_OPTS"] += " -Xmx2g"
        server.start()
        fill(server, options.runs)
        _, step = write_on(server, options.runs, options.seconds / 3, 3)  # warms up
        alone, step = write_on(server, options.runs, options.seconds, step)
        path = "/api/v1/runs" + (f"?{options.query}" if options.query else "")
        get(server.port, path)
        spawn = multiprocessing.get_context("spawn")
        near, far = spawn.Pipe()
        arguments = (server.port, path, options.pages, options.seconds, far)
        pages = spawn.Process(target=read_pages, args=arguments, daemon=True)
        pages.start()
        time.sleep(1)
        among, _ = write_on(server, options.runs, options.seconds - 1, step)
        answers = near.recv()
        pages.join()
        print(f"{options.runs} runs, {options.pages} pages, `{path}`: {len(answers)} lists of "
              f"{statistics.median(a[1] for a in answers) / 1e3:.0f} kB in p50 "
              f"{statistics.median(a[0] for a in answers) * 1e3:.0f} ms, at most {max(a[0] for a in answers) * 1e3:.0f} ms\n")
        print("| writes | n | p50 | p99 | most |\n|---|---|---|---|---|")
        print(row("no page open", alone))
        print(row("pages open", among), flush=True)
        return dict(alone=alone, among=among, answers=answers)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30, help="duration of each of the two parts")
    parser.add_argument("--query", default="", help="query of the list, such as limit=100")
    parser.add_argument("--checkout", default=servers.HOME, help="checkout whose ./foreshock is measured")
    parser.add_argument("--json", help="file for the times of every write and answer")
    options = parser.parse_args()
    servers.end_cleanly_on_signals()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        result = measure(options, folder)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(result, file)


if __name__ == "__main__":
    main()

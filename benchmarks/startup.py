#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the time from the monitor's start to its first accepted write, and how fast it reads its journal.

    benchmarks/startup.py [--starts 7] [--runs 200] [--journal 1000] [--checkout DIR]

A write is tried every few milliseconds from the start of the process until the first 204.

    empty      without a data directory
    10 runs    after a clean end, with 10 runs of 10,000 lines
    killed     the same after kill -9
    200 runs   after kill -9, with that many runs of 30 layers and 100 steps
    journal    after kill -9, with that many megabytes of journal and no snapshot, so that every line goes through the
               detectors again; once with the old store, and once without it, so that every line is stored again too
"""
import argparse
import contextlib
import glob
import os
import re
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time

import payload
import servers

NEVER = "snapshots: {every_seconds: 86400}\n"
LINE = b"train_step,run=first step=%di,loss=2.5 %d"


def first_write(server, timeout=900):
    """Seconds from the start of the process to its first 204, and its CPU seconds until then."""
    began = time.monotonic()
    server.launch()
    while True:
        with contextlib.suppress(OSError), contextlib.closing(servers.Connection(server)) as connection:
            if connection.write(LINE % (time.time(), time.time_ns()))[0] == 204:
                return time.monotonic() - began, server.cpu_seconds()
        if server.process.poll() is not None:
            sys.exit(f"the monitor ended with {server.process.returncode}:\n{server.log_tail()}")
        if time.monotonic() - began > timeout:
            sys.exit(f"no write was accepted within {timeout} s:\n{server.log_tail()}")
        time.sleep(0.005)


def send(server, runs, enough):
    """Sends batches of the runs, each over its own connection, until `enough()` is true."""
    failures = []

    def work(batches):
        try:
            with contextlib.closing(servers.Connection(server)) as connection:
                while not enough(batches):
                    body = batches.next()[0]
                    while (status := connection.write(body)[0]) == 429:
                        time.sleep(0.1)
                    if status != 204:
                        raise RuntimeError(f"a write was answered {status}")
        except (OSError, RuntimeError) as e:
            failures.append(e)

    threads = [threading.Thread(target=work, args=(batches,)) for batches in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        sys.exit(str(failures[0]))


def row(name, times):
    seconds, cpu = zip(*times)
    print(f"| {name} | {statistics.median(seconds):.2f} s | {min(seconds):.2f} to {max(seconds):.2f} s "
          f"| {statistics.median(cpu):.2f} s | {len(seconds)} |", flush=True)


def small(options, folder):
    """Measures starts with little to recover."""
    print("| data directory | start to first 204, median | range | CPU | starts |\n|---|---|---|---|---|", flush=True)
    times = []
    for i in range(options.starts):
        with servers.Foreshock(folder, f"empty-{i}", options.checkout) as server:
            times.append(first_write(server))
    row("empty", times)
    with servers.Foreshock(folder, "runs", options.checkout) as server:
        server.start()
        send(server, payload.runs([f"run-{i}" for i in range(10)]), lambda batches: batches.given >= 10)
        for name, end in (("10 runs, ended cleanly", signal.SIGTERM), ("10 runs, killed", signal.SIGKILL)):
            times = []
            for _ in range(options.starts):
                server.stop(end)
                times.append(first_write(server))
            row(name, times)


def many(options, folder):
    """Measures starts after a kill with many runs of 30 layers and 100 steps, all of which are in snapshots."""
    signals, now = payload.Signals(1), time.time_ns()
    lines = []
    for at in range(1, 101):
        nanos = now + at * 100_000_000
        lines.append(f"{signals.step(at, '~R~')} {nanos}")
        lines += [f"{signals.layer(at, '~R~', layer)} {nanos}" for layer in range(30)]
    template = "\n".join(lines).replace("~S~", "").encode()
    with servers.Foreshock(folder, "many", options.checkout, "snapshots: {every_seconds: 5}\n") as server:
        server.start()
        with contextlib.closing(servers.Connection(server)) as connection:
            for run in range(options.runs):
                while (status := connection.write(template.replace(b"~R~", b"run-%d" % run))[0]) == 429:
                    time.sleep(0.1)
                if status != 204:
                    sys.exit(f"a write was answered {status}")
        server.drain()
        time.sleep(20)  # some passes of snapshots
        times = []
        for _ in range(options.starts):
            server.stop(signal.SIGKILL)
            times.append(first_write(server))
        row(f"{options.runs} runs of 30 layers, killed", times)


def journal_bytes(server):
    return sum(os.path.getsize(path) for path in glob.glob(server.data + "/journal/*"))


def large(options, folder):
    """Measures starts with a long journal to read."""
    with servers.Foreshock(folder, "journal", options.checkout, NEVER) as server:
        server.start()
        runs, began = payload.runs([f"run-{i}" for i in range(4)]), time.monotonic()
        send(server, runs, lambda _: journal_bytes(server) >= options.journal * 1e6)
        server.drain(600)
        server.stop(signal.SIGKILL)
        lines, size = sum(batches.given for batches in runs) * payload.BATCH_LINES, journal_bytes(server) / 1e6
        print(f"\n{size:,.0f} MB of journal, {lines:,} lines, written in {time.monotonic() - began:.0f} s\n\n"
              "| to be recovered | start to first 204 | MB/s | lines/s | CPU s / million lines | peak memory |\n"
              + "|---" * 6 + "|", flush=True)
    for name, lost in (("detectors", False), ("detectors and store", True)):
        with servers.Foreshock(folder, name, options.checkout, NEVER) as again:
            shutil.copytree(server.data, again.data)
            for path in glob.glob(again.data + "/foreshock.duckdb*") if lost else []:
                os.remove(path)
            seconds, cpu = first_write(again)
            replayed = re.search(r"replayed \d+ journal entries in (\d+) ms", again.log_tail())
            if not replayed:
                sys.exit(f"the monitor replayed nothing:\n{again.log_tail()}")
            replay = int(replayed.group(1)) / 1e3
            print(f"| {name} | {seconds:.1f} s, replay {replay:.1f} s | {size / replay:,.0f} | {lines / replay:,.0f} | "
                  f"{cpu / lines * 1e6:.1f} | {again.peak_megabytes():,.0f} MB |", flush=True)
            again.drain(600)
            missing = lines - again.stored_lines([batches.run for batches in runs])
            if missing:
                sys.exit(f"{missing} of {lines} lines are missing after the replay")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=7, help="number of starts of each kind; 0: only the journal")
    parser.add_argument("--runs", type=int, default=200, help="number of runs of 30 layers; 0: without this part")
    parser.add_argument("--journal", type=float, default=1000, help="size of the journal in MB; 0: without this part")
    parser.add_argument("--checkout", default=servers.HOME, help="checkout whose ./foreshock is measured")
    options = parser.parse_args()
    servers.end_cleanly_on_signals()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if options.starts:
            small(options, folder)
            if options.runs:
                many(options, folder)
        if options.journal:
            large(options, folder)


if __name__ == "__main__":
    main()

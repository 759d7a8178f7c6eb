#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills the monitor under load, damages a file of its data directory, starts it again, and counts what it still has.

    benchmarks/kill_damage.py [--rounds 100] [--seed 1] [--checkout DIR]

In each round four senders write to eight runs, and one more run gets losses that are not finite. After one to four
seconds the monitor is killed with `kill -9`, and one file is damaged: a bit is flipped, a page is set to zeros, or the
file is cut short or deleted. Then the monitor starts again. A round fails when

    lines are missing and the log's ERRORs report fewer missing lines or none;
    a run or an alarm is missing from the API;
    lines are missing although another copy has them, as after damage to DuckDB's log or to a snapshot;
    the monitor does not start or does not accept a write.

All rounds use the same directory, so that new damage meets the traces of earlier damage.
"""
import argparse
import collections
import contextlib
import os
import random
import re
import signal
import sys
import tempfile
import threading
import time

import servers

RUNS = [f"run-{i}" for i in range(8)]
LINES = 200
CONFIG = ("journal: {segment_bytes: 1048576}\nsnapshots: {every_seconds: 1}\n"
          "limits: {free_disk_bytes: 0}\n")
# damage to these files must lose no telemetry, because another copy has the same content
COPIED = ("wal", "snapshot", "mark")


def batch(run, first):
    now = time.time_ns()
    return "\n".join(f"train_step,run={run} step={s}i,loss={2 + 1 / s:.6f} {now + s}"
                     for s in range(first, first + LINES)).encode()


class Load:
    """Senders that count acknowledged lines."""

    def __init__(self, server, steps):
        self.server, self.steps = server, steps
        self.acknowledged = collections.Counter()
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.send, args=(RUNS[i::4],)) for i in range(4)]

    def send(self, runs):
        with contextlib.suppress(OSError), contextlib.closing(servers.Connection(self.server)) as connection:
            while not self.ended.is_set():
                for run in runs:
                    first = self.steps[run] + 1
                    self.steps[run] += LINES  # a step number is not used again, even if the write fails
                    if connection.write(batch(run, first))[0] == 204:
                        self.acknowledged[run] += LINES

    def run(self, seconds):
        for thread in self.threads:
            thread.start()
        time.sleep(seconds)
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait()
        self.ended.set()
        for thread in self.threads:
            thread.join()


def alarmed(server, number):
    """Writes a new run whose loss becomes non-finite, and returns its name once its alarm can be read."""
    run = f"nan-{number}"
    now = time.time_ns()
    lines = [f"train_step,run={run} step={s}i,loss=2.5 {now + s}" for s in range(1, 40)]
    lines += [f"train_step,run={run} step={s}i,loss=NaN {now + s}" for s in range(40, 44)]
    with contextlib.closing(servers.Connection(server)) as connection:
        connection.write("\n".join(lines).encode())
    return run if wait(lambda: server.json(f"/api/v1/runs/{run}/alarms"), 20) else None


def damage(data, rng):
    """Damages one file, and returns the kind of the file and of the damage."""
    found = collections.defaultdict(list)
    for folder, _, names in os.walk(data):
        for name in names:
            path = os.path.join(folder, name)
            kind = ("snapshot" if name.endswith(".run") else "journal" if name.endswith(".journal")
                    else "mark" if name == "mark" else "wal" if name.endswith("duckdb.wal")
                    else "store" if name.endswith(".duckdb") else None)
            if kind and os.path.getsize(path):
                found[kind].append(path)
    kind = rng.choice(sorted(found))
    path = rng.choice(sorted(found[kind]))
    size = os.path.getsize(path)
    how = rng.choice(["bit", "page", "cut", "delete"])
    with open(path, "r+b") as file:
        at = rng.randrange(size)
        if how == "bit":
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1 << rng.randrange(8)]))
        elif how == "page":
            file.seek(at - at % 4096)
            file.write(bytes(min(4096, size - at + at % 4096)))
        elif how == "cut":
            file.truncate(at)
    if how == "delete":
        os.remove(path)
    return kind, how


def wait(condition, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(Exception):
            if condition():
                return True
        time.sleep(0.2)
    return False


def stored(server, run):
    """The number of loss values that can be read; -1 if they cannot be read now."""
    try:
        series = server.json(f"/api/v1/runs/{run}/series?buckets=1&fields=loss")["series"]
        return sum(sum(s["count"]) for s in series)
    except OSError:
        return -1


def alarms_of(server, run):
    """The number of alarms that can be read. A damaged block answers 503 until the next write saves what is readable."""
    found = []

    def read():
        try:
            found[:] = [len(server.json(f"/api/v1/runs/{run}/alarms"))]
        except OSError:
            settle(server)
            raise
        return True
    return found[0] if wait(read, 20) else -1


def settle(server):
    """Waits until a new line can be read. Then everything before it can be read, too."""
    marker = f"marker-{time.time_ns()}"
    with contextlib.closing(servers.Connection(server)) as connection:
        accepted = connection.write(f"train_step,run={marker} step=1i,loss=1".encode())[0] == 204
    settled = accepted and wait(lambda: stored(server, marker) == 1, 60)
    if not settled:
        print(f"{marker}: {'stored ' + str(stored(server, marker)) + ' times' if accepted else 'refused'}", flush=True)
    return settled


def reported(log):
    """How many lines at most are lost by the log's ERRORs, and how many of these were in the store's file."""
    lines = in_store = 0
    for error in re.findall(r"ERROR.*", log):
        lines += sum(int(n) * LINES for n in re.findall(r"\(up to (\d+)", error))
        in_store += sum(int(had) - int(kept) for kept, had in re.findall(r"step_rows (\d+) of (\d+) rows", error))
        in_store += sum(int(n) for n in re.findall(r"without (\d+) values", error))
    return lines + in_store, in_store


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--checkout", default=servers.HOME)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    failures, lossy, tally, sent = [], [], collections.Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        server = servers.Foreshock(folder, "monitor", options.checkout, CONFIG)
        data = server.data
        steps, there = collections.Counter(), collections.Counter()
        alarms, bare = {}, set()
        server.start()
        for number in range(1, options.rounds + 1):
            if run := alarmed(server, number):
                alarms[run] = alarms_of(server, run)
            load = Load(server, steps)
            load.run(rng.uniform(1, 4))
            sent += sum(load.acknowledged.values())
            kind, how = damage(data, rng)
            tally[kind, how] += 1
            with open(server.folder + ".log", "rb") as log:
                begin = log.seek(0, os.SEEK_END)
            began = time.monotonic()
            server.start()
            seconds = time.monotonic() - began
            problems = [] if settle(server) else ["a write cannot be read exactly once"]
            expected = {run: there[run] + load.acknowledged[run] for run in RUNS}
            wait(lambda least=expected: all(stored(server, run) >= least[run] for run in RUNS), 5)
            now = {run: stored(server, run) for run in RUNS}
            if -1 in now.values():  # the next write saves the readable part of a damaged block
                settle(server)
                time.sleep(6)
                now = {run: stored(server, run) for run in RUNS}
            gone = sum(max(0, expected[run] - max(0, now[run])) for run in RUNS)
            with open(server.folder + ".log", "rb") as log:
                log.seek(begin)
                at_most, in_store = reported(log.read().decode(errors="replace"))
            if gone > at_most:
                problems.append(f"{gone} lines are missing, but the log reports {at_most}")
            if gone > in_store and kind in COPIED:  # damage of an earlier round may be discovered only now
                problems.append(f"{gone} lines are missing although another copy has them")
            listed = {run["run"] for run in server.json("/api/v1/runs")}
            for run in [run for run in alarms if run not in listed]:
                del alarms[run]
                if run not in bare:  # if its rows were lost before, its snapshot was the only copy
                    problems.append(f"{run} is not listed")
            problems += [f"{run} is not listed" for run in RUNS if run not in listed]
            bare = {run for run in alarms if stored(server, run) <= 0}
            problems += [f"alarms of {run} are missing" for run, count in alarms.items()
                         if run in listed and alarms_of(server, run) < count]
            for run in RUNS:
                there[run] = max(0, now[run])
            for run in alarms:
                if run in listed:
                    alarms[run] = alarms_of(server, run)
            lossy += [f"{kind} {how}: {gone}"] if gone else []
            failures += [f"round {number} ({kind} {how}): {p}" for p in problems]
            print(f"{number:4} {kind:8} {how:6} started in {seconds:.1f} s, {gone} of {sum(expected.values())} lines "
                  f"missing{f', {at_most} reported' if at_most else ''}"
                  f"{'  FAILED: ' + '; '.join(problems) if problems else ''}", flush=True)
        server.stop()
    print(f"\n{options.rounds} kills, {sent} acknowledged lines; damage: "
          + ", ".join(f"{kind} {how} {n}" for (kind, how), n in sorted(tally.items())))
    print(f"rounds with missing lines: {len(lossy)} ({'; '.join(lossy)})")
    print(f"failures: {len(failures)}\n" + "\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures exports and SQL over one long run, by default 1e6 steps of 12 layers, filled as benchmarks/queries.py does.

    benchmarks/data_out.py [--steps 1000000] [--data DIR] [--checkout DIR]

    seconds       from the request to the last byte; the file is written before the first byte is sent
    resident      most memory of the monitor's process meanwhile, and before
    write p50/max time to answer a write of 13 lines, sent every 50 ms meanwhile
"""
import argparse
import contextlib
import glob
import http.client
import os
import statistics
import tempfile
import threading
import time
import urllib.parse

import queries
import servers

STATEMENTS = {
    "count of all incidents": "SELECT count(*) FROM incidents",
    "count of all steps": "SELECT run, count(*), max(step), min(loss) FROM train_step GROUP BY run",
    "largest attention logit of each layer": "SELECT layer, max(attention_logit_max) FROM train_layer GROUP BY layer",
    "10,000 rows": "SELECT step, loss, grad_norm FROM train_step ORDER BY step LIMIT 10000",
}


def resident_megabytes(server):
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def download(server, path):
    """The size of the answer, and the seconds to its first byte and to its last."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=900)) as connection:
        began = time.monotonic()
        connection.request("GET", path)
        answer = connection.getresponse()
        size, first = 0, time.monotonic() - began
        while piece := answer.read(1 << 20):
            size += len(piece)
        if answer.status != 200:
            raise SystemExit(f"{path} was answered {answer.status}")
        return size, first, time.monotonic() - began


class Meanwhile:
    """Writes a step of another run every 50 ms, and watches the monitor's memory."""

    def __init__(self, server):
        self.server, self.ended = server, threading.Event()
        self.times, self.before = [], resident_megabytes(server)
        self.most = self.before
        self.thread = threading.Thread(target=self.watch)

    def watch(self):
        with contextlib.closing(servers.Connection(self.server)) as connection:
            step = int(time.time() * 20)
            while not self.ended.wait(0.05):
                step += 1
                nanos = time.time_ns()
                lines = [f"train_step,run=other step={step}i,loss=2.5,grad_norm=1 {nanos}"]
                lines += [f"train_layer,run=other,layer={i} step={step}i,grad_rms=0.1 {nanos}" for i in range(12)]
                began = time.monotonic()
                status = connection.write("\n".join(lines).encode())[0]
                assert status == 204, status
                self.times.append((time.monotonic() - began) * 1e3)
                self.most = max(self.most, resident_megabytes(self.server))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


def measure_exports(server):
    print("| export | size | first byte | seconds | MB/s | resident (before) | write p50 | max |\n" + "|---" * 8 + "|")
    run = f"/api/v1/runs/{queries.RUN}/export"
    for name, query in {"Parquet, all": "?format=parquet", "Parquet, loss": "?format=parquet&fields=loss",
                        "CSV, steps": "?format=csv&measurement=train_step"}.items():
        with Meanwhile(server) as meanwhile:
            size, first, seconds = download(server, run + query)
        print(f"| {name} | {size / 1e6:,.1f} MB | {first:.1f} s | {seconds:.1f} s | {size / 1e6 / seconds:.0f} | "
              f"{meanwhile.most:.0f} MB ({meanwhile.before:.0f}) | {statistics.median(meanwhile.times):.1f} ms | "
              f"{max(meanwhile.times):.0f} ms |", flush=True)


def measure_sql(server, repeat):
    print("\n| statement | first, with a new copy | further p50 | max |\n" + "|---" * 4 + "|")
    for name, statement in STATEMENTS.items():
        path = "/api/v1/sql?statement=" + urllib.parse.quote(statement)
        server.stop()
        server.start(300)  # deletes the copies
        first = download(server, path)[2]
        times = [download(server, path)[2] for _ in range(repeat)]
        print(f"| {name} | {first:.2f} s | {statistics.median(times):.2f} s | {max(times):.2f} s |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=10)
    parser.add_argument("--data", help="directory to keep the data in; an existing run there is used")
    parser.add_argument("--checkout", default=servers.HOME, help="checkout whose ./foreshock is measured")
    options = parser.parse_args()
    servers.end_cleanly_on_signals()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, \
            servers.Foreshock(folder, home=options.checkout) as server:
        if options.data:
            server.data = os.path.abspath(options.data)
        filled = os.path.exists(os.path.join(server.data, "foreshock.duckdb"))
        server.start(600)
        if not filled:
            queries.fill(server, options.steps)
        size = sum(os.path.getsize(path) for path in glob.glob(server.data + "/foreshock.duckdb*"))
        print(f"{options.steps:,} steps of 12 layers; store {size / 1e6:,.0f} MB\n", flush=True)
        measure_exports(server)
        measure_sql(server, options.repeat)


if __name__ == "__main__":
    main()

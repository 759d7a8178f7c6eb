#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the list of many runs as a table, and the list of incidents over all runs.

    benchmarks/run_table.py [--runs 10000] [--rules 5] [--repeat 30] [--heap 4g] [--checkout DIR]

Each run announces 14 settings and sends 40 steps with 12 fields. In its first step every rule of the configuration
raises an alarm, which closes 32 steps later. So 10,000 runs and 5 rules make 100,000 alarms; half of the runs open one
incident more. All runs but one in 20 have ended, as in the life of a monitor that has seen so many.

A query is one request on a connection that is kept open; its answer is read whole, and not parsed. The first answer of
each kind is left out. `busy` means that a step of 100 runs is written before each request, so that the list has changed.
"""
import argparse
import http.client
import json
import random
import statistics
import sys
import tempfile
import time
import urllib.parse

import servers

STEPS = 40
FIELDS = 10
TRAINING = 20  # one run in so many still trains
LONGEST_WAIT_SECONDS = 120
SETTINGS = [f"setting_{i}" for i in range(8)]
QUERIES = {
    "all runs": "/api/v1/runs",
    "page of 100": "/api/v1/runs?limit=100",
    "page of 100, filter": "/api/v1/runs?limit=100&q=" + urllib.parse.quote("table tag:t3 lr<5e-4 last.f3>0.2 -state:failed"),
    "page of 100, sort": "/api/v1/runs?limit=100&sort=-last.f5",
    "page of 100, filter, sort, columns, sparkline": "/api/v1/runs?limit=100&sort=-lr&sparkline=true&columns="
        "lr,layers,optimizer,last.f1,last.f2&q=" + urllib.parse.quote("table lr<9e-4 optimizer:adam"),
    "all runs, sort, columns, sparkline": "/api/v1/runs?sort=loss&sparkline=true&columns=lr,layers,optimizer,last.f1,last.f2",
    "names of columns": "/api/v1/columns",
    "counts": "/api/v1/counts",
    "alarms, newest 100": "/api/v1/alarms",
    "alarms, newest 1000": "/api/v1/alarms?limit=1000",
    "alarms, open": "/api/v1/alarms?state=open",
    "alarms, closed, critical, one kind": "/api/v1/alarms?state=closed&severity=critical&kind=rule.rule0",
    "alarms of one run": "/api/v1/alarms?run=table-00007",
}


def settings(run):
    own = "".join(f",{name}={random.random():.4f}" for name in SETTINGS)
    return (f"run_config,run=table-{run:05d} learning_rate={random.uniform(1e-4, 1e-3):.6f},layers={run % 48}i,width=1024i,"
            f"total_steps=100000i,optimizer=\"AdamW {run % 3}\",tags=\"bench,t{run % 10}\"{own} {time.time_ns()}\n")


def line(run, step, heat):
    fields = "".join(f",f{i}={random.random():.4f}" for i in range(FIELDS))
    return (f"train_step,run=table-{run:05d} step={step}i,loss={random.gauss(2.6, 0.01):.5f},heat={heat}{fields} "
            f"{time.time_ns()}\n")


def end(run):
    return f"event,run=table-{run:05d} kind=\"end\",status=\"finished\" {time.time_ns()}\n"


def write(connection, lines):
    body, began = "".join(lines).encode(), time.monotonic()
    while True:
        status, text = connection.write(body)
        if status == 204:
            return
        if status != 429 or time.monotonic() - began > LONGEST_WAIT_SECONDS:
            sys.exit(f"a write was answered {status}: {text[:300]}")
        time.sleep(0.1)


def fill(server, runs):
    connection = servers.Connection(server)
    for first in range(0, runs, 500):
        group = range(first, min(runs, first + 500))
        write(connection, (settings(run) for run in group))
        for step in range(1, STEPS + 1):
            heat = 100 if step == 1 else 1
            write(connection, (line(run, step, 30 if step == STEPS and run % 2 else heat) for run in group))
        write(connection, (end(run) for run in group if run % TRAINING))
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while server.metric("foreshock_store_lag_entries") > 1:  # the newest entry may not be for the store
        if time.monotonic() > deadline:
            sys.exit(f"the store is still behind after {LONGEST_WAIT_SECONDS} s:\n{server.log_tail()}")
        time.sleep(0.1)


class Client:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)

    def get(self, path):
        """Milliseconds, and the answer."""
        began = time.monotonic()
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"{path} was answered {answer.status}: {body[:300]!r}")
        return (time.monotonic() - began) * 1e3, body


def measure(options, folder):
    rules = "".join(f"  - {{name: rule{i}, signal: heat, above: {50 if i else 20}, severity: "
                    f"{'critical' if i % 2 == 0 else 'warning'}}}\n" for i in range(options.rules))
    config = f"limits: {{runs: {options.runs + 10}, series: 10000000}}\nrules:\n{rules}"
    with servers.Foreshock(folder, home=options.checkout, config=config) as server:
        server.environment["JAVA_OPTS"] += f" -Xmx{options.heap}"
        server.start()
        began = time.monotonic()
        fill(server, options.runs)
        client, writer = Client(server.port), servers.Connection(server)
        counts = json.loads(client.get("/api/v1/counts")[1])
        print(f"{counts['runs']} runs, filled in {time.monotonic() - began:.0f} s; incidents {counts['alarms']}, "
              f"open {counts['open_alarms']}\n")
        print("| query | kB | p50 | most | p50 busy | most busy |\n|---|---|---|---|---|---|")
        step = STEPS
        for name, path in QUERIES.items():
            size = len(client.get(path)[1])
            still = [client.get(path)[0] for _ in range(options.repeat)]
            busy = []
            for _ in range(options.repeat):
                step += 1
                write(writer, (line(run, step, 1) for run in random.sample(range(0, options.runs, TRAINING), 100)))
                busy.append(client.get(path)[0])
            print(f"| {name} | {size / 1e3:.0f} | {statistics.median(still):.0f} ms | {max(still):.0f} ms | "
                  f"{statistics.median(busy):.0f} ms | {max(busy):.0f} ms |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--rules", type=int, default=5, help="rules that raise an alarm in each run")
    parser.add_argument("--repeat", type=int, default=30, help="requests of each kind")
    parser.add_argument("--heap", default="4g", help="Java heap of the monitor")
    parser.add_argument("--checkout", default=servers.HOME, help="checkout whose ./foreshock is measured")
    options = parser.parse_args()
    servers.end_cleanly_on_signals()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        measure(options, folder)


if __name__ == "__main__":
    main()

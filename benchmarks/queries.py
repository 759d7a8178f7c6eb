#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the dashboard's queries over one long run, by default 1e6 steps of 12 layers.

    benchmarks/queries.py [--steps 1000000] [--layers 12] [--repeat 100] [--data DIR] [--checkout DIR]

The run is sent through the write API (a line per step and one per layer), which takes some minutes. With --data the directory is kept;
if it already contains a run, that run is used. The queries are those of `web/js/run-page.js` and `run-data.js`, with
their fields and buckets, for the whole run and for parts of it. One query has the largest size that a page may request,
4,000 buckets per series.

    cold   the first query after a start of the monitor, with the store's file not in the system's memory
    warm   every further query; answers are read, but not parsed
    page   all queries of a run's page, in parallel where the page sends them in parallel
    CPU    the monitor's CPU time on all threads for one warm query
"""
import argparse
import concurrent.futures
import contextlib
import glob
import http.client
import os
import statistics
import sys
import tempfile
import threading
import time

import payload
import servers

RUN = "long"
BODY_BATCHES = 10
STEP_BUCKETS = 1200  # of run-data.js
STEP_FIELDS = "loss,grad_norm,update_rms,learning_rate,nonfinite"  # fieldsOf('train_step') in web/js/signals.js
LAYER_FIELDS = "attention_logit_max,attention_entropy,nonfinite"
FIRST = payload.PERIOD_STEPS  # the payload's first step


class Client:
    """A keep-alive connection for each thread, because a browser has several."""

    def __init__(self, port):
        self.port = port
        self.local = threading.local()

    def size(self, path):
        """The size of the answer in bytes."""
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        self.local.connection.request("GET", path)
        answer = self.local.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"{path} was answered {answer.status}: {body[:300]!r}")
        return len(body)


def layer_buckets():
    """Buckets of each layer, as in run-data.js."""
    return min(600, 16_000 // payload.LAYERS)


def series(measurement, fields, buckets, part=None):
    query = f"measurement={measurement}&fields={fields}&segment=0&buckets={buckets}"
    return f"/api/v1/runs/{RUN}/series?{query}" + (f"&from={part[0]}&to={part[1]}" if part else "")


def page(part):
    """The requests of a run's page. Requests in a list follow one another; the lists run in parallel."""
    run = f"/api/v1/runs/{RUN}"
    curves = [run + "/segments", series("train_step", STEP_FIELDS, STEP_BUCKETS, part),
              series("train_layer", LAYER_FIELDS, layer_buckets(), part)]
    return [curves, [run], [run + "/alarms"], [run + "/commands"]]


def queries(steps):
    """Lists of requests by name."""
    middle = FIRST + steps // 2
    parts = {"whole run": None, "a tenth": (middle, middle + steps // 10 - 1),
             "a hundredth": (middle, middle + steps // 100 - 1),
             "the last 1,000 steps": (FIRST + steps - 1000, FIRST + steps - 1)}
    asked = {f"page, {name}": page(part) for name, part in parts.items()}
    for name, part in parts.items():
        asked[f"steps (5 fields, 1,200 buckets), {name}"] = [[series("train_step", STEP_FIELDS, STEP_BUCKETS, part)]]
        asked[f"layers (3 fields, {layer_buckets()} buckets), {name}"] = [[series("train_layer", LAYER_FIELDS, layer_buckets(), part)]]
    asked["loss, 4,000 buckets"] = [[series("train_step", "loss", 4000)]]
    asked[f"one field of {payload.LAYERS} layers, 4,000 buckets"] = [[series("train_layer", "attention_logit_max", 4000)]]
    asked["one field of one layer, 4,000 buckets"] = [[series("train_layer", "grad_rms&layer=3", 4000)]]
    return asked


def ask(client, pool, lists):
    """The time in milliseconds and the size in bytes."""
    began = time.monotonic()
    sizes = pool.map(lambda paths: sum(map(client.size, paths)), lists)
    return sum(sizes), (time.monotonic() - began) * 1e3


def fill(server, steps):
    """Sends all lines over one connection in large bodies, because the lines of a run must arrive in order."""
    batches = payload.Batches(RUN, 0, time.time() - 30 * 86400, first_period=1)
    lines, began, told = steps * (payload.LAYERS + 1), time.monotonic(), 0
    with contextlib.closing(servers.Connection(server)) as connection:
        connection.write(batches.config())
        for sent in range(0, lines, BODY_BATCHES * payload.BATCH_LINES):
            count = min(BODY_BATCHES, -(-(lines - sent) // payload.BATCH_LINES))
            body = b"".join(batches.next()[0] for _ in range(count))
            while (status := connection.write(body)[0]) == 429:
                time.sleep(0.1)
            if status != 204:
                sys.exit(f"a write was answered {status}")
            if sent // 1_000_000 > told:
                told = sent // 1_000_000
                print(f"{sent:,} of {lines:,} lines, {sent / (time.monotonic() - began):,.0f} a second", file=sys.stderr)
    server.drain(600)
    print(f"filled with {lines:,} lines in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def forget(folder):
    """Removes the store's files from the system's file cache, as far as possible."""
    for path in glob.glob(folder + "/**/*", recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def cold(server, pool, lists):
    """Milliseconds of a cold query."""
    server.stop()
    forget(server.data)
    server.start(300)
    return ask(Client(server.port), pool, lists)[1]


def measure(options, server):
    asked = queries(options.steps)
    print("| query | answer | cold | warm p50 | p99 | CPU | other cores |\n" + "|---" * 7 + "|", flush=True)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        first = {name: [cold(server, pool, lists) for _ in range(options.cold)]
                 for name, lists in asked.items() if name.startswith("page")}
        client = Client(server.port)
        for name, lists in asked.items():
            for _ in range(5):
                ask(client, pool, lists)
            cpu, ours = server.cpu_seconds(), time.process_time()
            machine, began = servers.machine_seconds(), time.monotonic()
            sizes, times = zip(*[ask(client, pool, lists) for _ in range(options.repeat)])
            cpu, ours = server.cpu_seconds() - cpu, time.process_time() - ours
            other = (servers.machine_seconds() - machine - cpu - ours) / (time.monotonic() - began)
            colds = f"{statistics.median(first[name]):.0f} ms" if name in first else ""
            print(f"| {name} | {sizes[0] / 1e3:,.0f} kB | {colds} | {statistics.median(times):.0f} ms | "
                  f"{statistics.quantiles(times, n=100)[98]:.0f} ms | {cpu / len(times) * 1e3:.0f} ms | {other:.2f} |",
                  flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--layers", type=int, default=payload.LAYERS)
    parser.add_argument("--repeat", type=int, default=100)
    parser.add_argument("--cold", type=int, default=3, help="number of cold queries for each kind of page")
    parser.add_argument("--data", help="directory to keep the data in; an existing run there is used")
    parser.add_argument("--checkout", default=servers.HOME, help="checkout whose ./foreshock is measured")
    options = parser.parse_args()
    payload.LAYERS = options.layers
    servers.end_cleanly_on_signals()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, \
            servers.Foreshock(folder, home=options.checkout) as server:
        if options.data:
            server.data = os.path.abspath(options.data)
        filled = os.path.exists(os.path.join(server.data, "foreshock.duckdb"))
        server.start(600)
        if not filled:
            fill(server, options.steps)
        steps = server.json(f"/api/v1/runs/{RUN}")["last_step"] - FIRST + 1
        if steps != options.steps:
            sys.exit(f"{server.data} holds {steps} steps: expected {options.steps} (--steps)")
        size = sum(os.path.getsize(path) for path in glob.glob(server.data + "/foreshock.duckdb*"))
        print(f"{steps:,} steps of {payload.LAYERS} layers; store {size / 1e6:,.0f} MB\n", flush=True)
        measure(options, server)


if __name__ == "__main__":
    main()

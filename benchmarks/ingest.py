#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the ingest of Foreshock (with journal, detectors and store) with VictoriaMetrics and InfluxDB.

    benchmarks/ingest.py [--cycles 10] [--turn 3] [--connections 1 4] [--gzip off on] [--json out.json]
    benchmarks/ingest.py --only foreshock --connections 4 --gzip off --threads       # while optimising
    benchmarks/ingest.py --only foreshock --checkout ../before --checkout .          # compare two checkouts

All servers run at the same time with their defaults and get the same payload. Only one at a time gets lines; the others
are stopped (SIGSTOP), so that their background work falls into their own turns. The order changes from cycle to cycle.
A line counts when its batch was answered 204. "caught up" is the rate when the time is counted until Foreshock's store
has every line, too. The CPU time is the server's own, from the first line until then; the other servers get one second
more. Ratios are computed for each cycle; the tables have medians and quartiles. The sender compresses before the turn.
Its own share of the turn is printed, and that of everything else on the machine. JAVA_OPTS is passed to Foreshock, such
as JAVA_OPTS=-XX:StartFlightRecording=filename=/tmp/x.jfr.

Foreshock forces every acknowledged batch to disk, as InfluxDB does; VictoriaMetrics does not.
"""
import argparse
import collections
import concurrent.futures
import contextlib
import gzip
import itertools
import json
import os
import statistics
import sys
import tempfile
import threading
import time

import payload
import servers

RIVALS = {"victoriametrics": servers.VictoriaMetrics, "influxdb": servers.InfluxDb}
BODIES_AHEAD = 1.5  # compressed bodies to prepare, relative to the number that the fastest turn so far needed


class Contender:
    """A server, what was sent to it, and the results of its turns."""

    def __init__(self, server, runs):
        self.server = server
        self.runs = payload.runs([f"pretrain-{i}" for i in range(runs)])
        self.turns = []
        self.batches_a_second = 300
        self.sent = collections.Counter()
        self.threads = collections.Counter()

    def turn(self, connections, zipped, seconds, pool):
        """Sends for this many seconds, then waits until the server has caught up."""
        shares = [Share(payload.Rotation(self.runs[i::connections])) for i in range(connections)]
        if zipped:
            bodies = int(BODIES_AHEAD * self.batches_a_second * seconds / connections) + 1
            for share in shares:
                share.compress(bodies, pool)
        self.server.resume()
        cpu, machine = self.server.cpu_seconds(), servers.machine_seconds()
        threads = self.server.thread_seconds()
        sender, began = time.process_time(), time.monotonic()
        workers = [threading.Thread(target=share.send, args=(self.server, began + seconds)) for share in shares]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        elapsed = time.monotonic() - began
        sender = time.process_time() - sender
        lag = self.server.drain()
        spent, whole = self.server.cpu_seconds() - cpu, time.monotonic() - began
        other = servers.machine_seconds() - machine - spent - sender
        for thread, total in self.server.thread_seconds().items():
            self.threads[thread[1]] += total - threads.get(thread, 0)
        self.server.pause()
        failures = [share.failure for share in shares if share.failure]
        if failures:
            sys.exit(f"{self.server.name}: {failures[0]}")
        sums = {key: sum(getattr(share, key) for share in shares) for key in ("lines", "fields", "bytes", "refused")}
        self.sent.update(sums)
        self.batches_a_second = max(self.batches_a_second, sums["lines"] / payload.BATCH_LINES / elapsed)
        return dict(sums, contender=self.server.name, connections=connections, gzip=zipped, seconds=elapsed, lag=lag,
                    cpu=spent, sender_cpu_share=sender / elapsed, other_cores=other / whole)


class Share:
    """The bodies that one connection sends in a turn."""

    def __init__(self, rotation):
        self.rotation = rotation
        self.bodies = None
        self.lines = self.fields = self.bytes = self.refused = 0
        self.failure = None

    def compress(self, count, pool):
        batches = [self.rotation.next() for _ in range(count)]
        zipped = pool.map(lambda batch: gzip.compress(batch[0], 6), batches)
        self.bodies = [(body, text[1]) for body, text in zip(zipped, batches)]

    def send(self, server, deadline):
        batches = iter(self.rotation.next, None) if self.bodies is None else iter(self.bodies)
        try:
            with contextlib.closing(servers.Connection(server)) as connection:
                for body, fields in batches:
                    self.write(connection, body, fields)
                    if time.monotonic() > deadline:
                        break
        except (OSError, RuntimeError) as e:
            self.failure = e

    def write(self, connection, body, fields):
        status, answer = connection.write(body, self.bodies is not None)
        while status == 429:
            self.refused += 1
            time.sleep(0.05)
            status, answer = connection.write(body, self.bodies is not None)
        if status != 204:
            raise RuntimeError(f"answered {status}: {answer[:500]!r}")
        self.lines += payload.BATCH_LINES
        self.fields += fields
        self.bytes += len(body)


def quartiles(values, digits=0):
    low, middle, high = statistics.quantiles(values, n=4) if len(values) > 1 else values * 3
    return f"{middle:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def rate(turn, caught_up=False):
    return turn["lines"] / (turn["seconds"] + ((turn["lag"] or 0) if caught_up else 0))


def report(turns, names, combination):
    """The rows of one combination of connections and compression."""
    connections, zipped = combination
    rows = []
    for name in names:
        own = [t for t in turns if t["contender"] == name and (t["connections"], t["gzip"]) == combination]
        first = [t for t in turns if t["contender"] == names[0] and (t["connections"], t["gzip"]) == combination]
        lags = [t["lag"] for t in own if t["lag"] is not None]
        rows.append("| " + " | ".join([
            str(connections), "yes" if zipped else "no", name,
            quartiles([rate(t) for t in own]),
            f'{statistics.median(t["fields"] / t["seconds"] for t in own):,.0f}',
            quartiles([rate(t, True) for t in own]) if lags else "",
            f"{statistics.median(lags):.2f} s, at most {max(lags):.2f} s" if lags else "",
            quartiles([t["cpu"] / t["lines"] * 1e6 for t in own], 1),
            "" if name == names[0] else quartiles([rate(a) / rate(b) for a, b in zip(first, own)], 2),
            "" if name == names[0] else quartiles(
                [b["cpu"] / b["lines"] / (a["cpu"] / a["lines"]) for a, b in zip(first, own)], 2),
            f'{statistics.median(t["sender_cpu_share"] for t in own):.0%}',
            f'{statistics.median(t["other_cores"] for t in own):.2f}',
        ]) + " |")
    return rows


def head(first):
    names = ["connections", "gzip", "server", "lines/s", "fields/s", "lines/s caught up", "store's lag",
             "CPU s / million lines", f"{first} is faster by", f"{first} needs less CPU by", "sender's core", "other cores"]
    return ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]


def contenders(options, folder):
    wanted = options.only or ["foreshock", *RIVALS]
    checkouts = options.checkout or [servers.HOME]
    for checkout in checkouts if "foreshock" in wanted else []:
        name = "foreshock" if len(checkouts) == 1 else "foreshock " + os.path.basename(os.path.abspath(checkout))
        yield servers.Foreshock(folder, name, checkout, options.config and open(options.config).read())
    for name in RIVALS:
        if name in wanted:
            yield RIVALS[name](folder)


def measure(options, rivals):
    combinations = list(itertools.product(options.connections, [g == "on" for g in options.gzip]))
    turns, names = [], [rival.server.name for rival in rivals]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for combination in combinations:
            if combination == combinations[0]:
                warm_up(rivals, options, pool)
            for cycle in range(-1, options.cycles):
                shift = cycle % len(rivals)
                for rival in rivals[shift:] + rivals[:shift]:
                    turn = rival.turn(*combination, options.turn, pool)
                    if cycle == -1:
                        rival.threads.clear()
                    print(f"{rival.server.name} {'warm-up' if cycle < 0 else cycle}: {rate(turn):,.0f} lines/s, "
                          f"{turn['cpu'] / turn['lines'] * 1e6:.1f} CPU s a million", file=sys.stderr, flush=True)
                    if cycle >= 0:
                        turns.append(dict(turn, cycle=cycle))
            if combination == combinations[0]:
                print("\n".join(head(names[0])))
            print("\n".join(report(turns, names, combination)), flush=True)
            for rival in rivals if options.threads else []:
                show_threads(rival, [t for t in turns if t["contender"] == rival.server.name
                                     and (t["connections"], t["gzip"]) == combination])
    return turns


def warm_up(rivals, options, pool):
    """Sends until the JVM has compiled the important code; the other servers get the same amount."""
    for rival in rivals:
        while rival.sent["lines"] < options.warmup * 1e6:
            turn = rival.turn(max(options.connections), False, options.turn, pool)
            print(f"{rival.server.name} warming up: {rate(turn):,.0f} lines/s", file=sys.stderr, flush=True)


def show_threads(rival, own):
    lines = sum(turn["lines"] for turn in own)
    print(f"{rival.server.name}, CPU s per million lines, by thread:", file=sys.stderr)
    for name, seconds in rival.threads.most_common(12):
        print(f"  {seconds / lines * 1e6:6.2f}  {name}", file=sys.stderr)


def check(rivals):
    """Compares the lines that each server has with those that it acknowledged, and prints its peak memory."""
    print("\n| server | lines acknowledged | lines it has | sent, MB | answered 429 | peak memory, MB |\n" + "|---|" * 1 + "---|" * 5)
    for rival in rivals:
        server, sent = rival.server, rival.sent
        server.resume()
        server.drain()
        stored = server.stored_lines([run.run for run in rival.runs])
        if isinstance(server, servers.VictoriaMetrics):  # it counts fields
            stored = f'{stored:,} of {sent["fields"]:,} fields'
        else:
            stored = f"{stored:,}"
        print(f'| {server.name} | {sent["lines"]:,} | {stored} | {sent["bytes"] / 1e6:,.0f} | {sent["refused"]} '
              f"| {server.peak_megabytes():,.0f} |", flush=True)
        if isinstance(server, servers.Foreshock):
            runs = server.json("/api/v1/runs")
            alarms = collections.Counter()
            for run in runs if isinstance(runs, list) else runs.get("runs", []):
                alarms.update(run.get("alarms", {}))
            print(f"{server.name}: alarms {dict(alarms)}", file=sys.stderr)
        server.pause()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cycles", type=int, default=10)
    parser.add_argument("--warmup", type=float, default=1,
                        help="million lines to send to each server before the measurement; each combination gets one more cycle")
    parser.add_argument("--turn", type=float, default=3, help="duration of a turn, seconds")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--gzip", nargs="+", choices=["off", "on"], default=["off", "on"])
    parser.add_argument("--runs", type=int, default=8, help="number of training runs that the lines belong to")
    parser.add_argument("--only", nargs="+", choices=["foreshock", *RIVALS])
    parser.add_argument("--checkout", action="append", help="checkout whose ./foreshock is measured; may be repeated to compare checkouts")
    parser.add_argument("--config", help="YAML for Foreshock instead of the defaults")
    parser.add_argument("--threads", action="store_true", help="print the CPU time of each thread on stderr")
    parser.add_argument("--folder", help="directory for the servers' data (default: a temporary directory)")
    parser.add_argument("--json", help="file for the results of every turn")
    options = parser.parse_args()
    if max(options.connections) > options.runs:
        parser.error(f"--runs {options.runs}: a connection sends runs of its own, so at least {max(options.connections)}")
    servers.end_cleanly_on_signals()
    with tempfile.TemporaryDirectory(dir=options.folder, ignore_cleanup_errors=True) as folder, contextlib.ExitStack() as stack:
        rivals = [Contender(stack.enter_context(server), options.runs) for server in contenders(options, folder)]
        for rival in rivals:
            rival.server.start()
            rival.server.pause()
        turns = measure(options, rivals)
        check(rivals)
        if options.json:
            with open(options.json, "w") as file:
                json.dump(turns, file)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the time from a line to its alarm and webhook, while other runs load the monitor to 10, 50 and 90 %.

    benchmarks/latency.py [--loads 10 50 90] [--probes 300] [--checkout DIR] [--json out.json]

First the highest load is measured: batches of 1,000 lines over four connections, sent as fast as they are answered. The
time until the store has caught up is included. Then, for each load, batches arrive as from independent senders, with
exponential gaps and an open loop over eight connections, in which a late batch is sent at once. At random moments a
probe is sent: one line of another run with a loss of NaN, which raises a `nonfinite` alarm. The times start just before
the probe is given to the kernel, and all use one clock:

    decided   until its alarm is read from the run's live stream (GET /runs/{run}/live)
    webhook   until a receiver on this machine has read the POST of the alarm
    answered  until the probe's 204, that is, until it is on disk

Therefore "decided" includes reception, waiting behind the load, detection and the way back. The senders share the
cores. "other cores" is how many cores were busy with other work; if it is not near 0, the times are not reliable.
"""
import argparse
import http.server
import json
import multiprocessing
import random
import selectors
import statistics
import sys
import tempfile
import threading
import time

import payload
import servers

CALM_STEPS = 40  # more steps without trouble than an incident needs to close
PROBE_SECONDS = 60  # step time of a probe's run, so long that the run never counts as stalled
WAIT_SECONDS = 20  # an alarm that took longer counts as missed


class Load:
    """The other runs. They are sent by a process of its own, so that its work does not delay the probes."""

    def __init__(self, server):
        spawn = multiprocessing.get_context("spawn")
        self.pipe, far = spawn.Pipe()
        self.process = spawn.Process(target=load, args=(far, server.port), daemon=True)
        self.process.start()

    def begin(self, connections, rate, seconds):
        self.pipe.send((connections, rate, seconds))

    def end(self):
        if not self.pipe.poll(600):
            sys.exit("the load did not end")
        result = self.pipe.recv()
        if isinstance(result, str):
            sys.exit(f"the load failed: {result}")
        return result

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.join()


class Port:
    """The part of a server that a connection needs."""

    name, write_path = "foreshock", servers.Server.write_path

    def __init__(self, port):
        self.port = port


def load(pipe, port):
    """Obeys `begin` until the parent has ended. The rate is in batches per second; None: as fast as possible."""
    runs = payload.runs([f"load-{i}" for i in range(8)])
    while True:
        connections, rate, seconds = pipe.recv()
        began, results = time.monotonic(), []
        workers = [threading.Thread(target=send, args=(Port(port), payload.Rotation(runs[i::connections]),
                                                       rate and rate / connections, began + seconds, results))
                   for i in range(connections)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        failures = [result for result in results if isinstance(result, Exception)]
        pipe.send(repr(failures[0]) if failures else dict(
            lines=sum(r[0] for r in results) * payload.BATCH_LINES, refused=sum(r[1] for r in results),
            seconds=time.monotonic() - began))


def send(server, rotation, rate, until, results):
    try:
        connection, sent, refused, due = servers.Connection(server), 0, 0, time.monotonic()
        while True:
            if rate:
                due += random.expovariate(rate)
                time.sleep(max(0, min(due, until) - time.monotonic()))
            if max(due, time.monotonic()) >= until:
                break
            body, _ = rotation.next()
            while (status := connection.write(body)[0]) == 429:
                refused += 1
                time.sleep(0.05)
            if status != 204:
                raise RuntimeError(f"a batch was answered {status}")
            sent += 1
        results.append((sent, refused))
    except (OSError, RuntimeError) as e:
        results.append(e)


class Arrivals:
    """The times at which alarms arrived. Any thread may use it."""

    def __init__(self):
        self.times = {}
        self.changed = threading.Condition()

    def alarm(self, way, alarm):
        if alarm["kind"] == "nonfinite" and alarm["state"] == "open":
            with self.changed:
                self.times[way, alarm["run"], alarm["step"]] = time.monotonic()
                self.changed.notify_all()

    def wait(self, way, run, step, until):
        with self.changed:
            self.changed.wait_for(lambda: (way, run, step) in self.times, max(0, until - time.monotonic()))
            return self.times.get((way, run, step))


def webhook(arrivals):
    """A receiver of webhooks at `server_port`."""

    class Receiver(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            arrivals.alarm("webhook", json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    receiver.daemon_threads = True
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    return receiver


class Streams:
    """The live streams of the probes' runs, read by one thread."""

    def __init__(self, server, runs, arrivals):
        self.selector, self.arrivals = selectors.DefaultSelector(), arrivals
        for run in runs:
            connection = servers.Connection(server).socket
            connection.sendall(f"GET /api/v1/runs/{run}/live HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            first = connection.recv(65536)
            if b" 200 " not in first[:16]:
                sys.exit(f"live stream of {run}: {first[:200]!r}")
            self.selector.register(connection, selectors.EVENT_READ, bytearray())
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            for key, _ in self.selector.select():
                part = key.fileobj.recv(65536)
                if not part:
                    self.selector.unregister(key.fileobj)
                key.data.extend(part)
                while (end := key.data.find(b"\n\n")) >= 0:  # chunk sizes stand between the events
                    event = bytes(key.data[:end])
                    del key.data[:end + 2]
                    if b"event: alarm\ndata: " in event:
                        self.arrivals.alarm("decided", json.loads(event.split(b"data: ", 1)[1]))


class Probe:
    """A run whose loss becomes NaN on demand and is healthy again afterwards."""

    def __init__(self, name, start):
        self.name = name
        self.start = int(start)
        self.step = 0

    def line(self, loss):
        self.step += 1
        return (f"train_step,run={self.name} step={self.step}i,loss={loss},grad_norm={random.gauss(0.31, 0.01):.7g} "
                f"{(self.start + PROBE_SECONDS * self.step) * 10**9}\n")

    def calm(self):
        return "".join(self.line(f"{random.gauss(2.6, 0.01):.7g}") for _ in range(CALM_STEPS)).encode()


def probe_once(probe, connection, arrivals):
    """Milliseconds until decided, webhook and answered; None if it did not come."""
    line = probe.line("NaN").encode()
    began = time.monotonic()
    status = connection.write(line)[0]
    answered = time.monotonic()
    if status == 429:
        probe.step -= 1
        return None
    if status != 204:
        sys.exit(f"a probe was answered {status}")
    times = {way: arrivals.wait(way, probe.name, probe.step, began + WAIT_SECONDS) for way in ("decided", "webhook")}
    times["answered"] = answered
    return {way: None if at is None else (at - began) * 1e3 for way, at in times.items()}


def probe_all(probes, server, arrivals, count, gap):
    """Sends probes at random moments, each from its own thread, so that a slow probe does not delay the next one."""
    results, threads = [], []

    def one(probe):
        connection = servers.Connection(server)
        results.append(probe_once(probe, connection, arrivals))
        while connection.write(probe.calm())[0] == 429:
            time.sleep(0.1)
        connection.close()
        free.append(probe)

    free = list(probes)
    for _ in range(count):
        time.sleep(random.expovariate(1 / gap))
        while not free:
            time.sleep(0.01)
        threads.append(threading.Thread(target=one, args=(free.pop(0),)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return results


def maximum(load_, server, seconds):
    """The highest rate of lines per second that the monitor accepts and stores."""
    load_.begin(4, None, seconds)
    result = load_.end()
    return result["lines"] / (result["seconds"] + server.drain())


def percentile(results, way, percent):
    values = [r[way] for r in results if r and r[way] is not None]
    return statistics.quantiles(values, n=100)[percent - 1] if len(values) > 1 else float("nan")


def own_seconds(server, load_):
    """CPU seconds of all processes of the measurement."""
    return server.cpu_seconds() + servers.stat_seconds(f"/proc/{load_.process.pid}/stat") + time.process_time()


def measure(options, folder):
    arrivals = Arrivals()
    receiver = webhook(arrivals)
    config = (f"notifiers:\n  - {{type: webhook, name: bench, url: 'http://127.0.0.1:{receiver.server_port}/', "
              "closed: false, per_second: 1000}\n")
    with servers.Foreshock(folder, home=options.checkout, config=config) as server:
        server.start()
        probes = [Probe(f"probe-{i}", time.time() - 7 * 86400) for i in range(options.probe_runs)]
        connection = servers.Connection(server)
        for probe in probes:
            connection.write(probe.calm())
        Streams(server, [probe.name for probe in probes], arrivals)
        with Load(server) as load_:
            print("warming up", file=sys.stderr, flush=True)
            load_.begin(4, None, options.warmup)
            probe_all(probes, server, arrivals, options.probe_runs, options.gap)
            load_.end()
            server.drain()
            most = maximum(load_, server, options.turn)
            print(f"Highest rate accepted and stored: {most:,.0f} lines/s.\n\n| load | lines/s | probes | decided p50 | p99 "
                  "| webhook p50 | p99 | answered p50 | p99 | not seen | other cores |\n" + "|---" * 11 + "|", flush=True)
            rows = []
            for percent in options.loads:
                seconds = options.probes * options.gap + 2
                load_.begin(8, most * percent / 100 / payload.BATCH_LINES, seconds)
                time.sleep(1)
                ours, machine, began = own_seconds(server, load_), servers.machine_seconds(), time.monotonic()
                results = probe_all(probes, server, arrivals, options.probes, options.gap)
                other = servers.machine_seconds() - machine - (own_seconds(server, load_) - ours)
                other /= time.monotonic() - began
                carried = load_.end()
                server.drain()
                seen = [r for r in results if r and None not in r.values()]
                cells = [f"{percentile(results, way, at):.1f} ms"
                         for way in ("decided", "webhook", "answered") for at in (50, 99)]
                print(f"| {percent} % | {carried['lines'] / carried['seconds']:,.0f} | {len(results)} | "
                      + " | ".join(cells) + f" | {len(results) - len(seen)} | {other:.2f} |", flush=True)
                rows.append(dict(load=percent, most=most, carried=carried, other_cores=other, results=results))
    receiver.shutdown()
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loads", type=float, nargs="+", default=[10, 50, 90], help="loads in percent of the highest rate")
    parser.add_argument("--probes", type=int, default=300, help="number of probes for each load")
    parser.add_argument("--gap", type=float, default=0.1, help="mean seconds between probes")
    parser.add_argument("--probe-runs", type=int, default=100, help="number of runs to which the probes belong in turn, at most 200")
    parser.add_argument("--warmup", type=float, default=30, help="seconds at full load before the measurement")
    parser.add_argument("--turn", type=float, default=20, help="seconds for which the highest rate is measured")
    parser.add_argument("--checkout", default=servers.HOME, help="checkout whose ./foreshock is measured")
    parser.add_argument("--json", help="file for the times of every probe")
    options = parser.parse_args()
    servers.end_cleanly_on_signals()
    sys.setswitchinterval(0.0005)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        rows = measure(options, folder)
        if options.json:
            with open(options.json, "w") as file:
                json.dump(rows, file)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures how long the page takes to compare long runs, by default 20 runs of 1e6 steps.

    benchmarks/compare.py [--runs 20] [--steps 1000000] [--repeat 20] [--data DIR] [--checkout DIR]

The runs are sent through the write API (one line per step), which takes some minutes. With --data the directory is
kept; if it already contains runs, those are used. The request is that of `web/js/compare/comparison.js`.

    server   the page's request; its answer is read, but not parsed
    opened   from the start of the navigation until both charts have been painted with all runs; needs Debian's chromium
             and chromium-driver
    chosen   the same from a click on a link within the open page
    zoomed   the same from a change of the range to a hundredth

A figure of the browser includes up to two frames of the screen, because it is taken when the frame after the drawing
begins.
"""
import argparse
import concurrent.futures
import contextlib
import glob
import http.client
import json
import os
import statistics
import sys
import tempfile
import time

import browsers
import payload
import servers

BODY_LINES = 10_000
FIELDS = ["loss", "grad_norm", "nonfinite"]  # of the two charts that the page begins with
BUCKETS = 300  # of comparison.js
DRAWN = """
const [runs, link, done] = arguments;
const began = link === null ? 0 : performance.now();
if (link !== null) location.hash = link;
import(new URL('chart.js', document.querySelector('script[type=module]').src)).then(({ charts }) => {
  const whole = (name) => charts.get(name)?.getModel()?.getSeriesByType('line').length === runs;
  const painted = () => {
    window.seen = charts.get('loss');
    done(performance.now() - began);
  };
  const look = () => (whole('loss') && whole('grad_norm') && charts.get('loss') !== window.seen
    ? requestAnimationFrame(() => requestAnimationFrame(painted))
    : requestAnimationFrame(look));
  look();
});
"""


def names(options):
    return [f"long-{i:02d}" for i in range(options.runs)]


def fill(server, options):
    """Sends all runs, each in order, over two connections."""
    began = time.monotonic()

    def send(run_and_seed):
        run, seed = run_and_seed
        signals = payload.Signals(seed)
        start = int(time.time() - 30 * 86400) // payload.PERIOD_SECONDS
        period = "".join(
            f"train_step,run={run} step=~S~{at:03d}i,loss={signals.wave(at, 2.61, 0.008, 0)},learning_rate=0.0003,"
            f"tokens=~S~{at:03d}00000i,grad_norm={signals.wave(at, 0.31, 0.08)},nonfinite=0i ~T~{at * 100_000_000:011d}\n"
            for at in range(payload.PERIOD_STEPS)).encode()
        with contextlib.closing(servers.Connection(server)) as connection:
            connection.write(payload.config_line(run, start * payload.PERIOD_SECONDS * 10**9))
            periods, each = options.steps // payload.PERIOD_STEPS, BODY_LINES // payload.PERIOD_STEPS
            for first in range(0, periods, each):
                body = b"".join(period.replace(payload.STEP, b"%d" % (k + 1)).replace(payload.TIME, b"%08d" % (start + k))
                                for k in range(first, min(first + each, periods)))
                while (status := connection.write(body)[0]) == 429:
                    time.sleep(0.1)
                if status != 204:
                    sys.exit(f"a write was answered {status}")
        print(f"{run} sent after {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(send, zip(names(options), range(options.runs))))


def wait_until_stored(server, options):
    began = time.monotonic()
    for run in names(options):
        path = f"/api/v1/runs/{run}/series?fields=loss&buckets=1"
        while sum(map(sum, (series["count"] for series in server.json(path)["series"]))) < options.steps:
            if time.monotonic() - began > 3600:
                sys.exit(f"{run} is not stored after an hour")
            time.sleep(1)


def measure_server(server, options):
    body = json.dumps({"runs": [{"run": run} for run in names(options)], "curves": [{"fields": FIELDS}], "buckets": BUCKETS})
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    times, size = [], 0
    for _ in range(options.repeat + 3):
        cpu, began = server.cpu_seconds(), time.monotonic()
        connection.request("POST", "/api/v1/comparison", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            sys.exit(f"the request was answered {answer.status}")
        times.append(((time.monotonic() - began) * 1e3, (server.cpu_seconds() - cpu) * 1e3))
    report("server", [t for t, _ in times[3:]], f"{size / 1e3:,.0f} kB, "
           f"CPU {statistics.median(c for _, c in times[3:]):.0f} ms")


def report(name, times, more=""):
    ordered = sorted(times)
    print(f"| {name} | {statistics.median(times):.0f} ms | {ordered[0]:.0f} ms | {ordered[-1]:.0f} ms | {len(times)} | {more} |",
          flush=True)


def measure_browser(server, options, folder):
    page, link = f"http://127.0.0.1:{server.port}/", "/compare?runs=" + ",".join(names(options))
    middle = options.steps // 2
    zoomed = f"{link}&from={middle}&to={middle + options.steps // 100}"
    times, costs = {}, {}

    def drawn(name, link):
        used, answered = browser.cpu_seconds(), server.cpu_seconds()
        times.setdefault(name, []).append(browser.run(DRAWN, options.runs, link))
        costs.setdefault(name, []).append((browser.cpu_seconds() - used, server.cpu_seconds() - answered))

    with contextlib.closing(browsers.Chromium(folder)) as browser:
        for _ in range(options.repeat + 1):
            browser.open(page + "#" + link)
            drawn("opened", None)
            browser.open(page + "#/compare")
            drawn("chosen", link)
            drawn("zoomed", zoomed)
    for name, all_times in times.items():
        ours, theirs = (statistics.median(cost) * 1e3 for cost in zip(*costs[name][1:]))
        # the first one compiles the page's scripts; much of what opening costs lies before the page is asked
        more = "" if name == "opened" else f"CPU of the browser {ours:.0f} ms, of the server {theirs:.0f} ms"
        report(name, all_times[1:], more)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--steps", type=int, default=1_000_000, help="a multiple of 1,000")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--data", help="directory to keep the data in; existing runs there are used")
    parser.add_argument("--checkout", default=servers.HOME, help="checkout whose ./foreshock is measured")
    options = parser.parse_args()
    servers.end_cleanly_on_signals()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, \
            servers.Foreshock(folder, home=options.checkout) as server:
        if options.data:
            server.data = os.path.abspath(options.data)
        filled = bool(glob.glob(os.path.join(server.data, "foreshock.duckdb")))
        server.start(600)
        if not filled:
            fill(server, options)
        wait_until_stored(server, options)
        last = [server.json(f"/api/v1/runs/{run}")["last_step"] for run in names(options)]
        if any(step < options.steps for step in last):
            sys.exit(f"{server.data} holds {min(last)} steps: expected {options.steps} (--steps)")
        print(f"{options.runs} runs of {options.steps:,} steps\n\n| from | p50 | least | most | times | |\n" + "|---" * 6 + "|", flush=True)
        measure_server(server, options)
        measure_browser(server, options, folder)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures how long the page of a long run takes until it is drawn, in a headless chromium without a graphics card.

    benchmarks/run_page.py --data DIR [--layers 100] [--repeat 20] [--checkout DIR]

DIR is what `benchmarks/queries.py --data DIR` has filled. Driver, browser and monitor share the machine.

    opened   from the start of the navigation until loss and attention logits have been painted
    chosen   the same from a click on the run within the open page
    zoomed   the same from a change of the range to a hundredth of the run, then to a tenth, in turn

A figure includes up to two frames of the screen, because it is taken when the frame after the drawing begins.
"""
import argparse
import contextlib
import os
import tempfile

import browsers
import compare
import queries
import servers

DRAWN = """
const [link, from, layers, done] = arguments;
const began = link === null ? 0 : performance.now();
if (link !== null) location.hash = link;
import(new URL('chart.js', document.querySelector('script[type=module]').src)).then(({ charts }) => {
  const series = (name, id) => charts.get(name)?.getModel()?.getSeries().find((s) => s.id.includes(id));
  const inRange = (s) => s?.getData().count() > 1 && s.getData().get('x', 0) >= from;
  const many = layers > 32 ? 'live-many' : 'live-0';
  const whole = () => charts.get('loss') !== window.seen && inRange(series('loss', 'live-all'))
    && series('attention_logit_max', many)?.getData().count() >= Math.min(layers, 2)
    && series('attention_logit_max', many).getData().get('x', 0) >= from;
  const look = () => (whole()
    ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)))
    : requestAnimationFrame(look));
  look();
});
"""


def measure(server, options, folder):
    page, run = f"http://127.0.0.1:{server.port}/", f"/runs/{queries.RUN}"
    last = server.json(f"/api/v1{run}")["last_step"]
    middle, times, costs = last // 2, {}, {}

    def drawn(name, link, first):
        used, answered = browser.cpu_seconds(), server.cpu_seconds()
        times.setdefault(name, []).append(browser.run(DRAWN, link, first, options.layers))
        costs.setdefault(name, []).append((browser.cpu_seconds() - used, server.cpu_seconds() - answered))

    with contextlib.closing(browsers.Chromium(folder)) as browser:
        for at in range(options.repeat + 1):
            browser.open(page + "#" + run)
            drawn("opened", None, 0)
            browser.open(page + "#/")
            drawn("chosen", run, 0)
            drawn("zoomed", f"{run}?from={middle}&to={middle + last // (100 if at % 2 else 10)}", middle)
    for name, all_times in times.items():
        ours, theirs = (sum(cost) / len(cost) * 1e3 for cost in zip(*costs[name][1:]))
        compare.report(name, all_times[1:], f"CPU of the browser {ours:.0f} ms, of the server {theirs:.0f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="data directory that queries.py has filled")
    parser.add_argument("--layers", type=int, default=100, help="layers of its run")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--checkout", default=servers.HOME, help="checkout whose ./foreshock is measured")
    options = parser.parse_args()
    servers.end_cleanly_on_signals()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, \
            servers.Foreshock(folder, home=options.checkout) as server:
        server.data = os.path.abspath(options.data)
        server.start(600)
        print("| from | p50 | least | most | times | |\n" + "|---" * 6 + "|", flush=True)
        measure(server, options, folder)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures an open page of a run that trains: frames per second, and the memory of the page.

    benchmarks/live_page.py [--minutes 60] [--rate 50] [--layers 12] [--before 0] [--checkout DIR]

The run sends `--rate` steps a second, each with a line of the step and one of each layer. The page is open in a headless
chromium without a graphics card; driver, browser, monitor and sender share the machine. Each minute is a row:

    frames   frames per second, over the minute; a browser draws at most 60
    worst    the longest time between two frames
    heap     the page's JavaScript heap after a collection of garbage
    behind   steps that the page shows less than were sent
    others   cores that other programs of the machine used
"""
import argparse
import contextlib
import sys
import tempfile
import threading
import time

import browsers
import payload
import servers

RUN = "live"
WATCH = """
const done = arguments[0];
window.frames = { count: 0, last: performance.now(), worst: 0 };
const frame = (now) => {
  frames.count += 1;
  frames.worst = Math.max(frames.worst, now - frames.last);
  frames.last = now;
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
done(null);
"""
READ = """
const done = arguments[0];
const { count, worst } = frames;
frames.count = 0;
frames.worst = 0;
const step = Number(document.querySelector('.stats dd').textContent.replace(/ of .*/, '').replace(/\\D/g, ''));
gc();
done([count, worst, performance.memory.usedJSHeapSize, step]);
"""


class Sender(threading.Thread):
    """Sends steps at a rate until it is stopped."""

    def __init__(self, server, options):
        super().__init__(daemon=True)
        self.server, self.rate, self.layers, self.before = server, options.rate, options.layers, options.before
        self.step, self.stopped, self.late = 0, False, 0

    def run(self):
        signals = payload.Signals(1)
        began = time.monotonic()
        with contextlib.closing(servers.Connection(self.server)) as connection:
            connection.write(payload.config_line(RUN, time.time_ns()))
            while not self.stopped:
                self.step += 1
                now = time.time_ns()
                lines = [f"train_step,run={RUN} step={self.step}i,loss={signals.wave(self.step, 2.6, 0.008, 0)},"
                         f"grad_norm={signals.wave(self.step, 0.31, 0.08)},learning_rate=0.0003,"
                         f"update_rms={signals.wave(self.step, 0.2, 0.02)} {now}"]
                lines += [f"train_layer,run={RUN},layer={layer} step={self.step}i,"
                          f"attention_logit_max={signals.wave(self.step, 9 + layer, 0.02)},"
                          f"attention_entropy={signals.wave(self.step, 4, 0.02)} {now}" for layer in range(self.layers)]
                connection.write(("\n".join(lines) + "\n").encode())
                if self.step <= self.before:
                    began = time.monotonic()
                    continue
                wait = began + (self.step - self.before) / self.rate - time.monotonic()
                self.late = max(self.late, -wait)
                if wait > 0:
                    time.sleep(wait)


def our_seconds(server, browser):
    return server.cpu_seconds() + browser.cpu_seconds() + time.process_time()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rate", type=float, default=50, help="steps a second")
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--before", type=int, default=0, help="steps sent at once, before the page is opened")
    parser.add_argument("--checkout", default=servers.HOME, help="checkout whose ./foreshock is measured")
    options = parser.parse_args()
    servers.end_cleanly_on_signals()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, \
            servers.Foreshock(folder, home=options.checkout) as server:
        server.start(120)
        sender = Sender(server, options)
        sender.start()
        with contextlib.closing(browsers.Chromium(folder)) as browser:
            while sender.step < options.before:
                time.sleep(0.1)
            time.sleep(5)
            browser.open(f"http://127.0.0.1:{server.port}/#/runs/{RUN}")
            time.sleep(5)
            browser.run(WATCH)
            print(f"{options.rate:g} steps/s of {options.layers} layers\n\n| minute | frames | worst | heap | behind | others |")
            print("|---" * 6 + "|", flush=True)
            browser.run(READ)
            for minute in range(1, options.minutes + 1):
                began, machine, ours = time.monotonic(), servers.machine_seconds(), our_seconds(server, browser)
                time.sleep(60)
                count, worst, heap, step = browser.run(READ)
                seconds = time.monotonic() - began
                others = servers.machine_seconds() - machine - (our_seconds(server, browser) - ours)
                print(f"| {minute} | {count / seconds:.0f}/s | {worst:.0f} ms | {heap / 1e6:.0f} MB | {sender.step - step} | "
                      f"{others / seconds:.2f} |", flush=True)
        sender.stopped = True
        sender.join(10)
        print(f"\nthe sender was at most {sender.late:.1f} s late", file=sys.stderr)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the lines per second of `./foreshock replay` on one core, including the JVM's start and warm-up.

    benchmarks/replay_speed.py [--lines 2000000] [--runs 5] [--core 1]

The recording is a real run of the test data. It is repeated with rising steps and times.
"""
import argparse
import gzip
import os
import re
import subprocess
import sys
import tempfile
import time

from servers import HOME, require_built

RECORDING = os.path.join(HOME, "predictors/src/test/resources/recorded/{}.lp.gz")
STEP = re.compile(r"(?<=[ ,]step=)\d+")


def repeat(recording, lines, out):
    with gzip.open(recording, "rt") as file:
        config, *rows = [row for row in file.read().splitlines() if row]
    steps = max(int(STEP.search(row).group()) for row in rows)
    out.write(config + "\n")
    written, offset = 1, 0
    while written < lines:
        for row in rows[: lines - written]:
            body, nanos = row.rsplit(" ", 1)
            step = STEP.search(body)
            body = f"{body[:step.start()]}{int(step.group()) + offset}{body[step.end():]}"
            out.write(f"{body} {int(nanos) + offset * 250_000_000}\n")
        written += len(rows)
        offset += steps
    out.flush()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--lines", type=int, default=2_000_000)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--core", default="1")
    options.add_argument("--recording", default="hot")
    options = options.parse_args()
    require_built("lab")
    with tempfile.NamedTemporaryFile("w", suffix=".lp") as file:
        repeat(RECORDING.format(options.recording), options.lines, file)
        size = os.path.getsize(file.name)
        print(f"{options.lines} lines, {size / 1e6:.0f} MB", flush=True)
        for _ in range(options.runs):
            start = time.perf_counter()
            subprocess.run(["taskset", "-c", options.core, os.path.join(HOME, "foreshock"), "replay",
                            "--format", "json", file.name], check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, env=dict(os.environ, FORESHOCK_BUILD="never"))
            seconds = time.perf_counter() - start
            print(f"{options.lines / seconds:,.0f} lines/s ({seconds:.1f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the speed of `foreshock train` with all statistics with eager PyTorch without any.

All contenders are started, but only one runs at a time. The others are stopped (SIGSTOP), and the turn changes every
few seconds, so that other load on the machine affects all equally. The first step of a turn does not count. Each cycle
gives one ratio; the median and the quartiles over the cycles are printed.

Needs a built checkout (./foreshock train --help builds it), torch and numpy.
"""
import argparse
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
HOME = os.path.dirname(HERE)
SHAPES = {"0.2M": (4, 64, 2), "0.9M": (4, 128, 4), "5M": (6, 256, 8)}
CONTENDERS = ("trainer", "trainer_loss_only", "pytorch_explicit", "pytorch_sdpa")


def start(contender, shape, text, out, options):
    layers, width, heads = SHAPES[shape]
    size = f"--layers {layers} --width {width} --heads {heads}".split()
    size += f"--context {options.context} --batch {options.batch} --threads {options.threads}".split()
    if contender.startswith("pytorch"):
        script = os.path.join(HERE, "pytorch_baseline.py")
        attention = contender.split("_")[1]
        command = [sys.executable, script, "--attention", attention, "--out", out]
    else:
        scope = "LOSS" if contender == "trainer_loss_only" else "ALL"
        command = [os.path.join(HOME, "foreshock"), "train", "--telemetry", out]
        command += ["--statistics", scope, "--total-steps", "1000000"]
    env = dict(os.environ, OMP_WAIT_POLICY="PASSIVE", GOMP_SPINCOUNT="0", FORESHOCK_BUILD="never")
    return subprocess.Popen(
        command + size + ["--text", text], env=env, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )


def step_ends(path):
    """The times at which the steps ended, Unix seconds."""
    if not os.path.exists(path):
        return []
    with open(path) as lines:
        if path.endswith(".lp"):
            return [int(l.rsplit(" ", 1)[1]) / 1e9 for l in lines if l.startswith("train_step")]
        return [float(l.split()[0]) for l in lines]


def wait_for_steps(contender, process, path, steps):
    while len(step_ends(path)) < steps:
        if process.poll() is not None:
            sys.exit(f"{contender} ended with {process.returncode}")
        time.sleep(0.2)


def measure(shape, text, folder, options):
    processes, outs, turns = {}, {}, {c: [] for c in options.contenders}
    try:
        for contender in options.contenders:  # they warm up one after the other
            suffix = "txt" if contender.startswith("pytorch") else "lp"
            outs[contender] = os.path.join(folder, f"{shape}-{contender}.{suffix}")
            process = start(contender, shape, text, outs[contender], options)
            processes[contender] = process
            wait_for_steps(contender, process, outs[contender], options.warmup)
            os.killpg(process.pid, signal.SIGSTOP)
        for _ in range(options.cycles):
            for contender, process in processes.items():
                os.killpg(process.pid, signal.SIGCONT)
                begin = time.time()
                time.sleep(options.turn)
                os.killpg(process.pid, signal.SIGSTOP)
                turns[contender].append((begin, time.time()))
    finally:
        for process in processes.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return {c: [mean_step(step_ends(outs[c]), *turn) for turn in turns[c]] for c in turns}


def mean_step(ends, begin, end):
    """Seconds per step; NaN when the machine was too busy for three steps in the turn."""
    inside = [t for t in ends if begin < t < end]
    return (inside[-1] - inside[0]) / (len(inside) - 1) if len(inside) > 2 else math.nan


def finite(values):
    return [v for v in values if not math.isnan(v)]


def quartiles(values):
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.3f} ({low:.3f} to {high:.3f}; {len(values)} cycles)"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--context", type=int, default=128)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--warmup", type=int, default=15, help="warm-up of each contender, steps")
    parser.add_argument("--cycles", type=int, default=8)
    parser.add_argument("--turn", type=float, default=4, help="duration of a turn, seconds")
    parser.add_argument("--text", help="file to train on (default: random bytes)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = options.text or os.path.join(folder, "text")
        if not options.text:
            with open(text, "wb") as file:
                file.write(bytes(b % 96 + 32 for b in os.urandom(1 << 20)))
        for shape in options.shapes:
            steps = measure(shape, text, folder, options)
            for contender, seconds in steps.items():
                middle = statistics.median(finite(seconds))
                rate = options.batch * options.context / middle
                print(f"{shape} {contender:18} {middle * 1e3:8.1f} ms/step {rate:8.0f} tokens/s")
            ours = steps["trainer"]
            for contender in options.contenders[1:]:
                ratios = [other / own for other, own in zip(steps[contender], ours)]
                print(f"{shape} speed of trainer / {contender}: {quartiles(finite(ratios))}", flush=True)


if __name__ == "__main__":
    main()

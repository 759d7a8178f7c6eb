#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts false alarms on synthetic healthy runs: a falling loss and a flat gradient norm with independent noise.

    benchmarks/noisy_healthy.py [--steps 20000] [--seeds 3]

The goal is at most 0.1 critical incidents per 10,000 steps. Synthetic noise differs from that of training runs, but it
tests strong noise, which the healthy runs of the corpus do not have.
"""
import argparse
import collections
import json
import math
import pathlib
import random
import subprocess
import tempfile

HOME = pathlib.Path(__file__).resolve().parent.parent
CASES = {  # standard deviation of ln loss and of ln norm (None: not sent), whether the learning rate is sent
    "loss, 2 %": (0.02, None, False),
    "loss, 5 %": (0.05, None, False),
    "loss, 12 %": (0.12, None, False),
    "loss 2 %, norm 30 %": (0.02, 0.3, False),
    "loss 2 %, norm 30 %, learning rate": (0.02, 0.3, True),
}


def write(file, run, steps, loss_noise, norm_noise, with_rate):
    chance = random.Random(run)
    for step in range(1, steps + 1):
        fields = [f"step={step}i", f"loss={(2 + 8 * step**-0.3) * math.exp(loss_noise * chance.gauss(0, 1)):.6f}"]
        if norm_noise:
            fields.append(f"grad_norm={0.5 * math.exp(norm_noise * chance.gauss(0, 1)):.6f}")
        if with_rate:
            fields.append(f"learning_rate={3e-4 * min(1, step / 1000):.8f}")
        file.write(f"train_step,run={run} {','.join(fields)} {1_700_000_000_000_000_000 + step * 1_000_000_000}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    print("| signals and their noise | critical incidents | incidents that stayed warnings | critical per 10,000 steps |")
    print("|---|---|---|---|")
    for case, how in CASES.items():
        with tempfile.NamedTemporaryFile("w", suffix=".lp") as file:
            for seed in range(options.seeds):
                write(file, f"healthy-{seed}", options.steps, *how)
            file.flush()
            answer = subprocess.run([HOME / "foreshock", "replay", "--format", "json", file.name],
                                    check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        worst = collections.defaultdict(set)
        for line in answer.stdout.decode().splitlines():
            alarm = json.loads(line)
            if "incident" in alarm:
                worst[alarm["incident"]].add(alarm["severity"])
        critical = sum("critical" in severities for severities in worst.values())
        warned = sum("warning" in severities and "critical" not in severities for severities in worst.values())
        steps = options.steps * options.seeds
        print(f"| {case} | {critical} | {warned} | {1e4 * critical / steps:.2f} |", flush=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the alarms of single kinds, by severity, on computed runs (docs/corpus.md) and on recorded logs.

    benchmarks/kinds.py [--split train|validation|test] [--seed N] [--kinds REGEX] [LOG...]

With logs, only those are replayed, and all count as healthy. Otherwise the shapes are computed into a temporary folder.
Every kind is judged on the healthy runs of all shapes, and on the sick runs that are labelled with it as `found_by`.

An incident counts once, with its highest severity. A sick run is found by the first alarm of its kind from the row of
its onset on; the delay is in rows and in minutes of the run. An alarm of the kind before the onset is false.
"""
import argparse
import collections
import gzip
import json
import pathlib
import re
import statistics
import subprocess
import tempfile

import shapes

HOME = pathlib.Path(__file__).resolve().parent.parent
SEVERITIES = ("info", "warning", "critical")
KINDS = ("steps_skipped|loss_scale_collapse|param_norm_growth|throughput_drop|straggler|evaluation_regression"
         "|loss_floor|loss_divergence|loss_spike")
NAMED_AGAIN = 20  # of the shapes with the most false alarms


class Run:
    """A computed run: its label, and the row and the time of each step."""

    def __init__(self, label, folder):
        self.name, self.family = label["run"], label["family"]
        self.path = folder / "runs" / f"{self.name}.lp.gz"
        self.healthy = label["class"] == "healthy"
        self.rows, self.times = {}, {}
        with gzip.open(self.path, "rt") as lines:
            for line in lines:
                if line.startswith("train_step,"):
                    step = int(re.search(r" step=(\d+)i", line)[1])
                    self.rows.setdefault(step, len(self.rows))
                    self.times.setdefault(step, int(line.rsplit(" ", 1)[1]) / 6e10)
        self.onset = None if self.healthy else label["onset"]


def false_table(runs, alarms, kinds):
    rows = sum(len(run.rows) for run in runs)
    print(f"\n{len(runs)} healthy runs, {rows} rows\n")
    print("| kind | info | warning | critical | runs |\n|---|---|---|---|---|")
    where = collections.Counter()
    for kind in kinds:
        counts, hit = collections.Counter(), 0
        for run in runs:
            mine = shapes.worst(alarm for alarm in alarms[run.name] if alarm["kind"] == kind)
            counts.update(mine)
            hit += bool(mine)
            where[kind, run.family["shape"]] += len(mine)
        rates = " | ".join(f"{1e5 * counts[severity] / rows:.2f} ({counts[severity]})" for severity in SEVERITIES)
        print(f"| `{kind}` | {rates} | {hit} |")
    print("\nmost: " + ", ".join(f"{kind} {shape} {n}" for (kind, shape), n in where.most_common(NAMED_AGAIN) if n))


def sick_table(runs, alarms):
    print("\n| shape | kind | runs | found | info | warning | critical | delay in rows | in minutes | false before |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for shape in dict.fromkeys(run.family["shape"] for run in runs):
        chosen = [run for run in runs if run.family["shape"] == shape]
        kind = chosen[0].family["found_by"]
        delays, minutes, severities, early = [], [], collections.Counter(), 0
        for run in chosen:
            mine = [alarm for alarm in alarms[run.name] if alarm["kind"] == kind]
            early += any(alarm["step"] < run.onset for alarm in mine)
            mine = [alarm for alarm in mine if alarm["step"] >= run.onset]
            if mine:
                step = min(alarm["step"] for alarm in mine)
                step = max((at for at in run.rows if at <= step), default=run.onset)
                delays.append(run.rows[step] - run.rows[run.onset])
                minutes.append(run.times[step] - run.times[run.onset])
                severities[max(shapes.worst(mine), key=SEVERITIES.index)] += 1
        middle = "–" if not delays else f"{statistics.median(delays):.0f} | {statistics.median(minutes):.0f}"
        counts = " | ".join(str(severities[severity]) for severity in SEVERITIES)
        print(f"| {shape} | `{kind}` | {len(chosen)} | {len(delays)} | {counts} | {middle} | {early} |")


def logs(paths, kinds):
    alarms = shapes.replay(paths)
    print(f"{len(paths)} logs\n\n| kind | info | warning | critical | logs |\n|---|---|---|---|---|")
    for kind in kinds:
        found = {run: shapes.worst(alarm for alarm in mine if alarm["kind"] == kind) for run, mine in alarms.items()}
        counts = collections.Counter(severity for mine in found.values() for severity in mine)
        names = ", ".join(run for run, mine in found.items() if mine)
        print(f"| `{kind}` | " + " | ".join(str(counts[severity]) for severity in SEVERITIES) + f" | {names} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=["train", "validation", "test"], default="validation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=KINDS)
    parser.add_argument("--corpus", type=pathlib.Path, help="where the shapes have been computed already")
    parser.add_argument("logs", nargs="*", type=pathlib.Path, metavar="LOG")
    options = parser.parse_args()
    kinds = options.kinds.split("|")
    if options.logs:
        logs(options.logs, kinds)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.corpus or pathlib.Path(temporary)
        if not options.corpus:
            subprocess.run([HOME / "foreshock", "corpus", "--shapes", "--out", folder, "--seed", str(options.seed)],
                           check=True, stdout=subprocess.DEVNULL)
        labels = json.loads((folder / f"shapes-{options.split}.json").read_text())["runs"]
        runs = [Run(label, folder) for label in labels]
        alarms = shapes.replay([run.path for run in runs])
    false_table([run for run in runs if run.healthy], alarms, kinds)
    sick_table([run for run in runs if "found_by" in run.family], alarms)


if __name__ == "__main__":
    main()

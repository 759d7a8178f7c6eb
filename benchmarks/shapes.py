#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the alarms of `./foreshock replay` on computed runs: healthy and sick shapes (docs/corpus.md).

    benchmarks/shapes.py [--split train|validation|test] [--corpus DIR] [--only REGEX]

The shapes are computed into a temporary folder. With --corpus they are computed into the corpus in DIR, so that noisy
copies of its healthy runs are judged too. Each run is replayed with several subsets of the signals that it sends. With
all signals the predictors also see its configuration.

A false alarm is an incident of a healthy run; it counts once, with its highest severity. A sick run is detected by
its first critical alarm from the row of the first sign on; "within 1 row" includes what came before the onset. A
critical alarm before the first sign is false, too. The last column counts warnings as well. The goal is at most 1
critical alarm per 100,000 healthy rows. Shapes of signals that show no divergence are left out: kinds.py counts them.
"""
import argparse
import collections
import gzip
import json
import pathlib
import re
import subprocess
import tempfile

HOME = pathlib.Path(__file__).resolve().parent.parent
SUBSETS = {"loss": ["loss"], "loss, norm": ["loss", "grad_norm"], "loss, learning rate": ["loss", "learning_rate"], "all": None}
ONLY_IN_NORM = ("zero-norm", "overflow")  # their losses show nothing
WITHIN = (1, 5, 20)
GOAL_PER_100K = 1.0


class Run:
    """A labelled run, its steps row by row, and the signals that it sends."""

    def __init__(self, label, path):
        self.path, self.name = path, label["run"]
        self.shape, self.healthy = label["family"]["shape"], label["class"] == "healthy"
        self.steps, self.sent = {}, set()
        with gzip.open(path, "rt") as lines:
            for line in lines:
                if line.startswith("train_step,"):
                    fields = dict(field.split("=", 1) for field in line.split(" ")[1].split(","))
                    self.steps.setdefault(int(fields["step"][:-1]), len(self.steps))
                    self.sent.update(fields)
        if not self.healthy:
            self.onset = self.steps[label["onset"]]
            self.begins = self.steps[int(label["family"]["begins"])]

    def shows_in(self, signals):
        """Whether the run sends these signals and they show what is wrong with it, if anything is."""
        if signals is None:
            return True
        return self.sent.issuperset(signals) and ("grad_norm" in signals or self.shape not in ONLY_IN_NORM)

    def row(self, step):
        """The row of a step; that of the last row before it where no row has this step."""
        return self.steps.get(step, max((row for at, row in self.steps.items() if at <= step), default=0))


def read(folder, split, only):
    labels = json.loads((folder / f"shapes-{split}.json").read_text())["runs"]
    return [Run(label, folder / "runs" / f"{label['run']}.lp.gz") for label in labels
            if only.search(label["family"]["shape"]) and "aside" not in label["family"]]


def replay(paths, signals=None):
    """The alarms of each run that are not closing ones."""
    command = [HOME / "foreshock", "replay", "--format", "json"]
    command += ["--signals", ",".join(signals)] if signals else []
    out = subprocess.run([*command, *paths],
                         check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    alarms = collections.defaultdict(list)
    for line in out.splitlines():
        alarm = json.loads(line)
        if "incident" in alarm and alarm["state"] != "closed":
            alarms[alarm["run"]].append(alarm)
    return alarms


def worst(alarms):
    """The highest severity of each incident: critical, warning or info."""
    severities = {}
    for alarm in alarms:
        severities.setdefault(alarm["incident"], set()).add(alarm["severity"])
    return ["critical" if "critical" in has else "warning" if "warning" in has else "info" for has in severities.values()]


def judge(run, alarms):
    """Rows from the onset to the first critical alarm, and to the first warning or worse; None where there is none."""
    def delay(*severities):
        rows = [run.row(alarm["step"]) for alarm in alarms if alarm["severity"] in severities]
        return min((row - run.onset for row in rows if row >= run.begins), default=None)
    early = any(alarm["severity"] == "critical" and run.row(alarm["step"]) < run.begins for alarm in alarms)
    return delay("critical"), delay("critical", "warning"), early


def healthy_row(name, subset, runs, alarms):
    found = [worst(alarms[run.name]) for run in runs]
    rows = sum(len(run.steps) for run in runs)
    cells = [name, subset, len(runs), rows]
    for severity in ("critical", "warning"):
        cells.append(f"{1e5 * sum(one.count(severity) for one in found) / max(1, rows):.1f}")
    cells += [sum("critical" in one for one in found), sum("warning" in one for one in found)]
    print("| " + " | ".join(map(str, cells)) + " |")
    return 1e5 * sum(one.count("critical") for one in found) / max(1, rows)


def sick_row(name, subset, runs, alarms):
    judged = [judge(run, alarms[run.name]) for run in runs]
    delays = [delay for delay, _, _ in judged if delay is not None]
    counts = [sum(delay < 0 for delay in delays), *(sum(delay <= within for delay in delays) for within in WITHIN)]
    counts += [len(judged) - len(delays), sum(early for _, _, early in judged)]
    counts.append(sum(warned is not None and warned <= WITHIN[-1] for _, warned, _ in judged))
    print(f"| {name} | {subset} | {len(runs)} | " + " | ".join(f"{100 * count / len(runs):.0f} %" for count in counts) + " |")


def table(title, runs, answers, row):
    print(f"\n| {title} |\n|{'---|' * (title.count('|') + 1)}")
    results = {}
    for shape in [*dict.fromkeys(run.shape for run in runs), None]:
        for subset, (replayed, alarms) in answers.items():
            chosen = [run for run in runs if run.name in replayed and shape in (None, run.shape)]
            if chosen:
                results[shape, subset] = row(shape or "**all shapes**", subset, chosen, alarms)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=["train", "validation", "test"], default="validation")
    parser.add_argument("--corpus", type=pathlib.Path)
    parser.add_argument("--only", type=re.compile, default=re.compile(""))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.corpus or pathlib.Path(temporary)
        subprocess.run([HOME / "foreshock", "corpus", "--shapes", "--out", folder, "--seed", str(options.seed)],
                       check=True, stdout=subprocess.DEVNULL)
        runs = read(folder, options.split, options.only)
        answers = {}
        for subset, signals in SUBSETS.items():
            able = [run for run in runs if run.shows_in(signals)]
            answers[subset] = ({run.name for run in able}, replay([run.path for run in able], signals) if able else {})
    title = "healthy shape | signals | runs | rows | critical per 100,000 rows | warnings per 100,000 rows"
    title += " | runs with a critical | runs with a warning"
    results = table(title, [run for run in runs if run.healthy], answers, healthy_row)
    title = "sick shape | signals | runs | critical before the onset | within 1 row | within 5 | within 20 | missed"
    table(title + " | critical before the first sign | warning within 20", [run for run in runs if not run.healthy], answers, sick_row)
    most = max((rate for (shape, _), rate in results.items() if shape is None), default=0)
    print(f"\ngoal of at most {GOAL_PER_100K:g} critical per 100,000 healthy rows: {'met' if most <= GOAL_PER_100K else 'missed'}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts alarms on public training logs by what is sent, beside the rules of other tools.

    benchmarks/public_logs.py [--half tune|check] [--rules M3 B1 ...] DIR ...

DIR holds *.csv or *.csv.gz with the columns step, loss and optionally grad_norm, lr and run. Every log is replayed once for
each subset of its signals. The logs are divided into two halves by their names: rules are tuned on one of them only.

A log that labels.csv in DIR calls healthy is healthy. In others an event is a loss more than max(6 scales, 10 %) above the
median of the 25 rows before (scale: 1.4826 MAD) that stays so for 3 rows at least; a log without events is healthy. A
critical alarm counts as false once per incident, a warning too. An event counts as found when something is critical from 3
rows before it to 1 or 5 rows after its first row. Logs of runs that never learn, as labels.csv in DIR says, are counted
apart: told by row 100. Other runs known to fail, and short ones, are left out.
"""
import argparse
import collections
import csv
import gzip
import hashlib
import json
import math
import pathlib
import statistics
import subprocess
import tempfile

HOME = pathlib.Path(__file__).resolve().parent.parent
FIELDS = {"loss": "loss", "grad_norm": "grad_norm", "lr": "learning_rate"}
SUBSETS = {"loss": (), "loss + rate": ("lr",), "loss + norm": ("grad_norm",), "loss + norm + rate": ("grad_norm", "lr")}
LEAST_ROWS = 100
BASE_ROWS = 25
CALM_ROWS = 3
TOLD_BY = 100
FAILED = ("blowup", "nan100", "sweep")  # they fail, or are too short to say
BY_HEART = ("druidowm",)  # jumps near 0 that come back by themselves: no event and not healthy either


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def read(path):
    opened = gzip.open(path, "rt") if path.suffix == ".gz" else path.open()
    with opened as file:
        rows = [row for row in csv.DictReader(line for line in file if not line.startswith("#")) if row.get("step")]
    runs = collections.defaultdict(list)
    for row in rows:
        runs[row.get("run") or ""].append((int(float(row["step"])), {name: number(row.get(name)) for name in FIELDS}))
    name = path.name.split(".csv")[0]
    return {name + (f"-{run}" if run else ""): steps for run, steps in runs.items()}


def events(losses):
    """Rows at which a sustained event begins, and how many scales its first row is out."""
    found = []
    row = max(BASE_ROWS, math.ceil(0.02 * len(losses)))
    while row < len(losses):
        before = losses[row - BASE_ROWS:row]
        base = statistics.median(before)
        scale = 1.4826 * statistics.median(abs(x - base) for x in before)
        if losses[row] <= base + max(6 * scale, 0.1 * base):
            row += 1
            continue
        calm, end = 0, row
        while end < len(losses) and calm < CALM_ROWS:
            calm = calm + 1 if losses[end] <= base + max(3 * scale, 0.03 * base) else 0
            end += 1
        lasted = end - row - (CALM_ROWS if calm == CALM_ROWS else 0)
        if lasted >= 3:
            found.append((row, (losses[row] - base) / max(scale, 1e-12)))
        row = end
    return found


class Log:
    def __init__(self, name, rows, label):
        never_learns = "never learns" in label
        self.name = name
        self.rows = [(step, values) for step, values in rows if values["loss"] is not None]
        self.row_of = {step: row for row, (step, _) in enumerate(self.rows)}
        losses = [values["loss"] for _, values in self.rows]
        self.never_learns = never_learns
        dense = len(losses) > LEAST_ROWS and all(map(math.isfinite, losses))
        self.judged = dense and not any(word in name for word in FAILED + BY_HEART)
        self.events = events(losses) if self.judged and not label.startswith("healthy") else []
        self.healthy = self.judged and not self.events and not never_learns

    def sends(self, signals):
        return all(any(values[signal] is not None for _, values in self.rows) for signal in signals)

    def lines(self, signals):
        for row, (step, values) in enumerate(self.rows):
            fields = [f"step={step}i"] + [f"{FIELDS[signal]}={values[signal]!r}" for signal in ("loss", *signals)
                                          if values[signal] is not None]
            yield f"train_step,run={self.name} {','.join(fields)} {1_700_000_000_000_000_000 + row * 1_000_000_000}\n"


def replay(logs, signals, rule):
    with tempfile.NamedTemporaryFile("w", suffix=".lp") as file:
        for log in logs:
            file.writelines(log.lines(signals))
        file.flush()
        how = ["--rule", rule] if rule else ["--format", "json"]
        out = subprocess.run([HOME / "foreshock", "replay", *how, file.name], check=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True).stdout
    alarms = collections.defaultdict(list)
    for line in out.splitlines():
        alarm = json.loads(line)
        if alarm.get("state") != "closed":
            alarms[alarm["run"]].append(alarm)
    return alarms


def incidents(alarms, log, severities):
    """How many incidents have one of the severities; firings of a rule within 10 rows are one."""
    names, last = set(), -math.inf
    for alarm in alarms:
        if alarm["severity"] in severities:
            row = log.row_of[alarm["step"]]
            names.add(alarm.get("incident", row if row - last > 10 else None))
            last = row
    return len(names - {None})


def tally(logs, signals, rule):
    count = collections.Counter()
    alarms = replay(logs, signals, rule)
    for log in logs:
        found = alarms[log.name]
        critical = sorted({log.row_of[alarm["step"]] for alarm in found if alarm["severity"] == "critical"})
        if log.healthy:
            count["logs"] += 1
            count["rows"] += len(log.rows)
            false = incidents(found, log, ("critical",))
            count["false"] += false
            count["logs with"] += false > 0
            count["warned"] += incidents(found, log, ("critical", "warning"))
        for row, scales in () if log.never_learns else log.events:
            count["events"] += 1
            count["within 5"] += any(row - 3 <= c <= row + 5 for c in critical)
            count["ahead"] += any(row - 20 <= c < row for c in critical)
            if scales >= 20:
                count["far events"] += 1
                count["within 1"] += any(row - 3 <= c <= row + 1 for c in critical)
        if log.never_learns:
            count["never"] += 1
            count["told"] += any(c <= TOLD_BY for c in critical)
    return count


def share(part, whole):
    return f"{part} of {whole}" if whole else "–"


def half(name):
    return "tune" if hashlib.sha1(("fs" + name).encode()).digest()[-1] % 2 == 0 else "check"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("tune", "check"), help="only this half of the logs; default: all")
    parser.add_argument("--rules", nargs="*", default=["M3", "B1", "B12", "B16"], help="rules of the scoreboard to compare with")
    parser.add_argument("directories", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    classes = {}
    for directory in options.directories:
        labels = directory / "labels.csv"
        if labels.exists():
            with labels.open() as file:
                classes.update((row["file"], row["class"]) for row in csv.DictReader(file))
    runs = {}
    for directory in options.directories:
        for path in sorted([*directory.glob("*.csv"), *directory.glob("*.csv.gz")]):
            if path.name != "labels.csv":
                runs.update(read(path))
    logs = [Log(name, rows, classes.get(name, "")) for name, rows in runs.items() if options.half in (None, half(name))]
    logs = [log for log in logs if log.judged or log.never_learns]
    print("| sent | rule | healthy logs | rows | false critical | per 100k rows | logs with one | warnings or worse per 100k"
          " | events within 5 rows | within 1, 20 scales out | ahead | never learns, by row 100 |\n|" + "---|" * 12)
    for sent, signals in SUBSETS.items():
        chosen = [log for log in logs if log.sends(signals)]
        for rule in [None, *options.rules]:
            c = tally(chosen, signals, rule)
            rate = 1e5 * c["false"] / max(1, c["rows"])
            warned = "–" if rule else f"{1e5 * c['warned'] / max(1, c['rows']):.1f}"
            print(f"| {sent} | {rule or 'Foreshock'} | {c['logs']} | {c['rows']} | {c['false']} | {rate:.2f} | {c['logs with']}"
                  f" | {warned} | {share(c['within 5'], c['events'])} | {share(c['within 1'], c['far events'])}"
                  f" | {share(c['ahead'], c['events'])} | {share(c['told'], c['never'])} |", flush=True)


if __name__ == "__main__":
    main()

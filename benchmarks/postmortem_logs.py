#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what `./foreshock report` finds in public training logs with labels, if there are any.

    benchmarks/postmortem_logs.py [--labels labels.csv] LOG.csv ... RUN.lp.gz ...

A log is a CSV file with a header: step, loss and optionally grad_norm, lr and run (if it contains several runs). Lines
that begin with # are comments. The log is converted to line protocol and reported on. A label is a row with file,
class, event, onset_step, …, end_step. A label counts as found when an episode begins within two samples of its onset.
"""
import argparse
import collections
import csv
import json
import os
import subprocess
import tempfile

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIELDS = {"loss": "loss", "grad_norm": "grad_norm", "lr": "learning_rate"}


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def to_lines(path, folder):
    """Writes one .lp file for each run, and yields (file, name of the run)."""
    runs = collections.defaultdict(list)
    for row in rows(path):
        runs[row.get("run") or "log"].append(row)
    for run, steps in runs.items():
        name = os.path.basename(path)[:-4] + ("" if run == "log" else "-" + run)
        out = os.path.join(folder, name + ".lp")
        with open(out, "w") as file:
            for row in steps:
                values = [f"{wire}={row[column]}" for column, wire in FIELDS.items() if row.get(column)]
                if any(value.startswith("loss=") for value in values):
                    step = int(float(row["step"]))
                    file.write(f"train_step,run={name} step={step}i,{','.join(values)} {1000 * (step + 1)}\n")
        yield out, name


def report(path):
    out = subprocess.run([os.path.join(HOME, "foreshock"), "report", "--format", "json", path],
                         check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(out)


def text(episode):
    end = "open" if episode["end"] is None else episode["end"]
    move = episode["first_moves"][:1]
    mover = "".join(f", first {m['signal']}{'@' + m['layer'] if m['layer'] else ''} −{m['lead_steps']}" for m in move)
    return f"{episode['class']} {episode['start']}–{end}{mover}"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--labels")
    options.add_argument("files", nargs="+")
    given = options.parse_args()
    labels = collections.defaultdict(list)
    classes = {}
    for row in rows(given.labels) if given.labels else []:
        name = os.path.basename(row["file"])
        classes[name] = row["class"]
        if row["onset_step"]:
            labels[name].append((row["event"], int(row["onset_step"])))
    tally = collections.Counter()
    print("| run | label | losses | blips | episodes |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for path in given.files:
            base = os.path.basename(path)
            made = [(path, base)] if not path.endswith(".csv") else to_lines(path, folder)
            for lines, name in made:
                found = report(lines)
                episodes = found["episodes"]
                label = classes.get(base, "–")
                tally[label, "runs"] += 1
                tally[label, "with"] += bool(episodes)
                tally[label, "episodes"] += len(episodes)
                unmatched = list(episodes)
                for event, onset in labels.get(base, []):
                    hit = [e for e in unmatched if abs(e["start"] - onset) <= 2 * e["logged_every"]]
                    tally[event, "hit" if hit else "missed"] += 1
                    unmatched = [e for e in unmatched if e not in hit[:1]]
                if label != "–" and label != "diverges":
                    tally["unlabelled", "episodes"] += len(unmatched)
                print(f"| {name} | {label} | {found['samples']} | {found['blips']} |"
                      f" {'; '.join(map(text, episodes)) or '–'} |")
    print()
    for label in sorted({key[0] for key in tally if key[1] == "runs"}):
        print(f"{label}: {tally[label, 'runs']} runs, {tally[label, 'with']} with episodes,"
              f" {tally[label, 'episodes']} episodes")
    for event in ("sustained", "outlier"):
        print(f"labelled {event} events: {tally[event, 'hit']} found, {tally[event, 'missed']} not")
    print(f"episodes in labelled runs that no label names: {tally['unlabelled', 'episodes']}")


if __name__ == "__main__":
    main()

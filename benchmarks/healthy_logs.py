#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the critical alarms of `./foreshock replay` on public training logs that are labelled healthy.

    benchmarks/healthy_logs.py --labels labels.csv [--class healthy ...] [DIR]

A label is a row with file, class, …. The files are in DIR; the default is the directory of the labels.
postmortem_logs.py describes the form of a log. An incident counts once, when it first becomes critical (or, in the
column of warnings, at least a warning). The goal is at most 1 critical alarm per 100,000 steps.
"""
import argparse
import collections
import json
import os
import subprocess
import tempfile

from postmortem_logs import HOME, rows, to_lines

GOAL_PER_100K = 1.0


def replay(files):
    out = subprocess.run([os.path.join(HOME, "foreshock"), "replay", "--format", "json", *files],
                         check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def incidents(alarms, severities):
    """The first alarm of each incident that has one of the severities, by run."""
    found = {}
    for alarm in alarms:
        if alarm["severity"] in severities and alarm["state"] != "closed":
            found.setdefault(alarm["incident"], alarm)
    by_run = collections.defaultdict(list)
    for alarm in found.values():
        by_run[alarm["run"]].append(alarm)
    return by_run


def last_step(path):
    with open(path) as lines:
        return max(int(line.split("step=")[1].split("i")[0]) for line in lines)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--labels", required=True)
    options.add_argument("--class", dest="classes", nargs="+", default=["healthy"])
    options.add_argument("directory", nargs="?")
    given = options.parse_args()
    directory = given.directory or os.path.dirname(os.path.abspath(given.labels))
    files = sorted({row["file"] for row in rows(given.labels) if row["class"] in given.classes})
    with tempfile.TemporaryDirectory() as folder:
        made = [run for file in files for run in to_lines(os.path.join(directory, file), folder)]
        steps = {name: last_step(path) for path, name in made}
        alarms = replay([path for path, _ in made])
    critical, warning = incidents(alarms, ("critical",)), incidents(alarms, ("warning", "critical"))
    print("| run | steps | warnings or worse | critical |\n|---|---|---|---|")
    for name, last in steps.items():
        alarms_text = "; ".join(f"{a['kind']} at {a['step']}" for a in critical[name])
        print(f"| {name} | {last} | {len(warning[name])} | {alarms_text or '–'} |")
    total = sum(steps.values())
    for severity, by_run in (("critical", critical), ("warning or critical", warning)):
        count = sum(map(len, by_run.values()))
        print(f"\n{severity}: {count} in {total} steps of {len(steps)} runs, {1e5 * count / total:.2f} per 100k steps", end="")
    rate = 1e5 * sum(map(len, critical.values())) / total
    print(f"\ngoal of at most {GOAL_PER_100K:g} critical per 100k steps: {'met' if rate <= GOAL_PER_100K else 'missed'}")


if __name__ == "__main__":
    main()

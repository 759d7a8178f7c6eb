#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what the detectors of experts and of reinforcement learning find, in computed runs and in logs.

    benchmarks/experts_policies.py [--split train|validation|test] [--seeds 1,2,3] [LOG…]

Without logs the shapes that send such signals are computed with each seed and replayed (docs/corpus.md). In healthy
shapes an incident counts once for its kind, with its highest severity. In a sick shape a kind has found the trouble
with its first alarm from the row of the first sign on. The delay is the median number of rows since then, where it
was found. With LOG…, JSON lines of reinforcement learning, incidents are counted, apart for logs whose reward fell.
"""
import argparse
import collections
import json
import pathlib
import re
import statistics
import subprocess
import tempfile

import shapes

KINDS = {
    "dropped_tokens": ["experts-drop", "experts-collapse"],
    "router_entropy_collapse": ["experts-collapse"],
    "expert_overload": ["experts-collapse"],
    "router_bias_growth": ["experts-bias", "experts-collapse"],
    "policy_collapse": ["policy-collapse", "policy-noise"],
    "kl_growth": ["policy-drift"],
    "no_reward_spread": ["policy-spreadless"],
    "rollout_mismatch": ["policy-mismatch"],
}
OF_EXPERTS = list(KINDS)[:4]
CHOSEN = re.compile("experts|rewarded|policy-")
SEVERITIES = ["info", "warning", "critical"]
SENT = {"dropped_tokens": "dropped_token_share", "router_entropy_collapse": "router_entropy",
        "expert_overload": "expert_max_violation", "router_bias_growth": "router_bias_range",
        "policy_collapse": "policy_entropy", "kl_growth": "kl", "no_reward_spread": "zero_std_share",
        "rollout_mismatch": "logprob_difference_mean"}


def incidents(alarms, kind):
    """The highest severity of each incident of a kind, as an index of SEVERITIES."""
    found = {}
    for alarm in alarms:
        if alarm["kind"] == kind:
            found[alarm["incident"]] = max(found.get(alarm["incident"], 0), SEVERITIES.index(alarm["severity"]))
    return list(found.values())


def healthy(runs, alarms):
    print("\n| kind | healthy runs that send its signal | rows | info per 100,000 | warning | critical |\n|---|---|---|---|---|---|")
    for kind in KINDS:
        able = [run for run in runs if run.healthy and SENT[kind] in run.sent]
        counts = collections.Counter(worst for run in able for worst in incidents(alarms[run.key], kind))
        rows = sum(len(run.steps) for run in able)
        rates = [f"{1e5 * counts[worst] / max(1, rows):.1f} ({counts[worst]})" for worst in range(3)]
        print(f"| `{kind}` | {len(able)} | {rows:,} | " + " | ".join(rates) + " |")
    others = [alarm for run in runs if run.healthy for alarm in alarms[run.key] if alarm["kind"] not in KINDS]
    found = collections.Counter((a["kind"], a["severity"]) for a in others if a["state"] == "open")
    print("\nother kinds that opened in these runs:", ", ".join(f"{k} {s} {n}" for (k, s), n in sorted(found.items())) or "none")


def sick(runs, alarms):
    print("\n| kind | shape | runs | found | rows after the first sign | as a warning or worse | rows | critical | rows |")
    print("|---|---|---|---|---|---|---|---|---|")
    for kind, names in KINDS.items():
        for shape in names:
            able = [run for run in runs if run.shape == shape and SENT[kind] in run.sent]
            cells = []
            for least in range(3):
                delays = [delay for run in able if (delay := delay_of(run, alarms[run.key], kind, least)) is not None]
                cells += [f"{len(delays)}/{len(able)}", f"{statistics.median(delays):.0f}" if delays else "–"]
            print(f"| `{kind}` | `{shape}` | {len(able)} | " + " | ".join(cells) + " |")


def delay_of(run, alarms, kind, least):
    rows = [run.row(alarm["step"]) for alarm in alarms
            if alarm["kind"] == kind and SEVERITIES.index(alarm["severity"]) >= least]
    return min((row - run.begins for row in rows if row >= run.begins), default=None)


def computed(split, seeds):
    runs, alarms = [], {}
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([shapes.HOME / "foreshock", "corpus", "--shapes", "--out", folder, "--seed", str(seed)],
                           check=True, stdout=subprocess.DEVNULL)
            own = shapes.read(pathlib.Path(folder), split, CHOSEN)
            found = shapes.replay([run.path for run in own])
        for run in own:
            run.key = (seed, run.name)
            alarms[run.key] = found[run.name]
        runs += own
    return runs, alarms


def rewards(log):
    rows = [json.loads(line) for line in open(log)]
    return [row[name] for row in rows for name in ("reward", "reward_mean", "critic/score/mean") if name in row]


def fell(log):
    """Whether the mean reward of the last fifth is below a half of that of the best fifth."""
    values = rewards(log)
    length = len(values) // 5
    fifths = [statistics.mean(values[k * length:(k + 1) * length]) for k in range(5)] if length else [0]
    return fifths[-1] < 0.5 * max(fifths)


def public(logs):
    out = subprocess.run([shapes.HOME / "foreshock", "replay", "--format", "json", *logs],
                         check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    alarms = [alarm for line in out.splitlines() if "incident" in (alarm := json.loads(line))]
    for name, chosen in [("whose reward fell by half or more", [log for log in logs if fell(log)]),
                         ("whose reward did not fall", [log for log in logs if not fell(log)])]:
        runs = {re.sub(r"(\.(jsonl|log|txt))+$", "", pathlib.Path(log).name) for log in chosen}
        rows = sum(len(rewards(log)) for log in chosen)
        print(f"\n{len(chosen)} logs {name}, {rows:,} rows\n\n| kind | info | warning | critical | runs |\n|---|---|---|---|---|")
        own = [alarm for alarm in alarms if alarm["run"] in runs]
        for kind in sorted({alarm["kind"] for alarm in own}):
            counts = collections.Counter(incidents(own, kind))
            among = len({alarm["run"] for alarm in own if alarm["kind"] == kind})
            print(f"| `{kind}` | {counts[0]} | {counts[1]} | {counts[2]} | {among} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=["train", "validation", "test"], default="validation")
    parser.add_argument("--seeds", default="1", type=lambda text: [int(seed) for seed in text.split(",")])
    parser.add_argument("logs", metavar="LOG", nargs="*")
    options = parser.parse_args()
    if options.logs:
        public(options.logs)
        return
    runs, alarms = computed(options.split, options.seeds)
    healthy(runs, alarms)
    sick(runs, alarms)


if __name__ == "__main__":
    main()

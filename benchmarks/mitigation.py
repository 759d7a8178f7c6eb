#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures whether rollbacks help: trains runs that spike, each under several policies of a real monitor.

    benchmarks/mitigation.py --out DIR [--runs NAME,...] [--workers 2] [--json FILE]

A run is trained again, with the same seed, under each policy. Each policy has its own monitor, with the defaults except
for the settings in POLICIES (skip 200 batches, at most 3 rollbacks, then a pause). Runs that do not spike without
intervention are left out. Results are kept in DIR/results.json and not measured again.

The healthy course is the loss of the same seed at a good learning rate, without disturbance and without a monitor. The
columns of the tables mean:

    spiked         after WARM_UP the loss was MARGIN above the healthy course (both as means of WINDOW steps), or it was
                   non-finite at any time; before WARM_UP a lower learning rate only learns more slowly
    rolled back    the training run carried out a rollback; its first was requested at step r and went back to step t
    alarm again    of the runs rolled back: a critical alarm or a rollback request came in a later segment, after step t
                   and up to WITHIN steps after r or after the first spike without intervention, whichever is later
    spike again    of the runs rolled back: the run spiked in the same range; repeated garbage batches are in the loss
    paused         the policy gave up; the run was then stopped and continued without the policy to its end, which
                   counts below
    lost           the final loss (mean of the last FINAL steps) is MARGIN above the healthy course's, or non-finite
    steps again    steps trained in addition to the run's length

Alarms come before the loss rises. Therefore the range for recurrence also covers the spike without intervention.
"""
import argparse
import collections
import concurrent.futures
import contextlib
import json
import math
import os
import queue
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import servers

STEPS, WARM_UP = 240, 40
MARGIN, WINDOW, WITHIN, FINAL = 0.4, 10, 50, 20
SHAPE = f"--layers 2 --width 32 --heads 2 --context 32 --batch 4 --schedule constant --total-steps {STEPS} --threads 1"
GOOD = f"--learning-rate 0.01 --warmup-steps {WARM_UP}"
BURST = "--disturb garbage@121"

REWIND = "rewind_steps: 50"  # of 240 steps; the default of 100 would be most of what such a run has trained
POLICIES = {
    "nothing": "mode: observe",
    "rollback": f"mode: act, {REWIND}, skip_batches: 0, learning_rate_scale: 1",
    "rollback + skip": f"mode: act, {REWIND}, learning_rate_scale: 1",
    "rollback + lower rate": f"mode: act, {REWIND}, skip_batches: 0, lower_at_once: true",
    "as shipped": f"mode: act, {REWIND}",  # skip batches; also lower the learning rate for slow causes and after a recurrence
}

Case = collections.namedtuple("Case", "name kind seed options")
DATA, RATE = "bad data", "too high a rate"
CASES = [
    # Garbage belongs to batches and not to steps, so the run meets it again unless the batches are skipped.
    Case("burst-8", DATA, 1, f"{GOOD} {BURST}+8"),
    Case("burst-20", DATA, 2, f"{GOOD} {BURST}+20"),
    Case("burst-40", DATA, 3, f"{GOOD} {BURST}+40"),
    # The same for a more sensitive model: three times the learning rate, no clipping, and β2 = 0.999.
    Case("burst-8-hot", DATA, 2, f"--learning-rate 0.03 --warmup-steps 40 {BURST}+8"),
    Case("burst-20-hot", DATA, 3, f"--learning-rate 0.03 --warmup-steps 40 {BURST}+20"),
    Case("burst-20-unclipped", DATA, 1, f"{GOOD} --gradient-clip 0 {BURST}+20"),
    Case("burst-20-memory", DATA, 2, f"{GOOD} --adam-beta2 0.999 {BURST}+20"),
    # No batch is the cause: the learning rate is constant and far too high, and β2 is 0.999.
    Case("high-0.3", RATE, 1, "--learning-rate 0.3 --warmup-steps 40 --adam-beta2 0.999 --gradient-clip 0"),
    Case("high-0.3-clipped", RATE, 3, "--learning-rate 0.3 --warmup-steps 40 --adam-beta2 0.999"),
    Case("high-1", RATE, 2, "--learning-rate 1 --warmup-steps 40 --adam-beta2 0.999 --gradient-clip 0"),
    # The learning rate becomes too high during the warm-up.
    Case("warm-up-0.3", RATE, 1, f"--learning-rate 0.3 --warmup-steps {STEPS} --gradient-clip 0"),
    Case("warm-up-0.3-memory", RATE, 3, f"--learning-rate 0.3 --warmup-steps {STEPS} --adam-beta2 0.999"),
    Case("warm-up-1", RATE, 2, f"--learning-rate 1 --warmup-steps {STEPS} --gradient-clip 0"),
    # An error in the schedule: from step 121 the learning rate is 30 times as high as intended.
    Case("jump-30", RATE, 1, f"{GOOD} --disturb rate@121=30"),
]


class Trainer:
    """A process that trains one run after the other as `./foreshock train` does, with only one start of a JVM."""

    def __init__(self, folder):
        servers.require_built("trainer")
        self.log = os.path.join(folder, f"trainer-{id(self)}.log")
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [os.path.join(servers.HOME, "foreshock"), "train-many"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, text=True, env=dict(os.environ, FORESHOCK_BUILD="never"))

    def close(self):
        self.process.terminate()
        self.process.wait()

    def train(self, name, case, *more, each_second=lambda: None):
        options = f"--run {name} {SHAPE} --seed {case.seed} {case.options}".split()
        self.process.stdin.write(json.dumps([*options, *more]) + "\n")
        self.process.stdin.flush()
        while not select.select([self.process.stdout], [], [], 1)[0]:
            each_second()
        answer = json.loads(self.process.stdout.readline() or '{"status": "failed", "message": "the trainer ended"}')
        if answer["status"] != "done":
            raise RuntimeError(f"run {name}: {answer['message']}: {self.log}")


def losses(path):
    """(segment, step, loss) of each step in the order of training; the loss is NaN if it was not finite."""
    rows = []
    with open(path) as lines:
        for line in lines:
            if line.startswith("train_step,"):
                tags, fields = line.split(" ")[:2]
                values = dict(field.split("=", 1) for field in fields.split(","))
                segment = re.search(r",segment=(\d+)", tags)
                rows.append((int(segment.group(1)) if segment else 0, int(values["step"][:-1]),
                             float(values.get("loss", "nan"))))
    return rows


def healthy(trainer, case, folder):
    """The losses of the healthy course, by step."""
    path = os.path.join(folder, f"healthy-{case.seed}.lp")
    trainer.train("healthy", case._replace(options=GOOD), "--telemetry", path)
    return [loss for _, _, loss in losses(path)]


def stop_when_paused(server, name, stopped):
    """Stops a run that the policy has paused, and records that."""
    with contextlib.suppress(OSError):  # the run is not known yet
        commands = server.json(f"/api/v1/runs/{name}/commands")
        if not stopped and any(c["command"] == "pause" and c["status"] == "done" for c in commands):
            request = urllib.request.Request(f"http://127.0.0.1:{server.port}/api/v1/runs/{name}/commands",
                                             b'{"command": "stop"}', {"Content-Type": "application/json"})
            with urllib.request.urlopen(request):
                stopped.append(name)


def measure(trainer, server, policy, case, folder):
    """Trains one run under one policy, and returns its losses, alarms and commands."""
    home = os.path.join(folder, re.sub(r"\W+", "-", f"{policy}-{case.name}"))
    os.makedirs(home)
    keep = ["--checkpoints", os.path.join(home, "checkpoints"), "--checkpoint-every", "10", "--keep", "20"]
    file, rest, stopped = os.path.join(home, "run.lp"), os.path.join(home, "rest.lp"), []
    trainer.train(case.name, case, *keep, "--telemetry", f"http://127.0.0.1:{server.port}", "--telemetry", file,
                  each_second=lambda: stop_when_paused(server, case.name, stopped))
    rows = losses(file)
    if stopped:
        trainer.train(case.name, case, *keep, "--resume", "--telemetry", rest)
        rows += losses(rest)
    time.sleep(3)  # the last alarms reach the store within 2 s
    shutil.rmtree(home)
    return {"rows": rows, "paused": bool(stopped), "alarms": server.json(f"/api/v1/runs/{case.name}/alarms"),
            "commands": server.json(f"/api/v1/runs/{case.name}/commands")}


def first_spike(rows, course):
    """The first step, in the order of training, at which the loss was above the healthy course; None if never."""
    recent, segment = collections.deque(maxlen=WINDOW), None
    for at, step, loss in rows:
        if at != segment:
            recent, segment = collections.deque(maxlen=WINDOW), at
        recent.append(loss - course[step - 1])
        if math.isnan(loss) or (step > WARM_UP and len(recent) == WINDOW and sum(recent) / WINDOW >= MARGIN):
            return step
    return None


def spikes(results, case):
    """Whether a run spikes without intervention."""
    return first_spike(results[f"nothing: {case.name}"]["rows"], results[f"healthy {case.seed}"]) is not None


def judge(result, nothing, course):
    """The values of one run under one policy that the tables count."""
    rows, commands = result["rows"], result["commands"]
    rollbacks = [c for c in commands if c["command"] == "rollback" and c["status"] == "done"]
    final = [loss for _, _, loss in rows[-FINAL:]]
    final = math.inf if any(map(math.isnan, final)) else statistics.mean(final)
    alarms = [a for a in result["alarms"] if a["severity"] == "critical" and a["state"] != "closed"]
    verdict = {"spiked": first_spike(rows, course), "rollbacks": len(rollbacks), "paused": result["paused"],
               "first_critical": min((a["step"] for a in alarms), default=None),
               "kinds": sorted({a["kind"] for a in alarms}), "final_loss": final,
               "healthy_loss": statistics.mean(course[-FINAL:]), "steps_again": len(rows) - STEPS}
    verdict["lost"] = not final - verdict["healthy_loss"] < MARGIN
    if rollbacks:
        left, back = rollbacks[0]["step"], rollbacks[0]["arguments"]["to_step"]
        until = max(left, first_spike(nothing["rows"], course) or 0) + WITHIN
        later = [row for row in rows if row[0] > 0 and back < row[1] <= until]
        asked = [c["step"] for c in commands if c["command"] in ("rollback", "pause") and c["id"] > rollbacks[0]["id"]]
        asked += [a["step"] for a in alarms if a["segment"] > 0]
        verdict.update(rolled_back_from=left, rolled_back_to=back, looked_until=until,
                       alarm_again=any(back < step <= until for step in asked),
                       spike_again=first_spike(later, course) is not None)
    return verdict


def wilson(k, n, z=1.96):
    """k/n with Wilson's 95 % interval."""
    if not n:
        return "–"
    middle, half = k / n + z * z / 2 / n, z * math.sqrt(k / n * (1 - k / n) / n + z * z / 4 / n / n)
    low, high = ((middle + sign * half) / (1 + z * z / n) for sign in (-1, 1))
    return f"{k}/{n} ({max(0, low):.0%}–{min(1, high):.0%})"


def row(policy, verdicts):
    n = len(verdicts)
    back = [v for v in verdicts if v["rollbacks"]]
    count = {what: sum(bool(v.get(what)) for v in verdicts)
             for what in ("spiked", "paused", "lost", "alarm_again", "spike_again")}
    return [policy, str(n), f"{count['spiked']}/{n}", f"{len(back)}/{n}", wilson(count["alarm_again"], len(back)),
            wilson(count["spike_again"], len(back)), f"{count['paused']}/{n}", wilson(count["lost"], n),
            f"{statistics.median(v['final_loss'] for v in verdicts):.2f}",
            f"{statistics.median(v['final_loss'] - v['healthy_loss'] for v in verdicts):+.2f}",
            f"{statistics.median(v['steps_again'] for v in verdicts):.0f}"]


def table(kind, verdicts):
    """Prints the table of the runs of one kind that spike without intervention."""
    rows = [["policy", "runs", "spiked", "rolled back", "alarm again", "spike again", "paused", "lost",
             "final loss", "above healthy", "steps again"]]
    spiking = [case.name for case in CASES if case.kind == kind and ("nothing", case.name) in verdicts]
    for policy in POLICIES:
        rows += [row(policy, [verdicts[policy, name] for name in spiking])] if spiking else []
    widths = [max(map(len, column)) for column in zip(*rows)]
    rows.insert(1, ["-" * width for width in widths])
    print(f"\n{kind}: {', '.join(spiking)}\n")
    for cells in rows:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, metavar="DIR", help="directory of results.json")
    parser.add_argument("--runs", default=",".join(case.name for case in CASES), help="names of the runs (default: all)")
    parser.add_argument("--workers", type=int, default=2, help="number of training runs at the same time")
    parser.add_argument("--json", metavar="FILE", help="file for the values of each run that the tables count")
    options = parser.parse_args()
    names = options.runs.split(",")
    if unknown := set(names) - {case.name for case in CASES}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    servers.end_cleanly_on_signals()
    os.makedirs(options.out, exist_ok=True)
    kept = os.path.join(options.out, "results.json")
    results, lock = {}, threading.Lock()
    with contextlib.suppress(FileNotFoundError), open(kept) as file:
        results = json.load(file)

    trainers = queue.SimpleQueue()

    def do(key, work, *arguments):
        if key in results:
            return
        began, trainer = time.monotonic(), trainers.get()
        try:
            result = work(trainer, *arguments)
        finally:
            trainers.put(trainer)
        with lock:
            results[key] = result
            with open(kept + ".part", "w") as file:
                json.dump(results, file)
            os.replace(kept + ".part", kept)
        print(f"{key}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    cases = [case for case in CASES if case.name in names]
    cases.sort(key=lambda case: [c.name for c in CASES if c.kind == case.kind].index(case.name))  # the kinds in turn
    needed = [p for p in POLICIES if any(f"{p}: {c.name}" not in results for c in cases)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, contextlib.ExitStack() as processes, \
            concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        server = {policy: processes.enter_context(servers.Foreshock(
            folder, f"monitor {policy}", config=f"policy: {{{POLICIES[policy]}}}\n")) for policy in needed}
        for _ in range(options.workers if needed else 0):
            trainers.put(processes.enter_context(contextlib.closing(Trainer(folder))))
        with concurrent.futures.ThreadPoolExecutor() as starting:
            list(starting.map(lambda each: each.start(300), server.values()))
        seeds = {case.seed: case for case in cases}
        list(pool.map(lambda case: do(f"healthy {case.seed}", healthy, case, folder), seeds.values()))
        for spiking in (False, True):  # known once nothing was done
            work = [(policy, case) for case in cases if not spiking or spikes(results, case)
                    for policy in needed if (policy != "nothing") == spiking]
            list(pool.map(lambda at: do(f"{at[0]}: {at[1].name}", measure, server[at[0]], *at, folder), work))

    verdicts = {(policy, case.name): judge(results[f"{policy}: {case.name}"], results[f"nothing: {case.name}"],
                                           results[f"healthy {case.seed}"])
                for case in cases if spikes(results, case) for policy in POLICIES}
    for kind in (DATA, RATE):
        table(kind, verdicts)
    if options.json:
        with open(options.json, "w") as file:
            json.dump([{"policy": p, "run": n, **v} for (p, n), v in verdicts.items()], file, indent=1)


if __name__ == "__main__":
    main()

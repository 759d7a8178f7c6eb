#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""When `./foreshock replay` warned of recorded runs, beside when they really left their course.

    benchmarks/early_warning.py FILE.lp.gz ...

Onset by hindsight: the loss's (io.foreshock.predictors.evaluation.LossOnset), the first attention logit above
1e4, or the first non-finite value, whichever is earliest. Prints a table in Markdown.
"""
import gzip
import json
import math
import os
import subprocess
import sys

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WINDOW, SUSTAINED, RISE, LOGIT_LIMIT = 9, 25, 1.10, 1e4


def read(path):
    """Loss by step, and the first step with a logit above the limit or a value that is not finite."""
    losses, beyond = {}, None
    with gzip.open(path, "rt") as lines:
        for text in lines:
            name, fields, _ = text.rsplit(" ", 2)
            values = dict(field.split("=") for field in fields.split(","))
            if "step" not in values:
                continue
            step = int(values["step"][:-1])
            if name.startswith("train_step"):
                losses[step] = float(values.get("loss", "nan"))
            bad = float(values.get("attention_logit_max", 0)) > LOGIT_LIMIT or values.get("nonfinite", "0i") != "0i"
            if bad and (beyond is None or step < beyond):
                beyond = step
    return losses, beyond


def loss_onset(losses):
    steps = sorted(losses)
    values = [losses[s] if math.isfinite(losses[s]) else math.inf for s in steps]
    level = [sorted(values[t - WINDOW + 1 : t + 1])[WINDOW // 2] for t in range(WINDOW - 1, len(values))]
    best = math.inf
    for t, now in enumerate(level):
        best = min(best, now)
        ahead = level[t : t + SUSTAINED]
        if len(ahead) >= WINDOW and all(l > best * RISE for l in ahead):
            return steps[t + WINDOW - 1]
    return None


def alarms(path):
    out = subprocess.run([os.path.join(HOME, "foreshock"), "replay", "--format", "json", path],
                         check=True, capture_output=True, text=True, env=dict(os.environ, FORESHOCK_BUILD="never"))
    return [json.loads(line) for line in out.stdout.splitlines()]


def first(alarms, severities):
    return next((a for a in alarms if a["severity"] in severities and a["state"] != "closed"), None)


def main():
    print("| run | steps | onset | first warning | first critical | lead of the critical, steps |\n|---|---|---|---|---|---|")
    for path in sys.argv[1:]:
        losses, beyond = read(path)
        onsets = [step for step in (loss_onset(losses), beyond) if step is not None]
        onset = min(onsets) if onsets else None
        raised = alarms(path)
        warning, critical = first(raised, ("warning", "critical")), first(raised, ("critical",))
        lead = onset - critical["step"] if onset is not None and critical else None
        cells = (os.path.basename(path).split(".")[0], max(losses), onset or "healthy",
                 f"{warning['step']} {warning['kind']}" if warning else "–",
                 f"{critical['step']} {critical['kind']}" if critical else "–",
                 ("**false alarm**" if critical else "") if onset is None else "**missed**" if lead is None else f"{lead:+d}")
        print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""Telemetry of healthy runs for the benchmarks of the monitor. Every batch is new and costs little time to make.

A step has a `train_step` line of 14 fields and a `train_layer` line of 9 fields for each of twelve layers, or of as
many as `LAYERS` was set to. Every tenth step, layer lines have a tenth field, the entropy. Floats have the digits of
32-bit numbers, as `LineWriter` and our trainer write them. The loss is noise, and the other signals are noise added to a
slow wave, so that no detector has a reason to warn. 1,000 steps of a run are rendered once, as batches of 1,000 lines.
After that only the leading digits of step and time are replaced.
"""
import math
import random
import threading
import time

LAYERS = 12
BATCH_LINES = 1000
PERIOD_STEPS = 1000
PERIOD_SECONDS = 100  # a step takes 0.1 s; ten digits of nanoseconds are thus the same in every period
STEP, TIME = b"~S~", b"~T~"  # placeholders of the leading digits


def config_line(run, nanos):
    return (f'run_config,run={run} parameters=85000000i,layers={LAYERS}i,heads=12i,width=768i,context=1024i,'
            'vocabulary=50304i,batch_tokens=100000i,learning_rate=3.0E-4,warmup_steps=1000i,total_steps=10000000i,'
            'schedule="cosine",optimizer="adamw",adam_beta1=0.9,adam_beta2=0.95,adam_epsilon=1.0E-8,weight_decay=0.1,'
            'gradient_clip=1.0,qk_layernorm=false,z_loss_weight=0.0,framework="pytorch",precision="bf16"'
            f" {nanos}\n").encode()


class Signals:
    """The values of a healthy run; `noise` is relative."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.phase = self.random.random()

    def wave(self, step, middle, noise, swing=0.02):
        slow = math.sin(2 * math.pi * (step / PERIOD_STEPS + self.phase))
        return f"{middle * (1 + swing * slow + noise * self.random.gauss(0, 1)):.8g}"

    def step(self, at, run):
        wave = self.wave
        return (f"train_step,run={run} step=~S~{at:03d}i,loss={wave(at, 2.61, 0.008, 0)},learning_rate=0.0003,"
                f"tokens=~S~{at:03d}00000i,batch=~S~{at:03d}i,grad_norm={wave(at, 0.31, 0.08)},"
                f"update_rms={wave(at, 0.214, 0.02)},param_norm={wave(at, 512.7, 0.0005)},"
                f"logit_mean={wave(at, -3.1, 0.01)},logit_max={wave(at, 17.9, 0.03)},"
                f"log_z_mean={wave(at, 9.81, 0.004)},log_z_square_mean={wave(at, 97.4, 0.008)},"
                f"step_seconds={wave(at, 0.1, 0.03)},nonfinite=0i")

    def layer(self, at, run, layer):
        wave, deep = self.wave, 1 + layer / 4
        entropy = f"attention_entropy={wave(at, 3.4 / deep + 1, 0.01)}," if at % 10 == 0 else ""
        return (f"train_layer,run={run},layer={layer} step=~S~{at:03d}i,"
                f"attention_logit_max={wave(at, 6.2 * deep, 0.04)},{entropy}"
                f"grad_rms={wave(at, 0.00041 / deep, 0.08)},param_rms={wave(at, 0.0381 * deep, 0.0005)},"
                f"update_rms={wave(at, 0.214, 0.02)},rms_ratio={wave(at, 1.01, 0.02)},"
                f"update_abs_gt_half={wave(at, 0.0173, 0.05)},output_rms={wave(at, 1.7 * deep, 0.01)},nonfinite=0i")


class Batches:
    """The endless batches of one run, in order. Only one thread may use them at a time."""

    def __init__(self, run, seed, start_seconds, first_period):
        self.run = run
        self.start = int(start_seconds) // PERIOD_SECONDS
        self.first_period = first_period
        self.given = 0
        signals, lines = Signals(seed), []
        for at in range(PERIOD_STEPS):
            nanos = f"~T~{at * 100_000_000 + signals.random.randrange(1_000_000):011d}"
            lines.append(f"{signals.step(at, run)} {nanos}\n".encode())
            lines += (f"{signals.layer(at, run, layer)} {nanos}\n".encode() for layer in range(LAYERS))
        self.templates = [b"".join(lines[i * BATCH_LINES:(i + 1) * BATCH_LINES]) for i in range(PERIOD_STEPS * (LAYERS + 1) // BATCH_LINES)]
        self.fields = [fields(template) for template in self.templates]

    def next(self):
        """The next thousand lines and the number of their fields."""
        period, at = divmod(self.given, len(self.templates))
        self.given += 1
        text = self.templates[at].replace(STEP, b"%d" % (self.first_period + period))
        return text.replace(TIME, b"%08d" % (self.start + period)), self.fields[at]

    def config(self):
        return config_line(self.run, self.start * PERIOD_SECONDS * 10**9)

    def step(self):
        """The step within which the next batch begins."""
        period, at = divmod(self.given, len(self.templates))
        return (self.first_period + period) * PERIOD_STEPS + at * BATCH_LINES // (LAYERS + 1)


def fields(text):
    """The number of fields in the lines: every `=` except those of the tags."""
    layers = text.count(b"train_layer")
    return text.count(b"=") - (text.count(b"train_step") + 2 * layers)


def runs(names, first_period=1000, start_seconds=None):
    """Batches of several runs that began a day ago, so that no server rejects them as future or expired."""
    start = time.time() - 86400 if start_seconds is None else start_seconds
    return [Batches(name, seed, start, first_period) for seed, name in enumerate(names)]


class Rotation:
    """Batches of several runs in turn. Any thread may use it."""

    def __init__(self, batches):
        self.batches = batches
        self.at = 0
        self.lock = threading.Lock()

    def next(self):
        with self.lock:
            self.at = (self.at + 1) % len(self.batches)
            return self.batches[self.at].next()

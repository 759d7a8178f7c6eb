# SPDX-License-Identifier: Apache-2.0
"""The runs that pytorch_runs.py trains: three listed groups, or others drawn at random."""
import random
from dataclasses import dataclass


@dataclass
class Config:
    layers: int = 4
    heads: int = 4
    width: int = 64
    context: int = 64
    batch: int = 16
    learning_rate: float = 0.003
    total_steps: int = 400
    warmup_steps: int = 50
    schedule: str = "cosine"  # or ramp, which grows a thousandfold up to the peak
    optimizer: str = "adamw"  # or lion, sgd, muon
    beta1: float = 0.9
    beta2: float = 0.95
    epsilon: float = 1e-8
    gradient_clip: float = 0.0
    weight_decay: float = 1e-4  # independent of the learning rate
    qk_layernorm: bool = False
    z_loss_weight: float = 0.0
    norm: str = "pre"  # or post, rms
    swiglu: bool = False
    seed: int = 1
    rate_jump: tuple = ()  # (step, factor)
    garbage: tuple = ()  # (first step, batches of random bytes)
    log_every: int = 1
    loss_only: bool = False  # sends only loss and gradient norm


HEALTHY = {
    "h1": Config(),
    "h2": Config(learning_rate=0.01, warmup_steps=20, beta2=0.999),
    "h3": Config(width=48, layers=8, learning_rate=0.006, gradient_clip=1.0, norm="rms", swiglu=True),
    "h4": Config(qk_layernorm=True, learning_rate=0.03, z_loss_weight=1e-4),
    "h5": Config(rate_jump=(200, 0.1), garbage=(150, 1)),
    "h6": Config(optimizer="lion", learning_rate=0.0006, beta2=0.99),
    "h7": Config(optimizer="sgd", learning_rate=0.15, gradient_clip=1.0),
    "h8": Config(norm="post", learning_rate=0.001, warmup_steps=100),
    "h9": Config(total_steps=1200, width=32, layers=3, garbage=(700, 2)),
    "h10": Config(learning_rate=0.002, layers=2, total_steps=800, loss_only=True),
    "h11": Config(learning_rate=0.015, warmup_steps=100, layers=2, total_steps=500),
    "h12": Config(learning_rate=0.004, total_steps=900, width=32, log_every=10),
}
SLOW = {
    "p1": Config(learning_rate=0.1, warmup_steps=200),
    "p2": Config(learning_rate=1.0, schedule="ramp", total_steps=600),
    "p3": Config(learning_rate=0.3, warmup_steps=300, width=48, layers=6),
    "p4": Config(learning_rate=0.5, schedule="ramp", total_steps=600, norm="rms", swiglu=True, gradient_clip=1.0),
    "p5": Config(optimizer="lion", learning_rate=0.03, schedule="ramp", total_steps=500, beta2=0.99),
    "p6": Config(optimizer="sgd", learning_rate=20.0, schedule="ramp", total_steps=600),
    "p7": Config(norm="post", learning_rate=0.3, schedule="ramp", total_steps=600),
    "p8": Config(learning_rate=0.1, warmup_steps=400, total_steps=700, beta2=0.999, width=32, layers=3),
    "p9": Config(learning_rate=1.0, schedule="ramp", total_steps=1000, qk_layernorm=True, width=32),
    "p10": Config(learning_rate=0.5, schedule="ramp", total_steps=600, loss_only=True),
    "p11": Config(learning_rate=0.6, schedule="ramp", total_steps=1500, width=32, layers=3, log_every=10),
}
SUDDEN = {
    "s1": Config(rate_jump=(200, 30)),
    "s2": Config(learning_rate=0.006, garbage=(250, 40)),
    "s3": Config(rate_jump=(300, 50), gradient_clip=1.0, norm="rms", swiglu=True),
    "s4": Config(rate_jump=(200, 40), loss_only=True),
    "s5": Config(optimizer="sgd", learning_rate=0.15, rate_jump=(220, 60)),
}
QK_LAYERNORM = {
    "q1": Config(learning_rate=1.0, schedule="ramp", total_steps=800, qk_layernorm=True, width=48),
    "q2": Config(learning_rate=3.0, schedule="ramp", total_steps=700, qk_layernorm=True, width=32, layers=3, seed=2),
    "q3": Config(learning_rate=1.0, schedule="ramp", total_steps=600, qk_layernorm=True, norm="rms", swiglu=True),
    "q4": Config(learning_rate=1.0, schedule="ramp", total_steps=900, qk_layernorm=True, width=32, gradient_clip=1.0),
    "q5": Config(learning_rate=0.3, warmup_steps=500, total_steps=700, qk_layernorm=True, width=48, layers=3),
    "q6": Config(learning_rate=1.0, schedule="ramp", total_steps=600, qk_layernorm=True, width=32, batch=4, seed=3),
    "q7": Config(learning_rate=2.0, schedule="ramp", total_steps=1000, qk_layernorm=True, width=32, beta2=0.99, seed=4),
    "q8": Config(learning_rate=1.0, schedule="ramp", total_steps=600, qk_layernorm=True, norm="post", width=32),
}
MUON = {
    "m1": Config(optimizer="muon", learning_rate=1.0, schedule="ramp", total_steps=700, width=48),
    "m2": Config(optimizer="muon", learning_rate=1.0, schedule="ramp", total_steps=800, width=32, qk_layernorm=True),
    "m3": Config(optimizer="muon", width=48),
}
RUNS = {**HEALTHY, **SLOW, **SUDDEN, **QK_LAYERNORM, **MUON}
GOOD_RATE = {"adamw": 3e-3, "lion": 4e-4, "sgd": 0.1}


def draw(seed, healthy, slow, sudden):
    """Runs by name, with random optimizers, architectures, sizes and lengths."""
    r = random.Random(seed)

    def base():
        optimizer = r.choices(["adamw", "lion", "sgd"], [0.6, 0.2, 0.2])[0]
        norm = r.choices(["pre", "post", "rms"], [0.5, 0.2, 0.3])[0]
        c = Config(
            optimizer=optimizer, norm=norm, swiglu=norm == "rms", layers=r.choice([2, 2, 3, 4, 4, 6]),
            width=r.choice([32, 48, 64]), context=r.choice([32, 48, 64]), batch=r.choice([8, 16]),
            total_steps=r.choice([300, 400, 600, 800, 800, 1200, 1600]), gradient_clip=r.choice([0.0, 1.0]),
            qk_layernorm=r.random() < 0.2, z_loss_weight=r.choice([0, 0, 1e-4]), seed=r.randrange(1000),
            beta2={"adamw": r.choice([0.95, 0.95, 0.99, 0.999]), "lion": 0.99, "sgd": 0.99}[optimizer],
            weight_decay=r.choice([0, 1e-4, 1e-4]))
        good = GOOD_RATE[optimizer] * (0.33 if norm == "post" and optimizer != "lion" else 1)
        good *= 0.5 if optimizer == "sgd" and c.gradient_clip == 0 else 1
        c.warmup_steps = r.choice([10, 20, 50, 100])
        if c.total_steps >= 1200:
            c.width, c.layers, c.log_every = 32, min(c.layers, 3), r.choice([1, 1, 10])
        return c, good

    def a_healthy():
        c, good = base()
        c.learning_rate = good * r.choice([0.3, 0.6, 1, 1, 1.5, 2, 3])
        kind = r.choice(["plain", "plain", "plain", "blip", "blip2", "drop", "brisk"])
        if kind == "brisk" and c.optimizer == "adamw":
            c.learning_rate = good * 4
        if kind in ("blip", "blip2"):
            c.garbage = (r.randrange(80, c.total_steps - 50), 1 if kind == "blip" else 2)
        if kind == "drop":
            c.rate_jump = (r.randrange(80, c.total_steps - 50), r.choice([0.1, 0.3]))
        return kind, c

    def a_slow():
        c, good = base()
        kind = r.choice(["ramp", "ramp", "warmup", "warmup", "high", "eps"])
        tolerant = 3 if c.qk_layernorm else 1
        if kind == "ramp":
            c.schedule, c.learning_rate = "ramp", good * r.choice([60, 100, 200, 400]) * tolerant
        if kind == "warmup":
            c.learning_rate = good * r.choice([20, 40, 80]) * tolerant
            c.warmup_steps = int(c.total_steps * r.uniform(0.5, 0.95))
        if kind == "high":
            c.learning_rate, c.warmup_steps = good * r.choice([8, 15, 30]), r.choice([20, 50, 100])
        if kind == "eps":
            c.epsilon, c.schedule, c.learning_rate = r.choice([1e-3, 1e-2]), "ramp", good * r.choice([200, 500])
        return kind, c

    def a_sudden():
        c, good = base()
        c.learning_rate = good * r.choice([0.5, 1, 1.5])
        step = r.randrange(100, c.total_steps - 60)
        if r.random() < 0.6:
            c.rate_jump = (step, r.choice([20, 30, 50]))
            return "jump", c
        c.garbage = (step, r.choice([12, 25, 50]))
        return "garbage", c

    runs = {}
    for tag, make, count in (("h", a_healthy, healthy), ("p", a_slow, slow), ("s", a_sudden, sudden)):
        for i in range(count):
            kind, c = make()
            runs[f"{tag}-{kind}-{c.optimizer}-{c.norm}-{seed}-{i}"] = c
    return runs

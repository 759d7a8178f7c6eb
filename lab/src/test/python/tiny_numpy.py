# SPDX-License-Identifier: Apache-2.0
"""A tiny next-token model in numpy, for programs that are about a logger and not about a framework.

The learning rate is multiplied by 3,000 at DIVERGES_AT, and the run is lost. It then goes on until it is
stopped, so that a test can see the alarm while it trains.
"""
import time

import numpy as np

VOCABULARY, WIDTH, BATCH = 64, 32, 512
LEARNING_RATE, DIVERGES_AT, STEPS = 3e-3, 200, 20_000


def rate(step):
    """Learning rate; step from 0."""
    return LEARNING_RATE * (3000.0 if step >= DIVERGES_AT else min(1.0, (step + 1) / 20))


def batch(random):
    """Tokens, and those that follow them with some noise."""
    tokens = random.integers(VOCABULARY, size=BATCH)
    return tokens, (5 * tokens + 7 + random.integers(4, size=BATCH)) % VOCABULARY


def loss_and_gradients(p, tokens, targets):
    hidden = np.tanh(p["embedding"][tokens])
    logits = hidden @ p["head"]
    logits -= logits.max(axis=1, keepdims=True)
    exp = np.exp(logits)
    z = exp.sum(axis=1, keepdims=True)
    rows = np.arange(BATCH)
    loss = float(np.mean(np.log(z[:, 0]) - logits[rows, targets]))
    d_logits = exp / z
    d_logits[rows, targets] -= 1
    d_logits /= BATCH
    d_embedding = np.zeros_like(p["embedding"])
    np.add.at(d_embedding, tokens, (d_logits @ p["head"].T) * (1 - hidden**2))
    return loss, {"embedding": d_embedding, "head": hidden.T @ d_logits}


def steps():
    """Trains; yields step (from 1), loss, gradient norm and learning rate, about a hundred a second."""
    random = np.random.default_rng(0)
    p = {"embedding": random.normal(size=(VOCABULARY, WIDTH)), "head": random.normal(size=(WIDTH, VOCABULARY)) * 0.1}
    m = {k: np.zeros_like(v) for k, v in p.items()}
    v = {k: np.zeros_like(w) for k, w in p.items()}
    for step in range(STEPS):
        loss, gradients = loss_and_gradients(p, *batch(random))
        norm = float(np.sqrt(sum((g**2).sum() for g in gradients.values())))
        for k, g in gradients.items():
            m[k] += 0.1 * (g - m[k])
            v[k] += 0.05 * (g * g - v[k])
            direction = m[k] / (1 - 0.9 ** (step + 1)) / (np.sqrt(v[k] / (1 - 0.95 ** (step + 1))) + 1e-8)
            p[k] -= rate(step) * direction
        yield step + 1, loss, norm, rate(step)
        time.sleep(0.01)

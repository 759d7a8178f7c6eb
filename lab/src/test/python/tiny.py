# SPDX-License-Identifier: Apache-2.0
"""A tiny language model and a task of made-up text, on which the programs beside this file train.

The learning rate is multiplied by 3,000 at DIVERGES_AT, and the run is lost. The programs then go on
until they are stopped, so that a test can see the alarm while they train.
"""
import torch
import torch.nn.functional as F
from torch import nn

VOCABULARY, CONTEXT, WIDTH, BATCH = 64, 32, 64, 16
LEARNING_RATE, DIVERGES_AT, STEPS = 1e-3, 200, 4000


def rate_factor(step):
    """What the learning rate is multiplied by; step from 0."""
    return 3000.0 if step >= DIVERGES_AT else min(1.0, (step + 1) / 20)


def batch(step):
    """Sequences in which each token follows from the one before, with some noise."""
    generator = torch.Generator().manual_seed(step)
    tokens = torch.zeros(BATCH, CONTEXT + 1, dtype=torch.long)
    tokens[:, 0] = torch.randint(VOCABULARY, (BATCH,), generator=generator)
    for i in range(CONTEXT):
        noise = torch.randint(4, (BATCH,), generator=generator)
        tokens[:, i + 1] = (5 * tokens[:, i] + 7 + noise) % VOCABULARY
    return tokens


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.block = nn.TransformerEncoderLayer(WIDTH, 4, 4 * WIDTH, dropout=0.0, batch_first=True, norm_first=True)
        self.head = nn.Linear(WIDTH, VOCABULARY)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(CONTEXT))

    def forward(self, tokens):
        hidden = self.block(self.embedding(tokens[:, :-1]), src_mask=self.mask)
        return F.cross_entropy(self.head(hidden).flatten(0, 1), tokens[:, 1:].flatten())


def steps():
    """Trains in plain PyTorch; yields step (from 1), loss, gradient norm and learning rate."""
    torch.set_num_threads(1)
    model = Model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate_factor)
    for step in range(STEPS):
        loss = model(batch(step))
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        rate = optimizer.param_groups[0]["lr"]
        optimizer.step()
        schedule.step()
        yield step + 1, loss.item(), norm.item(), rate

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The trainer's model in eager PyTorch without any statistics, with which the trainer's speed is compared.

Shape, data, batch, clipping and optimizer are those of `foreshock train` with its defaults. The training loop is the
usual one. It trains until it is killed, and records when each step ended.
"""
import argparse
import math
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def rotary_tables(context, width):
    angles = torch.outer(
        torch.arange(context).float(), 10_000 ** (-torch.arange(0, width, 2).float() / width)
    )
    angles = torch.cat([angles, angles], dim=-1)
    return angles.cos(), angles.sin()


def rotate(x, cos, sin):
    left, right = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-right, left], dim=-1) * sin


class Block(nn.Module):
    def __init__(self, width, heads, context, attention):
        super().__init__()
        self.heads, self.attention = heads, attention
        self.norm1 = nn.LayerNorm(width, eps=1e-6, bias=False)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.norm2 = nn.LayerNorm(width, eps=1e-6, bias=False)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)
        cos, sin = rotary_tables(context, width // heads)
        self.register_buffer("cos", cos)
        self.register_buffer("sin", sin)
        self.register_buffer("future", torch.ones(context, context).triu(1).bool())

    def forward(self, x):
        B, T, D = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(B, T, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, self.cos, self.sin), rotate(k, self.cos, self.sin)
        if self.attention == "sdpa":
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = (q @ k.transpose(-2, -1)) / math.sqrt(q.shape[-1])
            y = scores.masked_fill(self.future, float("-inf")).softmax(dim=-1) @ v
        x = x + self.out(y.transpose(1, 2).reshape(B, T, D))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Gpt(nn.Module):
    def __init__(self, layers, width, heads, context, attention):
        super().__init__()
        self.embedding = nn.Embedding(256, width)
        self.blocks = nn.ModuleList(
            Block(width, heads, context, attention) for _ in range(layers)
        )
        self.norm = nn.LayerNorm(width, eps=1e-6, bias=False)
        self.head = nn.Linear(width, 256, bias=False)

    def forward(self, tokens):
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--context", type=int, default=128)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--attention", choices=["explicit", "sdpa"], default="explicit")
    parser.add_argument("--text", required=True)
    parser.add_argument("--out", required=True, help="file for the time at which each step ended, Unix seconds")
    options = parser.parse_args()

    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    text = torch.frombuffer(bytearray(open(options.text, "rb").read()), dtype=torch.uint8)
    model = Gpt(options.layers, options.width, options.heads, options.context, options.attention)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=1e-3, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1
    )
    with open(options.out, "w", buffering=1) as out:
        while True:
            at = torch.randint(len(text) - options.context, (options.batch, 1))
            passages = text[at + torch.arange(options.context + 1)].long()
            logits = model(passages[:, :-1])
            loss = F.cross_entropy(logits.reshape(-1, 256), passages[:, 1:].reshape(-1))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            out.write(f"{time.time():.6f} {loss.item():.4f}\n")


if __name__ == "__main__":
    main()

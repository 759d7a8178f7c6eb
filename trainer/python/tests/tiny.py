# SPDX-License-Identifier: Apache-2.0
"""A tiny GPT, and every statistic of its training computed again in float64 by the formulas of the contract."""

from __future__ import annotations

import math
from typing import Any, Callable

import torch
import torch.nn.functional as F
from torch import nn

Attend = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


def sdpa(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


class Block(nn.Module):
    def __init__(self, width: int, heads: int, key_heads: int, attend: Attend) -> None:
        super().__init__()
        self.heads, self.key_heads, self.attend = heads, key_heads, attend
        self.size = width // heads
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, key_heads * self.size)
        self.value = nn.Linear(width, key_heads * self.size)
        self.out = nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.scores: Any = None  # of the last forward pass, where `explicit` attends

    def split(self, x: torch.Tensor, heads: int) -> torch.Tensor:
        return x.unflatten(-1, (heads, self.size)).transpose(1, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        normed = self.norm_1(x)
        q = self.split(self.query(normed), self.heads)
        k = self.split(self.key(normed), self.key_heads)
        v = self.split(self.value(normed), self.key_heads)
        mixed = self.explicit(q, k, v) if self.attend is None else self.attend(q, k, v)
        x = x + self.out(mixed.transpose(1, 2).flatten(2))
        return x + self.mlp(self.norm_2(x))

    def explicit(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        shared = self.heads // self.key_heads
        k, v = k.repeat_interleave(shared, 1), v.repeat_interleave(shared, 1)
        positions = torch.arange(q.shape[2])
        hidden = positions > positions[:, None]
        self.scores = (q @ k.mT / math.sqrt(self.size)).masked_fill(hidden, -math.inf)
        return self.scores.softmax(-1) @ v


class Gpt(nn.Module):
    def __init__(self, attend: Attend | None = sdpa, layers: int = 2, key_heads: int = 4, vocabulary: int = 97) -> None:
        super().__init__()
        width, heads = 32, 4
        self.embedding = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(64, width)
        self.blocks = nn.ModuleList(Block(width, heads, key_heads, attend) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embedding(tokens) + self.positions(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


def made(seed: int = 0, **options: Any) -> Gpt:
    torch.manual_seed(seed)
    return Gpt(**options)


def batches(steps: int, batch: int = 3, length: int = 24, vocabulary: int = 97, seed: int = 1) -> list[torch.Tensor]:
    made_by = torch.Generator().manual_seed(seed)
    return [torch.randint(0, vocabulary, (batch, length + 1), generator=made_by) for _ in range(steps)]


def loss_of(model: nn.Module, tokens: torch.Tensor) -> torch.Tensor:
    logits = model(tokens[:, :-1])
    return F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), ignore_index=0)


def layer_of(name: str) -> str:
    if name.startswith("blocks."):
        return name.split(".")[1]
    return "head" if name.startswith(("norm", "head")) else "embedding"


class Reference:
    """The same training in float64, written out; ``step`` returns what telemetry must say."""

    def __init__(self, model: Gpt, rate: float, clip: float, betas: tuple[float, float] = (0.9, 0.999)) -> None:
        first = model.blocks[0]
        self.model = Gpt(None, len(model.blocks), first.key_heads, model.embedding.num_embeddings).double()
        self.model.load_state_dict(model.state_dict())
        self.rate, self.clip, self.betas, self.epsilon = rate, clip, betas, 1e-8
        self.mean = [torch.zeros_like(p) for p in self.model.parameters()]
        self.square = [torch.zeros_like(p) for p in self.model.parameters()]
        self.steps = 0

    def step(self, tokens: torch.Tensor) -> dict[str, dict[str, float]]:
        self.steps += 1
        outputs: list[torch.Tensor] = []
        handles = [b.register_forward_hook(lambda _m, _i, out: outputs.append(out.detach())) for b in self.model.blocks]
        logits = self.model(tokens[:, :-1]).flatten(0, 1)
        targets = tokens[:, 1:].flatten()
        loss = F.cross_entropy(logits, targets, ignore_index=0)
        grads = torch.autograd.grad(loss, list(self.model.parameters()))
        for handle in handles:
            handle.remove()
        norm = torch.sqrt(sum(g.square().sum() for g in grads))
        factor = min(1.0, self.clip / (float(norm) + 1e-6))
        kept = logits[targets != 0].detach()
        log_z = kept.logsumexp(1)
        values: dict[str, dict[str, float]] = {
            "step": {
                "loss": float(loss.detach()),
                "grad_norm": float(norm),
                "logit_mean": float(kept.mean()),
                "logit_max": float(kept.max()),
                "log_z_mean": float(log_z.mean()),
                "log_z_square_mean": float(log_z.square().mean()),
            }
        }
        gathered: dict[str, dict[str, list[torch.Tensor]]] = {}
        updates, parameters_squared, elements = [], 0.0, 0
        for i, ((name, p), g) in enumerate(zip(self.model.named_parameters(), grads)):
            clipped = g * factor
            self.mean[i] = self.betas[0] * self.mean[i] + (1 - self.betas[0]) * clipped
            self.square[i] = self.betas[1] * self.square[i] + (1 - self.betas[1]) * clipped**2
            root = (self.square[i] / (1 - self.betas[1] ** self.steps)).sqrt()
            u = self.mean[i] / (1 - self.betas[0] ** self.steps) / (root + self.epsilon)
            surprise = clipped / root.clamp(min=self.epsilon)
            before = p.detach().clone()
            with torch.no_grad():
                p.sub_(self.rate * u)
            updates.append(u.square().sum())
            parameters_squared += float(before.square().sum())
            elements += p.numel()
            into = gathered.setdefault(layer_of(name), {"g": [], "p": [], "u": [], "s": [], "l": []})
            for key, value in (
                ("g", g),
                ("p", before),
                ("u", u),
                ("s", surprise),
                ("l", (u.abs() > 0.5).double()),
            ):
                into[key].append(value.flatten())
        values["step"]["update_rms"] = math.sqrt(float(sum(updates)) / elements)
        values["step"]["param_norm"] = math.sqrt(parameters_squared)
        for label, of in gathered.items():
            rms = {key: float(torch.cat(parts).square().mean().sqrt()) for key, parts in of.items()}
            values[label] = {
                "grad_rms": rms["g"],
                "param_rms": rms["p"],
                "update_rms": rms["u"],
                "rms_ratio": rms["s"],
                "update_abs_gt_half": float(torch.cat(of["l"]).mean()),
            }
        for i, (block, output) in enumerate(zip(self.model.blocks, outputs)):
            scores = block.scores.detach()
            log_shares = scores.log_softmax(-1)[:1]  # entropy is measured on the first sequence
            entropy = -(log_shares.exp() * log_shares.clamp(min=-1e30)).sum(-1)
            values[str(i)] |= {
                "output_rms": float(output.square().mean().sqrt()),
                "attention_logit_max": float(scores.max()),
                "attention_entropy": float(entropy.mean()),
            }
        return values

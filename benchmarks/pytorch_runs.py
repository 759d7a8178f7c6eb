#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains tiny GPTs in eager PyTorch and records their telemetry in Foreshock's line protocol.

These runs test the forecast on another framework than our own trainer. Some stay healthy in spite of disturbances, some
become unstable slowly, and some diverge suddenly. pytorch_plan.py lists them; --draw SEED draws others. DIR/labels.json
has their labels, as `./foreshock replay --score --labels` reads them.

    benchmarks/pytorch_runs.py --text FILE --out DIR [RUN ...]     (pip install torch==2.13.0 numpy)
    benchmarks/pytorch_runs.py --text FILE --out DIR --draw 202 24 22 10
"""
import argparse
import gzip
import json
import math
import os
import statistics

import torch
import torch.nn.functional as F

from pytorch_plan import RUNS, draw

VOCABULARY = 256
START_NANOS = 1_790_000_000 * 10**9
STEP_NANOS = 250_000_000


def learning_rate(c, step):
    if c.schedule == "ramp":
        rate = c.learning_rate * 1000 ** (step / c.total_steps - 1)
    elif step <= c.warmup_steps:
        rate = c.learning_rate * step / c.warmup_steps
    else:
        done = (step - c.warmup_steps) / (c.total_steps - c.warmup_steps)
        rate = c.learning_rate * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * done)))
    return rate * (c.rate_jump[1] if c.rate_jump and step >= c.rate_jump[0] else 1)


def parameters(c):
    def normal(*shape, std):
        return torch.nn.Parameter(torch.nn.init.trunc_normal_(torch.empty(*shape), std=std, a=-2 * std, b=2 * std))

    def ones(size):
        return torch.nn.Parameter(torch.ones(size))

    d, hidden = c.width, 8 * c.width // 3 if c.swiglu else 4 * c.width
    p = {"embedding.table": torch.nn.Parameter(torch.randn(VOCABULARY, d) / math.sqrt(d))}
    for l in range(c.layers):
        p[f"{l}.qkv"] = normal(3 * d, d, std=d**-0.5)
        p[f"{l}.out"] = normal(d, d, std=d**-0.5)
        p[f"{l}.up"] = normal(hidden, d, std=d**-0.5)
        p[f"{l}.down"] = normal(d, hidden, std=hidden**-0.5)
        if c.swiglu:
            p[f"{l}.gate"] = normal(hidden, d, std=d**-0.5)
        p[f"{l}.norm1"], p[f"{l}.norm2"] = ones(d), ones(d)
        if c.qk_layernorm:
            p[f"{l}.qnorm"], p[f"{l}.knorm"] = ones(d // c.heads), ones(d // c.heads)
    p["head.norm"], p["head.table"] = ones(d), normal(VOCABULARY, d, std=d**-0.5)
    return p


class Model:
    def __init__(self, c, p):
        self.c, self.p = c, p
        half = c.width // c.heads
        angles = torch.arange(c.context)[:, None] * 10000 ** (-torch.arange(0, half, 2) / half)
        self.cos, self.sin = angles.cos(), angles.sin()
        self.mask = torch.full((c.context, c.context), -1e9).triu(1)

    def norm(self, x, weight):
        if self.c.norm == "rms":
            return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * weight
        return F.layer_norm(x, (x.shape[-1],), weight, None, 1e-6)

    def rotate(self, x):
        a, b = x[..., ::2], x[..., 1::2]
        return torch.cat([a * self.cos - b * self.sin, a * self.sin + b * self.cos], -1)

    def attention(self, x, l, seen):
        c, p = self.c, self.p
        size = c.width // c.heads
        q, k, v = (x @ p[f"{l}.qkv"].T).view(c.batch, c.context, 3, c.heads, size).permute(2, 0, 3, 1, 4)
        if c.qk_layernorm:
            q = F.layer_norm(q, (size,), p[f"{l}.qnorm"], None, 1e-6)
            k = F.layer_norm(k, (size,), p[f"{l}.knorm"], None, 1e-6)
        z = self.rotate(q) @ self.rotate(k).transpose(-1, -2) / math.sqrt(size) + self.mask
        a = z.softmax(-1)
        seen["attention_logit_max"] = z.detach().amax().item()
        seen["attention_entropy"] = -(a.detach() * (a.detach() + 1e-30).log()).sum(-1).mean().item()
        return (a @ v).transpose(1, 2).reshape(c.batch, c.context, c.width) @ p[f"{l}.out"].T

    def mlp(self, x, l):
        up = x @ self.p[f"{l}.up"].T
        hidden = F.silu(x @ self.p[f"{l}.gate"].T) * up if self.c.swiglu else F.gelu(up)
        return hidden @ self.p[f"{l}.down"].T

    def logits(self, tokens, seen):
        p, post = self.p, self.c.norm == "post"
        h = p["embedding.table"][tokens]
        seen["embedding"] = {"output_rms": h.detach().pow(2).mean().sqrt().item()}
        for l in range(self.c.layers):
            of_layer = seen[str(l)] = {}
            n1, n2 = p[f"{l}.norm1"], p[f"{l}.norm2"]
            h = h + self.attention(h if post else self.norm(h, n1), l, of_layer)
            h = self.norm(h, n1) if post else h
            h = h + self.mlp(h if post else self.norm(h, n2), l)
            h = self.norm(h, n2) if post else h
            of_layer["output_rms"] = h.detach().pow(2).mean().sqrt().item()
        logits = self.norm(h, p["head.norm"]) @ p["head.table"].T
        seen["head"] = {"output_rms": logits.detach().pow(2).mean().sqrt().item()}
        return logits


def orthogonal(m):
    """The nearest matrix with equal singular values, by five Newton-Schulz steps (Jordan, Muon, 2024)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = m.T if m.shape[0] > m.shape[1] else m
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        s = x @ x.T
        x = a * x + (b * s + c * s @ s) @ x
    return x.T if m.shape[0] > m.shape[1] else x


class Optimizer:
    def __init__(self, c, p):
        self.c, self.p = c, p
        self.m = {k: torch.zeros_like(v) for k, v in p.items()}
        self.v = {k: torch.zeros_like(v) for k, v in p.items()}

    def direction(self, name, g, step):
        """The update before the learning rate, and the sum of g²/max(v̂, ε²) if the optimizer has a v̂."""
        c, m, v = self.c, self.m[name], self.v[name]
        if c.optimizer == "lion":
            u = (m * c.beta1 + g * (1 - c.beta1)).sign()
            m.mul_(c.beta2).add_(g, alpha=1 - c.beta2)
            return u, None
        if c.optimizer == "muon" and g.dim() == 2 and name[0].isdigit():
            # blocks' matrices; as large as AdamW's updates are (Moonlight, arXiv 2502.16982)
            m.mul_(c.beta1).add_(g)
            return orthogonal(g + c.beta1 * m) * 0.2 * math.sqrt(max(g.shape)), None
        if c.optimizer == "sgd":
            return m.mul_(c.beta1).add_(g).clone(), None
        m.mul_(c.beta1).add_(g, alpha=1 - c.beta1)
        v.mul_(c.beta2).addcmul_(g, g, value=1 - c.beta2)
        v_hat = v / (1 - c.beta2**step)
        u = m / (1 - c.beta1**step) / (v_hat.sqrt() + c.epsilon)
        return u, (g * g / v_hat.clamp_min(c.epsilon**2)).sum().item()

    @torch.no_grad()
    def step(self, gradients, norm, step, rate, seen):
        c = self.c
        scale = min(1.0, c.gradient_clip / (norm + 1e-6)) if c.gradient_clip > 0 else 1.0
        sums = {}
        for name, p in self.p.items():
            u, ratio = self.direction(name, gradients[name] * scale, step)
            p.mul_(1 - c.weight_decay * rate / c.learning_rate).add_(u, alpha=-rate)
            s = sums.setdefault(name.split(".")[0], [0, 0.0, 0.0, 0.0, 0.0, 0])
            for i, value in enumerate((p.numel(), gradients[name].pow(2).sum().item(), u.pow(2).sum().item(),
                                       p.pow(2).sum().item(), ratio or 0.0, (u.abs() > 0.5).sum().item())):
                s[i] += value
        for layer, (n, g2, u2, p2, ratio, half) in sums.items():
            seen[layer] |= dict(grad_rms=math.sqrt(g2 / n), update_rms=math.sqrt(u2 / n),
                                param_rms=math.sqrt(p2 / n), update_abs_gt_half=half / n)
            if c.optimizer == "adamw":
                seen[layer]["rms_ratio"] = math.sqrt(ratio / n)
        total = [sum(s[i] for s in sums.values()) for i in range(4)]
        return math.sqrt(total[2] / total[0]), math.sqrt(total[3])


def line(measurement, tags, step, fields, nanos):
    finite = {k: v for k, v in fields.items() if math.isfinite(v)}
    text = "".join(f",{k}={v:.6g}" for k, v in finite.items())
    return f"{measurement},{tags} step={step}i,nonfinite={len(fields) - len(finite)}i{text} {nanos}\n"


def train(name, c, text, out):
    generator = torch.Generator().manual_seed(c.seed)
    torch.manual_seed(c.seed)
    p = parameters(c)
    model, optimizer = Model(c, p), Optimizer(c, p)
    count = sum(v.numel() for v in p.values())
    out.write(
        f"run_config,run={name} parameters={count}i,layers={c.layers}i,heads={c.heads}i,width={c.width}i,"
        f"context={c.context}i,batch_tokens={c.batch * c.context}i,learning_rate={c.learning_rate},"
        f"warmup_steps={c.warmup_steps}i,total_steps={c.total_steps}i,optimizer=\"{c.optimizer}\","
        f"adam_beta1={c.beta1},adam_beta2={c.beta2},adam_epsilon={c.epsilon},weight_decay={c.weight_decay},"
        f"gradient_clip={c.gradient_clip},qk_layernorm={str(c.qk_layernorm).lower()},"
        f"z_loss_weight={c.z_loss_weight},framework=\"pytorch\" {START_NANOS}\n")
    broken = 0
    for step in range(1, c.total_steps + 1):
        start = torch.randint(len(text) - c.context - 1, (c.batch,), generator=generator)
        passages = torch.stack([text[i : i + c.context + 1] for i in start])
        if c.garbage and c.garbage[0] <= step < sum(c.garbage):
            passages = torch.randint(VOCABULARY, passages.shape, generator=generator)
        seen = {}
        logits = model.logits(passages[:, :-1], seen)
        log_z = logits.logsumexp(-1)
        loss = F.cross_entropy(logits.view(-1, VOCABULARY), passages[:, 1:].reshape(-1))
        objective = loss + c.z_loss_weight * log_z.square().mean()
        gradients = dict(zip(p, torch.autograd.grad(objective, list(p.values()))))
        norm = math.sqrt(sum(g.pow(2).sum().item() for g in gradients.values()))
        rate = learning_rate(c, step)
        update_rms, param_norm = optimizer.step(gradients, norm, step, rate, seen)
        if step == 1 or step % c.log_every == 0:
            nanos = START_NANOS + step * STEP_NANOS
            fields = {"loss": loss.item(), "grad_norm": norm}
            if not c.loss_only:
                fields |= dict(learning_rate=rate, update_rms=update_rms, param_norm=param_norm,
                               logit_mean=logits.mean().item(), logit_max=logits.max().item(),
                               log_z_mean=log_z.mean().item(), log_z_square_mean=log_z.square().mean().item())
            out.write(line("train_step", f"run={name}", step, fields, nanos))
            for layer, fields in ({} if c.loss_only else seen).items():
                out.write(line("train_layer", f"run={name},layer={layer}", step, fields, nanos))
        broken += not math.isfinite(loss.item())
        if broken > 20:
            break


def onset(path):
    """The step at which a run diverged, by the rule of io.foreshock.predictors.evaluation.Hindsight."""
    steps, losses, found = [], [], []
    with gzip.open(path, "rt") as lines:
        for text in lines:
            name, fields, _ = text.rsplit(" ", 2)
            values = dict(field.split("=") for field in fields.split(","))
            if name.startswith("run_config"):
                continue
            step = int(values["step"][:-1])
            if name.startswith("train_step"):
                steps.append(step)
                losses.append(float(values.get("loss", "inf")))
            if values.get("nonfinite", "0i") != "0i" or float(values.get("attention_logit_max", 0)) > 1e4:
                found.append(step)
    lowest, above = math.inf, 0
    for t in range(8, len(losses)):
        lowest = min(lowest, statistics.median_high(losses[max(0, t - 24):t + 1]))
        above = above + 1 if statistics.median(losses[t - 8:t + 1]) > 1.1 * lowest else 0
        if above == 25 or t == len(losses) - 1 and above >= 18:
            found.append(steps[t - above + 1])
            break
    for t in range(25, len(losses) - 2):
        base = statistics.median(losses[t - 25:t])
        deviation = 1.4826 * statistics.median(abs(x - base) for x in losses[t - 25:t])
        if min(losses[t:t + 3]) > base + max(6 * deviation, 0.1 * base):
            found.append(steps[t])
            break
    return min(found, default=None), steps[-1]


def label(name, c, path):
    """The label of a run; None if it was pushed but did not diverge, or diverged before its 16th line."""
    start, steps = onset(path)
    if start is None and name[0] != "h" or start is not None and start <= 16 * c.log_every:
        return None
    struck = [at for at in (c.garbage[:1] + (c.rate_jump[:1] if c.rate_jump and c.rate_jump[1] > 1 else ()))]
    sudden = start is not None and any(at <= start <= at + 100 for at in struck)
    told = {"run": name, "class": "healthy" if start is None else "sudden" if sudden else "predictable",
            "steps": steps, "struck": struck, "family": {"optimizer": c.optimizer, "architecture": c.norm}}
    return told if start is None else told | {"onset": start}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--text", required=True, help="text file of about a megabyte to train on")
    options.add_argument("--out", required=True, help="directory for one .lp.gz file per run")
    options.add_argument("runs", nargs="*", help="names of the runs to train (default: all)")
    options.add_argument("--draw", nargs=4, type=int, metavar=("SEED", "HEALTHY", "SLOW", "SUDDEN"),
                         help="draw this many runs instead of training the listed ones")
    options = options.parse_args()
    runs = draw(*options.draw) if options.draw else RUNS
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    os.makedirs(options.out, exist_ok=True)
    with open(options.text, "rb") as file:
        text = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).long()
    labels = []
    for name in options.runs or runs:
        path = os.path.join(options.out, name + ".lp.gz")
        if not os.path.exists(path):
            with gzip.open(path + ".part", "wt") as out:
                train(name, runs[name], text, out)
            os.rename(path + ".part", path)
        labels.append(label(name, runs[name], path))
        print(name, flush=True)
    with open(os.path.join(options.out, "labels.json"), "w") as out:
        json.dump({"runs": [told for told in labels if told]}, out, indent=1)


if __name__ == "__main__":
    main()

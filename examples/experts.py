#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A tiny mixture of experts learns made-up words, watched by a monitor. It takes minutes on two cores.

    ./foreshock monitor                      # in another terminal
    python examples/experts.py               # healthy: a loss balances the experts
    python examples/experts.py --sick        # from step 200 on nothing balances, and the router learns too fast

Needs torch, transformers and foreshock. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import random

import torch
from transformers import MixtralConfig, MixtralForCausalLM

import foreshock

FALLS_ILL = 200


def model() -> MixtralForCausalLM:
    """Return a model of two layers with eight experts each, two for a token, of random weights."""
    config = MixtralConfig(
        vocab_size=128,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=64,
        num_local_experts=8,
        num_experts_per_tok=2,
        output_router_logits=True,
        router_aux_loss_coef=0.02,
    )
    return MixtralForCausalLM(config)


def words(draw: random.Random) -> list[str]:
    """Return a language: words of two to six letters."""
    return ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 6))) for _ in range(300)]


def batch(draw: random.Random, language: list[str]) -> torch.Tensor:
    """Return sixteen texts of 64 letters."""
    texts = [" ".join(draw.choices(language, k=40))[:64] for _ in range(16)]
    return torch.tensor([[ord(letter) for letter in text] for text in texts])


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sick", action="store_true")
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--run", help="name of the run; by default experts-healthy or experts-sick")
    options = parser.parse_args()
    torch.manual_seed(1)
    draw = random.Random(1)
    language = words(draw)
    mixture = model()
    routers = [p for name, p in mixture.named_parameters() if "gate.weight" in name]
    assert routers
    others = [p for name, p in mixture.named_parameters() if "gate.weight" not in name]
    optimizer = torch.optim.AdamW([{"params": others}, {"params": routers}], lr=1e-3, weight_decay=0.0)
    name = options.run or ("experts-sick" if options.sick else "experts-healthy")
    foreshock.watch(mixture, optimizer, run=name, config={"total_steps": options.steps})
    for step in range(1, options.steps + 1):
        if options.sick and step == FALLS_ILL:
            mixture.router_aux_loss_coef = 0.0
            optimizer.param_groups[1]["lr"] = 1.0
        text = batch(draw, language)
        out = mixture(input_ids=text, labels=text)
        out.loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if step % 100 == 0:
            print(f"step {step}: loss {out.loss.item():.3f}")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""A plain loop whose data is broken in one place: loop_that_obeys.py TEXT [--obey] [--steps N]. Prints one JSON object.

A small GPT learns bytes of a text. The batches 400 to 479 have random bytes, with losses twenty times as large, as
from a corrupt shard. The loop that obeys goes back and leaves them out.
"""

from __future__ import annotations

import argparse
import copy
import itertools
import json
import statistics
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from tiny import Gpt

import foreshock

BROKEN = range(400, 480)
CONTEXT, BATCH = 32, 16


def batch(text: torch.Tensor, number: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(number)
    if number in BROKEN:
        return torch.randint(1, 256, (BATCH, CONTEXT + 1), generator=random)
    starts = torch.randint(0, len(text) - CONTEXT - 1, (BATCH,), generator=random)
    return torch.stack([text[start : start + CONTEXT + 1] for start in starts.tolist()])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("text")
    parser.add_argument("--obey", action="store_true")
    parser.add_argument("--steps", type=int, default=900)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    with open(options.text, "rb") as file:
        text = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).long()
    model = Gpt(vocabulary=256)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    watching = foreshock.watch(model, optimizer, config={"total_steps": options.steps})
    saved: dict[int, object] = {}

    def save(step: int) -> str:
        saved[step] = copy.deepcopy((model.state_dict(), optimizer.state_dict()))
        return f"memory, step {step}"

    def load(step: int) -> int:
        newest = max(s for s in saved if s <= step)
        weights, state = copy.deepcopy(saved[newest])  # type: ignore[misc]
        model.load_state_dict(weights)
        optimizer.load_state_dict(state)
        return newest

    control = foreshock.control(optimizer, save=save, load=load) if options.obey else None

    def source(first: int) -> Iterator[torch.Tensor]:
        return (batch(text, number) for number in itertools.count(first))

    batches = source(0) if control is None else control.batches(source)
    step, losses, rollbacks = 0, [], 0
    while step < options.steps:
        if step % 50 == 0:
            save(step)
        tokens = next(batches)
        optimizer.zero_grad()
        logits = model(tokens[:, :-1])
        loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
        losses.append(loss.item())
        (loss * (20 if loss.item() > 5 and step > 100 else 1)).backward()
        optimizer.step()
        step += 1
        if control is not None:
            before = step
            step = control.obey(step)
            rollbacks += step < before
            if control.stopped:
                break
    watching.detach()
    print(json.dumps({"steps": step, "rollbacks": rollbacks, "final_loss": statistics.mean(losses[-50:])}))


if __name__ == "__main__":
    main()

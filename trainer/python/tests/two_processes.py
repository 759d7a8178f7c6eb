# SPDX-License-Identifier: Apache-2.0
"""One of two processes that train together: two_processes.py ddp|fsdp|alone RANK STORE_FILE."""

from __future__ import annotations

import sys

import torch
import torch.distributed as dist
from tiny import batches, loss_of, made

import foreshock
from foreshock import faults

RATE, CLIP, STEPS = 1e-3, 0.5, 3


def main(kind: str, rank: int, store: str) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
    model = made()
    trained: torch.nn.Module = model
    if kind == "fsdp":
        from torch.distributed.device_mesh import init_device_mesh
        from torch.distributed.fsdp import fully_shard

        mesh = init_device_mesh("cpu", (2,))
        for block in model.blocks:
            fully_shard(block, mesh=mesh)
        fully_shard(model, mesh=mesh)
    else:
        trained = torch.nn.parallel.DistributedDataParallel(model)
    optimizer = torch.optim.AdamW(trained.parameters(), lr=RATE, weight_decay=0.0)
    watching = None
    if kind != "alone" or rank == 0:
        watching = foreshock.watch(trained, optimizer, "together", attention_every=1)
    for tokens in batches(STEPS, batch=4):
        optimizer.zero_grad()
        mine = tokens.clamp(min=1).chunk(2)[rank]
        loss_of(trained, mine).backward()
        torch.nn.utils.clip_grad_norm_(trained.parameters(), CLIP)
        optimizer.step()
    if watching is not None:
        watching.detach()
        watching.run.end()
    assert faults.counts() == {}, faults.counts()
    dist.destroy_process_group()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])

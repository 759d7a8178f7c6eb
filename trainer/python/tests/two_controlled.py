# SPDX-License-Identifier: Apache-2.0
"""One of two processes that obey: two_controlled.py RANK STORE_FILE. Prints what it trained on."""

from __future__ import annotations

import sys
import time

import torch.distributed as dist

import foreshock


def main(rank: int, store: str) -> None:
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
    saved: list[int] = []

    def load(step: int) -> int:
        print("went back to", max(s for s in saved if s <= step))
        return max(s for s in saved if s <= step)

    control = foreshock.control(save=saved.append, load=load, run=foreshock.start("together"), every=4)
    batches = control.batches(lambda first: iter(range(first, 1000)))
    step, went_back = 0, False
    seen = []
    until = time.monotonic() + 10
    while (step < 40 or not went_back) and time.monotonic() < until:
        seen.append(next(batches))
        if (step + 1) % 3 == 0:
            saved.append(step + 1)
        before = step + 1
        step = control.obey(before)
        went_back |= step < before
        if step < before:
            seen = []
        time.sleep(0.02)
    print(seen[:8])
    control.close()
    dist.destroy_process_group()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])

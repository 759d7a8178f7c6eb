#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts how often a thread of Gloo still holds a tensor after `all_reduce` has returned, and for how long.

    benchmarks/gloo_release.py [--calls 3000]          # needs torch

Two processes reduce tensors of 500 numbers. A process that ends while such a thread is the last to hold a tensor
aborts; `foreshock/pytorch/together.py` waits for it.
"""
import argparse
import os
import tempfile
import time

import torch
import torch.distributed as dist


def measure(rank, store, calls):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
    held, longest = 0, 0.0
    for _ in range(calls):
        tensor = torch.ones(500)
        dist.all_reduce(tensor)
        began = time.perf_counter()
        if tensor._use_count() > 1:
            held += 1
            while tensor._use_count() > 1:
                pass
            longest = max(longest, time.perf_counter() - began)
    print(f"process {rank}: held after {held} of {calls} calls, at most {longest * 1e3:.1f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=3000)
    options = parser.parse_args()
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    with tempfile.TemporaryDirectory() as folder:
        children = []
        for rank in range(2):
            child = os.fork()
            if child == 0:
                measure(rank, os.path.join(folder, "store"), options.calls)
                os._exit(0)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)


if __name__ == "__main__":
    main()

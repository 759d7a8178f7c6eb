# SPDX-License-Identifier: Apache-2.0
"""Prints lines as torchtitan does, with a progress bar in between. Usage: PROGRAM DIR"""
import os
import sys

import tiny_numpy as tiny

os.makedirs(sys.argv[1], exist_ok=True)
with open(os.path.join(sys.argv[1], "train.log"), "w", buffering=1, encoding="utf-8") as log:
    print("[titan] 2026-01-01 10:00:00,000 - root - INFO - Training starts at step 1.", file=log)
    for step, loss, norm, _ in tiny.steps():
        print(f"\r{step:5d}/{tiny.STEPS} |{'#' * (step % 20):20}| 12.3it/s", end="\r", file=log)
        print(
            f"[titan] 2026-01-01 10:{step // 60 % 60:02d}:{step % 60:02d},000 - root - INFO - "
            f"\x1b[31mstep: {step:2}  \x1b[32mloss: {loss:7.4f}  \x1b[38mgrad_norm: {norm:7.4f}  "
            f"\x1b[34mmemory:  0.50GiB(1.00%)  \x1b[36mtps: 1,234  mfu: 1.00%\x1b[39m",
            file=log,
        )

# SPDX-License-Identifier: Apache-2.0
"""Logs to W&B offline. Usage: PROGRAM DIR"""
import os
import sys

import tiny_numpy as tiny
import wandb

os.environ["WANDB_MODE"] = "offline"
os.makedirs(sys.argv[1], exist_ok=True)
wandb.init(project="tiny", name="made-up", dir=sys.argv[1], config={"lr": tiny.LEARNING_RATE, "max_steps": tiny.STEPS})
for step, loss, norm, rate in tiny.steps():
    wandb.log({"train/loss": loss, "train/grad_norm": norm, "train/learning_rate": rate, "train/global_step": step})

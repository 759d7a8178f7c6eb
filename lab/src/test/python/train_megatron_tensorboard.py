# SPDX-License-Identifier: Apache-2.0
"""Writes event files as Megatron-LM does: each tag twice, the second against samples. Usage: PROGRAM DIR"""
import sys

import tiny_numpy as tiny
from tensorboardX import SummaryWriter

writer = SummaryWriter(sys.argv[1], max_queue=1, flush_secs=1)
for step, loss, norm, rate in tiny.steps():
    for name, value in (("lm loss", loss), ("grad-norm", norm), ("learning-rate", rate)):
        writer.add_scalar(name, value, step)
        writer.add_scalar(name + " vs samples", value, step * tiny.BATCH)

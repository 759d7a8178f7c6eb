# SPDX-License-Identifier: Apache-2.0
"""Trains with Hugging Face's Trainer. Usage: PROGRAM DIR REPORT_TO, such as tensorboard, mlflow, trackio, wandb"""
import os
import sys

import tiny
import torch
from transformers import Trainer, TrainingArguments

folder, report_to = sys.argv[1], sys.argv[2]
os.environ.setdefault("WANDB_MODE", "offline")
os.environ.setdefault("WANDB_DIR", folder)
os.makedirs(folder, exist_ok=True)


class Task(torch.utils.data.Dataset):
    """One item is one made-up batch's row."""

    def __len__(self):
        return tiny.STEPS * tiny.BATCH

    def __getitem__(self, index):
        return {"tokens": tiny.batch(index // tiny.BATCH)[index % tiny.BATCH]}


class Wrapped(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.model = tiny.Model()

    def forward(self, tokens):
        return {"loss": self.model(tokens)}


torch.set_num_threads(1)
model = Wrapped()
optimizer = torch.optim.AdamW(model.parameters(), lr=tiny.LEARNING_RATE)
arguments = TrainingArguments(
    output_dir=folder,
    run_name="tiny-transformers",
    report_to=[report_to],
    logging_steps=1,
    max_steps=tiny.STEPS,
    per_device_train_batch_size=tiny.BATCH,
    save_steps=100,
    use_cpu=True,
    disable_tqdm=True,
    trackio_space_id=None,  # without it the Trainer asks for a login to the Hub
)
Trainer(
    model=model,
    args=arguments,
    train_dataset=Task(),
    optimizers=(optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, tiny.rate_factor)),
).train()

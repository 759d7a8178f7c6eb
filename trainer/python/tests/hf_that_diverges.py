# SPDX-License-Identifier: Apache-2.0
"""Hugging Face's Trainer with a tiny Llama, whose learning rate becomes 3,000 times as large after step 200."""

from __future__ import annotations

import sys
from typing import Any

import torch
import transformers

import foreshock.huggingface  # noqa: F401 so that report_to knows it

JUMP, STEPS = 200, 300


class Jump(transformers.TrainerCallback):  # type: ignore[misc]
    def on_step_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        if state.global_step == JUMP:
            for group in more["optimizer"].param_groups:
                group["lr"] *= 3000


def main(output: str) -> None:
    torch.set_num_threads(1)
    config = transformers.LlamaConfig(
        vocab_size=64, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=4, max_position_embeddings=32,
    )  # fmt: skip
    made_by = torch.Generator().manual_seed(1)
    starts = torch.randint(0, 64, (2000, 1), generator=made_by)
    tokens = (starts + torch.arange(16) * 3) % 64  # so that there is something to learn
    arguments = transformers.TrainingArguments(
        output_dir=output, max_steps=STEPS, per_device_train_batch_size=8, logging_steps=1, report_to="foreshock",
        save_steps=50, use_cpu=True, disable_tqdm=True, learning_rate=1e-3, lr_scheduler_type="constant",
        logging_nan_inf_filter=False,
    )  # fmt: skip
    trainer = transformers.Trainer(
        model=transformers.LlamaForCausalLM(config),
        args=arguments,
        train_dataset=[{"input_ids": row, "labels": row} for row in tokens],
        callbacks=[Jump()],
    )
    trainer.train()


if __name__ == "__main__":
    main(sys.argv[1])

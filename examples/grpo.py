#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A tiny model learns by GRPO to write many different letters, watched by a monitor. It takes minutes on two cores.

    ./foreshock monitor                                  # in another terminal
    python examples/grpo.py                              # healthy
    python examples/grpo.py --sick constant-reward       # no group has a spread, so nothing is learned
    python examples/grpo.py --sick learning-rate         # no penalty, and a far too large learning rate

Needs torch, transformers, trl, datasets and foreshock. Nothing is downloaded: model and tokenizer are made here.
"""

from __future__ import annotations

import argparse
import string
import tempfile

import torch
import transformers
import trl
from datasets import Dataset
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

import foreshock
from foreshock.huggingface import ForeshockCallback

LONGEST = 12
SICK = ("constant-reward", "learning-rate")


def tokenizer() -> transformers.PreTrainedTokenizerFast:
    """Return a tokenizer whose tokens are letters and the blank."""
    tokens = ["<pad>", "<eos>", *string.ascii_lowercase, " "]
    letters = Tokenizer(models.WordLevel({token: i for i, token in enumerate(tokens)}, unk_token="<pad>"))
    letters.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    letters.decoder = decoders.Fuse()
    return transformers.PreTrainedTokenizerFast(tokenizer_object=letters, pad_token="<pad>", eos_token="<eos>")


def model(vocabulary: int) -> transformers.LlamaForCausalLM:
    """Return a model of random weights."""
    config = transformers.LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=32,
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=None,
    )
    return transformers.LlamaForCausalLM(config)


def different(completions: list[str], **_: object) -> list[float]:
    """Reward different letters, so that writing one letter again and again earns little."""
    return [len(set(text) - {" "}) / LONGEST for text in completions]


def constant(completions: list[str], **_: object) -> list[float]:
    """Reward everything alike, as a reward function does whose parser never finds an answer."""
    return [0.0] * len(completions)


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sick", choices=SICK)
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--run", help="name of the run; by default grpo-healthy or that of the illness")
    options = parser.parse_args()
    torch.manual_seed(1)
    letters = tokenizer()
    far = options.sick == "learning-rate"
    with tempfile.TemporaryDirectory() as folder:
        # TRL loads the reference model by its path
        model(len(letters)).save_pretrained(folder)
        letters.save_pretrained(folder)
        arguments = trl.GRPOConfig(
            output_dir=folder,
            max_steps=options.steps,
            per_device_train_batch_size=32,
            num_generations=8,
            max_completion_length=LONGEST,
            learning_rate=0.3 if far else 1e-3,
            max_grad_norm=0 if far else 1.0,
            beta=0.0 if far else 0.02,
            lr_scheduler_type="constant",
            logging_steps=1,
            logging_nan_inf_filter=False,
            save_strategy="no",
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
            seed=1,
        )
        trainer = trl.GRPOTrainer(
            folder,
            constant if options.sick == "constant-reward" else different,
            args=arguments,
            train_dataset=Dataset.from_dict({"prompt": ["say ", "the ", "an ", "of "] * 64}),
            processing_class=letters,
            callbacks=[ForeshockCallback(run=options.run or f"grpo-{options.sick or 'healthy'}")],
        )
        trainer.train()
    rewards = [row["reward"] for row in trainer.state.log_history if "reward" in row]
    print(
        f"mean reward of the first ten steps: {sum(rewards[:10]) / 10:.3f}, of the last: {sum(rewards[-10:]) / 10:.3f}"
    )
    run = foreshock.current()
    if run is not None:
        print(f"telemetry: {run.counts()}")


if __name__ == "__main__":
    main()

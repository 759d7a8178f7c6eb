# SPDX-License-Identifier: Apache-2.0
"""Settings of other people's programs, as fields of ``run_config``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foreshock import numbers

MOST = 200
LONGEST_TEXT = 1000
_DEEPEST = 6


def flat(settings: Mapping[Any, Any]) -> dict[str, object]:
    """Return settings without nesting (``model/n_layer``): numbers, truth values and texts, at most 200."""
    found: dict[str, object] = {}
    _add(found, "", settings, 0)
    return found


def _add(found: dict[str, object], path: str, settings: Mapping[Any, Any], depth: int) -> None:
    for key, value in settings.items():
        name = f"{path}/{key}" if path else str(key)
        if str(key).startswith("_") or len(found) >= MOST:
            continue
        if isinstance(value, Mapping):
            if depth < _DEEPEST:
                _add(found, name, value, depth + 1)
            continue
        known = numbers.plain(value)
        if isinstance(known, str):
            found[name] = known[:LONGEST_TEXT]
        elif known is not None:
            found[name] = known
        elif str(key).endswith("betas") and isinstance(value, (list, tuple)) and len(value) == 2:
            found["adam_beta1"], found["adam_beta2"] = value


def parsed(text: Any) -> Any:
    """Return what a text says: a number, a truth value, or the text itself."""
    if not isinstance(text, str):
        return text
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


# Names in the configurations of transformers' models, nanoGPT and torchtitan, for each field of ``run_config``.
_OF_MODELS = {
    "layers": ("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
    "width": ("hidden_size", "n_embd", "d_model", "dim"),
    "heads": ("num_attention_heads", "n_head", "n_heads"),
    "context": ("max_position_embeddings", "block_size", "n_positions", "max_seq_len"),
    "vocabulary": ("vocab_size",),
    "experts": ("num_local_experts", "num_experts", "n_routed_experts"),
    "active_experts": ("num_experts_per_tok", "top_k"),
}


def of_model(model: Any) -> dict[str, object]:
    """Return what a model's ``config`` says, by the names of ``run_config``."""
    config = getattr(model, "config", None)
    config = getattr(config, "text_config", config)
    found: dict[str, object] = {}
    for ours, theirs in _OF_MODELS.items():
        for name in theirs:
            value = config.get(name) if isinstance(config, dict) else getattr(config, name, None)
            if isinstance(value, int) and not isinstance(value, bool):
                found[ours] = value
                break
    return found


def of_optimizer(optimizer: Any) -> dict[str, object]:
    """Return the settings of one of PyTorch's optimizers, by the names of ``run_config``."""
    group = optimizer.param_groups[0]
    found: dict[str, object] = {
        "optimizer": type(getattr(optimizer, "optimizer", optimizer)).__name__.lower(),
        "learning_rate": _number(group.get("initial_lr", group.get("lr"))),
        "weight_decay": group.get("weight_decay"),
    }
    betas = group.get("betas")
    if isinstance(betas, (list, tuple)) and len(betas) >= 2:
        found["adam_beta1"], found["adam_beta2"] = betas[:2]
        found["adam_epsilon"] = _number(group.get("eps"))
    return {name: value for name, value in found.items() if value is not None}


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None

# SPDX-License-Identifier: Apache-2.0
"""What a model and its optimizers say about the run's settings."""

from __future__ import annotations

from torch import nn
from torch.optim import Optimizer

from foreshock import settings
from foreshock.pytorch.gradients import Gradients
from foreshock.pytorch.layers import Layers


def of(model: nn.Module, layers: Layers, optimizers: list[Optimizer], gradients: Gradients) -> dict[str, object]:
    """Return fields of ``run_config``; what is not known is None."""
    found = settings.of_model(model)
    embeddings = [m for m in model.modules() if isinstance(m, nn.Embedding)]
    if "width" not in found and embeddings:
        found["width"] = embeddings[0].embedding_dim
    if "vocabulary" not in found and embeddings:
        found["vocabulary"] = max(m.num_embeddings for m in embeddings)
    head = getattr(model, "lm_head", None)
    outside = {id(p) for m in [*embeddings, head] if isinstance(m, nn.Module) for p in m.parameters()}
    names = [name.lower() for name, _ in model.named_modules()]
    parameters = list(layers.parameters)
    return {
        **found,
        "framework": "pytorch",
        "parameters": sum(p.numel() for p in parameters),
        "parameters_non_embedding": sum(p.numel() for p in parameters if id(p) not in outside),
        "layers": len(layers.blocks),
        "qk_layernorm": any(name.endswith(("q_norm", "q_layernorm", "query_norm")) for name in names),
        "gradient_clip": None if gradients.clip is None else gradients.clip.max_norm,
        "precision": _precision(parameters),
        **settings.of_optimizer(optimizers[0]),
        "optimizer": "+".join(type(one).__name__.lower() for one in optimizers),
    }


def _precision(parameters: list[nn.Parameter]) -> str | None:
    kinds = {str(p.dtype).removeprefix("torch.") for p in parameters}
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    return {"bfloat16": "bf16", "float16": "fp16"}.get(kind, kind)

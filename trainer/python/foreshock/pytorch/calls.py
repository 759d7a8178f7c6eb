# SPDX-License-Identifier: Apache-2.0
"""Listens to the calls that all models make: attention, cross-entropy, backward, clipping, loss scaling.

The calls themselves go unchanged to the functions they were meant for, and return what those return.
"""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any, Callable

import torch
import torch.nn.functional as F

from foreshock import faults
from foreshock.patches import ImportWatch, Patches
from foreshock.pytorch.forward import here
from foreshock.pytorch.gradients import Gradients

_Call = Callable[..., Any]
_listeners: list[Gradients] = []
_installed: tuple[Patches, ImportWatch] | None = None
_inside = False  # whether an outer function has read the attention that runs now


def listen(gradients: Gradients) -> None:
    """Send losses, clipping and loss scaling there, and calls of attention to the model that runs."""
    global _installed  # noqa: PLW0603 the calls are those of the process
    if _installed is None:
        patches = Patches()
        _install(patches)
        late = ImportWatch(
            {
                "transformers.modeling_utils": lambda module: _transformers(patches, module),
                "flash_attn": lambda module: _flash_attention(patches, module),
                "torch.nn.attention.flex_attention": lambda module: patches.around(module, "flex_attention", _flex),
            }
        )
        late.install()
        _installed = patches, late
    _listeners.append(gradients)


def ignore(gradients: Gradients) -> None:
    """Send nothing there any more; after the last one everything is put back."""
    global _installed  # noqa: PLW0603 the calls are those of the process
    if gradients in _listeners:
        _listeners.remove(gradients)
    if not _listeners and _installed is not None:
        patches, late = _installed
        late.remove()
        patches.restore()
        _installed = None


def _install(patches: Patches) -> None:
    patches.around(F, "scaled_dot_product_attention", _sdpa)
    patches.around(F, "multi_head_attention_forward", _multi_head)
    patches.around(F, "cross_entropy", _cross_entropy)
    patches.around(torch.Tensor, "backward", _backward)
    clip = sys.modules["torch.nn.utils.clip_grad"]
    if hasattr(clip, "_get_total_norm") and hasattr(clip, "_clip_grads_with_norm_"):
        patches.around(clip, "_get_total_norm", _total_norm)
        patches.around(clip, "_clip_grads_with_norm_", _clip)
        patches.around(torch.nn.utils, "get_total_norm", _total_norm)
        patches.around(torch.nn.utils, "clip_grads_with_norm_", _clip)
    else:  # before torch 2.6
        patches.around(torch.nn.utils, "clip_grad_norm_", _clip_whole)
    scalers = [torch.amp.GradScaler] if hasattr(torch.amp, "GradScaler") else [torch.cuda.amp.GradScaler]
    for scaler in scalers:
        patches.around(scaler, "scale", _scale)
        patches.around(scaler, "step", _scaler_step)


# Attention


def _sdpa(
    original: _Call, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *args: Any, **named: Any
) -> Any:
    forward = here.forward
    if forward is not None and forward.on and not _inside:
        mask = args[0] if args else named.get("attn_mask")
        causal = args[2] if len(args) > 2 else named.get("is_causal", False)
        scale = args[3] if len(args) > 3 else named.get("scale")
        forward.attention(query, key, scale, causal, mask)
    return original(query, key, value, *args, **named)


def _multi_head(original: _Call, *args: Any, **named: Any) -> Any:
    """``nn.MultiheadAttention``: projects query and key as it does."""
    forward = here.forward
    if forward is None or not forward.on or torch.compiler.is_compiling():
        return original(*args, **named)
    with faults.harmless("reading nn.MultiheadAttention"):
        _read_multi_head(inspect.signature(original).bind(*args, **named))
    return _quietly(original, *args, **named)


def _quietly(original: _Call, *args: Any, **named: Any) -> Any:
    """Call a function whose attention has been read already."""
    global _inside  # noqa: PLW0603 one forward pass runs at a time
    before, _inside = _inside, True
    try:
        return original(*args, **named)
    finally:
        _inside = before


def _read_multi_head(call: inspect.BoundArguments) -> None:
    call.apply_defaults()
    at = call.arguments
    query, key, heads = at["query"], at["key"], at["num_heads"]
    forward = here.forward
    if forward is None or query.dim() != 3 or at["bias_k"] is not None or at["static_k"] is not None:
        return
    bias_q, bias_k = at["in_proj_bias"].chunk(3)[:2] if at["in_proj_bias"] is not None else (None, None)
    if at["use_separate_proj_weight"]:
        weight_q, weight_k = at["q_proj_weight"], at["k_proj_weight"]
    else:
        weight_q, weight_k = at["in_proj_weight"].chunk(3)[:2]
    with torch.no_grad():
        q = F.linear(query, weight_q, bias_q).reshape(*query.shape[:2], heads, -1).permute(1, 2, 0, 3)  # (B, H, T, D)
        k = F.linear(key, weight_k, bias_k).reshape(*key.shape[:2], heads, -1).permute(1, 2, 0, 3)
    mask = at["attn_mask"]
    seen = None
    if mask is not None:
        seen = ~mask if mask.dtype == torch.bool else mask > -1e4
        seen = seen.reshape(-1, heads, *seen.shape[1:]) if seen.dim() == 3 else seen[None, None]
    padding = at["key_padding_mask"]
    if padding is not None:
        visible = (~padding if padding.dtype == torch.bool else padding > -1e4)[:, None, None]
        seen = visible if seen is None else seen & visible
    forward.attention(q, k, None, False, seen)


def _flex(
    original: _Call, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *args: Any, **named: Any
) -> Any:
    forward = here.forward
    if forward is not None and forward.on and not torch.compiler.is_compiling():
        with faults.harmless("reading flex_attention"):
            call = inspect.signature(original).bind(query, key, value, *args, **named).arguments
            mask = _flex_mask(call.get("block_mask"), query, key)
            forward.attention(query, key, call.get("scale"), False, mask)
    result = original(query, key, value, *args, **named)
    if forward is not None and forward.on and isinstance(result, tuple):
        scores = getattr(result[1], "max_scores", None)  # of each row, exact, if the user asked for them
        if scores is not None:
            forward.largest(scores)
    return result


def _flex_mask(block_mask: Any, query: torch.Tensor, key: torch.Tensor) -> torch.Tensor | None:
    if block_mask is None:
        return None
    from torch.nn.attention.flex_attention import create_mask

    sizes = query.shape[0], query.shape[1], query.shape[2], key.shape[2]
    return create_mask(block_mask.mask_mod, *sizes, device=str(query.device))


def _transformers(patches: Patches, models: ModuleType) -> None:
    """All recent models of transformers call attention through one table."""
    table = getattr(models, "AttentionInterface", None)
    if table is not None:
        patches.around(table, "get_interface" if hasattr(table, "get_interface") else "__getitem__", _interface)


def _interface(original: _Call, *args: Any, **named: Any) -> Any:
    function = original(*args, **named)
    if not callable(function):
        return function

    def attend(
        module: Any, query: Any, key: Any, value: Any, attention_mask: Any = None, *more: Any, **settings: Any
    ) -> Any:
        forward = here.forward
        if forward is None or not forward.on:
            return function(module, query, key, value, attention_mask, *more, **settings)
        causal = attention_mask is None and query.shape[2] > 1 and _is_causal(module, settings)
        mask = attention_mask if isinstance(attention_mask, torch.Tensor) and attention_mask.dim() == 4 else None
        forward.attention(query, key, settings.get("scaling"), causal, mask)
        return _quietly(function, module, query, key, value, attention_mask, *more, **settings)

    return attend


def _is_causal(module: Any, settings: dict[str, Any]) -> bool:
    said = settings.get("is_causal")
    return bool(getattr(module, "is_causal", True) if said is None else said)


def _flash_attention(patches: Patches, library: ModuleType) -> None:
    """``flash_attn.flash_attn_func``: (batch, positions, heads, width)."""
    patches.around(library, "flash_attn_func", _flash)
    patches.around(library, "flash_attn_qkvpacked_func", _flash_packed)


def _flash(original: _Call, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, *args: Any, **named: Any) -> Any:
    forward = here.forward
    if forward is not None and forward.on and not _inside:
        scale = args[1] if len(args) > 1 else named.get("softmax_scale")
        causal = args[2] if len(args) > 2 else named.get("causal", False)
        forward.attention(q.transpose(1, 2), k.transpose(1, 2), scale, causal, None)
    return original(q, k, v, *args, **named)


def _flash_packed(original: _Call, qkv: torch.Tensor, *args: Any, **named: Any) -> Any:
    forward = here.forward
    if forward is not None and forward.on and not _inside:
        scale = args[1] if len(args) > 1 else named.get("softmax_scale")
        causal = args[2] if len(args) > 2 else named.get("causal", False)
        forward.attention(qkv[:, :, 0].transpose(1, 2), qkv[:, :, 1].transpose(1, 2), scale, causal, None)
    return original(qkv, *args, **named)


# Loss and gradients


def _cross_entropy(original: _Call, input: torch.Tensor, target: torch.Tensor, *args: Any, **named: Any) -> Any:
    loss = original(input, target, *args, **named)
    forward = here.forward
    if forward is not None and forward.on and not target.is_floating_point() and input.dim() > 1:
        ignored = args[2] if len(args) > 2 else named.get("ignore_index", -100)
        classes_last = input if input.dim() == 2 else input.movedim(1, -1)
        forward.logits(classes_last, target, ignored, loss)
    return loss


def _backward(original: _Call, self: torch.Tensor, *args: Any, **named: Any) -> Any:
    if here.forward is not None:
        here.forward.logits_seen = False  # the next cross-entropy is of another pass
    with faults.harmless("reading the loss"):
        if self.numel() == 1 and not args and named.get("gradient") is None:
            for listener in _listeners:
                listener.backward(self)
    return original(self, *args, **named)


def _scale(original: _Call, self: Any, outputs: Any) -> Any:
    scaled = original(self, outputs)
    if isinstance(outputs, torch.Tensor) and isinstance(scaled, torch.Tensor):
        for listener in _listeners:
            listener.scaled = (scaled, outputs)
    return scaled


def _scaler_step(original: _Call, self: Any, optimizer: Any, *args: Any, **named: Any) -> Any:
    with faults.harmless("reading the loss scale"):
        for listener in _listeners:
            listener.scaler_steps(self, optimizer)
    result = original(self, optimizer, *args, **named)
    with faults.harmless("reading the loss scale"):
        for listener in _listeners:
            listener.scaler_stepped(optimizer)
    return result


def _total_norm(original: _Call, *args: Any, **named: Any) -> Any:
    norms: list[tuple[Any, Any]] = []
    foreach = torch._foreach_norm

    def recording(tensors: Any, *more: Any, **rest: Any) -> Any:
        found = foreach(tensors, *more, **rest)
        norms.append((tensors, found))
        return found

    torch._foreach_norm = recording  # type: ignore[assignment]
    try:
        total = original(*args, **named)
    finally:
        torch._foreach_norm = foreach
    kind = args[1] if len(args) > 1 else named.get("norm_type", 2.0)
    with faults.harmless("reading gradient norms"):
        for listener in _listeners if float(kind) == 2 else []:
            listener.norms(norms)
    return total


def _clip(original: _Call, parameters: Any, max_norm: float, total_norm: torch.Tensor, *args: Any, **named: Any) -> Any:
    if not isinstance(parameters, (torch.Tensor, list, tuple)):
        parameters = list(parameters)
    result = original(parameters, max_norm, total_norm, *args, **named)
    with faults.harmless("reading the clipped norm"):
        for listener in _listeners:
            listener.clipped(parameters, float(max_norm), total_norm)
    return result


def _clip_whole(original: _Call, parameters: Any, max_norm: float, *args: Any, **named: Any) -> Any:
    parameters = parameters if isinstance(parameters, torch.Tensor) else list(parameters)
    total = original(parameters, max_norm, *args, **named)
    with faults.harmless("reading the clipped norm"):
        for listener in _listeners:
            listener.clipped(parameters, float(max_norm), total)
    return total

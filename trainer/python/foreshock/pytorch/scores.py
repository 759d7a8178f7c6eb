# SPDX-License-Identifier: Apache-2.0
"""Attention logits and entropy beside fused attention kernels, which return neither.

Measured are, for each head and without changing the user's kernel:

- the bound max‖q‖·max‖k‖·scale over the first sequences of the batch, about ROWS rows of each head;
- the largest logit q·k·scale on the rows of largest ‖q‖ of each sequence, in all ROWS for each head. Where the
  norms drive the growth of logits, as Wortsman et al. (Small-scale proxies, 2023) found, that is the maximum;
  it is always the maximum of batches with no more rows;
- the entropy of each row of the first sequence, exact: H = log Σ exp(s) - Σ p·s. Without a mask, Σ p·k comes from
  one more call of a fused kernel in which k stands for v, and Σ p·s = scale · q·(Σ p·k).

Masked positions do not count. Additive masks only mask: what they add to a logit is not part of it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch

# Rows of a head, over the whole batch, that a step looks at.
ROWS = 512
# Rows of scores that are computed at once where there is no fused kernel.
PIECE_ROWS = 256
# Additive masks below this mask.
MASKED_BELOW = -1e4


class Attention(NamedTuple):
    """What was measured, one element for each head; the last three are None if only the bound was wanted."""

    bound: torch.Tensor
    largest: torch.Tensor | None
    entropy: torch.Tensor | None  # sum over rows
    rows: torch.Tensor | None


@torch.no_grad()
def measure(
    query: torch.Tensor,
    key: torch.Tensor,
    scale: float | None = None,
    causal: bool = False,
    mask: torch.Tensor | None = None,
    exact: bool = True,
) -> Attention:
    """Measure one call of attention.

    :param query: (batch, heads, queries, width)
    :param key: (batch, key heads, keys, width); ``heads`` is a multiple of ``key heads``
    :param scale: factor of q·k; by default 1/√width
    :param causal: whether query i sees keys up to i
    :param mask: True where a query sees a key, or numbers that are added; broadcasts to (batch, heads, queries, keys)
    :param exact: whether largest logit and entropy are measured, too
    """
    query, key = query.detach(), key.detach()
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    if not torch.is_autocast_enabled(query.device.type):
        return _measure(query, key, scale, causal, mask, exact)
    with torch.autocast(query.device.type, enabled=False):
        return _measure(query, key, scale, causal, mask, exact)


def _measure(
    query: torch.Tensor, key: torch.Tensor, scale: float, causal: bool, mask: torch.Tensor | None, exact: bool
) -> Attention:
    sequences = -(-ROWS // query.shape[2])
    query_norms = _norms(query[:sequences])
    key_norms = _norms(key[:sequences]).amax((0, 2))
    if key.shape[1] != query.shape[1]:
        key_norms = key_norms.repeat_interleave(query.shape[1] // key.shape[1])
    bound = (query_norms.amax((0, 2)) * key_norms).mul_(abs(scale))
    if not exact:
        return Attention(bound, None, None, None)
    if len(query) > len(query_norms):
        query_norms = torch.cat([query_norms, _norms(query[sequences:])])
    largest = _largest(query, key, query_norms, scale, causal, mask)
    entropy, rows = _entropy(query[:1], key[:1], scale, causal, mask)
    return Attention(bound, largest, entropy, rows)


def _norms(vectors: torch.Tensor) -> torch.Tensor:
    norms: torch.Tensor = torch.linalg.vector_norm(vectors, dim=-1, dtype=torch.float32)  # (B, H, T)
    return norms


def _largest(
    query: torch.Tensor,
    key: torch.Tensor,
    norms: torch.Tensor,
    scale: float,
    causal: bool,
    mask: torch.Tensor | None,
) -> torch.Tensor:
    batch, heads, queries, _ = query.shape
    keys, shared = key.shape[2], heads // key.shape[1]
    rows = norms.topk(min(max(ROWS // batch, 1), queries), dim=2, sorted=False).indices  # (B, H, R)
    q = query.take_along_dim(rows[..., None], 2).float()
    k = key.float().repeat_interleave(shared, 1) if shared > 1 else key.float()
    scores = torch.matmul(q, k.transpose(2, 3)) * scale  # (B, H, R, S)
    if mask is not None:
        seen = _seen(mask).expand(batch, heads, queries, keys).take_along_dim(rows[..., None], 2)
        scores = scores.masked_fill_(~seen, -math.inf)
    elif causal:
        hidden = torch.arange(keys, device=query.device) > rows[..., None]
        scores = scores.masked_fill_(hidden, -math.inf)
    return scores.amax((0, 2, 3))


def _entropy(
    query: torch.Tensor, key: torch.Tensor, scale: float, causal: bool, mask: torch.Tensor | None
) -> tuple[torch.Tensor, torch.Tensor]:
    heads, queries, keys = query.shape[1], query.shape[2], key.shape[2]
    q = query.float()
    k = key.float()
    if k.shape[1] != heads:
        k = k.repeat_interleave(heads // k.shape[1], 1)
    if mask is None:
        fused = _fused(q, k, scale, causal)
        if fused is not None:
            mean_key, log_sum = fused
            rows = torch.full((heads,), float(queries), device=q.device)
            return (log_sum - (q * mean_key).sum(-1) * scale).sum((0, 2)), rows
    entropy = torch.zeros(heads, device=q.device)
    rows = torch.zeros(heads, device=q.device)
    whole = None if mask is None else _seen(mask)[:1].expand(1, heads, queries, keys)
    position = torch.arange(keys, device=q.device)
    for start in range(0, queries, PIECE_ROWS):
        end = min(start + PIECE_ROWS, queries)
        scores = torch.matmul(q[:, :, start:end], k.transpose(2, 3)) * scale  # (1, H, R, S)
        if whole is not None:
            seen = whole[:, :, start:end]
        elif causal:
            seen = position <= torch.arange(start, end, device=q.device)[:, None]
        else:
            seen = torch.ones((), dtype=torch.bool, device=q.device)
        log_shares = torch.log_softmax(scores.masked_fill(~seen, -math.inf), -1)
        rows_seen = seen.any(-1).expand(1, heads, end - start)
        # a row that sees nothing has no entropy; a share of 0 adds nothing
        of_row = -(log_shares.exp() * log_shares.clamp(min=-1e30)).sum(-1)
        entropy += torch.where(rows_seen, of_row, torch.zeros((), device=q.device)).sum((0, 2))
        rows += rows_seen.sum((0, 2))
    return entropy, rows


def _fused(q: torch.Tensor, k: torch.Tensor, scale: float, causal: bool) -> tuple[torch.Tensor, torch.Tensor] | None:
    """Return attention of q over k with k as values, and log Σ exp of each row; None without such a kernel."""
    if q.device.type == "cpu":
        found = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(q, k, k, 0.0, causal, scale=scale)
        return found[0], found[1]
    if q.device.type == "cuda":
        found = torch.ops.aten._scaled_dot_product_efficient_attention(q, k, k, None, True, 0.0, causal, scale=scale)
        return found[0], found[1][:, :, : q.shape[2]]
    return None


def _seen(mask: torch.Tensor) -> torch.Tensor:
    """Return a mask of four dimensions that is True where a query sees a key."""
    seen = mask if mask.dtype == torch.bool else mask.detach() > MASKED_BELOW
    while seen.dim() < 4:
        seen = seen.unsqueeze(0)
    return seen

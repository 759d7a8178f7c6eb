# SPDX-License-Identifier: Apache-2.0
"""Attention is measured beside every kernel, and equals the formulas of the contract in float64."""

from __future__ import annotations

import math
import sys
from types import ModuleType
from typing import Any, NamedTuple

import pytest

torch = pytest.importorskip("torch", reason="needs torch")

import torch.nn.functional as F  # noqa: E402
from recorder import Recorder  # noqa: E402
from tiny import Reference, batches, loss_of, made, sdpa  # noqa: E402
from watched import CLIP, RATE, STEPS, assert_equal, sent, train  # noqa: E402

import foreshock  # noqa: E402
from foreshock import Run, faults  # noqa: E402


def attend_by_hand(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    foreshock.attention(q, k)  # the line beside one's own kernel
    shared = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(shared, 1), v.repeat_interleave(shared, 1)
    hidden = torch.ones(q.shape[2], q.shape[2], dtype=torch.bool).triu(1)
    scores = (q @ k.mT / math.sqrt(q.shape[-1])).masked_fill(hidden, -math.inf)
    return scores.softmax(-1) @ v


def attend_with_mask(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    seen = torch.ones(q.shape[2], q.shape[2], dtype=torch.bool).tril()
    return F.scaled_dot_product_attention(q, k, v, attn_mask=seen)


def attend_with_added_mask(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    hidden = torch.full((q.shape[2], q.shape[2]), torch.finfo(q.dtype).min).triu(1)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=hidden)


def attend_by_flex(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    from torch.nn.attention import flex_attention as flex

    mask = flex.create_block_mask(lambda b, h, i, j: i >= j, None, None, q.shape[2], q.shape[2], device="cpu")
    # it has no backward on a CPU
    flex.flex_attention(q.detach(), k.detach(), v.detach(), block_mask=mask)
    hidden = torch.ones(q.shape[2], q.shape[2], dtype=torch.bool).triu(1)
    return (q @ k.mT / math.sqrt(q.shape[-1])).masked_fill(hidden, -math.inf).softmax(-1) @ v


@pytest.mark.parametrize(
    "attend",
    [sdpa, attend_with_mask, attend_with_added_mask, attend_by_flex, attend_by_hand],
    ids=lambda f: f.__name__,
)
def test_every_statistic_equals_a_float64_computation(recorder: Recorder, run: Run, attend: Any) -> None:
    if attend is attend_by_flex:
        pytest.importorskip("torch.nn.attention.flex_attention")
    model = made(attend=attend)
    reference = Reference(model, RATE, CLIP)
    steps = batches(STEPS)
    train(model, steps, run)
    found = sent(recorder)
    for step, tokens in enumerate(steps, 1):
        assert_equal(reference.step(tokens), found[step])


def test_grouped_query_attention_is_measured_for_each_query_head(recorder: Recorder, run: Run) -> None:
    model = made(attend=attend_by_hand, key_heads=2)
    reference = Reference(model, RATE, CLIP)
    steps = batches(1)
    train(model, steps, run)
    assert_equal(reference.step(steps[0]), sent(recorder)[1])
    heads = [r.tags["head"] for r in recorder.records("train_layer") if r.tags.get("head") and r.tags["layer"] == "0"]
    assert heads == ["0", "1", "2", "3"]


def test_between_exact_measurements_the_largest_logit_follows_the_norms(recorder: Recorder, run: Run) -> None:
    model = made()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    with foreshock.watch(model, optimizer, run, attention_every=2):
        for step in range(1, 4):
            if step == 3:  # logits grow fourfold
                with torch.no_grad():
                    for linear in (model.blocks[0].query, model.blocks[0].key):
                        linear.weight *= 2
                        linear.bias *= 2
            loss_of(model, batches(1)[0]).backward()
            optimizer.step()
    assert run.flush()
    found = sent(recorder)
    assert "attention_entropy" in found[1]["0"]  # the first step is measured exactly
    exact, followed = found[2]["0"]["attention_logit_max"], found[3]["0"]["attention_logit_max"]
    assert followed == pytest.approx(4 * exact, rel=1e-4)
    assert "attention_entropy" in found[2]["0"] and "attention_entropy" not in found[3]["0"]


@pytest.mark.parametrize("weights", [True, False])
def test_multihead_attention_of_torch_is_measured(recorder: Recorder, run: Run, weights: bool) -> None:
    class Layer(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attention = torch.nn.MultiheadAttention(16, 2, batch_first=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            hidden = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
            return x + self.attention(x, x, x, attn_mask=hidden, need_weights=weights)[0]

    torch.manual_seed(0)
    model = torch.nn.ModuleDict({"layers": torch.nn.ModuleList([Layer(), Layer()])})
    model.forward = lambda x: model.layers[1](model.layers[0](x))  # type: ignore[method-assign]
    x = torch.randn(3, 10, 16)
    module = model.layers[0].attention
    weight, bias = module.in_proj_weight.double(), module.in_proj_bias.double()
    q, k = (x.double() @ weight.T + bias).split(16, -1)[:2]
    q, k = (t.unflatten(-1, (2, 8)).transpose(1, 2) for t in (q, k))
    hidden = torch.ones(10, 10, dtype=torch.bool).triu(1)
    scores = (q @ k.mT / math.sqrt(8)).masked_fill(hidden, -math.inf)
    shares = scores[:1].softmax(-1)
    entropy = torch.special.entr(shares).sum(-1).mean()
    optimizer = torch.optim.AdamW(model.parameters())
    with foreshock.watch(model, optimizer, run, attention_every=1):
        model(x).square().mean().backward()
        optimizer.step()
    assert run.flush()
    fields = sent(recorder)[1]["0"]
    assert fields["attention_logit_max"] == pytest.approx(float(scores.max()), rel=1e-4)
    assert fields["attention_entropy"] == pytest.approx(float(entropy), rel=1e-4)


@pytest.mark.parametrize("kernel", ["eager", "sdpa"])
def test_models_of_transformers_are_measured(recorder: Recorder, run: Run, kernel: str) -> None:
    transformers = pytest.importorskip("transformers", reason="needs transformers")
    if kernel == "eager" and not hasattr(transformers.modeling_utils.AttentionInterface, "get_interface"):
        pytest.skip("before transformers 5 the eager kernel is in no table")
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=32,
        attn_implementation=kernel,
    )
    model = transformers.LlamaForCausalLM(config)
    optimizer = torch.optim.AdamW(model.parameters())
    tokens = torch.randint(0, 64, (2, 16))
    with foreshock.watch(model, optimizer, run, attention_every=1):
        out = model(tokens, labels=tokens, attention_mask=torch.ones_like(tokens), output_attentions=kernel == "eager")
        out.loss.backward()
        optimizer.step()
    assert run.flush()
    assert faults.counts() == {}
    found = sent(recorder)[1]
    assert found["step"]["loss"] == pytest.approx(float(out.loss.detach()), rel=1e-4)
    logits = out.logits.detach().double()[:, :-1]
    assert found["step"]["logit_max"] == pytest.approx(float(logits.max()), rel=1e-4)
    for layer in ("0", "1"):
        assert {"attention_logit_max", "attention_entropy", "output_rms"} <= set(found[layer])
    if kernel == "eager":
        entropy = torch.special.entr(out.attentions[0][:1].detach().double()).sum(-1).mean()
        assert found["0"]["attention_entropy"] == pytest.approx(float(entropy), rel=1e-4)
    assert recorder.config()["heads"] == 4 and recorder.config()["layers"] == 2


@pytest.mark.parametrize("packed", [False, True])
def test_calls_of_flash_attention_are_measured(
    recorder: Recorder, run: Run, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    library: Any = ModuleType("flash_attn")  # the real one runs on accelerators only

    def flash_attn_func(q: Any, k: Any, v: Any, dropout_p: float = 0.0, causal: bool = False) -> Any:
        return sdpa(*(t.transpose(1, 2) for t in (q, k, v))).transpose(1, 2)

    library.flash_attn_func = flash_attn_func
    library.flash_attn_qkvpacked_func = lambda qkv, causal=False: flash_attn_func(*qkv.unbind(2))
    monkeypatch.setitem(sys.modules, "flash_attn", library)

    def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        q, k, v = (t.transpose(1, 2) for t in (q, k, v))
        if packed:
            return library.flash_attn_qkvpacked_func(torch.stack([q, k, v], 2), causal=True).transpose(1, 2)
        return library.flash_attn_func(q, k, v, causal=True).transpose(1, 2)

    model = made(attend=attend)
    reference = Reference(model, RATE, CLIP)
    steps = batches(1)
    train(model, steps, run)
    assert_equal(reference.step(steps[0]), sent(recorder)[1])


def test_the_largest_scores_of_a_flex_kernel_are_taken_if_the_user_asks_for_them(
    recorder: Recorder, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    flex = pytest.importorskip("torch.nn.attention.flex_attention")

    class Aux(NamedTuple):
        max_scores: Any

    # as the kernel on an accelerator; there is none on a CPU
    def kernel(query: Any, key: Any, value: Any, **_: Any) -> Any:
        scores = query @ key.mT / math.sqrt(query.shape[-1])
        return scores.softmax(-1) @ value, Aux(scores.amax(-1) + 100)

    monkeypatch.setattr(flex, "flex_attention", kernel)
    model = made(attend=lambda q, k, v: flex.flex_attention(q, k, v, return_aux=None)[0])
    optimizer = torch.optim.AdamW(model.parameters())
    with foreshock.watch(model, optimizer, run, attention_every=100):
        loss_of(model, batches(1)[0]).backward()
        optimizer.step()
    assert run.flush()
    assert sent(recorder)[1]["0"]["attention_logit_max"] > 100

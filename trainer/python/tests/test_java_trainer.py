# SPDX-License-Identifier: Apache-2.0
"""The same model, data and seed give the same telemetry in PyTorch as in `foreshock train`, Foreshock's own trainer.

The text is as long as one sequence, so that every batch is the whole text. PyTorch goes on from a checkpoint of
the trainer, and both train three steps more.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from recorder import Recorder, parsed

torch = pytest.importorskip("torch", reason="needs torch")

import foreshock  # noqa: E402
from foreshock import Run  # noqa: E402

HOME = Path(__file__).resolve().parents[3]
LAYERS, HEADS, WIDTH, CONTEXT, BATCH, FIRST, LAST = 2, 2, 32, 48, 2, 2, 5
# What the trainer measures elsewhere or not at all in this comparison.
DIFFERENT = {"step", "tokens", "batch", "step_seconds", "nonfinite"}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (HOME / "trainer/target/foreshock-trainer.jar").exists():
        pytest.skip("needs the built trainer: mvn -DskipTests package")
    folder = tmp_path_factory.mktemp("java")
    (folder / "text").write_bytes((HOME / "README.md").read_bytes()[: CONTEXT + 1])
    options = {
        "run": "java", "total-steps": LAST, "warmup-steps": 0, "schedule": "CONSTANT", "layers": LAYERS,
        "heads": HEADS, "width": WIDTH, "context": CONTEXT, "batch": BATCH, "text": folder / "text",
        "telemetry": folder / "run.lp", "checkpoints": folder, "checkpoint-every": 1, "entropy-every": 1,
    }  # fmt: skip
    command = [str(HOME / "foreshock"), "train", *(f"--{name}={value}" for name, value in options.items())]
    done = subprocess.run(
        command, env={**os.environ, "FORESHOCK_BUILD": "never"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


def vectors(checkpoint: Path) -> dict[str, torch.Tensor]:
    data = checkpoint.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    found = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            found[name] = torch.frombuffer(bytearray(data[8 + size + start : 8 + size + end]), dtype=torch.float32)
    return found


def in_torch(flat: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return the trainer's vector as PyTorch's parameters; its matrices are (in, out)."""
    at = 0

    def take(*shape: int) -> torch.Tensor:
        nonlocal at
        size = int(torch.Size(shape).numel())
        at += size
        return flat[at - size : at].reshape(shape)

    found = {"embedding.weight": take(256, WIDTH)}
    for i in range(LAYERS):
        found[f"blocks.{i}.norm1.weight"] = take(WIDTH)
        query, key = take(WIDTH, HEADS, 2, WIDTH // HEADS).unbind(2)  # each head's side by side
        value = take(WIDTH, WIDTH)
        found[f"blocks.{i}.qkv.weight"] = torch.cat([query.flatten(1), key.flatten(1), value], 1).T
        found[f"blocks.{i}.out.weight"] = take(WIDTH, WIDTH).T
        found[f"blocks.{i}.norm2.weight"] = take(WIDTH)
        found[f"blocks.{i}.up.weight"] = take(WIDTH, 4 * WIDTH).T
        found[f"blocks.{i}.down.weight"] = take(4 * WIDTH, WIDTH).T
    found["norm.weight"] = take(WIDTH)
    found["head.weight"] = take(WIDTH, 256).T
    assert at == flat.numel()
    return {name: tensor.contiguous() for name, tensor in found.items()}


def test_telemetry_is_that_of_the_java_trainer(trained: Path, recorder: Recorder, run: Run) -> None:
    sys.path.insert(0, str(HOME / "benchmarks"))
    from pytorch_baseline import Gpt

    saved = vectors(trained / f"step-{FIRST:010d}.safetensors")
    model = Gpt(LAYERS, WIDTH, HEADS, CONTEXT, "sdpa")
    model.load_state_dict(in_torch(saved["parameters"]), strict=False)
    # the trainer stores the moments without their factors
    first, second = in_torch(saved["adam_first"] * (1 - 0.9)), in_torch(saved["adam_second"] * (1 - 0.95))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
    for name, parameter in model.named_parameters():
        state = {"step": torch.tensor(float(FIRST)), "exp_avg": first[name], "exp_avg_sq": second[name]}
        optimizer.state[parameter] = state
    text = torch.frombuffer(bytearray((trained / "text").read_bytes()), dtype=torch.uint8).long()
    tokens = text.repeat(BATCH, 1)
    with foreshock.watch(model, optimizer, run, attention_every=1):
        for _ in range(FIRST, LAST):
            optimizer.zero_grad()
            logits = model(tokens[:, :-1]).flatten(0, 1)
            torch.nn.functional.cross_entropy(logits, tokens[:, 1:].flatten()).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
    assert run.flush()

    ours = by_place(recorder.lines)
    theirs = by_place((trained / "run.lp").read_text().splitlines())
    compared = 0
    for place, fields in theirs.items():
        if place[0] <= FIRST:
            continue
        for name, value in fields.items():
            if name in DIFFERENT or (name, place[1]) == ("output_rms", "head"):
                continue
            assert ours[place].get(name) == pytest.approx(value, rel=1e-3, abs=1e-5), (place, name)
            compared += 1
    assert compared > 3 * (10 + 7 * LAYERS + 5 + 5)


def by_place(lines: list[str]) -> dict[tuple[int, str], dict[str, Any]]:
    """Return the fields of each step, and of each layer of it."""
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for line in lines:
        record = parsed(line)
        if record.measurement in ("train_step", "train_layer") and "head" not in record.tags:
            found.setdefault((record.fields["step"], record.tags.get("layer", "")), {}).update(record.fields)
    return found

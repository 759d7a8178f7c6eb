#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What watching costs a PyTorch run: a GPT trains in turns without and with the package `foreshock`.

    benchmarks/python_overhead.py                       # CPU: 10 M parameters, 8 sequences of 256
    benchmarks/python_overhead.py --device cuda         # 124 M, bf16, fused attention, compiled: goal 1 %
    benchmarks/python_overhead.py --only every=10 mirror
    benchmarks/python_overhead.py --inside              # time within the package's hooks, as a share of the step
    benchmarks/python_overhead.py --monitors            # a watched run whose monitor is of no use
    benchmarks/python_overhead.py --calls               # microseconds of one call, beside steps of 1 ms

`--inside` is the figure for machines whose speed changes from second to second: both parts of the share are of the
same step. It leaves out what the hooks cost indirectly (caches, the thread that sends), whose time is printed apart.

Turns of some steps follow each other in random order, so that a noisy machine slows all alike. The figure is the
median over rounds of (time with / time without - 1), with the quartiles. Telemetry goes to a server in another
process that answers 204. `floor` is the same comparison between two turns without the package: what the machine's
noise alone looks like.
"""

from __future__ import annotations

import argparse
import contextlib
import http.server
import multiprocessing
import os
import random
import socket
import statistics
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "trainer/python"))

import foreshock
import torch
import torch.nn.functional as F
from foreshock.run import Run
from torch import nn


class Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        q, k, v = (t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in self.qkv(self.norm_1(x)).chunk(3, -1))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).flatten(2))
        return x + self.mlp(self.norm_2(x))


class Gpt(nn.Module):
    def __init__(self, layers: int, width: int, heads: int, vocabulary: int, context: int) -> None:
        super().__init__()
        self.embedding, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embedding(tokens[:, :-1]) + self.positions.weight[: tokens.shape[1] - 1]
        for block in self.blocks:
            x = block(x)
        return F.cross_entropy(self.head(self.norm(x)).flatten(0, 1), tokens[:, 1:].flatten())


class Training:
    """One model that trains."""

    def __init__(self, options: argparse.Namespace) -> None:
        torch.manual_seed(0)
        self.options = options
        self.model = Gpt(*options.shape, options.context).to(options.device)
        self.net: nn.Module = torch.compile(self.model) if options.device == "cuda" else self.model
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=3e-4)
        size = (options.batch, options.context + 1)
        self.tokens = torch.randint(0, options.shape[3], size, device=options.device)
        self.log = lambda values: None
        self.steps = 0

    def step(self) -> None:
        cuda = self.options.device == "cuda"
        self.optimizer.zero_grad()
        with torch.autocast("cuda", torch.bfloat16) if cuda else contextlib.nullcontext():
            loss = self.net(self.tokens)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.steps += 1
        self.log({"loss": loss.item(), "grad_norm": norm.item(), "lr": 3e-4})

    def turn(self, steps: int) -> float:
        self.step()  # caches are warm again
        self.wait()
        before = time.perf_counter()
        for _ in range(steps):
            self.step()
        self.wait()
        return (time.perf_counter() - before) / steps

    def wait(self) -> None:
        if self.options.device == "cuda":
            torch.cuda.synchronize()


class Watched:
    """Watching as a turn of the comparison; in compiled models the hooks must stay."""

    def __init__(self, training: Training, run: Run, **options: int) -> None:
        self.training, self.run, self.options = training, run, options
        self.kept = self.attach() if training.options.device == "cuda" else None

    def attach(self) -> foreshock.pytorch.Watch:
        return foreshock.watch(self.training.model, self.training.optimizer, self.run, **self.options)

    def turn(self, steps: int) -> float:
        if self.kept is not None:
            return self.training.turn(steps)
        with self.attach():
            return self.training.turn(steps)


def inside(training: Training, run: Run, steps: int, every: int, attention_every: int) -> None:
    """Print the share of a step that is spent within the package, on the training thread."""
    from foreshock.pytorch import calls, forward, watching

    spent = {"hooks": 0.0, "depth": 0}

    def timed(owner: object, name: str) -> None:
        function = getattr(owner, name)

        def call(*args: object, **named: object) -> object:
            if spent["depth"]:
                return function(*args, **named)
            spent["depth"] = 1
            before = time.perf_counter()
            try:
                return function(*args, **named)
            finally:
                spent["hooks"] += time.perf_counter() - before
                spent["depth"] = 0

        setattr(owner, name, call)

    timed(forward.Forward, "output")
    timed(forward.Forward, "attention")
    timed(forward.Forward, "logits")
    for name in ("_before", "_after"):
        timed(watching.Watch, name)
    for name in ("backward", "norms", "clipped"):
        timed(calls.Gradients, name)
    with foreshock.watch(training.model, training.optimizer, run, every=every, attention_every=attention_every):
        training.turn(attention_every)
        shares, thread = [], cpu_of(run)
        for _ in range(steps):
            spent["hooks"] = 0.0
            before = time.perf_counter()
            training.step()
            whole = time.perf_counter() - before
            shares.append((100 * spent["hooks"] / (whole - spent["hooks"]), whole))
        exact = [share for i, (share, _) in enumerate(shares, 1) if (training.steps - steps + i) % attention_every == 0]
        others = [share for i, (share, _) in enumerate(shares, 1) if (training.steps - steps + i) % attention_every]
        mean = statistics.mean(share for share, _ in shares)
        step = statistics.median(whole for _, whole in shares)
        sending = 100 * (cpu_of(run) - thread) / sum(whole for _, whole in shares)
        print(
            f"every={every}, attention_every={attention_every}: {mean:.2f} % of a step of {step * 1e3:.0f} ms "
            f"(median {statistics.median(others or exact):.2f} %, with exact attention "
            f"{statistics.median(exact or others):.2f} %); the thread that sends {sending:.2f} %"
        )


def monitors(options: argparse.Namespace, good: str) -> None:
    """Compare watched steps of a small model while its monitor is well, and while it is not."""
    options.shape, options.context, options.batch = (2, 64, 4, 512), 64, 4
    addresses = {"well": good, "refuses": "http://127.0.0.1:1", "has no name": "http://no.such.host.invalid:8087"}
    for name, answer in (("silent", None), ("fails", b"HTTP/1.1 500 no\r\nContent-Length: 0\r\n\r\n"), ("nonsense", b"?\r\n")):
        addresses[name] = f"http://127.0.0.1:{answering(answer)}"
    runs = {name: Run(f"monitor {name}", url=url) for name, url in addresses.items()}
    training = Training(options)
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(options.rounds):
        for name in random.sample(sorted(runs), len(runs)):
            with foreshock.watch(training.model, training.optimizer, runs[name]):
                times[name].append(training.turn(options.turn))
    base = times["well"]
    print(f"a step: {statistics.median(base) * 1e3:.1f} ms; exceptions inside: {foreshock.faults.counts() or 'none'}")
    for name, run in runs.items():
        low, middle, high = statistics.quantiles([100 * (a / b - 1) for a, b in zip(times[name], base, strict=True)], n=4)
        print(f"{name}: {middle:+.1f} % ({low:+.1f} to {high:+.1f}); lines {run.counts()}")
        run.end(patience_seconds=0.1)


def calls(run: Run) -> None:
    """Print what single calls take on the training thread: a line, and a row of a tracker that is mirrored."""
    from foreshock.rows import Rows

    rows = Rows(lambda: run)
    values = {"loss": 2.5, "grad_norm": 1.5, "lr": 3e-4, "tokens": 1000.0, "accuracy": 0.5}

    def mirrored(step: int) -> None:
        rows.add(values, step, whole=True)

    for name, call in (("line of 5 values", lambda step: run.log(step, values)), ("mirrored row", mirrored)):
        for pause in (0.0, 0.001):
            took = []
            for step in range(3000):
                before = time.perf_counter()
                call(step)
                took.append(1e6 * (time.perf_counter() - before))
                if pause:
                    time.sleep(pause)
            took.sort()
            print(f"{name}, {pause * 1e3:.0f} ms apart: median {took[1500]:.1f} us, p99 {took[2970]:.1f} us")


def answering(answer: bytes | None) -> int:
    """Return the port of a server that gives this answer to whatever comes, or none."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            connection, _ = listening.accept()
            if answer is None:
                kept.append(connection)
                continue
            connection.recv(1 << 20)
            connection.sendall(answer)
            connection.close()

    kept: list[socket.socket] = []
    threading.Thread(target=serve, daemon=True).start()
    return int(listening.getsockname()[1])


def cpu_of(run: Run) -> float:
    """Return the CPU seconds of the thread that sends."""
    thread = run._sender._thread.native_id
    times = Path(f"/proc/self/task/{thread}/stat").read_text().rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")


class Mirrored:
    """A tracker's calls, mirrored: TensorBoard's writer, which writes to a file."""

    def __init__(self, training: Training, run: Run) -> None:
        self.training, self.run = training, run

    def turn(self, steps: int) -> float:
        with foreshock.mirror(self.run):
            return logging(self.training, steps)


class Logging:
    """The same tracker's calls, not mirrored: what `mirror` is compared with."""

    def __init__(self, training: Training) -> None:
        self.training = training

    def turn(self, steps: int) -> float:
        return logging(self.training, steps)


def logging(training: Training, steps: int) -> float:
    from torch.utils.tensorboard import SummaryWriter

    with contextlib.closing(SummaryWriter(training.options.folder)) as writer:

        def log(values: dict[str, float]) -> None:
            for name, value in values.items():
                writer.add_scalar(name, value, training.steps)

        training.log = log
        try:
            return training.turn(steps)
        finally:
            training.log = lambda values: None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def serve(port: multiprocessing.Queue) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.put(server.server_address[1])
    server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--turn", type=int, default=10, help="steps of a turn; a multiple of 10 has every statistic")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--only", nargs="+", default=["floor", "every=1", "every=10", "mirror"])
    parser.add_argument("--inside", action="store_true")
    parser.add_argument("--monitors", action="store_true")
    parser.add_argument("--calls", action="store_true")
    parser.add_argument("--folder", default="/tmp/foreshock-overhead")
    options = parser.parse_args()
    cuda = options.device == "cuda"
    options.shape = (12, 768, 12, 50304) if cuda else (12, 256, 8, 4096)
    options.context = 1024 if cuda else 256
    options.batch = options.batch or (16 if cuda else 8)

    port: multiprocessing.Queue = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(port,), daemon=True)
    server.start()
    os.environ["FORESHOCK_DIR"] = options.folder
    url = f"http://127.0.0.1:{port.get()}"
    if options.monitors:
        monitors(options, url)
        server.terminate()
        return
    run = foreshock.start("overhead", url=url)
    if options.calls:
        calls(run)
        run.end()
        server.terminate()
        return

    plain = Training(options)
    if options.inside:
        for every in (1, 10):
            inside(plain, run, options.rounds * 2, every, 10)
        run.end()
        server.terminate()
        return
    if cuda:
        plain.turn(3)  # compiled before anything is hooked
    turns = {"without": plain, "floor": plain, "logging": Logging(plain)}
    for name in options.only:
        if name.startswith("every="):
            turns[name] = Watched(Training(options) if cuda else plain, run, every=int(name[6:]))
        elif name == "mirror":
            turns[name] = Mirrored(plain, run)
    compared = {name: "logging" if name == "mirror" else "without" for name in options.only}
    wanted = {*compared, *compared.values()}
    print(
        f"{sum(p.numel() for p in plain.model.parameters()) / 1e6:.1f} M parameters, {options.batch} sequences of "
        f"{options.context}, torch {torch.__version__}, {torch.get_num_threads()} threads",
        file=sys.stderr,
    )
    times: dict[str, list[float]] = {name: [] for name in wanted}
    for turn in turns.values():
        turn.turn(2)
    for number in range(options.rounds):
        for name in random.sample(sorted(wanted), len(wanted)):
            times[name].append(turns[name].turn(options.turn))
        print(f"round {number + 1}: " + ", ".join(f"{n} {t[-1] * 1e3:.1f} ms" for n, t in times.items()), file=sys.stderr)
    print(f"a step without: {statistics.median(times[min(compared.values())]) * 1e3:.1f} ms")
    for name, base in compared.items():
        shares = [100 * (a / b - 1) for a, b in zip(times[name], times[base], strict=True)]
        low, middle, high = statistics.quantiles(shares, n=4)
        print(f"{name} against {base}: {middle:+.2f} % ({low:+.2f} to {high:+.2f})")
    print(f"lines: {run.counts()}", file=sys.stderr)
    run.end()
    server.terminate()


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""Sums and maxima over the processes of a run."""

from __future__ import annotations

import logging
import time
from typing import Any

import torch
import torch.distributed as dist

log = logging.getLogger("foreshock")

_RELEASE_SECONDS = 1.0


class Together:
    """Adds up what the processes measured, if each of them watches; otherwise leaves each its own.

    A process that waited for others which do not watch would wait for ever. So each process counts itself in
    the job's store before the first step. Any training step that synchronizes gradients comes after that, so
    that all processes read the same count at the end of the first step.
    """

    def __init__(self, number: int) -> None:
        self.processes = 1
        self.rank = 0
        self._key = f"foreshock/watching/{number}"
        self._agreed: bool | None = None
        self._reduced: tuple[torch.Tensor, ...] = ()
        if dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1:
            self.processes = dist.get_world_size()
            self.rank = dist.get_rank()
            self._store().add(self._key, 1)
        else:
            self._agreed = False

    def agreed(self) -> bool:
        """Whether all processes watch; decided after the first step."""
        if self._agreed is None:
            watching = self._store().add(self._key, 0)
            self._agreed = watching == self.processes
            if not self._agreed and self.rank == 0:
                log.warning(
                    "%d of %d processes watch, so only this one is measured; call foreshock.watch in each",
                    watching,
                    self.processes,
                )
        return self._agreed

    def reduce(self, sums: torch.Tensor, maxima: torch.Tensor) -> None:
        """Replace both by those of all processes. All of them must call this alike."""
        self._reduced = (sums, maxima)
        dist.all_reduce(sums, dist.ReduceOp.SUM)
        dist.all_reduce(maxima, dist.ReduceOp.MAX)

    def release(self) -> None:
        """Wait until no thread of Gloo holds the tensors that were reduced last, at most a second for each.

        Such a thread keeps them for a moment after ``all_reduce`` has returned. If it were the last to drop a
        tensor of Python's while the interpreter ends, the process would abort (pytorch/pytorch#179291). So they
        are kept here until then, and the run waits for that thread before it ends.
        """
        for tensor in self._reduced:
            if tensor.device.type == "cpu":
                _await_release(tensor)
        self._reduced = ()

    @staticmethod
    def _store() -> Any:
        return dist.distributed_c10d._get_default_store()


def _await_release(tensor: torch.Tensor) -> None:
    until = time.monotonic() + _RELEASE_SECONDS
    while tensor._use_count() > 1 and time.monotonic() < until:  # type: ignore[attr-defined]
        time.sleep(0.001)

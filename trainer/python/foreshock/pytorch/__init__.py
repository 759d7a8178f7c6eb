# SPDX-License-Identifier: Apache-2.0
"""Attaches PyTorch: hooks that measure every step, without waiting for the device or the monitor."""

from foreshock.pytorch.byhand import attention
from foreshock.pytorch.watching import Watch, watch

__all__ = ["Watch", "attention", "watch"]

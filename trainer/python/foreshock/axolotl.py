# SPDX-License-Identifier: Apache-2.0
"""Axolotl: ``plugins: [foreshock.axolotl.Plugin]`` in its configuration."""

from __future__ import annotations

from typing import Any

from axolotl.integrations.base import BasePlugin

from foreshock.huggingface import ForeshockCallback


class Plugin(BasePlugin):
    """Adds the callback of Hugging Face's Trainer."""

    def add_callbacks_post_trainer(self, cfg: Any, trainer: Any) -> list[Any]:
        """Return the callback; the run has the name of FORESHOCK_RUN."""
        return [ForeshockCallback()]

# SPDX-License-Identifier: Apache-2.0
"""Settings of any shape become fields of run_config."""

from __future__ import annotations

from foreshock import settings


def test_nested_settings_have_paths() -> None:
    given = {"lr": 0.1, "model": {"n_layer": 2, "name": "gpt", "list": [1]}, "_secret": 1, "none": None, "ok": True}
    assert settings.flat(given) == {"lr": 0.1, "model/n_layer": 2, "model/name": "gpt", "ok": True}


def test_both_betas_are_fields() -> None:
    assert settings.flat({"betas": [0.9, 0.95]}) == {"adam_beta1": 0.9, "adam_beta2": 0.95}


def test_there_are_at_most_200_settings_of_at_most_1000_characters() -> None:
    found = settings.flat({str(i): "x" * 2000 for i in range(300)})
    assert len(found) == 200
    assert {len(str(value)) for value in found.values()} == {1000}


def test_texts_are_what_they_say() -> None:
    assert [settings.parsed(text) for text in ("3", "3e-4", "True", "cosine", 5)] == [3, 3e-4, True, "cosine", 5]

# SPDX-License-Identifier: Apache-2.0
"""The wheels that `mvn -Pdist -DskipTests package` left in target/dist, installed once for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from installed import DIST, Installed, serving


@pytest.fixture(scope="session")
def wheels() -> list[Path]:
    found = sorted(DIST.glob("foreshock*.whl"))
    if len(found) != 2:
        pytest.skip(f"no wheels in {DIST}: mvn -B -Pdist -DskipTests package makes them")
    return found


@pytest.fixture(scope="session")
def installed(wheels: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"), wheels)


@pytest.fixture(scope="session")
def monitor(installed: Installed) -> Iterator[str]:
    """The address of a running monitor."""
    with serving(installed, "data") as url:
        yield url


@pytest.fixture(scope="session")
def acting(installed: Installed) -> Iterator[str]:
    """The address of a running monitor that commands."""
    configuration = installed.directory / "acting.yaml"
    configuration.write_text("policy: {mode: act}\n")
    with serving(installed, "acting", "--config", configuration) as url:
        yield url

# SPDX-License-Identifier: Apache-2.0
"""Names the wheel's platform by what its native files need, so that pip refuses it where it cannot run."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ELF = b"\x7fELF"
GLIBC = re.compile(rb"GLIBC_2\.(\d+)\b")
OLDEST = 17  # what manylinux2014 means


class PlatformTag(BuildHookInterface[Any]):
    """Sets the tag ``manylinux_2_N_x86_64``, N being the newest glibc that a file names (PEP 600)."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it builds."""
        package = Path(self.root, "foreshock_monitor")
        newest = max((int(n) for data in native(package) for n in GLIBC.findall(data)), default=OLDEST)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-manylinux_2_{max(newest, OLDEST)}_x86_64"


def native(directory: Path) -> Iterator[bytes]:
    """Yield the contents of the native files, those inside of jars too."""
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        if path.suffix == ".jar":
            with zipfile.ZipFile(path) as jar:
                yield from (jar.read(name) for name in jar.namelist() if name.endswith(".so"))
        else:
            data = path.read_bytes()
            if data.startswith(ELF):
                yield data

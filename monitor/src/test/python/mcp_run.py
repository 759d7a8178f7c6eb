# SPDX-License-Identifier: Apache-2.0
"""Uses the tools of the monitor at ADDRESS with the real client of the Model Context Protocol.

MODE is ``legacy`` for the handshake, or ``auto`` for the newest version that both understand. Prints JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys

from mcp import Client


async def main(address: str, mode: str) -> None:
    async with Client(address + "/mcp", mode=mode) as client:
        tools = (await client.list_tools()).tools
        runs = await client.call_tool("list_runs", {"q": "mcp"})
        wrong = await client.call_tool("report", {"run": "nobody"})
        report = await client.call_tool("report", {"run": "mcp"})
        said = {
            "version": client.protocol_version,
            "server": client.server_info.name,
            "tools": [tool.name for tool in tools],
            "run": json.loads(runs.content[0].text)[0]["run"],
            "wrong": wrong.is_error,
            "report": report.content[0].text[:15],
        }
    print(json.dumps(said))


asyncio.run(main(sys.argv[1], sys.argv[2]))

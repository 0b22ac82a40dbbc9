"""A hub without children, to be reached: `seat.py '{"lan": true, "allow": ["10.77.0.2"]}'`.

It prints what it has opened, then `ready`; it ends with its standard input, and prints its fault.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from bridge.app.hub.hub import Hub
from bridge.app.hub.lan import opened, reach
from bridge.app.hub.plan import Plan
from tests.control.stage import Nobody


async def main() -> None:
    """Sit until nobody is interested any more."""
    folder = Path(tempfile.mkdtemp())
    plan = Plan(
        osc_port=9000, web_port=9080, query_port=9081, reach=reach(**json.loads(sys.argv[1])),
        takes=folder, models=folder, commands={},
    )  # fmt: skip
    hub = Hub(plan, Nobody())
    await hub.open()
    for name, where in opened(plan).items():
        print(f"{name}, {where}")
    await asyncio.sleep(1)  # zeroconf takes its time
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(hub.snapshot.fault, hub.snapshot.settings.top_k)
    await hub.close()


asyncio.run(main())

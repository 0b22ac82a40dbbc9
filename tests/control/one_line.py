"""What shows of a parameter `sparkle` that is only one line: prints JSON (see widen.py).

one_line.py FOLDER
"""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request
import zlib
from pathlib import Path
from typing import Any

from bridge.app.cli import settings_from
from bridge.app.cli.options import SETTABLE
from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from bridge.control.manual import page
from bridge.control.packets import write
from bridge.desk.controllers import GENERIC
from bridge.desk.table import Table
from bridge.desk.templates import templates
from bridge.web.table import table
from tests.control.conftest import free_port
from tests.control.stage import ROOT, Nobody
from tests.web.stage import free_tcp_port


def in_files() -> dict[str, bool]:
    """Tell where it is in what is generated."""
    files = templates(Table())
    stage = json.dumps(json.loads(files["surfaces/antiphon.json"]))
    known = _turns((ROOT / "daw_templates" / "controllers" / "generic.json").read_bytes())
    free = [knob.number for knob in GENERIC.turns if knob.number not in known.values()]
    row = next(row for row in table()["params"] if row["name"] == "sparkle")
    return {
        "--set": settings_from(["sparkle=1.5"]).sparkle == 1.5,  # type: ignore[attr-defined]
        "--help": "sparkle" in SETTABLE,
        "TouchOSC": b"/jam/sparkle/dust" in zlib.decompress(files["surfaces/Antiphon.tosc"]),
        "Open Stage Control": '"address": "/jam/sparkle/dust"' in stage,
        "REAPER": b"sparkle/dust" in files["reaper/Antiphon.ReaperOSC"],
        "controllers": _turns(files["controllers/generic.json"]).items() - known.items()
        == {("/jam/sparkle/dust", free[0])},
        "the panel's table": (row["low"], row["high"], row["default"]) == (0, 4, 0.5),
        "docs/parameters.md": "| `/jam/sparkle/dust` | number | 0 to 4 | 0.5 | ms |" in page(),
    }


def _turns(data: bytes) -> dict[str, int]:
    """Return the control change of each parameter in a map."""
    return {turn["address"]: turn["cc"] for turn in json.loads(data)["turns"]}


async def in_a_jam(folder: Path) -> dict[str, bool]:
    """Tell where it is in a jam that runs."""
    plan = Plan(
        osc_port=free_port(), query_port=free_tcp_port(), takes=folder, models=folder, commands={}
    )
    hub = Hub(plan, Nobody())
    await hub.open()
    heard = await _asked(plan.osc_port, write("/jam/sparkle/dust", (99.0,)))
    node = await asyncio.to_thread(_got, f"http://127.0.0.1:{plan.query_port}/jam/sparkle/dust")
    await hub.close()
    return {
        "OSC": heard == write("/jam/sparkle/dust", (4.0,)),
        "OSCQuery": (node["VALUE"], node["RANGE"]) == ([4.0], [{"MIN": 0.0, "MAX": 4.0}]),
        "its unit": node["UNIT"] == ["time.ms"],
    }


async def _asked(port: int, packet: bytes) -> bytes:
    answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    class Ear(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _: Any) -> None:
            answer.set_result(data)

    line, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        Ear, remote_addr=("127.0.0.1", port)
    )
    line.sendto(packet)
    heard = await asyncio.wait_for(answer, 5)
    line.close()
    return heard


def _got(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own server
        found: dict[str, Any] = json.load(answer)
        return found


if __name__ == "__main__":
    print(json.dumps(in_files() | asyncio.run(in_a_jam(Path(sys.argv[1])))))

"""Programs by other people find us and speak with us: python-oscquery, zeroconf, npm's osc."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pythonoscquery.osc_query_client import OSCQueryClient
from pythonoscquery.shared.osc_access import OSCAccess
from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from bridge.app.hub import beacon
from bridge.app.hub.hub import Hub
from tests.control.conftest import free_port
from tests.control.stage import until
from tests.web.stage import free_tcp_port, tell

SCRIPT = """
const osc = require("osc")
const [udp, query] = process.argv.slice(-2)
const said = []
function hear(message) {
  said.push([message.address, ...message.args])
  if (said.length == 2) { console.log(JSON.stringify(said)); process.exit(0) }
}
const line = new osc.UDPPort({localAddress: "127.0.0.1", localPort: 0,
  remoteAddress: "127.0.0.1", remotePort: Number(udp)})
line.on("message", hear)
line.on("ready", () => line.send({address: "/jam/temperature", args: [{type: "f", value: 1.5}]}))
const socket = new osc.WebSocketPort({url: `ws://127.0.0.1:${query}/`})
socket.on("message", hear)
line.on("message", () => {
  socket.on("ready", () => socket.send({address: "/jam/top_k", args: [{type: "i", value: 5}]}))
  socket.open()
})
line.open()
"""


async def browsed(kind: str, port: int, looks: int = 20) -> ServiceInfo | None:
    """Return what a browser on this machine finds out about our service, whoever else is there."""
    names: set[str] = set()

    def heard(name: str, **_: object) -> None:
        names.add(name)

    async with AsyncZeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only) as there:
        browser = AsyncServiceBrowser(there.zeroconf, kind, handlers=[heard])
        for _ in range(looks):
            await asyncio.sleep(0.1)
            for found in [AsyncServiceInfo(kind, name) for name in sorted(names)]:
                if await found.async_request(there.zeroconf, 500) and found.port == port:
                    await browser.async_cancel()
                    return found
        await browser.async_cancel()
    return None


def multicast() -> str:
    """Return why nobody could be found here; empty where it works."""

    async def look() -> str:
        said: list[str] = []
        light = beacon.Beacon(["127.0.0.1"], said.append)
        light.light(query_port=1, osc_port=0)
        try:
            if said or await browsed(beacon.QUERY, 1):
                return said[0] if said else ""
            return "no answer on the loopback"
        finally:
            await light.close()

    return asyncio.run(look())


@pytest.fixture(scope="module")
def _multicast() -> None:
    if why := multicast():
        pytest.skip(f"there is no multicast here: {why}")


@pytest.mark.usefixtures("_multicast")
def test_a_browser_finds_both_ports_and_a_client_reads_a_parameter(tmp_path: Path) -> None:
    async def story(hub: Hub, _: int) -> None:
        query = await browsed(beacon.QUERY, hub.plan.query_port)
        assert query is not None
        assert await browsed(beacon.OSC, hub.plan.osc_port) is not None
        client = OSCQueryClient(query)
        info: Any = await asyncio.to_thread(client.get_host_info)
        assert (info.name, info.osc_port) == ("Antiphon", hub.plan.osc_port)
        node: Any = await asyncio.to_thread(client.query_node, "/jam/top_k")
        assert (node.full_path, node.access, node.value) == (
            "/jam/top_k", OSCAccess.READWRITE_VALUE, [0],
        )  # fmt: skip
        node = await asyncio.to_thread(client.query_node, "/jam/call")
        assert {each.full_path for each in node.contents} == {
            f"/jam/call/{name}" for name in ("end", "silence", "bars", "min")
        }
        assert await asyncio.to_thread(client.query_node, "/jam/nothing") is None

    hub = tell(story, tmp_path, query_port=free_tcp_port(), osc_port=free_port())
    assert asyncio.run(browsed(beacon.QUERY, hub.plan.query_port, 5)) is None  # it said good-bye


def test_without_multicast_one_note_is_made_and_the_jam_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cannot(*_: Any) -> None:
        raise OSError(19, "No such device")

    monkeypatch.setattr(beacon.Beacon, "_register", cannot)

    async def story(hub: Hub, _: int) -> None:
        await until(lambda: hub.snapshot.fault)
        assert "cannot find us by themselves: [Errno 19] No such device" in hub.snapshot.fault
        hub.turn("top_k", 3)

    hub = tell(story, tmp_path, query_port=free_tcp_port())
    assert hub.snapshot.settings.top_k == 3


def test_npm_osc_speaks_udp_and_the_socket(tmp_path: Path) -> None:
    node = shutil.which("node")
    paths = os.pathsep.join(
        (os.environ.get("NODE_PATH", ""), str(Path(sys.prefix, "node_modules")))
    )
    environment = {**os.environ, "NODE_PATH": paths}
    if node is None:
        pytest.skip("there is no node here")
    words = [node, "-e", "require.resolve('osc')"]
    if subprocess.run(words, env=environment, capture_output=True, check=False).returncode:
        pytest.skip("npm's osc is not here: npm install --prefix .venv osc")

    async def story(hub: Hub, _: int) -> None:
        ports = (str(hub.plan.osc_port), str(hub.plan.query_port))
        done = await asyncio.to_thread(
            subprocess.run, [node, "-e", SCRIPT, *ports], env=environment, capture_output=True,
            text=True, timeout=20, check=True,
        )  # fmt: skip
        assert json.loads(done.stdout) == [["/jam/temperature", 1.5], ["/jam/top_k", 5]]
        settings = hub.snapshot.settings
        assert (settings.temperature, settings.top_k) == (1.5, 5)

    tell(story, tmp_path, query_port=free_tcp_port(), osc_port=free_port())

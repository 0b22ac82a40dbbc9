"""Lets programs find us by themselves: OSCQuery and OSC, announced by multicast DNS (zeroconf).

All of it happens beside the jam. Where there is no multicast one note says so, and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import socket
from collections.abc import Callable, Sequence
from typing import Any

from bridge.control.reach import LOOPBACK

NAME = "Antiphon"
QUERY, OSC = "_oscjson._tcp.local.", "_osc._udp.local."
FAREWELL = 1.5  # seconds in which the others are told that we go


class Beacon:
    """What is announced of us, from `light` to `close`."""

    def __init__(self, addresses: Sequence[str], complain: Callable[[str], None]) -> None:
        """`addresses` are ours, on the networks that are to hear of us."""
        self._addresses = list(addresses)
        self._complain = complain
        self._zeroconf: Any = None  # a class of a package that is loaded when it is needed
        self._lit: asyncio.Task[None] | None = None

    def light(self, *, query_port: int, osc_port: int) -> None:
        """Begin to announce two ports; 0 is not announced."""
        self._lit = asyncio.create_task(self._announce({QUERY: query_port, OSC: osc_port}))

    async def close(self) -> None:
        """Say that we go."""
        if self._lit is None:
            return
        self._lit.cancel()
        await asyncio.gather(self._lit, return_exceptions=True)
        if self._zeroconf is not None:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(FAREWELL):
                    await self._zeroconf.async_close()

    async def _announce(self, ports: dict[str, int]) -> None:
        try:
            await asyncio.to_thread(importlib.import_module, "zeroconf.asyncio")
            from zeroconf import Error
        except ImportError as error:
            self._complain(f"other programs cannot find us by themselves: {error}")
            return
        try:
            await self._register(ports)
        except (OSError, Error, TimeoutError) as error:
            why = str(error) or type(error).__name__
            self._complain(f"other programs cannot find us by themselves: {why}")

    async def _register(self, ports: dict[str, int]) -> None:
        from zeroconf import IPVersion, ServiceInfo
        from zeroconf.asyncio import AsyncZeroconf

        self._zeroconf = AsyncZeroconf(interfaces=self._addresses, ip_version=IPVersion.V4Only)
        if self._addresses == [LOOPBACK]:
            await self._keep_to_loopback()
        host = socket.gethostname().partition(".")[0] or NAME
        for kind, port in ports.items():
            if not port:
                continue
            service = ServiceInfo(
                kind, f"{NAME}.{kind}", port, properties={"txtvers": "1"},
                server=f"{NAME}-{host}.local.", parsed_addresses=self._addresses,
            )  # fmt: skip
            # Another jam on this machine may have the name.
            await (await self._zeroconf.async_register_service(service, allow_name_change=True))

    async def _keep_to_loopback(self) -> None:
        """Hear nothing of other networks: zeroconf asks them nothing, but listens everywhere."""
        await self._zeroconf.zeroconf.async_wait_for_start()
        if hasattr(socket, "SO_BINDTODEVICE"):
            for reader in self._zeroconf.zeroconf.engine.readers:
                sock = reader.transport.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")

"""All control surfaces as one: what is told to it is told to each of them."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.control.desk import Desk, Surface
from bridge.control.osc import OscServer
from bridge.core.events import Message


class Surfaces:
    """The surfaces of a jam; none before `open`."""

    def __init__(self) -> None:
        self._all: list[Surface] = []

    async def open(self, desk: Desk, *, osc_port: int, web_port: int) -> None:
        """Open each that has a port, 0 being none; PortError if one is taken."""
        if osc_port:
            osc = OscServer(desk)
            await osc.open(osc_port)
            self._all.append(osc)
        if web_port:
            from bridge.web.panel import Panel

            panel = Panel(desk)
            await panel.open(web_port)
            self._all.append(panel)

    def publish(self) -> None:
        """Readings may have changed."""
        for surface in self._all:
            surface.publish()

    def show(self, addresses: Sequence[str]) -> None:
        """Show parameters and readings that somebody has set."""
        for surface in self._all:
            surface.show(addresses)

    def tell(self, message: Message) -> None:
        """Take note of what one process has said to the others."""
        for surface in self._all:
            surface.tell(message)

    async def close(self) -> None:
        """Close all."""
        for surface in self._all:
            await surface.close()
        self._all.clear()

"""All control surfaces as one: what is told to it is told to each of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bridge.app.hub.beacon import Beacon
from bridge.app.hub.lan import panel_link
from bridge.app.hub.qr import as_svg
from bridge.control.desk import Desk, Surface
from bridge.control.exchange import Exchange
from bridge.control.news import News
from bridge.control.osc import UdpPort
from bridge.control.osc_tcp import TcpPort
from bridge.control.reach import HERE, Door, Reach
from bridge.control.surfaces import readings
from bridge.core.errors import PortError
from bridge.core.events import Message
from bridge.core.params import PARAMS

if TYPE_CHECKING:
    from bridge.web.link import NetworkLink


@dataclass(frozen=True, slots=True)
class Doorways:
    """The ports to open, 0 being none, and from where they can be reached."""

    osc: int = 0
    web: int = 0
    query: int = 0
    reach: Reach = HERE


class Surfaces:
    """The surfaces of a jam; none before `open`."""

    def __init__(self) -> None:
        self._all: list[Surface] = []
        self._news: News | None = None
        self._closing: list[Callable[[], Awaitable[None]]] = []  # the first opened comes last

    async def open(self, desk: Desk, ports: Doorways) -> None:
        """Open each that has a port; PortError if one is taken."""
        try:
            await self._open(desk, ports)
        except PortError:
            await self.close()
            raise

    async def _open(self, desk: Desk, ports: Doorways) -> None:
        news = self._news = News(desk)
        exchange = Exchange(desk, news)
        self._all.append(exchange)
        if ports.osc:
            await self._open_osc(desk, exchange, ports)
        if ports.web:
            from bridge.web.panel import Panel

            doctor = partial(_findings, desk, ports)
            panel = Panel(desk, news, ports.reach, doctor=doctor, link=_link(ports))
            await panel.open(ports.web)
            self._all.append(panel)
        if ports.query:
            try:
                await self._open_query(desk, exchange, ports)
            except PortError as error:  # few programs ask for it; the jam can do without
                desk.complain(3, f"OSCQuery is off: {error}")

    async def _open_query(self, desk: Desk, exchange: Exchange, ports: Doorways) -> None:
        from bridge.web.query import QueryServer

        server = QueryServer(desk, exchange, ports.osc, ports.reach)
        await server.open(ports.query)
        self._closing.append(server.close)
        beacon = Beacon(ports.reach.addresses, lambda text: desk.complain(3, text))
        beacon.light(query_port=server.port, osc_port=ports.osc)
        self._closing.append(beacon.close)

    async def _open_osc(self, desk: Desk, exchange: Exchange, ports: Doorways) -> None:
        door = Door(ports.reach, lambda text: desk.complain(2, text))
        udp, tcp = UdpPort(exchange, door), TcpPort(exchange, door)
        await udp.open(ports.osc, ports.reach)
        self._closing.append(udp.close)
        try:
            await tcp.open(udp.port, ports.reach)
            self._closing.append(tcp.close)
        except PortError:  # many a program has TCP 9000, and nearly all surfaces speak UDP
            desk.complain(3, f"OSC over TCP is off: port {udp.port} is another program's")
        self._closing.append(door.last_words)

    def publish(self) -> None:
        """Readings may have changed."""
        for surface in self._all:
            surface.publish()

    def show(self, addresses: Sequence[str]) -> None:
        """Show parameters and readings that somebody has set."""
        if self._news is not None:
            self._news.note(addresses)
        for surface in self._all:
            surface.show(addresses)

    def tell(self, message: Message) -> None:
        """Take note of what one process has said to the others."""
        for surface in self._all:
            surface.tell(message)

    async def close(self) -> None:
        """Close all."""
        for close in reversed(self._closing):
            await close()
        self._closing.clear()
        for surface in self._all:
            await surface.close()
        self._all.clear()


def _link(ports: Doorways) -> NetworkLink | None:
    """Return the link that opens the panel to the network, with its picture."""
    from bridge.web.link import NetworkLink

    url = panel_link(ports.reach, ports.web)
    return NetworkLink(url, as_svg(url)) if url else None


def _findings(desk: Desk, ports: Doorways) -> list[dict[str, Any]]:
    """Return what the doctor finds, as rows; it takes seconds, so call it in another thread."""
    from bridge.app.doctor.examine import examine
    from bridge.app.doctor.finding import Order

    snapshot = desk.snapshot
    turned = {row.knob.address: (getattr(snapshot.settings, row.name),) for row in PARAMS.values()}
    known = turned | readings(snapshot)
    order = Order(osc_port=ports.osc, web_port=ports.web, query_port=ports.query)
    return [asdict(found) for found in examine(order, known)]

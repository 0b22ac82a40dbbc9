"""`--lan`: what the network is let in to, by which names it may call us, and how that is told."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from collections.abc import Iterator, Sequence

import psutil

from bridge.app.hub.plan import Plan
from bridge.control.reach import HERE, HOME, Reach
from bridge.core.errors import SettingError

EVERYWHERE = "0.0.0.0"  # noqa: S104 - asked for with --lan
TOKEN_BYTES = 16


def reach(*, lan: bool, allow: Sequence[str]) -> Reach:
    """Return from where we can be reached; SettingError for what is no address."""
    allowed = frozenset(_address(text) for text in allow)
    if not lan:
        if allow:
            raise SettingError("--allow lets in senders of the network, so it needs --lan")
        return HERE
    host, addresses = socket.gethostname().lower(), own_addresses()
    names = {*HOME, *addresses, host, f"{host.partition('.')[0]}.local"}
    return Reach(
        host=EVERYWHERE, addresses=addresses, names=frozenset(names),
        token=secrets.token_urlsafe(TOKEN_BYTES), allowed=allowed,
    )  # fmt: skip


def own_addresses() -> tuple[str, ...]:
    """Return this machine's IPv4 addresses on networks; its loopback's where it is on none."""
    found = (each for card in psutil.net_if_addrs().values() for each in card)
    ours = [each.address for each in found if each.family == socket.AF_INET]
    afar = [text for text in ours if not ipaddress.ip_address(text).is_loopback]
    return tuple(dict.fromkeys(afar)) or HERE.addresses


def opened(plan: Plan) -> Iterator[str]:
    """Yield a line for each thing that is open to the network; none without --lan."""
    reach = plan.reach
    if reach.host != EVERYWHERE:
        return
    where = reach.addresses[0]
    allowed = ", ".join(sorted(reach.allowed)) or "nobody yet, --allow ADDRESS lets one in"
    if plan.web_port:
        yield f"open to the network: the panel, http://{where}:{plan.web_port}/?token={reach.token}"
    if plan.osc_port:
        yield f"open to the network: OSC, {where}:{plan.osc_port}, UDP and TCP: {allowed}"
    if plan.query_port:
        yield f"open to the network: OSCQuery, http://{where}:{plan.query_port}/: {allowed}"


def _address(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise SettingError(f"--allow takes an address such as 192.168.1.20, not {text!r}") from None

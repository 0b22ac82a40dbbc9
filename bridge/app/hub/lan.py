"""`--lan`: what the network is let in to, by which names it may call us, and how that is told."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import secrets
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from bridge.app.hub.plan import Plan
from bridge.control.reach import HERE, HOME, Reach
from bridge.core.errors import SettingError

EVERYWHERE = "0.0.0.0"  # noqa: S104 - asked for with --lan
TOKEN_BYTES = 16
TOKEN = re.compile(r"[\w-]{16,64}", re.ASCII)


def reach(*, lan: bool, allow: Sequence[str], token: str = "") -> Reach:
    """Return from where we can be reached; SettingError for what is no address.

    The `token` opens the panel; without one it is drawn.
    """
    allowed = frozenset(_address(text) for text in allow)
    if not lan:
        if allow:
            raise SettingError("--allow lets in senders of the network, so it needs --lan")
        return HERE
    host, addresses = socket.gethostname().lower(), own_addresses()
    names = {*HOME, *addresses, host, f"{host.partition('.')[0]}.local"}
    return Reach(
        host=EVERYWHERE, addresses=addresses, names=frozenset(names),
        token=token or drawn(), allowed=allowed,
    )  # fmt: skip


def drawn() -> str:
    """Return a token that nobody guesses."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def kept_token(path: Path, *, anew: bool = False) -> str:
    """Return the token in a file, so that browsers that had it stay let in; draw one otherwise.

    With `anew` the old one opens nothing any more. A file that cannot be written is told, and the
    token then holds until we end.
    """
    with contextlib.suppress(OSError, ValueError):
        token = path.read_text("ascii").strip()
        if not anew and TOKEN.fullmatch(token):
            return token
    token = drawn()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # else its old permissions stay
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(token + "\n")
    except OSError as error:
        why = f"{path} cannot be written ({error.strerror or error})"
        print(f"antiphon: {why}; the link holds until Antiphon ends", file=sys.stderr)
    return token


def own_addresses() -> tuple[str, ...]:
    """Return this machine's IPv4 addresses on networks; its loopback's where it is on none."""
    found = (each for card in psutil.net_if_addrs().values() for each in card)
    ours = [each.address for each in found if each.family == socket.AF_INET]
    afar = [text for text in ours if not ipaddress.ip_address(text).is_loopback]
    return tuple(dict.fromkeys(afar)) or HERE.addresses


def opened(plan: Plan) -> Mapping[str, str]:
    """Return what is open to the network, by name: where it is, and for whom; all with --lan."""
    reach, found = plan.reach, {}
    if reach.host != EVERYWHERE:
        return {}
    where = reach.addresses[0]
    allowed = ", ".join(sorted(reach.allowed)) or "nobody yet, --allow ADDRESS lets one in"
    if plan.web_port:
        found["panel"] = panel_link(reach, plan.web_port)
    if plan.osc_port:
        found["OSC"] = f"{where}:{plan.osc_port}, UDP and TCP: {allowed}"
    if plan.query_port:
        found["OSCQuery"] = f"http://{where}:{plan.query_port}/: {allowed}"
    return found


def panel_link(reach: Reach, web_port: int) -> str:
    """Return the link that opens the panel to the network; empty without --lan."""
    if not reach.token:
        return ""
    return f"http://{reach.addresses[0]}:{web_port}/?token={reach.token}"


def _address(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise SettingError(f"--allow takes an address such as 192.168.1.20, not {text!r}") from None

"""What a message asks for, once it is understood (bridge.control.surfaces)."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.core.params import Value


@dataclass(frozen=True, slots=True)
class Turn:
    """Set a parameter to a value that is not yet checked against its limits."""

    name: str
    raw: Value


@dataclass(frozen=True, slots=True)
class Press:
    """Do one of ACTIONS."""

    action: str


@dataclass(frozen=True, slots=True)
class Do:
    """Do one of DEEDS with a name, or LOOKED without."""

    deed: str
    name: str


@dataclass(frozen=True, slots=True)
class Show:
    """Send these readings to whoever asked."""

    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Send changes from now on; `port` 0 is the port the request came from.

    Without `hertz`, updates a second, parameters go at once and readings at the usual rate.
    """

    port: int
    hertz: float | None


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Send no more changes."""

    port: int


@dataclass(frozen=True, slots=True)
class Ping:
    """Send the number back."""

    number: int


Order = Turn | Press | Do | Show | Subscribe | Unsubscribe | Ping

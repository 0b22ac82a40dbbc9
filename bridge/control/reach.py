"""From where we can be reached: by this machine, or by the network too, where it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
LOOP = "127."  # how the addresses of this machine to itself begin
#: What a browser on this machine calls us.
HOME = frozenset({LOOPBACK, "localhost", "[::1]"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where we listen, and who is let in; without words of its own, this machine alone."""

    host: str = LOOPBACK  # the address that ports are bound to
    addresses: tuple[str, ...] = (LOOPBACK,)  # by which we can be reached
    names: frozenset[str] = HOME  # what a browser may call us
    token: str = ""  # opens the panel to the network
    allowed: frozenset[str] = frozenset()  # addresses on the network whose OSC is obeyed


HERE = Reach()


class Door:
    """Lets in OSC from this machine and from those allowed; tells of others once and counts."""

    def __init__(self, reach: Reach, tell: Callable[[str], None]) -> None:
        self._reach = reach
        self._tell = tell
        self.refused = 0  # packets and connections

    def lets_in(self, host: str) -> bool:
        """Tell whether an address is obeyed; one that is not hears nothing."""
        if host.startswith(LOOP) or host in self._reach.allowed:
            return True
        self.refused += 1
        if self.refused == 1:
            self._tell(f"OSC from {host} is not obeyed; --allow {host} lets it in")
        return False

    def is_own(self, host: str) -> bool:
        """Tell whether an address is this machine's."""
        return host.startswith(LOOP) or host in self._reach.addresses

    async def last_words(self) -> None:
        """Tell how many were refused, if that is news."""
        if self.refused > 1:
            self._tell(f"OSC that was not obeyed, from addresses not allowed: {self.refused} times")

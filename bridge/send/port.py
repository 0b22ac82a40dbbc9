"""The MIDI output."""

from __future__ import annotations

import time
from typing import Any

from bridge.core.devices import Kind, hushed, open_ours
from bridge.core.errors import PortError

FAREWELL = 0.05  # seconds: what was sent last must leave before the port closes


class OutputPort:
    """An open output."""

    def __init__(self, device: Any, name: str) -> None:
        self.name = name
        self._device = device
        self._attached = name in device.get_ports()  # not a port of our own

    def send(self, message: bytes) -> None:
        """Send one message at once; raises PortError when the port does not take it."""
        try:
            self._device.send_message(message)
        except OSError as error:
            raise PortError(f"MIDI output {self.name!r} does not take messages") from error

    def others(self) -> list[str]:
        """Return the names of all that can be played to, ports of ours among them."""
        names: list[str] = self._device.get_ports()
        return names

    def check(self) -> None:
        """Raise PortError when the port we are attached to is gone."""
        if self._attached and self.name not in self._device.get_ports():
            raise PortError(f"MIDI output {self.name!r} is gone")

    def close(self) -> None:
        """Close the port and its client once the last messages are out."""
        time.sleep(FAREWELL)
        with hushed():
            self._device.close_port()
            self._device.delete()


def open_output(system: str, client: str, wanted: str | None, kind: Kind = "output") -> OutputPort:
    """Open our own output (`wanted` is None) or attach to the one whose name contains `wanted`."""
    return OutputPort(*open_ours(kind, system, client, wanted))

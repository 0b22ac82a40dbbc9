"""The MIDI input: read by polling.

A Python callback would run inside JACK's process cycle, where waiting for the interpreter loses
and repeats messages; rtmidi's own queue, emptied often enough, loses none.
"""

from __future__ import annotations

from typing import Any

from bridge.core.devices import hushed, open_ours
from bridge.core.errors import PortError
from bridge.intake.stamps import Stamps

QUEUE_LIMIT = 8192  # messages; rtmidi's default overflows in a dense second


class InputPort:
    """An open input; messages are stamped with the monotonic second they arrived."""

    def __init__(self, device: Any, name: str) -> None:
        self.name = name
        self._device = device
        self._attached = name in device.get_ports()  # not a port of our own
        self._stamps = Stamps()

    def poll(self, now: float) -> list[tuple[float, bytes]]:
        """Return what arrived since the last call, oldest first."""
        messages = []
        while (found := self._device.get_message()) is not None:
            data, interval = found
            messages.append((self._stamps.stamp(interval, now), bytes(data)))
        return messages

    def others(self) -> list[str]:
        """Return the names of all that can be listened to, ports of ours among them."""
        names: list[str] = self._device.get_ports()
        return names

    def check(self) -> None:
        """Raise PortError when the port we are attached to is gone."""
        if self._attached and self.name not in self._device.get_ports():
            raise PortError(f"MIDI input {self.name!r} is gone")

    def close(self) -> None:
        """Close the port and its client, or the next client would be renamed."""
        with hushed():
            self._device.close_port()
            self._device.delete()


def open_input(system: str, client: str, wanted: str | None) -> InputPort:
    """Open our own input (`wanted` is None) or attach to the one whose name contains `wanted`."""
    device, name = open_ours("input", system, client, wanted, queue_size_limit=QUEUE_LIMIT)
    device.ignore_types(sysex=False, timing=False, active_sense=True)
    return InputPort(device, name)

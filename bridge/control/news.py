"""What has changed at the desk: one record, which all who listen read on from where they were.

A change costs the same however many listen. An address stands in a record once, at the place of
its last change, and is read when it is told: who is slow hears less, but the newest. Of errors
each is told, as far as KEPT_ERRORS go.

Conventions: addresses are relative to `/jam/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from bridge.control.desk import Desk
from bridge.control.packets import Arguments
from bridge.control.snapshot import Snapshot
from bridge.control.surfaces import reading, readings

KEPT_ERRORS = 16  # for one who has not heard them yet: a flood of mistakes is not multiplied


class Record:
    """Addresses in the order of their last changes, which are counted."""

    def __init__(self) -> None:
        self.count = 0
        self._last: dict[str, int] = {}

    def note(self, address: str) -> None:
        """Write down that an address has changed."""
        self.drop(address)
        self.count += 1
        self._last[address] = self.count

    def drop(self, address: str) -> None:
        """Take an address out: its change stands elsewhere."""
        self._last.pop(address, None)

    def last(self, address: str) -> int:
        """Return the count of an address's last change, 0 where there was none."""
        return self._last.get(address, 0)

    def since(self, count: int) -> list[tuple[str, int]]:
        """Return what has changed since a count, and at which, oldest first."""
        return list(takewhile(lambda each: each[1] > count, reversed(self._last.items())))[::-1]


class Place:
    """How far one who listens has read in a record, at first to its end."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._count = record.count
        self._known: dict[str, int] = {}  # counts of changes read beyond the place

    @property
    def is_behind(self) -> bool:
        """Whether the record goes on."""
        return self._count < self._record.count

    def skip(self, address: str) -> None:
        """Count the last change of an address as read."""
        self._known[address] = self._record.last(address)

    def unread(self) -> Iterator[str]:
        """Yield what has changed, oldest first; one counts as read when the next is asked for."""
        end = self._record.count
        for address, count in self._record.since(self._count):
            if self._known.get(address, 0) < count:
                yield address
                self._known[address] = count
        self._count = end
        self._known.clear()


class Errors:
    """The last errors, each under a name of its own in a record."""

    def __init__(self) -> None:
        self.record = Record()
        self._told: dict[str, Arguments] = {}

    def note(self, code: int, reason: str) -> str:
        """Write an error down, in place of the oldest where there are too many; return its name."""
        name = f"error {self.record.count % KEPT_ERRORS}"
        self._told[name] = (code, reason)
        self.record.note(name)
        return name

    def read(self, name: str) -> Arguments:
        """Return the code and the reason of one."""
        return self._told[name]


class News:
    """The record of what somebody has set, and that of readings, which are told less often."""

    def __init__(self, desk: Desk) -> None:
        self.turned = Record()
        self.readings = Record()
        self._desk = desk
        self._seen: Snapshot | None = None
        self._values: dict[str, Arguments] = {}  # readings at the last look

    def places(self) -> tuple[Place, Place]:
        """Return the places in both of one who knows everything until now."""
        self.look()
        return Place(self.turned), Place(self.readings)

    def note(self, addresses: Iterable[str]) -> None:
        """Write down parameters and readings that somebody has set, whoever it was."""
        for address in addresses:
            self.turned.note(address)
            if address in self._values:
                self.readings.drop(address)
                self._values[address] = reading(address, self._desk.snapshot, self._desk.names)

    def look(self) -> None:
        """Write down readings that have changed; a snapshot is looked at once."""
        snapshot = self._desk.snapshot
        if snapshot is self._seen:
            return
        self._seen, before, self._values = snapshot, self._values, readings(snapshot)
        for address, value in self._values.items():
            if before.get(address) != value:
                self.readings.note(address)

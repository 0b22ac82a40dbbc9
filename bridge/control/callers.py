"""Whoever sends OSC and can be answered, and what each is yet to be told.

Conventions: addresses are relative to `/jam/`; seconds are the event loop's (monotonic).
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Protocol, Self

from bridge.control.packets import Arguments

#: Returns what is read at an address, and the packet that shows it.
Shown = Callable[[str], tuple[Arguments, bytes]]


class Caller(Protocol):
    """Somebody packets come from: a port of a machine, a connection; equal if it is the same."""

    @property
    def ready(self) -> bool:
        """Whether it can be told more; one that is not says so to the exchange when it is."""

    def send(self, packet: bytes) -> None:
        """Send a packet."""

    def at(self, port: int) -> Self:
        """Return who hears on another port of the same machine; a connection is its own."""

    def __hash__(self) -> int:
        """Return the hash, for callers are looked up."""


@dataclass(slots=True, eq=False)
class Subscriber:
    """Somebody who wants to know, until the lease is over."""

    caller: Caller
    expires: float
    period: float  # seconds between updates of readings
    wants: set[str] | None = None  # None is everything, errors too
    told: dict[str, Arguments] = field(default_factory=dict)
    waiting: dict[str, None] = field(default_factory=dict)  # addresses to show, oldest first
    last: float = -math.inf  # when readings were told
    timer: asyncio.TimerHandle | None = None

    def cares_for(self, address: str) -> bool:
        """Tell whether it is to be told of an address."""
        return self.wants is None or address in self.wants

    def show_waiting(self, shown: Shown) -> None:
        """Show what waits, each address as it is now; one who takes no more keeps waiting."""
        while self.waiting and self.caller.ready:
            address = next(iter(self.waiting))
            del self.waiting[address]
            self.told[address], packet = shown(address)
            self.caller.send(packet)


class Subscribers:
    """All who want to know."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._all: dict[Caller, Subscriber] = {}

    def __len__(self) -> int:
        """Return how many there are, also of those whose lease has just run out."""
        return len(self._all)

    def __iter__(self) -> Iterator[Subscriber]:
        """Yield those whose lease runs."""
        now = self._now()
        for caller in [c for c, s in self._all.items() if s.expires <= now]:
            self.remove(caller)
        return iter(list(self._all.values()))

    def of(self, caller: Caller) -> Subscriber | None:
        """Return the subscription of a caller, if it has one."""
        found = self._all.get(caller)
        return found if found is not None and found.expires > self._now() else None

    def add(self, subscriber: Subscriber) -> None:
        """Take in one more."""
        self._all[subscriber.caller] = subscriber

    def remove(self, caller: Caller) -> None:
        """Forget a caller, subscribed or not."""
        gone = self._all.pop(caller, None)
        if gone is not None and gone.timer is not None:
            gone.timer.cancel()

    def clear(self) -> None:
        """Forget all."""
        for caller in list(self._all):
            self.remove(caller)

    def note(self, addresses: Collection[str], besides: tuple[Caller, str] | None = None) -> None:
        """Have addresses shown to all who care, but one of them not to whoever asked for it."""
        for subscriber in self._all.values():
            for address in addresses:
                if besides is not None and besides == (subscriber.caller, address):
                    continue
                if subscriber.cares_for(address):
                    subscriber.waiting[address] = None

"""Whoever sends OSC and can be answered, and those of them who are kept informed.

Of what is set all hear at once, and then no more often than every PAUSE; of readings each hears as
often as it has asked for. Who has named a rate hears of both no more often; of errors all hear at
once. One who does not read waits: nothing is kept for it but its places in the news.

Conventions: addresses are relative to `/jam/`; seconds are the event loop's (monotonic).
"""

from __future__ import annotations

import asyncio
import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, Self

from bridge.control.news import Errors, News, Place
from bridge.control.packets import write
from bridge.control.surfaces import ROOT
from bridge.core.errors import SettingError

PAUSE = 0.004  # seconds between two tellings of what changes all the time
SUBSCRIBER_LIMIT = 32

Shown = Callable[[str], bytes]  # returns the packet that shows what is read at an address


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
    paced: bool  # what is set is told no more often either
    turned: Place
    readings: Place
    errors: Place
    wants: set[str] | None = None  # None is everything, errors too
    due: float = -math.inf  # when readings may be told again

    def cares_for(self, address: str) -> bool:
        """Tell whether it is to be told of an address."""
        return self.wants is None or address in self.wants

    def tell(self, place: Place, shown: Shown) -> None:
        """Tell what is new to it, until it takes no more."""
        for address in place.unread():
            if not self.caller.ready:
                return
            if self.cares_for(address):
                self.caller.send(shown(address))


class Subscribers:
    """All who want to know."""

    def __init__(self, news: News, shown: Shown) -> None:
        self._news = news
        self._shown = shown
        self._errors = Errors()
        self._loop = asyncio.get_running_loop()
        self._all: dict[Caller, Subscriber] = {}
        self._told = -math.inf  # when what was set was told
        self._stale = False  # readings may have changed since the last look
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """Return how many there are, also of those whose lease has just run out."""
        return len(self._all)

    def __iter__(self) -> Iterator[Subscriber]:
        """Yield those whose lease runs."""
        now = self._loop.time()
        for caller in [c for c, s in self._all.items() if s.expires <= now]:
            self.remove(caller)
        return iter(list(self._all.values()))

    def of(self, caller: Caller) -> Subscriber | None:
        """Return the subscription of a caller, if it has one."""
        found = self._all.get(caller)
        return found if found is not None and found.expires > self._loop.time() else None

    def add(
        self, caller: Caller, expires: float, hertz: float, *, paced: bool = False
    ) -> Subscriber:
        """Take in one more, who knows everything until now; SettingError where it is full."""
        if len(list(self)) >= SUBSCRIBER_LIMIT:
            raise SettingError(f"there are {SUBSCRIBER_LIMIT} subscribers already")
        places = (*self._news.places(), Place(self._errors.record))
        found = Subscriber(caller, expires, 1 / hertz, paced, *places)
        found.due = self._loop.time() + found.period
        self._all[caller] = found
        self._stale = False
        return found

    def remove(self, caller: Caller) -> None:
        """Forget a caller, subscribed or not."""
        self._all.pop(caller, None)

    def clear(self) -> None:
        """Forget all."""
        self._all.clear()
        self._told, self._stale = -math.inf, False
        self._wake(math.inf)

    def catch_up(self, found: Subscriber, address: str) -> None:
        """Tell one what happened before it is told of an address, but at the rate it has named."""
        if found.paced:
            found.turned.skip(address)
        else:
            found.tell(found.turned, self._shown)
        found.tell(found.errors, self._error)

    def refuse(self, code: int, reason: str, *, knows: Caller | None = None) -> None:
        """Let all know of an error but the caller who knows of it."""
        name = self._errors.note(code, reason)
        if knows is not None and (found := self.of(knows)):
            found.errors.skip(name)
        self.hear()

    def _error(self, name: str) -> bytes:
        return write(ROOT + "error", self._errors.read(name))

    def hear(self) -> None:
        """Let all know what was set."""
        due = self._told + PAUSE
        if due <= self._loop.time():
            self._tell()
        elif self._timer is None or self._timer.when() > due:
            self._wake(due)

    def publish(self) -> None:
        """Let all know that readings may have changed."""
        if not self._stale:
            self._stale = True
            due = min((each.due for each in self), default=math.inf)
            if self._timer is None or self._timer.when() > due:
                self._wake(due)

    def resume(self) -> None:
        """Go on telling one who was not ready."""
        self._wake(self._loop.time())

    def _tell(self) -> None:
        now = self._loop.time()
        ready = [each for each in self if each.caller.ready]
        due = [each for each in ready if each.due <= now]
        if due and self._stale:
            self._news.look()
            self._stale = False
        shown = functools.cache(self._shown)  # made once, however many are told
        if self._told + PAUSE <= now:
            self._told = now
            for each in ready:
                if not each.paced:
                    each.tell(each.turned, shown)
                each.tell(each.errors, self._error)
        for each in due:
            each.due = now + each.period
            if each.paced:
                each.tell(each.turned, shown)
            each.tell(each.readings, shown)
        self._wake(min(self._next(ready), default=math.inf))

    def _next(self, subscribers: list[Subscriber]) -> Iterator[float]:
        """Yield when there is somebody to be told more."""
        for each in subscribers:
            if not each.caller.ready:
                continue
            if each.errors.is_behind or (each.turned.is_behind and not each.paced):
                yield self._told + PAUSE
            if self._stale or each.readings.is_behind or (each.turned.is_behind and each.paced):
                yield each.due

    def _wake(self, when: float) -> None:
        """Tell at a time; infinity is never."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if when < math.inf:
            self._timer = self._loop.call_at(when, self._tell)

"""What OSC packets ask for, whatever way they came, and who is kept informed.

Of a fader that moves, each subscriber hears the newest value (bridge.control.callers). Who sets a
parameter has each of its values confirmed, after whatever it was still to be told.

Conventions: seconds are the event loop's (monotonic), except for time tags, which are wall time.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Collection, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

from bridge import __version__
from bridge.control.callers import Caller, Subscribers
from bridge.control.desk import Desk
from bridge.control.news import News
from bridge.control.orders import Do, Order, Ping, Press, Show, Subscribe, Turn, Unsubscribe
from bridge.control.packets import Arguments, read, unroll, write
from bridge.control.patterns import is_pattern, meant
from bridge.control.surfaces import FASTEST, ROOT, USUAL, readable, reading, understand
from bridge.core.errors import BridgeError, SettingError
from bridge.core.events import Fault, Message
from bridge.core.params import PARAMS, Value

LEASE = 30.0  # seconds a subscription lasts
WAITING_LIMIT = 256  # messages of future bundles
PATTERN_LIMIT = 4  # in one packet: each may ask for all there is
TEXT_LIMIT = 200  # characters of an error


class Exchange:
    """Does what callers ask for at the desk, answers them and tells subscribers."""

    def __init__(self, desk: Desk, news: News, wall: Callable[[], float] | None = None) -> None:
        self._desk = desk
        self._news = news
        self._wall = wall or _wall_seconds
        self._loop = asyncio.get_running_loop()
        self._subscribers = Subscribers(news, self._shown)
        self._speaker: tuple[Caller, str] | None = None  # who sets an address at this moment
        self._prompter: Caller | None = None  # who sent the prompt that is being read
        self._waiting = 0
        self._patterns = 0  # in the packet that is obeyed
        self._doing: set[asyncio.Task[None]] = set()

    # What callers send.

    def take(self, packet: bytes, caller: Caller) -> None:
        """Obey a packet now or when it is due; what cannot be obeyed is told."""
        self._patterns = 0
        if packet.startswith(b"/"):  # no bundle
            self._obey(packet, caller)
            return
        try:
            for delay, message in unroll(packet, self._wall()):
                if delay <= 0:
                    self._obey(message, caller)
                else:
                    self._postpone(delay, message, caller)
        except SettingError as error:
            self.refuse(error, caller)

    def listen(self, caller: Caller, address: str) -> None:
        """Keep a connection informed of one address until it is forgotten."""
        found = self._subscribers.of(caller)
        if found is None:
            found = self._subscribers.add(caller, math.inf, FASTEST)
            found.wants = set()
        found.expires = math.inf
        if found.wants is not None:
            found.wants.add(address)
        self._send(caller, address, self._read(address))

    def ignore(self, caller: Caller, address: str) -> None:
        """Tell a connection no more of an address."""
        found = self._subscribers.of(caller)
        if found is not None and found.wants is not None:
            found.wants.discard(address)

    def forget(self, caller: Caller) -> None:
        """Tell a caller that has gone no more."""
        self._subscribers.remove(caller)

    def is_subscribed(self, caller: Caller) -> bool:
        """Tell whether a caller is kept informed of anything."""
        return self._subscribers.of(caller) is not None

    def resume(self, caller: Caller) -> None:
        """Go on telling a caller that was not ready."""
        if self.is_subscribed(caller):
            self._subscribers.resume()

    def refuse(self, error: BridgeError, caller: Caller) -> None:
        """Tell why something cannot be obeyed."""
        told = (error.exit_code, str(error)[:TEXT_LIMIT])
        self._send(caller, "error", told)
        # A surface may send from one port and listen on another: subscribers hear of it too.
        self._subscribers.refuse(*told, knows=caller)

    def _postpone(self, delay: float, message: bytes, caller: Caller) -> None:
        if self._waiting >= WAITING_LIMIT:
            raise SettingError(f"{WAITING_LIMIT} messages are waiting for their time already")
        self._waiting += 1
        self._loop.call_later(delay, self._obey_late, message, caller)

    def _obey_late(self, message: bytes, caller: Caller) -> None:
        self._waiting -= 1
        self._patterns = 0
        self._obey(message, caller)

    def _obey(self, message: bytes, caller: Caller) -> None:
        try:
            address, arguments = read(message)
            if is_pattern(address):
                self._obey_all(address, arguments, caller)
            elif order := understand(address, arguments):
                self._perform(order, caller)
        except BridgeError as error:
            self.refuse(error, caller)

    def _obey_all(self, pattern: str, arguments: Arguments, caller: Caller) -> None:
        """Have it done at each address that can; of those that cannot, the first is told."""
        self._patterns += 1
        if self._patterns > PATTERN_LIMIT:
            raise SettingError(f"a packet may hold {PATTERN_LIMIT} patterns at most")
        failed: list[BridgeError] = []
        for address in meant(pattern, arguments):
            try:
                if order := understand(address, arguments):
                    self._perform(order, caller)
            except BridgeError as error:
                failed.append(error)
        if failed:
            raise failed[0]

    def _perform(self, order: Order, caller: Caller) -> None:
        match order:
            case Turn(name, raw):
                self._turn(name, raw, caller)
            case Press(action):
                self._press(action, caller)
            case Do(deed, name):
                task = self._loop.create_task(self._do(self._desk.do(deed, name), caller))
                self._doing.add(task)
                task.add_done_callback(self._doing.discard)
            case Show(addresses):
                for address in addresses:
                    self._send(caller, address, self._read(address))
            case Subscribe(port, hertz):
                self._subscribe(caller.at(port), hertz)
            case Unsubscribe(port):
                self._subscribers.remove(caller.at(port))
            case Ping(number):
                self._send(caller, "pong", (number,))

    def _turn(self, name: str, raw: Value, caller: Caller) -> None:
        address = PARAMS[name].knob.address
        self._speaker = (caller, address)
        try:
            applied = self._desk.turn(name, raw)
        finally:
            self._speaker = None
        if name == "prompt":
            self._prompter = caller
        self._send(caller, address, (applied,))

    def _press(self, action: str, caller: Caller) -> None:
        """Do it, and tell who asked what it has changed, as undo and taps do."""
        before = self._desk.snapshot.settings
        self._desk.press(action)
        after = self._desk.snapshot.settings
        if after is not before and self._subscribers.of(caller) is None:
            for name, row in PARAMS.items():
                if getattr(after, name) != getattr(before, name):
                    self._send(caller, row.knob.address, self._read(row.knob.address))

    async def _do(self, deed: Coroutine[Any, Any, str], caller: Caller) -> None:
        try:
            address = await deed
        except BridgeError as error:
            self.refuse(error, caller)
        else:
            self._news.note([address])
            self.show([address])
            if self._subscribers.of(caller) is None:
                self._send(caller, address, self._read(address))

    def _subscribe(self, caller: Caller, hertz: float | None) -> None:
        expires, rate, paced = self._loop.time() + LEASE, hertz or USUAL, hertz is not None
        found = self._subscribers.of(caller)
        hello = ("Antiphon", __version__, rate)
        if found is None:
            self._subscribers.add(caller, expires, rate, paced=paced)
        else:
            before, known = (found.period, found.paced), found.wants is None
            found.expires, found.wants = max(expires, found.expires), None
            found.period, found.paced = 1 / rate, paced
            if known:
                if before != (found.period, found.paced):
                    self._send(caller, "hello", hello)
                return
        self._send(caller, "hello", hello)
        for address in readable():
            self._send(caller, address, self._read(address))

    # What callers are sent.

    def _read(self, address: str) -> Arguments:
        return reading(address, self._desk.snapshot, self._desk.names)

    def _shown(self, address: str) -> bytes:
        return write(ROOT + address, self._read(address))

    def _send(self, caller: Caller, address: str, arguments: Arguments) -> None:
        if found := self._subscribers.of(caller):
            self._subscribers.catch_up(found, address)
        caller.send(write(ROOT + address, arguments))

    def _skip(self, caller: Caller, address: str) -> None:
        """Spare whoever asked for a change to hear of it twice."""
        if found := self._subscribers.of(caller):
            found.turned.skip(address)

    # What the process tells its surfaces (bridge.control.desk.Surface).

    def show(self, addresses: Sequence[str]) -> None:
        """Tell all subscribers of parameters and readings; of a prompt also who sent it."""
        if self._speaker is not None:
            self._skip(*self._speaker)
        if "prompt/understood" in addresses and self._prompter is not None:
            self._answer_prompter(self._prompter, addresses)
            self._prompter = None
        self._subscribers.hear()

    def _answer_prompter(self, prompter: Caller, addresses: Collection[str]) -> None:
        if self._subscribers.of(prompter) is None:
            for address in addresses:
                self._send(prompter, address, self._read(address))

    def publish(self) -> None:
        """Let subscribers know what has changed, each no more often than it asked for."""
        self._subscribers.publish()

    def tell(self, message: Message) -> None:
        """Tell all subscribers of trouble; notes go by the MIDI ports."""
        if isinstance(message, Fault):
            self._subscribers.refuse(message.code, message.text[:TEXT_LIMIT])

    async def close(self) -> None:
        """Tell nobody any more."""
        self._subscribers.clear()


def _wall_seconds() -> float:
    return datetime.now(UTC).timestamp()

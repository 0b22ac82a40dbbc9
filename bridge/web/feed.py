"""What one browser is told, and what it asks (the addresses are in bridge.web.panel).

Conventions: one task reads, one writes. What happens between two writings goes out together: of
notes and notices each line, of each address the newest value. A browser that falls behind gets
fewer, larger messages; one that reads no notes is let go.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bridge.control.desk import Desk
from bridge.control.news import News
from bridge.control.orders import Do, Order, Press, Show, Turn
from bridge.control.surfaces import ROOT, readable, reading, understand
from bridge.core.errors import BridgeError, SettingError
from bridge.core.events import Action, Fault, Message, Pulse
from bridge.core.midi import is_note_on, is_sustain, note_off, pedal_up
from bridge.web.past import PANEL, Line, note_line

FRAME = 1 / 60  # seconds between two messages: as often as a browser draws
BACKLOG = 5000  # lines waiting for a browser that does not read
NO_TEXT = 1003  # the code of a socket that sends what we do not take
WORDS = 32  # arguments of a message to us


class Feed:
    """One browser, from its socket's opening to its end."""

    def __init__(
        self,
        desk: Desk,
        news: News,
        socket: WebSocket,
        welcome: Sequence[Line],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`welcome` is what it is told first."""
        self._desk = desk
        self._news = news
        self._places = news.places()
        self._socket = socket
        self._clock = clock
        self._lines: list[Line] = list(welcome)
        self._waiting = asyncio.Event()
        self._doing: set[asyncio.Task[None]] = set()
        self._keys: set[tuple[int, int]] = set()  # channel, pitch of the keys it holds down
        self._feet: set[int] = set()  # channels whose sustain pedal it holds down

    async def run(self) -> None:
        """Serve until the browser goes; its keys and pedals are let go."""
        await self._socket.accept()
        self._show(readable())
        if self._desk.snapshot.pulse is not None:
            self.tell(self._desk.snapshot.pulse)
        tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for channel, pitch in self._keys:
                self._desk.play(*note_off(channel, pitch))
            for channel in self._feet:
                self._desk.play(*pedal_up(channel))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def stir(self) -> None:
        """Note that there may be news."""
        self._waiting.set()

    def tell(self, message: Message) -> None:
        """Tell of notes, of the clock and of trouble."""
        match message:
            case Pulse():
                line = (message.second, message.beat, message.bpm, int(message.playing))
                self._line(PANEL + "pulse", *line, message.away)
            case Action(name):
                self._line(PANEL + "action", name)
            case Fault(_, code, text):
                self._line(ROOT + "error", code, text)
            case _ if (told := note_line(message)) is not None:
                self._line(*told)

    def _line(self, *line: Any) -> None:
        self._lines.append(line)
        self._waiting.set()

    def _show(self, addresses: Sequence[str]) -> None:
        for address in addresses:
            told = reading(address, self._desk.snapshot, self._desk.names)
            self._line(ROOT + address, *told)

    async def _write(self) -> None:
        while len(self._lines) <= BACKLOG:
            await self._waiting.wait()
            self._news.look()
            for place in self._places:
                self._show(list(place.unread()))
            lines, self._lines = self._lines, []
            self._waiting.clear()
            if lines:
                await self._socket.send_text(json.dumps(lines, separators=(",", ":")))
            await asyncio.sleep(FRAME)
        await self._socket.close(1013, "too slow")

    async def _read(self) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                text = await self._text()
                if text is None:
                    await self._socket.close(NO_TEXT, "text only")
                    return
                try:
                    self._obey(*_parsed(text))
                except BridgeError as error:
                    self._refuse(error)

    async def _text(self) -> str | None:
        """Return what it says next, None where that is no text; WebSocketDisconnect."""
        try:
            return await self._socket.receive_text()
        except KeyError:  # the frame has bytes
            return None

    def _obey(self, address: str, *arguments: Any) -> None:
        match address, arguments:
            case "/panel/time", (int() | float() as theirs,):
                self._line(address, theirs, self._clock())
            case "/panel/key", (int() as status, int() as data1, int() as data2):
                self._key(status, data1, data2)
            case _:
                order = understand(address, arguments)
                if order is not None:
                    self._perform(order)

    def _key(self, status: int, data1: int, data2: int) -> None:
        if not (0x80 <= status < 0xC0 and 0 <= data1 < 128 and 0 <= data2 < 128):
            raise SettingError(f"/panel/key takes a note or a controller, not {status} {data1}")
        message, channel = bytes((status, data1, data2)), status & 0x0F
        if status & 0xE0 == 0x80:
            pressed = is_note_on(message)
            (self._keys.add if pressed else self._keys.discard)((channel, data1))
        elif is_sustain(message):
            (self._feet.add if data2 >= 64 else self._feet.discard)(channel)
        self._desk.play(status, data1, data2)

    def _perform(self, order: Order) -> None:
        match order:
            case Turn(name, raw):
                self._desk.turn(name, raw)
            case Press(action):
                self._desk.press(action)
            case Do(deed, name):
                task = asyncio.create_task(self._finish(self._desk.do(deed, name)))
                self._doing.add(task)
                task.add_done_callback(self._doing.discard)
            case Show(addresses):
                self._show(addresses)
            case _:
                raise SettingError("a panel is told everything without asking")

    async def _finish(self, deed: Coroutine[Any, Any, str]) -> None:
        try:
            self._show([await deed])
        except BridgeError as error:
            self._refuse(error)

    def _refuse(self, error: BridgeError) -> None:
        self._line(ROOT + "error", error.exit_code, str(error))


def _parsed(text: str) -> Line:
    """Return an address and arguments; SettingError for anything else."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        line = None
    if (
        not isinstance(line, list) or not 1 <= len(line) <= WORDS or not isinstance(line[0], str)
        or not all(isinstance(word, int | float | str) for word in line[1:])
    ):  # fmt: skip
        raise SettingError(f"not a list of an address and its arguments: {text[:60]!r}")
    return tuple(line)

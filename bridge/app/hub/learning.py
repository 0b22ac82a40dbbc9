"""What the player's knobs and bound keys do, and how they are taught it.

Conventions: lives in control's asyncio loop; seconds are its own (monotonic). What is bound is no
music: it reaches neither the phrase nor the engine.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from bridge.app.hub.learned import (
    NOTHING,
    Learned,
    bindings_of,
    fits,
    read_learned,
    set_aside,
    target,
    write_learned,
)
from bridge.app.hub.mirror import Mirror
from bridge.app.hub.presets import LEARNED
from bridge.control.bindings import Touch
from bridge.control.snapshot import Snapshot
from bridge.control.surfaces import ROOT
from bridge.control.takeover import Takeover, waits
from bridge.core.errors import BridgeError, SettingError
from bridge.core.events import ACTIONS, ControlChange, Heard
from bridge.core.midi import CONTROL, SUSTAIN, is_note_off, is_note_on
from bridge.core.params import BY_ADDRESS, Value
from bridge.desk.cc_map import DOWN, data_at, next_choice, value_at

WINDOW = 0.01  # seconds in which only the newest value of a controller counts
PATIENCE = 20.0  # seconds for which a control to learn is waited for
MODES = 120  # from here on control changes are channel modes, as a DAW sends them when it stops


class Host(Protocol):
    """What it needs of the hub."""

    snapshot: Snapshot

    def turn(self, name: str, raw: Value) -> Value:
        """Set a parameter by hand."""

    def press(self, action: str) -> None:
        """Do one of ACTIONS."""

    def know(self, **news: Any) -> None:
        """Change what the snapshot says."""

    def complain(self, code: int, text: str) -> None:
        """Tell of something that failed."""


class Learner:
    """Knows what is bound, and does it."""

    def __init__(self, host: Host, folder: Path, controller: str, mirror: Mirror) -> None:
        """What was taught lies in `folder`; `controller` is the name of a map, or nothing."""
        self._host = host
        self._path = folder / LEARNED
        self._map, self._learned = bindings_of(controller), NOTHING
        self._mirror = mirror
        self._takeover = Takeover()
        self._bound: dict[Touch, str] = {}
        self._loop = asyncio.get_running_loop()
        self._moved: dict[Touch, int] = {}  # newest value of what waits to be turned
        self._down: set[Touch] = set()  # buttons that are down
        self._pushed: dict[Touch, float] = {}  # when each button was last pressed
        self._keys: set[tuple[int, int]] = set()  # channel, pitch of bound keys that are down
        self._pedals: set[int] = set()  # channels on which the phrase has its pedal down
        self._turn = asyncio.Lock()
        self._saving: set[asyncio.Task[None]] = set()
        self._waiting: asyncio.TimerHandle | None = None  # ends what waits to be learned
        self._refused = False  # whether a key that cannot be learned was told of

    def open(self) -> None:
        """Read what was taught before; a broken file is told, set aside and not lost."""
        try:
            self._learned = read_learned(self._path)
        except SettingError as error:
            try:
                story = f"{error}; it is now called {set_aside(self._path)}"
            except BridgeError as why:
                story = f"{error}; {why}"
            self._host.complain(error.exit_code, story)
        taught = self._learned.taught.rows
        unknown = [a for _, a in taught if a not in ACTIONS and a not in BY_ADDRESS]
        if unknown:
            told = f"{self._path.name}: skipped {', '.join(unknown)[:120]}, which nothing is called"
            self._host.complain(SettingError.exit_code, told)
        self._rebind()

    async def close(self) -> None:
        """Wait for no control any more, and finish writing."""
        self._stop_waiting()
        if self._saving:
            await asyncio.wait(self._saving)

    def names(self) -> Sequence[str]:
        """Return what is bound, a line each."""
        return [f"{address}: {touch}" for touch, address in self._bound.items()]

    async def learn(self, name: str) -> None:
        """Wait PATIENCE for the control that shall do this from now on; no name gives up."""
        address = target(name) if name else ""
        self._stop_waiting()
        if address:
            self._waiting = self._loop.call_later(PATIENCE, self._give_up)
        self._host.know(learning=address)

    def _give_up(self) -> None:
        self._host.know(learning="")

    def _stop_waiting(self) -> None:
        self._refused = False
        if self._waiting is not None:
            self._waiting.cancel()

    async def forget(self, name: str) -> None:
        """Let nothing do this any more, not even what the map of a controller says."""
        address = name.removeprefix(ROOT)
        if address not in {a for _, a in self._learned.over(self._map).rows}:
            raise SettingError(f"nothing was learned for {address[:80]}")
        self._learned = self._learned.without(address, self._map)
        self._rebind()
        self._save()

    async def restore(self, name: str) -> None:
        """Let the control do this that has it in the map of --controller, and nothing else."""
        address = name.removeprefix(ROOT)
        row = next((row for row in self._map.rows if row[1] == address), None)
        if row is None:
            raise SettingError(f"no map of a controller in use has {address[:80]}")
        self._learned = self._learned.restored(row)
        self._rebind()
        self._save()

    def hear(self, message: Heard | ControlChange) -> Heard | None:
        """Take a message of the player's; return what of it is music."""
        if isinstance(message, ControlChange):
            return self._hear_control(message)
        data = bytes((message.status, message.data1, message.data2))
        key = (message.status & 0x0F, message.data1)
        if is_note_on(data):
            if self._press(Touch("note", message.data1, key[0] + 1)):
                self._keys.add(key)
                return None
            self._keys.discard(key)
        elif is_note_off(data) and key in self._keys:
            self._keys.discard(key)
            self._touched(Touch("note", message.data1, key[0] + 1), 0)
            return None
        return message

    def _press(self, touch: Touch) -> bool:
        """Take a key that went down; tell whether it is bound."""
        address = self._host.snapshot.learning
        if address and fits(touch, address):
            self._bind(touch, address)
            return True
        if address and not self._refused:
            self._refused = True
            told = f"a key cannot turn {address}: move a knob or a fader"
            self._host.complain(SettingError.exit_code, told)
        address = self._bound.get(touch, "")
        self._touched(touch, DOWN)
        if address in ACTIONS:
            self._try_press(address)
        elif row := BY_ADDRESS.get(address):
            value = getattr(self._host.snapshot.settings, row.name)
            self._try_turn(address, next_choice(row, value))
        return bool(address)

    def _hear_control(self, message: ControlChange) -> Heard | None:
        touch = Touch("cc", message.number, message.channel + 1)
        learning = self._host.snapshot.learning
        if learning and message.number < MODES:
            self._takeover.stands(touch, message.value)
            self._bind(touch, learning)
            if row := BY_ADDRESS.get(learning):  # it was moved on purpose: it has hold at once
                self._takeover.has_set(touch, getattr(self._host.snapshot.settings, row.name))
            self._touched(touch, message.value)
            if message.value >= DOWN:
                self._down.add(touch)  # what taught it does not press it too
        elif address := self._bound.get(touch):
            self._touched(touch, message.value)
            self._move(touch, address, message.value)
        if message.number == SUSTAIN:
            return self._step(message, bound=touch in self._bound)
        return None

    def _step(self, message: ControlChange, *, bound: bool) -> Heard | None:
        """Return what a phrase hears of a pedal: that it goes down or up, not how far it is."""
        down = message.value >= DOWN
        if down == (message.channel in self._pedals) or (down and bound):
            return None
        (self._pedals.add if down else self._pedals.discard)(message.channel)
        return Heard(message.beat, CONTROL | message.channel, SUSTAIN, message.value)

    def _move(self, touch: Touch, address: str, value: int) -> None:
        if address in ACTIONS:
            self._push(touch, address, down=value >= DOWN)
            return
        held = self._has_hold(touch, address, value) or touch in self._moved
        self._tell_of(touch, address, value, held=held)
        if not held:
            return
        if not self._moved:
            self._loop.call_later(WINDOW, self._apply)
        self._moved[touch] = value

    def _has_hold(self, touch: Touch, address: str, data: int) -> bool:
        """Tell whether a knob may turn its value from where it is."""
        row, settings = BY_ADDRESS[address], self._host.snapshot.settings
        now = getattr(settings, row.name)
        holds = self._takeover.moved(
            touch, data, place=data_at(row, now), value=now, meant=value_at(row, data)
        )
        return holds or settings.control_takeover == "off"

    def _tell_of(self, touch: Touch, address: str, data: int, *, held: bool) -> None:
        """Tell which way to turn a knob that has no hold of its value."""
        row, snapshot = BY_ADDRESS[address], self._host.snapshot
        place = data_at(row, getattr(snapshot.settings, row.name))
        text = "" if held else waits(touch, address, at=data, place=place)
        if text != snapshot.waits:
            self._host.know(waits=text)

    def _touched(self, touch: Touch, data: int) -> None:
        if touch in self._bound:
            self._mirror.touched(touch, data)

    def _push(self, touch: Touch, address: str, *, down: bool) -> None:
        """Press once each time a button, or a knob used as one, comes down."""
        now = self._loop.time()
        pressed = down and touch not in self._down
        (self._down.add if down else self._down.discard)(touch)
        if pressed and now - self._pushed.get(touch, -math.inf) >= WINDOW:
            self._pushed[touch] = now
            self._try_press(address)

    def _apply(self) -> None:
        moved, self._moved = self._moved, {}
        for touch, data in moved.items():
            row = BY_ADDRESS.get(self._bound.get(touch, ""))
            if row is not None:  # else it was forgotten meanwhile
                self._try_turn(row.knob.address, value_at(row, data))
                self._takeover.has_set(touch, getattr(self._host.snapshot.settings, row.name))

    def _try_turn(self, address: str, value: Value) -> None:
        name = BY_ADDRESS[address].name
        if value != getattr(self._host.snapshot.settings, name):
            with self._told():
                self._host.turn(name, value)

    def _try_press(self, action: str) -> None:
        with self._told():
            self._host.press(action)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what cannot be done: a knob has no sender to answer."""
        try:
            yield
        except BridgeError as error:
            self._host.complain(error.exit_code, str(error))

    def _bind(self, touch: Touch, address: str) -> None:
        self._stop_waiting()
        before = self._bound.get(touch, address)
        self._learned = self._learned.having(touch, address)
        self._rebind()
        self._save()
        was = "" if before == address else f"; was {before}"
        self._host.know(learning="", learned=f"{address}: {touch}{was}", waits="")

    def _rebind(self) -> None:
        rows, before = self._learned.over(self._map).rows, self._bound
        self._bound = {touch: a for touch, a in rows if a in ACTIONS or a in BY_ADDRESS}
        for touch, address in before.items():
            if self._bound.get(touch) != address:
                self._takeover.let_go(touch)
        self._mirror.bind(self._bound)

    def _save(self) -> None:
        task = self._loop.create_task(self._write(self._learned))
        self._saving.add(task)
        task.add_done_callback(self._saving.discard)

    async def _write(self, learned: Learned) -> None:
        async with self._turn:
            with self._told():
                await asyncio.to_thread(write_learned, self._path, learned)

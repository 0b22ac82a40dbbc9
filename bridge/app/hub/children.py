"""The player and the engine: kept alive while we play, ended when we stop.

Conventions: seconds are monotonic.
"""

from __future__ import annotations

import asyncio
import functools
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bridge.app.hub.child import LAST_WORDS, Child
from bridge.app.hub.turns import Turns
from bridge.core.errors import BridgeError, PortError
from bridge.core.events import Fault, Message

GLANCE = 0.5  # seconds between looks at a child
FAREWELL = 2.0  # seconds for all children to end by themselves
SOON = 0.1  # seconds until a child that crashed is started again
PORT_PATIENCE = 3.0  # seconds until a lost MIDI system is tried again
CRASHES, CRASH_SPAN = 3, 10.0  # more restarts than this within these seconds are a loop
FATAL = range(2, 6)  # exit codes of mistakes that only the musician can mend
COMMANDS = {
    "player": (sys.executable, "-m", "bridge.app.player.process"),
    "engine": (sys.executable, "-m", "bridge.app.engine.process"),
}


class StartError(BridgeError):
    """A child that could not begin; the exit code is that of its own error."""

    def __init__(self, who: str, code: int, text: str) -> None:
        super().__init__(text)
        self.who = who
        self.exit_code = code


class Crew:
    """All children: what they say is handed on, what ends is begun again."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        config: Callable[[str], Mapping[str, Any]],
        heard: Callable[[str, Message], None],
        reborn: Callable[[str, int, str], None],
    ) -> None:
        """`reborn(who, times, story)` is called after restart number `times` in CRASH_SPAN."""
        self._commands = commands
        self._config = config
        self._heard = heard
        self._reborn = reborn
        self._children: dict[str, Child] = {}
        self._turns: dict[str, Turns] = {}
        self._loop = asyncio.get_running_loop()

    def send(self, who: str, message: Message) -> None:
        """Send a message to a child; a dead one has no use for it."""
        if who in self._turns:
            self._turns[who].send(message)

    def _write(self, child: Child, message: Message) -> None:
        if child.link.closed:
            return
        child.link.send(message)
        if child.link.waiting and not child.link.closed:
            self._loop.add_writer(child.link, self._drain, child)

    def _drain(self, child: Child) -> None:
        child.link.flush()
        if not child.link.waiting or child.link.closed:
            self._loop.remove_writer(child.link)

    def _read(self, child: Child) -> None:
        for message in child.receive():
            if isinstance(message, Fault) and not child.greeted and message.code in FATAL:
                child.held = message
                continue
            if child.held:
                self._heard(child.who, child.held)
                child.held = None
            self._heard(child.who, message)
        if child.link.closed:
            self._loop.remove_reader(child.link)

    async def keep(self, who: str) -> None:
        """Keep a child alive for ever; raises BridgeError when that is hopeless."""
        restarts: list[float] = []
        story, ever_greeted = "", False
        while True:
            child = Child.spawn(who, self._commands[who], self._config(who))
            self._children[who] = child
            self._turns[who] = Turns(functools.partial(self._write, child))
            self._loop.add_reader(child.link, self._read, child)
            if story:
                self._reborn(who, len(restarts), story)
            await self._watch(child)
            self._forget(child)
            story, ever_greeted = child.story(), ever_greeted or child.greeted
            await asyncio.sleep(_verdict(child, restarts, ever_greeted=ever_greeted))

    async def _watch(self, child: Child) -> None:
        """Wait until a child has ended, or end it when it hangs."""
        glance = time.monotonic()
        while child.process.poll() is None and not child.gone.is_set():
            if time.monotonic() - glance > 2 * GLANCE:
                child.alive = time.monotonic()  # we were the ones asleep: a lid was closed
            glance = time.monotonic()
            if child.hangs(glance):
                child.verdict = "it gave no sign of life"
                return
            try:
                await asyncio.wait_for(child.gone.wait(), GLANCE)
            except TimeoutError:
                continue
        for _ in range(50):  # it let go of its link: give it time to say why
            if child.process.poll() is not None:
                return
            await asyncio.sleep(LAST_WORDS / 50)

    def _forget(self, child: Child) -> None:
        self._children.pop(child.who, None)
        if turns := self._turns.pop(child.who, None):
            turns.close()
        self._loop.remove_reader(child.link)
        self._loop.remove_writer(child.link)
        if not child.link.closed:
            self._read(child)
        child.bury()

    async def close(self) -> None:
        """End all children, gently and then not."""
        children = list(self._children.values())
        for child in children:
            child.ask_to_end()
        for _ in range(100):
            if all(child.process.poll() is not None for child in children):
                break
            await asyncio.sleep(FAREWELL / 100)
        for child in children:
            self._forget(child)


def _verdict(child: Child, restarts: list[float], *, ever_greeted: bool) -> float:
    """Return after how many seconds to start again; raises BridgeError if it must not be."""
    code = child.fault.code if child.fault else child.process.returncode
    if not child.greeted and code in FATAL:
        if code != PortError.exit_code or not ever_greeted:
            raise StartError(child.who, code, child.story())
        return PORT_PATIENCE  # the MIDI system went away in mid-song, and may come back
    now = time.monotonic()
    restarts[:] = [*(then for then in restarts if now - then < CRASH_SPAN), now]
    if len(restarts) > CRASHES:
        raise BridgeError(
            f"the {child.who} ended {len(restarts)} times within {CRASH_SPAN:g} seconds; "
            f"the last time: {child.story()}"
        )
    return SOON

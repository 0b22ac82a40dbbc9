"""The player and the engine: kept alive while we play, ended when we stop.

Conventions: seconds are monotonic.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import sys
import time
from collections import defaultdict
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


class Renewal:
    """A child that is to end and begin anew; `before` is its life until then, if it had one."""

    def __init__(self, before: Child | None) -> None:
        self.before = before
        self.outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def end(self, story: str) -> None:
        """Tell whoever waits how it went."""
        if not self.outcome.done():
            self.outcome.set_result(story)


class Crew:
    """All children: what they say is handed on, what ends is begun again."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        config: Callable[[str], Mapping[str, Any]],
        heard: Callable[[str, Message], None],
        reborn: Callable[[str, int, str], None],
        yields: Callable[[str], bool] = lambda _who: False,
    ) -> None:
        """`reborn(who, times, story)` is called after restart number `times` in CRASH_SPAN.

        The story is empty where we ended the child ourselves. `yields(who)` tells whether one that
        could not begin for want of a port shall be tried another way.
        """
        self._commands = commands
        self._config = config
        self._heard = heard
        self._reborn = reborn
        self._children: dict[str, Child] = {}
        self._turns: dict[str, Turns] = {}
        self._yields = yields
        self._renewals: dict[str, Renewal] = {}
        self._hurry: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._orderly: set[str] = set()  # whose last life ended as it should
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
            self._note_birth(child)
        if child.link.closed:
            self._loop.remove_reader(child.link)

    async def renew(self, who: str) -> str:
        """End a child in order and begin it anew; return why it could not begin, empty if it did.

        One that waits to be tried again is tried now.
        """
        renewal = self._renewals[who] = Renewal(self._children.get(who))
        if renewal.before is not None:
            renewal.before.ask_to_end()
        self._hurry[who].set()
        return await renewal.outcome

    def left_in_order(self, who: str) -> bool:
        """Whether the last life of a child ended as it should: all it owed was paid."""
        return who in self._orderly

    async def keep(self, who: str) -> None:
        """Keep a child alive for ever; raises BridgeError when that is hopeless."""
        restarts: list[float] = []
        ever_greeted = False
        story: str | None = None
        while True:
            child = self._begin(who)
            if story is not None:
                self._reborn(who, len(restarts), story)
            await self._watch(child)
            self._forget(child)
            (self._orderly.add if child.process.returncode == 0 else self._orderly.discard)(who)
            ever_greeted = ever_greeted or child.greeted
            story = self._untold(child)
            if self._is_renewed(child):
                continue
            try:
                patience = _verdict(child, restarts, ever_greeted=ever_greeted)
            except StartError as error:
                if error.exit_code != PortError.exit_code or not self._yields(who):
                    raise
                story, patience = None, 0.0
            await self._pause(who, patience)

    def _begin(self, who: str) -> Child:
        child = Child.spawn(who, self._commands[who], self._config(who))
        self._children[who] = child
        self._turns[who] = Turns(functools.partial(self._write, child))
        self._loop.add_reader(child.link, self._read, child)
        return child

    def _is_renewed(self, child: Child) -> bool:
        """Tell whether a child ended because another is to begin in its place."""
        renewal = self._renewals.get(child.who)
        return renewal is not None and renewal.before is child

    def _untold(self, child: Child) -> str:
        """Return what ended a child; empty where we did, or who had it begun is told of it now."""
        if self._is_renewed(child):
            return ""
        if child.who in self._renewals and not child.greeted:
            self._renewals.pop(child.who).end(child.story())
            return ""
        return child.story()

    async def _pause(self, who: str, seconds: float) -> None:
        """Wait until a child is to be begun again, or somebody asks for it."""
        self._hurry[who].clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hurry[who].wait(), seconds)

    def _note_birth(self, child: Child) -> None:
        renewal = self._renewals.get(child.who)
        if renewal is not None and child.greeted and renewal.before is not child:
            self._renewals.pop(child.who).end("")

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

"""The MIDI ports that are chosen while we play: another player takes over with other ports.

The player that plays ends in order, every note released, and the next one goes on at its place in
the song. Conventions: lives in control's asyncio loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Protocol

from bridge.app.hub.children import Crew
from bridge.app.hub.kept_ports import Ends, lasting, read_ports, write_ports
from bridge.app.hub.plan import Plan
from bridge.control.snapshot import Snapshot
from bridge.core.devices import KINDS, Kind, find
from bridge.core.errors import BridgeError, PortError, SettingError
from bridge.core.events import Attachable, ListPorts

ANSWERS = 2.0  # seconds a player has to say which ports there are
OPENS = 15.0  # seconds until another one has opened its ports, or said why not
LOOPBACK = "loopback"
CABLED: Mapping[Kind, str] = {"input": "sources", "output": "targets"}


class Host(Protocol):
    """What it needs of the hub."""

    snapshot: Snapshot
    crew: Crew

    def know(self, **news: Any) -> None:
        """Change what the snapshot says."""

    def complain(self, code: int, text: str) -> None:
        """Tell of something that failed."""


class PortChoice:
    """Knows which ports are wanted; a flag of the command line outweighs what is remembered."""

    def __init__(self, host: Host, plan: Plan) -> None:
        self._host, self._api, self._path = host, plan.api, plan.kept_ports
        self._used = self._wished = Ends(plan.listen, plan.play)
        self._kept = Ends()  # what is remembered, of this start or of one before
        self._ways: list[Ends] = []  # other ways to begin, where a remembered port is absent
        self._unplugged: tuple[Kind, ...] = ()  # ends whose cables are not laid anew
        self._played = False  # whether a player has ever been there
        self._turn = asyncio.Lock()
        self._there = Attachable((), ())
        self._asked: asyncio.Future[None] | None = None

    def open(self) -> None:
        """Take up what was chosen before; a broken file is told, and our own ports used."""
        if self._path is not None and self._api != LOOPBACK:
            try:
                self._kept = read_ports(self._path, self._api)
            except SettingError as error:
                self._host.complain(error.exit_code, str(error))
        inputs, outputs = (
            tuple(dict.fromkeys([getattr(self._used, kind) or getattr(self._kept, kind), own]))
            for kind in KINDS
            for own in [getattr(self._used, kind)]
        )
        self._used, *self._ways = [Ends(i, o) for o in outputs for i in inputs]
        self._wished = self._used
        self._show()

    def for_player(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a player is told, with its ports, and without cables that are not wanted."""
        cables = told["cables"]
        if cables is not None:
            cables = cables | {CABLED[kind]: () for kind in self._unplugged}
        ends = {kind: name or None for kind, name in asdict(self._used).items()}
        return {**told, **ends, "cables": cables}

    def yields(self, who: str) -> bool:
        """Do without a remembered port that could not be opened; tell if that is another way."""
        if who != "player" or not self._ways:
            return False
        self._used = self._ways.pop(0)
        return True

    def begun(self) -> None:
        """Take note that a player plays; tell, once, which remembered ports it does without."""
        for kind in KINDS:
            if (name := getattr(self._wished, kind)) != getattr(self._used, kind):
                text = f"MIDI {kind} {name!r}, chosen the last time, cannot be opened"
                self._host.complain(PortError.exit_code, f"{text}; our own port is used")
        self._wished, self._ways, self._played = self._used, [], True
        self._show()

    def hear(self, there: Attachable) -> None:
        """Take note of what the player says there is."""
        self._there = there
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(None)

    def names(self, of: str) -> Sequence[str]:
        """Return the `inputs` or `outputs` that there were when somebody looked last."""
        return self._there.inputs if of == "inputs" else self._there.outputs

    async def look(self) -> None:
        """Have the player say which ports there are; PortError where it does not.

        It asks the clients it has: none comes or goes, which would disturb JACK.
        """
        if self._asked is None or self._asked.done():
            self._asked = asyncio.get_running_loop().create_future()
            self._host.crew.send("player", ListPorts())
        try:
            async with asyncio.timeout(ANSWERS):
                await asyncio.shield(self._asked)
        except TimeoutError:
            self._asked = None
            raise PortError("no player is there to tell which MIDI ports there are") from None

    async def choose(self, kind: Kind, name: str) -> None:
        """Use another port from now on, an empty name being our own, and remember it.

        Raises PortError where there is no such port, or it cannot be opened: the one before is used
        again then.
        """
        if self._api == LOOPBACK:
            raise SettingError("there is no port to choose: the musician inside plays (loopback)")
        async with self._turn:
            wanted = await self._checked(kind, name)
            before = self._used
            if wanted != getattr(before, kind):
                self._used = self._wished = replace(before, **{kind: wanted})
                if story := await self._take_over(kind):
                    self._used = self._wished = before
                    await self._take_over()
                    again = getattr(before, kind) or "our own port"
                    raise PortError(f"{story}; {again} is used again")
                self._show()
            await self._keep(kind, wanted)

    async def _checked(self, kind: Kind, name: str) -> str:
        """Return the name to attach to; PortError where there is no such port.

        The player is asked in any case: it then tells of its cables, too.
        """
        try:
            await self.look()
        except PortError:
            if not self._played:
                raise
            return name  # a player whose port has gone can tell nothing, and another may help
        if not name:
            return ""
        names = self.names(f"{kind}s")
        return lasting(names[find(names, name, kind)], names)

    async def _take_over(self, *unplugged: Kind) -> str:
        """Let another player begin; return why it could not."""
        self._unplugged = unplugged
        try:
            async with asyncio.timeout(OPENS):
                return await self._host.crew.renew("player")
        except TimeoutError:
            return f"the player did not begin within {OPENS:g} s"
        finally:
            self._unplugged = ()

    async def _keep(self, kind: Kind, name: str) -> None:
        self._kept = replace(self._kept, **{kind: name})
        if self._path is None:
            return
        try:
            await asyncio.to_thread(write_ports, self._path, self._api, self._kept)
        except BridgeError as error:
            self._host.complain(error.exit_code, str(error))

    def _show(self) -> None:
        if self._api != LOOPBACK:
            self._host.know(chosen=(self._used.input, self._used.output))

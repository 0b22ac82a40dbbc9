"""The hub between player, engine, control surfaces, takes and the terminal.

Conventions: lives in one asyncio loop; nothing here may block, files are written in a thread.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from bridge.app.hub.children import Crew
from bridge.app.hub.company import Company
from bridge.app.hub.deeds import Deeds
from bridge.app.hub.ear import Ear
from bridge.app.hub.keeper import Keeper
from bridge.app.hub.link import check_link
from bridge.app.hub.plan import Plan, for_engine, for_player
from bridge.app.hub.prompting import Prompting
from bridge.app.hub.recovery import Recovery
from bridge.app.hub.surfaces import Doorways, Surfaces
from bridge.app.hub.view import View
from bridge.app.places import check_model, model_names
from bridge.control.history import History
from bridge.control.snapshot import Snapshot, after
from bridge.core.errors import ModelError, SettingError
from bridge.core.events import (
    Action,
    Attachable,
    Cancel,
    ControlChange,
    Fault,
    Heard,
    Hello,
    Message,
    Play,
    Played,
    Pulse,
    Retract,
    TakeDone,
    Turned,
    Understood,
)
from bridge.core.frozen import changed
from bridge.core.params import PARAMS, Settings, Value, change

LOOK, LAST_TAKE_LOOKS = 0.02, 25  # seconds between looks for the last take, and how many


class Hub:
    """Everything meets here; it owns the snapshot."""

    def __init__(self, plan: Plan, view: View) -> None:
        self.plan = plan
        self.snapshot = Snapshot(
            settings=plan.settings, osc_port=plan.osc_port, web_port=plan.web_port, api=plan.api,
            takes=str(plan.takes), preset=plan.preset,
        )  # fmt: skip
        self._view = view
        self._prompting = Prompting(plan.settings)
        if plan.preset and plan.preset.settings.prompt == plan.settings.prompt:
            self._prompting.recall(plan.settings.prompt)
        self._history = History()
        self._deeds = Deeds(self, plan)
        self._surfaces = Surfaces()
        self._ear = Ear(self)
        self._keeper = Keeper(plan.takes, self._kept)
        begin = (self._config, self._take_in, self._reborn, self._deeds.ports.yields)
        self.crew = Crew(plan.commands, *begin)
        self._recovery = Recovery(self, self.crew.send, self._take_in, self._keeper.keep)
        self._company = Company(self, lambda s: self.crew.send("player", s), plan.live_ports)

    async def open(self) -> None:
        """Open the surfaces' ports, join who else there is; PortError if a port is taken."""
        check_link(self.plan.settings.clock_source)
        plan = self.plan
        ports = Doorways(plan.osc_port, plan.web_port, plan.query_port, plan.reach)
        await self._surfaces.open(self, ports)
        self._deeds.open()
        await self._company.open(self.plan.settings)

    async def close(self) -> None:
        """Keep the take that sounds, end the children, finish writing, close port and view."""
        await self._rest()
        self._deeds.mirror.close()
        await self.crew.close()
        self._ear.close()
        await self._company.close()
        await self._keeper.finish()
        await self._deeds.learner.close()
        await self._surfaces.close()
        self._view.close(self.snapshot)

    async def _rest(self) -> None:
        """Have the engine end its answer and hand it over, if it still listens to anybody."""
        if self.snapshot.status.state not in ("thinking", "responding"):
            return
        self.crew.send("engine", Action("stop"))
        for _ in range(LAST_TAKE_LOOKS):
            await asyncio.sleep(LOOK)
            if self.snapshot.status.state == "idle":
                return

    # What control surfaces ask for (bridge.control.desk.Desk).

    def turn(self, name: str, raw: Value) -> Value:
        """Set a parameter by hand, tell children and surfaces and return the value applied."""
        before = self.snapshot.settings
        self._set({name: raw})
        value: Value = getattr(self.snapshot.settings, name)
        if name == "prompt":
            self._prompting.ask(str(value))
        self._remember(before, (name,))
        return value

    def press(self, action: str) -> None:
        """Do what a button asks for."""
        match action:
            case "tap":
                before = self.snapshot.settings
                self._company.tap(time.monotonic())
                self._remember(before)
            case "undo" | "redo":
                self._travel(action)
            case _:
                self.order(action)
                if action == "start":
                    self._company.start()

    def play(self, status: int, data1: int, data2: int) -> None:
        """Have the player take a message as its keyboard's."""
        self.crew.send("player", Played(status, data1, data2))

    def recall(self, values: Mapping[str, Value]) -> None:
        """Set parameters in one step by hand; what a prompt among them asks for is there too."""
        before = self.snapshot.settings
        self._restore(values)
        self._history = self._history.recalled(before, self.snapshot.settings)

    def _restore(self, values: Mapping[str, Value]) -> None:
        self.adopt(values)
        if "prompt" in values:
            self._prompting.recall(self.snapshot.settings.prompt)

    def _travel(self, way: Literal["undo", "redo"]) -> None:
        self._history, values = getattr(self._history, way)(self.snapshot.settings)
        if not values:
            raise SettingError(f"there is nothing to {way}")
        self._restore(values)

    def _remember(self, before: Settings, names: Iterable[str] = PARAMS) -> None:
        now = time.monotonic()
        settings = self.snapshot.settings
        self._history = self._history.turned(before, settings, now, names=names)

    def check(self, values: Mapping[str, Value]) -> Settings:
        """Return the settings with these values; raises BridgeError if one of them cannot be."""
        settings = self.snapshot.settings
        for name, raw in values.items():
            settings = change(settings, name, raw)
        if "model" in values:
            check_model(settings.model, self.models(), self.plan.models)
        if "clock_source" in values:
            check_link(settings.clock_source)
        return settings

    def _set(self, values: Mapping[str, Value]) -> None:
        """Set parameters in one step and tell all; change nothing if one of them cannot be."""
        settings = self.check(values)
        self._know(changed(self.snapshot, settings=settings))
        for name in values:
            self._send_both(Turned(name, getattr(settings, name)))
        self._surfaces.show([PARAMS[name].knob.address for name in values])
        for name in values:
            self._company.note(name, settings)

    def do(self, deed: str, name: str) -> Coroutine[Any, Any, str]:
        """Begin one of DEEDS or LOOKED; what is awaited is the address at which it shows."""
        return self._deeds.do(deed, name)

    def names(self, of: str) -> Sequence[str]:
        """Return the names of one of LISTS."""
        return self.models() if of == "models" else self._deeds.names(of)

    def models(self) -> Sequence[str]:
        """Return the names of the models there are now."""
        return model_names(self.plan.models)

    # What others ask for (bridge.app.hub.company.Host).

    def adopt(self, values: Mapping[str, Value]) -> None:
        """Set parameters that no hand has turned."""
        self._set(values)

    def order(self, action: str) -> None:
        """Hand an action to the children, and show it."""
        self._send_both(Action(action))
        self._surfaces.tell(Action(action))
        self._ear.tell(Action(action))

    def know(self, **news: Any) -> None:
        """Change what the snapshot says."""
        self._know(replace(self.snapshot, **news))

    def show_live(self, text: str) -> None:
        """Show what is known of Ableton Live."""
        self.know(live=text)

    def complain(self, code: int, text: str) -> None:
        """Tell of something that failed."""
        self._take_in("control", Fault("control", code, text))

    def _send_both(self, message: Turned | Action) -> None:
        self.crew.send("player", message)
        self.crew.send("engine", message)

    # What the children say.

    def _take_in(self, _who: str, message: Message) -> None:
        self._deeds.mirror.hear(message)
        if isinstance(message, Heard | ControlChange):
            music = self._deeds.learner.hear(message)
            if music is None:
                return
            message = music
        self._surfaces.tell(message)
        self._ear.tell(message)
        known = self._recovery.note(message)
        if known is None:
            return
        match message:
            case Heard() | Pulse():
                self.crew.send("engine", message)
            case Play() | Cancel() | Retract():
                self.crew.send("player", message)
            case Attachable():
                self._deeds.ports.hear(message)
            case Hello("engine") if self._prompting.waiting:
                self.crew.send("engine", Turned("prompt", self._prompting.waiting))
            case Understood():
                self._follow(message)
                return
            case TakeDone():
                self._keeper.keep(message)
            case Fault():
                self._mend(message)
        self._know(after(self.snapshot, known))
        self._company.hear(message)
        if isinstance(message, Hello):
            self._deeds.begun(message.who)

    def _mend(self, fault: Fault) -> None:
        """Return to the model in force if it was another that cannot be had."""
        playing, asked = self.snapshot.status.model, self.snapshot.settings.model
        if fault.code == ModelError.exit_code and asked != playing in self.models():
            self.adopt({"model": playing})

    def _follow(self, said: Understood) -> None:
        """Set what a prompt asks for, and tell what was understood of it."""
        if said.prompt != self.snapshot.settings.prompt:
            return  # another prompt is on its way
        turns, settings, said = self._prompting.follow(said, self.snapshot.settings)
        for name, value in turns.items():
            self._send_both(Turned(name, value))
        now, before = time.monotonic(), self.snapshot.settings
        self._history = self._history.followed(said.prompt, before, settings, now)
        self._know(replace(after(self.snapshot, said), settings=settings))
        addresses = [PARAMS[name].knob.address for name in turns]
        self._surfaces.show([*addresses, "prompt/understood"])

    def _know(self, snapshot: Snapshot) -> None:
        if snapshot == self.snapshot:
            return
        self.snapshot = snapshot
        if self._recovery.has_played:  # where no player began, one line says why, and no screen
            self._view.show(snapshot)
        self._surfaces.publish()
        self._deeds.mirror.look()

    def _config(self, who: str) -> dict[str, Any]:
        if who == "engine":
            return for_engine(self.plan, self.snapshot)
        past = self._recovery.for_player(in_order=self.crew.left_in_order(who))
        return self._deeds.ports.for_player(for_player(self.plan, self.snapshot) | past)

    def _reborn(self, who: str, times: int, story: str) -> None:
        if story:
            self._take_in(who, Fault("control", 1, f"the {who} was restarted: {story}"))
        self._recovery.go_on(who, times, in_order=self.crew.left_in_order(who))

    def _kept(self, news: str | Fault) -> None:
        """Tell of a take that was written, or could not be."""
        if isinstance(news, Fault):
            self._take_in("control", news)
        else:
            self.know(saved=news)

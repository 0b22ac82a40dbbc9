"""The hub between player, engine, control surfaces, takes and the terminal.

Conventions: lives in one asyncio loop; nothing here may block, files are written in a thread.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from bridge.app.children import Crew
from bridge.app.company import Company
from bridge.app.keeper import Keeper
from bridge.app.link import check_link
from bridge.app.memory import AnswerMemory, PhraseMemory, lost_take, where_to_resume
from bridge.app.places import check_model, model_names
from bridge.app.plan import Plan
from bridge.app.prompting import Prompting, said_back
from bridge.app.surfaces import Doorways, Surfaces
from bridge.app.view import View
from bridge.control.snapshot import Snapshot, after
from bridge.core.beat import BeatClock
from bridge.core.errors import ModelError
from bridge.core.events import (
    Action,
    Cables,
    Cancel,
    Fault,
    Heard,
    Hello,
    Message,
    Metered,
    Play,
    Played,
    Pulse,
    Retract,
    Status,
    TakeDone,
    Turned,
    Understood,
)
from bridge.core.params import PARAMS, Value, change

LOOK, LAST_TAKE_LOOKS = 0.02, 25  # seconds between looks for the last take, and how many


class Hub:
    """Everything meets here; it owns the snapshot."""

    def __init__(self, plan: Plan, view: View) -> None:
        self.plan = plan
        self.snapshot = Snapshot(
            settings=plan.settings, osc_port=plan.osc_port, takes=str(plan.takes)
        )
        self._view = view
        self._phrase, self._answer = PhraseMemory(), AnswerMemory()
        self._prompting = Prompting(plan.settings)
        self._cables: Cables | None = None  # the player's, which JACK forgets when it dies
        self._begins_again = False  # the engine will first say that it begins, then what it hears
        self._surfaces = Surfaces()
        self._keeper = Keeper(plan.takes, self._kept)
        self.crew = Crew(plan.commands, self._config, self._take_in, self._reborn)
        self._company = Company(self, lambda s: self.crew.send("player", s), plan.live_ports)

    async def open(self) -> None:
        """Open the surfaces' ports, join who else there is; PortError if a port is taken."""
        check_link(self.plan.settings.clock_source)
        plan = self.plan
        ports = Doorways(plan.osc_port, plan.web_port, plan.query_port, plan.reach)
        await self._surfaces.open(self, ports)
        await self._company.open(self.plan.settings)

    async def close(self) -> None:
        """Keep the take that sounds, end the children, finish writing, close port and view."""
        await self._rest()
        await self.crew.close()
        await self._company.close()
        await self._keeper.finish()
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
        """Set a parameter, tell children and surfaces and return the value applied."""
        settings = change(self.snapshot.settings, name, raw)
        value: Value = getattr(settings, name)
        if name == "model":
            check_model(str(value), self.models(), self.plan.models)
        if name == "clock_source":
            check_link(str(value))
        if name == "prompt":
            self._prompting.waiting = str(value)
        self._know(replace(self.snapshot, settings=settings))
        self._send_both(Turned(name, value))
        self._surfaces.show([PARAMS[name].knob.address])
        self._company.note(name, settings)
        return value

    def press(self, action: str) -> None:
        """Do what a button asks for."""
        match action:
            case "tap":
                self._company.tap(time.monotonic())
            case _:
                if action == "start":
                    self._company.start()
                self.order(action)

    def play(self, status: int, data1: int, data2: int) -> None:
        """Have the player take a message as its keyboard's."""
        self.crew.send("player", Played(status, data1, data2))

    def models(self) -> Sequence[str]:
        """Return the names of the models there are now."""
        return model_names(self.plan.models)

    # What others ask for (bridge.app.company.Host).

    def adopt(self, values: Mapping[str, Value]) -> None:
        """Set parameters as a hand would."""
        for name, value in values.items():
            self.turn(name, value)

    def order(self, action: str) -> None:
        """Hand an action to the children."""
        self._send_both(Action(action))

    def show_live(self, text: str) -> None:
        """Show what is known of Ableton Live."""
        self._know(replace(self.snapshot, live=text))

    def complain(self, code: int, text: str) -> None:
        """Tell of something that failed."""
        self._take_in("control", Fault("control", code, text))

    def _send_both(self, message: Turned | Action) -> None:
        self.crew.send("player", message)
        self.crew.send("engine", message)

    # What the children say.

    def _take_in(self, _who: str, message: Message) -> None:
        self._surfaces.tell(message)
        match message:
            case Heard() | Pulse():
                self._phrase.note(message)
                self.crew.send("engine", message)
            case Play() | Cancel() | Retract():
                self._answer.note(message)
                self.crew.send("player", message)
            case Status(state="armed") if self._begins_again:
                self._begins_again = False
                return
            case Status(state="armed" | "idle"):
                self._phrase.clear()
            case Hello("engine") if self._prompting.waiting:
                self.crew.send("engine", Turned("prompt", self._prompting.waiting))
            case Understood():
                self._follow(message)
                return
            case TakeDone():
                self._keeper.keep(message)
            case Cables():
                self._cables = message
            case Metered():
                self._company.meter(message)
            case Fault():
                self._mend(message)
        self._know(after(self.snapshot, message))

    def _mend(self, fault: Fault) -> None:
        """Return to the model in force if it was another that cannot be had."""
        playing, asked = self.snapshot.status.model, self.snapshot.settings.model
        if fault.code == ModelError.exit_code and asked != playing in self.models():
            self.adopt({"model": playing})

    def _follow(self, said: Understood) -> None:
        """Set what a prompt asks for, and tell what was understood of it."""
        if said.prompt != self.snapshot.settings.prompt:
            return  # another prompt is on its way
        settings, values = self.snapshot.settings, dict(said.values)
        held = self._prompting.held(settings, values)
        turns = self._prompting.turns(settings, values)
        for name, value in turns.items():
            settings = change(settings, name, value)
            self._send_both(Turned(name, value))
        said = replace(said, says=said_back(said, settings, held))
        self._know(replace(after(self.snapshot, said), settings=settings))
        addresses = [PARAMS[name].knob.address for name in turns]
        self._surfaces.show([*addresses, "prompt/understood"])

    def _know(self, snapshot: Snapshot) -> None:
        if snapshot == self.snapshot:
            return
        self.snapshot = snapshot
        if any(snapshot.ports):  # where there is no player, one line says why, and no screen
            self._view.show(snapshot)
        self._surfaces.publish()

    def _config(self, who: str) -> dict[str, Any]:
        plan, snapshot = self.plan, self.snapshot
        config: dict[str, Any] = {"settings": asdict(snapshot.settings)}
        if who == "player":
            return config | {
                "api": plan.api, "input": plan.listen or None, "output": plan.play or None,
                "client": "Antiphon", "resume": where_to_resume(snapshot),
                "cables": self._cables and asdict(self._cables), "owed": self._owed(),
            }  # fmt: skip
        # An engine that begins again counts on: the player still knows the old takes.
        told = {"models": str(plan.models), "device": plan.device, "take": snapshot.status.take}
        return config | told

    def _owed(self) -> list[tuple[int, int]]:
        """Return the keys that a player before the next one may have left down."""
        return self._answer.owed(self.snapshot.beat, self._beat(max(self._early(), 0.0)))

    def _reborn(self, who: str, times: int, story: str) -> None:
        self._take_in(who, Fault("control", 1, f"the {who} was restarted: {story}"))
        if who == "player":
            self._go_on_playing()
        else:
            self._go_on_listening(times)

    def _go_on_playing(self) -> None:
        # It has let go of the keys we know of; who knows what else sounds there.
        self.crew.send("player", Action("panic"))
        for note in self._answer.replay(self._beat(self._early())):
            self.crew.send("player", note)

    def _go_on_listening(self, times: int) -> None:
        state = self.snapshot.status.state
        if state in ("thinking", "responding"):
            self._end_lost_answer()
        if times > 1:
            self._phrase.clear()  # it may be what the engine stumbles over
        self._begins_again = self._phrase.has_notes
        if state != "starting":
            self.crew.send("engine", Action("stop" if state == "idle" else "start"))
        for message in self._phrase.replay():
            self.crew.send("engine", message)

    def _end_lost_answer(self) -> None:
        """End an answer nobody answers for any more, and keep what was heard of it."""
        beat = self._beat()
        lost = lost_take(self._phrase, self._answer, self.snapshot, beat)
        if lost.answer:
            self._keeper.keep(lost)
        self._take_in("engine", Cancel(lost.take, beat))

    def _early(self) -> float:
        """Return by how many seconds notes leave before their beats."""
        return self.snapshot.settings.latency_offset / 1000

    def _beat(self, ahead: float = 0.0) -> float:
        """Return the beat of this moment, or of one some seconds ahead, on the song's timeline."""
        pulse = self.snapshot.pulse
        if pulse is None:
            return 0.0
        return BeatClock(pulse.second, pulse.beat, pulse.bpm).beat_at(time.monotonic() + ahead)

    def _kept(self, news: str | Fault) -> None:
        """Tell of a take that was written, or could not be."""
        if isinstance(news, Fault):
            self._take_in("control", news)
        else:
            self._know(replace(self.snapshot, saved=news))

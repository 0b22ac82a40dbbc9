"""The engine process: the session, and the thread that owns the model.

`python -m bridge.app.engine.process --link FD --config JSON` with `settings` (values by name),
`models` (folder) and `device` (where the model is computed). It waits on its link, on the model's
reports and on time, hands all three to the session, and does what the session says. It may be slow
or die: the player keeps the time and the debts.
"""

from __future__ import annotations

import argparse
import json
import logging
import queue
import select
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.app.adopt import adopt
from bridge.app.engine.asked import Reader
from bridge.app.engine.notices import Notices
from bridge.app.engine.worker import Report, Worker
from bridge.app.places import style_manners
from bridge.core.beat import BeatClock
from bridge.core.errors import BridgeError
from bridge.core.events import (
    Action,
    Alive,
    Cancel,
    Fault,
    Heard,
    Hello,
    Message,
    Play,
    Pulse,
    Retract,
    Status,
    TakeDone,
    Turned,
    Understood,
)
from bridge.core.params import Settings, change
from bridge.core.wire import Link
from bridge.respond.manner import Manners
from bridge.schedule.place import lead_for
from bridge.session.events import Drained, Effect, Event, Now
from bridge.session.session import Session

log = logging.getLogger(__name__)
BUSY, REST, ASLEEP = 0.005, 0.05, 0.25  # seconds between looks at the time; while the song stands
HEARTBEAT = 0.5


class Engine:
    """Waits, hands events to the session, does what it says."""

    def __init__(
        self, link: Link, settings: Settings, models: Path, take: int = 0, device: str = "cpu"
    ) -> None:
        self.link = link
        self.session = Session(settings, take, Manners.load(style_manners()))
        self.clock = BeatClock(time.monotonic(), 0.0, settings.clock_bpm)
        self.playing = False
        self._reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self._bell, self._ring = socket.socketpair()
        for end in (self._bell, self._ring):
            end.settimeout(0)
        self.worker = Worker(models, settings.model, self._report, device)
        self._reader, self._notices = Reader(models), Notices(models)
        self._beaten = 0.0

    def _report(self, report: Report) -> None:
        """Take a report from the model's thread and wake the loop."""
        self._reports.put(report)
        try:
            self._ring.send(b".")
        except BlockingIOError:
            return  # it is ringing already

    def run(self) -> None:
        """Go on until the link closes."""
        self.worker.start()
        self.link.send(Hello("engine", self.worker.model.name, self.worker.model.provider))
        while not self.link.closed:
            ready, _, _ = select.select([self.link.sock, self._bell], [], [], self._patience())
            for message in self.link.receive() if self.link.sock in ready else ():
                self._message(message)
            if self._bell in ready:
                self._hear_model()
            self._notice()
            now = time.monotonic()
            if self.playing:
                self._handle(Now(self.clock.beat_at(now), lead_for(self.worker.pace.p99)))
            if now - self._beaten >= HEARTBEAT:
                self._beaten = now
                self.link.send(Alive("engine", now))
            self.link.flush()
        self.worker.put(None)
        self.worker.join(1.0)

    def _patience(self) -> float:
        """Return the seconds until the time is to be looked at; news wake us sooner."""
        if self.session.state not in ("idle", "armed"):
            return BUSY
        return REST if self.playing else ASLEEP

    def _message(self, message: Message) -> None:
        if isinstance(message, Pulse):
            self.clock = BeatClock(message.second, message.beat, message.bpm)
            self.playing = message.playing
        if isinstance(message, Turned) and message.name == "prompt":
            self._read(str(message.value))
        if isinstance(message, Heard | Pulse | Turned | Action):
            self._handle(message)

    def _read(self, prompt: str) -> None:
        """Tell what a prompt asks for."""
        model = self.worker.model.name
        said = self._reader.understood(prompt, model)
        if isinstance(said, Understood):
            self._notices.prompted(model, dict(said.values))
        self.link.send(said)

    def _notice(self) -> None:
        """Tell what the model cannot do of what it is asked for."""
        try:
            notice = self._notices.news(self.worker.model.name, self.session.settings)
        except BridgeError as error:
            log.debug("%s", error)
            return
        if notice is not None:
            self.link.send(notice)

    def _hear_model(self) -> None:
        try:
            while self._bell.recv(4096):
                continue
        except BlockingIOError:
            pass
        while not self._reports.empty():
            report = self._reports.get()
            if isinstance(report, Fault):
                self.link.send(report)
            elif not isinstance(report, Drained):
                self._handle(report)

    def _handle(self, event: Event) -> None:
        """Hand an event to the session and do what it says; a failure is told, not fatal."""
        try:
            for effect in self.session.handle(event):
                self._perform(effect)
        except Exception as error:
            log.exception("session failed on %r", event)
            self.link.send(Fault("engine", 1, f"{type(error).__name__}: {error}"))

    def _with_model(self, status: Status) -> Status:
        """Return a report with the model's side filled in."""
        model, pace = self.worker.model, self.worker.pace
        return replace(
            status, model=model.name, provider=model.provider, step_ms=1000 * pace.p50,
            p95_ms=1000 * pace.p95, lead_ms=1000 * lead_for(pace.p99),
        )  # fmt: skip

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Status():
                self.link.send(self._with_model(effect))
            case Play() | Cancel() | Retract() | TakeDone():
                self.link.send(effect)
            case _:
                self.worker.put(effect)


def settings_from(values: dict[str, Any]) -> Settings:
    """Return settings with the given values, each checked."""
    settings = Settings()
    for name, value in values.items():
        settings = change(settings, name, value)
    return settings


def main() -> None:
    """Run the engine on an inherited link."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--link", required=True)
    parser.add_argument("--config", type=json.loads, required=True)
    options = parser.parse_args()
    link = adopt(options.link)
    config = options.config
    try:
        settings = settings_from(config["settings"])
        device = config.get("device", "cpu")
        engine = Engine(link, settings, Path(config["models"]), config.get("take", 0), device)
    except BridgeError as error:
        link.send(Fault("engine", error.exit_code, str(error)))
        raise SystemExit(error.exit_code) from None
    engine.run()


if __name__ == "__main__":
    main()

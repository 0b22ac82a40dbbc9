"""The thread that owns the model: commands in, drawn notes out.

Commands are obeyed in order; while a take is being drawn they are looked for between notes, so an
answer can be cut at any note.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from bridge.app.engine.pace import Pace, Stopwatch
from bridge.core.errors import BridgeError
from bridge.core.events import Fault
from bridge.core.music import Note
from bridge.respond.answer import Answering
from bridge.respond.candidates import Audition
from bridge.respond.cards import load_model
from bridge.respond.continuer import Continuer, warmed
from bridge.respond.timeline import USUAL_BAR
from bridge.session.events import (
    Ask,
    Choose,
    Chosen,
    Cut,
    Drained,
    Drawn,
    Drop,
    Feed,
    Forget,
    Load,
    Reach,
    Redraw,
    Request,
)

Command = Request | None  # None ends the thread
Report = Drawn | Drained | Chosen | Fault

#: How much of the jam another model is told when it takes over.
REMEMBERED = 512


class Known(NamedTuple):
    """A note that the model knows: fed with a bar (ticks), or drawn by it (0)."""

    note: Note
    bar: int = 0
    counted: bool = False


class Worker(threading.Thread):
    """Owns the model; `put` gives it a command, `tell` receives its reports."""

    def __init__(
        self, models: Path, name: str, tell: Callable[[Report], None], device: str = "cpu"
    ) -> None:
        super().__init__(name="model", daemon=True)
        self._models, self._tell, self._device = models, tell, device
        self._inbox: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._asked: Ask | None = None  # the take that is being drawn, or was last
        self._answering: Answering | None = None
        self._audition: Audition | None = None  # from which it will come
        self._plan = self._reach = 0
        self._drained = True
        self._remembered: deque[Known] = deque(maxlen=REMEMBERED)
        self._stopwatch = Stopwatch()
        self.model: Continuer = warmed(load_model(models, name, device=device))

    def put(self, command: Command) -> None:
        """Give a command; None ends the thread."""
        self._inbox.put(command)

    @property
    def pace(self) -> Pace:
        """How long the last note steps took."""
        return self._stopwatch.pace

    @property
    def _rests(self) -> bool:
        """Whether there is nothing to draw for now."""
        if self._audition is not None:
            return False
        return self._answering is None or self._drained or self._answering.reaches(self._reach)

    def run(self) -> None:
        """Obey until told to end."""
        while True:
            try:
                command = self._inbox.get_nowait()
            except queue.Empty:
                if not self._rests:
                    self._guarded(self._draw)
                    continue
                self._guarded(self.model.catch_up)
                command = self._inbox.get()
            if command is None:
                return
            self._guarded(lambda c=command: self._obey(c))  # type: ignore[misc]

    def _guarded(self, deed: Callable[[], None]) -> None:
        """Do it; a failing model ends its take and is reported, the jam goes on."""
        try:
            deed()
        except BridgeError as error:
            self._tell(Fault("engine", error.exit_code, str(error)))
            if deed == self._draw:  # else what is being drawn goes on
                self._give_up()
        except Exception as error:  # noqa: BLE001 - whatever a model throws must not end the jam
            self._tell(Fault("engine", 4, f"model {self.model.name}: {error}"))
            self._give_up()

    def _obey(self, command: Request) -> None:
        match command:
            case Feed(notes, bar, counted):
                self._remembered.extend(Known(note, bar, counted) for note in notes)
                self.model.feed(notes, bar, counted=counted)
            case Ask():
                self._ask(command)
            case Reach() | Redraw() | Choose() | Drop() | Cut():
                if self._asked is not None and self._asked.take == command.take:
                    self._change(command)
            case Forget():
                self._let_go()
                self._remembered.clear()
                self.model.forget()
            case Load(name):
                self._load(name)

    def _ask(self, ask: Ask) -> None:
        self._asked, self._plan, self._reach = ask, ask.plan, ask.reach
        self._drained = False
        self._answering = self._audition = None
        if ask.taste.count > 1:
            self._audition = Audition(
                self.model, ask.limits, ask.end, seed=ask.seed, taste=ask.taste
            )
        else:
            self._answering = Answering(ask.limits, ask.end, ask.seed)

    def _change(self, command: Reach | Redraw | Choose | Drop | Cut) -> None:
        """Obey what concerns the take at hand."""
        if self._audition is not None and not isinstance(command, Reach | Choose):
            self._audition.chosen().cut(self.model, -math.inf)
            self._audition = None
        answering = self._answering
        match command:
            case Choose() if self._audition is not None:
                self._choose(self._audition)
            case Reach(_, tick, end):
                self._reach = tick
                if answering is not None and end > answering.end:
                    answering.end, answering.complete, self._drained = end, False, False
            case Redraw(_, plan, tick, limits) if answering is not None:
                self._plan, self._drained = plan, False
                answering.turn(self.model, tick, limits)
                self._unlearn(tick)
            case Drop(_, heard):
                self._cut(-math.inf)
                self.model.rewind(self.model.mark() - heard)
                for _ in range(min(heard, len(self._remembered))):
                    self._remembered.pop()
            case Cut(_, tick):
                self._cut(tick)

    def _draw(self) -> None:
        """Draw one note of the take, or try one; end the take where its notes reach the end."""
        if self._audition is not None:
            self._audition.go_on()
            if self._audition.over:
                self._choose(self._audition)
            return
        assert self._answering is not None
        begun = time.monotonic()
        note = self._answering.draw(self.model)
        self._stopwatch.note(time.monotonic() - begun)
        if note is None:
            self._end()
        else:
            self._give(note)

    def _choose(self, audition: Audition) -> None:
        """Go on with the answer that is liked best of those tried."""
        assert self._asked is not None
        self._audition, self._answering = None, audition.chosen()
        tried = max(len(audition.likings), 1)
        self._tell(Chosen(self._asked.take, tried, self._plan))
        for note in self._answering.notes:
            self._give(note)

    def _give(self, note: Note) -> None:
        assert self._asked is not None
        self._remembered.append(Known(note))
        self._tell(Drawn(self._asked.take, note, self._plan))

    def _end(self) -> None:
        """Leave the take as it is and say so."""
        if self._asked is not None and not self._drained:
            self._drained = True
            self._tell(Drained(self._asked.take, self._plan))

    def _give_up(self) -> None:
        """End a take that cannot be drawn."""
        self._audition = None
        self._end()

    def _cut(self, tick: float) -> None:
        """Forget what was drawn at or after a tick, and draw no more."""
        if self._answering is not None:
            self._answering.cut(self.model, tick)
            self._unlearn(tick)
        self._let_go()

    def _let_go(self) -> None:
        self._asked = self._answering = self._audition = None
        self._drained = True

    def _unlearn(self, tick: float) -> None:
        while self._remembered and not self._remembered[-1].bar:
            if self._remembered[-1].note.onset < tick:
                return
            self._remembered.pop()

    def _load(self, name: str) -> None:
        if name == self.model.name:
            return
        model = warmed(load_model(self._models, name, device=self._device))
        if self._audition is not None:
            self._choose(self._audition)
        if self._answering is not None:
            self._answering.cut(self.model, math.inf)  # what is held back
        bar = USUAL_BAR
        for (known, counted), together in groupby(self._remembered, key=lambda k: k[1:]):
            bar = known or bar  # those that were drawn had the bar of those before them
            model.feed([each.note for each in together], bar, counted=counted)
        if self._answering is not None:
            self._answering.move_to(model)
        self._stopwatch.reset()
        self.model = model

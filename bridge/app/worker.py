"""The thread that owns the model: commands in, drawn notes out.

Commands are obeyed in order; while a take is being drawn they are looked for between notes, so an
answer can be cut at any note.
"""

from __future__ import annotations

import queue
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bridge.core.errors import BridgeError
from bridge.core.events import Fault
from bridge.core.music import Note
from bridge.respond.answer import Answering
from bridge.respond.cards import load_model
from bridge.respond.continuer import Continuer
from bridge.respond.limits import Limits
from bridge.session.events import Ask, Cut, Drained, Drawn, Feed, Forget, Load

Command = Feed | Ask | Cut | Forget | Load | None  # None ends the thread
Report = Drawn | Drained | Fault

#: How much of the jam another model is told when it takes over.
REMEMBERED = 512


class Worker(threading.Thread):
    """Owns the model; `put` gives it a command, `tell` receives its reports."""

    def __init__(self, models: Path, name: str, tell: Callable[[Report], None]) -> None:
        super().__init__(name="model", daemon=True)
        self._models, self._tell = models, tell
        self._inbox: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._drawing: tuple[int, Answering] | None = None  # take and answer
        self._remembered: deque[tuple[Note, int]] = deque(maxlen=REMEMBERED)
        self._drawn: Answering | None = None  # the answer that was drawn last
        self._steps: deque[float] = deque(maxlen=64)  # seconds
        self.model: Continuer = warmed(load_model(models, name))

    def put(self, command: Command) -> None:
        """Give a command; None ends the thread."""
        self._inbox.put(command)

    @property
    def step_ms(self) -> float:
        """Median milliseconds of the last note steps; 0 before the first."""
        return statistics.median(self._steps) * 1000 if self._steps else 0.0

    def run(self) -> None:
        """Obey until told to end."""
        while True:
            try:
                command = self._inbox.get(block=self._drawing is None)
            except queue.Empty:
                self._guarded(self._draw)
                continue
            if command is None:
                return
            self._guarded(lambda c=command: self._obey(c))  # type: ignore[misc]

    def _guarded(self, deed: Callable[[], None]) -> None:
        """Do it; a failing model ends its take and is reported, the jam goes on."""
        try:
            deed()
        except BridgeError as error:
            self._tell(Fault("engine", error.exit_code, str(error)))
        except Exception as error:  # noqa: BLE001 - whatever a model throws must not end the jam
            self._tell(Fault("engine", 4, f"model {self.model.name}: {error}"))
            self._end()

    def _obey(self, command: Feed | Ask | Cut | Forget | Load) -> None:
        match command:
            case Feed(notes, bar):
                self._remembered.extend((note, bar) for note in notes)
                self.model.feed(notes, bar)
            case Ask(take, end, limits, seed):
                answering = Answering(limits, end, seed)
                if limits.earliest is None and self._drawn is not None:
                    answering.marks = self._drawn.marks  # the same answer goes on
                self._drawing = (take, answering)
            case Cut(_, tick):
                self._cut(tick)
            case Forget():
                self._drawing = None
                self._remembered.clear()
                self.model.forget()
            case Load(name):
                self._load(name)

    def _draw(self) -> None:
        """Draw one note of the take; end it where its notes reach the end."""
        assert self._drawing is not None
        take, answering = self._drawing
        begun = time.monotonic()
        note = answering.draw(self.model)
        self._steps.append(time.monotonic() - begun)
        if note is None:
            self._end()
            return
        self._remembered.append((note, 0))
        self._tell(Drawn(take, note))

    def _end(self) -> None:
        """Leave the take as it is and say so."""
        if self._drawing is not None:
            take, self._drawn = self._drawing
            self._drawing = None
            self._tell(Drained(take))

    def _cut(self, tick: int) -> None:
        """Forget what was drawn at or after a tick, of the take now or last drawn."""
        answering = self._drawing[1] if self._drawing else self._drawn
        self._drawing = self._drawn = None
        if answering is not None:
            answering.cut(self.model, tick)
        while self._remembered and self._remembered[-1][0].onset >= tick:
            self._remembered.pop()

    def _load(self, name: str) -> None:
        model = warmed(load_model(self._models, name))
        bar = 96
        for note, known in self._remembered:
            bar = known or bar
            model.feed([note], bar)
        self._drawing = None
        self.model = model


def warmed(model: Continuer) -> Continuer:
    """Return the model after a few notes of nothing: the first run of a graph is the slowest."""
    rng = np.random.default_rng(0)
    model.feed([Note(0, 0, 60, 24, 64)], 96)
    for _ in range(3):
        model.next_note(Limits(), rng)
    model.forget()
    return model

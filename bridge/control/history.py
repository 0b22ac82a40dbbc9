"""What hands have turned, as steps that can be taken back and taken again: a frozen value.

Conventions: seconds are monotonic. A step holds parameters by name, each with the value before it
and after it; the two differ.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bridge.core.params import PARAMS, Settings, Value

TOGETHER = 1.0  # seconds between two turns of a parameter that count as one
LIMIT = 200  # steps remembered

Changes = Mapping[str, tuple[Value, Value]]


@dataclass(frozen=True, slots=True)
class Step:
    """Parameters that were turned together."""

    changes: Changes
    second: float  # of the last turn in it

    def joined(self, changes: Changes, second: float) -> Step:
        """Return this step and what followed it as one; what came to nothing is left out."""
        ends = {name: after for name, (_, after) in changes.items()}
        begins = {n: b for n, (b, _) in (*changes.items(), *self.changes.items())}
        olds = {name: after for name, (_, after) in self.changes.items()}
        spans = {name: (before, (olds | ends)[name]) for name, before in begins.items()}
        return Step({n: span for n, span in spans.items() if span[0] != span[1]}, second)


@dataclass(frozen=True, slots=True)
class History:
    """Steps that were taken, and steps that were taken back; the newest of each last."""

    done: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()

    def turned(
        self, before: Settings, after: Settings, second: float, *, names: Iterable[str] = PARAMS
    ) -> History:
        """Return the history once a hand has turned parameters, which `names` may tell.

        Quick turns of one parameter are one step, even where two knobs are turned at a time.
        """
        changes = _between(before, after, names)
        if not changes:
            return self
        for at in range(len(self.done) - 1, -1, -1):
            step = self.done[at]
            if self.undone or second - step.second > TOGETHER:
                break
            if step.changes.keys() == changes.keys() and len(changes) == 1:
                return self._with(at, step.joined(changes, second))
            if step.changes.keys() & changes.keys():
                break
        return History((*self.done, Step(changes, second))[-LIMIT:])

    def recalled(self, before: Settings, after: Settings) -> History:
        """Return the history once a preset was recalled: a step that joins no other."""
        changes = _between(before, after)
        return History((*self.done, Step(changes, -math.inf))[-LIMIT:]) if changes else self

    def followed(self, prompt: str, before: Settings, after: Settings, second: float) -> History:
        """Return the history once a prompt was read: its turns are one step with the prompt's."""
        changes = _between(before, after)
        last = self.done[-1] if self.done and not self.undone else None
        if last and last.changes.get("prompt", ("", None))[1] == prompt:
            return self._with(len(self.done) - 1, last.joined(changes, last.second))
        return History((*self.done, Step(changes, second))[-LIMIT:]) if changes else self

    def undo(self, settings: Settings) -> tuple[History, dict[str, Value]]:
        """Return the history without its last step, and what is to be set for that.

        What somebody else has set since, a DAW or a model that would not load, stays; a step of
        which nothing is left is passed over. Nothing to set: there is nothing to take back.
        """
        done, step, values = _newest(self.done, settings, forth=False)
        return History(done, (*self.undone, *step)), values

    def redo(self, settings: Settings) -> tuple[History, dict[str, Value]]:
        """Return the history with the step that was undone last, and what is to be set for it."""
        undone, step, values = _newest(self.undone, settings, forth=True)
        return History((*self.done, *step), undone), values

    def _with(self, at: int, step: Step) -> History:
        steps = (step,) if step.changes else ()
        return History((*self.done[:at], *steps, *self.done[at + 1 :]))


def _between(before: Settings, after: Settings, names: Iterable[str] = PARAMS) -> Changes:
    spans = {name: (getattr(before, name), getattr(after, name)) for name in names}
    return {name: span for name, span in spans.items() if span[0] != span[1]}


def _newest(
    steps: tuple[Step, ...], settings: Settings, *, forth: bool
) -> tuple[tuple[Step, ...], tuple[Step, ...], dict[str, Value]]:
    """Return the steps before the newest that can be taken, that step, and what it sets."""
    while steps:
        *rest, step = steps
        steps = tuple(rest)
        now = (
            name
            for name, span in step.changes.items()
            if getattr(settings, name) == span[not forth]
        )
        changes = {name: step.changes[name] for name in now}
        if changes:
            values = {name: span[forth] for name, span in changes.items()}
            return steps, (dataclasses.replace(step, changes=changes),), values
    return (), (), {}

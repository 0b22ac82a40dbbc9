"""What a prompt has set, so that the next one can take it back, and what else is told of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from bridge.core.events import Understood
from bridge.core.params import PARAMS, Settings, Value, change
from bridge.core.voices import VOICE_NAMES, answering_voice
from bridge.core.wishes import WISH_NAMES
from bridge.respond.understood import Banned, is_russian

PROMPTED = (*WISH_NAMES, "key", "voice_answer")  # parameters that a prompt may set


class Prompting:
    """Knows which prompt waits to be read, and what the last one that was has set."""

    def __init__(self, settings: Settings) -> None:
        """Take what was asked for at the start: there, a wish set by name outweighs the prompt."""
        self.waiting = settings.prompt
        named = {name for name in PROMPTED if getattr(settings, name) != PARAMS[name].default}
        self._named = named if settings.prompt else set()
        self._set: dict[str, Value] = {}
        self._recalled: str | None = None

    def ask(self, prompt: str) -> None:
        """Take note of a prompt that somebody has given: what it asks for is to be set."""
        self.waiting, self._recalled = prompt, None

    def recall(self, prompt: str) -> None:
        """Take note of a prompt that came back with all it had set: read, it sets nothing."""
        self.waiting, self._recalled, self._named = prompt, prompt, set()

    def held(self, settings: Settings, values: Mapping[str, Value]) -> list[str]:
        """Return the parameters that stay as they were named, although the prompt says else."""
        return [n for n, v in values.items() if n in self._named and getattr(settings, n) != v]

    def turns(self, settings: Settings, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return what is to be set, now that the prompt is read as `values`.

        What the prompt before had set is freed, unless the player has turned it since.
        """
        if settings.prompt == self._recalled:
            held = {name: v for name, v in values.items() if getattr(settings, name) == v}
            self.waiting, self._set = "", held
            return {}
        kept = {name: value for name, value in values.items() if name not in self._named}
        freed = {
            name: PARAMS[name].default
            for name, value in self._set.items()
            if getattr(settings, name) == value
        }
        self.waiting, self._named, self._set = "", set(), kept
        return freed | kept

    def follow(
        self, said: Understood, settings: Settings
    ) -> tuple[dict[str, Value], Settings, Understood]:
        """Return what a read prompt sets, the settings with it, and what is told of it."""
        values = dict(said.values)
        held = self.held(settings, values)
        turns = self.turns(settings, values)
        for name, value in turns.items():
            settings = change(settings, name, value)
        return turns, settings, replace(said, says=said_back(said, settings, held))


def said_back(said: Understood, settings: Settings, held: Collection[str]) -> str:
    """Return what the player is told of a prompt that was read, now that `settings` follow it."""
    russian = is_russian(said.prompt)
    answers = VOICE_NAMES[answering_voice(settings.voice_player, settings.voice_answer)]
    banned = [Banned(*each) for each in said.banned]
    flags = dict.fromkeys(held, "--set")
    return one_line(
        said.says,
        told_of_banned(banned, {answers}, russian=russian),
        told_of_held(settings, flags, russian=russian),
    )


def one_line(*parts: str) -> str:
    """Return one line of those parts that say something."""
    return "; ".join(part for part in parts if part)


def told_of_held(settings: Settings, flags: Mapping[str, str], *, russian: bool) -> str:
    """Return that some parameters are as options (`flags`, by name) say, and not as asked for."""
    rows = ((PARAMS[name].knob.address, getattr(settings, name), f) for name, f in flags.items())
    return one_line(*(told_held(*row, russian=russian) for row in rows))


def told_held(name: str, value: Value, flag: str, *, russian: bool) -> str:
    """Return that something is as an option says, and not as asked for."""
    if russian:
        return f"{name} остаётся {value}: так велит {flag}"
    return f"{name} is held at {value} by {flag}"


def told_of_banned(banned: Iterable[Banned], playing: Collection[str], *, russian: bool) -> str:
    """Return of each voice that is not wanted whether it is silent."""
    silent = [each.shown for each in banned if each.voice not in playing]
    heard = [each.shown for each in banned if each.voice in playing]
    yes, no = (
        ("понято", "отвечает как раз этот инструмент, назовите другой")
        if russian
        else ("understood", "this is what answers, name another instrument")
    )
    parts = ((silent, yes), (heard, no))
    return one_line(*(f"{', '.join(words)}: {verdict}" for words, verdict in parts if words))

"""What a prompt has set, so that the next one can take it back."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.core.params import PARAMS, Settings, Value
from bridge.core.wishes import WISH_NAMES

PROMPTED = (*WISH_NAMES, "voice_answer")  # parameters that a prompt may set


class Prompting:
    """Knows which prompt waits to be read, and what the last one that was has set."""

    def __init__(self, settings: Settings) -> None:
        """Take what was asked for at the start: there, a wish set by name outweighs the prompt."""
        self.waiting = settings.prompt
        named = {name for name in PROMPTED if getattr(settings, name) != PARAMS[name].default}
        self._named = named if settings.prompt else set()
        self._set: dict[str, Value] = {}

    def turns(self, settings: Settings, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return what is to be set, now that the prompt is read as `values`.

        What the prompt before had set is freed, unless the player has turned it since.
        """
        kept = {name: value for name, value in values.items() if name not in self._named}
        freed = {
            name: PARAMS[name].default
            for name, value in self._set.items()
            if getattr(settings, name) == value
        }
        self.waiting, self._named, self._set = "", set(), kept
        return freed | kept

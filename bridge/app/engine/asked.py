"""A prompt on its way to parameters: read where numpy is at home, told in one line."""

from __future__ import annotations

from pathlib import Path

from bridge.app.engine.notices import deaf_to
from bridge.app.hub.prompting import one_line
from bridge.app.places import prompt_reader
from bridge.core.errors import BridgeError
from bridge.core.events import Fault, Understood
from bridge.core.params import Value
from bridge.respond.cards import Card
from bridge.respond.prompt import PromptReader
from bridge.respond.understood import Understood as Reading


def values_of(reading: Reading) -> tuple[tuple[str, Value], ...]:
    """Return the parameters a prompt sets; of several instruments, the first named answers."""
    key = (("key", reading.key),) if reading.key else ()
    voice = (("voice_answer", reading.voices[0]),) if reading.voices else ()
    return (*reading.wishes.items(), *key, *voice)


def told(reading: Reading, card: Card) -> str:
    """Return what the player is told; of a model that knows no paces, that too."""
    return one_line(reading.says(), deaf_to(card, reading.wishes, russian=reading.russian))


class Reader:
    """Reads prompts; its weights are loaded with the first one."""

    def __init__(self, models: Path) -> None:
        self._models = models
        self._reader: PromptReader | None = None

    def understood(self, prompt: str, model: str) -> Understood | Fault:
        """Return what a prompt says to a model, or why that cannot be told."""
        if not prompt.strip():
            return Understood(prompt, "", ())
        try:
            self._reader = self._reader or PromptReader.load(prompt_reader())
            card = Card.read(self._models / f"{model}.json")
        except BridgeError as error:
            return Fault("engine", error.exit_code, str(error))
        reading = self._reader.read(prompt)
        return Understood(prompt, told(reading, card), values_of(reading), tuple(reading.banned))

"""What a model cannot do of what it is asked for: told when it begins, and when it is over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from bridge.core.events import Notice
from bridge.core.params import PARAMS, Settings
from bridge.core.voices import DRUMS, VOICE_NAMES
from bridge.respond.cards import Card
from bridge.respond.families import FAMILIES

LEARNED = ("pace",)  # wishes that only a network can follow; to others the dice lean


def deaf_to(card: Card, asked: Mapping[str, object], *, russian: bool = False) -> str:
    """Return that a model does not know what is asked of it by wish, or ""."""
    if card.takes_wishes or not any(
        asked.get(name, "free") not in ("free", PARAMS[name].default) for name in LEARNED
    ):
        return ""
    if russian:
        return f"модель {card.name} не знает темпов"
    return f"the model {card.name} knows no paces"


def without_drums(card: Card, voices: Collection[int]) -> str:
    """Return that a model knows no drums, if they are among the voices at play, or ""."""
    if DRUMS not in voices or FAMILIES[card.family].ensemble:
        return ""
    return (
        f"the model {card.name} neither hears nor plays drums: it answers with a tuned instrument;"
        " another model plays them"
    )


class Notices:
    """What was told last, and of which models a prompt's reader has told."""

    def __init__(self, models: Path) -> None:
        self._models = models
        self._seen: tuple[object, ...] = ()
        self._text = ""
        self._prompted: set[str] = set()  # models

    def prompted(self, model: str, names: Collection[str]) -> None:
        """Take note that a prompt named these wishes, and that its reader has told of the model."""
        if not set(LEARNED).isdisjoint(names):
            self._prompted.add(model)

    def news(self, model: str, settings: Settings) -> Notice | None:
        """Return what holds now of a model under settings, if it is another than before.

        Raises ModelError where the model has no card.
        """
        voices = settings.voice_player, settings.voice_answer
        seen = (model, *voices, *(getattr(settings, name) for name in LEARNED))
        if seen == self._seen:
            return None
        self._seen = seen
        card = Card.read(self._models / f"{model}.json")
        asked = {name: getattr(settings, name) for name in LEARNED}
        drums = {DRUMS} if VOICE_NAMES[DRUMS] in voices else set()
        wishes = "" if model in self._prompted else deaf_to(card, asked)
        text = "; ".join(flaw for flaw in (wishes, without_drums(card, drums)) if flaw)
        if text == self._text:
            return None
        self._text = text
        return Notice(text)

"""What is asked of `antiphon continue`, in options and in words, and what it comes to."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bridge.app.engine.asked import values_of
from bridge.app.engine.notices import LEARNED, deaf_to
from bridge.app.hub.prompting import Prompting, one_line, told_held, told_of_banned, told_of_held
from bridge.app.places import prompt_reader
from bridge.core.errors import SettingError
from bridge.core.params import Settings, Value, strict
from bridge.core.voices import VOICE_NAMES
from bridge.respond.cards import Card
from bridge.respond.families import FAMILIES
from bridge.respond.prompt import PromptReader
from bridge.respond.understood import is_russian

#: A file may hold any instrument; a range is for whoever names one.
WHOLE_RANGE = Settings(range_low=0, range_high=127)


@dataclass(frozen=True, slots=True)
class Voices:
    """Who continues a seed, as rows of VOICES."""

    named: frozenset[int] = frozenset()  # empty are those of the seed
    added: bool = False  # the named ones join the seed's
    banned: frozenset[int] = frozenset()

    def beside(self, heard: set[int], answer: str = "same") -> set[int]:
        """Return who plays after these were heard; `answer` is the parameter voice/answer."""
        named = set(self.named)
        if not named and answer != "same":
            named = {VOICE_NAMES.index(answer)}
        wanted = heard | named if self.added or not named else named
        return wanted - self.banned


THE_SEEDS = Voices()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The command as it was given."""

    bars: int
    model: str
    number: int = -1  # the seed number; -1 draws one
    #: Parameters by name, as given; a wish named here outweighs the prompt.
    given: Mapping[str, Value] = field(default_factory=dict)
    prompt: str = ""
    voices: str = ""  # names with commas between; empty are the seed's
    with_seed: bool = False
    force: bool = False
    as_json: bool = False
    device: str = "cpu"  # where the model is computed (bridge.respond.device)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order comes to, once its prompt is read."""

    settings: Settings
    voices: Voices
    says: tuple[str, ...]  # lines for the player


def settings_of(order: Order) -> Settings:
    """Return the parameters of an order; a value beyond its limits is refused."""
    settings = strict(strict(WHOLE_RANGE, "seed", order.number), "prompt", order.prompt)
    for name, value in order.given.items():
        settings = strict(settings, name, value)
    return settings


def named_voices(text: str) -> frozenset[int]:
    """Return the voices of a list such as "drums, bass"; raises SettingError for any other name."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in VOICE_NAMES:
            near = difflib.get_close_matches(name, VOICE_NAMES, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingError(f"--voices knows {', '.join(VOICE_NAMES)}, not {name!r}{hint}")
    return frozenset(VOICE_NAMES.index(name) for name in names)


def wanted_of(order: Order, card: Card) -> Wanted:
    """Return what an order comes to for a model, and what the player is to know of it."""
    settings, voices = settings_of(order), Voices(named_voices(order.voices))
    russian, said = is_russian(order.prompt), ""
    if order.prompt:
        settings, voices, said = _prompted(order, settings, voices)
    asked = {name: getattr(settings, name) for name in LEARNED}
    said = one_line(said, deaf_to(card, asked, russian=russian))
    lines = [said] if said else []
    if len(voices.named) > 1 and not FAMILIES[card.family].ensemble:
        lines.append(f"the model {card.name} answers with one instrument, whatever is asked for")
    return Wanted(settings, voices, tuple(lines))


def _prompted(order: Order, settings: Settings, voices: Voices) -> tuple[Settings, Voices, str]:
    """Return parameters and voices as the prompt asks for, and what was understood of it."""
    reading = PromptReader.load(prompt_reader()).read(order.prompt, several=True)
    russian = reading.russian
    values = {name: value for name, value in values_of(reading) if name != "voice_answer"}
    prompting = Prompting(settings)
    flags = {name: f"--{name}" for name in prompting.held(settings, values)}
    held = told_of_held(settings, flags, russian=russian)
    if voices.named and reading.voices:
        held = one_line(held, told_held("voices", order.voices, "--voices", russian=russian))
    elif reading.voices:
        named = frozenset(VOICE_NAMES.index(name) for name in reading.voices)
        voices = Voices(named, added=reading.adds)
    for name, value in prompting.turns(settings, values).items():
        settings = strict(settings, name, value)
    bans = told_of_banned(reading.banned, (), russian=russian)
    banned = frozenset(VOICE_NAMES.index(each.voice) for each in reading.banned)
    return settings, replace(voices, banned=banned), one_line(reading.says(), bans, held)

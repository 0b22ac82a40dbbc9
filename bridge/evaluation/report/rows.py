"""The rows of the report: models, baselines, the truth, and scorers that know no music."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from bridge.core.params import Settings
from bridge.evaluation.answers import Generator
from bridge.evaluation.baselines import MixedPpm, PrimePpm, long_memory
from bridge.evaluation.generate import AS_HEARD, Live, Markov, Pedal, PpmPlayer, Truth
from bridge.evaluation.groups import NamedGroups, shares_of
from bridge.evaluation.items import CONTINUATION_BEATS, Item, Library
from bridge.evaluation.models import ModelScorer
from bridge.evaluation.neighbours import Another, Bars, Nearest
from bridge.evaluation.pedal import CopyBestLag
from bridge.evaluation.ppm import LONG_ORDER
from bridge.evaluation.scoring import Scorer
from bridge.evaluation.shortcuts import SHORTCUTS, Shortcut
from bridge.respond.cards import load_model

DEFAULTS = Settings()
SAMPLE = 2_000_000  # notes of the train split that PPM hears
PLACES = 20_000  # of the train split among which kNN looks
TRUTH = "truth"
TOLD = ("temperature", "top_p", "candidates")  # parameters that the report names


@dataclass(frozen=True, slots=True)
class Row:
    """One row: it foretells, plays, or knows a short cut; most do two of these."""

    name: str
    kind: str  # "model", "baseline", "truth" or "shortcut"
    scorer: Scorer | None = None
    player: Generator | None = None
    shortcut: Shortcut | None = None

    @property
    def settings(self) -> dict[str, object]:
        """What it was set to."""
        found = dict(self.scorer.settings) if self.scorer else {}
        if isinstance(self.player, Live):
            found |= {name: getattr(self.player.settings, name) for name in TOLD}
        return found

    @property
    def by_chance(self) -> bool:
        """Whether two of its answers may differ."""
        return not isinstance(self.player, Pedal | Truth)


def models(folder: Path, names: list[str], candidates: int = 1) -> list[Row]:
    """Return two rows for each model: with and without memory of the prime.

    Of so many candidates they play the one that is liked best.
    """
    rows = []
    for name in names:
        model = load_model(folder, name)
        for memory in (DEFAULTS.memory, 0.0):
            scorer = ModelScorer.load(folder, name, memory=memory)
            asked = replace(AS_HEARD, temperature=DEFAULTS.temperature, memory=memory)
            asked = replace(asked, candidates=candidates)
            player = Live(model, asked)
            rows.append(Row(scorer.name, "model", scorer, player))
    return rows


def baselines(library: Library, groups: NamedGroups, fitting: list[Item]) -> list[Row]:
    """Return all that is no model, fitted on some items of the valid split."""
    shares = shares_of(groups)
    long = long_memory(library, shares, SAMPLE)
    mixed, alone = MixedPpm.fitted(long, fitting), PrimePpm.fitted(fitting)
    loop = CopyBestLag.fitted(long, fitting)
    bars = Bars.gathered(library, shares, PLACES)
    return [
        Row(mixed.name, "baseline", mixed, PpmPlayer(mixed)),
        Row(alone.name, "baseline", alone, PpmPlayer(_prime_only(mixed, alone))),
        Row(loop.name, "baseline", loop, Pedal(loop.name)),
        *(
            Row(player.name, "baseline", player=player)
            for player in (
                Pedal(f"copy the last {CONTINUATION_BEATS} beats", CONTINUATION_BEATS),
                Markov(),
                Nearest(bars),
                Another(bars),
            )
        ),
        Row(TRUTH, "truth", player=Truth(TRUTH)),
        *(Row(name, "shortcut", shortcut=shortcut) for name, shortcut in SHORTCUTS.items()),
    ]


def _prime_only(mixed: MixedPpm, alone: PrimePpm) -> MixedPpm:
    """Return a mixture that listens to the prime alone, to be played."""
    unheard = (LONG_ORDER, LONG_ORDER)
    return replace(
        mixed, short_orders=alone.orders, long_orders=unheard, weights=(1, 1), name=alone.name
    )

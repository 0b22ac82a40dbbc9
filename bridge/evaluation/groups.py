"""The groups of packs that share one quota of items, and the items of a split."""

from __future__ import annotations

from bridge.core.errors import SettingError
from bridge.evaluation.items import CONTINUATION_BEATS, PRIME_BEATS, Item, Library, draw_items
from bridge.training.packs import PACK_SHARES

ITEMS = 48  # of each group
NAMES = ("pop", "games", "drums", "lead sheets", "scores")
OTHERS, OTHERS_SHARE = "others", 0.25  # packs that no group names, and how often they are drawn

NamedGroups = dict[str, tuple[str, ...]]

GROUPS: NamedGroups = dict(zip(NAMES, (packs for _, packs in PACK_SHARES), strict=True))


def groups_of(library: Library) -> NamedGroups:
    """Return the groups of the project's packs, and one of all other packs if there are any."""
    known = {pack for packs in GROUPS.values() for pack in packs}
    others = tuple(sorted(set(library.pack) - known))
    return GROUPS | ({OTHERS: others} if others else {})


def shares_of(groups: NamedGroups) -> list[tuple[float, tuple[str, ...]]]:
    """Return how often the packs of each group are drawn where many are mixed."""
    others = [(OTHERS_SHARE, groups[OTHERS])] if OTHERS in groups else []
    return [*PACK_SHARES, *others]


def items_of(
    library: Library, split: str, count: int, groups: NamedGroups | None = None
) -> list[Item]:
    """Draw the items of a split, `count` of each group; raises SettingError where it has none."""
    items = draw_items(library, split, tuple((groups or GROUPS).values()), count)
    if not items:
        beats = PRIME_BEATS + CONTINUATION_BEATS
        raise SettingError(f"data: no piece of the {split} split holds {beats} beats in one meter")
    return items

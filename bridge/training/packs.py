"""How often each pack of music is drawn, in training and by what is measured against it."""

from __future__ import annotations

from collections.abc import Iterable

#: Packs of one group share by their notes.
PACK_SHARES = (
    (0.35, ("pop909_aligned",)),
    (0.25, ("freedoom", "simutrans")),
    (0.12, ("gmd",)),
    (0.12, ("openewld",)),
    (0.16, ("hauptstimme", "jsfakes", "lieder", "mutopia", "quartets")),
)

#: All packs that are in none of these groups are drawn as one more.
OTHERS_SHARE = 0.25


def shares_with(names: Iterable[str]) -> tuple[tuple[float, tuple[str, ...]], ...]:
    """Return the groups with their shares, packs of other names among `names` included."""
    known = {pack for _, packs in PACK_SHARES for pack in packs}
    others = tuple(sorted({str(name) for name in names} - known))
    return (*PACK_SHARES, (OTHERS_SHARE, others)) if others else PACK_SHARES

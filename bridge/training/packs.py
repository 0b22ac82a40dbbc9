"""How often each pack of music is drawn, in training and by what is measured against it."""

from __future__ import annotations

#: Packs of one group share by their notes.
PACK_SHARES = (
    (0.35, ("pop909_aligned",)),
    (0.25, ("freedoom", "simutrans")),
    (0.12, ("gmd",)),
    (0.12, ("openewld",)),
    (0.16, ("hauptstimme", "jsfakes", "lieder", "mutopia", "quartets")),
)

"""Which style a piece is in, by its pack and, for the drummers, by the name of its file."""

from __future__ import annotations

from pathlib import PurePath

PACKS = {
    "pop909_aligned": "pop",
    "freedoom": "rock",
    "simutrans": "light",
    "openewld": "jazz",
    "lieder": "song",
    "quartets": "classical",
    "mutopia": "classical",
    "hauptstimme": "orchestral",
    "jsfakes": "chorale",
}

#: First word of what the Groove MIDI Dataset calls a style, as in `49_rock_120_beat_4-4.mid`.
GROOVES = {
    "rock": "rock", "punk": "rock", "country": "rock", "blues": "rock", "pop": "pop",
    "funk": "funk", "soul": "funk", "hiphop": "funk", "neworleans": "funk", "gospel": "funk",
    "dance": "funk", "jazz": "jazz", "latin": "latin", "afrocuban": "latin", "reggae": "latin",
    "afrobeat": "latin", "highlife": "latin",
}  # fmt: skip

#: Packs whose tempo is a placeholder.
UNTIMED = ("openewld", "jsfakes")


def style_of(pack: str, path: str) -> str:
    """Return the style of a file of a pack; "" where nothing tells."""
    if pack == "gmd":
        words = PurePath(path).stem.split("_")
        return GROOVES.get(words[1].split("-")[0], "") if len(words) > 1 else ""
    return PACKS.get(pack, "")

"""Draw a phrase and its answer as a piano roll.

    python tools/draw_roll.py SONG.mid --out ROLL.png

SONG.mid is a take, or what `antiphon continue --with-seed` wrote: tracks called "Antiphon ..." are
the answer's, all others the player's.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import symusic

from bridge.evaluation.report.rolls import Bar, draw


def read(song: Path) -> tuple[list[Bar], list[Bar], float]:
    """Return the player's notes, those of the answer, and the beats of a bar."""
    score = symusic.Score(str(song)).to("quarter")
    meter = score.time_signatures[0] if len(score.time_signatures) else None
    parts: dict[bool, list[Bar]] = {True: [], False: []}
    for track in score.tracks:
        yours = not track.name.startswith("Antiphon")
        parts[yours] += [(n.time, n.duration, n.pitch) for n in track.notes]
    return parts[True], parts[False], meter.numerator * 4 / meter.denominator if meter else 4.0


def main() -> None:
    """Draw as the command line says."""
    parser = argparse.ArgumentParser(description="Draw a phrase and its answer.")
    parser.add_argument("song", type=Path, help="a take, or a file of continue --with-seed")
    parser.add_argument("--out", type=Path, required=True, help="the .png to write")
    parser.add_argument("--title", default="", help="what stands above the picture")
    options = parser.parse_args()
    draw(*read(options.song), options.out, options.title)


if __name__ == "__main__":
    main()

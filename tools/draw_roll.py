"""Draw a phrase and its answer as a piano roll.

    python tools/draw_roll.py SONG.mid --out ROLL.png

SONG.mid is a take, or what `antiphon continue --with-seed` wrote: tracks called "Antiphon ..." are
the answer's, all others the player's.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import symusic
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

PLAYER, ANSWER = "#3b6ea5", "#d9822b"


def draw(song: Path, out: Path, title: str) -> None:
    """Draw one file."""
    score = symusic.Score(str(song)).to("quarter")
    meter = score.time_signatures[0] if len(score.time_signatures) else None
    bar = meter.numerator * 4 / meter.denominator if meter else 4.0
    figure = Figure(figsize=(11, 3.6))
    axes = figure.add_subplot()
    pitches = [n.pitch for track in score.tracks for n in track.notes]
    end = max(n.time + n.duration for track in score.tracks for n in track.notes)
    for colour, label, yours in ((PLAYER, "you", True), (ANSWER, "Antiphon", False)):
        boxes = [
            Rectangle((n.time, n.pitch - 0.4), max(n.duration, 0.1), 0.8)
            for track in score.tracks
            if track.name.startswith("Antiphon") != yours
            for n in track.notes
        ]
        axes.add_collection(PatchCollection(boxes, facecolor=colour, edgecolor="white", lw=0.5))
        axes.plot([], [], color=colour, lw=6, label=label)
    for number in range(int(end / bar) + 2):
        axes.axvline(number * bar, color="black", lw=0.6, alpha=0.35)
    axes.set(xlim=(0, -(-end // bar) * bar), ylim=(min(pitches) - 2, max(pitches) + 2))
    axes.set(xlabel="beats", ylabel="MIDI note", title=title)
    axes.legend(loc="upper right", ncols=2, frameon=False)
    figure.savefig(out, dpi=120, bbox_inches="tight")


def main() -> None:
    """Draw as the command line says."""
    parser = argparse.ArgumentParser(description="Draw a phrase and its answer.")
    parser.add_argument("song", type=Path, help="a take, or a file of continue --with-seed")
    parser.add_argument("--out", type=Path, required=True, help="the .png to write")
    parser.add_argument("--title", default="", help="what stands above the picture")
    options = parser.parse_args()
    draw(options.song, options.out, options.title)


if __name__ == "__main__":
    main()

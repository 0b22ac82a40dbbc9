"""A phrase and its answer as a piano roll; needs matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

PLAYER, ANSWER = "#3b6ea5", "#d9822b"

Bar = tuple[float, float, int]  # onset and duration in beats, pitch


def draw(heard: Sequence[Bar], played: Sequence[Bar], bar: float, out: Path, title: str) -> None:
    """Draw what a player played (one note at least) and what was answered; bars of `bar` beats."""
    figure = Figure(figsize=(11, 3.6))
    axes = figure.add_subplot()
    notes = [*heard, *played]
    pitches = [pitch for _, _, pitch in notes]
    end = max(onset + duration for onset, duration, _ in notes)
    for colour, label, part in ((PLAYER, "you", heard), (ANSWER, "Antiphon", played)):
        boxes = [
            Rectangle((onset, pitch - 0.4), max(duration, 0.1), 0.8)
            for onset, duration, pitch in part
        ]
        axes.add_collection(PatchCollection(boxes, facecolor=colour, edgecolor="white", lw=0.5))
        axes.plot([], [], color=colour, lw=6, label=label)
    for number in range(int(end / bar) + 2):
        axes.axvline(number * bar, color="black", lw=0.6, alpha=0.35)
    axes.set(xlim=(0, -(-end // bar) * bar), ylim=(min(pitches) - 2, max(pitches) + 2))
    axes.set(xlabel="beats", ylabel="MIDI note")
    axes.set_title(title, loc="left")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
    figure.savefig(out, dpi=120, bbox_inches="tight")

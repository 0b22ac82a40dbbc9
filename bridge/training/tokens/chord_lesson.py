"""The lesson of the chord families: what an event costs is shared out to its notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from bridge.respond.tokens.chords import CHORDS
from bridge.training.corpus import Corpus
from bridge.training.tokens.chord_rows import PARTS, draw
from bridge.training.tokens.lesson import TokenLesson


class ChordLesson(TokenLesson):
    """Foretell delays and strings; the losses are those of notes, as other families have them.

    What a string leaves out (octaves, drums, lengths, loudness) is not in them.
    """

    names = PARTS
    weights = (1.0, 1.0)

    def __init__(self, config: Mapping[str, Any], _: Corpus | None) -> None:
        super().__init__(config, CHORDS.size, draw)

    def losses(self, batch: dict[str, Tensor]) -> Tensor:
        """Return nats (N, 2) of delay and string for each of the N notes that events stand for."""
        events = super().losses(batch)
        opens = batch["part"][:, 1:] == 0  # an event has one delay; they are in order of `note`
        notes = batch["notes"][:, 1:][opens]
        return torch.repeat_interleave(events / notes[:, None], notes, dim=0)

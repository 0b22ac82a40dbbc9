"""The current phrase and answer, for a child that has to begin again."""

from __future__ import annotations

from collections import deque

from bridge.core.events import Cancel, Heard, Play, Pulse
from bridge.core.midi import is_note_on

LIMIT = 4096  # messages: minutes of dense playing


class PhraseMemory:
    """What the engine heard since it last waited: enough for another engine to take over."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._kept: deque[Heard | Pulse] = deque(maxlen=limit)
        self._pulse: Pulse | None = None  # the line on which the kept messages begin

    def note(self, message: Heard | Pulse) -> None:
        """Keep a message, the oldest making room."""
        self._kept.append(message)

    @property
    def has_notes(self) -> bool:
        """Whether the player has begun a phrase."""
        heard = (m for m in self._kept if isinstance(m, Heard))
        return any(is_note_on(bytes((m.status, m.data1, m.data2))) for m in heard)

    def clear(self) -> None:
        """Forget the phrase, but not where in the song we are."""
        self._pulse = next((m for m in reversed(self._kept) if isinstance(m, Pulse)), self._pulse)
        self._kept.clear()

    def replay(self) -> list[Heard | Pulse]:
        """Return what a new engine must hear, oldest first."""
        return [*([self._pulse] if self._pulse else []), *self._kept]


class AnswerMemory:
    """The notes the engine asked for in the current take: enough for another player to go on."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._kept: deque[Play] = deque(maxlen=limit)
        self._before: list[Play] = []  # the take before, whose last notes may still sound

    def note(self, message: Play | Cancel) -> None:
        """Keep a note; another take, or the end of this one, makes a clean sheet."""
        if self._kept and (isinstance(message, Cancel) or message.take != self._kept[-1].take):
            self._before = list(self._kept)
            self._kept.clear()
        if isinstance(message, Play):
            self._kept.append(message)

    def replay(self, beat: float) -> list[Play]:
        """Return the notes that are to begin after `beat`."""
        return [note for note in self._kept if note.beat > beat]

    def owed(self, since: float, beat: float) -> list[tuple[int, int]]:
        """Return (channel, pitch) of the notes that a player lost between two beats left behind.

        At `since` it still lived. A key it had let go of already is let go of twice; that does no
        harm, and a note that hangs does.
        """
        notes = [*self._before, *self._kept]
        late = [n for n in notes if n.beat <= beat and n.beat + n.length >= since]
        return sorted({(note.channel, note.pitch) for note in late})

"""Telling our own notes from the player's when both ways run through one cable."""

from __future__ import annotations

from collections import deque

WITHIN = 0.025  # seconds in which a message that comes back counts as an echo


class EchoGuard:
    """Remembers what was sent; each sending excuses one return of the same key or controller."""

    def __init__(self) -> None:
        self._sent: deque[tuple[float, bytes]] = deque(maxlen=256)

    def sent(self, second: float, message: bytes) -> None:
        """Remember a message sent at `second`."""
        self._sent.append((second, message[:2]))

    def is_echo(self, second: float, message: bytes) -> bool:
        """Tell whether a message heard at `second` is one of ours, come back."""
        while self._sent and self._sent[0][0] < second - WITHIN:
            self._sent.popleft()
        for entry in self._sent:
            if entry[1] == message[:2]:
                self._sent.remove(entry)
                return True
        return False
